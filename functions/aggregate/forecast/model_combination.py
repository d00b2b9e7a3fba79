"""Rolling-origin backtest: what each model would have said at every past moment, and how wrong it was.

The forecast of a step is a mean of the members on the log scale, each weighed by its own past errors on this series:
recent errors count more, and those of the neighbouring steps count too. Its intervals are adaptive conformal ones
(Gibbs and Candes 2021): as wide as its past errors were, and then wider or narrower by how often they held. The same is
done at every past origin with only what was known then, so that the score, and how often intervals held, are honest.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from functions.aggregate.forecast import model_members

STEPS = 12
LEVELS = (50, 80, 95)
WARM_SEASONS = 2  # from then on members are tried
WARM_PERIODS = 4
MIN_SEASONS = 3  # from then on forecasts are judged
MIN_ERRORS = 12  # an interval needs that many errors
ORIGINS = {12: 144, 52: 156}
CHOSEN = "chosen"

Interval = tuple[float, float]
Models = Callable[[Sequence[float], int, int], model_members.Forecasts]


@dataclass(frozen=True)
class Combination:
    """How members are weighed and intervals follow; `python -m benchmarks.tuning` settles it on years of their own.

    A member's weight is its mean error to the power of `-power`; an error counts `fading` as much with each period.
    An interval that failed moves its miss rate by `learning` of the difference to what it should be.
    """

    power: float = 4.0
    fading: float = 0.98
    learning: float = 0.02
    members: tuple[str, ...] = tuple(model_members.MEMBERS)


COMBINATION = Combination()
LEAST_ERROR = 1e-3  # on the log scale: nobody is perfect


class TooShortError(ValueError):
    """The series is too short to be forecast and judged."""


@dataclass(frozen=True)
class Step:
    """The forecast of one step ahead: its median, its intervals by level (none at first), and who made it."""

    model: str
    median: float
    intervals: Mapping[int, Interval]


@dataclass
class Score:
    """How wrong one model was for one step: absolute errors, and how often the intervals of the choice held."""

    errors: list[float] = field(default_factory=list)
    weighted: list[float] = field(default_factory=list)
    held: dict[int, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))

    @property
    def mean(self) -> float:
        """Mean absolute error."""
        return sum(self.errors) / len(self.errors) if self.errors else math.nan

    @property
    def interval_score(self) -> float:
        """Mean weighted interval score (Bracher et al. 2021), nan without intervals."""
        return sum(self.weighted) / len(self.weighted) if self.weighted else math.nan

    def coverage(self, level: int) -> float:
        """The share of counts inside the interval, nan without intervals."""
        return self.held[level] / len(self.weighted) if self.weighted else math.nan


@dataclass(frozen=True)
class Backtest:
    """`steps` is the forecast from the end; `scores` is keyed by (model, step), the choice is `chosen`."""

    steps: tuple[Step, ...]
    scores: Mapping[tuple[str, int], Score]
    origins: int


def run_backtest(
    history: Sequence[float],
    season: int,
    *,
    judged_from: int = 0,
    rule: Combination = COMBINATION,
    every: Models = model_members.forecast_all,
) -> Backtest:
    """Forecast and judge one series. Scores count origins whose target is at `judged_from` or later.

    `every` makes what all models say of a history. Raises TooShortError.
    """
    judged = MIN_SEASONS * season
    if len(history) < judged + MIN_ERRORS + STEPS:
        raise TooShortError(f"{len(history)} counts are too few to judge a forecast")
    state = _State(history, max(judged, judged_from), rule)
    first = max(WARM_SEASONS * season + WARM_PERIODS, len(history) - ORIGINS[season])
    for origin in range(first, len(history) + 1):
        state.settle(origin)
        state.forecast(origin, every(history[:origin], season, STEPS))
    return Backtest(tuple(state.latest), state.scores, len(history) - first)


@dataclass(frozen=True)
class _Open:
    """A forecast whose target has not come yet."""

    target: int
    step: int
    said: Mapping[str, float]
    made: Step


class _State:
    """What is known at an origin: of each step, how wrong members, the combination and its intervals were."""

    def __init__(self, history: Sequence[float], judged_from: int, rule: Combination) -> None:
        self._history = history
        self._judged_from = judged_from
        self._rule = rule
        self._open: list[_Open] = []
        self._faded = [dict.fromkeys(rule.members, 0.0) for _ in range(STEPS + 2)]
        self._weight = [0.0] * (STEPS + 2)
        self._errors: list[list[float]] = [[] for _ in range(STEPS + 2)]
        self._miss = {(step, level): 1 - level / 100 for step in range(1, STEPS + 1) for level in LEVELS}
        self.scores: dict[tuple[str, int], Score] = {}
        self.latest: list[Step] = []

    def settle(self, origin: int) -> None:
        """Learn from every forecast whose target lies before `origin`."""
        come = [one for one in self._open if one.target < origin]
        self._open = [one for one in self._open if one.target >= origin]
        for step in range(1, STEPS + 1):
            self._weight[step] *= self._rule.fading
            for name in self._faded[step]:
                self._faded[step][name] *= self._rule.fading
        for one in come:
            self._learn(one, self._history[one.target])

    def _learn(self, one: _Open, actual: float) -> None:
        log = math.log1p(actual)
        for near in (one.step - 1, one.step, one.step + 1):
            self._weight[near] += 1
            for name in self._rule.members:
                self._faded[near][name] += abs(log - math.log1p(one.said[name]))
        self._errors[one.step].append(abs(log - math.log1p(one.made.median)))
        for level, (low, high) in one.made.intervals.items():
            missed = not low <= actual <= high
            key = (one.step, level)
            moved = self._miss[key] + self._rule.learning * (1 - level / 100 - missed)
            self._miss[key] = min(max(moved, 0.002), 0.9)
        if one.target >= self._judged_from:
            self._judge(actual, one)

    def forecast(self, origin: int, said: Mapping[str, Sequence[float]]) -> None:
        """Combine what everybody says for each step, and remember it."""
        self.latest = []
        for step in range(1, STEPS + 1):
            counts = {name: float(ahead[step - 1]) for name, ahead in said.items()}
            made = self._combine(step, counts)
            self.latest.append(made)
            self._open.append(_Open(origin + step - 1, step, counts, made))

    def _combine(self, step: int, counts: Mapping[str, float]) -> Step:
        weights = self._weights(step)
        middle = sum(weight * math.log1p(counts[name]) for name, weight in weights.items()) / sum(weights.values())
        median = max(math.expm1(middle), 0.0)
        errors = sorted(error for near in (step - 1, step, step + 1) for error in self._errors[near])
        if len(self._errors[step]) < MIN_ERRORS:
            return Step(CHOSEN, median, {})
        reach, intervals = 0.0, {}
        for level in LEVELS:
            reach = max(reach, self._reach(errors, step, level))
            intervals[level] = (max(math.expm1(middle - reach), 0.0), math.expm1(middle + reach))
        return Step(CHOSEN, median, intervals)

    def _weights(self, step: int) -> Mapping[str, float]:
        if not self._weight[step]:
            return dict.fromkeys(self._rule.members, 1.0)
        return {
            name: (faded / self._weight[step] + LEAST_ERROR) ** -self._rule.power
            for name, faded in self._faded[step].items()
        }

    def _reach(self, errors: Sequence[float], step: int, level: int) -> float:
        """As far around the forecast as past errors went, but for the share that may be missed by now."""
        place = math.ceil((len(errors) + 1) * (1 - self._miss[step, level])) - 1
        return errors[min(max(place, 0), len(errors) - 1)]

    def _judge(self, actual: float, one: _Open) -> None:
        for name, count in one.said.items():
            self.scores.setdefault((name, one.step), Score()).errors.append(abs(actual - count))
        score = self.scores.setdefault((CHOSEN, one.step), Score())
        score.errors.append(abs(actual - one.made.median))
        if one.made.intervals:
            score.weighted.append(weighted_interval_score(actual, one.made.median, one.made.intervals))
            for level, (low, high) in one.made.intervals.items():
                score.held[level] += low <= actual <= high


def weighted_interval_score(actual: float, median: float, intervals: Mapping[int, Interval]) -> float:
    """Bracher et al. 2021, equation 1: smaller is better, in the unit of the counts."""
    total = abs(actual - median) / 2
    for level, (low, high) in intervals.items():
        alpha = 1 - level / 100
        missed = max(low - actual, 0.0) + max(actual - high, 0.0)
        total += alpha / 2 * (high - low) + missed
    return total / (len(intervals) + 0.5)
