"""The forecasts judged on real dengue counts: `python -m benchmarks.forecasts` prints what docs/statistics.md shows.

First today's 34 provinces, errors of targets in 2014-2017; then 37 former provinces in 2000-2003, years that played no
part in making the method. Every forecast is made with what was known at its origin.
"""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from functions.aggregate.forecast import backtest, models
from functions.aggregate.forecast.backtest import LEVELS, STEPS
from health_record import wards

DATA = Path(__file__).parent / "data"
FROM_2014, FROM_2000 = 120, 60  # places in series that begin in January 2004 and 1995
SHOWN = (1, 2, 3, 6, 12)


def counts_by_province() -> Mapping[str, list[float]]:
    """Province code of today -> monthly counts since January 2004."""
    return _read("dengue_monthly.csv", "province")


def counts_by_former_province() -> Mapping[str, list[float]]:
    """Former province code -> monthly counts from January 1995 to December 2003."""
    return _read("dengue_1995_2003.csv", "former_province")


def _read(name: str, column: str) -> Mapping[str, list[float]]:
    found: dict[str, list[float]] = {}
    with (DATA / name).open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row[column], []).append(float(row["cases"]))
    return found


@dataclass
class Tally:
    """What all series together say: our error over the best baseline's by step, and how often intervals held."""

    ratios: dict[int, list[float]] = field(default_factory=lambda: {step: [] for step in range(1, STEPS + 1)})
    alone: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    judged: int = 0

    def add(self, scores: Mapping[tuple[str, int], backtest.Score]) -> dict[int, tuple[float, float]]:
        """Take one series in: for each step the best baseline's error, known only afterwards, and ours."""
        errors = {}
        for step, ratios in self.ratios.items():
            best = min(scores[name, step].mean for name in models.BASELINES)
            chosen = scores["chosen", step]
            errors[step] = (best, chosen.mean)
            ratios.append((chosen.mean + 0.5) / (best + 0.5))
            for name in models.BASELINES:
                self.alone.setdefault((name, step), []).append((chosen.mean + 0.5) / (scores[name, step].mean + 0.5))
            self.judged += len(chosen.weighted)
            for level in LEVELS:
                self.held[level] += chosen.held[level]
        return errors

    def lines(self) -> Sequence[str]:
        """The summary for readers."""
        said = []
        for step in SHOWN:
            ratios = self.ratios[step]
            better = sum(ratio < 1 for ratio in ratios)
            alone = ", ".join(f"{_typical(self.alone[name, step])} % of {name}'s" for name in models.BASELINES)
            said.append(
                f"- h={step}: {_typical(ratios)} % of the best baseline's error (geometric mean), better in {better} of"
                f" {len(ratios)}; {alone}"
            )
        shares = ", ".join(f"{level} %: {100 * count / self.judged:.1f} %" for level, count in self.held.items())
        return [*said, f"- intervals held: {shares}"]


def _typical(ratios: Sequence[float]) -> str:
    return f"{100 * math.exp(sum(map(math.log, ratios)) / len(ratios)):.1f}"


def main() -> None:
    """Print one line for each province, and the summary of both parts."""
    print("| province | mean | " + " | ".join(f"h={step} baseline / ours" for step in SHOWN) + " | 95 % held |")
    print("|---|" + "--:|" * (len(SHOWN) + 2))
    today = Tally()
    for province, counts in counts_by_province().items():
        scores = backtest.run_backtest(counts, 12, judged_from=FROM_2014).scores
        errors = today.add(scores)
        cells = [_cell(*errors[step]) for step in SHOWN]
        inside = sum(scores["chosen", step].held[95] for step in range(1, STEPS + 1))
        number = sum(len(scores["chosen", step].weighted) for step in range(1, STEPS + 1))
        mean = sum(counts[FROM_2014:]) / len(counts[FROM_2014:])
        name = wards.province_name(province).removeprefix("Thành phố ").removeprefix("Tỉnh ")
        print(f"| {name} | {mean:.0f} | {' | '.join(cells)} | {100 * inside / number:.0f} % |")
    print("\n2014-2017, today's provinces:\n", *today.lines(), sep="\n")
    former = Tally()
    for counts in counts_by_former_province().values():
        former.add(backtest.run_backtest(counts, 12, judged_from=FROM_2000).scores)
    print("\n2000-2003, former provinces:\n", *former.lines(), sep="\n")


def _cell(best: float, ours: float) -> str:
    mark = "**" if ours < best else ""
    return f"{best:.1f} / {mark}{ours:.1f}{mark}"


if __name__ == "__main__":
    main()
