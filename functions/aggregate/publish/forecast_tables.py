"""What of the forecasts is published: made of noisy counts alone, and how good they have been."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from functions.aggregate.forecast import model_combination, model_members, series
from functions.aggregate.forecast.series import Series
from functions.aggregate.protect import sensitive_categories
from functions.aggregate.protect.cells import RESIDENTS, SERIES, Noisy
from functions.aggregate.publish import released, suppression
from functions.aggregate.publish.suppression import UNKNOWN, PublishedTable

ENDS = tuple(f"{end}_{level}" for level in model_combination.LEVELS for end in ("low", "high"))
SCORED_STEPS = (1, 3, 6, 12)
SCORES = (*(f"error_{step}" for step in SCORED_STEPS), *(f"held_{level}" for level in model_combination.LEVELS))


@dataclass(frozen=True)
class ForecastTable:
    """One series: what was counted, what is expected, and how the past was forecast."""

    series: str
    past: tuple[tuple[str, str], ...]
    ahead: PublishedTable
    judged: model_combination.Backtest


def build_forecast_tables(known: Sequence[Series]) -> list[ForecastTable]:
    """Every series that is long enough, by name."""
    made = []
    for one in sorted(known, key=lambda one: one.name):
        try:
            judged = model_combination.run_backtest(one.counts, one.season)
        except model_combination.TooShortError:
            continue
        past = tuple((period, _shown(count)) for period, count in zip(one.periods, one.counts, strict=True))
        made.append(ForecastTable(one.name, past, _ahead(one, judged), judged))
    return made


def of_closed_weeks(closed: Mapping[str, Mapping[str, int]]) -> list[Series]:
    """The allow-listed categories that facilities report, week by week."""
    made = []
    for name, weeks in closed.items():
        periods, counts = released.weekly_counts(weeks) if name != RESIDENTS else ((), ())
        if periods:
            made.append(Series(name, 52, periods, counts, series.FACILITIES))
    return made


def of_department(noisy: Noisy, closed: Mapping[str, Mapping[str, int]]) -> list[Series]:
    """The department's series whose name is on the allow-list; `closed` periods are as they were first published."""
    found: dict[str, dict[str, int]] = {}
    for (measure, name, _, period), people in noisy.items():
        if measure == SERIES and sensitive_categories.is_published_series(name):
            found.setdefault(name, {})[period] = closed.get(name, {}).get(period, people)
    made = []
    for name, counts in found.items():
        periods = tuple(sorted(counts))
        season = 52 if "W" in periods[0] else 12
        made.append(
            Series(name, season, periods, tuple(float(counts[period]) for period in periods), series.DEPARTMENT)
        )
    return made


def build_score_table(outlooks: Sequence[ForecastTable]) -> PublishedTable:
    """Per series: the error in percent of the best baseline's, by step, and how often intervals held, in percent."""
    cells = tuple(
        (
            *(_relative(one.judged, step) for step in SCORED_STEPS),
            *(_held(one.judged, level) for level in model_combination.LEVELS),
        )
        for one in outlooks
    )
    return PublishedTable("forecasts_rate", tuple(one.series for one in outlooks), SCORES, cells)


def _ahead(one: Series, judged: model_combination.Backtest) -> PublishedTable:
    """One row for each period ahead."""
    rows, period = [], one.periods[-1]
    for step in judged.steps:
        period = series.next_period(period)
        ends = [
            step.intervals[level][end] if step.intervals else None
            for level in model_combination.LEVELS
            for end in (0, 1)
        ]
        rows.append((period, (_shown(step.median), *(UNKNOWN if end is None else _shown(end) for end in ends))))
    return PublishedTable(
        f"forecast_{one.name}", tuple(row for row, _ in rows), ("median", *ENDS), tuple(cells for _, cells in rows)
    )


def _shown(count: float) -> str:
    """A count or forecast of many noisy ones; a low one is shown as a number, since it tells of no cell."""
    return str((round(count) + 2) // 5 * 5)


def _relative(judged: model_combination.Backtest, step: int) -> str:
    """The choice's mean absolute error in percent of the best of the baselines'."""
    best = min(judged.scores[name, step].mean for name in model_members.BASELINES)
    return suppression.publish_share(judged.scores["chosen", step].mean, best)


def _held(judged: model_combination.Backtest, level: int) -> str:
    covered = [score.coverage(level) for (name, _), score in judged.scores.items() if name == "chosen"]
    known = [value for value in covered if value == value]
    return suppression.publish_share(fmean(known), 1.0) if known else UNKNOWN
