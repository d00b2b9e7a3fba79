"""What one facility may add to one record has a limit, so that the record stays readable in an emergency."""

import pytest
import time_machine

from functions.contribute import daily_quota
from health_record.aws.rate_limits import Window
from tests.conftest import World
from tests.contribute.bundles import bundle, condition, visit
from tests.facility_desk import Resident, new_uuid, register, store_resident


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily_quota, "KILOBYTES", (Window(86_400, 20), Window(30 * 86_400, 32)))


def test_above_the_days_limit_a_facility_is_refused_and_others_are_not(world: World, small: None) -> None:
    person, other = store_resident(world, Resident()), register(world, "79002")
    desk = register(world)
    with time_machine.travel("2026-11-23T01:00:00Z", tick=False):
        assert desk.transaction(visit(person)).status == 200
        more = bundle(*({**condition(person, id=new_uuid()), "encounter": {"display": "x"}} for _ in range(3)))
        refused = desk.transaction(more)
        assert (refused.status, refused.json["issue"][0]["diagnostics"]) == (429, "too-much-for-one-record")
        assert int(refused.headers["retry-after"]) == 86_400
        assert other.transaction(more).status == 200
        assert desk.transaction(visit(person)).status == 200  # a repeat makes no version and costs nothing
    with time_machine.travel("2026-11-24T01:00:01Z", tick=False):
        again = bundle(*({**condition(person, id=new_uuid()), "encounter": {"display": "x"}} for _ in range(3)))
        assert desk.transaction(again).status == 200


def test_an_entry_that_says_little_counts_as_four_kilobytes(world: World, small: None) -> None:
    person, desk = store_resident(world, Resident()), register(world)
    few = [{**condition(person, id=new_uuid()), "encounter": {"display": "x"}} for _ in range(5)]
    assert desk.transaction(bundle(*few)).status == 200
    one_more = bundle({**condition(person, id=new_uuid()), "encounter": {"display": "x"}})
    assert desk.transaction(one_more).status == 429


def test_what_is_refused_for_its_content_costs_nothing(world: World, small: None) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    for _ in range(9):
        assert desk.transaction(visit(person, onsetDateTime="2026-02-30")).status == 422
    assert desk.transaction(visit(person)).status == 200
