"""Whose episode it is: number and birth date, and the name wherever a date is not known to the day.

`person_choice` decides where several records claim the numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from functions.contribute.hospital_file import person_choice, unknown_people
from functions.contribute.hospital_file.person_choice import Chosen
from functions.contribute.settings import ContributeSettings
from health_record.audit import audit_entries, replay_guard
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import ConflictError
from health_record.facility import read_bounds
from health_record.facility.read_bounds import Reader
from health_record.facility.signed_call import FacilityCall
from health_record.hospital_file.episode import SentPerson
from health_record.identity.full_names import is_same_name
from health_record.identity.identifiers import Pointer
from health_record.language import Translated
from health_record.record import identifier_claims, record_reader
from health_record.record.identifier_claims import ClaimedRecord, PatientQuery
from health_record.record.record_items import Identity
from health_record.record.record_reader import DecryptedRecord

WHOLE_DATE = len("2026-11-23")
MOST_TOLD = 20


@dataclass(frozen=True)
class Read:
    """What names people to the facility in one episode's answer: who asks, and its budgets as they were loaded."""

    config: ContributeSettings
    call: FacilityCall
    number: int  # the episode's place in the file
    reader: Reader
    budgets: Mapping[str, Item]

    def count(self, record_ids: Sequence[str]) -> None:
        """Count a read for each of them. Raises TooManyRequestsError."""
        read_bounds.count(self.config.table_access, self.reader, self.budgets, len(record_ids))

    def tell(self, record_ids: Sequence[str], reason: str) -> None:
        """Count a read and add a refused line for each record of which the answer tells, though nothing is kept.

        Raises TooManyRequestsError.
        """
        self.count(record_ids)
        for place, record_id in enumerate(record_ids):
            nonce = audit_entries.further_key(self.call.nonce, self.number, "told", place)
            line = replace(self.call, record_id=record_id, nonce=nonce).audit_entry("episode", "denied", reason)
            replay_guard.put_entry(self.config.table_audit, line)


@dataclass(frozen=True)
class Match:
    """The record of the episode's person with its identity open, the number that led to it, and who reads."""

    record: DecryptedRecord
    pointer: Pointer
    read: Read


def find(config: ContributeSettings, call: FacilityCall, person: SentPerson, number: int) -> Match | None:
    """Whose the file's `number`-th episode is; None where no number and birth date lead to one.

    Raises ConflictError for several, who count as reads and find a line each, as at a look-up that tells of them.
    Raises TooManyRequestsError, whoever it is, for a facility that has asked for too many people without a record.
    """
    reader = Reader(call.facility, call.practitioner, is_emergency=False)

    def admit(budgets: Mapping[str, Item]) -> None:
        unknown_people.check(call.facility, budgets)

    claimed = [_list_claimed(config, pointer, person) for pointer in person.pointers]
    chosen = person_choice.choose(claimed)
    found = chosen if isinstance(chosen, Chosen) else None
    names = (unknown_people.budget(call.facility), *reader.budget_names)
    record, budgets = record_reader.load_identity(config, found.record_id if found else None, names, admit)
    read = Read(config, call, number, reader, budgets)
    if chosen == "several":
        read.tell(_one_an_account(claimed), "several-records")
        raise several_error()
    pointer = person.pointers[found.number] if found else None
    if record is None or pointer is None or not is_same_person(person, record.identity):
        return None
    if has_another_card(person, record.identity, pointer):
        return None
    return Match(record, pointer, read)


def several_error() -> ConflictError:
    """The answer where only a card that is seen could tell whose an episode is."""
    text = Translated(
        "Nhiều hồ sơ cùng khai số này; cần xem thẻ để biết hồ sơ nào.",
        "Several records claim this number; the card has to be seen.",
    )
    return ConflictError(text, type="several-records")


def _one_an_account(claimed: Sequence[Sequence[ClaimedRecord]]) -> list[str]:
    """Whom the answer tells of: the best record of each account and number, at most 20."""
    best = {(number, claim.listed_as): claim.record_id for number, of in enumerate(claimed) for claim in reversed(of)}
    return list(dict.fromkeys(best.values()))[:MOST_TOLD]


def is_same_person(person: SentPerson, identity: Identity) -> bool:
    """Whether the dates agree as far as both are known; the names too, unless both are known to the day."""
    sent, known = person.birth_date, identity.known_birth_date
    length = min(len(sent), len(known))
    if sent[:length] != known[:length]:
        return False
    return length == WHOLE_DATE or is_same_name(person.name, identity.full_name)


def has_another_card(person: SentPerson, identity: Identity, led_by: Pointer) -> bool:
    """Whether the record's person is somebody else by a card that was seen: it has another number than the file's.

    A number that was seen itself leads to its person whatever else the file says, which may be a slip of the hospital.
    """
    seen = identity.seen_numbers
    sent = {pointer.short: pointer for pointer in person.pointers if pointer}
    return led_by not in seen and any(sent.get(pointer.short, pointer) != pointer for pointer in seen)


def _list_claimed(config: ContributeSettings, pointer: Pointer | None, person: SentPerson) -> list[ClaimedRecord]:
    """Who claims the number for a person of this birth date, in one query whatever there is."""
    macs = KeyedHash.from_settings(config)
    claims = identifier_claims.load_claims(config.table_keys, macs, pointer)
    return identifier_claims.select_claimed(macs, claims, PatientQuery(pointer, person.birth_date, name=person.name))
