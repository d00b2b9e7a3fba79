"""A number that a facility took out of a record: its person's corrections go on, and say what to do about it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import World
from tests.contribute.cards import verify
from tests.declare.people import BOB, INSURANCE, NATIONAL_ID, OTHER_ID, RECORD_ID, call, declaration, put, sign_in
from tests.facility_desk import Desk, register

BORN = "1960-05-17"
NATIONAL_SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
INSURANCE_SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"
NUMBERS = {
    "identity.national-id": (NATIONAL_SYSTEM, NATIONAL_ID),
    "identity.insurance-number": (INSURANCE_SYSTEM, INSURANCE),
}
SAID = (
    "Cơ sở y tế đã bỏ số này khỏi hồ sơ. Bản khai vẫn được lưu, nhưng cơ sở y tế không tìm hồ sơ này bằng số đó. "
    "Nếu đó đúng là số của người có hồ sơ, hãy mang giấy tờ đến cơ sở y tế để được xác nhận."
)
HELD: dict[str, Callable[[Desk, str], Any]] = {
    "another record holds it": lambda desk, number: None,
    "nobody holds it any more": lambda desk, number: call(
        "DELETE", "/v1/records/{id}", sign_in(BOB, level=2), record_id=OTHER_ID
    ),
}


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


def release(desk: Desk, link_id: str) -> None:
    """Alice's record and Bob's claim the same numbers; a facility sees Bob's card and releases Alice's claim."""
    put(sign_in())
    put(sign_in(BOB), record_id=OTHER_ID)
    system, number = NUMBERS[link_id]
    assert verify(desk, OTHER_ID, number, BORN, system, settle={RECORD_ID: "release"}).status == 200


def correct(version: int, **changes: Any) -> Any:
    return put(sign_in(level=2), declaration(**changes), version=version)


@pytest.mark.parametrize("link_id", NUMBERS)
@pytest.mark.parametrize("held", HELD)
def test_who_leaves_the_number_in_is_told_what_to_do_alike_whoever_holds_it_now(
    desk: Desk, held: str, link_id: str
) -> None:
    release(desk, link_id)
    HELD[held](desk, link_id)
    for version in (1, 2):
        answer = correct(version, measurements_weight={"valueDecimal": 60 + version})
        assert (answer.status, answer.json["warnings"]) == (200, [{"linkId": link_id, "message": SAID}])
    again = correct(2, measurements_weight={"valueDecimal": 62})
    assert (again.status, again.json["warnings"]) == (200, [{"linkId": link_id, "message": SAID}])


@pytest.mark.parametrize("link_id", NUMBERS)
def test_a_released_number_is_not_claimed_by_typing_it_again(world: World, desk: Desk, link_id: str) -> None:
    release(desk, link_id)
    without = {link_id.replace(".", "_").replace("-", "_"): None}
    assert correct(1, **without).json["warnings"] == []
    assert correct(2).json["warnings"] == [{"linkId": link_id, "message": SAID}]
    system, number = NUMBERS[link_id]
    claims = [item["record_id"] for item in world.items("keys") if "verified_at" in item]
    assert claims == [OTHER_ID]
    assert call("DELETE", "/v1/records/{id}", sign_in(BOB, level=2), record_id=OTHER_ID).status == 204
    assert desk.summary(system, number, BORN).status == 404


@pytest.mark.parametrize("link_id", NUMBERS)
def test_the_card_brings_it_back(desk: Desk, link_id: str) -> None:
    release(desk, link_id)
    system, number = NUMBERS[link_id]
    assert verify(desk, RECORD_ID, number, BORN, system, reason="her card").status == 200
    answer = correct(1, measurements_weight={"valueDecimal": 61})
    assert (answer.status, answer.json["warnings"]) == (200, [])
    assert desk.summary(system, number, BORN).status == 200


def test_a_new_record_with_the_number_is_refused_and_told_what_to_do(desk: Desk) -> None:
    release(desk, "identity.national-id")
    answer = put(sign_in(), record_id="3d1e2b9a-93d4-4a5e-8a57-0b6f6f0c2d33")
    assert (answer.status, answer.json["type"]) == (409, "/problems/identifier-held-elsewhere")
    assert "bỏ trống số đó rồi gửi lại, hoặc mang giấy tờ đến trạm y tế" in answer.json["detail"]
