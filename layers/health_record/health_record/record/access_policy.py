"""Who may do what with a record: one pure decision that every reader and writer asks.

No other module reads what it decides by: whether a record is restricted, what its person consents to, and whether a
facility has seen their card (a test). Its table stands in docs/access.md, made from here.
"""

import datetime
import hashlib
import hmac
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from health_record.aws.envelope_encryption import DataKey
from health_record.errors import ForbiddenError, NotFoundError, ServiceError
from health_record.identity.identifiers import Pointer
from health_record.language import Translated
from health_record.record import record_items
from health_record.record.record_items import ALL_NUMBERS, SOME_NUMBERS, Identity, Meta

type Purpose = Literal["TREAT", "ETREAT"]


class Action(StrEnum):
    """What somebody wants of a record."""

    SEE_PERSON = "see who the person is, beside a match"
    READ = "read health data as a facility"
    WRITE = "write health data as a facility"
    VERIFY = "verify the card as a facility"
    MAKE_LINK = "make a link as the account"
    OPEN_LINK = "open a link"
    SEE_WRITTEN = "see what facilities wrote, as the account or by a link of it"
    SEE_READERS = "see which facilities read or wrote, as the account"
    CHECK_READERS = "check against the public record that no reader is missing, as the account"
    COUNT = "be counted in statistics"
    NOTIFY = "be told of an emergency by SMS"


class Refusal(StrEnum):
    """Why not. Each is the `type` of the answer where one is given."""

    PERMISSION = "permission-missing"
    ABSENT = "no-such-person"
    RESTRICTED = "record-restricted"
    CONSENT = "consent-missing"
    CARD = "card-not-seen"
    JOINED = "joined-to-another"


class Assurance(StrEnum):
    """How sure it is that a record is of the person whom its numbers name."""

    CARD_SEEN = "card-seen"
    DECLARED = "declared"


@dataclass(frozen=True)
class RecordState:
    """What decides, of a record on one day."""

    erasing: bool
    restricted: bool
    sharing: bool
    statistics: bool
    notices: bool
    card_seen: bool
    joined: bool
    numbers_seen: bool


@dataclass(frozen=True)
class Request:
    """What is wanted, and by what right. `share` says that a link of this record was shown at the desk just now."""

    action: Action
    purpose: Purpose = "TREAT"
    permissions: AbstractSet[str] = frozenset()
    share: bool = False


def state_of(meta: Meta, day: datetime.date) -> RecordState:
    """The record on `day` (local): the last day of a consent is a day of it."""
    return RecordState(
        erasing=meta.erasing,
        restricted=meta.restricted,
        sharing=meta.sharing_until is not None and datetime.date.fromisoformat(meta.sharing_until) >= day,
        statistics=meta.statistics,
        notices=meta.notices,
        card_seen=_is_card_seen(meta),
        joined=meta.joined,
        numbers_seen=_is_card_seen(meta) and meta.attested == ALL_NUMBERS,
    )


def assurance_of(meta: Meta, *, by_declared_number: bool = False) -> Assurance:
    """What every answer about the record says; `by_declared_number` where a number led to it that was on no card."""
    return Assurance.CARD_SEEN if _is_card_seen(meta) and not by_declared_number else Assurance.DECLARED


def attested_as(meta: Meta, identity: Identity) -> Meta:
    """The meta item once the record has this identity."""
    return replace(meta, card_seen=bool(identity.seen_numbers), attested=identity.attestation)


def numbers_behind(identity: Identity, *, found_by: Pointer | None = None, is_suspect: bool = False) -> list[str]:
    """The names of the numbers that vouch for the person of an entry that is written now.

    That is the number that led there, if it is known; else those of cards that were seen, or all that the record ever
    had where no card was or the facility came by a number that was on none (`is_suspect`).
    """
    if found_by is not None:
        return [record_items.name_number(found_by)]
    if identity.seen_numbers and not is_suspect:
        return sorted(map(record_items.name_number, identity.seen_numbers))
    return sorted({*map(record_items.name_number, identity.pointers), *identity.lost_numbers})


def may_see_reader(identity: Identity, key: DataKey, names: Collection[str] | None) -> bool:
    """Whether an access to a record whose readers the account may see was meant for its person.

    `names` are those of the numbers that led the reader here and were on no card by then, as `name_unseen` writes them:
    each has to be attested by now. Where nobody knows which led (None) all numbers of the record have to be.
    """
    if names is None:
        return identity.attestation == ALL_NUMBERS
    return set(names) <= {name_unseen(key, pointer) for pointer in identity.seen_numbers}


def is_led_by_card(identity: Identity, *, is_suspect: bool) -> bool:
    """Whether a facility that comes by the record's id comes by a number that stood on a card, as far as is known."""
    return bool(identity.seen_numbers) and not is_suspect


def names_unseen(identity: Identity, key: DataKey, led_by: Pointer) -> list[str]:
    """What the audit line of an access by this number names: nothing where the number stood on a card."""
    return [] if led_by in identity.seen_numbers else [name_unseen(key, led_by)]


def name_unseen(key: DataKey, pointer: Pointer) -> str:
    """A number in an audit line of its record: what leads back to it for nobody once the record's key is gone."""
    return hmac.new(key.plain, f"led\0{record_items.name_number(pointer)}".encode(), hashlib.sha256).hexdigest()[:32]


def may_see_entry(identity: Identity, numbers: Collection[str] | None) -> bool:
    """Whether an entry of a record whose written part the account may see is about its person.

    Every number behind it has to be attested. One from before (None) says of no number.
    """
    if numbers is None:
        return identity.attestation == ALL_NUMBERS
    return set(numbers) <= set(map(record_items.name_number, identity.seen_numbers))


def is_proven_entry(identity: Identity, numbers: Collection[str] | None) -> bool:
    """Whether cards that were seen vouch for an entry: it came by numbers, and all of them were on such cards."""
    return bool(numbers if numbers is not None else identity.pointers) and may_see_entry(identity, numbers)


def _is_card_seen(meta: Meta) -> bool:
    return meta.card_seen and meta.attested in (ALL_NUMBERS, SOME_NUMBERS)


def is_joined(meta: Meta) -> bool:
    """Whether another record of the same person took this one's place, which every answer about it says."""
    return meta.joined


def decide(record: RecordState, request: Request) -> Refusal | None:
    """None if it is allowed, else why not. What the caller lacks comes before anything that tells of the record."""
    if _needed(request) - request.permissions:
        return Refusal.PERMISSION
    if record.erasing:
        return Refusal.ABSENT
    is_right, refusal = _rule(record, request)
    return None if is_right else refusal


def _rule(record: RecordState, request: Request) -> tuple[bool, Refusal]:
    """Whether a record that is there allows it, and why not where it does not.

    Whom a restriction shuts out without an emergency is not told of it.
    """
    unrestricted = not record.restricted
    if request.action is Action.READ and request.purpose == "ETREAT":
        return unrestricted, Refusal.RESTRICTED
    return {
        Action.SEE_PERSON: (unrestricted and record.sharing, Refusal.CONSENT),
        Action.READ: (unrestricted and (record.sharing or request.share), Refusal.CONSENT),
        Action.WRITE: (unrestricted, Refusal.RESTRICTED),
        Action.VERIFY: (True, Refusal.ABSENT),
        Action.MAKE_LINK: (unrestricted, Refusal.RESTRICTED),
        Action.OPEN_LINK: (unrestricted, Refusal.RESTRICTED),
        Action.SEE_WRITTEN: (record.card_seen, Refusal.CARD),
        Action.SEE_READERS: (record.card_seen, Refusal.CARD),
        Action.CHECK_READERS: (record.card_seen and record.numbers_seen, Refusal.CARD),
        Action.COUNT: _counts(record),
        Action.NOTIFY: _is_notified(record),
    }[request.action]


def _is_notified(record: RecordState) -> tuple[bool, Refusal]:
    """Until a card was seen the phone may be of a stranger, who would learn when the person has an emergency."""
    return (record.card_seen, Refusal.CARD) if record.notices else (False, Refusal.CONSENT)


def _counts(record: RecordState) -> tuple[bool, Refusal]:
    """A person with two records is counted by the one whose card was seen."""
    if record.restricted or not record.statistics:
        return False, Refusal.CONSENT
    return not record.joined, Refusal.JOINED


def find_refusal(meta: Meta, action: Action, day: datetime.date) -> Refusal | None:
    """The same for what needs no permission of a facility."""
    return decide(state_of(meta, day), Request(action))


def is_allowed(meta: Meta, action: Action, day: datetime.date) -> bool:
    """Whether `find_refusal` finds none."""
    return find_refusal(meta, action, day) is None


def refusal_error(refusal: Refusal, *, absent: ServiceError | None = None) -> ServiceError:
    """The answer that tells a facility of a refusal."""
    if refusal == Refusal.ABSENT:
        return absent or NotFoundError(TEXTS[refusal], type=refusal.value)
    return ForbiddenError(TEXTS[refusal], type=refusal.value)


def _needed(request: Request) -> frozenset[str]:
    match request.action:
        case Action.READ if request.purpose == "ETREAT":
            return frozenset({"read", "emergency"})
        case Action.READ | Action.SEE_PERSON:
            return frozenset({"read"})
        case Action.WRITE:
            return frozenset({"write"})
        case Action.VERIFY:
            return frozenset({"verify"})
        case _:
            return frozenset()


TEXTS = {
    Refusal.PERMISSION: Translated("Cơ sở chưa được cấp quyền này.", "The facility lacks a permission for this."),
    Refusal.ABSENT: Translated("Không có hồ sơ này.", "There is no such record."),
    Refusal.RESTRICTED: Translated(
        "Người này đã hạn chế mọi việc xử lý hồ sơ, kể cả khi cấp cứu.",
        "This person has restricted all processing of the record, emergencies included.",
    ),
    Refusal.CONSENT: Translated(
        "Người này chưa đồng ý chia sẻ hồ sơ với cơ sở y tế.",
        "This person has not consented to sharing the record with facilities.",
    ),
    Refusal.CARD: Translated(
        "Chưa cơ sở y tế nào xem giấy tờ của người này.", "No facility has seen this person's card yet."
    ),
    Refusal.JOINED: Translated(
        "Người này đã có một hồ sơ khác thay cho hồ sơ này.", "Another record of this person took this one's place."
    ),
}
