"""What strangers guess, spend and prove takes nothing from who types a code of the day too late."""

from typing import Any

import pytest
import time_machine

from functions.otp.code import code_sending, send_attempt
from functions.otp.limits import Limits
from functions.otp.proof.late_code import renewable_seconds
from health_record import settings
from tests.conftest import World
from tests.otp.conftest import Browser, code_in, phone_number, wrong

LIMITS = Limits()
PRICE = 800


def use_messages_up(world: World, clock: time_machine.Traveller) -> list[str]:
    """Five networks cause one message each; the codes that arrived, all over by now."""
    for network in range(LIMITS.sends):
        Browser(world, client=f"192.0.{network}.1").ask()
        clock.shift(LIMITS.code_seconds + 1)
    return [code_in(text) for _, text in world.sms()]


def sent_for(browser: Browser, world: World, code: str) -> int:
    """How many messages come of a code that is typed on a new page, to which none was sent."""
    challenge = browser.ask().json["challenge_id"]
    before = len(world.sms())
    assert browser.verify(challenge, code).status == 401
    return len(world.sms()) - before


def guess(stranger: Browser, codes: list[str], times: int) -> None:
    challenge = stranger.ask().json["challenge_id"]
    for number in [f"{digits:06d}" for digits in range(times + len(codes)) if f"{digits:06d}" not in codes][:times]:
        assert stranger.verify(challenge, number).status == 401


def test_a_network_guesses_two_hundred_times_a_day_at_codes_that_are_over(
    world: World, browser: Browser, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_LATE_TRIES", "7")
    codes = use_messages_up(world, clock)
    stranger, lucky = Browser(world, client="203.0.113.9"), Browser(world, client="203.0.114.9")
    guess(stranger, codes, times=7)
    guess(lucky, codes, times=6)
    assert (sent_for(stranger, world, codes[0]), sent_for(lucky, world, codes[0])) == (0, 1)


def test_what_strangers_guess_takes_no_late_try_of_the_owners(
    world: World, browser: Browser, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_LATE_TRIES", "3")
    codes = use_messages_up(world, clock)
    for network in range(9):
        guess(Browser(world, client=f"203.0.{network}.9"), codes, times=4)
    assert sent_for(browser, world, codes[0]) == 1


def test_the_late_tries_are_of_a_day(
    world: World, browser: Browser, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_LATE_TRIES", "2")
    clock.shift(13 * 3600)  # 22:00
    codes = use_messages_up(world, clock)
    guess(browser, codes, times=2)
    assert sent_for(browser, world, codes[0]) == 0
    clock.shift(2 * 3600)
    assert sent_for(browser, world, codes[0]) == 1


def test_where_no_code_is_over_a_wrong_one_takes_no_late_try(world: World, browser: Browser) -> None:
    challenge = browser.ask().json["challenge_id"]
    browser.verify(challenge, wrong(browser.code()))
    assert not [item for item in world.items("access") if "late" in item]


@pytest.mark.parametrize("typed", [0, -1])
def test_who_signed_in_by_a_strangers_message_is_renewed_by_any_of_them(
    world: World, browser: Browser, clock: time_machine.Traveller, typed: int
) -> None:
    """At a station, whose browser becomes no known device: the proof takes nothing that the late codes need."""
    for network in range(LIMITS.sends):
        Browser(world, client=f"192.0.{network}.1").ask()
        clock.shift(LIMITS.code_seconds + 1 if network < LIMITS.sends - 1 else 1)
    codes = [code_in(text) for _, text in world.sms()]
    desk = Browser(world, client="203.0.113.9")
    body = {"challenge_id": desk.ask().json["challenge_id"], "code": codes[-1], "assisted": True}
    assert desk.call("POST", "/v1/otp/verify", body=body).status == 200
    clock.shift(3600)
    assert sent_for(browser, world, codes[typed]) == 1


@pytest.mark.parametrize(
    ("waited", "sent"),
    [(LIMITS.code_seconds + 1, 1), (renewable_seconds(LIMITS), 1), (renewable_seconds(LIMITS) + 1, 0)],
)
def test_a_message_that_comes_late_is_renewed_to_the_page_that_asked_for_it(
    world: World, browser: Browser, clock: time_machine.Traveller, waited: int, sent: int
) -> None:
    challenge, code = browser.ask().json["challenge_id"], browser.code()
    clock.shift(waited)
    assert browser.verify(challenge, code).status == 401
    assert len(world.sms()) == 1 + sent


def test_a_renewed_code_is_good_to_its_page_as_long_as_it_lives(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """Its tries are the page's own, whatever others guessed at it meanwhile."""
    codes = use_messages_up(world, clock)
    challenge = browser.ask().json["challenge_id"]
    clock.shift(renewable_seconds(LIMITS))
    browser.verify(challenge, codes[0])
    clock.shift(LIMITS.code_seconds - 1)
    new = browser.code()
    for network in range(8):
        guess(Browser(world, client=f"203.0.{network}.9"), [*codes, new], times=5)
    assert browser.verify(challenge, new).status == 200


def spend_the_unproven_share(item: dict[str, Any], budget: int) -> None:
    item["unproven"] = budget * 76 // 100


def spend_all_but_the_reserve(item: dict[str, Any], budget: int) -> None:
    item["spent"] = budget * 71 // 100


def spend_the_day(item: dict[str, Any], budget: int) -> None:
    item["spent"] = budget


def spend_what_known_devices_have(item: dict[str, Any], budget: int) -> None:
    item["spent"] = budget * 12 // 10


@pytest.mark.parametrize(
    ("spend", "sent"),
    [
        (spend_the_unproven_share, 1),
        (spend_all_but_the_reserve, 1),
        (spend_the_day, 1),
        (spend_what_known_devices_have, 0),
    ],
)
def test_who_reads_the_messages_is_paid_for_as_a_known_device(
    world: World, browser: Browser, clock: time_machine.Traveller, spend: Any, sent: int
) -> None:
    codes = use_messages_up(world, clock)
    challenge = browser.ask().json["challenge_id"]
    (money,) = [item for item in world.items("access") if item["pk"].startswith("budget#sms#")]
    spend(money, 50_000_000)
    world.table("access").put_item(Item=money)
    before = len(world.sms())
    browser.verify(challenge, codes[0])
    assert len(world.sms()) == before + sent


def test_a_network_whose_share_is_spent_hinders_no_late_code(
    world: World, browser: Browser, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = use_messages_up(world, clock)
    challenge = browser.ask().json["challenge_id"]
    for name, value in {"MONEY_FLOOR": 1, "SMS_DAILY_BUDGET_VND": 100 * PRICE}.items():
        monkeypatch.setenv(f"SSK_{name}", str(value))
    settings.forget()
    answers = [Browser(world).ask(phone_number(number)).status for number in range(6)]
    assert answers[-1] == 429
    before = len(world.sms())
    browser.verify(challenge, codes[0])
    assert len(world.sms()) == before + 1
    (ledger,) = [item for item in world.items("access") if item.get("open") == answers.count(202)]
    assert ledger["pk"].startswith("budget#network#")


@pytest.mark.parametrize(("others", "sent"), [(1, 1), (code_sending.TRIES - 1, 1), (code_sending.TRIES, 0)])
def test_a_late_code_that_meets_another_write_of_the_phone_is_tried_again(
    world: World,
    browser: Browser,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
    others: int,
    sent: int,
) -> None:
    """A request whose message was refused changed the item between reading and writing."""
    codes = use_messages_up(world, clock)
    challenge = browser.ask().json["challenge_id"]
    left = others

    def read_too_early(*arguments: Any) -> send_attempt.SendAttempt:
        nonlocal left
        attempt = send_attempt.load_attempt(*arguments)
        if left:
            left -= 1
            key = {"pk": f"phone#{attempt.phone_mac}", "sk": "anyone"}
            add = {"UpdateExpression": "ADD version :one", "ExpressionAttributeValues": {":one": 1}}
            world.table("access").update_item(Key=key, **add)
        return attempt

    monkeypatch.setattr(code_sending, "load_attempt", read_too_early)
    before = len(world.sms())
    assert browser.verify(challenge, codes[0]).status == 401
    assert len(world.sms()) == before + sent
