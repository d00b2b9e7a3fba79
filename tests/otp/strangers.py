"""Games of strangers against the owner of a number, played against the real handler with a moved clock.

`python -m tests.otp.strangers` prints the two tables of docs/security.md: how long the owner waits at most, and what
guessing brings. Strangers do on each day what delays or brings most, from one, three or a hundred networks.
"""

import contextlib
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass

import time_machine

from functions.otp.limits import Limits
from tests.conftest import World, province_world
from tests.otp.conftest import START, Browser, code_in, solve, wrong

NETWORKS = (1, 3, 100)
DAYS = 7
PHONE = "0901234567"
OWNER = "198.51.100.7"
COOLDOWN = Limits().cooldown_seconds
MOST_SECONDS = 3 * COOLDOWN  # then the owner of the game gives up for this day


@dataclass
class Strangers:
    """Strangers from so many networks; each asks for the number and guesses whatever it can."""

    world: World
    clock: time_machine.Traveller
    networks: int
    guesses: int = 0

    def browsers(self) -> Iterator[Browser]:
        for number in range(min(self.networks, 8)):  # more than eight change nothing: the phone's day is over by then
            yield Browser(self.world, client=f"192.0.{number}.1")

    def attack(self, minutes: int) -> None:
        """Ask in each minute from every network, and guess with each id until nothing is answered by a try."""
        for _ in range(minutes):
            for browser in self.browsers():
                sent = len(self.world.sms())
                challenge = browser.ask(PHONE).json["challenge_id"]
                own = len(self.world.sms()) > sent
                for _ in range(6 if own else 5):
                    before = self._tries()
                    browser.verify(challenge, wrong(code_in(self.world.sms()[-1][1])))
                    self.guesses += self._tries() - before
            self.clock.shift(COOLDOWN)

    def _tries(self) -> int:
        items = [item for item in self.world.items("access") if item["sk"].startswith("tries#")]
        counters = ("own", "network", "device")
        return sum(int(value) for item in items for name, value in item.items() if name.startswith(counters))


def owner_waits(world: World, clock: time_machine.Traveller, owner: Browser, start: float) -> int | None:
    """Seconds until the owner has signed in by the newest message; None where no message comes in the time."""
    for waited in range(0, MOST_SECONDS + 1, COOLDOWN):
        clock.move_to(start + waited)
        answer = owner.ask(PHONE)
        if "work" in answer.json:
            answer = owner.ask(PHONE, work=solve(answer.json["work"]))
        if world.sms() and owner.verify(answer.json["challenge_id"], code_in(world.sms()[-1][1])).status == 200:
            return waited
    return None


def play(
    networks: int, *, known: bool, minutes_before: int, pause: int, days: int = DAYS
) -> tuple[list[int | None], int]:
    """What the owner waits on each day after the strangers' attack, and their guesses on the day with most of them.

    `pause` are the seconds between the last attack and the owner.
    """
    waits: list[int | None] = []
    most = 0
    with time_machine.travel(START, tick=False) as clock, province_world() as world:
        owner = Browser(world, client=OWNER)
        if known:
            owner.sign_in(PHONE)
        for day in range(days):
            clock.move_to(START + (day + 1) * 86_400)
            strangers = Strangers(world, clock, networks)
            strangers.attack(minutes_before)
            person = owner if known else Browser(world, client=OWNER)
            waits.append(owner_waits(world, clock, person, time.time() + pause))
            strangers.attack(2)
            most = max(most, strangers.guesses)
    return waits, most


def tables() -> str:
    """Both tables of docs/security.md."""
    rows = [
        "| networks | a newcomer waits at most | a known device | guesses a day | odds a day |",
        "|---|---|---|---|---|",
    ]
    for networks in NETWORKS:
        waits, guesses = play(networks, known=False, minutes_before=5, pause=0)
        late, _ = play(networks, known=False, minutes_before=5, pause=3600, days=1)
        known, _ = play(networks, known=True, minutes_before=5, pause=3600, days=1)
        odds = f"1 in {round(1_000_000 / guesses, -2):,.0f}"
        rows.append(f"| {networks} | {_say([*waits, *late])} | {_say(known)} | {guesses} | {odds} |")
    return "\n".join(rows)


def _say(waits: list[int | None]) -> str:
    return "a day" if None in waits else f"{max(wait or 0 for wait in waits)} s"


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):  # the handler's log
        written = tables()
    print(written)  # noqa: T201 - a command
