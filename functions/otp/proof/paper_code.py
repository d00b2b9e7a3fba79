"""A code on paper at the resident's side: what was typed, its tries, and the bounds of guessing.

Somebody who knows a number does not know whether a paper code lives for it, and learns nothing by asking. Ten digits
leave room for tries: five for each network or known device, so that no stranger uses up the owner's, and five thousand
for all together, which find one code among ten thousand million with odds of one in two million. The same ten
digits are tried five times, at one phone or at many: whoever has a code and a list of phones does not find its owner.
"""

import re
from dataclasses import replace

from functions.otp import errors
from functions.otp.code.challenge_id import Challenge
from functions.otp.code.code_tries import Total, Tries
from functions.otp.limits import Limits
from health_record.aws import rate_limits
from health_record.aws.dynamo import get_items
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.rate_limits import Consumption, RateLimitExceededError, Window
from health_record.errors import BadRequestError, Fault
from health_record.identity import paper_codes
from health_record.identity.paper_codes import PaperCode
from health_record.identity.phones import NotAMobileError, ascii_digits, normalise
from health_record.table_keys import access_keys

SEED_OF_EQUAL_WORK = "00" * 16


def parse(phone: str, typed: str) -> tuple[str, str]:
    """The phone (E.164) and the ten digits. Raises BadRequestError for no mobile, UnauthenticatedError for no code."""
    try:
        normalised = normalise(phone)
    except NotAMobileError as error:
        fault = Fault("/phone", error.reason)
        raise BadRequestError(error.reason, type="not-a-mobile", faults=[fault]) from None
    number = re.sub(r"[\s.-]", "", ascii_digits(typed[:40]))
    if not re.fullmatch(rf"[0-9]{{{paper_codes.DIGITS}}}", number):
        raise errors.code_refused_error()
    return normalised, number


def stand_in_challenge(phone_mac: str) -> Challenge:
    """What stands for the id of a message where none was asked for; it has no message of its own."""
    return Challenge(phone_mac, "", 0)


def load(table: str, account: str, typed: str) -> PaperCode | None:
    """The code that lives for the account; where there is none, a digest is reckoned as well, for the time."""
    (item,) = get_items(table, [access_keys.paper_code_key(account)])
    code = paper_codes.usable(account, item)
    if code is None:
        paper_codes.compute_digest(SEED_OF_EQUAL_WORK, typed)
    return code


def count_typed(table: str, macs: KeyedHash, typed: str, limits: Limits) -> Consumption:
    """Count a try of these ten digits, at whatever phone: who holds a code does not find out whose it is.

    Raises UnauthenticatedError once they were tried as often as a code may be.
    """
    name = f"paper-typed#{macs.compute('code', 'paper', typed)[:32]}"
    try:
        return rate_limits.consume(table, name, (Window(paper_codes.LIVE_SECONDS, limits.paper_tries),))
    except RateLimitExceededError as error:
        raise errors.code_refused_error() from error


def tries_of(tries: Tries, limits: Limits) -> Tries:
    """What a device or network that has `tries` at a message's code has at one on paper: no day bounds them."""
    total = tries.total and Total(tries.total.name, limits.paper_shared_tries, None)
    return replace(tries, most=limits.paper_tries, total=total)
