"""Whose episode it is: number and birth date, and the name wherever a date is not known to the day."""

from functions.contribute.settings import ContributeSettings
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.facility.signed_call import FacilityCall
from health_record.hospital_file.episode import SentPerson
from health_record.identity import identifiers
from health_record.identity.full_names import is_same_name
from health_record.record import record_reader
from health_record.record.record_items import Identity
from health_record.record.record_reader import DecryptedRecord

WHOLE_DATE = len("2026-11-23")


def find(config: ContributeSettings, call: FacilityCall, person: SentPerson) -> DecryptedRecord | None:
    """The record of the person, with its identity open; None where no number and birth date lead to one."""
    macs = KeyedHash(config.mac_key_id, config.province)
    pointers = (identifiers.parse_pointer(system, number) for system, number in person.numbers)
    for pointer in dict.fromkeys(pointers):
        record_id = record_reader.find_record_id(config.table_records, macs, pointer)
        opened, _ = record_reader.load_identity(config, record_id, f"episodes#{call.facility.id}", _admit)
        if opened is not None and is_same_person(person, opened.identity):
            return opened
    return None


def is_same_person(person: SentPerson, identity: Identity) -> bool:
    """Whether the dates agree as far as both are known; the names too, unless both are known to the day."""
    sent, known = person.birth_date, identity.birth_date
    length = min(len(sent), len(known))
    if sent[:length] != known[:length]:
        return False
    return length == WHOLE_DATE or is_same_name(person.name, identity.full_name)


def _admit(_state: Item) -> None:
    """The limit of episodes without a record is judged before any person is looked for."""
