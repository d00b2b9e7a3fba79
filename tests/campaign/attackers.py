"""Attackers with one network each, who choose every next step by a seed from all that the API allows.

For some minutes one of them prefers a few kinds of steps and one pace, and picks either a few people or anybody; then
they think of something else. What they learn (ids, work, codes on their own phones) they keep and use.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from health_record.identity.phones import normalise
from tests.campaign.people import EASIER_BITS
from tests.campaign.sms_channel import PoorChannel
from tests.campaign.timeline import Steps
from tests.conftest import Answer
from tests.declare import people as declarations
from tests.otp.conftest import Browser, code_in, solve

HASHES_A_SECOND = 2_000_000  # a laptop
KEPT_IDS = 200


@dataclass
class Attacker:
    """One network. `targets` are the numbers of everybody who takes part; `sims` are the attacker's own numbers."""

    name: str
    browser: Browser
    channel: PoorChannel
    random: random.Random
    targets: Sequence[str]
    posters: Sequence[str]
    sims: Sequence[str]
    steps_left: int
    steps: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    opened: int = 0  # sessions of other people's numbers
    ids: list[tuple[str, str]] = field(default_factory=list)  # (phone, challenge id)
    hard_work: bool = True
    aimed: Sequence[str] = ()

    def attack(self, until: float) -> Steps:
        """Step after step until the day ends or no step is left."""
        while time.time() < until and self.steps_left > 0:
            kinds = self.random.sample(sorted(STEPS), self.random.randint(1, 3))
            pace = self.random.choice((0.2, 1.0, 5.0, 20.0))
            self.hard_work = self.random.random() < 0.5
            self.aimed = self.random.sample(self.targets, min(self.random.choice((1, 5, 50, 2_000)), len(self.targets)))
            for _ in range(min(self.steps_left, self.random.randint(10, 150))):
                kind = self.random.choice(kinds)
                self.steps[kind] += 1
                self.steps_left -= 1
                yield "step", STEPS[kind](self) + self.random.expovariate(1 / pace)
            yield "thinking", self.random.expovariate(1 / 300)

    def ask(self, phone: str, **more: Any) -> float:
        """Ask for a code; the seconds that work took, where it was wanted and is done."""
        sent, seconds = sum(self.channel.taken.values()), 0.0
        answer = self.browser.ask(phone, **more)
        if "work" in answer.json and self.hard_work:
            work = solve(answer.json["work"])
            seconds = (int(work["nonce"]) + 1 << EASIER_BITS) / HASHES_A_SECOND
            answer = self.browser.ask(phone, **more, work=work)
        self.messages += sum(self.channel.taken.values()) - sent
        self._learn(phone, answer)
        return seconds

    def guess(self, phone: str, challenge: str, code: str) -> None:
        answer = self.browser.verify(challenge, code)
        if answer.status == 200:
            self.opened += phone not in self.sims

    def _learn(self, phone: str, answer: Answer) -> None:
        if answer.status == 202:
            self.ids = [*self.ids, (phone, answer.json["challenge_id"])][-KEPT_IDS:]
        else:
            self.refusals[answer.json["type"].rpartition("/")[2]] += 1

    def number(self) -> str:
        return f"{self.random.randrange(1_000_000):06d}"


def _ask_aimed(attacker: Attacker) -> float:
    return attacker.ask(attacker.random.choice(attacker.aimed))


def _ask_aimed_by_poster(attacker: Attacker) -> float:
    return attacker.ask(attacker.random.choice(attacker.aimed), poster=attacker.random.choice(attacker.posters))


def _ask_anybody(attacker: Attacker) -> float:
    return attacker.ask(
        f"09{attacker.random.randrange(10**7, 9 * 10**7)}", poster=attacker.random.choice(attacker.posters)
    )


def _ask_a_run(attacker: Attacker) -> float:
    return attacker.ask(f"0976543{attacker.steps['ask a run of numbers'] % 1000:03d}")


def _guess_newest(attacker: Attacker) -> float:
    if attacker.ids:
        attacker.guess(*attacker.ids[-1], attacker.number())
    return 0.0


def _guess_any(attacker: Attacker) -> float:
    if attacker.ids:
        attacker.guess(*attacker.random.choice(attacker.ids), attacker.number())
    return 0.0


def _ask_and_guess_out(attacker: Attacker) -> float:
    seconds = _ask_aimed(attacker)
    for _ in range(6):
        _guess_newest(attacker)
    return seconds


def _prove_own(attacker: Attacker) -> float:
    """Buy trust for the network: the code of an own number is truly proven."""
    phone = attacker.random.choice(attacker.sims)
    seconds = attacker.ask(phone)
    if attacker.ids and attacker.ids[-1][0] == phone and (text := attacker.channel.read(normalise(phone))):
        attacker.guess(*attacker.ids[-1], code_in(text))
    attacker.browser.cookies.pop("__Host-device", None)
    return seconds


def _scan(attacker: Attacker) -> float:
    declarations.call(
        "POST", "/v1/visits", body={"poster": attacker.random.choice(attacker.posters)}, client=attacker.browser.client
    )
    return 0.0


def _guess_a_pin(attacker: Attacker) -> float:
    attacker.browser.call("POST", "/v1/pin/verify", body={"pin": attacker.number()})
    return 0.0


def _sign_out(attacker: Attacker) -> float:
    attacker.browser.call("DELETE", "/v1/session")
    attacker.browser.cookies.clear()
    return 0.0


def _send_nonsense(attacker: Attacker) -> float:
    attacker.browser.ask(attacker.random.choice(("0123", "+1 555 0100", "", "0901234567" * 3)))
    attacker.browser.verify("A" * 88, attacker.number())
    return 0.0


STEPS: dict[str, Callable[[Attacker], float]] = {
    "ask for somebody here": _ask_aimed,
    "ask for somebody here by a poster": _ask_aimed_by_poster,
    "ask for anybody": _ask_anybody,
    "ask a run of numbers": _ask_a_run,
    "guess with the newest id": _guess_newest,
    "guess with any id": _guess_any,
    "ask and guess until refused": _ask_and_guess_out,
    "prove an own number": _prove_own,
    "scan a poster": _scan,
    "guess a PIN": _guess_a_pin,
    "sign out": _sign_out,
    "send nonsense": _send_nonsense,
}
