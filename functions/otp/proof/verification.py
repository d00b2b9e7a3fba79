"""Verifying a code: count the try, compare, then use the code up and open a session in one transaction."""

import hmac
import time

from functions.otp import errors
from functions.otp.code import code_state
from functions.otp.code.code_state import LiveCode
from functions.otp.code.send_policy import find_credited, find_own
from functions.otp.limits import Limits
from functions.otp.proof import counted_tries, late_code, proof_credit, repeated_proof, verify_attempt, verify_request
from functions.otp.proof.paper_verification import prove_on_paper
from functions.otp.proof.session_opening import VerifiedPhone, open_session
from functions.otp.proof.verify_attempt import PhoneState, VerifyAttempt
from functions.otp.repeated_call import RepeatableCall
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError
from health_record.errors import UnauthenticatedError
from health_record.http.event import Event
from health_record.identity import phone_encryption
from health_record.observability import count_metric, log_event

ROUTE = "POST /v1/otp/verify"
COMMITS = 2  # what changed between reading and using the code up (code, account or devices) is read once more
CHANGED = frozenset({"code", "pointer", "device"})


def verify_code(event: Event) -> VerifiedPhone:
    """Raises the same UnauthenticatedError for a wrong, expired, used, exhausted or unknown code."""
    config, limits = settings.read_once(OtpSettings), settings.read_once(Limits)
    macs = KeyedHash.from_settings(config)
    now = int(time.time())
    request = verify_request.parse_request(event, macs, given_after=now - verify_request.id_seconds(limits))
    call = RepeatableCall.from_event(event, ROUTE)
    attempt = VerifyAttempt(event, config, limits, macs, request, call, now)
    state = verify_attempt.load_state(attempt)
    if repeated := repeated_proof.repeat(attempt, state):
        return repeated
    return prove_on_paper(attempt, state, request.paper_phone) if request.paper_phone else _prove(attempt, state)


def _prove(attempt: VerifyAttempt, state: PhoneState) -> VerifiedPhone:
    try:
        return _prove_in_time(attempt, state)
    except UnauthenticatedError:
        if not state.device_known:  # a known device has messages of its own
            late_code.renew(attempt, state)
        raise


def _prove_in_time(attempt: VerifyAttempt, state: PhoneState) -> VerifiedPhone:
    codes = state.code.live_codes(attempt.now)
    if not codes:
        return repeated_proof.join(attempt)
    counted_tries.count_try(attempt, state, codes)
    if not _is_right(attempt, state, codes):
        log_event("code_wrong", phone_mac=state.code.phone_mac)
        repeated_proof.remember_refusal(attempt)
        counted_tries.count_wrong(attempt)
        raise errors.code_refused_error()
    for _ in range(COMMITS):
        try:
            return _use_up(attempt, state, codes)
        except ConditionFailedError as refused:
            if not refused.names & CHANGED:
                raise
            state = verify_attempt.load_state(attempt)
            if not any(code in codes for code in state.code.live_codes(attempt.now)):
                break
    return repeated_proof.join(attempt)


def _is_right(attempt: VerifyAttempt, state: PhoneState, codes: list[LiveCode]) -> bool:
    """Whether the number is one of the live codes; all are compared."""
    right = [code_state.code_of(attempt.macs, state.code.phone_mac, code.seed) for code in codes]
    return sum(hmac.compare_digest(attempt.request.number, code) for code in right) > 0


def _use_up(attempt: VerifyAttempt, state: PhoneState, codes: list[LiveCode]) -> VerifiedPhone:
    """Open the session, and give back what the prover's messages took. Raises ConditionFailedError."""
    sent = state.code.messages_of({code.seed for code in codes})
    caller = verify_attempt.read_prover(attempt, state)
    own = find_own(sent, attempt.request.names, caller)
    used_up = code_state.consume_codes(attempt.table, state.code, own)
    poster = state.code.item.get("poster")
    verified = open_session(attempt, state, used_up, _reseal_phone(attempt, state), poster)
    count_metric("OtpVerified")
    log_event("code_verified", phone_mac=state.code.phone_mac)
    proof_credit.credit(attempt, state.code, sent[-1], find_credited(sent, own, caller))
    return verified


def _reseal_phone(attempt: VerifyAttempt, state: PhoneState) -> bytes | None:
    """The phone of the code, for the account's session."""
    phone = phone_encryption.decrypt_phone(attempt.macs, state.code.phone_mac, state.code.item.get("phone"))
    return phone_encryption.encrypt_phone(attempt.macs, state.pointer.account, phone) if phone else None
