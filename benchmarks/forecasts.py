"""The forecasts judged on real counts of four diseases: `python -m benchmarks.forecasts` prints what the docs show.

Every forecast is made with what was known at its origin. Errors are those of targets in the judged years, over the
error of the best of three naive baselines of each series and step, which nobody knows beforehand. The method was
settled on earlier years (`benchmarks.tuning`); dengue of 1995-2003 and hand-foot-and-mouth disease had no part in it.
With `peer` an ensemble of statsforecast's AutoETS, AutoTheta and AutoCES is judged beside it, where it is installed.
"""

import csv
import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from functions.aggregate.forecast import model_combination, model_members
from functions.aggregate.forecast.model_combination import CHOSEN, LEVELS, STEPS, Combination

DATA = Path(__file__).parent / "data"
SHOWN = (1, 2, 3, 6, 12)


@dataclass(frozen=True)
class Disease:
    """Counts of one disease: `judged_from` and `tuned` are places in its series."""

    name: str
    file: str
    column: str
    season: int
    judged_from: int
    tuned: tuple[int, int] | None = None

    def series(self) -> Mapping[str, list[float]]:
        """Province or country -> its counts."""
        found: dict[str, list[float]] = {}
        with (DATA / self.file).open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found.setdefault(row[self.column], []).append(float(row["cases"]))
        return found


DISEASES = (
    Disease("dengue, 34 provinces, 2014-2017", "dengue_monthly.csv", "province", 12, 120, (60, 120)),
    Disease("dengue, 37 former provinces, 2000-2003", "dengue_1995_2003.csv", "former_province", 12, 60),
    Disease("hand, foot and mouth disease, 63 former provinces, 2014-2017", "hfmd_monthly.csv", "province", 12, 36),
    Disease(
        "influenza-like illness, 61 former provinces, 2014-2017", "ili_monthly.csv", "province", 12, 120, (60, 120)
    ),
    Disease(
        "weekly dengue, 5 countries, from their fifth year on", "dengue_weekly.csv", "country", 52, 208, (156, 208)
    ),
)


@dataclass
class Tally:
    """What all series of a disease say: our errors over the best baseline's by step, and how often intervals held."""

    errors: dict[int, list[float]] = field(default_factory=lambda: {step: [] for step in range(1, STEPS + 1)})
    scores: dict[int, list[float]] = field(default_factory=lambda: {step: [] for step in range(1, STEPS + 1)})
    held: dict[int, int] = field(default_factory=lambda: dict.fromkeys(LEVELS, 0))
    judged: int = 0

    def add(self, ours: model_combination.Backtest, naive: Sequence[model_combination.Backtest]) -> None:
        """Take one series in; `naive` are the baselines with intervals of their own."""
        for step in range(1, STEPS + 1):
            chosen = ours.scores[CHOSEN, step]
            best = min(ours.scores[name, step].mean for name in model_members.BASELINES)
            self.errors[step].append(math.log((chosen.mean + 0.5) / (best + 0.5)))
            least = min(other.scores[CHOSEN, step].interval_score for other in naive)
            if chosen.weighted and least == least:
                self.scores[step].append(math.log((chosen.interval_score + 0.5) / (least + 0.5)))
            self.judged += len(chosen.weighted)
            for level in LEVELS:
                self.held[level] += chosen.held[level]

    def line(self, name: str) -> str:
        """One row of the table."""
        errors = " | ".join(f"{typical(self.errors[step])}" for step in SHOWN)
        worst = max(typical(found) for found in self.errors.values())
        scores = typical([value for step in SHOWN for value in self.scores[step]])
        shares = " / ".join(f"{100 * count / max(self.judged, 1):.0f}" for count in self.held.values())
        return f"| {name} | {errors} | {worst} | {scores} | {shares} |"


def typical(logs: Iterable[float]) -> float:
    """The geometric mean of ratios."""
    found = list(logs)
    return round(math.exp(sum(found) / len(found)), 2) if found else math.nan


def judge(disease: Disease, counts: Mapping[str, list[float]], judged_from: int) -> Tally:
    """Judge every series of a disease."""
    tally = Tally()
    for history in counts.values():
        ours = model_combination.run_backtest(history, disease.season, judged_from=judged_from)
        naive = [
            model_combination.run_backtest(
                history,
                disease.season,
                judged_from=judged_from,
                rule=Combination(members=(name,)),
                every=lambda past, season, steps, name=name: {name: model_members.MODELS[name](past, season, steps)},  # type: ignore[misc]
            )
            for name in model_members.BASELINES
        ]
        tally.add(ours, naive)
    return tally


def main() -> None:
    """Print a line for each disease."""
    head = " | ".join(f"h={step}" for step in SHOWN)
    print(f"| series | {head} | worst of 12 | interval score | 50 / 80 / 95 % held |")
    print("|---|" + "--:|" * (len(SHOWN) + 3))
    everything = Tally()
    for disease in DISEASES:
        tally = judge(disease, disease.series(), disease.judged_from)
        print(tally.line(disease.name), flush=True)
        everything.judged += tally.judged
        everything.held = {level: everything.held[level] + tally.held[level] for level in LEVELS}
    shares = " / ".join(f"{100 * count / everything.judged:.1f}" for count in everything.held.values())
    print(f"\nAll intervals together held {shares} % of the time (50 / 80 / 95).")
    if sys.argv[1:] == ["peer"]:
        from benchmarks import forecast_peer

        forecast_peer.main()


if __name__ == "__main__":
    main()
