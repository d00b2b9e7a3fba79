"""Who has a part of an account learns nothing by counting the rest, and leaves nothing that fills it."""

from collections.abc import Callable

import pytest
import time_machine

from functions.otp import event_list
from functions.otp.limits import Limits
from health_record.identity import account_events
from tests.conftest import World
from tests.declare import people
from tests.facility_desk import new_uuid
from tests.otp import test_without_the_phone as without_the_phone
from tests.otp.conftest import Browser
from tests.otp.test_events import account_of
from tests.otp.test_passkeys import kinds
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_recycled_numbers import CHILD, FORMER, declare
from tests.otp.test_without_the_phone import HERS, Number

LIMITS = Limits()

number = without_the_phone.number
NOBODY = people.declaration(identity_national_id=None, identity_insurance_number=None)


def end_account(him: Browser, record_id: str) -> None:
    assert people.call("DELETE", people.RECORD, him.cookies, record_id=record_id).status == 204


def by_passkey(number: Number) -> Browser:
    return number.former("passkey")


def by_the_phone_and_her_pin(number: Number) -> Browser:
    return number.next()


@pytest.mark.parametrize("enter", [by_passkey, by_the_phone_and_her_pin])
def test_a_page_of_events_tells_nothing_of_how_many_there_are_for_others(
    number: Number, clock: time_machine.Traveller, enter: Callable[[Number], Browser]
) -> None:
    browser = enter(number)
    account = account_of(browser)
    own, others = (FORMER, CHILD) if enter is by_passkey else (without_the_phone.NEW, FORMER)
    for _ in range(event_list.PAGE):
        clock.shift(1)
        account_events.put(account, "card-seen", own)
    before = browser.call("GET", "/v1/events").json
    for _ in range(3):
        clock.shift(1)
        account_events.put(account, "link-opened", others)
    assert browser.call("GET", "/v1/events").json == before
    shown = {event["id"] for event in before["events"]}
    assert (len(shown), before["next"] in shown) == (event_list.PAGE, True)


def test_the_end_of_what_is_ones_own_is_the_end(number: Number, clock: time_machine.Traveller) -> None:
    hers = number.next()
    clock.shift(LIMITS.cooldown_seconds)
    for _ in range(event_list.PAGE * 2):
        account_events.put(account_of(hers), "card-seen", without_the_phone.NEW)
    him = number.former("passkey")
    assert sorted(kinds(him)) == ["passkey-added", "pin-set"]
    assert "next" not in him.call("GET", "/v1/events").json


@pytest.mark.parametrize("way", ["passkey", "passkey and own PIN", "paper"])
def test_what_is_made_and_erased_leaves_nothing_in_the_items_of_the_account(
    world: World, number: Number, way: str
) -> None:
    def kept() -> list[object]:
        items = [item for item in world.items("access") if item["pk"] == f"account#{account_of(him)}"]
        slots = next(item["slots"] for item in items if item["sk"] == "pin")
        made = next(item["made"] for item in items if item["sk"] == "state")
        return [made, slots]

    number.next()
    him = number.former(way)
    before = kept()
    for _ in range(3):
        record_id = new_uuid()
        assert people.put(him.cookies, NOBODY, record_id=record_id).status == 201
        end_account(him, record_id)
    assert kept() == before


def test_who_has_erased_everything_of_theirs_keeps_the_pin_that_a_relatives_permission_does_not_concern(
    number: Number,
) -> None:
    hers = number.next()
    assert people.call("DELETE", people.RECORD, number.former("passkey").cookies, record_id=FORMER).status == 204
    without_the_phone.show_card(number.desk, without_the_phone.NEW)
    assert put(hers, OTHER, HERS).status == 204
    him = number.former("passkey")
    assert lift(him, PIN).status == 204
    assert declare(him, CHILD).status == 201
    assert without_the_phone.reached(him) == [CHILD]
