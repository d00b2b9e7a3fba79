"""Whether a card may be verified for a record: the pair, then what the record would lose, then what others would."""

import itertools
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from functions.contribute import settlement
from functions.contribute.card import claimants
from functions.contribute.card.claimants import Claimants
from functions.contribute.card.verify_request import VerifyRequest
from functions.contribute.settings import ContributeSettings
from functions.contribute.settlement import Settled
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import ConflictError, Fault, InvalidContentError, NotFoundError, ServiceError
from health_record.facility import read_bounds
from health_record.facility.failed_lookups import MissBudget
from health_record.facility.read_bounds import Reader
from health_record.facility.signed_call import FacilityCall
from health_record.identity import paper_codes
from health_record.identity.identifiers import Pointer
from health_record.language import Translated
from health_record.record import access_policy, identifier_claims, record_reader
from health_record.record.identifier_claims import PatientQuery
from health_record.record.record_items import Identity, Meta
from health_record.record.record_reader import DecryptedRecord

LOADED_AT_ONCE = 40


@dataclass(frozen=True)
class IssuedPaperCode:
    """A code for the phone of the record's account: what the person gets on paper, and what keeps it."""

    number: str
    item: dict[str, Any]

    def __repr__(self) -> str:
        return "IssuedPaperCode(...)"


@dataclass(frozen=True)
class Card:
    """What a facility saw, for the record it opened, and the other records that it decides of.

    `holder` is the record that loses the number by this, and is one of `settled`. `named` are further records that may
    be of the person, which the answer names; `displaced` those that no look-up by the number finds any more, one an
    account, and `given_up` the record's own verified numbers that the card replaces. `is_news` says that the number was
    not verified for this record before.
    """

    config: ContributeSettings
    call: FacilityCall
    opened: DecryptedRecord
    pointer: Pointer
    birth_date: str  # on the card
    permit_pin: bool
    holder: str | None
    settled: list[Settled]
    named: tuple[str, ...] = ()
    displaced: tuple[Meta, ...] = ()
    given_up: tuple[Pointer, ...] = ()
    is_news: bool = True
    paper: IssuedPaperCode | None = None

    @property
    def identity(self) -> Identity:
        """The record's identity with the number of the card in its place."""
        return identity_with(self.opened.identity, self.pointer, self.birth_date)

    @property
    def losers(self) -> list[DecryptedRecord]:
        """The records from which staff takes a number by this, whatever they called it: each is told.

        That is the holder, a claim that is joined or released, and this record where the card replaces a number of it.
        """
        own = [self.opened] if self.replaced else []
        taken = [each.other for each in self.settled if each.action != "keep" or each.other.record_id == self.holder]
        return [*own, *taken]

    @property
    def replaced(self) -> frozenset[Pointer]:
        """The record's numbers, declared or verified, that the card takes the place of."""
        return frozenset(self.opened.identity.pointers) - frozenset(self.identity.pointers)

    @property
    def adds_number(self) -> bool:
        """Whether the record gets a number that nobody declared for it, beside those that it has."""
        return self.pointer not in self.opened.identity.pointers and not self.replaced

    @property
    def touched(self) -> int:
        """How many records the answer names or the call changes."""
        return 1 + len(self.settled) + len(self.named)

    @property
    def changes(self) -> list[tuple[DecryptedRecord, Meta]]:
        """Each record that this touches, and what its meta becomes."""
        opened = (self.opened, replace(access_policy.attested_as(self.opened.meta, self.identity), joined=False))
        return [opened, *((settled.other, settled.meta) for settled in self.settled)]

    @property
    def macs(self) -> KeyedHash:
        """The keyed MACs of this province."""
        return KeyedHash.from_settings(self.config)

    def pk(self, pointer: Pointer) -> str:
        """Where a number is kept."""
        return identifier_claims.identifier_pk(self.macs, pointer)


def check_card(config: ContributeSettings, call: FacilityCall, request: VerifyRequest) -> Card:
    """Judge by what stands now: the pair, then what the record would lose, then what others would."""
    names = (MissBudget(call.facility).name, *_reader(call).budget_names)
    opened, budgets = record_reader.load_identity(
        config, request.record_id, names, lambda seen: _check_budgets(call, seen)
    )
    pointer = request.query.pointer
    if (
        opened is None
        or pointer is None
        or not request.fits(opened.identity, is_overriding=_is_overriding(call, request))
    ):
        raise _missed(config, call, budgets, _no_such_person_error())
    call.record_id = opened.record_id
    opened = replace(opened, budgets=budgets)
    after = identity_with(opened.identity, pointer, request.query.birth_date)
    others = claimants.load(config, opened.record_id, request.query, before=opened.identity, after=after)
    _require_right(config, call, request, opened, others)
    settled = _open_settled(config, call, opened, request, pointer, others)
    paper = _issue_paper_code(config, opened) if request.wants_paper_code else None
    decided = {each.other.record_id for each in settled}
    undecided = [each for each in others.one_an_account if each not in decided]
    named = undecided[: max(0, settlement.MOST - len(settled))]  # so many as one transaction has room for
    taken = {each.other.record_id for each in settled if each.action != "keep"}
    displaced = [each for each in others.displaced if each not in taken]
    metas = _load_metas(config, {*named, *displaced})
    return Card(
        config,
        call,
        opened,
        pointer,
        request.query.birth_date,
        request.permit_pin,
        others.holder,
        settled,
        named=tuple(each for each in named if each in metas),
        displaced=tuple(metas[each] for each in displaced if each in metas),
        given_up=others.given_up,
        is_news=not others.was_verified,
        paper=paper,
    )


def _require_right(
    config: ContributeSettings, call: FacilityCall, request: VerifyRequest, opened: DecryptedRecord, others: Claimants
) -> None:
    """Raise for a verified number that would leave its record, unless the facility may override and says why.

    A record that has a verified number of its own learns nothing of another one. A holder whom the card does not fit
    is told of like nobody, and counts as a wrong pair. A year or a month decides against nobody who may be meant by
    it: they learn that it was tried, and it costs a read of each.
    """
    if _is_overriding(call, request):
        return
    if others.given_up:
        count_reads(config, call, opened, 1)
        raise _other_number_verified_error()
    if others.fitting_holder is not None:
        count_reads(config, call, opened, 2)
        call.see(opened.record_id, others.fitting_holder)
        raise _verified_elsewhere_error()
    if others.holder is not None:
        raise _missed(config, call, opened.budgets, _no_such_person_error())
    if others.possible and not others.was_verified and not request.query.has_whole_date:
        rivals = others.one_an_account[: settlement.MOST]
        count_reads(config, call, opened, 1 + len(rivals))
        call.see(opened.record_id, *rivals)
        raise _date_not_whole_error()


def _is_overriding(call: FacilityCall, request: VerifyRequest) -> bool:
    return "override" in call.facility.permissions and bool(request.reason)


def has_rivals(config: ContributeSettings, record_id: str, query: PatientQuery) -> bool:
    """Whether another record claims the number for who may be the same person."""
    assert query.pointer is not None
    macs = KeyedHash.from_settings(config)
    claims = identifier_claims.load_claims(config.table_keys, macs, query.pointer)
    return any(each.record_id != record_id for each in identifier_claims.select_possible(macs, claims, query))


def _reader(call: FacilityCall) -> Reader:
    """Whoever verifies has the person and the card before them: an emergency lifts no bound."""
    return Reader(call.facility, call.practitioner, is_emergency=False)


def _check_budgets(call: FacilityCall, budgets: Mapping[str, Item]) -> None:
    misses = MissBudget(call.facility)
    misses.check_limit(budgets[misses.name])
    read_bounds.check(_reader(call), budgets)


def count_reads(config: ContributeSettings, call: FacilityCall, opened: DecryptedRecord, amount: int) -> None:
    """Count whom the call names or changes. Raises TooManyRequestsError."""
    call.refunds += read_bounds.count(config.table_access, _reader(call), opened.budgets, amount)


def _missed(
    config: ContributeSettings, call: FacilityCall, budgets: Mapping[str, Item], error: ServiceError
) -> ServiceError:
    """The answer to a wrong pair, once it is counted. Raises TooManyRequestsError."""
    misses = MissBudget(call.facility)
    call.refunds.append(misses.record(config.table_access, budgets[misses.name]))
    return error


def identity_with(identity: Identity, pointer: Pointer, birth_date: str) -> Identity:
    """The identity with the number of the card in its place, seen there with this birth date."""
    after = replace(identity, joined_to=None).drop_cards_against(pointer, birth_date).see_card(pointer, birth_date)
    if pointer not in after.pointers and pointer.short == "national-id":
        after = replace(after, national_id=pointer.value)
    elif pointer not in after.pointers:
        after = replace(after, insurance_number=pointer.value)
    return after.follow(identity).take_back(pointer)


def _issue_paper_code(config: ContributeSettings, opened: DecryptedRecord) -> IssuedPaperCode:
    """Raises InvalidContentError for a record whose account has no phone: nobody could use the code."""
    if opened.identity.phone is None:
        message = Translated("Hồ sơ này không có số điện thoại.", "This record has no phone.")
        raise InvalidContentError(
            message, type="no-phone", faults=[Fault("", message, expression="Parameters.parameter")]
        )
    return IssuedPaperCode(*paper_codes.issue(config.table_access, opened.meta.account, opened.record_id))


def _open_settled(
    config: ContributeSettings,
    call: FacilityCall,
    opened: DecryptedRecord,
    request: VerifyRequest,
    pointer: Pointer,
    others: Claimants,
) -> list[Settled]:
    """The other records that staff decides of; the holder, if nothing else was decided, keeps its claim.

    Raises InvalidContentError for a record that the card does not fit: as for one that is not there, and as a miss.
    """
    actions = {each.record_id: each.action for each in request.settlements}
    if not set(actions) <= set(others.possible):
        raise _missed(config, call, opened.budgets, settlement.settle_error())
    if others.holder is not None:
        actions.setdefault(others.holder, "keep")
    found = [_open_other(config, record_id, action, pointer) for record_id, action in actions.items()]
    return [settled for settled in found if settled is not None]


def _open_other(
    config: ContributeSettings, record_id: str, action: settlement.Action, pointer: Pointer
) -> Settled | None:
    locked = record_reader.load_locked(config, [record_id], ())[0].get(record_id)
    if locked is None:  # its erasure has begun, and takes its claims with it
        return None
    return Settled(record_reader.decrypt_locked(config, locked), action, pointer)


def _load_metas(config: ContributeSettings, record_ids: Collection[str]) -> dict[str, Meta]:
    """The metas of these records, without those whose erasure has begun, and by a call for nobody as well.

    Else the time would tell a number that nobody claims from one that is claimed for another birth date.
    """
    found: dict[str, Meta] = {}
    for some in itertools.batched(sorted(record_ids) or [str(uuid.uuid4())], LOADED_AT_ONCE, strict=False):
        locked = record_reader.load_locked(config, some, ())[0]
        found |= {record_id: record.meta for record_id, record in locked.items()}
    return found


def _no_such_person_error() -> NotFoundError:
    return NotFoundError(
        Translated(
            "Không có người hay tệp này, hoặc không đúng ngày sinh.",
            "No such person or attachment, or not with this birth date.",
        ),
        type="no-such-person",
    )


def _other_number_verified_error() -> ConflictError:
    return ConflictError(
        Translated(
            "Hồ sơ này đã có một số khác được xác nhận. Chỉ cơ sở có quyền override và nêu reason mới thay được.",
            "Another number is verified for this record. Only a facility with permission override that gives a reason "
            "may replace it.",
        ),
        type="other-number-verified",
    )


def _verified_elsewhere_error() -> ConflictError:
    return ConflictError(
        Translated(
            "Số này đã được xác nhận cho một hồ sơ khác. Chỉ cơ sở có quyền override và nêu reason mới chuyển được.",
            "This number is verified for another record. Only a facility with permission override that gives a reason "
            "may move it.",
        ),
        type="verified-elsewhere",
    )


def _date_not_whole_error() -> ConflictError:
    return ConflictError(
        Translated(
            "Hồ sơ khác cũng khai số này, và chỉ năm hoặc tháng sinh thì không phân biệt được. Chỉ cơ sở có quyền "
            "override và nêu reason mới xác nhận được.",
            "Another record claims this number too, and a year or month of birth alone does not tell them apart. Only "
            "a facility with permission override that gives a reason may verify it.",
        ),
        type="birth-date-not-whole",
    )
