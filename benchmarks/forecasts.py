"""The forecasts judged on real dengue counts of all 34 provinces: `python -m benchmarks.forecasts` prints the table.

Every forecast is made with what was known at its origin; errors are of targets in 2014-2017.
"""

import csv
import math
from collections.abc import Mapping
from pathlib import Path

from functions.aggregate import backtest, models
from health_record import wards

DATA = Path(__file__).parent / "data" / "dengue_monthly.csv"
JUDGED_FROM = 120  # January 2014
STEPS = (1, 2, 3, 6, 12)


def counts_by_province() -> Mapping[str, list[float]]:
    """Province code -> monthly counts since January 2004."""
    found: dict[str, list[float]] = {}
    with DATA.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["province"], []).append(float(row["cases"]))
    return found


def main() -> None:
    """Print one line for each province and the summary."""
    ratios: dict[int, list[float]] = {step: [] for step in STEPS}
    held, judged = dict.fromkeys(backtest.LEVELS, 0), 0
    print("| province | mean | " + " | ".join(f"h={step} baseline / ours" for step in STEPS) + " | 95 % held |")
    print("|---|" + "--:|" * (len(STEPS) + 2))
    for province, counts in counts_by_province().items():
        scores = backtest.run(counts, 12, judged_from=JUDGED_FROM).scores
        cells = []
        for step in STEPS:
            best = min(scores[name, step].mean for name in models.BASELINES)
            ours = scores["chosen", step].mean
            ratios[step].append((ours + 0.5) / (best + 0.5))
            mark = "**" if ours < best else ""
            cells.append(f"{best:.1f} / {mark}{ours:.1f}{mark}")
        inside = sum(scores["chosen", step].held[95] for step in range(1, 13))
        number = sum(len(scores["chosen", step].weighted) for step in range(1, 13))
        judged += number
        for level in backtest.LEVELS:
            held[level] += sum(scores["chosen", step].held[level] for step in range(1, 13))
        mean = sum(counts[JUDGED_FROM:]) / len(counts[JUDGED_FROM:])
        name = wards.province_name(province).removeprefix("Thành phố ").removeprefix("Tỉnh ")
        print(f"| {name} | {mean:.0f} | {' | '.join(cells)} | {100 * inside / number:.0f} % |")
    for step, found in ratios.items():
        typical = math.exp(sum(map(math.log, found)) / len(found))
        better = sum(ratio < 1 for ratio in found)
        print(
            f"h={step}: {100 * typical:.1f} % of the best baseline's error (geometric mean), better in {better} of 34"
        )
    print("; ".join(f"{level} % interval held {100 * count / judged:.1f} %" for level, count in held.items()))


if __name__ == "__main__":
    main()
