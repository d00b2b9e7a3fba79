"""Signals equal those of R's surveillance package, on the same series."""

import json
from pathlib import Path
from typing import Any

import pytest

from functions.aggregate.forecast import signals

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "surveillance.json").read_text())
SERIES = [name for name in GOLDEN if name != "source"]


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
