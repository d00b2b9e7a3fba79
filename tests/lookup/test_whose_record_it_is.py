"""Whose record a number leads to: nobody takes the place of nobody, several are told as several, and how sure it is."""

import json
from dataclasses import replace
from typing import Any

import pytest
import time_machine

from functions.lookup import person as person_lookup
from health_record.record import record_reader
from tests.conftest import World
from tests.contribute.cards import verify
from tests.declare import people
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident
from tests.faults.injection import inject_faults

SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NUMBER, BORN = "079185001234", "1985-03-02"
UNKNOWN = "079185009999"
NOW = "2026-11-23T01:30:00Z"


def several(world: World, count: int = 2, **changes: Any) -> list[str]:
    """Records of as many accounts that claim one number and birth date, the longest-standing first."""
    return [
        store_resident(
            world,
            Resident(record_id=new_uuid(), account=f"account-{index}", **changes),
            authored=f"2026-11-{index // 24 + 1:02}T{index % 24:02}:00:00.000Z",
        )
        for index in range(count)
    ]


def grades(answer: Any) -> list[tuple[str, str]]:
    return [
        (entry["resource"]["id"], entry["search"]["extension"][0]["valueCode"])
        for entry in answer.json.get("entry", [])
    ]


def assurances(answer: Any) -> list[str]:
    resources = [entry["resource"] for entry in answer.json["entry"]]
    return [
        tag["code"]
        for resource in resources
        if resource["resourceType"] == "Patient"
        for tag in resource["meta"]["tag"]
        if tag["system"] == "urn:x-so-suc-khoe:assurance"
    ]


def match(desk: Desk, **changes: Any) -> Any:
    patient = {
        "resourceType": "Patient",
        "identifier": [{"system": SYSTEM, "value": NUMBER}],
        "birthDate": BORN,
        **changes,
    }
    return desk.match(patient)


def misses(world: World) -> int:
    return sum(int(item["n3600"]) for item in world.items("access") if item["pk"] == "budget#misses#79001")


@pytest.mark.parametrize("record_id", ["00000000-0000-4000-8000-000000000000", "00000000-0000-0000-0000-000000000000"])
def test_no_id_that_a_caller_can_take_is_found_for_an_unknown_number(world: World, record_id: str) -> None:
    assert people.put(people.sign_in(), record_id=record_id).status == 201
    desk, born = register(world), "1960-05-17"
    assert desk.search(SYSTEM, UNKNOWN, born).json["total"] == 0
    assert desk.summary(SYSTEM, UNKNOWN, born).status == 404
    assert desk.search(SYSTEM, "not a number", born).json["total"] == 0
    assert match(desk, identifier=[{"system": SYSTEM, "value": "x"}], birthDate=born).json["total"] == 0
    assert desk.call("GET", "Patient/nobody/$summary").status == 404
    assert verify(desk, "nobody", people.NATIONAL_ID, born).status == 404
    assert grades(desk.search(SYSTEM, people.NATIONAL_ID, born)) == [(record_id, "probable")]


def test_a_number_that_several_claim_is_told_as_several(world: World) -> None:
    first, second = several(world)
    desk = register(world)
    assert grades(desk.search(SYSTEM, NUMBER, BORN)) == [(first, "possible"), (second, "possible")]
    assert grades(match(desk)) == [(first, "possible"), (second, "possible")]
    assert misses(world) == 0
    refused = desk.summary(SYSTEM, NUMBER, BORN)
    assert (refused.status, [issue["diagnostics"] for issue in refused.json["issue"]]) == (
        409,
        [f"Patient/{first}", f"Patient/{second}"],
    )
    assert {issue["details"]["coding"][0]["code"] for issue in refused.json["issue"]} == {"several-records"}
    told = [(item["action"], item["outcome"], item["record_id"]) for item in world.items("audit")]
    assert all((action, "allowed", each) in told for action in ("search", "match") for each in (first, second))
    assert ("summary", "denied", second) in told, "whoever is named finds it in their list"


def test_each_of_several_opens_in_an_emergency_by_its_id(world: World) -> None:
    candidates = several(world, sharing=False)
    desk = register(world)
    refused = desk.summary(SYSTEM, NUMBER, BORN, purpose="ETREAT", reason="unconscious")
    assert refused.status == 409
    named = [issue["diagnostics"] for issue in refused.json["issue"]]
    for place, record_id in zip(named, candidates, strict=True):
        answer = desk.call("GET", f"{place}/$summary", purpose="ETREAT", reason="unconscious")
        assert (answer.status, assurances(answer)) == (200, ["declared"])
        assert record_id in answer.body.decode()


def test_name_and_gender_keep_those_of_several_that_agree(world: World) -> None:
    first = store_resident(world, Resident(record_id=new_uuid(), account="one", full_name="Nguyễn Văn Ba", sex="male"))
    second = store_resident(world, Resident(record_id=new_uuid(), account="two"))
    desk = register(world)
    assert grades(match(desk, name=[{"text": "NGUYEN VAN BA"}])) == [(first, "probable")]
    assert grades(match(desk, gender="female")) == [(second, "probable")]
    assert match(desk, name=[{"text": "Nguyễn Văn Ba"}], gender="female").json["total"] == 0


def test_records_of_one_account_are_one_candidate(world: World) -> None:
    first = store_resident(world, Resident(record_id=new_uuid(), account="one"), authored="2026-11-01T00:00:00.000Z")
    for hour in range(11):
        store_resident(
            world, Resident(record_id=new_uuid(), account="one"), authored=f"2026-11-02T{hour:02}:00:00.000Z"
        )
    other = store_resident(world, Resident(record_id=new_uuid(), account="two"))
    assert grades(register(world).search(SYSTEM, NUMBER, BORN)) == [(first, "possible"), (other, "possible")]


def test_many_candidates_come_by_pages_and_none_is_cut_off(world: World) -> None:
    candidates = several(world, 23, sharing=False)
    desk = register(world)
    form = b"identifier=" + f"{SYSTEM}%7C{NUMBER}&birthdate={BORN}".encode()
    found: list[str] = []
    path: str | None = "Patient/_search"
    while path:
        answer = desk.call(
            "POST",
            path.partition("?")[0],
            form,
            query=dict(pair.split("=") for pair in path.partition("?")[2].split("&") if pair),
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.json["total"] == 23
        found += [record_id for record_id, _ in grades(answer)]
        path = next((link["url"].partition("/fhir/")[2] for link in answer.json.get("link", [])), None)
        assert NUMBER not in (path or "")
    assert found == candidates
    assert len(desk.summary(SYSTEM, NUMBER, BORN).json["issue"]) == person_lookup.MOST_TOLD


def test_a_card_that_was_seen_is_certain_and_alone(world: World) -> None:
    first, second = several(world)
    desk = register(world)
    assert verify(desk, second).status == 200
    found = match(desk)
    assert (grades(found), assurances(found)) == ([(second, "certain")], ["card-seen"])
    assert assurances(desk.summary(SYSTEM, NUMBER, BORN)) == ["card-seen"]
    assert assurances(desk.call("GET", f"Patient/{first}/$summary")) == ["declared"]
    assert desk.search(SYSTEM, NUMBER, "1985-03-03").json["total"] == 0


@pytest.mark.parametrize("ask", ["search", "match", "summary"])
def test_nobody_takes_the_same_calls_whatever_nobody_is(world: World, ask: str) -> None:
    several(world)
    store_resident(world, Resident(record_id=new_uuid(), national_id="079185005555", account="three"))
    desk = register(world)
    desk.search(SYSTEM, NUMBER, BORN)  # the facility's keys are known

    def call(number: str, born: str) -> Any:
        if ask == "match":
            return match(desk, identifier=[{"system": SYSTEM, "value": number}], birthDate=born)
        return getattr(desk, ask)(SYSTEM, number, born)

    seen = []
    for number, born in ((UNKNOWN, BORN), ("x", BORN), ("079185005555", "1985-03-03"), (NUMBER, "1985-03-03")):
        with inject_faults() as made:
            answer = call(number, born)
        seen.append((answer.status, answer.body, answer.headers, [place.operation for place in made.call_sites]))
    assert [each == seen[0] for each in seen] == [True] * 4
    assert misses(world) == 4


def test_a_less_precise_date_needs_the_name_too(world: World) -> None:
    record_id = store_resident(world, Resident())
    desk = register(world)
    assert match(desk, birthDate="1985").json["total"] == 0
    assert grades(match(desk, birthDate="1985", name=[{"text": "Nguyễn Thị Thử"}])) == [(record_id, "probable")]
    assert match(desk, birthDate="1985-04", name=[{"text": "Nguyễn Thị Thử"}]).json["total"] == 0


@pytest.mark.parametrize(("recorded", "total"), [("1985", 1), ("1985-03", 1), ("1985-04", 0), ("1984", 0)])
def test_a_recorded_year_or_month_matches_a_date_inside_it(world: World, recorded: str, total: int) -> None:
    store_resident(world, Resident(birth_date=recorded))
    assert register(world).search(SYSTEM, NUMBER, BORN).json["total"] == total


def test_a_refused_replay_costs_no_look_up(world: World) -> None:
    desk = register(world)
    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "identifier", "valueString": f"{SYSTEM}|{UNKNOWN}"},
            {"name": "birthdate", "valueDate": BORN},
        ],
    }
    message = desk.sign_call("POST", "Patient/$summary", json.dumps(body).encode())
    assert desk.send(message).status == 404
    assert [desk.send(message).status for _ in range(5)] == [401] * 5
    assert misses(world) == 1


def test_the_last_look_up_of_an_hour_is_not_for_three_numbers(world: World) -> None:
    store_resident(world, Resident())
    desk = register(world)
    with time_machine.travel(NOW, tick=False):
        for _ in range(58):
            desk.search(SYSTEM, UNKNOWN, BORN)
        numbers = [{"system": SYSTEM, "value": value} for value in (NUMBER, UNKNOWN, "079185008888")]
        assert match(desk, identifier=numbers).status == 429
        assert match(desk, identifier=numbers[:2]).status == 200
        assert misses(world) == 59


def test_a_consent_withdrawn_between_two_reads_counts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    record_id = store_resident(world, Resident())
    desk, load = register(world), record_reader.load_items

    def withdraw(settings: Any, opened: Any) -> Any:
        world.table("records").update_item(
            Key={"pk": f"record#{record_id}", "sk": "meta"}, UpdateExpression="REMOVE sharing_until"
        )
        return load(settings, opened)

    monkeypatch.setattr(record_reader, "load_items", withdraw)
    assert desk.summary(SYSTEM, NUMBER, BORN).status == 403


def test_a_correction_of_name_and_date_moves_the_claim_with_it(world: World) -> None:
    people.put(people.sign_in())
    corrected = people.declaration(identity_birth_date={"valueDate": "1961-05-17"})
    assert people.put(people.sign_in(level=2), corrected, version=1).status == 200
    desk = register(world)
    assert desk.search(SYSTEM, people.NATIONAL_ID, "1960-05-17").json["total"] == 0
    assert desk.search(SYSTEM, people.NATIONAL_ID, "1961-05-17").json["total"] == 1


def test_of_one_phones_records_the_first_and_the_most_precise_are_found(world: World) -> None:
    """Whoever holds her phone later declares of her more precisely, and cannot take her record out of sight."""
    vague = Resident(birth_date="1985", full_name="Cũ")
    precise = Resident(record_id=new_uuid(), pseudonym="pseudonym-4")
    between = [replace(vague, record_id=new_uuid(), pseudonym=f"pseudonym-{number}") for number in (2, 3)]
    for day, each in enumerate((vague, *between, precise), 20):
        store_resident(world, each, authored=f"2026-11-{day}T01:00:00.000Z")
    desk = register(world)
    number, born = str(precise.national_id), precise.birth_date
    patient = {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": number}], "birthDate": born}
    for answer in (desk.search(SYSTEM, number, born), desk.match(patient)):
        found = {each["resource"]["id"] for each in answer.json["entry"]}
        assert found == {vague.record_id, precise.record_id}
    assert desk.summary(SYSTEM, number, born).status == 409
