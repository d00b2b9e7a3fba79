"""A device that has verified a phone has budgets of its own, so that a stranger cannot lock the number out."""

import pytest
import time_machine

from functions.otp.limits import Limits
from tests.conftest import World
from tests.otp.conftest import START, Browser, wrong
from tests.otp.test_pins import declare

LIMITS = Limits()


def strangers_use_up_the_day(world: World, clock: time_machine.Traveller, phone: str = "0901234567") -> int:
    """Five networks cause the day's five messages; how many were sent in all. A sixth network causes none."""
    before = len(world.sms())
    for number in range(6):
        clock.shift(LIMITS.cooldown_seconds)
        Browser(world, client=f"192.0.{number}.1").ask(phone)
    assert len(world.sms()) == before + 5
    clock.shift(LIMITS.cooldown_seconds)
    return before + 5


def known(world: World, phone: str = "0901234567") -> Browser:
    browser = Browser(world)
    browser.sign_in(phone)
    browser.forget_session()
    return browser


def declared(world: World) -> Browser:
    """A known device of an account that lasts."""
    browser = Browser(world)
    browser.sign_in()
    declare(browser)
    browser.forget_session()
    return browser


def test_a_stranger_who_uses_up_the_days_messages_does_not_stop_a_known_device(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    owner = known(world)
    sent = strangers_use_up_the_day(world, clock)
    assert owner.sign_in().status == 200
    assert len(world.sms()) == sent + 1


def test_a_stranger_who_guesses_ten_times_does_not_stop_a_known_device(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    owner = known(world)
    stranger = Browser(world, client="203.0.113.9")
    for _ in range(2):
        clock.shift(300)
        challenge = stranger.ask().json["challenge_id"]
        for _ in range(5):
            stranger.verify(challenge, wrong(stranger.code()))
    assert owner.sign_in().status == 200


def test_the_known_device_has_the_same_limits_in_its_own_budget(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    owner = known(world)
    before = len(world.sms())
    for _ in range(7):
        clock.shift(500)
        assert owner.ask().status == 202
    assert len(world.sms()) == before + 5


def test_a_device_is_known_only_for_the_phone_that_it_verified(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    owner = known(world)
    owner.ask("0912345678")
    stranger = Browser(world, client="203.0.113.9")
    before = len(world.sms())
    stranger.ask("0912345678")
    assert len(world.sms()) == before


def test_one_device_can_be_known_for_the_phones_of_a_family(world: World, browser: Browser) -> None:
    owner = known(world)
    token = owner.cookies["__Host-device"]
    owner.sign_in("0912345678")
    assert owner.cookies["__Host-device"] == token
    assert owner.sign_in("0901234567").status == 200


def test_a_device_cookie_of_another_form_is_replaced(world: World, browser: Browser) -> None:
    browser.cookies["__Host-device"] = "chosen-by-somebody"
    browser.sign_in()
    assert len(browser.cookies["__Host-device"]) == 43


def test_a_known_device_is_not_asked_for_work_nor_stopped_by_the_money_cap(
    world: World, browser: Browser, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_NETWORK_SOFT", "2")
    owner = known(world)
    for place in range(1, 3):
        browser.ask(f"09{place + 10}345678")
    assert browser.ask("0999345678").status == 429
    assert owner.ask().status == 202
    world.table("access").update_item(
        Key={"pk": "budget#sms#2026-11-23", "sk": "window"},
        UpdateExpression="SET spent = :all",
        ExpressionAttributeValues={":all": 50_000_000},
    )
    clock.shift(LIMITS.cooldown_seconds)
    assert browser.ask("0999345678").status == 503
    assert owner.ask().status == 202


@pytest.mark.parametrize(("age", "is_known"), [(180 * 86_400 - 1, True), (180 * 86_400, False)])
def test_a_device_is_forgotten_after_180_days(
    world: World, browser: Browser, clock: time_machine.Traveller, age: int, is_known: bool
) -> None:
    """Counted from midnight UTC, so that the item tells the day and no more."""
    age -= START % 86_400
    owner = declared(world)
    clock.move_to(START + age - 7 * LIMITS.cooldown_seconds)
    sent = strangers_use_up_the_day(world, clock)
    clock.move_to(START + age)
    owner.ask()
    assert (len(world.sms()) > sent) is is_known


def test_each_verification_keeps_the_device_known_for_longer(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    owner = declared(world)
    clock.move_to(START + 100 * 86_400)
    owner.sign_in()
    (item,) = [item for item in world.items("access") if item["sk"] == "devices"]
    assert item["devices"][0]["known_until"] == item["ttl"] == START - START % 86_400 + 280 * 86_400


def test_a_desks_browser_becomes_no_known_device(world: World, browser: Browser) -> None:
    asked = browser.ask().json["challenge_id"]
    body = {"challenge_id": asked, "code": browser.code(), "assisted": True}
    answer = browser.call("POST", "/v1/otp/verify", body=body)
    assert (answer.status, [line.partition("=")[0] for line in answer.cookies]) == (200, ["__Host-session"])
    assert not [item for item in world.items("access") if item["sk"] == "devices"]
    body["assisted"] = "yes"
    assert browser.call("POST", "/v1/otp/verify", body=body).status == 400


def test_a_known_device_that_asks_inside_a_strangers_cooldown_has_five_tries_of_its_own(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    owner = known(world)
    clock.shift(LIMITS.cooldown_seconds)
    strangers = [Browser(world, client=f"192.0.{number}.1") for number in range(6)]
    ids = [stranger.ask().json["challenge_id"] for stranger in strangers]
    asked, code = owner.ask().json["challenge_id"], owner.code()
    for challenge, stranger in zip(ids, strangers, strict=True):
        for _ in range(6):
            stranger.verify(challenge, wrong(code))
    for _ in range(4):
        assert owner.verify(asked, wrong(code)).status == 401
    assert owner.verify(asked, code).status == 200


def test_all_known_devices_together_cause_ten_messages_that_nobody_proves(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    devices = [known(world) for _ in range(3)]
    sent = len(world.sms())
    for number in range(5):
        for device in devices:
            clock.shift(600)
            device.ask()
        assert len(world.sms()) == min(sent + 3 * (number + 1), sent + 10)


def test_a_phone_that_is_proven_again_and_again_ends_at_twenty_messages_a_day(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """Proof opens, and money still has a wall: each proven code gives its network back what it cost."""
    for number in range(20):
        Browser(world, client=f"10.0.{number}.1").sign_in()
    assert Browser(world, client="10.0.99.1").ask().status == 202
    assert len(world.sms()) == 20
    clock.move_to(START + 86_400)
    Browser(world, client="10.0.99.1").sign_in()
