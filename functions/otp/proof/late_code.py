"""A code of the day that is typed too late: whoever types it reads the phone's messages, and gets a new one.

Strangers can use up what messages a number has for them, but what they cause arrives on the owner's phone, so whoever
holds the phone is not silenced by them (decision 0055). Nothing in the answer tells that a late code was right: it
opens nothing, at most `renewed_sends` messages a day come of it, and a network has `late_tries` a day at it.
"""

import hmac

from functions.otp import errors
from functions.otp.code import code_sending, code_state
from functions.otp.code.code_state import CodeState
from functions.otp.code.request_body import SendCodeRequest
from functions.otp.limits import Limits
from functions.otp.proof import counted_tries, verify_request
from functions.otp.proof.verify_attempt import PhoneState, VerifyAttempt
from health_record.errors import UnauthenticatedError
from health_record.http.event import read_json_body
from health_record.identity import phone_encryption
from health_record.observability import count_metric, log_event


def renew(attempt: VerifyAttempt, state: PhoneState) -> None:
    """Send a new code to the page of the attempt if it typed an earlier one of the day. Raises nothing."""
    code = state.code
    seeds = code.late_seeds(attempt.limits, attempt.now)
    phone = phone_encryption.decrypt_phone(attempt.macs, code.phone_mac, code.item.get("phone"))
    if (
        not seeds
        or phone is None
        or attempt.now > attempt.request.challenge.given_at + renewable_seconds(attempt.limits)
    ):
        return
    try:
        counted_tries.count_late_try(attempt, state)
        if _is_late(attempt, code, seeds):
            challenge = str(read_json_body(attempt.event)["challenge_id"])
            code_sending.renew_code(attempt.event, SendCodeRequest(phone, code.item.get("poster"), None), challenge)
            count_metric("CodeRenewed")
    except UnauthenticatedError:
        errors.count_limit("late-tries")
    except Exception as error:  # noqa: BLE001 - the code is refused in any case
        log_event("code_not_renewed", phone_mac=code.phone_mac, error=type(error).__name__)


def renewable_seconds(limits: Limits) -> int:
    """How long after it was given an id gets new codes: they live as long as it does."""
    return verify_request.id_seconds(limits) - limits.code_seconds


def _is_late(attempt: VerifyAttempt, state: CodeState, seeds: list[str]) -> bool:
    """Whether it is one of the codes that are over; all are compared, so that the time tells nothing of which."""
    codes = [code_state.code_of(attempt.macs, state.phone_mac, seed) for seed in seeds]
    return sum(hmac.compare_digest(attempt.request.number, code) for code in codes) > 0
