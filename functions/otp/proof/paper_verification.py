"""Verifying a code on paper: its tries are its own, and it opens the account that it was issued for."""

from functions.otp import errors
from functions.otp.proof import counted_tries, paper_code, repeated_proof
from functions.otp.proof.session_opening import VerifiedPhone, open_session
from functions.otp.proof.verify_attempt import PhoneState, VerifyAttempt
from health_record.aws import rate_limits
from health_record.aws.transaction import ConditionFailedError
from health_record.errors import UnauthenticatedError
from health_record.identity import paper_codes, phone_encryption
from health_record.observability import count_metric, log_event

CHANGED = frozenset({"code", "pointer", "device"})


def prove_on_paper(attempt: VerifyAttempt, state: PhoneState, phone: str) -> VerifiedPhone:
    """Raises the same UnauthenticatedError for a wrong, expired, used, exhausted or unknown code."""
    if state.device_known:  # which no finder of a paper has: its tries are bounded by the code's own
        return _prove_typed(attempt, state, phone)
    counted = paper_code.count_typed(attempt.table, attempt.macs, attempt.request.number, attempt.limits)
    try:
        return _prove_typed(attempt, state, phone)
    except UnauthenticatedError:
        raise
    except Exception:
        rate_limits.refund(counted)  # what failed here is tried once more with the same digits
        raise


def _prove_typed(attempt: VerifyAttempt, state: PhoneState, phone: str) -> VerifiedPhone:
    code = paper_code.load(attempt.table, state.pointer.account, attempt.request.number)
    if code is None:
        return _join_or_refuse(attempt)
    counted_tries.count_paper_try(attempt, state, code.seed)
    if not code.matches(attempt.request.number):
        log_event("paper_code_wrong", phone_mac=state.code.phone_mac)
        repeated_proof.remember_refusal(attempt)
        raise errors.code_refused_error()
    sealed = phone_encryption.encrypt_phone(attempt.macs, state.pointer.account, phone)
    try:
        used_up = paper_codes.consume_item(attempt.table, code)
        verified = open_session(attempt, state, used_up, sealed, None, paper=code)
    except ConditionFailedError as refused:
        if not refused.names & CHANGED:
            raise
        return repeated_proof.join(attempt)
    count_metric("PaperCodeVerified")
    log_event("paper_code_verified", phone_mac=state.code.phone_mac)
    return verified


def _join_or_refuse(attempt: VerifyAttempt) -> VerifiedPhone:
    """The first answer, where the same call has used the code up before; else keep the refusal and raise it."""
    try:
        return repeated_proof.join(attempt)
    except UnauthenticatedError:
        repeated_proof.remember_refusal(attempt)
        raise
