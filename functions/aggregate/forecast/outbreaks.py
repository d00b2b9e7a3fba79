"""Signals of an outbreak: the last four weeks together, as far as they are reported, against what is usual.

What is usual comes from a quasi-Poisson regression on trend and season in which past outbreaks weigh less (the weights
of Noufaily et al. 2013). Four weeks are summed because reports come late: by the fourth week most of the first is
there. A sum is a signal when it lies further above the usual than 2.8 standard deviations and than all but one in a
hundred of the sums of the series' own past, so that a disease with a restless history raises no alarm every season.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from functions.aggregate.forecast.quasi_poisson import Fit, fit

BACK = 4
LEAST_HISTORY = 104
MOST_HISTORY = 5 * 52
LEFT_OUT = 8  # the newest weeks, which may be part of what is looked for, do not say what is usual
LEAST_DEVIATIONS = 2.8
PAST_RANK = 0.99
LEAST_EXCESS = 5.0
OUTLIER = 2.58
WAVES = 2


@dataclass(frozen=True)
class Signal:
    """Four weeks: what was reported, what is usual of it, at most, and how far beyond the count lies."""

    count: float
    usual: float
    usual_at_most: float
    deviations: float

    @property
    def is_raised(self) -> bool:
        """Whether the count is unusually high."""
        return self.count > self.usual_at_most


def look(counts: Sequence[float], shares: Sequence[float], season: int = 52) -> Signal | None:
    """The newest four weeks of `counts`, `shares` of them reported (oldest first); None with too short a history."""
    known = len(counts) - BACK
    if known < LEAST_HISTORY:
        return None
    first = max(0, known - MOST_HISTORY)
    places = range(first, len(counts))
    rows = [_row(place, first, len(counts), season) for place in places]
    model = _model(rows[: -BACK - LEFT_OUT], counts[first : known - LEFT_OUT])
    if model is None:
        return None
    means = [math.exp(min(model.predict(row), 50.0)) for row in rows]
    usual = [mean * share for mean, share in zip(means[-BACK:], shares, strict=True)]
    spread = math.sqrt(max(model.dispersion, 1.0) * max(sum(usual), 0.5))
    limit = max(LEAST_DEVIATIONS, _past(counts[first:known], means, model.dispersion))
    reported = float(sum(counts[known:]))
    at_most = sum(usual) + max(limit * spread, LEAST_EXCESS)
    return Signal(reported, sum(usual), at_most, (reported - sum(usual)) / spread)


def _past(counts: Sequence[float], means: Sequence[float], dispersion: float) -> float:
    """The deviation that all but one in a hundred sums of four past weeks stayed within."""
    found = []
    for end in range(BACK, len(counts) - LEFT_OUT + 1):
        usual = sum(means[end - BACK : end])
        found.append((sum(counts[end - BACK : end]) - usual) / math.sqrt(max(dispersion, 1.0) * max(usual, 0.5)))
    found.sort()
    return found[min(math.ceil((len(found) + 1) * PAST_RANK) - 1, len(found) - 1)]


def _row(place: int, first: int, end: int, season: int) -> list[float]:
    """Constant, trend over the history (0 to 1) and the waves of the season."""
    angles = [2 * math.pi * wave * place / season for wave in range(1, WAVES + 1)]
    trend = (place - first) / max(end - first, 1)
    return [1.0, trend, *(math.sin(angle) for angle in angles), *(math.cos(angle) for angle in angles)]


def _model(rows: Sequence[Sequence[float]], counts: Sequence[float]) -> Fit | None:
    """Fit, weigh past outbreaks down, fit again."""
    if not any(counts):
        return None
    first = fit(rows, counts, [1.0] * len(counts))
    if first is None:
        return None
    raw = [residual**-2 if residual > OUTLIER else 1.0 for residual in first.anscombe(counts)]
    scale = len(raw) / sum(raw)
    return fit(rows, counts, [scale * weight for weight in raw]) or first
