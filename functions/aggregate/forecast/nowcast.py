"""How many cases of a week there will be when all reports have come, from those that have come so far.

Chain ladder (Mack 1993): of weeks whose reports came in long ago it is known how many had been reported one, two ...
weeks after their end. The newest weeks are scaled up by what then still came. Intervals come from how wrong the same
estimate was for those weeks.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DELAYS = 4  # weeks after which reports are taken for complete
LEAST_WEEKS = 8  # complete weeks that a delay table needs
MOST_WEEKS = 52

Reports = Mapping[
    str, Sequence[float]
]  # week -> reported until one, two ... weeks after its beginning, as far as known


@dataclass(frozen=True)
class Nowcast:
    """An estimate of a week with its 80 % interval; `share` of the reports have come."""

    week: str
    reported: float
    share: float
    estimate: float
    low: float
    high: float


def delay_shares(reports: Reports) -> list[float] | None:
    """Of the final count, the share that is reported after each delay; None with too few complete weeks."""
    complete = _complete(reports)
    if len(complete) < LEAST_WEEKS:
        return None
    final = sum(counts[DELAYS] for counts in complete)
    if not final:
        return None
    return [min(sum(counts[delay] for counts in complete) / final, 1.0) for delay in range(DELAYS)] + [1.0]


def estimate_weeks(reports: Reports) -> list[Nowcast]:
    """The incomplete weeks, oldest first; none without a delay table, and none with nothing to scale up."""
    shares = delay_shares(reports)
    if shares is None:
        return []
    found = []
    for week, counts in sorted(reports.items()):
        delay = len(counts) - 1
        if 0 <= delay < DELAYS and shares[delay] > 0:
            found.append(_estimate(week, counts[delay], shares[delay], _wrong(reports, shares[delay], delay)))
    return found


def _estimate(week: str, reported: float, share: float, wrong: Sequence[float]) -> Nowcast:
    middle = reported / share
    if len(wrong) >= LEAST_WEEKS:
        low, high = (_quantile(wrong, part) for part in (0.1, 0.9))
        return Nowcast(
            week, reported, share, middle, max((middle + 1) * low - 1, reported), max((middle + 1) * high - 1, middle)
        )
    reach = 1.2816 * math.sqrt(max(middle, 1) * (1 - share) / share)
    return Nowcast(week, reported, share, middle, max(middle - reach, reported), middle + reach)


def _wrong(reports: Reports, share: float, delay: int) -> list[float]:
    """Final count over estimate, each and one, of the complete weeks at the same delay."""
    return [(counts[DELAYS] + 1) / (counts[delay] / share + 1) for counts in _complete(reports)]


def _complete(reports: Reports) -> list[Sequence[float]]:
    weeks = [counts for _, counts in sorted(reports.items()) if len(counts) > DELAYS]
    return weeks[-MOST_WEEKS:]


def _quantile(values: Sequence[float], part: float) -> float:
    """A quantile one rank further out than the sample's own (as conformal intervals are)."""
    ordered = sorted(values)
    rank = math.ceil((len(ordered) + 1) * part) - 1 if part > 0.5 else math.floor((len(ordered) + 1) * part) - 1
    return ordered[min(max(rank, 0), len(ordered) - 1)]
