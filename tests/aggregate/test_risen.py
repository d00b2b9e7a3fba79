"""Whom a signal is looked for without: chosen with noise, by what each facility was known for when its weeks closed."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from functions.aggregate import buckets
from functions.aggregate.count import engine
from functions.aggregate.protect import risen
from functions.aggregate.settings import AggregateSettings
from tests.aggregate.attack import secrets

MONDAY = dt.date(2026, 12, 21)
SETTINGS = AggregateSettings(province="79", table_facts="", insights_bucket="insights", site_bucket="site")
HOSPITAL, CLINIC, STATION = "79001", "79666", "79999"
TIMELINESS = {"facility": "VARCHAR", "week": "VARCHAR", "category": "VARCHAR", "people": "BIGINT", "accounts": "BIGINT"}


def week(back: int) -> str:
    return buckets.iso_week(MONDAY - dt.timedelta(weeks=back))


def counted(recent: Mapping[str, tuple[int, int]], others: tuple[str, ...] = ()) -> Any:
    """A day's counts: facility -> (people, sum of keys) of dengue; `others` have reported something else."""
    connection = engine.connect(Path("/nonexistent"))
    columns = {"category": "VARCHAR", "facility": "VARCHAR", "people": "BIGINT", "keys": "HUGEINT"}
    engine.create_table(connection, "recent", columns, [("A91", who, *figures) for who, figures in recent.items()])
    rows = [(who, week(1), "A91", 1, 1) for who in (*recent, *others)]
    engine.create_table(connection, "timeliness", TIMELINESS, rows)
    return connection


def share_of(facility: str, recent: Mapping[str, tuple[int, int]], others: tuple[str, ...] = ()) -> float:
    """How often this facility is chosen, over many cell keys."""
    connection, keys = counted(recent, others), secrets(600)
    return sum(risen.choose(connection, key, MONDAY, {})["A91"] == facility for key in keys) / len(keys)


@pytest.mark.parametrize("size", [10, 40, 200])
def test_one_person_hardly_moves_the_choice_between_two_that_are_nearly_alike(size: int) -> None:
    """A clerk who makes her own facility's rise equal to a hospital's would else read one patient off the page."""
    well = share_of(HOSPITAL, {HOSPITAL: (size, 17), CLINIC: (size, 5)})
    ill = share_of(HOSPITAL, {HOSPITAL: (size + 1, 170), CLINIC: (size, 5)})
    assert abs(ill - well) < 0.15
    assert 0.3 < well < 0.7


def test_the_first_person_of_a_category_that_a_facility_reports_hardly_moves_it() -> None:
    without = share_of(CLINIC, {HOSPITAL: (3, 17)}, others=(CLINIC,))
    assert abs(share_of(CLINIC, {HOSPITAL: (3, 17), CLINIC: (1, 99)}) - without) < 0.15


@pytest.mark.parametrize("more", [36, 72])
def test_a_clear_rise_is_chosen_nearly_always(more: int) -> None:
    assert share_of(CLINIC, {HOSPITAL: (9, 17), STATION: (4, 3), CLINIC: (more, 5)}) > 0.99


def test_each_release_has_a_draw_of_its_own_and_a_second_run_the_same() -> None:
    connection, key = counted({HOSPITAL: (20, 17), CLINIC: (20, 5)}), bytes(range(32))
    days = [MONDAY + dt.timedelta(weeks=ahead) for ahead in range(30)]
    chosen = [risen.choose(connection, key, day, {})["A91"] for day in days]
    assert set(chosen) == {HOSPITAL, CLINIC}
    assert chosen == [risen.choose(connection, key, day, {})["A91"] for day in days]


def test_what_is_usual_is_what_was_known_of_each_week_when_it_was_closed(tmp_path: Path) -> None:
    buckets.use(buckets.Folders({"insights": tmp_path}))
    closed_on = {back: MONDAY - dt.timedelta(weeks=back - 5) for back in (10, 11, 61, 62, 9)}
    for back, seen_on in closed_on.items():
        keep(tmp_path, seen_on, [(HOSPITAL, week(back), "A91", 8, 8), (CLINIC, week(back), "A91", 36, 3)])
    late = [(CLINIC, week(back), "A91", 36, 36) for back in range(10, 60)]
    keep(tmp_path, MONDAY, late)  # reported today for last year

    usual = risen.load_usual(engine.connect(tmp_path), SETTINGS, MONDAY + dt.timedelta(days=3), tmp_path)

    assert usual == {("A91", HOSPITAL): 72.0, ("A91", CLINIC): 54.0}  # of three weeks; two of an account


def test_without_earlier_statistics_nothing_is_usual(tmp_path: Path) -> None:
    buckets.use(buckets.Folders({"insights": tmp_path}))
    assert risen.load_usual(engine.connect(tmp_path), SETTINGS, MONDAY, tmp_path) == {}


@pytest.fixture(autouse=True)
def own_buckets() -> Any:
    yield
    buckets.use(buckets.S3())


def keep(folder: Path, day: dt.date, rows: list[tuple[str, str, str, int, int]]) -> None:
    connection = engine.connect(folder)
    engine.create_table(connection, "timeliness", TIMELINESS, rows)
    path = folder / buckets.statistics_prefix("79", day) / "timeliness.parquet"
    path.parent.mkdir(parents=True)
    path.parent.joinpath(path.name).touch()
    engine.write_parquet(connection, "timeliness", path)
