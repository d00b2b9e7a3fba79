"""`$match`, `$everything` by pages, and the CapabilityStatement."""

import copy
import datetime
from typing import Any

import pytest
import time_machine
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from functions.lookup.handler import handler
from health_record.summary_sources.patient import build_meta
from tests.conftest import World, call_handler
from tests.contribute.bundles import bundle, observation, visit
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
INSURANCE = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"
NOW = "2026-11-23T01:30:00Z"
DECLARED = build_meta("declared", joined=False)


@pytest.fixture
def desk(world: World) -> Desk:
    store_resident(world, Resident())
    return register(world)


def wanted(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"system": NATIONAL_ID, "value": "079185001234"}],
        "birthDate": "1985-03-02",
        **changes,
    }


def test_a_probable_match_has_score_and_grade(desk: Desk) -> None:
    answer = desk.match(wanted(name=[{"text": "NGUYEN THI THU"}], gender="female"))
    assert answer.status == 200
    Bundle.model_validate(copy.deepcopy(answer.json))
    (entry,) = answer.json["entry"]
    assert entry["search"] == {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/match-grade", "valueCode": "probable"}],
        "mode": "match",
        "score": 0.8,
    }
    assert entry["resource"]["name"] == [{"use": "official", "text": "Nguyễn Thị Thử"}]


@pytest.mark.parametrize(
    "change",
    [
        {"name": [{"text": "Trần Thị Thử"}]},
        {"name": [{"family": "Nguyễn", "given": ["Thử"]}]},
        {"gender": "male"},
        {"birthDate": "1985-03-03"},
        {"birthDate": None},
        {"identifier": None},
        {"identifier": [{"system": NATIONAL_ID, "value": "079185001235"}]},
        {"identifier": ["x"], "name": "x"},
    ],
)
def test_anything_less_is_an_empty_searchset(desk: Desk, change: dict[str, Any]) -> None:
    answer = desk.match(wanted(**change))
    assert (answer.status, answer.json) == (200, {"resourceType": "Bundle", "type": "searchset", "total": 0})


@pytest.mark.parametrize("date", ["02/03/1985", "1985-3-2", "1985-13-01", "19850302", "", 1985, ["1985-03-02"], {}])
def test_a_date_in_another_form_is_told_and_is_nobodys(world: World, desk: Desk, date: Any) -> None:
    answer = desk.match(wanted(birthDate=date))
    assert (answer.status, answer.json["issue"][0]["diagnostics"], misses(world)) == (400, "birthdate-missing", 0)


def test_each_number_of_a_match_is_a_look_up_of_its_own(world: World, desk: Desk) -> None:
    numbers = [{"system": NATIONAL_ID, "value": value} for value in ("079185001235", "079185001234", "1")]
    assert desk.match(wanted(identifier=numbers)).json["total"] == 1
    assert misses(world) == 2
    assert desk.match(wanted(identifier=numbers, name=[{"text": "Ai Đó"}])).json["total"] == 0
    assert misses(world) == 5
    assert desk.match(wanted(identifier=[*numbers, numbers[0]])).status == 400


def misses(world: World) -> int:
    return sum(int(item["n3600"]) for item in world.items("access") if item["pk"] == "budget#misses#79001")


def test_a_match_without_consent_tells_only_the_id(world: World) -> None:
    record_id = store_resident(world, Resident(sharing=False))
    (entry,) = register(world).match(wanted()).json["entry"]
    assert entry["resource"] == {"resourceType": "Patient", "id": record_id, "meta": DECLARED}


@pytest.mark.parametrize(
    ("system", "value"),
    [
        (NATIONAL_ID, "079 185 001 234"),
        ("http://fhir.hl7.org.vn/core/sid/cccd", "079185001234"),
        (INSURANCE, "DN4797512345678"),
        (INSURANCE, "7512345678"),
        (INSURANCE, "079185001234"),
    ],
)
def test_a_person_is_found_by_each_way_of_writing_their_numbers(desk: Desk, system: str, value: str) -> None:
    assert desk.search(system, value, "1985-03-02").json["total"] == 1


def ids(answer: Any) -> list[str]:
    Bundle.model_validate(copy.deepcopy(answer.json))
    return [entry["resource"]["id"] for entry in answer.json.get("entry", [])]


def test_everything_is_paged_and_nothing_is_lost_between_pages(world: World, desk: Desk) -> None:
    person = Resident().record_id
    written = [observation(person, id=new_uuid()) for _ in range(60)]
    assert desk.transaction(bundle(*written)).status == 200
    first = desk.everything(person)
    assert first.json["total"] == 62
    (own, following) = first.json["link"]
    assert own["relation"] == "self"
    query = dict(pair.split("=") for pair in following["url"].partition("?")[2].split("&"))
    second = desk.everything(person, **query)
    assert len(ids(first)) == 50
    assert sorted(ids(first)[2:] + ids(second)) == sorted(each["id"] for each in written)
    assert [link["relation"] for link in second.json["link"]] == ["self"]


def test_everything_since_a_moment_shows_only_what_is_newer(world: World, desk: Desk) -> None:
    person = Resident().record_id
    with time_machine.travel(NOW, tick=False) as clock:
        desk.transaction(bundle(observation(person)))
        clock.shift(datetime.timedelta(hours=1))
        later = observation(person, id=new_uuid())
        desk.transaction(bundle(later))
        assert ids(desk.everything(person, _since="2026-11-23T02:30:00.000Z")) == [later["id"]]
        assert ids(desk.everything(person, _since="2026-11-23T09:30:00+07:00")) == [later["id"]]
        assert len(ids(desk.everything(person, _since="2026-11-23"))) == 4
        assert ids(desk.everything(person, _since="2026-11-23T02:30:00.001Z")) == []


@pytest.mark.parametrize(
    "query",
    [
        *({"_since": since} for since in ("yesterday", "20261123", "2026-W48-1", "2026-11", "2026-11-31")),
        *({"_since": since} for since in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")),
        {"_count": "-1"},
        {"_offset": "x"},
    ],
)
def test_everything_refuses_what_it_cannot_read(desk: Desk, query: dict[str, str]) -> None:
    assert desk.everything(Resident().record_id, **query).status == 400


def test_everything_needs_consent_as_the_summary_does(world: World) -> None:
    person = store_resident(world, Resident(sharing=False))
    assert register(world).everything(person).status == 403


def test_the_summary_of_a_known_id(world: World, desk: Desk) -> None:
    person = Resident().record_id
    desk.transaction(visit(person))
    by_id = desk.summary_by_id(person)
    assert by_id.status == 200
    assert by_id.json["entry"][1]["resource"]["id"] == person
    assert desk.summary_by_id(person.upper()).status == 200
    assert desk.summary_by_id(new_uuid()).status == 404
    assert desk.summary_by_id("not-a-uuid").status == 404


def test_the_capability_statement_is_public_and_valid(world: World) -> None:
    answer = call_handler(handler, "GET", "/v1/fhir/metadata")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    CapabilityStatement.model_validate(copy.deepcopy(answer.json))
    (rest,) = answer.json["rest"]
    assert rest["interaction"] == [{"code": "transaction"}]
    assert [each["name"] for each in rest["resource"][0]["operation"]] == ["summary", "match", "everything", "verify"]
    assert world.items("audit") == []
