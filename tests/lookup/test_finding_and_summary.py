"""A facility finds a person and reads the summary: the whole way through the handler."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from health_record.summary_sources.patient import build_meta
from tests.conftest import World
from tests.facility_desk import PRACTITIONER, Resident, coding, register, store_resident

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NUMBER, BORN = "079185001234", "1985-03-02"
DECLARED: dict[str, list[dict[str, Any]]] = {
    "history.conditions": [coding("http://hl7.org/fhir/sid/icd-10", "I10")],
    "history.allergies": [coding("urn:x-so-suc-khoe:allergy-kind", "drug")],
    "history.allergy-drug": [{"valueString": "Penicillin"}],
}


def kinds(bundle: dict[str, Any]) -> list[str]:
    return [entry["resource"]["resourceType"] for entry in bundle["entry"]]


def outcome(answer: Any) -> tuple[int, str]:
    """Status and the type of refusal."""
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert answer.json["resourceType"] == "OperationOutcome"
    return answer.status, answer.json["issue"][0]["diagnostics"]


def trail(world: World) -> list[dict[str, Any]]:
    return sorted(world.items("audit"), key=lambda item: item["at"])


def test_the_summary_is_a_document_of_what_the_person_declared(world: World) -> None:
    record_id = store_resident(world, Resident(answers=DECLARED))
    answer = register(world).summary(NATIONAL_ID, NUMBER, BORN)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert kinds(answer.json) == ["Composition", "Patient", "Device", "Condition", "AllergyIntolerance"]
    assert answer.json["entry"][1]["resource"]["id"] == record_id


def test_a_read_leaves_one_audit_item_that_names_the_practitioner(world: World) -> None:
    record_id = store_resident(world, Resident())
    register(world).summary(NATIONAL_ID, NUMBER, BORN)
    (item,) = trail(world)
    pk, at, day, seal = (item.pop(name) for name in ("pk", "at", "facility_day", "seal"))
    (led_by,) = item.pop("led_by")
    assert re.fullmatch("[0-9a-f]{32}", led_by)
    assert pk.startswith("79001.1#")
    assert len(at) == len("2026-11-23T01:00:00.000Z")
    assert day.startswith("79001#20")
    assert re.fullmatch("[0-9a-f]{64}", seal)
    assert item == {
        "action": "summary",
        "outcome": "allowed",
        "record_id": record_id,
        "facility_id": "79001",
        "facility_name": "Trung tâm Y tế Bình Quới",
        "key_id": "79001.1",
        "practitioner": PRACTITIONER,
        "purpose": "TREAT",
    }


def test_the_get_form_answers_like_the_post_form(world: World) -> None:
    store_resident(world, Resident(answers=DECLARED))
    desk = register(world)
    by_get = desk.call("GET", "Patient/$summary", query={"identifier": f"{NATIONAL_ID}|{NUMBER}", "birthdate": BORN})
    assert by_get.status == 200
    assert kinds(by_get.json) == kinds(desk.summary(NATIONAL_ID, NUMBER, BORN).json)


@pytest.mark.parametrize(
    ("recorded", "asked", "found"),
    [
        ("1985-03-02", "1985-03-02", True),
        ("1985-03-02", "1985-03-03", False),
        ("1985-03-02", "1985-03", False),
        ("1985-03-02", "1985", False),
        ("1985-03", "1985-03-31", True),
        ("1985-03", "1985-03", True),
        ("1985-03", "1985-04-01", False),
        ("1985", "1985-12-31", True),
        ("1985", "1985", True),
        ("1985", "1986-01-01", False),
    ],
)
def test_a_recorded_year_or_month_matches_a_date_inside_it(
    world: World, recorded: str, asked: str, found: bool
) -> None:
    store_resident(world, Resident(birth_date=recorded))
    desk = register(world)
    assert desk.search(NATIONAL_ID, NUMBER, asked).json["total"] == int(found)
    assert desk.summary(NATIONAL_ID, NUMBER, asked).status == (200 if found else 404)


def test_an_unknown_number_and_a_wrong_birth_date_answer_alike(world: World) -> None:
    store_resident(world, Resident())
    desk = register(world)
    wrong_date, unknown = desk.summary(NATIONAL_ID, NUMBER, "1985-03-03"), desk.summary(NATIONAL_ID, "0" * 12, BORN)
    assert outcome(wrong_date) == (404, "no-such-person")
    assert (wrong_date.body, wrong_date.headers) == (unknown.body, unknown.headers)
    assert [item.get("record_id") for item in trail(world)] == [None, None]


def test_without_consent_the_summary_is_refused_and_a_search_tells_only_the_id(world: World) -> None:
    record_id = store_resident(world, Resident(sharing=False))
    desk = register(world)
    assert outcome(desk.summary(NATIONAL_ID, NUMBER, BORN)) == (403, "consent-missing")
    assert desk.search(NATIONAL_ID, NUMBER, BORN).json == {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 1,
        "entry": [
            {
                "fullUrl": f"http://127.0.0.1:8000/v1/fhir/Patient/{record_id}",
                "resource": {"resourceType": "Patient", "id": record_id, "meta": build_meta("declared", joined=False)},
                "search": {
                    "extension": [
                        {"url": "http://hl7.org/fhir/StructureDefinition/match-grade", "valueCode": "probable"}
                    ],
                    "mode": "match",
                    "score": 0.8,
                },
            }
        ],
    }
    assert [(item["outcome"], item["record_id"]) for item in trail(world)] == [
        ("denied", record_id),
        ("allowed", record_id),
    ]


def test_an_emergency_with_a_reason_opens_the_summary_and_is_marked(world: World) -> None:
    store_resident(world, Resident(sharing=False))
    answer = register(world).summary(NATIONAL_ID, NUMBER, BORN, purpose="ETREAT", reason="unconscious")
    assert answer.status == 200
    (item,) = trail(world)
    assert (item["purpose"], item["reason"], item["emergency"]) == ("ETREAT", "unconscious", True)


def test_an_emergency_without_a_reason_is_refused(world: World) -> None:
    store_resident(world, Resident(sharing=False))
    answer = register(world).summary(NATIONAL_ID, NUMBER, BORN, purpose="ETREAT")
    assert outcome(answer) == (400, "header-purpose-reason")
    assert [item["outcome"] for item in trail(world)] == ["denied"]


def test_nothing_that_names_the_person_is_logged(world: World, written: Any) -> None:
    store_resident(world, Resident(answers=DECLARED))
    register(world).summary(NATIONAL_ID, NUMBER, BORN)
    shown = written()
    assert json.loads(shown.splitlines()[0])["message"] == "request_answered"
    for secret in (NUMBER, "Nguyễn", "Thử", BORN, "Penicillin", "I10"):
        assert secret not in shown


def test_finding_a_person_waits_for_no_renderer_and_no_profiles() -> None:
    program = (
        "import functions.lookup.handler, sys; "
        "print([name for name in sys.modules if name.startswith(("
        "'health_record.ips.', 'health_record.fhir.', 'health_record.rendering.entries', "
        "'health_record.rendering.details', 'health_record.summary_sources.rows', 'health_record.summary.document'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
