"""Why a network's first messages have money of their own: a day on which twelve networks take all that they can get."""

import itertools
from collections.abc import Iterator

import pytest
import time_machine

from tests.conftest import World
from tests.otp.conftest import START, Browser, phone_number, solve

HOUR = 3_600


@pytest.mark.parametrize(("new_percent", "refused"), [(50, 14), (75, 0)])
def test_newcomers_on_their_own_networks_get_their_codes_while_twelve_networks_take_what_they_can(
    world: World, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch, new_percent: int, refused: int
) -> None:
    """One newcomer an hour on mobile data, of a day of 400 messages; at 50 % for all, each waits for the attackers."""
    wanted = {"SMS_PRICE_VND": 900, "SMS_DAILY_BUDGET_VND": 400 * 900, "MONEY_FLOOR": 1, "NEW_PERCENT": new_percent}
    for name, value in (wanted | {"WORK_BITS": 1, "WORK_BITS_MOST": 1}).items():
        monkeypatch.setenv(f"SSK_{name}", str(value))
    numbers = (phone_number(number) for number in itertools.count())
    statuses = []
    for hour in range(14):
        for quarter in range(4):
            clock.move_to(START + hour * HOUR + quarter * 900)
            for network in range(12):
                take_all(Browser(world, client=f"192.0.{network}.1"), numbers)
        newcomer = Browser(world, client=f"203.0.{hour}.9")
        statuses.append(take(newcomer, next(numbers)))
    assert (statuses.count(429), statuses.count(202)) == (refused, 14 - refused)


def take(browser: Browser, phone: str) -> int:
    answer = browser.ask(phone)
    return (browser.ask(phone, work=solve(answer.json["work"])) if "work" in answer.json else answer).status


def take_all(browser: Browser, numbers: Iterator[str]) -> None:
    """Ask for one number after the other until the network is refused."""
    while take(browser, next(numbers)) == 202:
        pass
