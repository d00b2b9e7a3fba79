"""Settles the rule of the forecasts on years of their own: `python -m benchmarks.tuning` prints what it would choose.

Only targets of 2009-2013 are looked at. The table of `benchmarks.forecasts` is of 2014-2017, and its second part of
2000-2003, neither of which is read here.
"""

import math
from collections.abc import Sequence
from itertools import product
from statistics import fmean

from benchmarks.forecasts import counts_by_province
from functions.aggregate.forecast import backtest, models
from functions.aggregate.forecast.backtest import LEVELS, STEPS, ModelRule

KNOWN = 120  # counts of 2004-2013; nothing later is handed to any model
JUDGED_FROM = 60  # January 2009
FIRST = ("combination", "wide_combination", "median", "harmonic", "climate", "damped")
CLEARLY = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)
FAR_FROM = (2, 3, 4, 6, 13)

Errors = list[float]


def main() -> None:
    """Score every candidate and print the best few, then how wide intervals have to be."""
    scores = {
        (first, clearly): _relative_errors(ModelRule(near=first, far=first, clear_advantage=clearly))
        for first, clearly in product(FIRST, CLEARLY)
    }
    found = []
    for near, far, far_from, clearly in product(FIRST, FIRST, FAR_FROM, CLEARLY):
        steps = [scores[near if step < far_from else far, clearly][step - 1] for step in range(1, STEPS + 1)]
        found.append((fmean(steps), ModelRule(near=near, far=far, far_from=far_from, clear_advantage=clearly)))
    found.sort(key=lambda pair: pair[0])
    for score, rule in found[:8]:
        said = f"near {rule.near}, far {rule.far} from step {rule.far_from}, clearly {rule.clear_advantage}"
        print(f"{100 * math.exp(score):.1f} % of the best baseline's error over 12 steps: {said}")
    print("wider:", {level: _wider(found[0][1], level) for level in LEVELS})


_SAID: dict[tuple[float, ...], models.Forecasts] = {}


def _every(history: Sequence[float], season: int, steps: int) -> models.Forecasts:
    """What all models say, worked out once for each history."""
    key = tuple(history)
    if key not in _SAID:
        _SAID[key] = models.forecast_all(history, season, steps)
    return _SAID[key]


def _run(counts: Sequence[float], rule: ModelRule) -> backtest.Backtest:
    return backtest.run_backtest(counts[:KNOWN], 12, judged_from=JUDGED_FROM, rule=rule, every=_every)


def _relative_errors(rule: ModelRule) -> Errors:
    """Mean log of the choice's error over the best baseline's, by step."""
    runs = [_run(counts, rule).scores for counts in counts_by_province().values()]
    return [
        fmean(
            math.log((run["chosen", step].mean + 0.5) / (min(run[name, step].mean for name in models.BASELINES) + 0.5))
            for run in runs
        )
        for step in range(1, STEPS + 1)
    ]


def _wider(rule: ModelRule, level: int) -> float:
    """The least factor, in steps of 0.05, with which intervals held as often as they say."""
    for hundredths in range(100, 305, 5):
        wider = dict.fromkeys(LEVELS, hundredths / 100)
        widened = ModelRule(
            near=rule.near, far=rule.far, far_from=rule.far_from, clear_advantage=rule.clear_advantage, widening=wider
        )
        held, judged = 0, 0
        for counts in counts_by_province().values():
            scores = _run(counts, widened).scores
            held += sum(scores["chosen", step].held[level] for step in range(1, STEPS + 1))
            judged += sum(len(scores["chosen", step].weighted) for step in range(1, STEPS + 1))
        if held >= judged * level / 100:
            break
    return hundredths / 100


if __name__ == "__main__":
    main()
