"""What must hold after each step of the squatter's walk, told from the walk's own books and not by the product's rules.

Nobody reads what the policy forbids, and nobody's record is hidden.
"""

from tests.adversaries.walk import EMERGENCY, Entry, Person, Record, Walk
from tests.declare import people

LOOKS_EVERY = 3  # steps: looking for everybody takes as long as several of them


def check(walk: Walk) -> None:
    """Raises AssertionError with the seed and the steps of the walk."""
    faults = _read(walk)
    if len(walk.history) % LOOKS_EVERY == 0:
        faults += [fault for person in walk.people for fault in _hidden(walk, person)]
    walk.answers.clear()
    assert faults == [], f"seed {walk.seed}, after {' > '.join(walk.history)}: {faults}"


def _read(walk: Walk) -> list[str]:
    """What somebody was shown and had no right to."""
    faults = []
    for reader, right, _, text in walk.answers:
        for record_id, record in walk.records.items():
            if record.mark in text and not _may_read(walk, reader, right, record_id, record):
                faults.append(f"{reader[-8:]} ({right}) read what {record_id} declared")
        for entry in walk.entries:
            if entry.mark in text and not _may_read_entry(walk, reader, right, entry):
                faults.append(f"{reader[-8:]} ({right}) read what was written by {entry.found_by} at {entry.record_id}")
    return faults


def _may_read(walk: Walk, reader: str, right: str, record_id: str, record: Record) -> bool:
    if reader != "key":
        return record.account == reader
    if record.restricted or right not in ("TREAT", "ETREAT"):
        return False
    return right == "ETREAT" or record.sharing is not False


def _may_read_entry(walk: Walk, reader: str, right: str, entry: Entry) -> bool:
    """An account sees what was written about whom its number names only once that number's card was seen for it."""
    record = walk.records.get(entry.record_id)
    if record is None or not _may_read(walk, reader, right, entry.record_id, record):
        return False
    return reader == "key" or walk.holders.get(entry.found_by) == entry.record_id


def _hidden(walk: Walk, person: Person) -> list[str]:
    """Ways in which a person's record is not there for who must find it."""
    record = walk.records.get(person.record_id)
    if record is None:
        return []
    faults = []
    for number in sorted(record.numbers):
        held = walk.holders.get(number)
        answer = walk.hospital.search(*number, person.born)
        ids = [each["resource"]["id"] for each in answer.json.get("entry", [])] if answer.status == 200 else []
        if held in (None, person.record_id) and person.record_id not in ids:
            faults.append(f"{person.name} is not found by {number}: {answer.status} {ids}")
        if held not in (None, person.record_id) and not _is_told(walk, person):
            faults.append(f"{person.name} lost {number} and was not told")
    return faults + _own(walk, person, record)


def _is_told(walk: Walk, person: Person) -> bool:
    kinds = {item["kind"] for item in walk.world.items("access") if item["pk"] == f"events#{person.account}"}
    return "number-moved" in kinds


def _own(walk: Walk, person: Person, record: Record) -> list[str]:
    """The own page, and the door in an emergency."""
    faults = []
    cookies = people.sign_in(person.account, level=2)
    own = people.call("GET", "/v1/records/{id}", cookies, record_id=person.record_id)
    if own.status != 200 or record.mark not in own.body:
        faults.append(f"{person.name} cannot read the own record: {own.status}")
    path = f"Patient/{person.record_id}/$summary"
    opened = walk.hospital.call("GET", path, **EMERGENCY)
    if opened.status != (403 if record.restricted else 200):
        faults.append(f"an emergency of {person.name} was answered {opened.status}")
    return faults
