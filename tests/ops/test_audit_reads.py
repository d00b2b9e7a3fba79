"""`ssk audit reads` and `refusals`: which days of which facility are unusual, and what was refused."""

import argparse
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from health_record.audit.audit_entries import LINKS
from health_record.facility.read_bounds import bounds_of
from ops.audit_checks import reading_days
from ops.audit_checks.daily_digests import CheckResult, Finding
from ops.audit_checks.public_access_log import LOG_NAME
from ops.audit_checks.reading_days import ReadingDay, count_day, find_reasons
from ops.commands import audit as command
from ops.deployment import Deployment
from ops.errors import OpsError
from tests.conftest import World, aws
from tests.facility_desk import Resident, register, store_resident
from tests.lookup.test_read_bounds import READS, refusal

NOW = "2026-11-23T01:30:00Z"
Ssk = Callable[..., Any]


@pytest.fixture
def ssk(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Ssk]:
    """Runs `ssk audit ...` on the 23rd; with `--json` the last line as JSON."""
    where = Deployment({"TableFacilities": "facilities", "TableAudit": "audit"}, aws)
    monkeypatch.setattr(command, "find_deployment", lambda _: where)
    monkeypatch.setenv("COLUMNS", "160")

    def run(*words: str) -> Any:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        assert command.run(parser.parse_args(words)) == 0
        printed = capsys.readouterr().out
        return json.loads(printed.splitlines()[-1]) if "--json" in words else printed

    with time_machine.travel(NOW, tick=False):
        yield run


def item(record_id: str | None = "r1", *, hour: int = 1, who: str = "a", **changes: Any) -> dict[str, Any]:
    found = {"action": "summary", "outcome": "allowed", "at": f"2026-11-23T{hour:02}:00:00.000Z", "practitioner": who}
    return {**found, **({"record_id": record_id} if record_id else {}), **changes}


def day(reads: int, *, hour: int = 0, refused: int = 0, readers: tuple[tuple[int, int], ...] = ()) -> ReadingDay:
    people = tuple(reading_days.Practitioner(f"p{number}", *counts) for number, counts in enumerate(readers))
    return ReadingDay("79001", "2026-11-23", reads, reads, hour, 0, refused, people)


def test_an_ordinary_day_is_not_told_and_a_refused_one_is_with_who_read_most(world: World, ssk: Ssk) -> None:
    person = store_resident(world, Resident())
    quiet, busy = register(world, "79002"), register(world, daily_patients=1)
    assert quiet.summary_by_id(person).status == 200
    assert ssk("reads", "--json")["days"] == []
    assert [refusal(busy.summary_by_id(person)) for _ in range(3)] == [200, 200, (429, "too-many-reads")]
    told = ssk("reads", "--json")
    assert (told["since"], told["facilities"]) == ("2026-11-16", 2)
    assert told["days"] == [
        {
            "facility_name": "Trung tâm Y tế Bình Quới",
            "facility_id": "79001",
            "day": "2026-11-23",
            "reads": 2,
            "people": 1,
            "busiest_hour": 2,
            "emergencies": 0,
            "refused": 1,
            "practitioners": [{"practitioner": "000123/HCM-CCHN", "reads": 2, "busiest_hour": 2}],
            "fishing": [],
            "why": ["refused", "near-bound", "practitioner-near-bound"],
        }
    ]
    assert ssk("reads", "--facility", "79002", "--json")["days"] == []
    shown = ssk("reads")
    assert "79001" in shown
    assert "000123/HCM-CCHN" in shown


@pytest.mark.parametrize("name", READS)
def test_each_kind_of_read_is_a_read_of_the_day(world: World, ssk: Ssk, name: str) -> None:
    person = store_resident(world, Resident())
    READS[name](register(world), person)
    counted = count_day("79001", "2026-11-23", world.items("audit"))
    assert (counted.reads, counted.people) == (1, 1)


def test_a_day_counts_reads_people_hours_emergencies_and_refusals() -> None:
    items = [
        item("r1"),
        item("r1", who="b", outcome="denied", detail="consent-missing"),
        item("r2", hour=2, purpose="ETREAT"),
        item(None, outcome="denied", detail="too-many-reads"),
        item(None, outcome="denied", detail="no-such-person"),
        item("r3", action="transaction"),
    ]
    counted = count_day("79001", "2026-11-23", items)
    assert (counted.reads, counted.people, counted.busiest_hour, counted.emergencies, counted.refused) == (
        3,
        2,
        2,
        1,
        1,
    )
    assert [(who.practitioner, who.reads, who.busiest_hour) for who in counted.practitioners] == [
        ("a", 2, 1),
        ("b", 1, 1),
    ]
    assert count_day("79001", "2026-11-23", []).reads == 0


@pytest.mark.parametrize(
    ("counted", "before", "why"),
    [
        (day(0), [], []),
        (day(959), [], []),
        (day(960), [], ["near-bound"]),
        (day(10, hour=239), [], []),
        (day(10, hour=240), [], ["near-bound"]),
        (day(500, readers=((479, 95),)), [], []),
        (day(500, readers=((480, 95),)), [], ["practitioner-near-bound"]),
        (day(500, readers=((10, 96),)), [], ["practitioner-near-bound"]),
        (day(1, refused=1), [], ["refused"]),
        (day(50), [16, 17, 16], ["unlike-before"]),
        (day(50), [17, 17, 16], []),
        (day(49), [1, 1, 1], []),
        (day(150), [50], ["unlike-before"]),
        (day(149), [50], []),
    ],
)
def test_a_day_is_unusual_from_four_fifths_of_a_bound_or_thrice_the_days_before(
    counted: ReadingDay, before: list[int], why: list[str]
) -> None:
    assert bounds_of(200).facility[1].limit == 1200
    assert find_reasons(counted, before, 200) == why


def test_refusals_are_told_by_day_call_reason_and_practitioner(world: World, ssk: Ssk) -> None:
    person = store_resident(world, Resident(sharing=False))
    desk, reader = register(world), register(world, "79002", permissions=["read"])
    for _ in range(2):
        assert desk.summary_by_id(person).status == 403
    assert reader.verify(person, "http://fhir.ehealth.gov.vn/core/sid/national_id", "1", "1985-03-02", permit_pin=False)
    row = {"day": "2026-11-23", "practitioner": "000123/HCM-CCHN"}
    first = {**row, "facility_id": "79001", "action": "summary", "why": "consent-missing", "count": 2}
    second = {**row, "facility_id": "79002", "action": "verify", "why": "permission-missing", "count": 1}
    assert ssk("refusals", "--json")["refusals"] == [first, second]
    assert ssk("refusals", "--facility", "79002", "--json")["refusals"] == [second]
    assert ssk("refusals", "--since", "2026-11-24", "--json")["refusals"] == []
    assert "consent-missing" in ssk("refusals")
    with pytest.raises(OpsError, match="no facility"):
        ssk("refusals", "--facility", "79009", "--json")


def test_what_is_no_facility_is_told_in_words_and_counted_as_none(capsys: pytest.CaptureFixture[str]) -> None:
    checked = {
        "79001": CheckResult(2, [Finding("79001", "2026-11-22", "one item is gone")]),
        LINKS: CheckResult(0, [], begun=False),
    }
    fine, told = command._print_result(checked, {LOG_NAME: CheckResult(0, [], begun=False)})

    assert not fine
    assert told["not_begun"] == [LINKS, LOG_NAME], "the ids stay for programs"
    assert capsys.readouterr().out.splitlines() == [
        "readings by links: not begun yet",
        "the public record of accesses: not begun yet",
        "79001 2026-11-22: one item is gone",
        "2 signed days of 1 facilities and 0 public documents checked; 1 findings.",
    ]
