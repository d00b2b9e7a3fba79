"""A small launch day in the gate; `make campaign` plays the whole one."""

import pytest

from tests.campaign import report
from tests.campaign.launch_day import Day, Plan, play


@pytest.fixture(scope="module")
def day() -> Day:
    return play(Plan(people=60, steps=60))


def test_nobody_is_lost_and_no_money_beyond_the_days_is_spent(day: Day) -> None:
    assert report.findings(day) == []


def test_the_median_wait_for_a_code_is_that_of_the_channel(day: Day) -> None:
    assert report.median_wait_for_code(day.people) <= 2 * report.median_delay(day)


def test_every_kind_of_step_of_the_attackers_is_taken_by_some_seed(day: Day) -> None:
    assert all(sum(attacker.steps.values()) == 60 for attacker in day.attackers)


def test_who_watches_the_event_sees_everybody(day: Day) -> None:
    assert day.event
    assert (day.event.declared, day.event.scans) == (60, 60 + sum(one.steps["scan a poster"] for one in day.attackers))


def test_somebody_who_did_not_get_in_is_a_finding(day: Day) -> None:
    person = day.people[0]
    proven, person.proven = person.proven, None
    try:
        (found,) = report.findings(day)
    finally:
        person.proven = proven
    assert "is lost" in found


def test_the_tables_have_a_row_for_each_group_and_attacker(day: Day) -> None:
    text = report.tables(day)
    assert {person.group for person in day.people} == {
        line.split(":")[0][2:]
        for line in text.splitlines()
        if ": " in line and line.startswith("| ") and not line.startswith("| all")
    }
    assert all(attacker.name in text for attacker in day.attackers)
