"""Whether a card may be verified for a record: the pair, then what the record would lose, then what others would."""

from collections.abc import Mapping
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

    `holder` is the record that loses the number by this, and is one of `settled`. `bystanders` are further records that
    claim the number, and `given_up` the record's own verified numbers that the card replaces.
    """

    config: ContributeSettings
    call: FacilityCall
    opened: DecryptedRecord
    pointer: Pointer
    birth_date: str  # on the card
    permit_pin: bool
    holder: str | None
    settled: list[Settled]
    bystanders: tuple[DecryptedRecord, ...] = ()
    given_up: tuple[Pointer, ...] = ()
    paper: IssuedPaperCode | None = None

    @property
    def identity(self) -> Identity:
        """The record's identity with the number of the card in its place."""
        return identity_with(self.opened.identity, self.pointer, self.birth_date)

    @property
    def losers(self) -> list[DecryptedRecord]:
        """The records that a look-up by a number finds no longer, whatever staff called it: each is told.

        That is everybody else who claims the number, and this record where the card replaces a number of it.
        """
        own = [self.opened] if self.replaced else []
        return [*own, *(settled.other for settled in self.settled), *self.bystanders]

    @property
    def replaced(self) -> frozenset[Pointer]:
        """The record's numbers, declared or verified, that the card takes the place of."""
        return frozenset(self.opened.identity.pointers) - frozenset(self.identity.pointers)

    @property
    def told(self) -> tuple[str, ...]:
        """The ids of the bystanders."""
        return tuple(each.record_id for each in self.bystanders)

    @property
    def named(self) -> int:
        """How many records the answer names or the call changes."""
        return 1 + len(self.settled) + len(self.told)

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
    if opened is None or pointer is None or not request.query.matches_birth_date(opened.identity.birth_date):
        raise _missed(config, call, budgets, _no_such_person_error())
    call.record_id = opened.record_id
    opened = replace(opened, budgets=budgets)
    after = identity_with(opened.identity, pointer, request.query.birth_date)
    others = claimants.load(config, opened.record_id, request.query, before=opened.identity, after=after)
    _require_right(config, call, request, opened, others)
    settled = _open_settled(config, call, opened, request, pointer, others)
    paper = _issue_paper_code(config, opened) if request.wants_paper_code else None
    decided = {each.other.record_id for each in settled}
    bystanders = _open_bystanders(config, [each for each in others.fitting if each not in decided][: settlement.MOST])
    return Card(
        config,
        call,
        opened,
        pointer,
        request.query.birth_date,
        request.permit_pin,
        others.holder,
        settled,
        bystanders,
        others.given_up,
        paper,
    )


def _require_right(
    config: ContributeSettings, call: FacilityCall, request: VerifyRequest, opened: DecryptedRecord, others: Claimants
) -> None:
    """Raise for a verified number that would leave its record, unless the facility may override and says why.

    A record that has a verified number of its own learns nothing of another one. A holder whom the card does not fit
    is told of like nobody, and counts as a wrong pair.
    """
    if "override" in call.facility.permissions and request.reason:
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


def has_rivals(config: ContributeSettings, record_id: str, query: PatientQuery) -> bool:
    """Whether another record claims the number for a person of this birth date."""
    assert query.pointer is not None
    macs = KeyedHash.from_settings(config)
    claims = identifier_claims.list_claims(config.table_keys, identifier_claims.identifier_pk(macs, query.pointer))
    return any(each != record_id for each in identifier_claims.select_fitting(macs, claims, query))


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
    identity = replace(identity.take_back(pointer), joined_to=None).see_card(pointer, birth_date)
    if pointer in identity.pointers:
        return identity
    if pointer.short == "national-id":
        return replace(identity, national_id=pointer.value)
    return replace(identity, insurance_number=pointer.value)


def _issue_paper_code(config: ContributeSettings, opened: DecryptedRecord) -> IssuedPaperCode:
    """Raises InvalidContentError for a record whose account has no phone: nobody could use the code."""
    if opened.identity.phone is None:
        message = Translated("Hồ sơ này không có số điện thoại.", "This record has no phone.")
        raise InvalidContentError(
            message, type="no-phone", faults=[Fault("", message, expression="Parameters.parameter")]
        )
    return IssuedPaperCode(*paper_codes.issue(config.table_access, opened.meta.account))


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
    if not set(actions) <= set(others.fitting):
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


def _open_bystanders(config: ContributeSettings, record_ids: list[str]) -> tuple[DecryptedRecord, ...]:
    """Who claims the number and is not decided of; one whose erasure has begun is left out."""
    if not record_ids:
        return ()
    locked = record_reader.load_locked(config, record_ids, ())[0]
    return tuple(record_reader.decrypt_locked(config, locked[each]) for each in record_ids if each in locked)


def _no_such_person_error() -> NotFoundError:
    return NotFoundError(
        Translated(
            "Không có hồ sơ nào khớp cả mã số và ngày sinh.", "No record matches this identifier and birth date."
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
