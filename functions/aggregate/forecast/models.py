"""Forecasting models for monthly or weekly counts of a disease: three baselines and three small models of the field.

Each takes the history (oldest first), the season's length (12 months, 52 weeks) and how many steps ahead, and answers
that many counts. The models work on log(1 + count), where outbreaks grow and fade by factors, and answer the median.
Pure Python, since no forecasting library that is alive fits a Lambda layer.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import median

Model = Callable[[Sequence[float], int, int], list[float]]
Forecasts = Mapping[str, Sequence[float]]
HARMONICS = 2
BASELINES = ("persistence", "seasonal_naive", "five_year_mean")
DAMPED_GRID = tuple(
    (level, trend, damping)
    for level in (0.3, 0.5, 0.7, 0.9, 1.0)
    for trend in (0.0, 0.1, 0.3)
    for damping in (0.7, 0.9)
)


def persistence(history: Sequence[float], _season: int, steps: int) -> list[float]:
    """The last count, for ever."""
    return [float(history[-1])] * steps


def seasonal_naive(history: Sequence[float], season: int, steps: int) -> list[float]:
    """The count of the same time last year."""
    return [float(_same_time(history, season, step, 1)[0]) for step in range(steps)]


def five_year_mean(history: Sequence[float], season: int, steps: int) -> list[float]:
    """The mean of the same time in the last five years, as Vietnamese warning charts use it."""
    found = [_same_time(history, season, step, 5) for step in range(steps)]
    return [sum(counts) / len(counts) for counts in found]


def harmonic(history: Sequence[float], season: int, steps: int) -> list[float]:
    """Harmonic regression of the season with errors that fade by a first-order autoregression."""
    logs = [math.log1p(count) for count in history]
    rows = [_waves(place, season) for place in range(len(logs))]
    weights = least_squares(rows, logs)
    errors = [value - _dot(weights, row) for value, row in zip(logs, rows, strict=True)]
    fading = _autocorrelation(errors)
    return [
        _count(_dot(weights, _waves(len(logs) + step, season)) + fading ** (step + 1) * errors[-1])
        for step in range(steps)
    ]


def harmonic_climate(history: Sequence[float], season: int, steps: int) -> list[float]:
    """The geometric mean of the same time in the last five years, with an error that fades."""
    logs = [math.log1p(count) for count in history]
    errors = [logs[place] - _mean(_same_time(logs[:place], season, 0, 5)) for place in range(2 * season, len(logs))]
    fading = _autocorrelation(errors)
    return [
        _count(_mean(_same_time(logs, season, step, 5)) + fading ** (step + 1) * errors[-1]) for step in range(steps)
    ]


def damped(history: Sequence[float], season: int, steps: int) -> list[float]:
    """Exponential smoothing with a damped trend after the season is taken out (Gardner and McKenzie 1985)."""
    logs = [math.log1p(count) for count in history]
    seasonal = _seasonal(logs, season)
    level, trend, damping = min(
        (
            _smoothed([value - seasonal[place % season] for place, value in enumerate(logs)], *grid)
            for grid in DAMPED_GRID
        ),
    )[1:]
    ahead, answer = 0.0, []
    for step in range(steps):
        ahead += damping ** (step + 1)
        answer.append(_count(level + ahead * trend + seasonal[(len(logs) + step) % season]))
    return answer


def forecast_all(history: Sequence[float], season: int, steps: int) -> Forecasts:
    """All models at once, with the combinations made of them: two geometric means and a median."""
    found = {name: model(history, season, steps) for name, model in MODELS.items()}
    for name, parts in COMBINATIONS.items():
        found[name] = [_geometric([found[part][step] for part in parts]) for step in range(steps)]
    found["median"] = [median(found[name][step] for name in MEDIAN_OF) for step in range(steps)]
    return found


MODELS: Mapping[str, Model] = {
    "persistence": persistence,
    "seasonal_naive": seasonal_naive,
    "five_year_mean": five_year_mean,
    "harmonic": harmonic,
    "climate": harmonic_climate,
    "damped": damped,
}
COMBINATIONS: Mapping[str, tuple[str, ...]] = {
    "combination": ("harmonic", "damped", "climate"),
    "wide_combination": ("harmonic", "damped", "climate", "seasonal_naive"),
}
MEDIAN_OF = ("harmonic", "damped", "climate", "five_year_mean", "seasonal_naive")


def least_squares(rows: Sequence[Sequence[float]], values: Sequence[float]) -> list[float]:
    """Weights of an ordinary least squares fit, by the normal equations."""
    width = len(rows[0])
    matrix = [[sum(row[a] * row[b] for row in rows) for b in range(width)] for a in range(width)]
    for place in range(width):
        matrix[place][place] += 1e-9
    return solve(matrix, [sum(row[a] * value for row, value in zip(rows, values, strict=True)) for a in range(width)])


def solve(matrix: Sequence[Sequence[float]], values: Sequence[float]) -> list[float]:
    """Solve a linear system by elimination with pivots."""
    size = len(values)
    system = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(system[row][column]))
        system[column], system[pivot] = system[pivot], system[column]
        for row in range(size):
            if row != column:
                share = system[row][column] / system[column][column]
                system[row] = [one - share * other for one, other in zip(system[row], system[column], strict=True)]
    return [system[row][size] / system[row][row] for row in range(size)]


def _same_time(values: Sequence[float], season: int, step: int, years: int) -> list[float]:
    """The values one, two ... seasons before the place `len(values) + step`, newest first."""
    place = len(values) + step
    found = [
        values[at] for back in range(1, years + step // season + 2) if 0 <= (at := place - season * back) < len(values)
    ]
    return found[:years]


def _waves(place: int, season: int) -> list[float]:
    angles = [2 * math.pi * wave * place / season for wave in range(1, HARMONICS + 1)]
    return [1.0, *(math.sin(angle) for angle in angles), *(math.cos(angle) for angle in angles)]


def _autocorrelation(errors: Sequence[float]) -> float:
    """How much of an error is left a step later: between 0 and 0.98."""
    power = sum(error * error for error in errors[:-1])
    if not power:
        return 0.0
    together = sum(one * other for one, other in zip(errors[1:], errors[:-1], strict=True))
    return min(max(together / power, 0.0), 0.98)


def _seasonal(logs: Sequence[float], season: int) -> list[float]:
    """The mean distance of each time of the year from the year around it."""
    away: list[list[float]] = [[] for _ in range(season)]
    for place, value in enumerate(logs):
        first = max(0, min(place - season // 2, len(logs) - season))
        away[place % season].append(value - _mean(logs[first : first + season]))
    means = [_mean(values) if values else 0.0 for values in away]
    return [value - _mean(means) for value in means]


def _smoothed(values: Sequence[float], level_share: float, trend_share: float, damping: float) -> tuple[float, ...]:
    """(sum of squared one-step errors, level, trend, damping) after running through `values`."""
    level, trend, squares = values[0], 0.0, 0.0
    for value in values[1:]:
        expected = level + damping * trend
        error = value - expected
        squares += error * error
        level, trend = expected + level_share * error, damping * trend + trend_share * level_share * error
    return squares, level, trend, damping


def _geometric(counts: Sequence[float]) -> float:
    return _count(_mean([math.log1p(count) for count in counts]))


def _count(log: float) -> float:
    return max(math.expm1(min(log, 50.0)), 0.0)


def _dot(weights: Sequence[float], row: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, row, strict=True))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
