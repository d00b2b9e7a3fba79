"""What a reader of all releases may learn of one person, and the spread of noise that follows from it.

A published count is the true count plus normal noise, rounded; whatever is made of it (a threshold, rounding to 5, a
rate, a chart) is made of that sum alone. Two worlds that differ in one person's condition differ by 1 in each count in
which the condition stands. Whoever sees `n` such counts with noise of spread `s` tells the worlds apart at best with
the advantage of two normal distributions that lie `sqrt(n) / s` apart (Neyman and Pearson): no use of the figures does
better.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

ONE_RELEASE, ONE_YEAR = 0.2, 0.4
FULL_RELEASES = 4  # a year: ISO weeks 13, 26, 39 and 52
CONDITION_CELLS = 4  # by sex, by age, by ward, in all
WIDER = 2  # counts that are not capped (coverage, who answered, risks, vaccines) take noise twice as wide


@dataclass(frozen=True)
class Looks:
    """`times` counts that differ by one between two worlds, each with noise of its own of this spread."""

    times: int
    spread: float


def advantage(*looks: Looks) -> float:
    """Twice the chance of naming the right world, less one, for the best reader there can be."""
    apart = math.sqrt(sum(look.times / look.spread**2 for look in looks))
    return 2 * NormalDist().cdf(apart / 2) - 1


def condition_looks(spread: float, releases: int = 1) -> tuple[Looks, ...]:
    """What shows of a condition: its own cells and, where the answer may be missing, those of who answered."""
    cells = CONDITION_CELLS * releases
    return Looks(cells, spread), Looks(cells, WIDER * spread)


def least_spread() -> float:
    """The smallest spread, in steps of a quarter, that keeps the promise for one release and for a year of them."""
    spread = 0.25
    while (
        advantage(*condition_looks(spread)) > ONE_RELEASE
        or advantage(*condition_looks(spread, FULL_RELEASES)) > ONE_YEAR
    ):
        spread += 0.25
    return spread


NARROW = least_spread()
WIDE = WIDER * NARROW
