"""What a facility verified stays the record's when its person corrects it, who is told where it can be changed."""

import json
from typing import Any

import pytest

from functions.declare.declaration import correction
from tests.conftest import World
from tests.declare.people import (
    BOB,
    INSURANCE,
    NATIONAL_ID,
    OTHER_ID,
    RECORD,
    RECORD_ID,
    call,
    declaration,
    put,
    sign_in,
)
from tests.facility_desk import Desk, register

SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
INSURANCE_SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"
BORN, OTHER_NUMBER = "1960-05-17", "079160054321"
WARNED = {
    "linkId": "identity.national-id",
    "message": "Số căn cước bạn khai khác với số đã được cơ sở y tế xác nhận; số đã xác nhận vẫn được giữ. "
    "Nếu số đó sai, hãy mang giấy tờ đến cơ sở y tế để đổi.",
}


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


def verify(
    desk: Desk,
    number: str = NATIONAL_ID,
    *,
    record_id: str = RECORD_ID,
    system: str = SYSTEM,
    reason: str | None = None,
) -> int:
    identifier = {"system": system, "value": number}
    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "identifier", "valueIdentifier": identifier},
            {"name": "birthdate", "valueDate": BORN},
            *([{"name": "reason", "valueString": reason}] if reason else []),
        ],
    }
    return desk.call("POST", f"Patient/{record_id}/$verify", json.dumps(body).encode()).status


def numbers_found(desk: Desk, number: str, system: str = SYSTEM) -> tuple[int, list[str]]:
    """The summary's status, and the numbers it shows."""
    answer = desk.summary(system, number, BORN)
    patients = [e["resource"] for e in answer.json.get("entry", []) if e["resource"]["resourceType"] == "Patient"]
    return answer.status, [each["value"] for one in patients for each in one["identifier"]]


def saying(number: str | None, **changes: Any) -> dict[str, Any]:
    given = {"valueString": number} if number else None
    return declaration(identity_national_id=given, **changes)


def pointers(world: World) -> list[tuple[str, str]]:
    return sorted(
        ("claim" if "identifier" in item else "verified", item["record_id"])
        for item in world.items("keys")
        if item["pk"].startswith("identifier#national-id#")
    )


def test_a_number_only_the_facility_gave_survives_a_correction(world: World, desk: Desk) -> None:
    put(sign_in(), saying(None))
    assert verify(desk) == 200
    assert numbers_found(desk, NATIONAL_ID) == (200, [NATIONAL_ID, INSURANCE])
    for version in (1, 2):
        changed = saying(None, measurements_weight={"valueDecimal": 60 + version})
        answer = put(sign_in(level=2), changed, version=version)
        assert (answer.status, answer.json["warnings"]) == (200, [])
        assert numbers_found(desk, NATIONAL_ID) == (200, [NATIONAL_ID, INSURANCE])
    assert pointers(world) == [("claim", RECORD_ID), ("verified", RECORD_ID)]


def test_a_verified_number_that_is_no_longer_mentioned_stays(world: World, desk: Desk) -> None:
    put(sign_in())
    verify(desk)
    assert put(sign_in(level=2), saying(None), version=1).json["warnings"] == []
    assert numbers_found(desk, NATIONAL_ID) == (200, [NATIONAL_ID, INSURANCE])


def test_an_answer_that_contradicts_a_verified_number_is_kept_and_warned_of(world: World, desk: Desk) -> None:
    put(sign_in())
    verify(desk)
    cookies = sign_in(level=2)
    first, again = (put(cookies, saying(OTHER_NUMBER), version=1) for _ in range(2))
    assert (first.status, first.json["warnings"]) == (200, [WARNED])
    assert (again.status, again.json) == (200, first.json)
    assert numbers_found(desk, NATIONAL_ID) == (200, [NATIONAL_ID, INSURANCE])
    assert desk.summary(SYSTEM, OTHER_NUMBER, BORN).status == 404
    assert pointers(world) == [("claim", RECORD_ID), ("verified", RECORD_ID)]
    declared = call("GET", RECORD, cookies).json
    assert OTHER_NUMBER in json.dumps(declared)
    third = put(cookies, saying(OTHER_NUMBER, measurements_weight={"valueDecimal": 60}), version=2)
    assert third.json["warnings"] == [WARNED]
    assert verify(desk, OTHER_NUMBER, reason="her new card") == 200  # the facility changes it
    assert put(cookies, saying(OTHER_NUMBER), version=3).json["warnings"] == []
    assert numbers_found(desk, OTHER_NUMBER) == (200, [OTHER_NUMBER, INSURANCE])
    assert pointers(world) == [("claim", RECORD_ID), ("verified", RECORD_ID)]


def test_a_verified_insurance_number_stays_alike(desk: Desk) -> None:
    put(sign_in())
    verify(desk, INSURANCE, system=INSURANCE_SYSTEM)
    changed = declaration(identity_insurance_number={"valueString": "DN4799999999999"})
    answer = put(sign_in(level=2), changed, version=1, headers={"accept-language": "en"})
    assert answer.json["warnings"] == [
        {"linkId": "identity.insurance-number", "message": correction.WARN_INSURANCE_NUMBER.en}
    ]
    assert numbers_found(desk, INSURANCE, INSURANCE_SYSTEM) == (200, [NATIONAL_ID, INSURANCE])


def test_the_same_insurance_number_written_otherwise_is_no_contradiction(desk: Desk) -> None:
    put(sign_in())
    verify(desk, INSURANCE, system=INSURANCE_SYSTEM)
    changed = declaration(identity_insurance_number={"valueString": INSURANCE[-10:]})
    assert put(sign_in(level=2), changed, version=1).json["warnings"] == []


def test_a_number_verified_for_another_record_since_is_given_up(world: World, desk: Desk) -> None:
    put(sign_in(), saying(None))
    put(sign_in(BOB), saying(None), record_id=OTHER_ID)
    assert [verify(desk), verify(desk, record_id=OTHER_ID, reason="her card")] == [200, 200]
    assert put(sign_in(level=2), saying(OTHER_NUMBER), version=1).json["warnings"] == []
    assert pointers(world) == sorted([("claim", OTHER_ID), ("claim", RECORD_ID), ("verified", OTHER_ID)])
    assert numbers_found(desk, OTHER_NUMBER) == (200, [OTHER_NUMBER, INSURANCE])


@pytest.mark.parametrize("declared", [None, NATIONAL_ID])
def test_a_number_verified_while_a_correction_is_written_is_taken_in(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch, declared: str | None
) -> None:
    put(sign_in(), saying(declared))
    real = correction._next_version
    statuses: list[int] = []

    def verified_meanwhile(*arguments: Any) -> Any:
        planned = real(*arguments)
        if not statuses:
            statuses.append(verify(desk))
        return planned

    monkeypatch.setattr(correction, "_next_version", verified_meanwhile)
    answer = put(sign_in(level=2), saying(OTHER_NUMBER), version=1)
    assert (statuses, answer.status, answer.json["warnings"]) == ([200], 200, [WARNED])
    assert numbers_found(desk, NATIONAL_ID) == (200, [NATIONAL_ID, INSURANCE])
    assert pointers(world) == [("claim", RECORD_ID), ("verified", RECORD_ID)]


def test_erasure_takes_the_verified_number_along(world: World, desk: Desk) -> None:
    put(sign_in(), saying(None))
    verify(desk)
    put(sign_in(level=2), saying(OTHER_NUMBER), version=1)
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    assert pointers(world) == []


def test_a_correction_beside_a_verified_number_takes_five_aws_calls(desk: Desk, counted: list[str]) -> None:
    cookies = sign_in(level=2)
    put(cookies, saying(None))
    verify(desk)
    counted.clear()
    assert put(cookies, saying(OTHER_NUMBER), version=1).status == 200
    assert counted == ["UpdateItem", "BatchGetItem", "Decrypt", "BatchGetItem", "TransactWriteItems"]
