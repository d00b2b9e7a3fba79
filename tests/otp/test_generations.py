"""A credential opens the records of its own generation, and the texts of a refusal are about whoever reads them."""

import itertools

import pytest
import time_machine

from functions.otp.pin.pin_permission import ALLOWED, Permission, decide
from tests.conftest import World
from tests.facility_desk import Desk, register
from tests.otp.conftest import START, Browser
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_recycled_numbers import (
    CHILD,
    FACILITY,
    FORMER,
    NEW,
    declare,
    named,
    next_holder,
    reached,
    show_card,
)


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, FACILITY)


@pytest.fixture
def former(world: World, browser: Browser) -> Browser:
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert put(browser).status == 204
    return browser


def test_the_former_holders_pin_opens_nothing_that_the_next_holder_declared(
    world: World, former: Browser, clock: time_machine.Traveller
) -> None:
    """Not even before the next holder's card was seen."""
    clock.shift(3600)
    assert declare(next_holder(world), NEW).status == 201
    clock.shift(3600)
    former.sign_in()
    assert lift(former).status == 204
    assert (reached(former), named(former)) == ([FORMER], [FORMER])


@pytest.mark.parametrize("again", ["same session", "same device"])
def test_what_the_owner_declared_without_the_pin_is_confirmed_by_giving_it(
    world: World, former: Browser, clock: time_machine.Traveller, again: str
) -> None:
    clock.shift(3600)
    former.sign_in()
    assert declare(former, CHILD).status == 201
    if again == "same device":
        former.forget_session()
        clock.shift(3600)
        former.sign_in()
    assert (lift(former).status, reached(former)) == (204, [FORMER, CHILD])
    former.forget_session()
    clock.shift(3600)
    tablet = next_holder(world)
    assert (lift(tablet).status, reached(tablet)) == (204, [FORMER, CHILD])


def test_what_is_declared_at_level_2_is_open_to_the_pin_elsewhere_and_after_a_change(
    world: World, former: Browser, clock: time_machine.Traveller
) -> None:
    lift(former)
    assert declare(former, CHILD).status == 201
    assert put(former, OTHER, PIN).status == 204
    clock.shift(3600)
    tablet = next_holder(world)
    assert (lift(tablet, OTHER).status, reached(tablet)) == (204, [FORMER, CHILD])


def test_a_desk_that_sets_the_first_pin_and_declares_for_the_household_opens_all_of_it_later(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    asked = browser.ask().json["challenge_id"]
    body = {"challenge_id": asked, "code": browser.code(), "assisted": True}
    assert browser.call("POST", "/v1/otp/verify", body=body).status == 200
    assert declare(browser, FORMER).status == 201
    assert put(browser).status == 204
    assert declare(browser, CHILD).status == 201
    clock.shift(3600)
    phone = next_holder(world)
    assert (lift(phone).status, reached(phone)) == (204, [FORMER, CHILD])


def test_a_borrower_of_the_browser_claims_nothing_of_an_owner_without_a_pin(
    world: World, browser: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    browser.sign_in()
    declare(browser, FORMER)
    browser.forget_session()
    clock.shift(2 * 86_400)
    browser.sign_in()
    declare(browser, NEW)
    show_card(desk, NEW)
    assert put(browser, OTHER).status == 204
    assert (lift(browser, OTHER).status, reached(browser)) == (204, [NEW])


CASES = [*itertools.product((False, True), repeat=7)]


@pytest.mark.parametrize("case", CASES, ids=["".join("ny"[flag] for flag in case) for case in CASES])
def test_a_phone_alone_never_sets_a_pin(case: tuple[bool, ...]) -> None:
    is_set, is_elevated, is_granted, is_waiting, is_newer, may_set_first, has_records = case
    found: Permission = decide(
        is_set=is_set,
        is_elevated=is_elevated,
        is_granted=is_granted,
        is_waiting=is_waiting,
        is_newer=is_newer,
        may_set_first=may_set_first,
        has_records=has_records,
    )
    assert (found in ALLOWED) is (is_elevated or is_granted or (not is_set and has_records and may_set_first))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_refusal_is_about_whoever_reads_it(
    world: World, browser: Browser, clock: time_machine.Traveller, language: str
) -> None:
    def refused(who: Browser, method: str = "PUT", route: str = "/v1/pin") -> str:
        answer = who.call(method, route, body={"pin": OTHER}, headers={"accept-language": language})
        assert answer.status == 403
        return str(answer.json["detail"])

    browser.sign_in()
    nothing = refused(browser)
    declare(browser, FORMER)
    clock.shift(86_400)
    recycled = refused(next_holder(world))
    unset = refused(next_holder(world), "POST", "/v1/pin/verify")
    clock.move_to(START)
    assert put(browser).status == 204
    clock.shift(86_400)
    other = refused(next_holder(world))
    assert len({nothing, recycled, unset, other}) == 4
    words = {"vi": "trước bạn", "en": "before you"}[language]
    assert (words in recycled, words in other, words in nothing) == (True, True, False)
