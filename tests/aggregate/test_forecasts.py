"""Forecasts: better than the baselines where they claim to be, honest intervals, and signals on the page."""

import csv
import math
import random

import pytest

from functions.aggregate.forecast import model_combination, model_members, series
from tests.aggregate.conftest import DAY, DENGUE, Province, Town


def dengue() -> list[float]:
    with DENGUE.open(encoding="utf-8") as file:
        return [float(row["cases"]) for row in csv.DictReader(file)]


def test_baselines_are_what_their_names_say() -> None:
    history = [float(place) for place in range(1, 73)]  # six years of months, one more each month

    assert model_members.persistence(history, 12, 3) == [72.0, 72.0, 72.0]
    assert model_members.seasonal_naive(history, 12, 13) == [*map(float, range(61, 73)), 61.0]
    assert model_members.five_year_mean(history, 12, 2) == [37.0, 38.0]
    assert model_members.five_year_mean(history, 12, 13)[12] == 37.0


def test_models_follow_a_season_and_never_fall_below_zero() -> None:
    history = [100 * math.exp(math.sin(2 * math.pi * place / 12)) for place in range(96)]
    truth = [100 * math.exp(math.sin(2 * math.pi * place / 12)) for place in range(96, 108)]

    for name, ahead in model_members.forecast_all(history, 12, 12).items():
        if name in ("harmonic", "climate", "theta"):
            assert ahead == pytest.approx(truth, rel=0.12), name
    for name, ahead in model_members.forecast_all([0.0] * 60, 12, 12).items():
        assert ahead == pytest.approx([0.0] * 12, abs=1e-9), name


def test_the_choice_beats_the_best_baseline_on_real_dengue_counts() -> None:
    found = model_combination.run_backtest(dengue(), 12, judged_from=120)

    for step, most in ((1, 0.9), (2, 0.95)):
        best = min(found.scores[name, step].mean for name in model_members.BASELINES)
        assert found.scores["chosen", step].mean < most * best, step
    for made in found.steps:
        (low95, high95), (low80, high80), (low50, high50) = (made.intervals[level] for level in (95, 80, 50))
        assert 0 <= low95 <= low80 <= low50 <= made.median <= high50 <= high80 <= high95
        assert made.median > 0


def test_intervals_hold_about_as_often_as_they_say_where_nothing_changes() -> None:
    draw = random.Random(3)
    counts = [round(math.exp(4 + math.sin(place * math.pi / 6) + draw.gauss(0, 0.4))) for place in range(200)]
    scores = model_combination.run_backtest(counts, 12).scores

    for level in model_combination.LEVELS:
        held = sum(scores["chosen", step].held[level] for step in range(1, 13))
        judged = sum(len(scores["chosen", step].weighted) for step in range(1, 13))
        assert -0.06 < held / judged - level / 100 < 0.1, level  # the year to come may be worse than any before


def test_the_past_is_judged_without_the_future() -> None:
    """What was chosen for a moment does not change when later counts come."""
    counts = dengue()[:110]

    cut = model_combination.run_backtest([*counts, 99999.0], 12).scores["chosen", 1].errors
    assert cut[:-1] == model_combination.run_backtest(counts, 12).scores["chosen", 1].errors


def test_the_interval_score_is_that_of_its_paper() -> None:
    assert model_combination.weighted_interval_score(12, 10, {50: (8, 11), 80: (5, 15)}) == pytest.approx(
        (0.5 * 2 + (0.25 * 3 + 1) + (0.1 * 10)) / 2.5
    )


@pytest.mark.parametrize(
    ("period", "after"),
    [("2026-12", "2027-01"), ("2026-01", "2026-02"), ("2026-W53", "2027-W01"), ("2025-W52", "2026-W01")],
)
def test_periods_follow_each_other(period: str, after: str) -> None:
    assert series.next_period(period) == after


def test_the_departments_series_is_forecast_published_and_scored(town: Town) -> None:
    ahead = town.published("forecast_dengue")
    assert list(ahead) == [f"2018-{month:02d}" for month in range(1, 13)]
    assert all(int(figure) % 5 == 0 for line in ahead.values() for figure in line.values())
    assert int(town.published("forecasts_rate")["dengue"]["error_1"]) < 90
    assert "forecast_dengue.svg" in town.latest
    assert "Sốt xuất huyết Dengue: đã ghi nhận và dự báo" in town.page


def test_a_series_that_cannot_be_read_or_is_too_short_stops_nothing(province: Province) -> None:
    province.refer("series/broken.csv", "period,cases\n2026-13,1\n")
    province.refer("series/columns.csv", "week,number\n2026-W01,1\n")
    province.refer("series/text.csv", "period,cases\n2026-01,many\n")
    province.refer("series/mixed.csv", "period,cases\n2026-01,1\n2026-W04,1\n")
    province.refer("series/Bad Name.csv", "period,cases\n2026-01,1\n")
    province.refer("series/gap.csv", "period,cases\n2026-01,1\n2026-05,7\n2026-06,3\n2026-11,99\n2026-12,99\n")
    province.run()

    prefix = f"forecasts/province=79/date={DAY}"
    assert sorted(key.rpartition("/")[2] for key in province.keys(prefix)) == [
        "backtest.parquet",
        "facility_delays.parquet",
        "forecasts.parquet",
        "history.parquet",
        "nowcast.parquet",
        "signals.parquet",
    ]
    assert "Dự báo" not in province.page().replace("Dự báo đã đúng", "")
