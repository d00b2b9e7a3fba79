"""One device that reads many people of whom its facility writes nothing rings an alarm the night after."""

import argparse
import json
from typing import Any

import pytest
import time_machine

from functions.digest.handler import handler
from health_record.audit import reading_patterns
from health_record.audit.reading_patterns import MANY_PEOPLE, DeviceReading
from ops.audit_checks import reading_days
from ops.commands import audit as command
from ops.deployment import Deployment
from tests.conftest import World, aws
from tests.contribute.bundles import bundle, observation
from tests.digest.conftest import CALLS, NEXT_NIGHT
from tests.facility_desk import Desk, Resident, register, store_resident

STATION, EVENT = "79003", "device_read_without_writing"


def people_of(world: World, number: int) -> list[str]:
    """Records that share their data."""
    return [
        store_resident(
            world,
            Resident(
                national_id=f"0791850{place:05}",
                insurance_number=None,
                account=f"account-{place}",
                pseudonym=f"pseudonym-{place}",
                record_id=f"5f0c1a52-9d5e-4c7b-8a3e-{place:012}",
            ),
        )
        for place in range(number)
    ]


def tablet(world: World, *permissions: str) -> Desk:
    return register(world, STATION, device_permissions=list(permissions), label="Tablet")


def works_through(desk: Desk, people: list[str], written: int) -> None:
    """Reads each of them, and writes about the first few."""
    with time_machine.travel(CALLS, tick=False):
        for person in people:
            assert desk.summary_by_id(person).status == 200
        for person in people[:written]:
            assert desk.transaction(bundle(observation(person))).status == 200


def night(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What the run of the night writes of this: metrics alone, as its log goes elsewhere in tests."""
    capsys.readouterr()
    with time_machine.travel(NEXT_NIGHT, tick=False):
        handler({}, None)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    return [line for line in lines if "ReadWithoutWriting" in line]


def written_about(rows: list[tuple[str, str, str]], devices: set[str]) -> list[DeviceReading]:
    items = [
        {"key_id": key_id, "action": action, "outcome": "allowed", "record_id": record_id}
        for key_id, action, record_id in rows
    ]
    return reading_patterns.count_readings(items, devices)


@pytest.mark.usefixtures("province")
def test_a_tablet_that_reads_twenty_and_writes_of_none_is_told_once_with_its_name_and_nobody_elses(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    works_through(tablet(world, "read", "write"), people_of(world, MANY_PEOPLE), written=0)
    caplog.clear()
    (metric,) = night(capsys)
    (logged,) = [vars(record) for record in caplog.records if record.message == EVENT]
    told = {name: logged[name] for name in ("key_id", "people", "unwritten", "day")}
    assert told == {"key_id": f"{STATION}.1", "people": MANY_PEOPLE, "unwritten": MANY_PEOPLE, "day": "2026-11-22"}
    assert metric["ReadWithoutWriting"] == [1.0]
    assert STATION not in json.dumps(metric)
    assert "5f0c1a52" not in json.dumps([logged, metric], default=str)
    assert night(capsys) == []


@pytest.mark.usefixtures("province")
@pytest.mark.parametrize(
    ("permissions", "read", "written"),
    [
        (("read", "write"), MANY_PEOPLE - 1, 0),
        (("read", "write"), MANY_PEOPLE + 6, 6),  # a fifth of them, and more, were written about
        (("read",), MANY_PEOPLE, 0),  # it cannot write
    ],
)
def test_an_ordinary_day_rings_nothing(
    world: World, capsys: pytest.CaptureFixture[str], permissions: tuple[str, ...], read: int, written: int
) -> None:
    works_through(tablet(world, *permissions), people_of(world, read), written=written)
    assert night(capsys) == []


@pytest.mark.usefixtures("province")
def test_a_facilitys_own_software_is_left_out(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    works_through(register(world, STATION), people_of(world, MANY_PEOPLE), written=0)
    assert night(capsys) == []


def test_the_operators_see_the_day_while_it_runs(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    where = Deployment({"TableFacilities": "facilities", "TableAudit": "audit"}, aws)
    monkeypatch.setattr(command, "find_deployment", lambda _: where)
    monkeypatch.setenv("COLUMNS", "160")
    works_through(tablet(world, "read", "write"), people_of(world, MANY_PEOPLE), written=0)
    with time_machine.travel(CALLS, tick=False):
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        command.run(parser.parse_args(["reads", "--json"]))
        (day,) = json.loads(capsys.readouterr().out.splitlines()[-1])["days"]
        command.run(parser.parse_args(["reads"]))
    assert day["fishing"] == [{"key_id": f"{STATION}.1", "people": MANY_PEOPLE, "unwritten": MANY_PEOPLE}]
    assert "read-without-writing" in day["why"]
    assert f"{STATION}.1: {MANY_PEOPLE} of {MANY_PEOPLE}" in capsys.readouterr().out


def test_each_way_to_read_counts_a_person_once_and_what_any_of_the_facility_wrote_is_written() -> None:
    rows = [("79003.2", action, "a") for action in sorted(reading_patterns.READINGS)]
    assert written_about(rows, {"79003.2"}) == [DeviceReading("79003.2", 1, 1)]
    for action in sorted(reading_patterns.WRITINGS):
        assert written_about([*rows, ("79003.1", action, "a")], {"79003.2"}) == [DeviceReading("79003.2", 1, 0)]
    assert written_about(rows, {"79003.3"}) == []
    assert reading_days.ACTIONS == reading_patterns.READINGS


@pytest.mark.parametrize(
    ("people", "unwritten", "fishing"),
    [(20, 20, True), (19, 19, False), (25, 20, True), (26, 20, False), (100, 80, True)],
)
def test_it_takes_twenty_and_four_fifths(people: int, unwritten: int, *, fishing: bool) -> None:
    assert DeviceReading("79003.2", people, unwritten).is_fishing == fishing
