"""A peer of the forecasts: the mean of statsforecast's AutoETS, AutoTheta and AutoCES, fitted anew at each origin.

`python -m benchmarks.forecasts peer`, in an environment with `statsforecast` (2.1 was used); it is no dependency of the
project. Only steps 1 to 3 are judged.
"""

import math
import sys
from collections.abc import Mapping, Sequence

from benchmarks.forecasts import DISEASES, Disease, typical
from functions.aggregate.forecast import model_combination, model_members
from functions.aggregate.forecast.model_combination import CHOSEN

STEPS = 3
HISTORY = 6 * 52  # weeks that the peer is fitted to


def ensemble(past: Sequence[float], season: int) -> list[float]:
    """Forecasts of 1 to 3 steps, never below 0; a model that cannot be fitted is left out."""
    import numpy as np
    from statsforecast.models import AutoCES, AutoETS, AutoTheta

    values = np.array(past[-HISTORY:], dtype=float)
    found = []
    for model in (AutoETS, AutoTheta, AutoCES):
        try:
            mean = model(season_length=season).forecast(y=values, h=STEPS)["mean"]
        except Exception as error:  # noqa: BLE001 - named, and the others go on
            print(f"{model.__name__}: {type(error).__name__}", file=sys.stderr)
            continue
        if np.isfinite(mean).all():
            found.append(np.maximum(mean, 0.0))
    return [float(value) for value in np.mean(found, axis=0)] if found else [math.nan] * STEPS


def judge(disease: Disease, counts: Mapping[str, list[float]]) -> tuple[list[float], list[float]]:
    """The error over the best baseline's at each step, of the peer and of ours, at the same origins."""
    logs: dict[str, list[list[float]]] = {name: [[] for _ in range(STEPS)] for name in ("peer", "ours")}
    for history in counts.values():
        errors = _errors(disease, history)
        for step in range(STEPS):
            sums = {name: sum(found[step]) / max(len(found[step]), 1) for name, found in errors.items()}
            best = min(sums[name] for name in model_members.BASELINES)
            for name, found in logs.items():
                found[step].append(math.log((sums[name] + 0.5) / (best + 0.5)))
    peer, ours = ([typical(found) for found in logs[name]] for name in ("peer", "ours"))
    return peer, ours


def _errors(disease: Disease, history: list[float]) -> dict[str, list[list[float]]]:
    """Absolute errors of the judged origins by step: the baselines', ours and the peer's."""
    ours = model_combination.run_backtest(history, disease.season, judged_from=disease.judged_from)
    known = [_by_origin(ours, step, history) for step in range(1, STEPS + 1)]
    last = len(history) - STEPS + 1
    origins = [origin for origin in range(disease.judged_from, last) if all(origin in errors for errors in known)]
    found: dict[str, list[list[float]]] = {
        name: [[] for _ in range(STEPS)] for name in (*model_members.BASELINES, "peer")
    }
    found["ours"] = [[errors[origin] for origin in origins] for errors in known]
    for origin in origins:
        past = history[:origin]
        told: dict[str, Sequence[float]] = {
            name: model_members.MODELS[name](past, disease.season, STEPS) for name in model_members.BASELINES
        }
        told["peer"] = ensemble(past, disease.season)
        for name, forecast in told.items():
            for step in range(STEPS):
                found[name][step].append(abs(forecast[step] - history[origin + step]))
    return found


def _by_origin(ours: model_combination.Backtest, step: int, history: Sequence[float]) -> dict[int, float]:
    """Origin -> our absolute error at this step; the backtest judges every origin whose target is judged."""
    errors = ours.scores[CHOSEN, step].errors
    first = len(history) - step + 1 - len(errors)
    return dict(enumerate(errors, start=first))


def main() -> None:
    """Print a line for each disease."""
    print("\n| series | peer h=1 | h=2 | h=3 | ours h=1 | h=2 | h=3 |\n|---|" + "--:|" * 6)
    for disease in DISEASES:
        peer, ours = judge(disease, disease.series())
        print(f"| {disease.name} | " + " | ".join(f"{value}" for value in (*peer, *ours)) + " |", flush=True)
