"""What somebody proves is theirs: a stranger's messages that carried the same code are given back to nobody."""

from typing import Any

import pytest
import time_machine

from functions.otp.limits import Limits
from tests.conftest import World
from tests.otp.conftest import START, Browser
from tests.otp.test_devices import known

LIMITS = Limits()

HOUR = 3_600


def stranger_at(world: World, number: int) -> Browser:
    return Browser(world, client=f"192.0.{number}.1")


def ledgers(world: World) -> dict[str, Any]:
    return {item["pk"]: item for item in world.items("access") if item["pk"].startswith("budget#network#")}


@pytest.mark.parametrize("networks", [1, 3, 5])
def test_strangers_who_ask_before_each_sign_in_never_silence_a_known_device(
    world: World, browser: Browser, clock: time_machine.Traveller, networks: int
) -> None:
    owner = known(world)
    for hour in range(1, 17):
        clock.move_to(START + hour * HOUR)
        for number in range(networks):
            stranger_at(world, number).ask()
            clock.shift(LIMITS.cooldown_seconds + 1)
        sent = len(world.sms())
        owner.sign_in()
        assert len(world.sms()) == sent + 1, hour
        owner.forget_session()


@pytest.mark.parametrize("way", ["a message of their own", "the stranger's message", "both"])
def test_the_owners_proof_gives_a_stranger_no_message_back(
    world: World, browser: Browser, clock: time_machine.Traveller, way: str
) -> None:
    """One stranger's two messages of the day stay two, however often the owner proves the code that they carried."""
    stranger = stranger_at(world, 7)
    for _ in range(2):
        stranger.ask()
        clock.shift(LIMITS.cooldown_seconds // 2 if way == "the stranger's message" else LIMITS.cooldown_seconds + 1)
        browser.sign_in()
        browser.forget_session()
        clock.shift(400)
        if way == "both":
            browser.sign_in()
            browser.forget_session()
            clock.shift(400)
    sent = len(world.sms())
    for _ in range(3):
        clock.shift(LIMITS.cooldown_seconds + 1)
        stranger.ask()
    assert len(world.sms()) == sent


def test_strangers_keep_five_messages_a_day_where_the_owner_signs_in_all_day(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    owner, by_strangers = known(world), 0
    for turn in range(10):
        for number in range(6):
            sent = len(world.sms())
            stranger_at(world, number).ask()
            by_strangers += len(world.sms()) - sent
            clock.shift(LIMITS.cooldown_seconds + 1)
        owner.sign_in()
        owner.forget_session()
        clock.shift(600 + turn)
    assert by_strangers == 5


def test_a_strangers_network_is_credited_with_nothing_that_the_owner_proves(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    stranger_at(world, 7).ask()
    clock.shift(LIMITS.cooldown_seconds + 1)
    browser.sign_in()
    open_now = sorted((int(item.get("open", 0)), int(item.get("proven", 0))) for item in ledgers(world).values())
    assert open_now == [(0, 1), (1, 0)]


OWN = {
    "by the id that asked": ("198.51.100.7", "203.0.113.9", True),
    "by the network": ("198.51.100.7", "198.51.100.9", False),
    "by neither": ("198.51.100.7", "203.0.113.9", False),
}


@pytest.mark.parametrize("way", OWN)
def test_own_messages_are_those_of_the_id_or_of_the_network(
    world: World, browser: Browser, clock: time_machine.Traveller, way: str
) -> None:
    asked_at, proven_at, with_the_id = OWN[way]
    first = Browser(world, client=asked_at).ask().json["challenge_id"]
    person = Browser(world, client=proven_at)
    challenge = first if with_the_id else person.ask().json["challenge_id"]
    assert person.verify(challenge, person.code()).status == 200
    (ledger,) = ledgers(world).values()
    assert (int(ledger.get("open", 0)), int(ledger.get("proven", 0))) == ((1, 0) if way == "by neither" else (0, 1))


def test_a_hall_whose_people_prove_their_codes_is_credited_as_before(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    for number in range(6):
        Browser(world).sign_in(f"09{number}1234567")
    (ledger,) = ledgers(world).values()
    assert (int(ledger["open"]), int(ledger["proven"])) == (0, 6)
