"""The department's own series against who knows all other cases: a file that is revised tells of no case.

Two worlds: in the first, one case came to a period between two releases; in the second, none did.
"""

import datetime as dt
from pathlib import Path

import pytest

from functions.aggregate import __main__ as command
from functions.aggregate import buckets, day_statistics
from functions.aggregate.forecast import series
from functions.aggregate.forecast.series import Series
from functions.aggregate.protect import cells, perturbation, promise, release_calendar
from functions.aggregate.protect.perturbation import Cell
from functions.aggregate.publish import weekly_publication
from functions.aggregate.settings import AggregateSettings
from tests.aggregate import attack
from tests.aggregate.attack import Look
from tests.aggregate.test_attacks import town
from tests.aggregate.test_protection import data_file

FIRST, SECOND = dt.date(2026, 12, 14), dt.date(2026, 12, 21)
MONTHS = series.run_of("2017-01", "2026-11")
CLOSED, OPEN = "2026-08", "2026-11"
SHOWN = ("forecast_dengue.csv", "forecast_dengue.svg", "forecasts_rate.csv")


def counts(**changed: int) -> dict[str, int]:
    """A season that repeats, with some months changed by so many cases; `m2026_08=1`."""
    more = {name[1:].replace("_", "-"): number for name, number in changed.items()}
    return {month: 40 + 25 * (int(month[5:]) % 6) + more.get(month, 0) for month in MONTHS}


class Department:
    """A folder of facts and of releases, as the province's with one key."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        self.facts, self.out, self.secret = folder / "facts", folder / "out", secret
        data_file(self.facts / "one.json.gz", town(0))
        (self.facts / "reference" / "series").mkdir(parents=True)

    def release(self, day: dt.date, found: dict[str, int]) -> dict[str, bytes]:
        """What a release shows of the series when the file says this."""
        lines = "".join(f"{month},{cases}\n" for month, cases in found.items())
        (self.facts / "reference" / "series" / "dengue.csv").write_text(f"period,cases\n{lines}")
        buckets.use(
            buckets.Folders({"insights": self.out, "site": self.out / "site"}, {"reference": self.facts / "reference"})
        )
        settings = AggregateSettings(province="79", table_facts="", insights_bucket="insights", site_bucket="site")
        try:
            day_statistics.write_statistics(settings, day, command._batches(self.facts), self.secret)
            weekly_publication.publish_week(settings, day)
        finally:
            buckets.use(buckets.S3())
        latest = self.out / "published" / "province=79" / "latest"
        return {name: (latest / name).read_bytes() for name in SHOWN}


@pytest.mark.parametrize("revised", [1, -30])
def test_a_month_that_is_closed_is_never_restated(tmp_path: Path, revised: int) -> None:
    """Otherwise each revision is another look at the same people, and a figure that stays says that nobody came."""
    (secret,) = attack.secrets(1)
    as_it_was, changed = (Department(tmp_path / world, secret) for world in ("same", "revised"))
    assert as_it_was.release(FIRST, counts()) == changed.release(FIRST, counts())
    assert as_it_was.release(SECOND, counts()) == changed.release(SECOND, counts(m2026_08=revised))


def test_a_month_that_is_open_is_drawn_anew_though_no_case_came() -> None:
    drawn = {period: set[int]() for period in (CLOSED, OPEN)}
    for secret in attack.secrets(40):
        found = [
            cells._given(secret, day, [Series("dengue", 12, tuple(counts()), tuple(counts().values()), "department")])
            for day in (FIRST, SECOND)
        ]
        for period, seen in drawn.items():
            first, second = (noisy[cells.SERIES, "dengue", "period", period] for noisy in found)
            seen.add(first - second)
    assert drawn[CLOSED] == {0}
    assert len(drawn[OPEN]) > 10


@pytest.mark.parametrize("period", ["2026-11", "2026-10", "2026-02", "2026-W53", "2026-W40"])
@pytest.mark.parametrize("weekday", range(7))
def test_a_case_is_looked_at_five_times_at_most(period: str, weekday: int) -> None:
    """Four releases while reports come in, and one that is kept; together they stay within a year's promise."""
    first = dt.date(2026, 1, 5) + dt.timedelta(days=weekday)
    releases = [first + dt.timedelta(weeks=week) for week in range(70)]
    shown = [day for day in releases if period < series.current_period(period, day)]
    still_open = sum(not release_calendar.is_closed(period, day) for day in shown)
    assert still_open == 4

    for others in (0, 12, 400):
        worlds = tuple(
            Cell(number, perturbation.person_key(b"k", str(number)), number) for number in (others + 1, others)
        )
        looks = [Look(f"{period} {place}", worlds, open=True) for place in range(still_open + 1)]  # type: ignore[arg-type]
        assert attack.exact(looks[:1]) <= promise.ONE_RELEASE
        assert attack.exact(looks) <= promise.ONE_YEAR
