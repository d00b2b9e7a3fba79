"""How often each detector calls an ordinary week unusual: `python -m benchmarks.false_alarms` prints percent of weeks.

Simulated weekly counts without any outbreak: negative binomial (mean 20, size 8) around a yearly season.
"""

import json
import math
import random

from functions.aggregate.forecast import signals

SERIES, WEEKS, JUDGED = 12, 310, 40
DETECTORS = {
    "ears_c1": signals.ears_c1,
    "ears_c2": signals.ears_c2,
    "ears_c3": signals.ears_c3,
    "farrington": signals.farrington,
}


def poisson(draw: random.Random, mean: float) -> int:
    """A Poisson count by multiplying uniforms (Knuth)."""
    limit, count, product = math.exp(-mean), 0, draw.random()
    while product > limit:
        count += 1
        product *= draw.random()
    return count


def main() -> None:
    """Simulate, judge the newest weeks of each series, print one JSON object."""
    draw = random.Random(1)
    alarms = dict.fromkeys(DETECTORS, 0)
    for _ in range(SERIES):
        means = [20 * math.exp(0.8 * math.sin(2 * math.pi * week / 52)) for week in range(WEEKS)]
        counts = [poisson(draw, draw.gammavariate(8, mean / 8)) for mean in means]
        for week in range(WEEKS - JUDGED, WEEKS):
            for name, detector in DETECTORS.items():
                bound = detector(counts, week)
                alarms[name] += bound is not None and counts[week] > bound
    print(json.dumps({name: round(100 * count / (SERIES * JUDGED), 1) for name, count in alarms.items()}))


if __name__ == "__main__":
    main()
