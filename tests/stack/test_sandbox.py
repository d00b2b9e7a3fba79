"""`ssk sandbox`: the invented people are there in the state that their line says, and are made once."""

from typing import Any

import pytest

from ops import sandbox
from ops.local.stack_location import StackLocation
from ops.pilot.target import read_target
from ops.sandbox import NATIONAL_ID_SYSTEM, PEOPLE, Person, Sandbox


@pytest.fixture(scope="module")
def made(stack: dict[str, Any], stack_place: StackLocation) -> Sandbox:
    opened = Sandbox.open(read_target(stack_place))
    for person in PEOPLE:
        opened.ensure(person)
    return opened


def grades(made: Sandbox, person: Person) -> dict[str, str]:
    patient = {
        "resourceType": "Patient",
        "identifier": [{"system": NATIONAL_ID_SYSTEM, "value": person.number}],
        "birthDate": person.born,
    }
    entries = made.client.match(patient).json["entry"]
    return {entry["resource"]["id"]: entry["search"]["extension"][0]["valueCode"] for entry in entries}


EXPECTED = {
    "declared, shares": ("probable", 200),
    "declared, does not share": ("probable", 403),
    "card seen": ("certain", 200),
    "several claim the number (first)": ("possible", 200),
    "several claim the number (second)": ("possible", 200),
    "restricted": ("probable", 403),
    "with an episode of a hospital": ("certain", 200),
}


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: str(person.state))
def test_each_is_found_and_read_as_their_state_says(made: Sandbox, person: Person) -> None:
    grade, status = EXPECTED[person.state]
    assert grades(made, person)[person.record_id] == grade
    answer = made.client.summary_by_id(person.record_id)
    assert answer.status == status
    if person.after is sandbox._send_episode:
        kinds = {entry["resource"]["resourceType"] for entry in answer.json["entry"]}
        assert {"Encounter", "Condition"} <= kinds


def test_a_second_run_makes_nobody_also_after_a_card_settled_whose_number_it_is(made: Sandbox) -> None:
    first, second = (each for each in PEOPLE if each.state.startswith("several"))
    made.see_card(first)
    assert second.record_id not in grades(made, second)
    assert [made.ensure(person) for person in PEOPLE] == [False] * len(PEOPLE)
