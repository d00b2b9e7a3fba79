"""Signals equal those of R's surveillance package, on the same series."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from functions.aggregate.forecast import signals

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "surveillance.json").read_text())
SERIES = [name for name in GOLDEN if name != "source"]
FIRST = {"c1": 7, "c2": 9, "c3": 11}
EARS = {"c1": signals.ears_c1, "c2": signals.ears_c2, "c3": signals.ears_c3}


@pytest.mark.parametrize("method", EARS)
@pytest.mark.parametrize("name", SERIES)
def test_ears_equals_the_golden_vector(name: str, method: str) -> None:
    counts, expected = GOLDEN[name]["counts"], GOLDEN[name][method]

    found = [EARS[method](counts, at) for at in range(FIRST[method], len(counts))]
    both = [(one, other) for one, other in zip(found, expected, strict=True) if other is not None]  # R has 0/0 there

    assert EARS[method](counts, FIRST[method] - 1) is None
    assert len(both) > 0.9 * len(counts) - 20
    assert [one for one, _ in both] == pytest.approx([other for _, other in both], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", SERIES)
def test_farrington_equals_the_golden_vector(name: str) -> None:
    golden = GOLDEN[name]
    how = signals.MONTHLY if golden["season"] == 12 else signals.WEEKLY
    first = golden["farrington_from"]

    found = [signals.farrington(golden["counts"], at, how) for at in range(first, len(golden["counts"]))]

    assert signals.farrington(golden["counts"], first - 1, how) is None
    assert found == golden["farrington"]


def test_every_week_of_a_year_has_its_group() -> None:
    groups = signals.seasonal_groups(300, signals.WEEKLY)

    assert set(range(300 - 5 * 52 - 3, 301)) == set(groups)
    assert set(groups.values()) == set(range(1, 11))


def test_a_flat_series_gives_no_signal_and_no_error() -> None:
    quiet = [0.0] * 320

    assert signals.farrington(quiet, 319) is None
    assert signals.ears_c1(quiet, 319) == 0.0
    assert signals.ears_c3([*quiet[:-1], 1.0], 319) == 1.0
    assert not math.isnan(signals.ears_c3([*quiet[:-2], 3.0, 1.0], 319) or 0.0)
