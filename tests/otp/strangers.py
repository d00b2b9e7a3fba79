"""Games of strangers against the owner of a number, played against the real handler with a moved clock.

`python -m tests.otp.strangers` prints the tables of docs/sign-in.md: how long the owner waits at most, and what
guessing brings. Strangers come on each day of a week, before the owner and after, from one, three or a hundred
networks; they ask and guess hastily, patiently (each message carries a new code) or as a seed has it, do the work that
is asked of them or are asked for none, and leave at once or an hour before the owner comes.
"""

import contextlib
import io
import itertools
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
import time_machine

from functions.otp.limits import Limits
from functions.otp.proof.verify_request import MOST_EARLIER
from tests.conftest import World, province_world
from tests.otp.conftest import START, Browser, code_in, solve

NETWORKS = (1, 3, 100)
DAYS = 7
PHONE = "0901234567"
OWNER = "198.51.100.7"
COOLDOWN = Limits().cooldown_seconds
MOST_SECONDS = Limits().code_seconds + 2 * COOLDOWN  # then the owner of the game gives up for this day
ENOUGH_NETWORKS = 8  # a hundred are played by eight: after five messages of one each the phone's day is over


@dataclass
class Strangers:
    """Strangers from so many networks, `neighbours` of the owner if they sit behind the same address."""

    world: World
    clock: time_machine.Traveller
    networks: int
    neighbours: bool = False
    renters: bool = False  # each network is a /48, and every step is made from another /56 of it
    ids: list[tuple[Browser, str]] = field(default_factory=list)

    def browsers(self) -> list[Browser]:
        addresses = [f"192.0.{number}.1" for number in range(min(self.networks, ENOUGH_NETWORKS))]
        if self.renters:
            places = itertools.product(range(self.networks), range(ENOUGH_NETWORKS))
            addresses = [f"2001:db8:{network:x}:{place:x}00::5" for network, place in places]
        if self.neighbours:
            addresses[0] = OWNER
        return [Browser(self.world, client=address) for address in addresses]

    def ask(self, browser: Browser) -> None:
        answer = browser.ask(PHONE)
        if "work" in answer.json:
            answer = browser.ask(PHONE, work=solve(answer.json["work"]))
        if answer.status == 202:
            self.ids.append((browser, answer.json["challenge_id"]))

    def guess(self, browser: Browser, challenge: str, times: int) -> None:
        """Guess wrong, as nearly all guesses are: the games count tries, and luck is reckoned from them."""
        texts = [code_in(text) for _, text in self.world.sms()[-3:]]
        number = next(f"{digits:06d}" for digits in itertools.count() if f"{digits:06d}" not in texts)
        for _ in range(times):
            browser.verify(challenge, number)

    def count_guesses(self) -> int:
        """All tries that were answered so far, by the counters that allow them: those of an id's own, and of a day."""
        items = [item for item in self.world.items("access") if item["sk"].startswith("tries#")]
        own = sum(int(value) for item in items for name, value in item.items() if name.startswith(("own", "near")))
        days = [item for item in items if "-" in item["sk"]]
        return own + sum(int(day.get(name, 0)) for day in days for name in ("shared", "shared_devices"))


type Strategy = Callable[[Strangers], None]


def hasty(strangers: Strangers) -> None:
    """Ask in each of five minutes from every network, and guess with each id until no try is left."""
    for _ in range(5):
        for browser in strangers.browsers():
            strangers.ask(browser)
            strangers.guess(*strangers.ids[-1], times=6)
        strangers.clock.shift(COOLDOWN)


def patient(strangers: Strangers) -> None:
    """Let each message carry a new code, and guess at each from every network."""
    for turn in range(6):
        browsers = strangers.browsers()
        for browser in browsers[turn % len(browsers) :] + browsers[: turn % len(browsers)]:
            strangers.ask(browser)
            strangers.guess(*strangers.ids[-1], times=6)
        strangers.clock.shift(Limits().same_code_seconds + 1)


def by_seed(seed: int) -> Strategy:
    """Forty steps that a seed chooses: who asks, who guesses with which id, how long they wait."""

    def attack(strangers: Strangers) -> None:
        chance = random.Random(f"{seed} {time.time()}")
        browsers = strangers.browsers()
        for _ in range(40):
            step = chance.random()
            if step < 0.5 or not strangers.ids:
                strangers.ask(chance.choice(browsers))
            elif step < 0.8:
                strangers.guess(*chance.choice(strangers.ids[-8:]), times=chance.randint(1, 6))
            else:
                strangers.clock.shift(chance.choice((5, 61, 301, 1_800)))

    return attack


STRATEGIES: dict[str, Strategy] = {
    "hasty": hasty,
    "patient": patient,
    **{f"seed {seed}": by_seed(seed) for seed in range(4)},
}


def guess_at_a_sign_in(strangers: Strangers, owner: Browser) -> int:
    """The guesses of all networks at a code of the owner's, who then signs in and out."""
    challenge = owner.ask(PHONE).json["challenge_id"]
    before = strangers.count_guesses()
    for browser in strangers.browsers():
        strangers.ask(browser)
        strangers.guess(*strangers.ids[-1], times=6)
    guessed = strangers.count_guesses() - before
    owner.verify(challenge, code_in(strangers.world.sms()[-1][1]))
    owner.forget_session()
    strangers.clock.shift(2 * COOLDOWN)
    return guessed


def wait_of_owner(world: World, clock: time_machine.Traveller, owner: Browser, start: float) -> int | None:
    """Seconds until the owner has signed in by the newest message; None where no message comes in the time.

    The owner types what stands in it, also if it is an old one, and then what comes of that; the page keeps its ids.
    """
    earlier: list[str] = []
    for waited in range(0, MOST_SECONDS + 1, COOLDOWN):
        clock.move_to(start + waited)
        answer = owner.ask(PHONE)
        if "work" in answer.json:
            answer = owner.ask(PHONE, work=solve(answer.json["work"]))
        ids = [answer.json["challenge_id"], *earlier]
        for _ in range(2):
            if world.sms() and owner.verify(ids[0], code_in(world.sms()[-1][1]), earlier=ids[1:]).status == 200:
                return waited
        earlier = ids[:MOST_EARLIER]
    return None


@dataclass(frozen=True, kw_only=True)
class Game:
    """One game. `pause` are the seconds between the strangers' last step and the owner."""

    networks: int
    strategy: str = "hasty"
    known: bool = False
    pause: int = 0
    days: int = DAYS
    neighbours: bool = False
    renters: bool = False
    with_work: bool = False
    sign_ins: int = 0  # of the owner's known device, on each day, with the strangers guessing at each code


def play(game: Game) -> tuple[list[int | None], int]:
    """What the owner waits on each day after the strangers' attack, and their guesses on the day with most of them."""
    waits: list[int | None] = []
    most = 0
    with _world(game) as (world, clock):
        owner = Browser(world, client=OWNER)
        if game.known:
            owner.sign_in(PHONE)
        for day in range(game.days):
            clock.move_to(START + (day + 1) * 86_400)
            strangers = Strangers(world, clock, game.networks, game.neighbours, game.renters)
            before = strangers.count_guesses()
            STRATEGIES[game.strategy](strangers)
            guessed = strangers.count_guesses() - before
            for _ in range(game.sign_ins):
                guessed += guess_at_a_sign_in(strangers, owner)
            person = owner if game.known else Browser(world, client=OWNER)
            waits.append(wait_of_owner(world, clock, person, time.time() + game.pause))
            before = strangers.count_guesses()
            hasty(strangers)
            most = max(most, guessed + strangers.count_guesses() - before)
    return waits, most


@contextlib.contextmanager
def _world(game: Game) -> Iterator[tuple[World, time_machine.Traveller]]:
    with (
        time_machine.travel(START, tick=False) as clock,
        province_world() as world,
        pytest.MonkeyPatch.context() as patch,
    ):
        if game.with_work:
            for name, value in {"SSK_NETWORK_SOFT": "0", "SSK_WORK_BITS": "2", "SSK_WORK_BITS_MOST": "4"}.items():
                patch.setenv(name, value)
        yield world, clock


def games(networks: int, *, neighbours: bool = False, renters: bool = False) -> Iterator[Game]:
    """Every game of a row: each strategy for days, hastily for the week; then after an hour, and with work."""
    for strategy in STRATEGIES:
        game = Game(networks=networks, strategy=strategy, neighbours=neighbours, renters=renters, days=2)
        yield replace(game, days=DAYS if strategy == "hasty" else 2)
        yield replace(game, pause=3_600)
        yield replace(game, with_work=True, days=1)


def tables() -> str:
    """The table of docs/sign-in.md."""
    rows = [
        "| strangers on | a newcomer waits at most | a known device | guesses a day, at most | odds a day |",
        "|---|---|---|---|---|",
    ]
    for networks in NETWORKS:
        rows.append(_row(f"{networks} network{'s' if networks > 1 else ''}", list(games(networks))))
    for networks in (1, 3):
        rows.append(_row(f"{networks} rented /48 of IPv6", list(games(networks, renters=True))))
    rows.append(_row("the owner's own network", list(games(1, neighbours=True))))
    rows += [_row_of_sign_ins(networks) for networks in NETWORKS]
    return "\n".join(rows)


def _row_of_sign_ins(networks: int) -> str:
    """What strangers gain by an owner who signs in ten times a day."""
    played = [
        play(Game(networks=networks, strategy=strategy, known=True, sign_ins=10, days=1)) for strategy in STRATEGIES
    ]
    waits, guesses = [wait for days, _ in played for wait in days], max(most for _, most in played)
    name = f"{networks} network{'s' if networks > 1 else ''}, an owner who signs in ten times a day"
    return f"| {name} | | {_say(waits)} | {guesses} | {_say_odds(guesses)} |"


def _say_odds(guesses: int) -> str:
    return f"1 in {round(1_000_000 / guesses, -2):,.0f}"


def _row(name: str, played: list[Game]) -> str:
    results = [play(game) for game in played]
    waits = [wait for days, _ in results for wait in days]
    guesses = max(most for _, most in results)
    known = [
        wait
        for strategy in STRATEGIES
        for wait in play(replace(played[0], strategy=strategy, known=True, pause=0, with_work=False, days=2))[0]
    ]
    return f"| {name} | {_say(waits)} | {_say(known)} | {guesses} | {_say_odds(guesses)} |"


def _say(waits: list[int | None]) -> str:
    return "a day" if None in waits else f"{max(wait or 0 for wait in waits)} s"


if __name__ == "__main__":
    with contextlib.redirect_stdout(io.StringIO()):  # the handler's log
        written = tables()
    print(written)  # noqa: T201 - a command
