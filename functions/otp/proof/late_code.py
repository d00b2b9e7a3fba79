"""A code of the day that is typed too late: whoever types it reads the phone's messages, and gets a new one.

Strangers can use up what messages a number has for them, but what they cause arrives on the owner's phone, so whoever
holds the phone is not silenced by them (decision 0055). Nothing in the answer tells that a late code was right: it
opens nothing, and at most `renewed_sends` messages a day come of it, however often somebody guesses.
"""

import hmac

from functions.otp.code import code_sending, code_state
from functions.otp.code.code_state import CodeState
from functions.otp.code.request_body import SendCodeRequest
from functions.otp.proof.verify_attempt import VerifyAttempt
from health_record.http.event import read_json_body
from health_record.identity import phone_encryption
from health_record.observability import count_metric, log_event


def renew(attempt: VerifyAttempt, state: CodeState) -> None:
    """Send a new code to the page of the attempt if it typed an earlier one of the day. Raises nothing."""
    if not _is_late(attempt, state):
        return
    try:
        phone = phone_encryption.decrypt_phone(attempt.macs, state.phone_mac, state.item.get("phone"))
        if phone is None:
            return
        challenge = str(read_json_body(attempt.event)["challenge_id"])
        code_sending.renew_code(attempt.event, SendCodeRequest(phone, state.item.get("poster"), None), challenge)
    except Exception as error:  # noqa: BLE001 - the code is refused in any case
        log_event("code_not_renewed", phone_mac=state.phone_mac, error=type(error).__name__)
    else:
        count_metric("CodeRenewed")


def _is_late(attempt: VerifyAttempt, state: CodeState) -> bool:
    """Whether it is one of the codes that are over; all are compared, so that the time tells nothing of which."""
    seeds = state.late_seeds(attempt.limits, attempt.now)
    codes = [code_state.code_of(attempt.macs, state.phone_mac, seed) for seed in seeds]
    return sum(hmac.compare_digest(attempt.request.number, code) for code in codes) > 0
