"""The usual upper bound of a weekly count: the flexible Farrington method as improved by Noufaily et al. (2013).

It says the highest count that still is usual. Own code, equal to golden vectors made with R's `surveillance` 1.20.3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from functions.aggregate.forecast.quasi_poisson import Fit, fit, negative_binomial_quantile


@dataclass(frozen=True)
class FarringtonParameters:
    """Settings of the flexible Farrington method; Noufaily's for weeks."""

    season: int = 52
    years: int = 5
    half_window: int = 3
    groups: int = 10
    left_out: int = 26  # the newest periods, which may already be part of an outbreak
    alpha: float = 0.01


WEEKLY = FarringtonParameters()
MONTHLY = FarringtonParameters(season=12, half_window=1, groups=4, left_out=6)
OUTLIER = 2.58
FEW_CASES, FEW_PERIODS = 5, 4  # no signal on fewer cases than 5 in 4 periods


def farrington(counts: Sequence[float], at: int, how: FarringtonParameters = WEEKLY) -> float | None:
    """The upper bound by a quasi-Poisson regression of the same season in past years; None where it cannot be said."""
    if at < how.years * how.season + how.half_window:
        return None
    groups = seasonal_groups(at, how)
    places = [place for place in sorted(groups) if place < at - how.left_out]
    model = _model(counts, places, groups, how)
    if model is None or sum(counts[at - FEW_PERIODS + 1 : at + 1]) < FEW_CASES:
        return None
    expected = math.exp(model.predict([1.0, float(at + 1), *_dummies(how.groups, how)]))
    return float(negative_binomial_quantile(1 - how.alpha, expected, model.dispersion))


def seasonal_groups(at: int, how: FarringtonParameters) -> dict[int, int]:
    """Place -> group: the windows around this time of each year are the last group, the time between is cut evenly."""
    found = dict.fromkeys(range(at - how.half_window, at + 1), how.groups)
    for year in range(1, how.years + 1):
        reference = at - year * how.season
        found |= dict.fromkeys(range(reference - how.half_window, reference + how.half_window + 1), how.groups)
        between = how.season - 2 * how.half_window - 1
        sizes = [between // (how.groups - 1) + (part < between % (how.groups - 1)) for part in range(how.groups - 1)]
        start = reference + how.half_window + 1
        for group, size in enumerate(sizes, start=1):
            found |= dict.fromkeys(range(start, start + size), group)
            start += size
    return found


def _model(
    counts: Sequence[float], places: Sequence[int], groups: dict[int, int], how: FarringtonParameters
) -> Fit | None:
    """Fit, weigh down past outbreaks, fit again; without the trend where it would lead beyond anything seen."""
    values = [counts[place] for place in places]
    for trend in (True, False):
        rows = [[1.0, float(place + 1) if trend else 0.0, *_dummies(groups[place], how)] for place in places]
        rows = rows if trend else [[row[0], *row[2:]] for row in rows]
        first = fit(rows, values, [1.0] * len(values))
        model = first and fit(rows, values, _weights(first.anscombe(values)))
        if model is None:
            continue
        if not trend:
            return Fit([model.weights[0], 0.0, *model.weights[1:]], model.means, model.leverages, model.dispersion)
        now = math.exp(min(model.predict([1.0, float(places[-1] + how.left_out + 2), *_dummies(how.groups, how)]), 700))
        if now <= max(values):
            return model
    return None


def _dummies(group: int, how: FarringtonParameters) -> list[float]:
    return [float(group == other) for other in range(2, how.groups + 1)]


def _weights(residuals: Sequence[float]) -> list[float]:
    """Noufaily's weights: a residual over 2.58 counts by the inverse of its square; all weights sum to their number."""
    raw = [residual**-2 if residual > OUTLIER else 1.0 for residual in residuals]
    scale = len(raw) / sum(raw)
    return [scale * weight for weight in raw]
