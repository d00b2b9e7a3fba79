"""References of what a facility writes to what the person declared.

The ids of declared items follow from the record's by arithmetic, so that who asks whether one is there asks for a
diagnosis: it is a read, counted and bounded like a summary.
"""

from dataclasses import asdict

from functions.contribute.settings import ContributeSettings
from health_record.facility import read_bounds
from health_record.facility.read_bounds import Reader
from health_record.facility.signed_call import FacilityCall
from health_record.record import record_reader
from health_record.record.record_reader import DecryptedRecord
from health_record.summary_sources.sources import Person


def read(config: ContributeSettings, call: FacilityCall, record: DecryptedRecord) -> set[str]:
    """What a reference may name, counted as one read of the facility. Raises TooManyRequestsError."""
    reader = Reader(call.facility, call.practitioner, is_emergency=False)
    _, budgets = record_reader.load_locked(config, [], reader.budget_names)
    call.refunds += read_bounds.count(config.table_access, reader, budgets, 1)
    return list_declared_ids(record, config.province)


def list_declared_ids(record: DecryptedRecord, province: str) -> set[str]:
    """What the summary shows of the declaration, and a reference may name."""
    from health_record.questionnaire import load_questionnaire
    from health_record.summary_sources.from_declaration import derive_resources

    declaration = record_reader.read_declaration(record, load_questionnaire(province))
    if declaration is None:
        return set()
    person = Person(record.record_id, asdict(record.identity))
    derived = derive_resources(person, declaration).resources
    return {f"{resource['resourceType']}/{resource['id']}" for resource in derived}
