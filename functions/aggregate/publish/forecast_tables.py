"""What of the forecasts is published: figures under the same rule as every count, and how good they have been."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from functions.aggregate.forecast import backtest
from functions.aggregate.publish import suppression
from functions.aggregate.publish.suppression import HIDDEN, CountTable, PublishedTable

ENDS = tuple(f"{end}_{level}" for level in backtest.LEVELS for end in ("low", "high"))
SCORED_STEPS = (1, 3, 6, 12)
SCORES = (*(f"error_{step}" for step in SCORED_STEPS), *(f"held_{level}" for level in backtest.LEVELS))


@dataclass(frozen=True)
class ForecastTable:
    """One series: what was counted, what is expected, and which detectors call the newest count unusual."""

    series: str
    history: tuple[tuple[str, str], ...]
    forecast: PublishedTable
    signals: tuple[str, ...]


def build_forecast_tables(connection: Any) -> list[ForecastTable]:
    """Every forecast series, by name."""
    names = connection.execute("SELECT DISTINCT series FROM forecasts ORDER BY series").fetchall()
    shown = [name for (name,) in names if not suppression.is_sensitive(suppression.ICD_10 + name)]
    return [
        ForecastTable(name, _past(connection, name), _ahead(connection, name), _signals(connection, name))
        for name in shown
    ]


def build_score_table(connection: Any, outlooks: Sequence[ForecastTable]) -> PublishedTable:
    """Per series: the error in percent of the best baseline's, by step, and how often intervals held, in percent."""
    cells = tuple(
        (*(_relative(connection, one.series, step) for step in SCORED_STEPS), *_held(connection, one.series))
        for one in outlooks
    )
    return PublishedTable("forecasts_rate", tuple(one.series for one in outlooks), SCORES, cells)


def _past(connection: Any, name: str) -> tuple[tuple[str, str], ...]:
    found = connection.execute("SELECT period, count FROM history WHERE series = ? ORDER BY period", [name]).fetchall()
    return tuple((period, suppression.publish_count(int(count))) for period, count in found)


def _ahead(connection: Any, name: str) -> PublishedTable:
    """One row for each period ahead; a table without totals, every figure hidden or rounded."""
    columns = ("median", *ENDS)
    found = connection.execute(
        f"SELECT period, {', '.join(columns)} FROM forecasts WHERE series = ? ORDER BY step",  # noqa: S608
        [name],
    ).fetchall()
    cells = tuple(tuple(round(value) if value == value else 0 for value in line[1:]) for line in found)
    return suppression.publish_table(CountTable(f"forecast_{name}", tuple(line[0] for line in found), columns, cells))


def _signals(connection: Any, name: str) -> tuple[str, ...]:
    """The detectors that signal; none where the count itself is hidden."""
    found = connection.execute(
        "SELECT detector, count FROM signals WHERE series = ? AND signal ORDER BY detector", [name]
    ).fetchall()
    return tuple(detector for detector, count in found if suppression.publish_count(int(count)) not in ("0", HIDDEN))


def _relative(connection: Any, name: str, step: int) -> str:
    """The choice's mean absolute error in percent of the best of the three baselines'."""
    chosen, best = connection.execute(
        "SELECT any_value(mean_absolute_error) FILTER (model = 'chosen'), min(mean_absolute_error) FILTER (model IN"
        " ('persistence', 'seasonal_naive', 'five_year_mean')) FROM backtest WHERE series = ? AND step = ?",
        [name, step],
    ).fetchone()
    return suppression.publish_share(chosen, best)


def _held(connection: Any, name: str) -> list[str]:
    columns = ", ".join(f"avg(coverage_{level})" for level in backtest.LEVELS)
    found = connection.execute(
        f"SELECT {columns} FROM backtest WHERE series = ? AND model = 'chosen'",  # noqa: S608
        [name],
    ).fetchone()
    return [suppression.publish_share(value, 1.0) for value in found]
