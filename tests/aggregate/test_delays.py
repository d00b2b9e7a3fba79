"""How late reports come: read from the statistics of earlier Mondays, of categories and of facilities."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from functions.aggregate import buckets
from functions.aggregate.forecast import daily_forecast, delays, series
from functions.aggregate.forecast.series import Series
from functions.aggregate.settings import AggregateSettings

MONDAY = dt.date(2026, 12, 21)
SETTINGS = AggregateSettings(province="79", table_facts="", insights_bucket="insights", site_bucket="site")
LATE = (0.0, 0.0, 30.0, 60.0, 60.0)  # nothing in the first two weeks, half in the third, all in the fourth
PROMPT = (20.0, 20.0, 20.0, 20.0, 20.0)
WEEKS = series.run_of("2026-W36", "2026-W51")
SILENT_FROM = "2026-W49"


@pytest.fixture
def mondays(tmp_path: Path) -> Iterator[None]:
    """Sixteen weeks of two facilities as each Monday knew them; the prompt one left two weeks out and has stopped."""
    buckets.use(buckets.Folders({"insights": tmp_path}))
    connection = duckdb.connect()
    for back in range(16):
        day = MONDAY - dt.timedelta(weeks=back)
        rows = []
        for week in WEEKS:
            delay = (day - series.monday_of(week)).days // 7 - 1
            if delay < 0:
                continue
            late, prompt = LATE[min(delay, 4)], PROMPT[min(delay, 4)]
            if late:
                rows.append(("79002", week, "A91", late))
            if week not in ("2026-W40", "2026-W45") and week < SILENT_FROM:
                rows.append(("79001", week, "A91", prompt))
        path = tmp_path / f"statistics/province=79/date={day}/timeliness.parquet"
        path.parent.mkdir(parents=True)
        connection.execute(
            "CREATE OR REPLACE TABLE t (facility VARCHAR, week VARCHAR, category VARCHAR, people BIGINT)"
        )
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", rows)
        connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
    yield
    buckets.use(buckets.S3())


def test_a_facility_s_delay_gaps_and_silence_are_told(mondays: None, tmp_path: Path) -> None:
    reports = delays.load_reports(duckdb.connect(), SETTINGS, MONDAY, tmp_path, delays.FACILITIES)

    assert list(delays.facility_rows(reports, MONDAY)) == [
        ("79001", "2026-W48", 3, 5, 160, 1.0, 1.0, 1.0, 1.0),
        ("79002", "2026-W49", 2, 2, 10 * 60 + 30, 0.0, 0.0, 0.5, 1.0),
    ]


def test_a_week_that_nobody_had_reported_at_first_counts_from_its_beginning(mondays: None, tmp_path: Path) -> None:
    reports = delays.load_reports(duckdb.connect(), SETTINGS, MONDAY, tmp_path, delays.FACILITIES)

    assert reports["79002"]["2026-W44"] == list(LATE)
    assert reports["79002"]["2026-W50"] == [0.0, 0.0]
    assert reports["79001"]["2026-W45"] == [0.0] * 5


def test_a_facility_that_has_only_begun_has_no_shares_yet(tmp_path: Path) -> None:
    reports = {"79003": {"2026-W50": [4.0, 9.0], "2026-W51": [3.0]}, "79004": {"2026-W51": [0.0]}}
    assert list(delays.facility_rows(reports, MONDAY)) == [("79003", "2026-W51", 0, 0, 12, None, None, None, None)]


SHARES = (0.3, 0.6, 0.8, 0.9, 1.0)
QUIET = tuple(20.0 + place % 5 for place in range(200))
OUTBREAK = (31.5, 28.0, 21.0, 10.5)  # 35 a week, 90, 80, 60 and 30 % of them reported


def of_facilities(counts: tuple[float, ...]) -> Series:
    weeks = series.run_of("2023-W01", "2028-W52")[: len(counts)]
    return Series("A91", 52, weeks, counts, series.FACILITIES)


def test_a_private_signal_reckons_with_what_is_still_to_come() -> None:
    one = of_facilities((*QUIET, *OUTBREAK))
    found = {
        name: [line[6] for line in daily_forecast._signals(one, shares) if line[3] == "four_weeks"]
        for name, shares in (("late", SHARES), ("complete", None))
    }
    assert found == {"late": [True], "complete": [False]}


def test_no_forecast_starts_from_an_incomplete_week() -> None:
    one = of_facilities((*QUIET, *OUTBREAK))
    scaled = daily_forecast.completed(one, SHARES)
    assert scaled.periods == one.periods
    assert scaled.counts == pytest.approx((*QUIET, 35.0, 35.0, 35.0, 35.0))

    for unknown in (None, (0.0, 0.6, 0.8, 0.9, 1.0)):
        left = daily_forecast.completed(one, unknown)
        assert (left.periods, left.counts) == (one.periods[:-4], QUIET)
    short = of_facilities((3.0, 2.0))
    assert daily_forecast.completed(short, None) == short
