"""What a stranger is answered depends on the network and the money, and never on what the phone has been up to."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import time_machine

from functions.otp.limits import Limits
from tests.conftest import Answer, World
from tests.otp.conftest import Aws, Browser, phone_number, solve, throttled

LIMITS = Limits()

PHONE = phone_number(1)
type Step = Callable[[World, time_machine.Traveller], None]


def nothing(_world: World, _clock: time_machine.Traveller) -> None:
    """Nobody has asked for this phone."""


def asked_just_now(world: World, _clock: time_machine.Traveller) -> None:
    assert Browser(world).ask(PHONE).status == 202


def asked_minutes_ago(world: World, clock: time_machine.Traveller) -> None:
    asked_just_now(world, clock)
    clock.shift(120)


def signed_in(world: World, _clock: time_machine.Traveller) -> None:
    Browser(world).sign_in(PHONE)


def known_device_asks(world: World, _clock: time_machine.Traveller) -> None:
    owner = Browser(world)
    owner.sign_in(PHONE)
    owner.forget_session()
    assert owner.ask(PHONE).status == 202


def used_up_by_strangers(world: World, clock: time_machine.Traveller) -> None:
    for network in range(5):
        Browser(world, client=f"192.0.{network}.1").ask(PHONE)
        clock.shift(LIMITS.cooldown_seconds + 1)


STATES: dict[str, Step] = {
    step.__name__: step
    for step in (nothing, asked_just_now, asked_minutes_ago, signed_in, known_device_asks, used_up_by_strangers)
}


@dataclass
class Stranger(Browser):
    """Somebody on another network, which has caused one message."""

    client: str = "203.0.113.9"

    def __post_init__(self) -> None:
        self.ask(phone_number(7))
        (self.ledger,) = [item for item in self.world.items("access") if item["pk"].startswith("budget#network#")]

    def counted(self, **counters: int) -> None:
        self.world.table("access").put_item(Item=self.ledger | counters)

    def spent(self, **counters: int) -> None:
        self.world.table("access").put_item(Item={"pk": "budget#sms#2026-11-23", "sk": "window"} | counters)

    def work(self) -> dict[str, str]:
        self.counted(wrong=60)
        return solve(self.ask(PHONE).json["work"])


def without_limits(_stranger: Stranger) -> None:
    """The network may ask as it likes."""


def work_not_done(stranger: Stranger) -> None:
    stranger.counted(wrong=60)


def work_done(stranger: Stranger) -> dict[str, str]:
    return stranger.work()


def share_spent(stranger: Stranger) -> None:
    stranger.counted(open=3_000)


def all_shares_spent(stranger: Stranger) -> None:
    stranger.spent(spent=38_000_000, unproven=38_000_000)


def money_spent(stranger: Stranger) -> None:
    stranger.spent(spent=50_000_000)


type Situation = Callable[[Stranger], dict[str, str] | None]
SITUATIONS: dict[str, tuple[Situation, tuple[int, str | None]]] = {
    "no limit": (without_limits, (202, None)),
    "work is needed": (work_not_done, (429, "work-needed")),
    "work is done": (work_done, (202, None)),
    "the network's share is spent": (share_spent, (429, "network-share")),
    "the share of all networks is spent": (all_shares_spent, (429, "network-share")),
    "the money is spent": (money_spent, (503, "sms-budget")),
}


@pytest.fixture(autouse=True)
def easy(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """Work of two bits."""
    monkeypatch.setenv("SSK_WORK_BITS", "2")
    monkeypatch.setenv("SSK_WORK_BITS_MOST", "2")


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("state", STATES)
def test_a_stranger_is_answered_alike_whatever_the_phone_has_been_up_to(
    clock: time_machine.Traveller, world: World, state: str, situation: str
) -> None:
    prepare, answered = SITUATIONS[situation]
    stranger = Stranger(world)
    STATES[state](world, clock)
    work = prepare(stranger)
    assert kind_of(stranger.ask(PHONE, **({"work": work} if work else {}))) == answered


@pytest.mark.parametrize("state", STATES)
def test_the_same_work_a_second_time_is_refused_whatever_the_phone_has_been_up_to(
    clock: time_machine.Traveller, world: World, state: str
) -> None:
    """It was 429 where a message was due and 202 where the phone was silent, and cost nobody a message."""
    stranger = Stranger(world)
    work = stranger.work()
    assert stranger.ask(PHONE, work=work).status == 202
    clock.shift(180)
    STATES[state](world, clock)
    sent = len(world.sms())
    assert kind_of(stranger.ask(PHONE, work=work)) == (429, "work-needed")
    assert len(world.sms()) == sent


def test_work_is_spent_also_where_the_phone_is_silent(clock: time_machine.Traveller, world: World) -> None:
    stranger = Stranger(world)
    asked_just_now(world, clock)
    work = stranger.work()
    answers = [kind_of(stranger.ask(PHONE, work=work)) for _ in range(2)]
    assert answers == [(202, None), (429, "work-needed")]


@pytest.mark.parametrize("can_be", [True, False])
def test_work_is_given_back_where_the_channel_refuses_and_it_can_be(
    clock: time_machine.Traveller, world: World, aws: Aws, can_be: bool
) -> None:
    stranger = Stranger(world)
    work = stranger.work()
    refused = ("Publish",) if can_be else ("Publish", "DeleteItem")
    aws.failing = lambda name: throttled(name) if name.endswith(refused) else None
    assert kind_of(stranger.ask(PHONE, work=work)) == (503, "sms-refused")
    aws.work()
    assert kind_of(stranger.ask(PHONE, work=work)) == ((202, None) if can_be else (429, "work-needed"))


def kind_of(answer: Answer) -> tuple[int, str | None]:
    return answer.status, None if answer.status == 202 else answer.json["type"].rpartition("/")[2]
