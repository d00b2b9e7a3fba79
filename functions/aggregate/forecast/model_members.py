"""Forecasting models for monthly or weekly counts of a disease: three baselines and the members of the combination.

Each takes the history (oldest first), the season's length (12 months, 52 weeks) and how many steps ahead, and answers
that many counts. The models work on log(1 + count), where outbreaks grow and fade by factors, and answer the median.
Pure Python, since no forecasting library that is alive fits a Lambda layer.
"""

import math
from collections.abc import Callable, Mapping, Sequence

Model = Callable[[Sequence[float], int, int], list[float]]
Forecasts = Mapping[str, Sequence[float]]
HARMONICS = 2
BASELINES = ("persistence", "seasonal_naive", "five_year_mean")
LEVEL_GRID = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
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


def theta(history: Sequence[float], season: int, steps: int) -> list[float]:
    """The Theta method after the season is taken out (Assimakopoulos and Nikolopoulos 2000)."""
    logs = [math.log1p(count) for count in history]
    seasonal = _seasonal(logs, season)
    ahead = _theta_line([value - seasonal[place % season] for place, value in enumerate(logs)], steps)
    return [_count(value + seasonal[(len(logs) + step) % season]) for step, value in enumerate(ahead)]


def plain_theta(history: Sequence[float], _season: int, steps: int) -> list[float]:
    """The Theta method without a season: half of the long trend from the newest level."""
    return [_count(value) for value in _theta_line([math.log1p(count) for count in history], steps)]


def half_seasonal_damped(history: Sequence[float], season: int, steps: int) -> list[float]:
    """Damped smoothing after half of a smooth season is taken out, as a few years know their season only half."""
    logs = [math.log1p(count) for count in history]
    weights = _ridge_waves(logs, season)
    half = [_dot(weights, _waves(place, season)[1:]) / 2 for place in range(len(logs) + steps)]
    ahead = _damped_line([value - half[place] for place, value in enumerate(logs)], steps)
    return [_count(value + half[len(logs) + step]) for step, value in enumerate(ahead)]


def forecast_all(history: Sequence[float], season: int, steps: int) -> Forecasts:
    """What every member of the combination, and every baseline, says."""
    return {name: model(history, season, steps) for name, model in MODELS.items()}


MEMBERS: Mapping[str, Model] = {
    "persistence": persistence,
    "seasonal_naive": seasonal_naive,
    "harmonic": harmonic,
    "climate": harmonic_climate,
    "theta": theta,
    "plain_theta": plain_theta,
    "half_seasonal_damped": half_seasonal_damped,
}
MODELS: Mapping[str, Model] = {**MEMBERS, "five_year_mean": five_year_mean}


def _theta_line(values: Sequence[float], steps: int) -> list[float]:
    """Exponential smoothing with half the slope of the straight line through all values."""
    share, level = _level(values)
    middle = (len(values) - 1) / 2
    slope = sum((place - middle) * value for place, value in enumerate(values)) / sum(
        (place - middle) ** 2 for place in range(len(values))
    )
    begun = (1 - (1 - share) ** len(values)) / share
    return [level + slope / 2 * (step + begun) for step in range(steps)]


def _level(values: Sequence[float]) -> tuple[float, float]:
    """(smoothing share, newest level) of simple exponential smoothing with the smallest one-step errors."""
    found = []
    for share in LEVEL_GRID:
        level, squares = values[0], 0.0
        for value in values[1:]:
            error = value - level
            squares += error * error
            level += share * error
        found.append((squares, share, level))
    return min(found)[1:]


def _damped_line(values: Sequence[float], steps: int) -> list[float]:
    level, trend, damping = min(_smoothed(values, *grid) for grid in DAMPED_GRID)[1:]
    ahead, answer = 0.0, []
    for step in range(steps):
        ahead += damping ** (step + 1)
        answer.append(level + ahead * trend)
    return answer


def _ridge_waves(logs: Sequence[float], season: int) -> list[float]:
    """Weights of the season's waves beside a level and a trend, held back as if one more row had said nothing."""
    rows = [[1.0, place / season, *_waves(place, season)[1:]] for place in range(len(logs))]
    width = len(rows[0])
    matrix = [[sum(row[a] * row[b] for row in rows) for b in range(width)] for a in range(width)]
    for place in range(2, width):
        matrix[place][place] += 1.0
    return solve(matrix, [sum(row[a] * value for row, value in zip(rows, logs, strict=True)) for a in range(width)])[2:]


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
