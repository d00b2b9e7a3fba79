"""The whole day: who comes when and where, who attacks, and what came of it."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import time_machine

from health_record.campaign_events import CampaignEvent
from health_record.sms import delivery
from ops.campaign_registry import CampaignRegistry, EventState
from ops.commands.event import MESSAGES_PER_PERSON
from tests.campaign.attackers import Attacker
from tests.campaign.people import EASIER_BITS, Person
from tests.campaign.sms_channel import PoorChannel
from tests.campaign.timeline import Timeline
from tests.conftest import World, aws, province_world
from tests.otp.conftest import START, Browser, code_in
from tests.posters import poster

OPEN = START - 5_400  # doors open at 07:30
HOURS = 9.0
PRICE_VND, BUDGET_VND = 2_000, 20_000_000  # as province 79
CARRIERS = ("090", "091", "097", "098", "093")
HALLS = ("hall A, an attacker inside", "hall B", "hall C")
MOBILE, KNOWN, TABLET = "on mobile data", "a known device", "a helper's tablet"
SHARES = (0.28, 0.28, 0.28, 0.06, 0.05, 0.05)  # of the people: the halls, then these groups


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How large the day is. `steps` are those of each attacker."""

    people: int = 2_000
    steps: int = 3_000
    seed: int = 18
    vouched: bool = True  # operations vouched for the three halls


@dataclass
class Day:
    """What came of it."""

    plan: Plan
    people: list[Person] = field(default_factory=list)
    attackers: list[Attacker] = field(default_factory=list)
    channel: PoorChannel | None = None
    spent_vnd: int = 0
    event: EventState | None = None  # as `ssk event watch` shows it at the end

    @property
    def lost(self) -> list[Person]:
        """Who had a working phone and did not get in, or whose declaration was not taken."""
        return [person for person in self.people if person.proven is None or not person.declared]


def play(plan: Plan) -> Day:
    """Play the day of `plan`; the same plan gives the same day."""
    with _province() as (world, clock):
        chance = random.Random(plan.seed)
        day = Day(plan, channel=PoorChannel(OPEN, random.Random(plan.seed + 1)))
        assert day.channel
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(delivery.CHANNELS, "sns", day.channel.send)
            clock.move_to(OPEN - 86_400)
            day.people = [_person(world, day.channel, chance, number) for number in range(plan.people)]
            day.attackers = _attackers(world, day, plan)
            events = CampaignRegistry(aws("dynamodb"), "access", "facts")
            if plan.vouched:
                events.add(_event(plan), datetime.now(UTC))
            timeline = Timeline(clock)
            for person in day.people:
                _know_device(person, clock)
                timeline.start(_arrival(chance), person.visit(), person.count_wait)
            for attacker in day.attackers:
                timeline.start(OPEN - 1_800, attacker.attack(OPEN + HOURS * 3600))
            timeline.run(OPEN + (HOURS + 2) * 3600)
        day.spent_vnd = _spent_today(world)
        day.event = events.watch("launch") if plan.vouched else None
    return day


@contextmanager
def _province() -> Iterator[tuple[World, time_machine.Traveller]]:
    easier = {"SSK_WORK_BITS": 16 - EASIER_BITS, "SSK_WORK_BITS_MOST": 20 - EASIER_BITS}
    with (
        time_machine.travel(OPEN, tick=False) as clock,
        province_world() as world,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in (easier | {"SSK_SMS_PRICE_VND": PRICE_VND, "SSK_SMS_DAILY_BUDGET_VND": BUDGET_VND}).items():
            patch.setenv(name, str(value))
        yield world, clock


def _person(world: World, channel: PoorChannel, chance: random.Random, number: int) -> Person:
    group = chance.choices((*HALLS, MOBILE, KNOWN, TABLET), SHARES)[0]
    hall = HALLS.index(group) if group in HALLS else chance.randrange(3)
    mobile = f"171.{224 + chance.randrange(4)}.{chance.randrange(20)}.{1 + chance.randrange(250)}"
    return Person(
        number=number,
        group=group,
        phone=f"{CARRIERS[number % len(CARRIERS)]}{2_000_000 + number * 3_571 % 7_000_000:07d}",
        poster=hall_poster(hall),
        browser=Browser(world, client=mobile if group == MOBILE else hall_address(hall)),
        mobile_address=mobile,
        channel=channel,
        random=random.Random(chance.getrandbits(64)),
        assisted=group == TABLET,
    )


def _know_device(person: Person, clock: time_machine.Traveller) -> None:
    """Who verified yesterday comes with the cookie of a known device."""
    if person.group == KNOWN:
        while "__Host-device" not in person.browser.cookies:
            clock.shift(61)
            asked = person.browser.ask(person.phone)
            clock.shift(60)
            if asked.status == 202 and (text := person.channel.read(person.e164)):
                person.browser.verify(asked.json["challenge_id"], code_in(text))
        person.browser.forget_session()


def _attackers(world: World, day: Day, plan: Plan) -> list[Attacker]:
    assert day.channel
    addresses = {"in hall A": hall_address(0), "a flat": "14.161.7.9", "a rented server": "2001:db8:77::5"}
    return [
        Attacker(
            name=name,
            browser=Browser(world, client=address),
            channel=day.channel,
            random=random.Random(plan.seed * 1_000 + place),
            targets=[person.phone for person in day.people],
            posters=[hall_poster(hall) for hall in range(3)],
            sims=[f"08{place}{sim}765432" for sim in range(1, 4)],
            steps_left=plan.steps,
        )
        for place, (name, address) in enumerate(addresses.items(), start=6)
    ]


def _event(plan: Plan) -> CampaignEvent:
    return CampaignEvent(
        event="launch",
        place="the three halls",
        posters=tuple(hall_poster(hall) for hall in range(3)),
        day=_day(),
        opens_at=int(OPEN),
        closes_at=int(OPEN + HOURS * 3600),
        people=plan.people,
        messages=plan.people * MESSAGES_PER_PERSON,
    )


def _day() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(OPEN + 7 * 3600))


def hall_poster(hall: int) -> str:
    return poster(station=f"{hall + 1:02d}")


def hall_address(hall: int) -> str:
    return f"113.16{hall}.20.8"


def _arrival(chance: random.Random) -> float:
    """Half of all come in the first two hours."""
    hours = chance.triangular(0, 2, 0.7) if chance.random() < 0.5 else chance.uniform(0, HOURS - 1)
    return OPEN + hours * 3600


def _spent_today(world: World) -> int:
    return sum(int(item["spent"]) for item in world.items("access") if item["pk"] == f"budget#sms#{_day()}")
