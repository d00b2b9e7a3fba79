"""A network that proves its codes may leave as many unproven as it proved, up to a ceiling, and never closes."""

import time
from typing import Any

import pytest
import time_machine

from functions.otp import waiting_times
from tests.conftest import Answer, World
from tests.otp.conftest import START, Browser, phone_number, solve

HALL = "113.160.20.8"
DAY, PRICE = 400, 900  # messages, VND
SHARE, CEILING = 20, 60  # messages: 5 % and 15 %
MIDNIGHT = START + 15 * 3600


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """A day of 400 messages without a floor, and easy work."""
    wanted = {"SMS_PRICE_VND": PRICE, "SMS_DAILY_BUDGET_VND": DAY * PRICE, "MONEY_FLOOR": 1}
    wanted |= {"WORK_BITS": 1, "WORK_BITS_MOST": 1, "RUN_LENGTH": 1_000}
    for name, value in wanted.items():
        monkeypatch.setenv(f"SSK_{name}", str(value))


def ledger(world: World) -> dict[str, Any]:
    (item,) = [item for item in world.items("access") if item["pk"].startswith("budget#network#")]
    return item


def proven(world: World, clock: time_machine.Traveller, people: int) -> None:
    """So many people of the hall have signed in; the first truly, the rest in the ledger."""
    Browser(world, client=HALL).sign_in(phone_number(1))
    world.table("access").put_item(Item=ledger(world) | {"proven": people, "open": 0})
    clock.shift(600)


def paid(browser: Browser, number: int) -> Answer:
    answer = browser.ask(phone_number(number))
    return browser.ask(phone_number(number), work=solve(answer.json["work"])) if "work" in answer.json else answer


def take_all(world: World, clock: time_machine.Traveller, *, first: int = 1_000) -> tuple[int, Answer]:
    """Somebody in the hall asks for one number after the other until they are refused."""
    attacker, sent = Browser(world, client=HALL), len(world.sms())
    for number in range(first, first + 2 * DAY):
        answer = paid(attacker, number)
        if answer.status != 202:
            return len(world.sms()) - sent, answer
        clock.shift(1)
    raise AssertionError


@pytest.mark.parametrize("people", [0, 6, 40, 60, 61, 300])
def test_what_is_taken_behind_a_networks_address_is_bounded_by_its_proofs_and_by_a_ceiling(
    world: World, clock: time_machine.Traveller, people: int
) -> None:
    proven(world, clock, people)
    taken, refused = take_all(world, clock)
    came = SHARE // 2 + SHARE // 2 * (time.time() - (MIDNIGHT - 86_400)) / 86_400
    assert taken == min(people, CEILING) + int(came)
    assert refused.json["type"] == "/problems/network-share"


@pytest.mark.parametrize("people", [0, 6, 60, 300])
def test_who_comes_after_that_gets_a_message_when_the_refusal_says_so_and_not_a_second_before(
    world: World, clock: time_machine.Traveller, people: int
) -> None:
    proven(world, clock, people)
    _, refused = take_all(world, clock)
    now = time.time()
    for _ in range(3):
        wait = int(refused.headers["retry-after"])
        assert 0 < wait <= 86_400 // (SHARE // 2)
        assert waiting_times.in_words(wait).vi in refused.json["detail"]
        clock.move_to(now + wait - 1)
        assert paid(Browser(world, client=HALL), 5_000).status == 429
        clock.move_to(now + wait)
        assert paid(Browser(world, client=HALL), 5_000 + wait + int(now)).status == 202
        now = time.time()
        refused = paid(Browser(world, client=HALL), 5_001)


def test_each_newcomer_who_proves_opens_the_hall_for_two_more(world: World, clock: time_machine.Traveller) -> None:
    proven(world, clock, 40)
    _, refused = take_all(world, clock)
    clock.shift(int(refused.headers["retry-after"]))
    newcomer = Browser(world, client=HALL)
    challenge = paid(newcomer, 7_000).json["challenge_id"]
    assert newcomer.verify(challenge, newcomer.code()).status == 200
    assert [paid(Browser(world, client=HALL), 7_001 + number).status for number in range(3)] == [202, 202, 429]


@pytest.mark.parametrize("proofs", [100, 2_000])
def test_a_network_that_keeps_proving_is_never_refused_and_never_works(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, proofs: int
) -> None:
    """A third of its codes stays unused, as in a hall with a slow channel."""
    monkeypatch.setenv("SSK_SMS_DAILY_BUDGET_VND", str(20 * proofs * PRICE))
    proven(world, clock, proofs)
    world.table("access").put_item(Item=ledger(world) | {"open": proofs // 2, f"b{int(time.time()) // 300}": 500})
    assert {Browser(world, client=HALL).ask(phone_number(8_000 + number)).status for number in range(5)} == {202}


@pytest.mark.parametrize("new", [False, True], ids=["a network with messages", "a new network"])
def test_the_share_of_all_networks_comes_over_the_day_and_its_refusal_says_when(
    world: World, clock: time_machine.Traveller, new: bool
) -> None:
    """200 messages of all networks without proof a day, 300 with the first of each: half at midnight."""
    browser = Browser(world, client="203.0.113.9")
    if not new:
        browser.ask(phone_number(1))
        world.table("access").put_item(Item=ledger(world) | {"open": 3})
    share = (300 if new else 200) * PRICE
    today = {"pk": "budget#sms#2026-11-23", "sk": "window"}
    by_now = share // 2 + share // 2 * 9 // 24
    for unproven, status in ((by_now - PRICE, 202), (by_now - PRICE + 1, 429), (by_now, 429)):
        world.table("access").put_item(Item={**today, "spent": 0, "unproven": unproven})
        answer = browser.ask(phone_number(unproven))
        assert answer.status == status
    wait = int(answer.headers["retry-after"])
    assert wait == -(-PRICE * 86_400 // (share // 2))
    assert waiting_times.in_words(wait).vi in answer.json["detail"]
    for later, status in ((wait - 1, 429), (wait, 202)):
        clock.move_to(START + later)
        assert browser.ask(phone_number(9_000)).status == status


def test_a_share_that_does_not_grow_enough_today_is_said_until_midnight(
    world: World, clock: time_machine.Traveller
) -> None:
    clock.move_to(MIDNIGHT - 60)
    browser = Browser(world, client=HALL)
    browser.ask(phone_number(1))
    world.table("access").put_item(Item=ledger(world) | {"open": SHARE})
    answer = browser.ask(phone_number(2))
    assert (answer.status, answer.headers["retry-after"]) == (429, "60")
    clock.move_to(MIDNIGHT)
    assert browser.ask(phone_number(2)).status == 202


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (1, "1 phút", "1 minute"),
        (60, "1 phút", "1 minute"),
        (61, "2 phút", "2 minutes"),
        (3_599, "1 giờ", "1 hour"),
        (3_601, "1 giờ 1 phút", "1 hour 1 minute"),
        (52_274, "14 giờ 32 phút", "14 hours 32 minutes"),
    ],
)
def test_a_wait_is_said_in_minutes_and_hours(seconds: int, vi: str, en: str) -> None:
    assert waiting_times.in_words(seconds) == (vi, en)
