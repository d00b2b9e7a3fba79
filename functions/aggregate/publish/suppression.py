"""What is shown of a noisy count: nothing under a threshold, and no more digits than the noise leaves meaning to.

0 and every small count look alike. Rates come from two shown figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.aggregate.protect.promise import NARROW, WIDE

HIDDEN = "*"
UNKNOWN = "unknown"
TOTAL = "total"
# More than the six people of three phones and twice the noise on top: what they make up alone is hidden.
LEAST_CONDITION, ROUNDED_CONDITION = 15, 5
LEAST_WIDE, ROUNDED_WIDE = 30, 10
RATE_DENOMINATOR = 100
STRATUM_DENOMINATOR = 100
WEIGHTED_MOVE = 0.1
ERROR_80 = 1.2816  # standard deviations that 80 of 100 errors stay within


@dataclass(frozen=True)
class PublishedTable:
    """A table as the public sees it: texts only."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]

    def figure(self, row: str, column: str) -> str:
        """The text shown at `row` and `column`; `unknown` where the table has no such cell."""
        if row not in self.rows or column not in self.columns:
            return UNKNOWN
        return self.cells[self.rows.index(row)][self.columns.index(column)]


def condition(noisy: int | None) -> str:
    """A capped count of people with a condition: None -> "*", 14 -> "*", 15 -> "15", 18 -> "20"."""
    return _shown(noisy, LEAST_CONDITION, ROUNDED_CONDITION)


def wide(noisy: int | None) -> str:
    """A count that is not capped: 29 -> "*", 30 -> "30", 34 -> "30", 35 -> "40"."""
    return _shown(noisy, LEAST_WIDE, ROUNDED_WIDE)


def total(noisy: int | None) -> str:
    """A total of the whole province, which is always shown: None -> "0", 7 -> "10"."""
    return str(_rounded(noisy or 0, ROUNDED_WIDE))


def _shown(noisy: int | None, least: int, unit: int) -> str:
    return HIDDEN if noisy is None or noisy < least else str(_rounded(noisy, unit))


def _rounded(people: int, unit: int) -> int:
    return (people + unit // 2) // unit * unit


def usual_error(spread: float, unit: int) -> float:
    """How far 80 of 100 shown counts of this noise and rounding lie from the truth, at most."""
    return float(ERROR_80 * (spread**2 + (unit**2 - 1) / 12) ** 0.5)


CONDITION_ERROR = round(usual_error(NARROW, ROUNDED_CONDITION))
WIDE_ERROR = round(usual_error(WIDE, ROUNDED_WIDE))


def publish_rate(numerator: str, denominator: str, *, at_most: float = 100.0) -> str:
    """A percentage of two published figures, with one decimal. Of people who answered it is 100 at most.

    Hidden where a figure is hidden or the denominator is under 100; `unknown` where the denominator is missing or
    nobody.
    """
    if denominator in (UNKNOWN, "0") or numerator == UNKNOWN:
        return UNKNOWN
    if HIDDEN in (numerator, denominator) or int(denominator) < RATE_DENOMINATOR:
        return HIDDEN
    return f"{min(100 * int(numerator) / int(denominator), at_most):.1f}"


@dataclass(frozen=True)
class Stratum:
    """One group of a weighted rate: two published counts, and the weight of the group among all."""

    numerator: str
    denominator: str
    weight: float


def publish_weighted_rate(strata: Sequence[Stratum]) -> str:
    """The mean of the strata's rates by their weights, in percent with one decimal, of published counts only.

    A hidden numerator stands for half the threshold. The rate is hidden where a stratum has under 100 people who
    answered, or where hidden numerators could move it by more than a tenth; `unknown` without any weight.
    """
    weighed = [stratum for stratum in strata if stratum.weight > 0]
    if not weighed:
        return UNKNOWN
    if any(_least(each.denominator) < STRATUM_DENOMINATOR for each in weighed):
        return HIDDEN
    fewest, middle, most = (
        sum(each.weight * _people(each.numerator, hidden) / int(each.denominator) for each in weighed)
        for hidden in (0.0, LEAST_CONDITION / 2, float(LEAST_CONDITION))
    )
    if most - fewest > 2 * WEIGHTED_MOVE * middle:
        return HIDDEN
    return f"{min(100 * middle / sum(each.weight for each in weighed), 100):.1f}"


def _least(figure: str) -> int:
    return 0 if figure in (HIDDEN, UNKNOWN) else int(figure)


def _people(figure: str, hidden: float) -> float:
    return hidden if figure in (HIDDEN, UNKNOWN) else int(figure)


def publish_share(part: float | None, whole: float | None) -> str:
    """A quality measure in whole percent, of figures that count nobody: 0.913 of 1 -> "91"; `unknown` without one."""
    if part is None or not whole or part != part:
        return UNKNOWN
    return f"{100 * part / whole:.0f}"
