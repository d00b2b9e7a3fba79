"""Signals on simulated weeks: `python -m benchmarks.outbreaks` prints false alarms a year and outbreaks found.

Weekly counts are negative binomial around a yearly season; reports come with delay. A run looks at every week's end
with what is reported by then. Outbreaks multiply four weeks; they are found when a signal is raised by the end of the
fourth. Each setting is judged twice: with exact counts, as the department's private signals are found, and with the
noise of published counts, as public ones are: a closed week has one draw for good, an open one another at each release.

With `forged` it prints how often three phones of twelve records make up a public signal in four closed weeks.
"""

import json
import math
import random
import sys

from functions.aggregate.forecast import outbreaks
from functions.aggregate.protect.promise import NARROW
from functions.aggregate.publish.signal_notices import WEEKS_OF_ONE_OUTBREAK, is_public

REPORTED = (0.3, 0.6, 0.8, 0.9)  # of a week's cases, one to four weeks after its beginning
SEASON = 52
YEARS = 5
QUIET_WEEKS = 104
# People added a week: none; two of each phone whose cards nobody saw; all of them, seen by a facility that lies.
FORGED = {"nobody": (0, 0, 0, 0), "unseen": (6, 6, 6, 6), "seen": (36, 0, 36, 0)}


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


def seasonal_means(mean: float, weeks: int, season: float, first: int = 0) -> list[float]:
    """What is usual in each week; `first` is the week of the season that they begin with."""
    return [mean * math.exp(season * math.sin(2 * math.pi * (first + week) / SEASON)) for week in range(weeks)]


def simulate(draw: random.Random, mean: float, size: float, weeks: int, season: float) -> list[int]:
    """Weeks without an outbreak."""
    return [draw_count(draw, each, size) for each in seasonal_means(mean, weeks, season)]


def blur(draw: random.Random, count: int, spread: float) -> int:
    """The count as it is published; the same count without noise."""
    return max(count + round(draw.gauss(0, spread)), 0) if spread else count


def is_raised(draw: random.Random, counts: list[int], shown: list[int], spread: float) -> bool:
    """Whether the run at the end of the newest of these weeks raises a signal; `shown` are the closed weeks."""
    shares = REPORTED[::-1]
    newest = zip(counts[-outbreaks.BACK :], shares, strict=True)
    reported = [blur(draw, thin(draw, count, share), spread) for count, share in newest]
    found = outbreaks.look([*map(float, shown[: len(counts) - outbreaks.BACK]), *map(float, reported)], shares)
    return is_public(found) if spread else found is not None and found.is_raised


def false_alarms_a_year(
    seed: int,
    mean: float,
    size: float,
    *,
    spread: float = 0.0,
    season: float = 0.4,
    series: int = 10,
    weeks: int = QUIET_WEEKS,
) -> float:
    """Signals a year on series without any outbreak; none follows another within eight weeks."""
    draw, begun = random.Random(seed), 0
    for _ in range(series):
        counts = simulate(draw, mean, size, YEARS * SEASON + weeks, season)
        shown, silent = [blur(draw, count, spread) for count in counts], 0
        for end in range(YEARS * SEASON, len(counts)):
            silent -= 1
            if silent <= 0 and is_raised(draw, counts[:end], shown, spread):
                begun, silent = begun + 1, WEEKS_OF_ONE_OUTBREAK
    return begun / (series * weeks / SEASON)


def found(
    seed: int,
    mean: float,
    size: float,
    times: float,
    *,
    spread: float = 0.0,
    season: float = 0.4,
    trials: int = 50,
) -> float:
    """The share of four-week outbreaks of so many times the usual that are found by the end of their fourth week."""
    draw, hits = random.Random(seed), 0
    for _ in range(trials):
        counts = simulate(draw, mean, size, YEARS * SEASON + draw.randrange(SEASON), season)
        shown = [blur(draw, count, spread) for count in counts]
        hit = False
        for _week in range(4):
            at = len(counts)
            usual = mean * math.exp(season * math.sin(2 * math.pi * at / SEASON))
            counts.append(draw_count(draw, usual * times, size))
            hit = hit or is_raised(draw, counts, shown, spread)
        hits += hit
    return hits / trials


def forged(seed: int, mean: float, size: float, how: str, *, season: float = 0.4, trials: int = 200) -> float:
    """The share of runs without an outbreak in which four closed weeks with people added raise a signal."""
    draw, hits = random.Random(seed), 0
    for _ in range(trials):
        counts = simulate(draw, mean, size, YEARS * SEASON + draw.randrange(SEASON), season)
        added = (*(0,) * (len(counts) - outbreaks.BACK), *FORGED[how])
        shown = [float(blur(draw, count + more, NARROW)) for count, more in zip(counts, added, strict=True)]
        hits += is_public(outbreaks.look(shown, [1.0] * outbreaks.BACK))
    return hits / trials


def main() -> None:
    """Print a line of JSON for each setting, without and with noise; with `quick` only the promised settings."""
    settings = [(20, 10), (50, 10), (20, 30)]
    if sys.argv[1:] != ["quick"]:
        settings += [(5, 10), (10, 10), (20, 3), (100, 10), (200, 3)]
    if sys.argv[1:] == ["forged"]:
        for mean, size in sorted(settings):
            made = {"weekly_mean": mean, "dispersion": size, **{how: forged(3, mean, size, how) for how in FORGED}}
            print(json.dumps(made), flush=True)
        return
    for mean, size in settings:
        for spread in (0.0, NARROW):
            told = {"weekly_mean": mean, "dispersion": size, "noise": spread}
            told["false_alarms_a_year"] = round(false_alarms_a_year(1, mean, size, spread=spread), 2)
            told |= {f"found_{times}": round(found(2, mean, size, times, spread=spread), 2) for times in (1.5, 2, 2.5)}
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
