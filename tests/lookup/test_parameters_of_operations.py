"""The Parameters of each operation: what is not understood, or is there twice, is refused and never left out."""

import json
from typing import Any

import pytest

from tests.conftest import World
from tests.contribute.bundles import visit
from tests.contribute.cards import BORN, NATIONAL_ID, NUMBER, verify
from tests.facility_desk import Desk, Resident, register, store_resident

PAIR = [
    {"name": "identifier", "valueString": f"{NATIONAL_ID}|{NUMBER}"},
    {"name": "birthdate", "valueDate": BORN},
]
WANTED = {
    "resourceType": "Patient",
    "identifier": [{"system": NATIONAL_ID, "value": NUMBER}],
    "birthDate": BORN,
}
OPERATIONS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "summary": ("Patient/$summary", PAIR),
    "match": ("Patient/$match", [{"name": "resource", "resource": WANTED}]),
    "verify": (f"Patient/{Resident().record_id}/$verify", PAIR),
    "validate": ("Bundle/$validate", [{"name": "resource", "resource": visit(Resident().record_id)}]),
}
MISSPELT = [
    {"name": "phoneending", "valueString": "123"},
    {"name": "permitpin", "valueBoolean": True},
    {"name": "birthDate", "valueDate": BORN},
    {"valueString": "no name"},
]


@pytest.fixture
def desk(world: World) -> Desk:
    store_resident(world, Resident())
    return register(world)


def ask(desk: Desk, path: str, members: list[dict[str, Any]]) -> Any:
    return desk.call("POST", path, json.dumps({"resourceType": "Parameters", "parameter": members}).encode())


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_takes_what_it_understands_and_refuses_the_rest_by_its_name(desk: Desk, operation: str) -> None:
    path, members = OPERATIONS[operation]
    for unknown in MISSPELT:
        answer = ask(desk, path, [*members, unknown])
        assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (400, "parameter-unknown"), unknown
        assert str(unknown.get("name", "None")) in answer.json["issue"][0]["details"]["text"]
    assert ask(desk, path, members).status == 200


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_parameter_that_is_there_twice_is_refused(desk: Desk, operation: str) -> None:
    path, members = OPERATIONS[operation]
    for member in members:
        answer = ask(desk, path, [*members, member])
        assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (400, "parameter-unknown")


def test_a_misspelt_guard_permits_no_pin(world: World, desk: Desk) -> None:
    path, members = OPERATIONS["verify"]
    wishes = [{"name": "permitPin", "valueBoolean": True}, {"name": "phoneending", "valueString": "999"}]
    assert ask(desk, path, [*members, *wishes]).status == 400
    assert [item for item in world.items("access") if item["pk"].startswith("permit#")] == []


def test_a_name_that_holds_content_is_not_repeated(desk: Desk) -> None:
    answer = ask(desk, "Patient/$summary", [*PAIR, {"name": "079185001234 Nguyễn", "valueString": "x"}])
    assert answer.status == 400
    assert "079185001234" not in answer.body.decode()


def grades(answer: Any) -> list[str]:
    return [entry["search"]["extension"][0]["valueCode"] for entry in answer.json.get("entry", [])]


def test_a_match_that_asks_for_certain_ones_alone_names_nobody_whose_card_was_not_seen(
    world: World, desk: Desk
) -> None:
    certain = {"name": "onlyCertainMatches", "valueBoolean": True}
    path, members = OPERATIONS["match"]
    assert grades(ask(desk, path, [*members, {**certain, "valueBoolean": False}])) == ["probable"]
    answer = ask(desk, path, [*members, certain])
    assert (answer.status, answer.json) == (200, {"resourceType": "Bundle", "type": "searchset", "total": 0})
    assert newest(world).get("record_id") is None
    assert verify(desk, Resident().record_id).status == 200
    assert grades(ask(desk, path, [*members, certain])) == ["certain"]
    assert ask(desk, path, [*members, {"name": "onlyCertainMatches", "valueString": "true"}]).status == 400


def newest(world: World) -> dict[str, Any]:
    return max(world.items("audit"), key=lambda item: str(item["at"]))


def test_a_summary_by_parameters_compares_the_name_as_one_by_query_does(world: World) -> None:
    store_resident(world, Resident())
    desk = register(world)
    year = [PAIR[0], {"name": "birthdate", "valueDate": BORN[:4]}]
    for name in (None, Resident().full_name, "Trần Văn Khác"):
        member = [] if name is None else [{"name": "name", "valueString": name}]
        more = {} if name is None else {"name": name}
        query = {"identifier": f"{NATIONAL_ID}|{NUMBER}", "birthdate": BORN[:4], **more}
        by_query = desk.call("GET", "Patient/$summary", query=query)
        assert ask(desk, "Patient/$summary", [*year, *member]).status == by_query.status


@pytest.mark.parametrize("token", [f"{NATIONAL_ID}|", f"{NATIONAL_ID}| ", NUMBER, ""])
def test_no_number_is_a_mistake_and_nobodys_wrong_pair(desk: Desk, token: str) -> None:
    for _ in range(70):
        answer = desk.call("GET", "Patient", query={"identifier": token, "birthdate": BORN})
        assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (400, "identifier-missing")
    nothing = [{"name": "resource", "resource": {**WANTED, "identifier": [{"system": NATIONAL_ID}]}}]
    assert ask(desk, "Patient/$match", nothing).json["issue"][0]["diagnostics"] == "identifier-missing"
    assert ask(desk, *OPERATIONS["summary"]).status == 200


@pytest.mark.parametrize("name", ["_summary", "_elements", "family", "_sort", "birthdate:exact"])
def test_a_search_names_the_parameter_that_it_does_not_understand(desk: Desk, name: str) -> None:
    query = {"identifier": f"{NATIONAL_ID}|{NUMBER}", "birthdate": BORN, name: "x"}
    answer = desk.call("GET", "Patient", query=query)
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (400, "search-parameter")
    text = answer.json["issue"][0]["details"]["text"]
    assert name in text
    assert "_count" in text
