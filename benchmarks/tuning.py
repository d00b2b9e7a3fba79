"""Settles how the forecasts are combined on years of their own: `python -m benchmarks.tuning` prints the candidates.

Only targets before the years that `benchmarks.forecasts` judges are looked at, and nothing later is handed to a model.
"""

from collections.abc import Sequence
from itertools import product

from benchmarks.forecasts import DISEASES, SHOWN, Disease, Tally, typical
from functions.aggregate.forecast import model_combination, model_members
from functions.aggregate.forecast.model_combination import LEVELS, Combination

POWERS, FADINGS, LEARNINGS = (2.0, 4.0, 8.0), (0.97, 0.98, 0.99), (0.01, 0.02, 0.05)
EVERY = 3  # of the provinces, one in three


def main() -> None:
    """Print the errors and intervals of every candidate."""
    for power, fading, learning in product(POWERS, FADINGS, LEARNINGS):
        rule = Combination(power=power, fading=fading, learning=learning)
        print(rule.power, rule.fading, rule.learning, [judge(disease, rule) for disease in DISEASES if disease.tuned])


_SAID: dict[tuple[float, ...], model_members.Forecasts] = {}


def _every(history: Sequence[float], season: int, steps: int) -> model_members.Forecasts:
    """What all models say, worked out once for each history."""
    key = tuple(history)
    if key not in _SAID:
        _SAID[key] = model_members.forecast_all(history, season, steps)
    return _SAID[key]


def judge(disease: Disease, rule: Combination) -> tuple[list[float], list[float]]:
    """Errors over the best baseline's by step, and how often intervals held, on the tuning years alone."""
    assert disease.tuned
    tally = Tally()
    for history in list(disease.series().values())[:: EVERY if disease.season == 12 else 1]:
        known = history[: disease.tuned[1]]
        found = model_combination.run_backtest(
            known, disease.season, judged_from=disease.tuned[0], rule=rule, every=_every
        )
        tally.add(found, [found])
    errors = [typical(tally.errors[step]) for step in SHOWN]
    return errors, [round(100 * tally.held[level] / max(tally.judged, 1), 1) for level in LEVELS]


if __name__ == "__main__":
    main()
