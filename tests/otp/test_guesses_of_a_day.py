"""A phone's guesses of a day stay within a hundred, whatever id, message or proof they come with."""

from collections.abc import Iterator

import botocore.client
import pytest
import time_machine
from botocore.exceptions import ReadTimeoutError

from functions.otp.limits import Limits
from tests.conftest import World
from tests.otp.conftest import START, Browser
from tests.otp.strangers import COOLDOWN, Strangers
from tests.otp.test_devices import known

LIMITS = Limits()
MOST = 100


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A channel that delivers every message and answers none."""
    real = botocore.client.BaseClient._make_api_call

    def late(self: object, operation: str, parameters: dict[str, object]) -> object:
        answer = real(self, operation, parameters)
        if operation == "Publish":
            raise ReadTimeoutError(endpoint_url="sns")
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.client.BaseClient, "_make_api_call", late)
        yield patch


def burst(strangers: Strangers, turns: int = 5, pause: int = COOLDOWN + 1) -> None:
    """Each asks in turn, and all of them guess with whatever id they have."""
    browsers = strangers.browsers()
    for turn in range(turns):
        strangers.ask(browsers[turn % len(browsers)])
        for browser in browsers:
            strangers.ask(browser)
            strangers.guess(*strangers.ids[-1], times=6)
        strangers.clock.shift(pause)


@pytest.mark.parametrize("sign_ins", [0, 3, 8])
def test_an_owner_who_signs_in_often_gives_strangers_no_guess_more(
    world: World, browser: Browser, clock: time_machine.Traveller, sign_ins: int
) -> None:
    owner, strangers = known(world), Strangers(world, clock, 8)
    clock.move_to(START + 2 * 3600)
    for _ in range(sign_ins):
        burst(strangers)
        owner.sign_in()
        owner.forget_session()
        clock.shift(600)
    burst(strangers, turns=8, pause=LIMITS.same_code_seconds + 1)
    assert strangers.count_guesses() <= MOST


def test_codes_that_strangers_caused_none_of_are_guessed_at_fifty_times_a_day(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """The owner proves twelve codes on one day, each of which six networks guess at."""
    owner, strangers = known(world), Strangers(world, clock, 6)
    before = strangers.count_guesses()
    for _ in range(12):
        clock.shift(601)
        asked, code = owner.ask().json["challenge_id"], owner.code()
        for stranger in strangers.browsers():
            strangers.guess(stranger, stranger.ask("0901234567").json["challenge_id"], times=5)
        assert owner.verify(asked, code).status == 200
        owner.forget_session()
    owners = 12
    assert strangers.count_guesses() - before - owners == LIMITS.shared_day_tries


@pytest.mark.parametrize(("age", "status"), [(1_799, 200), (1_800, 401)])
def test_an_id_lasts_as_long_as_three_codes_and_no_longer(
    world: World, browser: Browser, clock: time_machine.Traveller, age: int, status: int
) -> None:
    old = browser.ask().json["challenge_id"]
    clock.move_to(START + age)
    browser.ask()
    assert browser.verify(old, browser.code()).status == status


def test_an_id_of_yesterday_is_no_id(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    stranger = Browser(world, client="192.0.2.1")
    old = stranger.ask().json["challenge_id"]
    clock.move_to(START + 7 * 86_400)
    browser.ask()
    assert stranger.verify(old, browser.code()).status == 401
    assert [item for item in world.items("access") if item["sk"].startswith("tries#")] == []


@pytest.mark.parametrize("networks", [1, 3, 8])
def test_a_silent_channel_gives_strangers_neither_messages_nor_guesses_without_end(
    world: World, browser: Browser, clock: time_machine.Traveller, silent: pytest.MonkeyPatch, networks: int
) -> None:
    strangers = Strangers(world, clock, networks)
    burst(strangers, turns=20)
    burst(strangers, turns=20, pause=LIMITS.same_code_seconds + 1)
    assert len(world.sms()) <= LIMITS.sends * LIMITS.unknown_times
    assert strangers.count_guesses() <= MOST
    item = next(item for item in world.items("access") if "messages" in item)
    assert len(str(item)) < 10_000


def test_a_silent_channel_leaves_the_owner_tries_and_messages(
    world: World, browser: Browser, clock: time_machine.Traveller, silent: pytest.MonkeyPatch
) -> None:
    strangers = Strangers(world, clock, 3)
    burst(strangers, turns=12)
    sent = len(world.sms())
    asked = browser.ask().json["challenge_id"]
    assert len(world.sms()) == sent + 1
    assert browser.verify(asked, browser.code()).status == 200


def test_a_channel_that_was_silent_for_an_hour_costs_nobody_the_day(
    world: World, browser: Browser, clock: time_machine.Traveller, silent: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        browser.ask()
        clock.shift(LIMITS.cooldown_seconds + 1)
    assert len(world.sms()) == 7
    silent.undo()
    assert browser.sign_in().status == 200
