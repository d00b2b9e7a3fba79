"""A phone is not a person: who holds a number today never reaches what its holder before had stored."""

import json
from typing import Any

import pytest
import time_machine

from functions.otp.limits import Limits
from health_record.identity import sessions
from tests.conftest import Answer, World
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.otp.conftest import START, Browser
from tests.otp.test_pins import OTHER, PIN, lift, put

LIMITS = Limits()

FORMER, CHILD, NEW = people.RECORD_ID, people.OTHER_ID, "5d0c9f4e-6a64-4b58-9d0c-0d6a3f6b3c33"
NUMBERS = {FORMER: people.NATIONAL_ID, CHILD: "079160012352", NEW: "079160012369"}
FACILITY = "79001"


def declare(
    browser: Browser, record_id: str, version: int = 0, *, person: str | None = None, born: str = "1960-05-17"
) -> Answer:
    """Declare the record, of the person of another one if `person` names it."""
    whose = person or record_id
    body = people.declaration(
        identity_national_id={"valueString": NUMBERS[whose]},
        identity_insurance_number=None,
        identity_full_name=({"valueString": f"Người Thử {whose[:2]}"}),
        identity_birth_date={"valueDate": born},
    )
    return people.put(browser.cookies, body, record_id=record_id, version=version)


def show_card(desk: Desk, record_id: str, **more: Any) -> Any:
    identifier = {"system": "http://fhir.ehealth.gov.vn/core/sid/national_id", "value": NUMBERS[record_id]}
    parameter = [
        {"name": "identifier", "valueIdentifier": identifier},
        {"name": "birthdate", "valueDate": "1960-05-17"},
        *({"name": name, "valueBoolean": value} for name, value in ({"permitPin": True} | more).items()),
    ]
    body = {"resourceType": "Parameters", "parameter": parameter}
    answer = desk.call("POST", f"Patient/{record_id}/$verify", json.dumps(body).encode())
    assert answer.status == 200, answer.body
    return answer.json


def reached(browser: Browser) -> list[str]:
    """The records that the session can read; every other way to them must be closed like the reading."""
    found = []
    for record_id in NUMBERS:
        read = people.call("GET", people.RECORD, browser.cookies, record_id=record_id).status
        if read == 200:
            found.append(record_id)
        for method, route, body in (
            ("GET", "/v1/records/{id}/versions", None),
            ("GET", "/v1/records/{id}/summary", None),
            ("GET", "/v1/records/{id}/consents", None),
        ):
            assert people.call(method, route, browser.cookies, record_id=record_id, body=body).status == read
    return found


def named(browser: Browser) -> list[str]:
    rows = people.call("GET", "/v1/records", browser.cookies).json["records"]
    assert [row for row in rows if "closed" in row and "display_name" in row] == []
    shown = {row["id"] for row in rows if "display_name" in row}
    return [record_id for record_id in NUMBERS if record_id in shown]


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, FACILITY)


@pytest.fixture
def former(world: World, browser: Browser) -> Browser:
    """Who held the number before: a record, and a PIN."""
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert put(browser).status == 204
    return browser


def next_holder(world: World) -> Browser:
    browser = Browser(world, client="203.0.113.9")
    browser.sign_in()
    return browser


def test_the_next_holder_of_a_number_reaches_only_the_record_whose_card_was_seen(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    holder = next_holder(world)
    assert declare(holder, NEW).status == 201
    show_card(desk, NEW)
    assert put(holder, OTHER).status == 204
    assert lift(holder, OTHER).status == 204
    assert reached(holder) == named(holder) == [NEW]
    rows = people.call("GET", "/v1/records", holder.cookies).json["records"]
    assert [(row["id"], row.get("closed")) for row in rows] == [(FORMER, True), (NEW, None)]
    refused = people.call("GET", people.RECORD, holder.cookies, record_id=FORMER)
    assert (refused.status, refused.json["type"]) == (403, "/problems/record-closed")
    for method, route, body in (
        ("DELETE", people.RECORD, None),
        ("PUT", "/v1/records/{id}/restriction", {"restricted": True}),
        ("POST", "/v1/records/{id}/shares", {"minutes": 30}),
        ("GET", "/v1/records/{id}/accesses", None),
        ("GET", "/v1/records/{id}/shares", None),
        ("GET", "/v1/records/{id}/summary.pdf", None),
    ):
        answer = people.call(method, route, holder.cookies, record_id=FORMER, body=body)
        assert (answer.status, answer.json["type"]) == (403, "/problems/record-closed"), route
    assert declare(holder, FORMER, version=1).status == 403
    consent = {"purpose": "sharing", "given": False, "text_version": "1", "language": "vi"}
    changed = people.call("PUT", "/v1/records/{id}/consents", holder.cookies, record_id=FORMER, body=consent)
    assert changed.status == 403


def test_what_the_next_holder_declares_later_and_a_changed_pin_open_no_more_of_the_former(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    holder = next_holder(world)
    declare(holder, NEW)
    show_card(desk, NEW)
    put(holder, OTHER)
    holder.sign_in()
    assert declare(holder, CHILD).status == 201
    lift(holder, OTHER)
    assert reached(holder) == [CHILD, NEW]
    assert put(holder, PIN, OTHER).status == 204
    assert reached(holder) == [CHILD, NEW]
    clock.shift(600)
    holder.sign_in()
    lift(holder, PIN)
    assert reached(holder) == [CHILD, NEW]


def test_an_account_without_a_pin_is_closed_alike(
    world: World, browser: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    browser.sign_in()
    declare(browser, FORMER)
    clock.shift(3600)
    holder = next_holder(world)
    declare(holder, NEW)
    assert put(holder, OTHER).status == 403
    show_card(desk, NEW)
    assert put(holder, OTHER).status == 204
    lift(holder, OTHER)
    assert reached(holder) == [NEW]


def test_a_permission_that_is_over_opens_nothing_with_a_later_one(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    """The table deletes late, so the permission for the former holder's record still lies there."""
    show_card(desk, FORMER)
    clock.shift(86_400)
    holder = next_holder(world)
    declare(holder, NEW)
    show_card(desk, NEW)
    assert put(holder, OTHER).status == 204
    lift(holder, OTHER)
    assert reached(holder) == [NEW]


def test_a_facility_can_verify_a_card_without_permitting_a_pin(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    assert "pinPermittedUntil" not in {each["name"] for each in show_card(desk, FORMER, permitPin=False)["parameter"]}
    clock.shift(3600)
    assert put(next_holder(world), OTHER).status == 403
    assert [item for item in world.items("access") if item["pk"].startswith("permit#")] == []


def test_the_pin_before_stays_with_the_records_whose_cards_nobody_saw(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    """Who borrows a phone and shows a card of their own takes nothing from its owner, not even the way in."""
    clock.shift(3600)
    borrower = next_holder(world)
    declare(borrower, NEW)
    show_card(desk, NEW)
    assert put(borrower, OTHER).status == 204
    clock.shift(600)
    former.sign_in()
    assert (lift(former, PIN).status, reached(former), named(former)) == (204, [FORMER], [FORMER])
    assert (put(former, "270594", PIN).status, reached(former)) == (204, [FORMER])
    clock.shift(600)
    borrower.sign_in()
    assert (lift(borrower, PIN).status, lift(borrower, OTHER).status, reached(borrower)) == (401, 204, [NEW])


def test_two_holders_who_choose_the_same_pin_do_not_meet(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    clock.shift(3600)
    holder = next_holder(world)
    declare(holder, NEW)
    show_card(desk, NEW)
    assert put(holder, PIN).status == 204
    lift(holder, PIN)
    assert reached(holder) == [NEW]


def test_a_forgotten_pin_is_gone_when_the_new_one_took_all_it_opened(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    clock.shift(600)
    former.sign_in()
    show_card(desk, FORMER)
    assert put(former, OTHER).status == 204
    assert (lift(former, PIN).status, lift(former, OTHER).status, reached(former)) == (401, 204, [FORMER])
    (item,) = [item for item in world.items("access") if item["sk"] == "pin" and not item["pk"].startswith("permit#")]
    assert len(item["slots"]) == 1


def test_a_session_whose_pin_was_replaced_is_of_level_1_even_if_it_was_overlooked(
    world: World, former: Browser, clock: time_machine.Traveller
) -> None:
    lift(former)
    (kept,) = [item for item in world.items("access") if item["pk"].startswith("session#")]
    overlooked = Browser(world, cookies=dict(former.cookies))
    clock.shift(600)
    former.sign_in()
    lift(former)
    assert put(former, OTHER, PIN).status == 204
    world.table("access").put_item(Item=kept)  # as a session that the index did not list yet
    assert overlooked.call("GET", "/v1/session").json["level"] == 1
    assert (reached(overlooked), named(overlooked), put(overlooked, PIN).status) == ([], [], 403)
    assert people.call("DELETE", people.RECORD, overlooked.cookies, record_id=FORMER).status == 403
    assert reached(former) == [FORMER]


@pytest.mark.parametrize("later", [0, 86_399])
def test_an_owner_who_set_the_pin_in_the_first_session_keeps_everything(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller, later: int
) -> None:
    clock.move_to(START + later)
    former.sign_in()
    assert declare(former, CHILD).status == 201
    show_card(desk, FORMER)
    assert lift(former).status == 204
    assert reached(former) == named(former) == [FORMER, CHILD]
    assert put(former, OTHER, PIN).status == 204
    assert reached(former) == [FORMER, CHILD]
    assert declare(former, NEW).status == 201
    former.forget_session()
    clock.shift(600)
    former.sign_in()
    lift(former, OTHER)
    assert reached(former) == named(former) == [FORMER, CHILD, NEW]
    assert people.call("DELETE", people.RECORD, former.cookies, record_id=CHILD).status == 204
    assert reached(former) == [FORMER, NEW]


def test_a_household_that_forgot_its_pin_brings_each_card(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    declare(former, CHILD)
    clock.shift(3600)
    former.sign_in()
    declare(former, NEW)
    show_card(desk, FORMER)
    clock.shift(LIMITS.cooldown_seconds)
    show_card(desk, CHILD)
    former.sign_in()
    assert put(former, OTHER).status == 204
    lift(former, OTHER)
    assert reached(former) == [FORMER, CHILD]
    show_card(desk, NEW)
    assert reached(former) == [FORMER, CHILD]
    assert put(former, PIN, OTHER).status == 204
    assert reached(former) == [FORMER, CHILD, NEW]


def test_after_the_last_record_is_erased_a_session_of_its_pin_reaches_what_it_makes(
    world: World, former: Browser
) -> None:
    lift(former)
    assert people.call("DELETE", people.RECORD, former.cookies, record_id=FORMER).status == 204
    assert people.call("GET", "/v1/records", former.cookies).json == {"records": []}
    assert declare(former, NEW).status == 201
    assert reached(former) == [NEW]
    assert put(former, OTHER).status == 204


def test_the_audit_says_when_a_pin_was_set_changed_permitted_and_locked(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    lift(former)
    put(former, OTHER, PIN)
    for wrong in range(6):
        assert lift(former).status == (401 if wrong < 5 else 403)
    show_card(desk, FORMER)
    former.sign_in()
    put(former, PIN)
    found = sorted((item for item in world.items("audit") if item["action"] == "pin"), key=lambda item: item["at"])
    account = sessions.read_session(
        {"headers": {}, "cookies": [f"__Host-session={former.cookies['__Host-session']}"]}
    ).account
    assert {item["account"] for item in found} == {account}
    told = sorted((item["detail"], item["outcome"]) for item in found)
    assert told == [
        ("changed", "allowed"),
        ("locked", "denied"),
        ("set", "allowed"),
        ("set-by-facility-grant", "allowed"),
    ]


def two_pins(world: World, former: Browser, desk: Desk, clock: time_machine.Traveller) -> Browser:
    """The next holder, with a PIN of their own beside that of the holder before."""
    clock.shift(3600)
    holder = next_holder(world)
    assert declare(holder, NEW).status == 201
    show_card(desk, NEW)
    assert put(holder, OTHER).status == 204
    return holder


def wrong(browser: Browser, number: int) -> int:
    return lift(browser, f"{271830 + number:06d}").status


def test_ones_own_pin_does_not_forgive_guesses_at_the_pin_beside_it(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    holder = two_pins(world, former, desk, clock)
    assert [wrong(holder, number) for number in range(2)] == [401, 401]
    assert lift(holder, OTHER).status == 204
    assert [wrong(holder, number) for number in range(2, 4)] == [401, 401]
    assert put(holder, "516284", OTHER).status == 204
    assert wrong(holder, 4) == 401
    assert lift(holder, PIN).status == 401  # five guesses at it are made: the right one is no longer compared
    assert (lift(holder, "516284").status, reached(holder)) == (204, [NEW])
    clock.shift(600)
    former.sign_in()
    assert (lift(former, PIN).status, reached(former)) == (204, [FORMER])


def test_a_permission_opens_nothing_that_was_declared_after_it(
    world: World, former: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    show_card(desk, FORMER)
    clock.shift(LIMITS.cooldown_seconds)
    assert lift(former).status == 204
    assert declare(former, CHILD).status == 201
    clock.shift(3600)
    holder = next_holder(world)
    assert put(holder, OTHER).status == 204
    assert lift(holder, OTHER).status == 204
    assert CHILD not in reached(holder)
    clock.shift(3600)
    owner = next_holder(world)
    assert lift(owner, PIN).status == 204
    assert CHILD in reached(owner)


@pytest.mark.parametrize(
    "members",
    [
        [{"valueString": "false"}],
        [{"valueBoolean": "false"}],
        [{"valueBoolean": False}, {"valueBoolean": False}],
    ],
)
def test_an_unclear_no_to_a_new_pin_permits_none(
    world: World, former: Browser, desk: Desk, members: list[dict[str, Any]]
) -> None:
    identifier = {"system": "http://fhir.ehealth.gov.vn/core/sid/national_id", "value": NUMBERS[FORMER]}
    parameter = [
        {"name": "identifier", "valueIdentifier": identifier},
        {"name": "birthdate", "valueDate": "1960-05-17"},
        *({"name": "permitPin", **member} for member in members),
    ]
    body = {"resourceType": "Parameters", "parameter": parameter}
    assert desk.call("POST", f"Patient/{FORMER}/$verify", json.dumps(body).encode()).status == 400
    assert [item for item in world.items("access") if item["pk"].startswith("permit#")] == []
