"""Golden vectors for the forecasting models, made with statsmodels, which the project does not depend on.

Run in this folder: `uv run --no-project --with statsmodels==0.14.6 golden_models.py > models.json`
"""

import csv
import json
import math
import random
import sys
from pathlib import Path

import numpy as np
import statsmodels
import statsmodels.api as sm
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.holtwinters import Holt

STEPS, HARMONICS = 12, 2
GRID = ((0.3, 0.1, 0.9), (0.7, 0.3, 0.7), (1.0, 0.0, 0.9), (0.9, 0.1, 0.7))


def series() -> dict[str, tuple[int, list[float]]]:
    with Path(__file__).with_name("dengue_79_monthly.csv").open(encoding="utf-8") as file:
        dengue = [float(row["cases"]) for row in csv.DictReader(file)]
    draw = random.Random(831)
    weekly, left = [], 0.0
    for week in range(220):
        left = 0.6 * left + draw.gauss(0, 0.3)
        weekly.append(float(round(math.exp(3 + math.sin(2 * math.pi * week / 52) + left))))
    return {"dengue": (12, dengue), "weekly": (52, weekly)}


def waves(place: int, season: int) -> list[float]:
    angles = [2 * math.pi * wave * place / season for wave in range(1, HARMONICS + 1)]
    return [1.0, *map(math.sin, angles), *map(math.cos, angles)]


def harmonic(logs: np.ndarray, season: int) -> dict[str, object]:
    """Least squares on the waves, then a first-order autoregression of what is left, forecast together."""
    rows = np.array([waves(place, season) for place in range(len(logs))])
    fitted = sm.OLS(logs, rows).fit()
    left = AutoReg(fitted.resid, lags=1, trend="n").fit()
    ahead = np.array([waves(len(logs) + step, season) for step in range(STEPS)])
    said = ahead @ fitted.params + left.forecast(STEPS)
    return {"weights": list(fitted.params), "fading": float(left.params[0]), "ahead": list(np.expm1(said))}


def damped(values: np.ndarray) -> list[dict[str, object]]:
    """Holt's damped trend with given parameters from the first value on."""
    found = []
    for level, trend, damping in GRID:
        model = Holt(values, damped_trend=True, initialization_method="known", initial_level=values[0], initial_trend=0)
        fitted = model.fit(smoothing_level=level, smoothing_trend=trend, damping_trend=damping, optimized=False)
        found.append(
            {"grid": (level, trend, damping), "squares": float(fitted.sse), "ahead": list(fitted.forecast(STEPS))}
        )
    return found


def main() -> None:
    made: dict[str, object] = {"source": f"statsmodels {statsmodels.__version__}"}
    for name, (season, counts) in series().items():
        logs = np.log1p(np.array(counts))
        made[name] = {"season": season, "counts": counts, "harmonic": harmonic(logs, season), "damped": damped(logs)}
    json.dump(made, sys.stdout, indent=None)


if __name__ == "__main__":
    main()
