"""What a page sends to prove a phone: a code by message with the ids of the page's calls, or a code on paper."""

import re
from dataclasses import dataclass
from typing import Any

from functions.otp import errors
from functions.otp.code import challenge_id
from functions.otp.code.challenge_id import Challenge
from functions.otp.limits import Limits
from functions.otp.proof import paper_code
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import BadRequestError, Fault
from health_record.http.event import Event, read_json_body
from health_record.identity import account_pointers
from health_record.identity.phones import ascii_digits
from health_record.language import Translated

MOST_EARLIER = 9  # with its newest, ten: a page that asks each minute of a code's life
LIVES_OF_A_CODE = 3  # that an id lasts


@dataclass(frozen=True)
class VerifyRequest:
    """A code as it was typed, for the phone of an opened id. `is_assisted` says that the browser is a desk's.

    `earlier` are the names of the ids that the same page was given before, for the same phone: any of them may be the
    one whose call sent the message.
    """

    challenge: Challenge
    number: str
    is_assisted: bool
    earlier: frozenset[str] = frozenset()
    paper_phone: str | None = None  # E.164, where the code was on paper and no message was asked for

    @property
    def names(self) -> frozenset[str]:
        """What the table calls every id of the page."""
        return self.earlier | {self.challenge.name}

    def __repr__(self) -> str:
        return "VerifyRequest(...)"


def id_seconds(limits: Limits) -> int:
    """How long an id is good for: a message may come late, and a code that is sent to it then has its whole life."""
    return LIVES_OF_A_CODE * limits.code_seconds


def parse_request(event: Event, macs: KeyedHash, *, given_after: int) -> VerifyRequest:
    """The request of ids given after an instant. Raises BadRequestError, UnauthenticatedError for no code."""
    body = read_json_body(event)
    is_on_paper = "paper_code" in body
    for name in ("phone", "paper_code") if is_on_paper else ("challenge_id", "code"):
        if not isinstance(body.get(name), str):
            raise _wrong(name, Translated("Phải là chuỗi ký tự.", "Must be a string."))
    assisted = body.get("assisted", False)
    if not isinstance(assisted, bool):
        raise _wrong("assisted", Translated("Phải là true hoặc false.", "Must be true or false."))
    if is_on_paper:
        phone, typed = paper_code.parse(body["phone"], body["paper_code"])
        stand_in = paper_code.stand_in_challenge(account_pointers.phone_mac(macs, phone))
        return VerifyRequest(stand_in, typed, assisted, paper_phone=phone)
    earlier = _parse_earlier(body)
    challenge = challenge_id.open_id(macs, body["challenge_id"], given_after)
    number = re.sub(r"[\s.-]", "", ascii_digits(body["code"][:40]))
    if challenge is None or not re.fullmatch(r"[0-9]{6}", number):
        raise errors.code_refused_error()
    opened = [challenge_id.open_id(macs, given, given_after) for given in earlier]
    names = frozenset(each.name for each in opened if each and each.phone_mac == challenge.phone_mac)
    return VerifyRequest(challenge, number, assisted, names)


def _parse_earlier(body: dict[str, Any]) -> list[str]:
    given = body.get("earlier_challenge_ids", [])
    if not isinstance(given, list) or len(given) > MOST_EARLIER or not all(isinstance(each, str) for each in given):
        message = Translated(
            f"Phải là danh sách không quá {MOST_EARLIER} chuỗi ký tự.",
            f"Must be a list of {MOST_EARLIER} strings at most.",
        )
        raise _wrong("earlier_challenge_ids", message)
    return given


def _wrong(name: str, message: Translated) -> BadRequestError:
    return BadRequestError(message, faults=[Fault(f"/{name}", message)])
