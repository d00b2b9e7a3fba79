"""A device that has verified a phone has budgets of its own, so that a stranger cannot lock the number out."""

import pytest
import time_machine

from tests.conftest import World
from tests.otp.conftest import START, Browser, wrong


def known(world: World, phone: str = "0901234567") -> Browser:
    browser = Browser(world)
    browser.sign_in(phone)
    browser.forget_session()
    return browser


def test_a_stranger_who_uses_up_the_days_messages_does_not_stop_a_known_device(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    owner = known(world)
    stranger = Browser(world, client="203.0.113.9")
    for _ in range(5):
        clock.shift(500)
        stranger.ask()
    sent = len(world.sms())
    stranger.ask()
    assert len(world.sms()) == sent
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


def test_a_strangers_id_does_not_open_the_known_devices_code(world: World, browser: Browser) -> None:
    owner = known(world)
    asked = owner.ask().json["challenge_id"]
    strange = Browser(world, client="203.0.113.9").ask().json["challenge_id"]
    assert strange != asked
    assert Browser(world).verify(strange, owner.code()).status == 401
    assert owner.verify(asked, owner.code()).status == 200


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


def test_a_device_is_forgotten_after_180_days(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    for age, own_budget in ((180 * 86_400 - 1, True), (180 * 86_400, False)):
        clock.move_to(START)
        owner = known(world, phone := f"09{age % 2}2345678")
        clock.move_to(START + age)
        stranger = Browser(world, client="203.0.113.9")
        stranger.ask(phone)
        before = len(world.sms())
        owner.ask(phone)
        assert (len(world.sms()) > before) is own_budget


def test_a_device_cookie_of_another_form_is_replaced(world: World, browser: Browser) -> None:
    browser.cookies["__Host-device"] = "chosen-by-somebody"
    browser.sign_in()
    assert len(browser.cookies["__Host-device"]) == 43


def test_a_known_device_is_not_asked_for_work_nor_stopped_by_the_money_cap(
    world: World, browser: Browser, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_ADDRESS_SOFT", "2")
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
    clock.shift(60)
    assert browser.ask("0999345678").status == 503
    assert owner.ask().status == 202


def test_a_code_that_a_known_device_asked_for_makes_no_other_device_known(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """Else each new device would bring messages of its own, for which no address and no money cap stands."""
    owner = known(world)
    for other in (Browser(world), Browser(world, cookies={"__Host-device": "A" * 43})):
        clock.shift(600)
        asked = owner.ask().json["challenge_id"]
        verified = other.verify(asked, owner.code())
        assert (verified.status, [line.partition("=")[0] for line in verified.cookies]) == (200, ["__Host-session"])
    lanes = [item["sk"] for item in world.items("access") if item["sk"].startswith("device#")]
    assert len(lanes) == 1


@pytest.mark.parametrize("by_owner", [True, False])
def test_only_its_own_verification_keeps_a_device_known_for_longer(
    world: World, browser: Browser, clock: time_machine.Traveller, by_owner: bool
) -> None:
    owner = known(world)
    clock.move_to(START + 100 * 86_400)
    asked = owner.ask().json["challenge_id"]
    assert (owner if by_owner else Browser(world)).verify(asked, owner.code()).status == 200
    (lane,) = [item for item in world.items("access") if item["sk"].startswith("device#")]
    assert lane["known_until"] == START + (280 if by_owner else 180) * 86_400


def test_all_devices_of_a_phone_together_cause_ten_messages_a_day(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """Whoever holds a phone could verify it from new devices for ever; the eleventh message waits for a day."""
    devices = []
    for number in range(5):
        clock.move_to(START + number * 500)
        devices.append(Browser(world, client=f"10.0.0.{number}"))
        devices[-1].sign_in()
    for number, device in enumerate(devices):
        clock.move_to(START + 3600 + number)
        waits = device.ask().json["resend_after"]
    assert (len(world.sms()), waits) == (10, 86_400 - 3604)
    clock.move_to(START + 7200)
    refused = devices[0].ask()
    assert (refused.status, refused.json["resend_after"], len(world.sms())) == (202, 86_400 - 7200, 10)
    for later, sent in ((86_399, 10), (86_400, 11)):
        clock.move_to(START + later)
        devices[0].ask()
        assert len(world.sms()) == sent


def test_strangers_leave_a_known_device_five_messages(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    owner = known(world)
    for number in range(1, 6):
        clock.move_to(START + number * 500)
        Browser(world, client=f"10.0.0.{number}").ask()
    assert len(world.sms()) == 5
    for number in range(1, 6):
        clock.move_to(START + 3600 + number * 500)
        assert owner.ask().status == 202
        assert len(world.sms()) == 5 + number
