"""Each answer of AWS is lost once, so that botocore asks again what was done: people notice nothing, all counts once.

What is compared is everything that is counted or kept: how many items of each kind, and the sum of each number in them.
The gate loses the answer to each place in the code in the first route that reaches it, `make faults` in every route.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine

from health_record.sms import delivery
from health_record.sms.message import SmsRefusedError
from tests.conftest import Answer, World, province_world
from tests.faults.call_sites import CallSite, find_call_sites
from tests.faults.scenarios import ELSEWHERE, FUNCTIONS, SCENARIOS, Scenario
from tests.faults.silence import silence
from tests.faults.world_state import EVERYWHERE, NOW, items, restore, snapshot
from tests.otp.conftest import Browser, wrong
from tests.otp.test_pins import PIN, declare, lift, put
from tests.posters import poster

WRONG_PIN = "407194"
TABLES = ("access", "records", "keys", "facts", "audit")
# Nobody asks again after a message, which might be sent twice, after a visit, which might be counted twice, and after a
# summary that is kept, which nobody misses while somebody waits for it.
ASKED_ONCE = {
    CallSite("layers/health_record/health_record/sms/sns_channel.py", "send", "publish"),
    CallSite("layers/health_record/health_record/funnel.py", "count_visit", "update_item"),
    CallSite("layers/health_record/health_record/record/kept_summary.py", "put", "update_item"),
}
# The other session is ended, and the second try finds none.
ENDED_ALREADY = CallSite("layers/health_record/health_record/identity/sessions.py", "end_session", "delete_item")
Amounts = Counter[tuple[str, ...]]


@dataclass(frozen=True)
class Outcome:
    """What came of one lost answer, beside what comes of none."""

    scene: Scenario
    place: CallSite
    status: int
    tries: int  # requests more than without a loss
    amounts: Amounts
    good: Amounts

    def __str__(self) -> str:
        kinds = {*self.amounts, *self.good}
        changed = {kind: self.amounts[kind] - self.good[kind] for kind in kinds}
        return f"{self.scene}: {self.place}: {self.status} { ({kind: by for kind, by in changed.items() if by}) }"


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    found: list[Outcome] = []
    for scene in SCENARIOS:
        with time_machine.travel(NOW, tick=False), province_world() as world:
            found += _lose_each(scene, world, set() if EVERYWHERE else {one.place for one in found})
    return found


def _lose_each(scene: Scenario, world: World, tried: set[CallSite]) -> Iterator[Outcome]:
    call = scene.prepare(world)
    before = snapshot()
    restore(before)
    with silence(None) as asked:
        assert call().status == scene.done
    good = _amounts(world)
    for at, place in enumerate(asked):
        if place in tried:
            continue
        restore(before)
        with silence(at) as again:
            status = call().status
        yield Outcome(scene, place, status, len(again) - len(asked), _amounts(world), good)


def test_what_is_asked_twice_is_done_and_counted_once(outcomes: list[Outcome]) -> None:
    twice = [one for one in outcomes if one.place not in ASKED_ONCE]
    assert {one.place for one in twice} == find_call_sites(*FUNCTIONS) - set(ELSEWHERE) - ASKED_ONCE
    assert [str(one) for one in twice if one.tries != 1] == []
    assert [str(one) for one in twice if one.amounts != one.good] == []


def test_people_get_the_answer_all_the_same(outcomes: list[Outcome]) -> None:
    wrong = {one.place for one in outcomes if one.status != one.scene.done}
    assert wrong - {ENDED_ALREADY} == set()


def test_a_visit_without_an_answer_is_counted_and_not_asked_for_again(outcomes: list[Outcome]) -> None:
    (visit,) = [one for one in outcomes if one.place.scope == "count_visit"]
    assert (visit.status, visit.tries, visit.amounts) == (204, 0, visit.good)


def _at_the_last_code(world: World) -> Callable[[], Answer]:
    browser = Browser(world)
    challenge, code = browser.ask().json["challenge_id"], browser.code()
    for _ in range(4):
        assert browser.verify(challenge, wrong(code)).status == 401
    return lambda: Browser(world).verify(challenge, code)


def _at_the_last_pin(world: World) -> Callable[[], Answer]:
    browser = _with_pin(world)
    for _ in range(4):
        assert lift(browser, WRONG_PIN).status == 401
    return lambda: lift(Browser(world, cookies=dict(browser.cookies)), PIN)


def _with_pin(world: World) -> Browser:
    browser = Browser(world)
    browser.sign_in()
    declare(browser)
    assert put(browser, PIN).status == 204
    return browser


@pytest.mark.parametrize(("prepare", "status"), [(_at_the_last_code, 200), (_at_the_last_pin, 204)])
def test_the_last_try_of_five_is_not_taken_by_its_own_second_try(
    world: World, prepare: Callable[[World], Callable[[], Answer]], status: int
) -> None:
    call = prepare(world)
    before = snapshot()
    with silence(None) as asked:
        assert call().status == status
    for at in range(len(asked)):
        restore(before)
        with silence(at):
            assert call().status == status, asked[at]


def test_a_code_used_up_by_another_tap_between_the_two_tries_is_refused(world: World) -> None:
    browser = Browser(world)
    challenge, code = browser.ask().json["challenge_id"], browser.code()
    taps: list[Answer] = []
    with silence(1, meanwhile=lambda: taps.append(Browser(world).verify(challenge, code))) as asked:
        answer = Browser(world).verify(challenge, code)
    assert asked[1].scope == "_count"
    assert ([tap.status for tap in taps], answer.status) == ([200], 401)


def test_a_wrong_pin_whose_count_another_tap_forgave_is_refused(world: World) -> None:
    browser = _with_pin(world)
    cookies, taps = dict(browser.cookies), []
    with silence(2, meanwhile=lambda: taps.append(lift(Browser(world, cookies=dict(cookies)), PIN))) as asked:
        answer = lift(Browser(world, cookies=dict(cookies)), WRONG_PIN)
    assert asked[2].scope == "count_try"
    assert ([tap.status for tap in taps], answer.status) == ([204], 401)


def test_what_is_given_back_is_given_back_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """SNS refuses, so that the message's budgets, money and counters are undone."""

    def refused(_: object) -> None:
        raise SmsRefusedError

    monkeypatch.setattr(delivery, "send", refused)
    with time_machine.travel(NOW, tick=False):
        before = snapshot()
        with silence(None) as asked:
            assert Browser(world).ask(poster=poster()).status == 503
        good = _amounts(world)
        assert [place.scope for place in asked][-4:] == ["_add", "_add", "refund_sent", "_restore"]
        for at, place in enumerate(asked):
            restore(before)
            with silence(at):
                assert Browser(world).ask(poster=poster()).status == 503
            assert _amounts(world) == good, place


def _amounts(world: World) -> Amounts:
    found: Amounts = Counter()
    for table in TABLES:
        for pk, sk, item in items(table):
            kind = (table, "" if table == "audit" else pk.partition("#")[0], sk.partition("#")[0])
            found[(*kind, "items")] += 1
            for name, value in item.items():
                found[(*kind, name)] += _number(value.type, value.value)
    found[("messages",)] = len(world.sms())
    return Counter({kind: amount for kind, amount in found.items() if amount})


def _number(kind: str, value: Any) -> int:
    """The number that an attribute holds, or the sum of those in a map."""
    if kind == "N":
        return int(float(value))
    if kind == "M":
        members = [
            next(iter(one.items())) if isinstance(one, dict) else (one.type, one.value) for one in value.values()
        ]
        return sum(_number(*member) for member in members)
    return 0
