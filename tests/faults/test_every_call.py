"""Each place in the code that calls AWS is let fail, in each way in which it can.

Whatever fails, people get the answer or a clear 503, no record is half written, no message is sent twice, nothing is
read without its audit line, no quota is lost; and the same call again succeeds. The gate lets each place fail before
and after the call in the first route that reaches it, `make faults` in all four ways in every route.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine

from tests.conftest import Answer, World, forget_caches, province_world
from tests.faults.call_sites import CallSite, find_call_sites
from tests.faults.injection import KINDS, LOST, TIMED_OUT, inject_faults
from tests.faults.scenarios import ELSEWHERE, FUNCTIONS, SCENARIOS, Scenario
from tests.faults.world_state import EVERYWHERE, NOW, items, restore, snapshot

Things = Counter[tuple[str, ...]]


@dataclass(frozen=True)
class After:
    """What there is at one moment: items of records, keys and facts by kind; what was counted; audit lines; SMS."""

    kept: Things
    counted: Things
    allowed: int
    messages: int


@dataclass(frozen=True)
class Outcome:
    """What one fault led to: the answers while it lasted and again after it, and what was there after each."""

    scene: Scenario
    place: CallSite
    kind: str
    answer: Answer
    again: Answer
    good: After  # the same call without a fault
    between: After
    end: After

    def __str__(self) -> str:
        return f"{self.scene}: {self.place}, {self.kind}: {self.answer.status}, then {self.again.status}"


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    tried: set[CallSite] = set()
    found: list[Outcome] = []
    for scene in SCENARIOS:
        with time_machine.travel(NOW, tick=False), province_world() as world:
            new = list(_let_fail(scene, world, tried))
        tried |= {outcome.place for outcome in new}
        found += new
    return found


def _let_fail(scene: Scenario, world: World, tried: set[CallSite]) -> Iterator[Outcome]:
    call = scene.prepare(world)
    before = snapshot()
    forget_caches()
    with inject_faults() as seen:
        answer = call()
    assert answer.status == scene.done, (str(scene), answer.body)
    good = _after(world)
    for at, place in enumerate(seen.call_sites):
        for kind in KINDS if EVERYWHERE else () if place in tried else ("throttled", LOST):
            restore(before)
            with inject_faults(at, kind) as failing:
                answer = call()
            assert failing.call_sites[at] == place
            between = _after(world)
            yield Outcome(scene, place, kind, answer, call(), good, between, _after(world))


def test_every_call_in_the_code_was_let_fail(outcomes: list[Outcome]) -> None:
    tried = {outcome.place for outcome in outcomes}
    written = find_call_sites(*FUNCTIONS)
    assert written - tried == set(ELSEWHERE)


@pytest.mark.parametrize("named", sorted(set(ELSEWHERE.values())))
def test_what_no_scene_reaches_is_failed_by_the_test_that_is_named(named: str) -> None:
    path, name = named.split("::")
    assert f"def {name}(" in Path(path).read_text(encoding="utf-8")


def test_people_get_the_answer_or_a_clear_refusal(outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        answer = outcome.answer
        if answer.status == outcome.scene.done:
            continue
        assert answer.status in ((500, 503) if outcome.kind == "refused" else (503,)), outcome
        assert "what AWS says" not in answer.body, outcome
        assert ("retry-after" in answer.headers) == (answer.status == 503), outcome
        assert answer.cookies == [], outcome


def test_the_same_call_again_succeeds(outcomes: list[Outcome]) -> None:
    wrong = [str(one) for one in outcomes if one.again.status not in (one.scene.done, *_allowed_again(one))]
    assert told(wrong) == ""


def _allowed_again(outcome: Outcome) -> tuple[int, ...]:
    """What was done although its answer was lost may be answered as done already."""
    done = outcome.kind == LOST or outcome.answer.status == outcome.scene.done or outcome.scene.goes_on
    return (outcome.scene.repeated,) if done and outcome.scene.repeated else ()


def test_nothing_is_half_written(outcomes: list[Outcome]) -> None:
    wrong = [one for one in outcomes if any(abs(number) > _twice(one) for number in _difference(one).values())]
    assert told([f"{one} {_difference(one)}" for one in wrong]) == ""


def _twice(outcome: Outcome) -> int:
    done_before = outcome.kind == LOST or outcome.again.status == outcome.scene.repeated
    return outcome.scene.twice if done_before else 0


def _difference(outcome: Outcome) -> dict[tuple[str, ...], int]:
    kinds = {*outcome.end.kept, *outcome.good.kept}
    found = {kind: outcome.end.kept[kind] - outcome.good.kept[kind] for kind in kinds}
    elsewhere = (("facts", "poster"), ("records", "recounting"))  # what waits there is work of the next hour
    return {kind: number for kind, number in found.items() if number and kind[:2] not in elsewhere}


def test_no_message_is_sent_twice(outcomes: list[Outcome]) -> None:
    wrong = [one for one in outcomes if one.end.messages != one.good.messages + _messages_more(one)]
    assert told([str(one) for one in wrong]) == ""


def _messages_more(outcome: Outcome) -> int:
    """What silence of SNS changes: the message may be on its way, so none goes again at once, neither a code before its
    cooldown is over nor a notice in its hour; where the call never arrived that is one less."""
    return -1 if (outcome.place.operation, outcome.kind) == ("publish", TIMED_OUT) else 0


def test_no_quota_is_lost(outcomes: list[Outcome]) -> None:
    failed = [one for one in outcomes if one.kind != LOST and one.answer.status != one.scene.done]
    assert told([str(one) for one in failed if one.end.counted != one.good.counted]) == ""


def test_nothing_is_shown_to_a_facility_without_its_audit_line(outcomes: list[Outcome]) -> None:
    shown = [one for one in outcomes if "/v1/fhir" in one.scene.route and one.answer.status == one.scene.done]
    assert all(outcome.between.allowed >= outcome.good.allowed for outcome in shown)


def told(lines: list[str]) -> str:
    """Each on a line of its own, since pytest shortens lists."""
    return "\n".join(lines)


def _after(world: World) -> After:
    kept: Things = Counter(
        (table, pk.partition("#")[0], sk.partition("#")[0])
        for table in ("records", "keys", "facts")
        for pk, sk, _ in items(table)
    )
    counted: Things = Counter()
    for pk, sk, item in items("access"):
        if sk == "window":
            counted.update(
                {(pk, name): int(each.value) for name, each in item.items() if name[0] in "ns" and name != "sk"}
            )
    allowed = sum(item["outcome"].value == "allowed" for _, _, item in items("audit"))
    return After(kept, counted, allowed, len(world.sms()))
