"""Rolling-origin backtest: what each model would have said at every past moment, and how wrong it was.

The forecast of a step is made by a combination of models, or by the model that was clearly better for that step so
far, with intervals from that model's own errors so far (split conformal intervals, on the log scale). The same is done
at every past origin with only what was known then, so that the score of the choice, and how often its intervals held,
are honest.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from functions.aggregate.forecast import models

STEPS = 12
LEVELS = (50, 80, 95)
MIN_SEASONS = 3  # a model needs that much history before its first origin
MIN_ERRORS = 20  # an interval needs that many errors
ORIGINS = {12: 132, 52: 104}

Interval = tuple[float, float]
Models = Callable[[Sequence[float], int, int], models.Forecasts]


@dataclass(frozen=True)
class ModelRule:
    """Who forecasts a near and a far step, unless another had under `clear_advantage` of their error on this series.

    An interval reaches `widening` times as far as past errors did. `benchmarks.tuning` settles these on years of
    their own.
    """

    near: str = "combination"
    far: str = "harmonic"
    far_from: int = 6
    clear_advantage: float = 0.5
    widening: Mapping[int, float] = field(default_factory=lambda: {50: 1.0, 80: 1.05, 95: 1.2})

    def first_choice(self, step: int) -> str:
        """The model of a step."""
        return self.near if step < self.far_from else self.far


RULE = ModelRule()


class TooShortError(ValueError):
    """The series is too short to be forecast and judged."""


@dataclass(frozen=True)
class Step:
    """The forecast of one step ahead: its median, its intervals by level, and who made it."""

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
    rule: ModelRule = RULE,
    every: Models = models.forecast_all,
) -> Backtest:
    """Forecast and judge one series. Scores count origins whose target is at `judged_from` or later.

    `every` makes what all models say of a history. Raises TooShortError.
    """
    first = max(MIN_SEASONS * season, len(history) - ORIGINS[season])
    if len(history) - first < MIN_ERRORS + STEPS:
        raise TooShortError(f"{len(history)} counts are too few to judge a forecast")
    state = _State(history, judged_from, rule)
    for origin in range(first, len(history) + 1):
        state.settle(origin)
        state.choose_steps(origin, every(history[:origin], season, STEPS))
    return Backtest(tuple(state.latest), state.scores, len(history) - first)


class _State:
    """What is known at an origin: for each model and step the errors of targets that have come."""

    def __init__(self, history: Sequence[float], judged_from: int, rule: ModelRule) -> None:
        self._history = history
        self._judged_from = judged_from
        self._rule = rule
        self._open: list[tuple[int, int, dict[str, float], Step]] = []
        self._logs: dict[tuple[str, int], list[float]] = {}
        self.scores: dict[tuple[str, int], Score] = {}
        self.latest: list[Step] = []

    def settle(self, origin: int) -> None:
        """Settle every forecast whose target lies before `origin`."""
        still = []
        for target, step, said, made in self._open:
            if target >= origin:
                still.append((target, step, said, made))
                continue
            actual = self._history[target]
            for name, count in said.items():
                self._logs.setdefault((name, step), []).append(math.log1p(actual) - math.log1p(count))
            if target >= self._judged_from:
                self._judge(actual, step, said, made)
        self._open = still

    def choose_steps(self, origin: int, said: Mapping[str, Sequence[float]]) -> None:
        """Choose for each step and remember what everybody said."""
        self.latest = []
        for step in range(1, STEPS + 1):
            counts = {name: float(ahead[step - 1]) for name, ahead in said.items()}
            made = self._choose(step, counts)
            self.latest.append(made)
            self._open.append((origin + step - 1, step, counts, made))

    def _choose(self, step: int, counts: Mapping[str, float]) -> Step:
        name = self._rule.first_choice(step)
        wrong_by = {each: self._mean_log_error(each, step) for each in counts}
        best = min(counts, key=wrong_by.__getitem__)
        if wrong_by[best] < self._rule.clear_advantage * wrong_by[name]:
            name = best
        near = [self._logs.get((name, other), []) for other in (step - 1, step, step + 1)]
        wrong = sorted(abs(error) for errors in near for error in errors)
        if len(near[1]) < MIN_ERRORS:
            return Step(name, counts[name], {})
        return Step(
            name,
            counts[name],
            {level: _interval(counts[name], wrong, level, self._rule.widening[level]) for level in LEVELS},
        )

    def _mean_log_error(self, name: str, step: int) -> float:
        """Mean absolute log error so far; nobody is judged before there are enough errors."""
        errors = self._logs.get((name, step), [])
        return sum(map(abs, errors)) / len(errors) if len(errors) >= MIN_ERRORS else 0.0

    def _judge(self, actual: float, step: int, said: Mapping[str, float], made: Step) -> None:
        for name, count in said.items():
            self.scores.setdefault((name, step), Score()).errors.append(abs(actual - count))
        score = self.scores.setdefault(("chosen", step), Score())
        score.errors.append(abs(actual - made.median))
        if made.intervals:
            score.weighted.append(weighted_interval_score(actual, made.median, made.intervals))
            for level, (low, high) in made.intervals.items():
                score.held[level] += low <= actual <= high


def _interval(count: float, wrong: Sequence[float], level: int, wider: float) -> Interval:
    """As far around the forecast as `level` percent of past errors went, one error further out (split conformal)."""
    place = math.ceil((len(wrong) + 1) * level / 100) - 1
    reach = wider * wrong[min(place, len(wrong) - 1)]
    middle = math.log1p(count)
    return max(math.expm1(middle - reach), 0.0), math.expm1(middle + reach)


def weighted_interval_score(actual: float, median: float, intervals: Mapping[int, Interval]) -> float:
    """Bracher et al. 2021, equation 1: smaller is better, in the unit of the counts."""
    total = abs(actual - median) / 2
    for level, (low, high) in intervals.items():
        alpha = 1 - level / 100
        missed = max(low - actual, 0.0) + max(actual - high, 0.0)
        total += alpha / 2 * (high - low) + missed
    return total / (len(intervals) + 0.5)
