"""The same proof again, its answer lost or still on its way: it is answered as the first one."""

from functions.otp import errors
from functions.otp.proof.session_opening import VerifiedPhone, make_cookies, read_or_make_device_token
from functions.otp.proof.verify_attempt import PhoneState, VerifyAttempt
from functions.otp.repeated_call import RepeatedAnswer
from health_record.aws.transaction import Transaction


def repeat(attempt: VerifyAttempt, state: PhoneState) -> VerifiedPhone | None:
    """What the same call was answered before, if it was. Raises UnauthenticatedError where that was a refusal."""
    device = read_or_make_device_token(attempt)
    return _answer_again(attempt, attempt.call.repeat_answer(state.answer, device=device), device)


def join(attempt: VerifyAttempt) -> VerifiedPhone:
    """The answer of an identical call that used up the code meanwhile. Raises UnauthenticatedError if there is none."""
    device = read_or_make_device_token(attempt)
    verified = _answer_again(attempt, attempt.call.find_answer_of_race(device=device), device)
    if verified is None:
        raise errors.code_refused_error()
    return verified


def remember_refusal(attempt: VerifyAttempt) -> None:
    """So that the same wrong code, its answer lost, costs no second try."""
    if attempt.call.mac:
        transaction = Transaction()
        transaction.add("attempt", attempt.call.remember_item(401, {}, None))
        transaction.commit()


def _answer_again(attempt: VerifyAttempt, answer: RepeatedAnswer | None, device: str | None) -> VerifiedPhone | None:
    if answer is None:
        return None
    if answer.token is None:
        raise errors.code_refused_error()
    return VerifiedPhone(answer.body, make_cookies(attempt, answer.token, device if answer.is_of_device else None))
