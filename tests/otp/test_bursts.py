"""Requests that come at once from one network are paid as if they had come one after the other."""

from collections.abc import Iterable
from typing import Any

import pytest
import time_machine

from functions.otp.code import code_sending, send_attempt
from functions.otp.limits import Limits
from tests.conftest import Answer, World
from tests.otp.conftest import Browser, code_in, phone_number

LIMITS = Limits()
PRICE, DAY = 2_000, 1_000
MONEY = {"SMS_PRICE_VND": PRICE, "SMS_DAILY_BUDGET_VND": DAY * PRICE, "MONEY_FLOOR": 1}
WITHOUT_WORK = {"PACE_PERCENT": 100, "FREE_PERCENT": 100, "BREAKER_PROVINCE_FLOOR": 10_000, "NETWORK_SOFT": 10_000}


@pytest.fixture(autouse=True)
def money(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day of a thousand messages; no work, which takes an attacker milliseconds."""
    for name, value in (MONEY | WITHOUT_WORK).items():
        monkeypatch.setenv(f"SSK_{name}", str(value))


def ask_at_once(browser: Browser, phones: Iterable[str]) -> list[Answer]:
    """Each request is read before any of the others is written, and read again as often as it wants to."""
    waiting = list(phones)
    if not waiting:
        return []
    answers: list[Answer] = []
    with pytest.MonkeyPatch.context() as patch:
        is_first = True

        def others_come_between(*arguments: Any) -> send_attempt.SendAttempt:
            nonlocal is_first
            attempt = send_attempt.load_attempt(*arguments)
            if is_first:
                is_first = False
                patch.undo()
                answers.extend(ask_at_once(browser, waiting[1:]))
            return attempt

        patch.setattr(code_sending, "load_attempt", others_come_between)
        answers.append(browser.ask(waiting[0]))
    return answers


def unproven(world: World) -> int:
    """How many messages were paid from the share of networks that prove little."""
    (item,) = [item for item in world.items("access") if item["pk"].startswith("budget#sms#")]
    return int(item.get("unproven", 0)) // PRICE


def prove(browser: Browser, times: int) -> None:
    """One SIM of the attacker's own."""
    for _ in range(times):
        browser.sign_in("0398765432")
        browser.cookies.clear()


def test_of_a_burst_from_a_fresh_network_the_first_three_are_new(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here all networks without proof have nothing together, and their first messages have."""
    monkeypatch.setenv("SSK_UNPROVEN_PERCENT", "0")
    answers = ask_at_once(Browser(world), [phone_number(number) for number in range(12)])
    assert sorted(answer.status for answer in answers) == [202] * LIMITS.network_free + [429] * 9
    assert len(world.sms()) == LIMITS.network_free


def test_of_a_burst_from_a_network_that_has_proven_as_many_are_trusted_as_it_has_proven(
    world: World, clock: time_machine.Traveller
) -> None:
    browser = Browser(world)
    prove(browser, 5)
    assert unproven(world) == 0
    answers = ask_at_once(browser, [phone_number(number) for number in range(14)])
    assert {answer.status for answer in answers} == {202}
    assert unproven(world) == 14 - 5


@pytest.mark.parametrize("proven", [0, 5])
def test_a_burst_spends_what_the_same_requests_spend_one_after_the_other(
    world: World, clock: time_machine.Traveller, proven: int
) -> None:
    phones = [phone_number(number) for number in range(20)]
    at_once, in_turn = Browser(world, client="203.0.1.9"), Browser(world, client="203.0.2.9")
    for browser in (at_once, in_turn):
        prove(browser, proven)
    ask_at_once(at_once, phones[:10])
    first = unproven(world)
    for phone in phones[10:]:
        in_turn.ask(phone)
    assert unproven(world) - first == first


def test_what_a_burst_took_of_the_share_a_proof_gives_back(world: World, clock: time_machine.Traveller) -> None:
    """A message that was read as trusted and is not one when it is counted says so where its proof looks."""
    browser = Browser(world)
    prove(browser, 5)
    phones = [phone_number(number) for number in range(8)]
    answers = ask_at_once(browser, phones)
    codes = dict(world.sms())
    assert unproven(world) == 3
    for phone, answer in zip(reversed(phones), answers, strict=True):
        assert browser.verify(answer.json["challenge_id"], code_in(codes[f"+84{phone[1:]}"])).status == 200
        browser.cookies.clear()
    assert unproven(world) == 0


SHARES = {
    "of the network": {"NETWORK_SHARE_PERCENT": 1},
    "of all networks without proof": {"UNPROVEN_PERCENT": 1, "NEW_PERCENT": 1},
}


@pytest.mark.parametrize("share", SHARES)
def test_whom_others_were_faster_than_is_told_when_the_next_part_comes(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, share: str
) -> None:
    """Of ten messages a day six have come by now, so that the seventh comes at the same second for all."""
    for name, value in SHARES[share].items():
        monkeypatch.setenv(f"SSK_{name}", str(value))
    browser = Browser(world)
    answers = ask_at_once(browser, [phone_number(number) for number in range(9)])
    refused = [answer for answer in answers if answer.status == 429]
    assert (len(world.sms()), len(refused)) == (6, 3)
    later = browser.ask(phone_number(9))
    assert {answer.headers["retry-after"] for answer in refused} == {later.headers["retry-after"]}
    clock.shift(int(later.headers["retry-after"]))
    assert browser.ask(phone_number(9)).status == 202
