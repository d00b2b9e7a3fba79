"""Whose episode it is: number and birth date, and the name wherever a date is not known to the day or several claim."""

from collections.abc import Mapping
from dataclasses import dataclass

from functions.contribute.hospital_file import unknown_people
from functions.contribute.settings import ContributeSettings
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import ConflictError
from health_record.facility.signed_call import FacilityCall
from health_record.hospital_file.episode import SentPerson
from health_record.identity import identifiers
from health_record.identity.full_names import is_same_name
from health_record.identity.identifiers import Pointer
from health_record.language import Translated
from health_record.record import identifier_claims, record_reader
from health_record.record.identifier_claims import Candidate, PatientQuery
from health_record.record.record_items import Identity
from health_record.record.record_reader import DecryptedRecord

WHOLE_DATE = len("2026-11-23")


@dataclass(frozen=True)
class Match:
    """The record of the episode's person, with its identity open, and the number that led to it."""

    record: DecryptedRecord
    pointer: Pointer


def find(config: ContributeSettings, call: FacilityCall, person: SentPerson) -> Match | None:
    """Whose episode it is; None where no number and birth date lead to one. Raises ConflictError for several.

    Raises TooManyRequestsError, whoever it is, for a facility that has asked for too many people without a record.
    """

    def admit(budgets: Mapping[str, Item]) -> None:
        unknown_people.check(call.facility, budgets)

    pointers = (identifiers.parse_pointer(system, number) for system, number in person.numbers)
    for pointer in dict.fromkeys(pointers):
        candidates = _candidates(config, pointer, person)
        record_id = candidates[0].record_id if len(candidates) == 1 else None
        record, _ = record_reader.load_identity(config, record_id, (unknown_people.budget(call.facility),), admit)
        if len(candidates) > 1:
            text = Translated(
                "Nhiều hồ sơ cùng khai số này; cần xem thẻ để biết hồ sơ nào.",
                "Several records claim this number; the card has to be seen.",
            )
            raise ConflictError(text, type="several-records")
        if record is not None and pointer is not None and is_same_person(person, record.identity):
            return Match(record, pointer)
    return None


def is_same_person(person: SentPerson, identity: Identity) -> bool:
    """Whether the dates agree as far as both are known; the names too, unless both are known to the day."""
    sent, known = person.birth_date, identity.birth_date
    length = min(len(sent), len(known))
    if sent[:length] != known[:length]:
        return False
    return length == WHOLE_DATE or is_same_name(person.name, identity.full_name)


def _candidates(config: ContributeSettings, pointer: Pointer | None, person: SentPerson) -> list[Candidate]:
    """The one record that number and date lead to, else those that agree with the name as well, else all."""
    macs = KeyedHash.from_settings(config)
    found = identifier_claims.find_candidates(config.table_keys, macs, PatientQuery(pointer, person.birth_date))
    if len(found) == 1:
        return found
    named = PatientQuery(pointer, person.birth_date, name=person.name)
    return identifier_claims.find_candidates(config.table_keys, macs, named) or found
