"""The same call again, by its `attempt`, is free at the codes that it met before, and a try at any other code."""

import uuid
from collections.abc import Iterable
from typing import Any

import pytest
import time_machine

from functions.otp.code import code_state
from functions.otp.limits import Limits
from tests.conftest import World
from tests.otp.conftest import Browser
from tests.otp.test_devices import known

LIMITS = Limits()
PAUSE = LIMITS.attempt_seconds + 1  # then a repeat is not answered from memory


def guesses(browser: Browser, first: int, times: int) -> list[tuple[Browser, dict[str, Any]]]:
    """Calls of one id, each with an attempt of its own."""
    challenge = browser.ask("0901234567").json["challenge_id"]
    codes = [f"999{first + step:03d}" for step in range(times)]
    return [(browser, {"challenge_id": challenge, "code": code, "attempt": str(uuid.uuid4())}) for code in codes]


def make(calls: Iterable[tuple[Browser, dict[str, Any]]]) -> None:
    for browser, body in calls:
        assert browser.call("POST", "/v1/otp/verify", body=body).status == 401


def compared(caplog: pytest.LogCaptureFixture) -> int:
    """How many guesses were held against a code."""
    return caplog.messages.count("code_wrong")


@pytest.fixture(autouse=True)
def codes_begin_with_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no guess of these tests is right by chance."""
    real = code_state.code_of
    monkeypatch.setattr(code_state, "code_of", lambda *of: f"0{real(*of)[1:]}")


def test_strangers_calls_at_the_owners_next_codes_are_tries_of_the_day(
    world: World, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    owner = known(world)
    owner.ask()
    strangers = [Browser(world, client=f"192.0.{network}.1") for network in range(6)]
    calls = [call for place, one in enumerate(strangers) for call in guesses(one, place * 10, LIMITS.network_tries)]
    for _ in range(6):
        asked = owner.ask().json["challenge_id"]
        make(calls)
        assert owner.verify(asked, owner.code()).status == 200
        owner.forget_session()
        clock.shift(PAUSE)
    assert compared(caplog) == LIMITS.shared_day_tries


def test_an_ids_own_tries_are_at_its_own_code_alone(
    world: World, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    """The code of another's message lives beside it: five more calls would meet that."""
    calls = guesses(Browser(world, client="192.0.1.1"), 0, LIMITS.code_tries)
    make(calls)
    assert compared(caplog) == LIMITS.code_tries
    clock.shift(LIMITS.code_seconds - LIMITS.same_code_seconds + 1)
    Browser(world, client="192.0.2.1").ask()
    assert len({text for _, text in world.sms()}) == 2
    make(calls)
    assert compared(caplog) == LIMITS.code_tries


def test_a_known_devices_calls_at_the_next_codes_are_tries_of_the_day(
    world: World, clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    devices = [known(world) for _ in range(4)]
    owner, others = devices[0], devices[1:]
    for place, device in enumerate(others):
        device.client = f"192.0.{place}.1"  # far from the owner, whose network has a try of its own
    owner.ask()
    calls = [call for place, device in enumerate(others) for call in guesses(device, place * 10, LIMITS.code_tries)]
    for _ in range(5):
        asked = owner.ask().json["challenge_id"]
        make(calls)
        assert owner.verify(asked, owner.code()).status == 200
        owner.forget_session()
        clock.shift(PAUSE)
    assert compared(caplog) == LIMITS.device_day_tries


def test_the_same_call_at_the_same_code_costs_one_try(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """Also where nobody remembers its answer any more."""
    asked = browser.ask().json["challenge_id"]
    calls = [(browser, {"challenge_id": asked, "code": "999000", "attempt": str(uuid.uuid4())})]
    for _ in range(4):
        make(calls)
        clock.shift(PAUSE)
    (tries,) = [item for item in world.items("access") if item["sk"].startswith("tries#")]
    assert [int(value) for name, value in tries.items() if name.startswith("own")] == [1]
