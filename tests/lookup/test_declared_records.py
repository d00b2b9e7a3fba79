"""Records as `declare` really writes them: read, withdrawn, restricted, erased; and what a call costs in AWS calls."""

import pytest

from health_record.facility import registry
from so_suc_khoe_client import FacilityAnswer
from tests.conftest import World
from tests.contribute.bundles import visit
from tests.contribute.cards import verify
from tests.declare import people
from tests.facility_desk import Desk, register

SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
BORN, WRONG = "1960-05-17", "1960-05-18"


@pytest.fixture
def desk(world: World) -> Desk:
    assert people.put(people.sign_in()).status == 201
    return register(world)


def consent(purpose: str, given: bool) -> int:
    body = {"purpose": purpose, "given": given, "text_version": "1", "language": "vi"}
    return people.call("PUT", "/v1/records/{id}/consents", people.sign_in(level=2), body=body).status


def test_a_declared_record_is_read_a_second_later(desk: Desk) -> None:
    answer = desk.summary(SYSTEM, people.NATIONAL_ID, BORN)
    assert answer.status == 200
    kinds = [entry["resource"]["resourceType"] for entry in answer.json["entry"]]
    assert kinds == ["Composition", "Patient", "Device", "Condition", "Condition", "Observation", "Observation"]
    conditions = [e["resource"] for e in answer.json["entry"] if e["resource"]["resourceType"] == "Condition"]
    assert [each["code"]["text"] for each in conditions] == ["Ung thư: tuyến giáp", "Tăng huyết áp"]


def test_a_summary_takes_eight_aws_calls_of_which_two_count_what_is_read(desk: Desk, counted: list[str]) -> None:
    desk.summary(SYSTEM, people.NATIONAL_ID, BORN)
    registry.forget()
    counted.clear()
    assert desk.summary(SYSTEM, people.NATIONAL_ID, BORN).status == 200
    reading = ["Query", "BatchGetItem", "Decrypt", "UpdateItem", "UpdateItem", "Query"]
    reading.append("TransactWriteItems")  # the audit line, and that a number led here whose card nobody has seen
    assert counted == ["Query", *reading]
    counted.clear()
    desk.summary(SYSTEM, people.NATIONAL_ID, BORN)
    assert counted == reading


NOBODYS = {
    "unknown": (SYSTEM, "079160099999"),
    "malformed": (SYSTEM, "12"),
}


@pytest.mark.parametrize("nobodys", NOBODYS.values(), ids=NOBODYS.keys())
@pytest.mark.parametrize("operation", ["summary", "search", "match", "verify"])
def test_a_known_number_makes_the_calls_of_one_that_is_nobodys(
    world: World, desk: Desk, counted: list[str], operation: str, nobodys: tuple[str, str]
) -> None:
    """Who holds the wrong birth date must not tell from the answer or its time whether the number is somebody's."""
    made, answers = [], []
    for pair in ((SYSTEM, people.NATIONAL_ID), nobodys):
        ask(desk, operation, *pair)  # the budget's item and the environment are there
        counted.clear()
        answer = ask(desk, operation, *pair)
        made.append(list(counted))
        answers.append((answer.status, answer.body, answer.headers))
    assert answers[0] == answers[1]
    reading = ["BatchGetItem", "Decrypt", "UpdateItem", "PutItem"]
    assert made == [reading, reading] if operation == "verify" else [["Query", *reading]] * 2
    assert [int(item["n3600"]) for item in world.items("access") if item["pk"].startswith("budget#misses")] == [4]


def ask(desk: Desk, operation: str, system: str, number: str) -> FacilityAnswer:
    """A look-up of the person with a wrong birth date."""
    if operation == "match":
        identifier = [{"system": system, "value": number}]
        return desk.match({"resourceType": "Patient", "identifier": identifier, "birthDate": WRONG})
    if operation == "verify":
        person = people.RECORD_ID if (system, number) == (SYSTEM, people.NATIONAL_ID) else people.OTHER_ID
        return verify(desk, person, number, WRONG, system)
    answer: FacilityAnswer = getattr(desk, operation)(system, number, WRONG)
    return answer


def test_an_emergency_takes_no_call_more(desk: Desk, counted: list[str]) -> None:
    emergency = {"purpose": "ETREAT", "reason": "unable"}
    desk.summary(SYSTEM, people.NATIONAL_ID, BORN, **emergency)
    counted.clear()
    assert desk.summary(SYSTEM, people.NATIONAL_ID, BORN, **emergency).status == 200
    counting = ["UpdateItem", "UpdateItem"]
    assert counted == ["Query", "BatchGetItem", "Decrypt", *counting, "Query", "TransactWriteItems"]


def test_a_write_takes_six_aws_calls_and_one_more_where_a_days_quota_begins(desk: Desk, counted: list[str]) -> None:
    desk.summary(SYSTEM, people.NATIONAL_ID, BORN)
    registry.forget()
    counted.clear()
    assert desk.transaction(visit(people.RECORD_ID)).status == 200
    begins = ["UpdateItem", "UpdateItem"]
    assert counted == ["Query", "Query", "BatchGetItem", "Decrypt", *begins, "TransactWriteItems"]


def test_sharing_withdrawn_counts_at_once(desk: Desk) -> None:
    assert consent("sharing", False) == 200
    assert desk.summary(SYSTEM, people.NATIONAL_ID, BORN).status == 403
    assert consent("sharing", True) == 200
    assert desk.summary(SYSTEM, people.NATIONAL_ID, BORN).status == 200


def test_statistics_withdrawn_takes_reported_diagnoses_along(world: World, desk: Desk) -> None:
    desk.transaction(visit(people.RECORD_ID))
    assert [item["sk"][:10] for item in world.items("facts")].count("diagnosis#") == 1
    assert consent("statistics", False) == 200
    assert world.items("facts") == []
    desk.transaction(visit(people.RECORD_ID))
    assert world.items("facts") == []


def test_a_restricted_record_is_neither_read_nor_written_nor_opened_in_an_emergency(desk: Desk) -> None:
    cookies = people.sign_in(level=2)
    restricted = people.call("PUT", "/v1/records/{id}/restriction", cookies, body={"restricted": True})
    assert restricted.status == 204
    assert desk.summary(SYSTEM, people.NATIONAL_ID, BORN).status == 403
    assert desk.transaction(visit(people.RECORD_ID)).status == 403
    emergency = desk.summary(SYSTEM, people.NATIONAL_ID, BORN, purpose="ETREAT", reason="life-threatening")
    assert (emergency.status, emergency.json["issue"][0]["diagnostics"]) == (403, "record-restricted")


def test_an_erased_record_is_nobody(desk: Desk) -> None:
    assert people.call("DELETE", "/v1/records/{id}", people.sign_in(level=2)).status == 204
    assert desk.summary(SYSTEM, people.NATIONAL_ID, BORN).status == 404
    assert desk.summary_by_id(people.RECORD_ID).status == 404
    assert desk.transaction(visit(people.RECORD_ID)).status == 404


def test_the_resident_sees_who_looked(world: World, desk: Desk) -> None:
    people.put_card_seen(world)
    desk.summary(SYSTEM, people.NATIONAL_ID, BORN)
    desk.summary(SYSTEM, people.NATIONAL_ID, BORN, purpose="ETREAT", reason="unable")
    seen = people.call("GET", "/v1/records/{id}/accesses", people.sign_in(level=2)).json["accesses"]
    assert [(each["facility"], each["practitioner"], each["emergency"]) for each in seen] == [
        ("79001", "000123/HCM-CCHN", True),
        ("79001", "000123/HCM-CCHN", False),
    ]
