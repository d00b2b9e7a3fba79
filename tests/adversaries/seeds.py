"""How long an adversary plays, and by which seed: `SSK_SEED`, else that of the day.

What fails names its seed, so that it can be played again.
"""

import datetime
import os

LONG = os.environ.get("SSK_ADVERSARIES") == "long"
TIMES = 10  # how much longer the long mode is, in games and in steps together


def first_seed() -> int:
    """The seed of the first game; a day's gate plays the same games everywhere."""
    return int(os.environ.get("SSK_SEED") or datetime.datetime.now(datetime.UTC).date().toordinal())


def seed(place: int) -> int:
    """That of the game in this place."""
    return first_seed() + place


def games(number: int) -> int:
    """How many games are played."""
    return number * (TIMES if LONG else 1)


def steps(number: int) -> int:
    """How many steps one has."""
    return number * (3 if LONG else 1)
