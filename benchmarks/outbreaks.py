"""Signals on simulated weeks: `python -m benchmarks.outbreaks` prints false alarms a year and outbreaks found.

Weekly counts are negative binomial around a yearly season; reports come with delay. A run looks at every week's end
with what is reported by then. Outbreaks multiply four weeks; they are found when a signal is raised by the end of the
fourth.
"""

import json
import math
import random
import sys

from functions.aggregate.forecast import outbreaks

REPORTED = (0.3, 0.6, 0.8, 0.9)  # of a week's cases, one to four weeks after its beginning
SEASON = 52
YEARS = 5
QUIET_WEEKS = 104


def draw_count(draw: random.Random, mean: float, size: float) -> int:
    """A negative binomial count of variance mean + mean^2 / size."""
    return _poisson(draw, draw.gammavariate(size, mean / size))


def _poisson(draw: random.Random, mean: float) -> int:
    if mean > 500:
        return max(round(draw.gauss(mean, math.sqrt(mean))), 0)
    limit, count, product = math.exp(-mean), 0, draw.random()
    while product > limit:
        count += 1
        product *= draw.random()
    return count


def thin(draw: random.Random, count: int, share: float) -> int:
    """How many of the cases are reported by now."""
    return sum(draw.random() < share for _ in range(count))


def simulate(draw: random.Random, mean: float, size: float, weeks: int, season: float) -> list[int]:
    """Weeks without an outbreak."""
    means = [mean * math.exp(season * math.sin(2 * math.pi * week / SEASON)) for week in range(weeks)]
    return [draw_count(draw, each, size) for each in means]


def is_raised(draw: random.Random, counts: list[int]) -> bool:
    """Whether the run at the end of the newest of these weeks raises a signal."""
    shares = REPORTED[::-1]
    reported = [thin(draw, count, share) for count, share in zip(counts[-outbreaks.BACK :], shares, strict=True)]
    found = outbreaks.look([*map(float, counts[: -outbreaks.BACK]), *map(float, reported)], shares)
    return found is not None and found.is_raised


def false_alarms_a_year(
    seed: int, mean: float, size: float, *, season: float = 0.4, series: int = 10, weeks: int = QUIET_WEEKS
) -> float:
    """Signals a year on series without any outbreak; a run of weeks with a signal is one."""
    draw, begun = random.Random(seed), 0
    for _ in range(series):
        counts, before = simulate(draw, mean, size, YEARS * SEASON + weeks, season), False
        for end in range(YEARS * SEASON, len(counts)):
            now = is_raised(draw, counts[:end])
            begun += now and not before
            before = now
    return begun / (series * weeks / SEASON)


def found(seed: int, mean: float, size: float, times: float, *, season: float = 0.4, trials: int = 50) -> float:
    """The share of four-week outbreaks of so many times the usual that are found by the end of their fourth week."""
    draw, hits = random.Random(seed), 0
    for _ in range(trials):
        counts = simulate(draw, mean, size, YEARS * SEASON + draw.randrange(SEASON), season)
        hit = False
        for _week in range(4):
            at = len(counts)
            usual = mean * math.exp(season * math.sin(2 * math.pi * at / SEASON))
            counts.append(draw_count(draw, usual * times, size))
            hit = hit or is_raised(draw, counts)
        hits += hit
    return hits / trials


def main() -> None:
    """Print a table as JSON; with `quick` only the promised setting."""
    settings = [(20, 10), (50, 10), (20, 30)]
    if sys.argv[1:] != ["quick"]:
        settings += [(5, 10), (10, 10), (20, 3), (100, 10), (200, 3)]
    for mean, size in settings:
        print(
            json.dumps(
                {
                    "weekly_mean": mean,
                    "dispersion": size,
                    "false_alarms_a_year": round(false_alarms_a_year(1, mean, size), 2),
                    "found_1.5": round(found(2, mean, size, 1.5), 2),
                    "found_2": round(found(2, mean, size, 2), 2),
                    "found_2.5": round(found(2, mean, size, 2.5), 2),
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
