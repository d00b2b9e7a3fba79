"""Each answer of AWS is lost once, so that botocore asks again what was done: people notice nothing, all counts once.

What is compared is everything that is counted or kept: how many items of each kind, and the sum of each number in them.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine

from tests.conftest import Answer, World, province_world
from tests.declare import people
from tests.faults.places import Place
from tests.faults.scenes import SCENES, Scene
from tests.faults.silence import silence
from tests.faults.world_state import NOW, items, restore, snapshot
from tests.otp.conftest import Browser, wrong

TABLES = ("access", "records", "keys", "facts", "audit")
# Nobody asks again after a message, which might be sent twice, and after a visit, which might be counted twice.
ASKED_ONCE = {
    Place("layers/health_record/health_record/sms.py", "by_sns", "publish"),
    Place("layers/health_record/health_record/funnel.py", "count_visit", "update_item"),
}
# The other session is ended, and the second try finds none.
ENDED_ALREADY = Place("layers/health_record/health_record/sessions.py", "end", "delete_item")
Amounts = Counter[tuple[str, ...]]


@dataclass(frozen=True)
class Outcome:
    """What came of one lost answer, beside what comes of none."""

    scene: Scene
    place: Place
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
    for scene in SCENES:
        with time_machine.travel(NOW, tick=False), province_world() as world:
            found += _lose_each(scene, world)
    return found


def _lose_each(scene: Scene, world: World) -> Iterator[Outcome]:
    call = scene.prepare(world)
    before = snapshot()
    restore(before)
    with silence(None) as asked:
        assert call().status == scene.done
    good = _amounts(world)
    for at, place in enumerate(asked):
        restore(before)
        with silence(at) as again:
            status = call().status
        yield Outcome(scene, place, status, len(again) - len(asked), _amounts(world), good)


def test_what_is_asked_twice_is_done_and_counted_once(outcomes: list[Outcome]) -> None:
    twice = [one for one in outcomes if one.place not in ASKED_ONCE]
    assert len(twice) > 100
    assert [str(one) for one in twice if one.tries != 1] == []
    assert [str(one) for one in twice if one.amounts != one.good] == []


def test_people_get_the_answer_all_the_same(outcomes: list[Outcome]) -> None:
    wrong = {one.place for one in outcomes if one.status != one.scene.done}
    assert wrong == {ENDED_ALREADY, Place("layers/health_record/health_record/sms.py", "by_sns", "publish")}


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
    people.put(people.sign_in())
    browser = Browser(world, cookies=people.sign_in(level=2))
    assert browser.call("PUT", "/v1/pin", body={"pin": "407193"}).status == 204
    cookies = dict(browser.cookies)
    for _ in range(4):
        assert browser.call("POST", "/v1/pin/verify", body={"pin": "407194"}).status == 401
    return lambda: Browser(world, cookies=dict(cookies)).call("POST", "/v1/pin/verify", body={"pin": "407193"})


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


def _amounts(world: World) -> Amounts:
    found: Amounts = Counter()
    for table in TABLES:
        for pk, sk, item in items(table):
            kind = (table, "" if table == "audit" else pk.partition("#")[0], sk.partition("#")[0])
            found[(*kind, "items")] += 1
            for name, value in item.items():
                found[(*kind, name)] += _number(value.type, value.value)
    found[("messages",)] = len(world.sms())
    return +found


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
