"""The audit of facilities' calls: written before anything is shown, once, with who, whom and why."""

from typing import Any

import pytest

from health_record.audit import replay_guard
from tests.conftest import World
from tests.facility_desk import Resident, register, store_resident

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NUMBER, BORN = "079185001234", "1985-03-02"


def audit_items(world: World) -> list[dict[str, Any]]:
    """Every audit item, oldest first."""
    return sorted(world.items("audit"), key=lambda item: item["at"])


def test_an_emergency_is_audited_with_who_why_and_whom(world: World) -> None:
    person = store_resident(world, Resident(sharing=False))
    register(world).summary(NATIONAL_ID, NUMBER, BORN, purpose="ETREAT", reason="unconscious")
    (item,) = audit_items(world)
    assert (item["outcome"], item["action"]) == ("allowed", "summary")
    assert (item["purpose"], item["reason"]) == ("ETREAT", "unconscious")
    assert (item["facility_name"], item["practitioner"]) == ("Trung tâm Y tế Bình Quới", "000123/HCM-CCHN")
    assert item["record_id"] == person


def test_denials_are_audited_too_proven_or_not(world: World) -> None:
    store_resident(world, Resident(sharing=False))
    desk = register(world)
    desk.summary(NATIONAL_ID, NUMBER, BORN)
    message = desk.sign_call("GET", "Patient/0b8f5a52-6d3e-4c0f-9c7e-2f4f1f0e6a11/$summary")
    message.headers["Practitioner"] = "somebody else"
    desk.send(message)
    assert [(item["outcome"], item["detail"]) for item in audit_items(world)] == [
        ("denied", "consent-missing"),
        ("denied", "signature-mismatch"),
    ]


def test_nothing_is_shown_when_the_audit_cannot_be_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    store_resident(world, Resident())
    desk = register(world)

    def refuse(*_: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(replay_guard, "put_entry", refuse)
    answer = desk.summary(NATIONAL_ID, NUMBER, BORN)
    assert answer.status == 500
    assert "Patient" not in answer.body.decode()
