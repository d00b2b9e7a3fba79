"""A facility that may write and not read learns nothing of what others wrote or the person declared."""

import json
from typing import Any

import pytest

from tests.conftest import World
from tests.contribute.bundles import bundle, condition, encounter, observation
from tests.facility_desk import Desk, Resident, coding, new_uuid, register, store_resident

ICD_10 = "http://hl7.org/fhir/sid/icd-10"


def declared_condition(person: str) -> str:
    """The id under which the summary shows the declared illness: whoever knows the record's id can work it out."""
    from functions.contribute import declared_references
    from functions.contribute.settings import ContributeSettings
    from health_record import settings
    from health_record.record import record_reader

    config = settings.read_once(ContributeSettings)
    record = record_reader.load_record(config, person)
    assert record is not None
    (reference,) = [
        each for each in declared_references.list_declared_ids(record, config.province) if each.startswith("Condition/")
    ]
    return reference.removeprefix("Condition/")


@pytest.fixture
def person(world: World) -> str:
    answers = {"history.conditions": [coding(ICD_10, "I10")]}
    return store_resident(world, Resident(sharing=False, answers=answers))


def outcome(answer: Any) -> tuple[int, list[str]]:
    return answer.status, [issue["details"]["text"] for issue in answer.json.get("issue", [])]


def written(desk: Desk, person: str, name: str) -> Any:
    """A Condition under `name` whose reference leads nowhere."""
    broken = {"encounter": {"reference": f"Encounter/{new_uuid()}"}}
    return desk.transaction(bundle(condition(person, id=name, **broken)))


def test_a_broken_reference_tells_nothing_of_what_another_facility_wrote(world: World, person: str) -> None:
    taken, free = new_uuid(), new_uuid()
    other = register(world, "79002", permissions=["write"])
    assert other.transaction(bundle(condition(person, id=taken), encounter(person))).status == 200
    desk = register(world, permissions=["write"])
    assert outcome(written(desk, person, taken)) == outcome(written(desk, person, free))
    assert outcome(written(desk, person, taken))[0] == 422


@pytest.mark.parametrize("permissions", [["write"], ["read", "write"]])
def test_a_reference_to_what_was_declared_is_refused_like_any_other(
    world: World, person: str, permissions: list[str]
) -> None:
    desk = register(world, permissions=permissions)
    outcomes = [
        outcome(desk.transaction(bundle(observation(person, focus=[{"reference": f"Condition/{name}"}]))))
        for name in (declared_condition(person), new_uuid())
    ]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] == 422


def test_who_may_read_may_refer_to_what_was_declared(world: World) -> None:
    answers = {"history.conditions": [coding(ICD_10, "I10")]}
    person = store_resident(world, Resident(answers=answers))
    name = declared_condition(person)
    about = bundle(observation(person, focus=[{"reference": f"Condition/{name}"}]), encounter(person))
    assert register(world).transaction(about).status == 200


@pytest.mark.parametrize("path", ["", "Bundle/$validate"])
def test_a_reference_to_what_was_declared_is_a_read_with_its_bound(world: World, path: str) -> None:
    """The ids of declared items are arithmetic: who tries them asks for diagnoses."""
    person = store_resident(world, Resident(answers={"history.conditions": [coding(ICD_10, "I10")]}))
    desk = register(world, permissions=["read", "write"], daily_patients=1)
    stranger = [{"reference": f"Condition/{new_uuid()}"}]

    def tries() -> Any:
        return desk.call("POST", path, json.dumps(bundle(observation(person, focus=stranger))).encode())

    statuses = [tries().status for _ in range(8)]
    first = 200 if path else 422
    assert statuses == [first] * 2 + [429] * 6
    assert tries().json["issue"][0]["diagnostics"] == "too-many-reads"
