"""Whoever must not know is refused alike: same status, body and headers, and the same AWS calls in the same order.

Made from the routes: each that names a person by a number, or by an id, is called by every kind of facility. What it
is told of somebody with another birth date is compared with what it is told of nobody.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
import time_machine

from tests.conftest import World
from tests.contribute.cards import verify
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident
from tests.faults.injection import inject_faults
from tests.faults.world_state import restore, snapshot
from tests.isolation.fixture_world import ALL_OPERATIONS, Operation, Person, fhir_call

NOW = "2026-11-23T01:30:00Z"
BORN, ASKED = "1960-05-17", "1961-01-02"  # as recorded, and as the facility asks
KNOWN = Resident(national_id="079160000011", insurance_number=None, birth_date=BORN, told_at="+84911222333")
SEEN = replace(KNOWN, national_id="079160000022", record_id=new_uuid(), account="seen", card_seen=True)
SEVERAL = replace(KNOWN, national_id="079160000033", record_id=new_uuid(), account="first")
OTHER = replace(SEVERAL, record_id=new_uuid(), account="second", full_name="Người Khác")
VAGUE = replace(KNOWN, national_id="079160000044", record_id=new_uuid(), account="vague", birth_date="1960")
NUMBERS = {
    "nobody's": "079160000099",
    "no number": "12",
    "known, another date": KNOWN.national_id,
    "known by a year, another date": VAGUE.national_id,
    "card seen, another date": SEEN.national_id,
    "several, another date": SEVERAL.national_id,
}
UNUSED = "079160000088"  # that each environment was asked for before
PERMISSIONS = {
    "everything": None,
    "read": ["read"],
    "write": ["write"],
    "verify": ["verify"],
    "write and verify": ["write", "verify"],
    "nothing": [],
}
PURPOSES: dict[str, dict[str, str]] = {"TREAT": {}, "ETREAT": {"purpose": "ETREAT", "reason": "unconscious"}}
BY_NUMBER = [way for way in ALL_OPERATIONS if way.speaks_fhir and way.names_a_person and "{id}" not in way.route.path]
BY_NUMBER = [way for way in BY_NUMBER if way.title not in ("POST /v1/fhir", "POST /v1/fhir/Bundle/$validate")]  # by id
BY_ID = [way for way in ALL_OPERATIONS if way.speaks_fhir and "{id}" in way.route.path]


@dataclass(frozen=True)
class Refusal:
    """What a facility sees of one call, and what AWS is asked for."""

    status: int
    body: str
    headers: dict[str, str]
    calls: list[str]


def call(desk: Desk, way: Operation, number: str, record_id: str, context: dict[str, str]) -> Refusal:
    person = Person("Nguyễn Thị Thử", number, ASKED, record_id, "", sharing=True)
    body, query, kind = fhir_call(way, person)
    path = way.title.partition("/v1/fhir")[2].removeprefix("/").replace("{id}", record_id)
    if not way.route.path.startswith("/v1/fhir"):
        path = way.route.path.removeprefix("/v1")
    with inject_faults() as made:
        answer = desk.call(
            way.route.method, path, body, query=query, **({"content_type": kind} if body else {}), **context
        )
    told = re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "<instant>", answer.body.decode().replace(number, "<number>"))
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    return Refusal(answer.status, told, headers, [site.operation for site in made.call_sites])


@pytest.fixture
def desk_of(world: World) -> Any:
    """Gives a desk of each kind of facility, in a world where all these people are."""
    with time_machine.travel(NOW, tick=False):
        for person in (KNOWN, SEEN, SEVERAL, OTHER, VAGUE):
            store_resident(world, person)
        everything = register(world, "79009")
        assert verify(everything, SEEN.record_id, str(SEEN.national_id), BORN, permit_pin=False).status == 200

        def make(permissions: list[str] | None) -> Desk:
            desk = register(world, permissions=permissions, provider_code="79999")
            desk.call("GET", "/facility-key")  # what an environment reads once, it has read
            return desk

        yield make


def compare(calls: dict[str, Callable[[], Refusal]], warm_up: Callable[[], Refusal]) -> Refusal:
    """The one answer that all of them get, each from the same state: in an environment that served such a call."""
    found: dict[str, Refusal] = {}
    before = snapshot()
    for name, made in calls.items():
        restore(before)
        warm_up()
        found[name] = made()
    first, *_ = found
    assert {name: each for name, each in found.items() if each != found[first]} == {}, found[first]
    return found[first]


def test_the_routes_are_all_that_name_a_person() -> None:
    assert {way.title for way in BY_NUMBER} >= {"POST /v1/fhir/Patient/_search", "POST /v1/hospital-files"}
    assert {way.operation for way in BY_NUMBER} >= {"$match", "$summary", ""}
    assert {way.operation for way in BY_ID} == {"", "$summary", "$everything", "$verify"}
    others = {way.title for way in ALL_OPERATIONS if way.speaks_fhir} - {way.title for way in (*BY_NUMBER, *BY_ID)}
    assert others == {
        "GET /v1/fhir/metadata",
        "GET /v1/facility-key",
        "POST /v1/fhir",
        "POST /v1/fhir/Bundle/$validate",
    }


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("permissions", PERMISSIONS)
@pytest.mark.parametrize("way", BY_NUMBER, ids=lambda way: way.title)
def test_somebody_with_another_birth_date_is_refused_like_nobody(
    desk_of: Any, way: Operation, permissions: str, purpose: str
) -> None:
    desk = desk_of(PERMISSIONS[permissions])
    numbers = dict(NUMBERS)
    if way.title == "POST /v1/hospital-files":
        del numbers["no number"]  # its answer names the field; that is about what was sent
    refused = compare(
        {
            name: lambda number=number: call(desk, way, number, KNOWN.record_id, PURPOSES[purpose])
            for name, number in numbers.items()
        },
        lambda: call(desk, way, UNUSED, KNOWN.record_id, PURPOSES[purpose]),
    )
    is_told_inside = refused.status == 200  # a searchset of nobody, or an entry of the answer
    assert is_told_inside or refused.status in (403, 404)
    assert not is_told_inside or '"total":0' in refused.body or "no-such-record" in refused.body


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("permissions", PERMISSIONS)
@pytest.mark.parametrize("way", BY_ID, ids=lambda way: way.title)
def test_an_id_that_is_nobodys_is_refused_like_one_whose_erasure_has_begun(
    world: World, desk_of: Any, way: Operation, permissions: str, purpose: str
) -> None:
    desk, gone = desk_of(PERMISSIONS[permissions]), replace(KNOWN, record_id=new_uuid(), account="gone")
    store_resident(world, gone)
    world.table("records").update_item(
        Key={"pk": f"record#{gone.record_id}", "sk": "meta"},
        UpdateExpression="SET erasing = :yes",
        ExpressionAttributeValues={":yes": True},
    )
    names = {"nobody's": new_uuid(), "no id": "nobody", "being erased": gone.record_id}
    if "Binary" in way.title:
        names = {name: f"{each.replace('-', '')}.{'0' * 31}" for name, each in names.items()}
    refused = compare(
        {
            name: lambda each=each: call(desk, way, NUMBERS["nobody's"], each, PURPOSES[purpose])
            for name, each in names.items()
        },
        lambda: call(desk, way, UNUSED, names["nobody's"], PURPOSES[purpose]),
    )
    assert refused.status in (403, 404)


@pytest.mark.parametrize("permissions", ["everything", "verify", "write and verify"])
def test_a_card_that_does_not_fit_its_record_is_refused_alike_whatever_its_number(
    desk_of: Any, permissions: str
) -> None:
    desk = desk_of(PERMISSIONS[permissions])
    (way,) = [way for way in BY_ID if way.operation == "$verify"]
    refused = compare(
        {name: lambda number=number: call(desk, way, number, KNOWN.record_id, {}) for name, number in NUMBERS.items()},
        lambda: call(desk, way, UNUSED, KNOWN.record_id, {}),
    )
    assert refused.status == 404
