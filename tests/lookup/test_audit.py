"""The audit of facilities' calls: written before anything is shown, once, and readable as FHIR AuditEvents."""

import copy
from typing import Any

import pytest
from fhir.resources.R4B.auditevent import AuditEvent

from health_record.audit import audit_trail
from health_record.audit.fhir_audit_event import audit_event
from tests.conftest import World
from tests.facility_desk import Resident, keep, register

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NUMBER, BORN = "079185001234", "1985-03-02"


def events(world: World) -> list[dict[str, Any]]:
    """Every audit item as an AuditEvent, oldest first, each one valid."""
    found = [audit_event(item) for item in sorted(world.items("audit"), key=lambda item: item["at"])]
    for event in found:
        AuditEvent.model_validate(copy.deepcopy(event))
    return found


def test_an_emergency_is_an_audit_event_with_who_why_and_whom(world: World) -> None:
    person = keep(world, Resident(sharing=False))
    register(world).summary(NATIONAL_ID, NUMBER, BORN, purpose="ETREAT", reason="unconscious")
    (event,) = events(world)
    assert (event["outcome"], event["action"]) == ("0", "E")
    assert event["purposeOfEvent"][0] == {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "ETREAT"}],
        "text": "unconscious",
    }
    assert [agent["who"]["display"] for agent in event["agent"]] == ["Trung tâm Y tế Bình Quới", "000123/HCM-CCHN"]
    assert event["entity"][0]["what"] == {"reference": f"Patient/{person}"}


def test_denials_are_audit_events_too_proven_or_not(world: World) -> None:
    keep(world, Resident(sharing=False))
    desk = register(world)
    desk.summary(NATIONAL_ID, NUMBER, BORN)
    message = desk.signed("GET", "Patient/0b8f5a52-6d3e-4c0f-9c7e-2f4f1f0e6a11/$summary")
    message.headers["Practitioner"] = "somebody else"
    desk.send(message)
    assert [(event["outcome"], event["outcomeDesc"]) for event in events(world)] == [
        ("8", "consent-missing"),
        ("8", "signature-mismatch"),
    ]


def test_nothing_is_shown_when_the_audit_cannot_be_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(world, Resident())
    desk = register(world)

    def refuse(*_: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(audit_trail, "put", refuse)
    answer = desk.summary(NATIONAL_ID, NUMBER, BORN)
    assert answer.status == 500
    assert "Patient" not in answer.body.decode()
