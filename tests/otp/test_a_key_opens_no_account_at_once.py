"""A facility's key gives a code on paper and permits a PIN: on an account with a PIN the two together wait a day."""

import pytest
import time_machine

from functions.otp.limits import Limits
from tests.conftest import World
from tests.facility_desk import Desk, register
from tests.otp.authenticator import Authenticator
from tests.otp.conftest import Browser
from tests.otp.test_paper_codes import issue, use
from tests.otp.test_passkeys import add, sign_in
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_recycled_numbers import FACILITY, FORMER, declare, show_card

LIMITS = Limits()

DAY = 86_400


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, FACILITY)


@pytest.fixture
def owner(world: World, browser: Browser) -> Browser:
    """Who has declared and set a PIN."""
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert put(browser, PIN).status == 204
    return browser


def on_paper(world: World, desk: Desk, **more: bool) -> Browser:
    """Somebody without the phone, who has a code on paper, given without a new permission unless `more` says so."""
    stranger = Browser(world, client="203.0.113.9")
    assert use(stranger, issue(desk, **{"permitPin": False, **more})).status == 200
    return stranger


def declared_with(browser: Browser, *credentials: str) -> Authenticator:
    """Somebody declares and sets a PIN, a passkey, both or neither; the device that would hold the passkey."""
    device, current = Authenticator(), None
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    if "PIN" in credentials:
        assert (put(browser, PIN).status, lift(browser, PIN).status) == (204, 204)
        current = PIN
    if "passkey" in credentials:
        assert add(browser, device, current=current).status == 201
    return device


def notices(world: World) -> list[str]:
    return [text for _, text in world.sms() if "ma xac nhan" not in text]


def test_a_key_alone_takes_no_account_that_has_a_pin_in_one_call(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    stranger = on_paper(world, desk, permitPin=True)
    refused = put(stranger, OTHER)
    assert (refused.status, refused.json["type"]) == (403, "/problems/pin-not-permitted")
    assert "mã trên giấy" in refused.json["detail"]
    assert stranger.call("GET", "/v1/session").json["pin_permitted"] is False
    assert stranger.call("POST", "/v1/passkeys/options", body={}).status in (200, 403)
    assert lift(owner, PIN).status == 204
    told = notices(world)
    assert ["ma tren giay" in text for text in told] == [False, True], "the phone is told of both"
    assert "cho phep dat lai ma PIN" in told[0]
    assert {"paper-code", "pin-permitted"} <= {each["kind"] for each in owner.call("GET", "/v1/events").json["events"]}


@pytest.mark.parametrize(
    ("seconds", "status"), [(DAY - 1, 403), (DAY, 204), (3 * DAY - 1, 204), (3 * DAY, 403)], ids=str
)
def test_who_lost_the_phone_and_forgot_the_pin_comes_again_the_next_day(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller, seconds: int, status: int
) -> None:
    show_card(desk, FORMER, permitPin=True)
    clock.shift(seconds)
    assert put(on_paper(world, desk), OTHER).status == status


def test_a_new_pin_of_the_owner_ends_what_waits(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    show_card(desk, FORMER, permitPin=True)
    clock.shift(DAY + LIMITS.cooldown_seconds)
    owner.sign_in()
    assert lift(owner, PIN).status == 204
    assert owner.call("PUT", "/v1/pin", body={"pin": "618203", "current_pin": PIN}).status == 204
    assert put(on_paper(world, desk), OTHER).status == 403


def test_who_proves_the_phone_sets_the_pin_at_once_and_not_after_a_day(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    show_card(desk, FORMER, permitPin=True)
    clock.shift(LIMITS.cooldown_seconds)
    phone = Browser(world, client="203.0.113.9")
    phone.sign_in()
    assert put(phone, OTHER).status == 204
    show_card(desk, FORMER, permitPin=True)
    clock.shift(DAY)
    phone.sign_in()
    assert put(phone, PIN).status == 403


def test_who_has_no_pin_sets_the_first_with_the_code_on_paper_at_once(
    world: World, browser: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    clock.shift(2 * DAY)
    assert put(on_paper(world, desk, permitPin=True), OTHER).status == 204
    assert any("ma tren giay" in text for text in notices(world))


@pytest.mark.parametrize(
    ("credentials", "status"), [((), 204), (("PIN",), 403), (("passkey",), 403), (("PIN", "passkey"), 403)], ids=str
)
def test_on_paper_a_permission_waits_whatever_the_account_is_opened_by(
    world: World, browser: Browser, desk: Desk, credentials: tuple[str, ...], status: int
) -> None:
    declared_with(browser, *credentials)
    assert put(on_paper(world, desk, permitPin=True), OTHER).status == status


@pytest.mark.parametrize(
    ("credentials", "way"),
    [
        ((), "the first"),
        *(((*kinds,), "a permission") for kinds in ((), ("PIN",), ("passkey",), ("PIN", "passkey"))),
        (("PIN",), "the PIN"),
        (("PIN", "passkey"), "the PIN"),
        (("passkey",), "the passkey"),
        (("PIN", "passkey"), "the passkey"),
    ],
    ids=str,
)
def test_the_phone_is_told_of_every_pin_that_comes_in_the_place_of_something(
    world: World, browser: Browser, desk: Desk, credentials: tuple[str, ...], way: str
) -> None:
    device = declared_with(browser, *credentials)
    if way == "a permission":
        browser.sign_in()
        show_card(desk, FORMER, permitPin=True)
    elif way == "the passkey":
        assert sign_in(browser, device).status == 200
    told = len(notices(world))
    assert put(browser, OTHER, current=PIN if way == "the PIN" else None).status == 204
    changed = [text for text in notices(world)[told:] if "ma PIN" in text and "vua doi" in text]
    assert len(changed) == bool(credentials)
