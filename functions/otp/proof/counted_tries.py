"""Counting the tries of a typed code: before anything is compared, by whoever's they are."""

import contextlib
from dataclasses import replace

from functions.otp import errors
from functions.otp.abuse import network_ledger
from functions.otp.abuse.sms_spend import SmsSpend
from functions.otp.code import code_tries
from functions.otp.code.code_state import LiveCode
from functions.otp.code.code_tries import TriedCode, Tries
from functions.otp.code.send_policy import find_stranger, has_own_tries
from functions.otp.proof import paper_code
from functions.otp.proof.verify_attempt import PhoneState, VerifyAttempt, read_prover
from health_record.errors import UnauthenticatedError
from health_record.observability import log_event

CALL_DIGITS = 16  # of the name by which tries of one call are told apart


def count_try(attempt: VerifyAttempt, state: PhoneState, codes: list[LiveCode]) -> None:
    """Count this try at the codes that live. Raises UnauthenticatedError where none is left."""
    for seed, tries in _find_tries(attempt, state, codes):
        with contextlib.suppress(UnauthenticatedError):
            _tried(attempt, seed, *(code.seed for code in codes)).count(tries)
            return
    raise errors.code_refused_error()


def count_paper_try(attempt: VerifyAttempt, state: PhoneState, seed: str) -> None:
    """Count this try at the paper code of `seed`. Raises UnauthenticatedError where none is left."""
    _tried(attempt, seed, seed).count(paper_code.tries_of(_shared_tries(attempt, state), attempt.limits))


def count_late_try(attempt: VerifyAttempt, state: PhoneState) -> None:
    """Count this try at the codes of the day that are over. Raises UnauthenticatedError where none is left.

    A hit takes one of the messages that who reads this phone may ask for so: no stranger guesses until they are gone.
    """
    tried = _tried(attempt, "")
    place = f"{tried.day}#{_stranger(attempt, state)}"  # an item of its own, which other networks do not make long
    replace(tried, seed=place).count(code_tries.of_late_codes(attempt.limits))


def count_wrong(attempt: VerifyAttempt) -> None:
    """Let who guesses at many numbers from one network work for the next messages; nobody's answer hangs on it."""
    try:
        today = SmsSpend(attempt.config, attempt.limits, attempt.now).today
        ledger = network_ledger.ledger_name(attempt.macs, attempt.event, today)
        network_ledger.count_wrong(attempt.table, ledger, attempt.now)
    except Exception as error:  # noqa: BLE001 - the try itself is counted
        log_event("wrong_code_not_counted", error=type(error).__name__)


def _find_tries(attempt: VerifyAttempt, state: PhoneState, codes: list[LiveCode]) -> list[tuple[str, Tries]]:
    """The code and counter of each kind of tries that the page has, in the order in which they are used."""
    limits, caller = attempt.limits, read_prover(attempt, state)
    sent = [
        message
        for message in state.code.messages_of({code.seed for code in codes})
        if has_own_tries(state.code.messages, state.code.proven, message.challenge, limits)
    ]
    own = [message for message in sent if message.challenge in attempt.request.names]
    if own:
        return [(message.seed, code_tries.of_message(message.challenge, limits)) for message in own]
    near = [message.seed for message in sent if message.network == caller.network and not message.is_renewal]
    of_network = code_tries.of_network_of_message(caller.network, limits)
    return [*((seed, of_network) for seed in near[:1]), (codes[0].seed, _shared_tries(attempt, state))]


def _tried(attempt: VerifyAttempt, seed: str, *compared: str) -> TriedCode:
    """A try at the code of `seed`; `compared` are the seeds of all that it is held against.

    The same call is another try where it meets another code: an id outlives its code, and the day outlives both.
    """
    today = SmsSpend(attempt.config, attempt.limits, attempt.now).today
    call = _name_try(attempt, *compared) if attempt.call.mac and compared else None
    return TriedCode(attempt.table, attempt.request.challenge.phone_mac, seed, today, call, attempt.now)


def _name_try(attempt: VerifyAttempt, *compared: str) -> str:
    """A name of its own: the attempt's item leads to a session, and nothing beside the phone may lead there."""
    return attempt.macs.compute("attempt", "try", attempt.call.mac or "", *sorted(compared))[:CALL_DIGITS]


def _shared_tries(attempt: VerifyAttempt, state: PhoneState) -> Tries:
    """The tries of a call that no message belongs to: those of its device if that is known, else of its network."""
    caller = read_prover(attempt, state)
    if caller.device:
        return code_tries.of_device(caller.device, attempt.limits)
    return code_tries.of_stranger(_stranger(attempt, state), attempt.limits)


def _stranger(attempt: VerifyAttempt, state: PhoneState) -> str:
    return find_stranger(state.code.messages, state.code.proven, read_prover(attempt, state))
