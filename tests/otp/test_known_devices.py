"""Devices that are known for an account: one for each proof, ten at most, shown to their owner and ended by them."""

import base64
import secrets
from typing import Any

import pytest
import time_machine

from functions.otp.limits import Limits
from tests.conftest import Answer, World
from tests.otp.conftest import Browser, wrong
from tests.otp.test_accounts import declare, erase
from tests.otp.test_events import kinds
from tests.otp.test_pins import OTHER, PIN, lift, put

LIMITS = Limits()

ATTEMPT = "7d0f4a52-1c3e-4b6a-9b63-2f1d8a4f6a10"
MOST = Limits().known_devices


def token(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=")


def known_devices(world: World) -> list[dict[str, Any]]:
    return [each for item in world.items("access") if item["sk"] == "devices" for each in item["devices"]]


def verify(browser: Browser, challenge: str, code: str, attempt: str = ATTEMPT) -> Answer:
    return browser.call("POST", "/v1/otp/verify", body={"challenge_id": challenge, "code": code, "attempt": attempt})


def end(browser: Browser, listed: str) -> Answer:
    return browser.call("DELETE", "/v1/sessions/{id}", path={"id": listed})


def sign_in_anew(world: World, clock: time_machine.Traveller, **more: Any) -> Browser:
    """One more browser that proves the phone and is known from then on."""
    clock.shift(LIMITS.cooldown_seconds + 1)
    browser = Browser(world, **more)
    browser.sign_in()
    return browser


def is_known(world: World, browser: Browser, clock: time_machine.Traveller) -> bool:
    """Whether five strangers before it, who use up the day's messages, leave the browser a message of its own."""
    for number in range(6):
        clock.shift(LIMITS.cooldown_seconds + 1)
        Browser(world, client=f"192.0.{number}.1").ask()
    clock.shift(LIMITS.cooldown_seconds + 1)
    sent = len(world.sms())
    browser.cookies.pop("__Host-session", None)
    browser.ask()
    return len(world.sms()) > sent


def test_one_proof_makes_one_device_known_however_often_it_is_repeated(world: World, browser: Browser) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    for _ in range(30):
        other = Browser(world, cookies={"__Host-device": secrets.token_urlsafe(32)})
        assert verify(other, asked, code).status == 200
    assert len(known_devices(world)) == 1


def test_a_repeat_knows_the_device_of_the_first_answer_and_no_other(world: World, browser: Browser) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    lost = verify(Browser(world), asked, code)
    again = verify(browser, asked, code)
    assert again.cookie("__Host-device") == lost.cookie("__Host-device")
    other = Browser(world, cookies={"__Host-device": token(7)})
    answer = verify(other, asked, code)
    assert (answer.status, [line.partition("=")[0] for line in answer.cookies]) == (200, ["__Host-session"])


def test_ten_devices_are_known_and_the_oldest_ends(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    browsers = [sign_in_anew(world, clock, client=f"198.18.{number}.1") for number in range(MOST + 1)]
    assert len(known_devices(world)) == MOST
    first, second = browsers[:2]
    assert not is_known(world, first, clock)
    assert is_known(world, second, clock)


def test_a_device_that_is_used_is_not_the_oldest(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    owner = sign_in_anew(world, clock)
    for number in range(MOST):
        sign_in_anew(world, clock, client=f"198.18.{number}.1")
        if number == MOST // 2:
            clock.shift(LIMITS.cooldown_seconds + 1)
            owner.sign_in()
    assert is_known(world, owner, clock)


def test_every_new_device_is_an_event_and_a_repeat_is_none(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    browser.sign_in()
    declare(browser)
    put(browser)
    for number in range(3):
        clock.shift(LIMITS.cooldown_seconds + 1)
        other = Browser(world, client=f"198.18.{number}.1")
        asked, code = other.ask().json["challenge_id"], other.code()
        for _ in range(4):
            verify(Browser(world), asked, code)
    clock.shift(LIMITS.cooldown_seconds + 1)
    lift(browser)
    assert [kind for kind, _ in kinds(browser)].count("new-device") == 3
    assert len(known_devices(world)) == 4


@pytest.mark.parametrize("end", ["a changed PIN", "erasure"])
def test_what_ends_an_accounts_access_ends_its_other_devices(
    world: World, browser: Browser, clock: time_machine.Traveller, end: str
) -> None:
    browser.sign_in()
    declare(browser)
    put(browser)
    others = [sign_in_anew(world, clock, client=f"198.18.{number}.1") for number in range(3)]
    lift(browser)
    if end == "erasure":
        erase(browser)
        assert known_devices(world) == []
        assert not is_known(world, browser, clock)
    else:
        assert put(browser, OTHER, PIN).status == 204
        assert len(known_devices(world)) == 1
        assert not is_known(world, others[-1], clock)
        assert is_known(world, browser, clock)


def test_a_phone_that_leads_to_another_account_knows_no_device_of_before(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """Without a record the account ends after 36 hours, and nothing of it is known any more."""
    browser.sign_in()
    clock.shift(36 * 3600 + 1)
    assert not is_known(world, browser, clock)


def test_the_list_of_sessions_shows_the_devices_and_each_is_ended(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    browser.sign_in()
    declare(browser)
    other = sign_in_anew(world, clock, client="198.18.3.1")
    listed = browser.call("GET", "/v1/sessions").json["devices"]
    assert [sorted(device) for device in listed] == [["current", "id", "known_until"]] * 2
    assert [device["current"] for device in listed] == [False, True]  # the newest first
    assert [end(browser, listed[0]["id"]).status for _ in range(2)] == [204, 404]
    assert [device["current"] for device in browser.call("GET", "/v1/sessions").json["devices"]] == [True]
    assert not is_known(world, other, clock)


def test_a_device_of_another_account_is_not_ended(world: World, browser: Browser) -> None:
    browser.sign_in()
    stranger = Browser(world, client="203.0.113.9")
    stranger.sign_in("0912345678")
    (device,) = browser.call("GET", "/v1/sessions").json["devices"]
    assert end(stranger, device["id"]).status == 404
    assert len(known_devices(world)) == 2


@pytest.mark.parametrize(("guesses", "status"), [(14, 200), (15, 401)])
def test_all_known_devices_share_fifteen_tries_for_a_code_that_none_of_them_caused(
    world: World, browser: Browser, clock: time_machine.Traveller, guesses: int, status: int
) -> None:
    devices = [sign_in_anew(world, clock, client=f"198.18.{number}.1") for number in range(MOST)]
    clock.shift(LIMITS.cooldown_seconds + 1)
    Browser(world, client="203.0.113.9").ask()
    code = browser.code()
    for number in range(guesses):
        devices[number // 5].verify(devices[number // 5].ask().json["challenge_id"], wrong(code))
    last = devices[-1]
    assert last.verify(last.ask().json["challenge_id"], code).status == status
    if status == 401:  # and a message of its own comes after a cooldown
        clock.shift(LIMITS.cooldown_seconds + 1)
        assert last.sign_in().status == 200


def test_known_devices_have_fifty_tries_a_day_for_codes_that_none_of_them_caused(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    devices = [sign_in_anew(world, clock, client=f"198.18.{number}.1") for number in range(5)]
    tries = 0
    for turn in range(5):
        clock.shift(400)
        Browser(world, client=f"192.0.{turn}.1").ask()
        code = browser.code()
        for device in devices:
            challenge = device.ask().json["challenge_id"]
            for _ in range(6):
                device.verify(challenge, wrong(code))
        items = [item for item in world.items("access") if item["sk"].startswith("tries#") and "shared_devices" in item]
        tries = sum(int(item["shared_devices"]) for item in items if "ttl" in item and "#20" not in item["sk"])
    day = next(item for item in world.items("access") if item["sk"] == "tries#2026-11-23")
    assert int(day["shared_devices"]) == Limits().device_day_tries == 50
    assert tries >= 50
    clock.shift(LIMITS.cooldown_seconds + 1)
    assert devices[0].sign_in().status == 200
