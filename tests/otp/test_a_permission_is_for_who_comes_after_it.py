"""A facility's permission for a PIN is not for a session of before: whoever had the phone in hand may hold that."""

import pytest
import time_machine

from health_record.identity.sessions import IDLE_SECONDS
from tests.conftest import Answer, World
from tests.facility_desk import Desk, register
from tests.otp.authenticator import Authenticator
from tests.otp.conftest import Browser
from tests.otp.test_paper_codes import issue, use
from tests.otp.test_passkeys import add, options, sign_in
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_recycled_numbers import CHILD, FACILITY, FORMER, NEW, declare, next_holder, reached, show_card

THIRD = "618203"
DAY = 86_400


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, FACILITY)


@pytest.fixture
def owner(browser: Browser, clock: time_machine.Traveller) -> Browser:
    """Who has declared and set a PIN, two days ago."""
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert put(browser, PIN).status == 204
    clock.shift(2 * DAY)
    return browser


def keep_alive(browser: Browser, clock: time_machine.Traveller, seconds: int) -> None:
    for _ in range(seconds // (IDLE_SECONDS - 60)):
        clock.shift(IDLE_SECONDS - 60)
        assert browser.call("POST", "/v1/session/extend").status == 200


def takes(browser: Browser, way: str) -> Answer:
    """The two ways to use a permission."""
    return put(browser, OTHER) if way == "PIN" else options(browser)


@pytest.mark.parametrize("way", ["PIN", "passkey"])
@pytest.mark.parametrize("hours", [0, 1, 11])
def test_who_had_the_phone_before_the_card_was_seen_takes_nothing(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller, way: str, hours: int
) -> None:
    thief = next_holder(world)
    keep_alive(thief, clock, hours * 3600)
    clock.shift(1)
    show_card(desk, FORMER, permitPin=True)
    refused = takes(thief, way)
    assert (refused.status, refused.json["type"]) == (403, "/problems/pin-not-permitted")
    assert "đăng nhập lại" in refused.json["detail"]
    assert thief.call("GET", "/v1/session").json["pin_permitted"] is False
    clock.shift(60)
    owner.sign_in()
    assert (put(owner, THIRD).status, lift(owner, THIRD).status, reached(owner)) == (204, 204, [FORMER])
    assert thief.call("GET", "/v1/session").status == 401, "and the new PIN ends what was open before"


@pytest.mark.parametrize("way", ["PIN", "passkey"])
@pytest.mark.parametrize("seconds", [0, 1, 3600], ids=str)
def test_who_signs_in_when_the_card_was_seen_or_later_takes_it(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller, way: str, seconds: int
) -> None:
    show_card(desk, FORMER, permitPin=True)
    clock.shift(seconds)
    owner.sign_in()
    assert owner.call("GET", "/v1/session").json["pin_permitted"] is True
    assert takes(owner, way).status == (204 if way == "PIN" else 200)


def test_a_pin_given_anew_makes_an_old_session_no_younger(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    """Who knows the PIN lifts the session again: another token, the same hours."""
    thief = next_holder(world)
    clock.shift(1)
    show_card(desk, FORMER, permitPin=True)
    assert lift(thief, PIN).status == 204
    assert put(thief, OTHER).status == 403, "without the current PIN"
    assert thief.call("POST", "/v1/passkeys/options", body={}).status == 403


def test_who_changes_the_own_pin_in_an_open_session_ends_what_a_key_permitted(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    """The message came while the page was open: a stolen key may have permitted it."""
    owner.sign_in()
    assert lift(owner, PIN).status == 204
    clock.shift(60)
    show_card(desk, FORMER, permitPin=True)
    assert put(owner, THIRD, current=PIN).status == 204
    later = next_holder(world)
    assert put(later, OTHER).status == 403


def test_one_more_card_is_not_lost_by_a_pin_set_in_a_session_of_before(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    """A household: the PIN opens one record, the card of the other is seen while the page is open."""
    borrowed = next_holder(world)
    assert declare(borrowed, CHILD).status == 201
    clock.shift(60)
    owner.sign_in()
    assert lift(owner, PIN).status == 204
    clock.shift(60)
    show_card(desk, CHILD, permitPin=True)
    assert put(owner, THIRD, current=PIN).status == 204
    assert reached(owner) == [FORMER]
    clock.shift(60)
    owner.sign_in()
    assert lift(owner, THIRD).status == 204
    assert put(owner, OTHER, current=THIRD).status == 204
    assert reached(owner) == [FORMER, CHILD]


@pytest.mark.parametrize("has_former", [True, False], ids=["a number of somebody before", "a new number"])
def test_who_declares_at_the_station_and_shows_the_card_sets_the_pin_in_the_same_session(
    world: World, browser: Browser, desk: Desk, clock: time_machine.Traveller, has_former: bool
) -> None:
    if has_former:
        browser.sign_in()
        assert declare(browser, FORMER).status == 201
        assert put(browser, PIN).status == 204
        clock.shift(2 * DAY)
    person = next_holder(world)
    assert declare(person, NEW).status == 201
    clock.shift(300)
    show_card(desk, NEW, permitPin=True)
    clock.shift(60)
    assert person.call("GET", "/v1/session").json["pin_permitted"] is True
    assert (put(person, OTHER).status, lift(person, OTHER).status, reached(person)) == (204, 204, [NEW])
    clock.shift(60)
    later = next_holder(world)
    assert put(later, THIRD).status == 403, "it is used up"


@pytest.mark.parametrize("seconds", [-1, 0, 1], ids=str)
def test_on_paper_it_is_the_same(
    world: World, browser: Browser, desk: Desk, clock: time_machine.Traveller, seconds: int
) -> None:
    """An account without a PIN: whoever found the paper came before the permission, its person with it or after."""
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    clock.shift(2 * DAY)
    holder = Browser(world, client="203.0.113.77")
    if seconds > 0:
        show_card(desk, FORMER, permitPin=True)
        clock.shift(seconds)
    assert use(holder, issue(desk, permitPin=False)).status == 200
    if seconds <= 0:
        clock.shift(-seconds)
        show_card(desk, FORMER, permitPin=True)
    assert put(holder, OTHER).status == (403 if seconds < 0 else 204)


def test_who_came_by_a_passkey_changes_the_own_pin_as_ever(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    """It has no part in any permission, older or newer."""
    device = Authenticator()
    owner.sign_in()
    assert lift(owner, PIN).status == 204
    assert add(owner, device).status == 201
    assert sign_in(owner, device).status == 200
    clock.shift(60)
    show_card(desk, FORMER, permitPin=True)
    assert put(owner, THIRD).status == 204
