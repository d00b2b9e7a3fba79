"""The forecasting models give what statsmodels gives, on a real and a simulated series."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from functions.aggregate.forecast import model_members

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "models.json").read_text())
SERIES = [name for name in GOLDEN if name != "source"]


@pytest.mark.parametrize("name", SERIES)
def test_harmonic_regression_with_autoregressive_errors_is_that_of_statsmodels(name: str) -> None:
    golden = GOLDEN[name]
    logs = [math.log1p(count) for count in golden["counts"]]
    waves = [model_members._waves(place, golden["season"]) for place in range(len(logs))]

    assert model_members.least_squares(waves, logs) == pytest.approx(golden["harmonic"]["weights"], abs=1e-8)
    ahead = model_members.harmonic(golden["counts"], golden["season"], 12)
    assert ahead == pytest.approx(golden["harmonic"]["ahead"], rel=1e-8)
    assert 0 < golden["harmonic"]["fading"] < 1


@pytest.mark.parametrize("name", SERIES)
def test_damped_smoothing_is_that_of_statsmodels(name: str) -> None:
    logs = [math.log1p(count) for count in GOLDEN[name]["counts"]]
    for golden in GOLDEN[name]["damped"]:
        squares, level, trend, damping = model_members._smoothed(logs, *golden["grid"])

        ahead = [level + trend * sum(damping**step for step in range(1, far + 1)) for far in range(1, 13)]
        assert squares == pytest.approx(golden["squares"], rel=1e-9)
        assert ahead == pytest.approx(golden["ahead"], rel=1e-9)
