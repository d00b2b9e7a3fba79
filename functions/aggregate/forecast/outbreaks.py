"""Signals of an outbreak: the last four weeks together, as far as they are reported, against what is usual.

What is usual comes from a quasi-Poisson regression on trend and season in which past outbreaks weigh less (the weights
of Noufaily et al. 2013). Four weeks are summed because reports come late: by the fourth week most of the first is
there. A sum is a signal when it lies further above the usual than 2.8 standard deviations and than all but one in a
hundred of the sums of the series' own past, so that a disease with a restless history raises no alarm every season.
Weeks that nobody believes say nothing of what is usual: a single one that was forged would be the highest of five years
and hide every outbreak below it.
"""

import math
from collections.abc import Collection, Sequence
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


def look(
    counts: Sequence[float], shares: Sequence[float], season: int = 52, *, doubted: Collection[int] = ()
) -> Signal | None:
    """The newest four weeks of `counts`, `shares` of them reported (oldest first); None with too short a history.

    `doubted` are the places in `counts` that nobody believes. Where too few others are left, all are believed.
    """
    known = len(counts) - BACK
    if known < LEAST_HISTORY:
        return None
    first = max(0, known - MOST_HISTORY)
    rows = [_row(place, first, len(counts), season) for place in range(first, len(counts))]
    left_out = _left_out(doubted, first, known - LEFT_OUT)
    believed = [place for place in range(first, known - LEFT_OUT) if place not in left_out]
    model = _model([rows[place - first] for place in believed], [counts[place] for place in believed])
    if model is None:
        return None
    means = [math.exp(min(model.predict(row), 50.0)) for row in rows]
    usual = [mean * share for mean, share in zip(means[-BACK:], shares, strict=True)]
    spread = math.sqrt(max(model.dispersion, 1.0) * max(sum(usual), 0.5))
    doubts = frozenset(place - first for place in left_out)
    limit = max(LEAST_DEVIATIONS, _past(counts[first:known], means, model.dispersion, doubts))
    reported = float(sum(counts[known:]))
    at_most = sum(usual) + max(limit * spread, LEAST_EXCESS)
    return Signal(reported, sum(usual), at_most, (reported - sum(usual)) / spread)


def _left_out(doubted: Collection[int], first: int, end: int) -> frozenset[int]:
    """The doubted places of a history from `first` to `end`; none of them where it would be too short without them."""
    found = frozenset(place for place in doubted if first <= place < end)
    return found if end - first - len(found) >= LEAST_HISTORY - LEFT_OUT else frozenset()


def _past(counts: Sequence[float], means: Sequence[float], dispersion: float, doubted: frozenset[int]) -> float:
    """The deviation that all but one in a hundred sums of four past weeks stayed within; 0 without any sum."""
    found = []
    for end in range(BACK, len(counts) - LEFT_OUT + 1):
        if not doubted.isdisjoint(range(end - BACK, end)):
            continue
        usual = sum(means[end - BACK : end])
        found.append((sum(counts[end - BACK : end]) - usual) / math.sqrt(max(dispersion, 1.0) * max(usual, 0.5)))
    found.sort()
    if not found:
        return 0.0
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
