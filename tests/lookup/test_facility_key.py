"""`GET /v1/facility-key`: what a station's page shows of itself, and a device's rights at every permission."""

from collections.abc import Callable
from typing import get_args

import pytest

from health_record.facility.signed_call import Permission
from so_suc_khoe_client import FacilityAnswer
from tests.conftest import World
from tests.contribute import cards
from tests.contribute.bundles import visit
from tests.facility_desk import PERMISSIONS, Desk, Resident, register, store_resident

PERSON = Resident().record_id
CALLS: dict[str, Callable[[Desk], FacilityAnswer]] = {
    "read": lambda desk: desk.summary_by_id(PERSON),
    "write": lambda desk: desk.transaction(visit(PERSON)),
    "emergency": lambda desk: desk.call("GET", f"Patient/{PERSON}/$summary", purpose="ETREAT", reason="unconscious"),
    "verify": lambda desk: desk.verify(PERSON, cards.NATIONAL_ID, cards.NUMBER, cards.BORN, permit_pin=False),
}


def device(world: World, *permissions: str) -> Desk:
    """A tablet that may do this, of a facility that may do everything."""
    return register(
        world,
        provider_code="79999",
        device_permissions=list(permissions),
        label="Máy tính bảng 1",
        poster="26911-01-7sza1m4n",
    )


def members(answer: FacilityAnswer) -> list[tuple[str, str]]:
    found = [(each.pop("name"), *each.values()) for each in answer.json["parameter"]]
    return [(name, value) for name, value in found]


def test_a_device_is_told_who_it_is_what_it_may_and_until_when(world: World) -> None:
    answer = device(world, "write", "read").who_am_i()
    assert answer.status == 200
    assert members(answer) == [
        ("keyId", "79001.1"),
        ("facility", "79001"),
        ("name", "Trung tâm Y tế Bình Quới"),
        ("providerCode", "79999"),
        ("device", "Máy tính bảng 1"),
        ("poster", "26911-01-7sza1m4n"),
        ("permission", "read"),
        ("permission", "write"),
        ("validUntil", "2028-01-01T00:00:00Z"),
    ]
    (line,) = world.items("audit")
    assert (line["action"], line["outcome"], line.get("record_id")) == ("facility-key", "allowed", None)


def test_a_key_of_a_program_has_no_label_and_all_that_its_facility_may(world: World) -> None:
    told = members(register(world).who_am_i())
    assert [value for name, value in told if name == "permission"] == sorted(PERMISSIONS)
    assert not {"device", "poster", "providerCode"} & {name for name, _ in told}


@pytest.mark.parametrize("permission", CALLS)
def test_a_device_without_a_permission_is_refused_what_its_facility_may(world: World, permission: str) -> None:
    store_resident(world, Resident())
    needed = {"emergency": ("read",)}.get(permission, ())
    rest = [each for each in PERMISSIONS if each != permission]
    refused = CALLS[permission](device(world, *rest))
    assert (refused.status, refused.json["issue"][0]["diagnostics"]) == (403, "permission-missing")
    assert CALLS[permission](device(world, permission, *needed)).status in (200, 201)


def test_each_permission_but_the_override_has_its_call_here() -> None:
    """`override` decides of a `$verify` that moves a number: tests/contribute."""
    assert {*CALLS, "override"} == set(get_args(Permission))
