"""PIN permits and codes on paper are counted by the day; unusually many wake somebody, and nobody is refused."""

from collections.abc import Callable

import pytest

from functions.contribute.card import openings
from tests.conftest import World
from tests.contribute.cards import verify
from tests.facility_desk import Resident, register, store_resident

DAY = "n86400"


def put_spent(world: World, pk: str, count: int) -> None:
    world.table("access").put_item(Item={"pk": pk, "sk": "window", DAY: count, "until86400": 4_000_000_000})


def counters(world: World) -> list[str]:
    return sorted(item["pk"] for item in world.items("access") if item["pk"].startswith("budget#openings#"))


@pytest.mark.parametrize("whose", ["facility", "practitioner"])
@pytest.mark.parametrize(("before", "woken"), [(-1, False), (0, True), (1, False)])
def test_the_first_beyond_what_is_usual_wakes_somebody(
    world: World, whose: str, before: int, woken: bool, written: Callable[[], str]
) -> None:
    person = store_resident(world, Resident(told_at="+84911222333"))
    desk = register(world, daily_patients=200)
    assert verify(desk, person, permit_pin=True, paper_code=True).status == 200
    of_facility, of_practitioner = counters(world)
    assert (of_facility, len(of_practitioner.rpartition("#")[2])) == ("budget#openings#79001", 32)
    usual = {"facility": (of_facility, 40), "practitioner": (of_practitioner, openings.USUAL_OF_PRACTITIONER)}
    put_spent(world, usual[whose][0], usual[whose][1] + before)
    assert verify(desk, person, permit_pin=False, paper_code=True).status == 200
    assert ("OpeningsUnusual" in written()) is woken


def test_a_card_that_opens_nothing_is_not_counted(world: World) -> None:
    person = store_resident(world, Resident())
    assert verify(register(world), person, permit_pin=False).status == 200
    assert counters(world) == []


def test_a_count_that_breaks_off_changes_nothing_and_is_said(
    world: World, monkeypatch: pytest.MonkeyPatch, written: Callable[[], str]
) -> None:
    def fail(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(openings, "count", fail)
    person = store_resident(world, Resident(told_at="+84911222333"))

    assert verify(register(world), person, permit_pin=True).status == 200
    assert '"PostResponseFailed":[1.0]' in written()


@pytest.mark.parametrize(("read", "told"), [(239, "ReadBoundNear"), (299, "ReadBoundReached")])
def test_a_card_counts_as_a_read_and_its_bounds_ring(
    world: World, read: int, told: str, written: Callable[[], str]
) -> None:
    person = store_resident(world, Resident())
    desk = register(world, daily_patients=200)
    world.table("access").put_item(
        Item={"pk": "budget#reads#79001", "sk": "window", "n3600": read, "until3600": 4_000_000_000}
        | {DAY: read, "until86400": 4_000_000_000}
    )
    for _ in range(2):
        verify(desk, person, permit_pin=False)

    assert f'"{told}":[1.0' in written()
