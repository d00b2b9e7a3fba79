"""How many people a facility may read: by its size and by practitioner, an hour and a day, and never an emergency."""

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine

from functions.lookup import handler
from health_record.aws.rate_limits import Window
from health_record.facility import read_bounds, registry
from health_record.facility.read_bounds import bounds_of
from tests.conftest import ORIGIN, World
from tests.contribute.bundles import bundle
from tests.facility_desk import Desk, Resident, new_key, new_uuid, register, store_resident
from tests.lookup.test_attachments_and_pages import letter, url_of

SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NUMBER, BORN = Resident().national_id, Resident().birth_date
NOW = datetime.datetime(2026, 11, 23, 1, 30, tzinfo=datetime.UTC)
ONE_PATIENT = 1  # two reads an hour, six a day
EMERGENCY: dict[str, Any] = {"purpose": "ETREAT", "reason": "unconscious"}
FORM = f"identifier={SYSTEM}%7C{NUMBER}&birthdate={BORN}".encode()
QUERY = {"identifier": f"{SYSTEM}|{NUMBER}", "birthdate": BORN}
PATIENT = {"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": NUMBER}], "birthDate": BORN}
MATCH = json.dumps({"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": PATIENT}]}).encode()

type Read = Callable[[Desk, str], Any]
READS: dict[str, Read] = {
    "POST /v1/fhir/Patient/_search": lambda desk, _: desk.call(
        "POST", "Patient/_search", FORM, content_type="application/x-www-form-urlencoded"
    ),
    "GET /v1/fhir/Patient": lambda desk, _: desk.call("GET", "Patient", query=QUERY),
    "POST /v1/fhir/Patient/_search $behind the last page": lambda desk, _: desk.call(
        "POST",
        "Patient/_search",
        FORM,
        query={"_offset": "5"},
        content_type="application/x-www-form-urlencoded",
    ),
    "GET /v1/fhir/Patient $behind the last page": lambda desk, _: desk.call(
        "GET", "Patient", query={**QUERY, "_offset": "5"}
    ),
    "POST /v1/fhir/Patient/{operation} $match behind the last page": lambda desk, _: desk.call(
        "POST", "Patient/$match", MATCH, query={"_offset": "5"}
    ),
    "POST /v1/fhir/Patient/{operation} $match": lambda desk, _: desk.match(PATIENT),
    "POST /v1/fhir/Patient/{operation} $summary": lambda desk, _: desk.summary(SYSTEM, NUMBER, BORN),
    "GET /v1/fhir/Patient/{operation}": lambda desk, _: desk.call("GET", "Patient/$summary", query=QUERY),
    "GET /v1/fhir/Patient/{id}/{operation} $summary": lambda desk, person: desk.summary_by_id(person),
    "GET /v1/fhir/Patient/{id}/{operation} $everything": lambda desk, person: desk.everything(person),
    "GET /v1/fhir/Binary/{id}": lambda desk, person: desk.call("GET", f"Binary/{person.replace('-', '')}.{'0' * 31}"),
}
NO_READS = {
    "GET /v1/fhir/metadata",
    "GET /v1/facility-key",
    *(route for route in handler.ROUTES if route.startswith("ANY ")),
}


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident(told_at="+84901234567"))


def refusal(answer: Any) -> tuple[int, str] | int:
    if answer.status != 429:
        return int(answer.status)
    return answer.status, answer.json["issue"][0]["diagnostics"]


def spent(world: World, name: str = "reads#79001") -> int:
    return sum(int(item["n3600"]) for item in world.items("access") if item["pk"] == f"budget#{name}")


@pytest.mark.parametrize(
    ("patients", "facility", "practitioner"),
    [
        (1, (2, 6), (2, 6)),
        (30, (45, 180), (45, 180)),
        (80, (120, 480), (120, 480)),
        (81, (122, 486), (120, 486)),
        (200, (300, 1200), (120, 600)),
        (2000, (3000, 12_000), (120, 600)),
    ],
)
def test_the_bounds_follow_from_the_registered_size(
    patients: int, facility: tuple[int, int], practitioner: tuple[int, int]
) -> None:
    def windows(limits: tuple[int, int], times: int) -> tuple[Window, Window]:
        return Window(3600, times * limits[0]), Window(86_400, times * limits[1])

    for lifted, times in ((False, 1), (True, 10)):
        bounds = bounds_of(patients, lifted=lifted)
        assert (bounds.facility, bounds.practitioner) == (windows(facility, times), windows(practitioner, times))


def test_a_facility_registered_without_its_size_reads_as_the_smallest(world: World) -> None:
    register(world, daily_patients=None)
    found = registry.find("facilities", "79001")
    assert found is not None
    assert found.patients_a_day == 30


def test_every_route_that_reads_is_in_this_test() -> None:
    assert {name.partition(" $")[0] for name in READS} == set(handler.ROUTES) - NO_READS


@pytest.mark.parametrize("name", READS)
def test_each_kind_of_read_counts_and_is_refused_at_the_bound(
    world: World, person: str, name: str, clock: time_machine.Traveller
) -> None:
    desk, read = register(world, daily_patients=ONE_PATIENT), READS[name]
    sound = 404 if "Binary" in name else 200
    assert [refusal(read(desk, person)) for _ in range(3)] == [sound, sound, (429, "too-many-reads")]
    assert spent(world) == 2
    refused = read(desk, person)
    assert refused.headers["retry-after"] == "3600"
    clock.shift(3599)
    assert refusal(read(desk, person)) == (429, "too-many-reads")
    clock.shift(1)
    assert refusal(read(desk, person)) == sound


@pytest.mark.parametrize("name", READS)
def test_whoever_is_there_or_not_is_refused_alike_beyond_the_bound(world: World, person: str, name: str) -> None:
    desk = register(world, daily_patients=ONE_PATIENT)
    for _ in range(2):
        desk.summary_by_id(person)
    there = READS[name](desk, person)
    world.table("records").delete_item(Key={"pk": f"record#{person}", "sk": "meta"})
    absent = READS[name](desk, new_uuid())
    assert (there.status, there.body) == (absent.status, absent.body)
    assert refusal(there) == (429, "too-many-reads")


def test_six_in_a_day_are_the_most_whatever_the_hours_allow(
    world: World, person: str, clock: time_machine.Traveller
) -> None:
    desk = register(world, daily_patients=ONE_PATIENT)
    for _ in range(3):
        assert [desk.summary_by_id(person).status for _ in range(2)] == [200, 200]
        clock.shift(3600)
    refused = desk.summary_by_id(person)
    assert (refusal(refused), refused.headers["retry-after"]) == ((429, "too-many-reads"), str(21 * 3600))
    clock.shift(21 * 3600)
    assert desk.summary_by_id(person).status == 200


def test_one_practitioner_reads_less_than_the_facility(
    world: World, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_bounds, "PERSON_AN_HOUR", 3)
    desk = register(world, daily_patients=4)
    assert [refusal(desk.summary_by_id(person)) for _ in range(4)] == [200, 200, 200, (429, "too-many-reads")]
    assert spent(world) == 3, "what the practitioner's budget refuses is given back to the facility's"
    desk.practitioner = "000999/HCM-CCHN"
    assert [refusal(desk.summary_by_id(person)) for _ in range(4)] == [200, 200, 200, (429, "too-many-reads")]
    assert "000999" not in str(world.items("access"))


def test_a_search_counts_everybody_whom_it_names(world: World) -> None:
    for number in range(3):
        store_resident(world, Resident(record_id=new_uuid(), account=f"account-{number}"))
    desk = register(world, daily_patients=2)
    assert desk.search(SYSTEM, NUMBER, BORN).json["total"] == 3
    assert spent(world) == 3
    assert refusal(desk.search(SYSTEM, NUMBER, BORN)) == (429, "too-many-reads")
    assert desk.summary(SYSTEM, NUMBER, BORN).status == 429
    assert spent(world) == 3


@pytest.mark.parametrize("name", READS)
def test_nobody_without_a_key_raises_a_count_and_a_replay_costs_nothing(
    world: World, person: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = register(world, daily_patients=ONE_PATIENT)
    sent: list[Any] = []
    send = Desk.send
    monkeypatch.setattr(Desk, "send", lambda self, message: sent.append(message) or send(self, message))
    READS[name](desk, person)
    stranger = Desk(ORIGIN, "79001.1", new_key()[0], practitioner="x")
    for _ in range(3):
        assert desk.send(sent[0]).status == 401
        assert READS[name](stranger, person).status == 401
    assert spent(world) == 1
    practitioners = [item for item in world.items("access") if item["pk"].startswith("budget#reads#79001#")]
    assert [int(item["n3600"]) for item in practitioners] == [1]


def test_an_emergency_is_counted_and_never_refused_by_these_bounds(
    world: World, person: str, written: Callable[[], str]
) -> None:
    desk = register(world, daily_patients=ONE_PATIENT)
    for number in range(5):
        assert desk.call("GET", f"Patient/{person}/$summary", **EMERGENCY).status == 200
        assert spent(world) == number + 1
    assert written().count('"ReadBoundReached":[1.0') == 3
    assert refusal(desk.summary_by_id(person)) == (429, "too-many-reads")


def test_an_emergency_beyond_the_bound_finds_by_number_who_matches_but_not_who_they_are(
    world: World, person: str
) -> None:
    desk = register(world, daily_patients=ONE_PATIENT)

    def search() -> Any:
        query = {"identifier": f"{SYSTEM}|{NUMBER}", "birthdate": BORN}
        return desk.call("GET", "Patient", query=query, **EMERGENCY)

    within = [search() for _ in range(2)]
    assert all("name" in answer.json["entry"][0]["resource"] for answer in within)
    beyond = search().json["entry"][0]["resource"]
    assert (beyond["id"], "name" in beyond, "birthDate" in beyond) == (person, False, False)
    assert desk.summary(SYSTEM, NUMBER, BORN, **EMERGENCY).status == 200


def test_the_word_emergency_alone_opens_nothing_beyond_the_bound(world: World, person: str) -> None:
    desk = register(world, daily_patients=ONE_PATIENT, permissions=["read"])
    for _ in range(2):
        desk.summary_by_id(person)
    query = {"identifier": f"{SYSTEM}|{NUMBER}", "birthdate": BORN}
    assert refusal(desk.call("GET", "Patient", query=query, **EMERGENCY)) == (429, "too-many-reads")


def test_the_operators_are_told_before_the_bound_and_at_it(
    world: World, person: str, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_bounds, "PERSON_AN_HOUR", 100)
    desk = register(world, daily_patients=7)  # eleven an hour: near from nine on
    for _ in range(8):
        desk.summary_by_id(person)
    assert "ReadBound" not in written()
    desk.practitioner = "another"
    for _ in range(3):
        desk.summary_by_id(person)
    assert (written().count("ReadBoundNear"), written().count("ReadBoundReached")) == (2, 0)  # name and value
    assert desk.summary_by_id(person).status == 429
    assert '"ReadBoundReached":[1.0]' in written()


@pytest.mark.parametrize(
    ("until", "served"), [("2026-11-23T01:30:01+00:00", True), ("2026-11-23T01:30:00+00:00", False)]
)
def test_an_operator_lifts_the_bound_tenfold_for_a_time(world: World, person: str, until: str, served: bool) -> None:
    desk = register(world, daily_patients=ONE_PATIENT, bounds_lifted_until=until)
    answers = [refusal(desk.summary_by_id(person)) for _ in range(21)]
    assert answers == [200] * (20 if served else 2) + [(429, "too-many-reads")] * (1 if served else 19)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_refusal_says_what_to_do_in_both_languages(world: World, person: str, language: str) -> None:
    desk = register(world, daily_patients=ONE_PATIENT)
    for _ in range(2):
        desk.summary_by_id(person)
    message = desk.sign_call("GET", f"Patient/{person}/$summary")
    message.headers["Accept-Language"] = language
    text = desk.send(message).json["issue"][0]["details"]["text"]
    assert ("Sở Y tế" if language == "vi" else "health department") in text
    assert "Retry-After" in text
    assert "ETREAT" in text


def test_an_attachment_is_one_read_more(world: World, person: str) -> None:
    desk = register(world, daily_patients=ONE_PATIENT)
    assert desk.transaction(bundle(letter(person))).status == 200
    url = url_of(desk.summary_by_id(person))
    assert desk.call("GET", f"Binary/{url.rpartition('/')[2]}").status == 200
    assert refusal(desk.summary_by_id(person)) == (429, "too-many-reads")
