"""What an invented person of some age and sex has, does and measures.

The shares are rounded from what national surveys of adults report (STEPS 2021, GATS 2015 and the like). They only have
to be plausible: nothing is learnt about real people from them.
"""

import bisect
import random
from dataclasses import dataclass

AGE_STEPS = (15, 30, 45, 60, 75)
# ICD-10 code -> share of people under 15, 15-29, 30-44, 45-59, 60-74, 75 and over who have it.
PREVALENCE = {
    "I10": (0.001, 0.02, 0.09, 0.28, 0.48, 0.58),
    "E14.9": (0.001, 0.004, 0.03, 0.10, 0.18, 0.17),
    "I51.9": (0.002, 0.004, 0.01, 0.05, 0.14, 0.24),
    "K31.9": (0.005, 0.06, 0.12, 0.16, 0.15, 0.12),
    "J44.9": (0.001, 0.002, 0.01, 0.04, 0.08, 0.12),
    "J45.9": (0.06, 0.03, 0.03, 0.04, 0.04, 0.04),
    "E04.9": (0.002, 0.01, 0.03, 0.04, 0.04, 0.03),
    "B19.9": (0.003, 0.02, 0.05, 0.07, 0.06, 0.04),
    "Q24.9": (0.006, 0.003, 0.002, 0.001, 0.001, 0.001),
    "F99": (0.001, 0.008, 0.012, 0.015, 0.015, 0.02),
    "F84.0": (0.008, 0.002, 0.0, 0.0, 0.0, 0.0),
    "G40.9": (0.005, 0.005, 0.005, 0.005, 0.005, 0.005),
    "C80.9": (0.001, 0.001, 0.004, 0.015, 0.03, 0.04),
    "A16.9": (0.0005, 0.003, 0.004, 0.006, 0.008, 0.008),
    "R69": (0.02, 0.02, 0.03, 0.05, 0.07, 0.08),
}
ALLERGIES = {"drug": 0.05, "food": 0.04, "chemical": 0.015, "other": 0.02}
SMOKING = {
    "male": {"never": 0.48, "former": 0.14, "sometimes": 0.07, "daily": 0.29, "unknown": 0.02},
    "female": {"never": 0.965, "former": 0.01, "sometimes": 0.005, "daily": 0.01, "unknown": 0.01},
}
ALCOHOL = {
    "male": {"no": 0.57, "regular": 0.32, "quit": 0.09, "unknown": 0.02},
    "female": {"no": 0.91, "regular": 0.06, "quit": 0.02, "unknown": 0.01},
}
ACTIVITY = {"no": 0.24, "sometimes": 0.41, "regular": 0.33, "unknown": 0.02}
# Age in years -> usual height in cm (both sexes until puberty), between which lies a straight line.
CHILD_AGES = (0, 1, 2, 4, 6, 8, 10, 12, 14, 16)
CHILD_HEIGHTS = {
    "male": (52, 75, 86, 102, 115, 126, 137, 148, 161, 167),
    "female": (51, 74, 85, 101, 114, 126, 138, 149, 154, 156),
}
ADULT_HEIGHT = {"male": (166.5, 6.0), "female": (155.5, 5.5)}


@dataclass(frozen=True)
class HealthProfile:
    """One person's health as they know it. None: left open; "unknown": the person says that they do not know.

    `conditions` are ICD-10 codes, `allergies` kinds; heights in cm, weights in kg, pressures in mmHg.
    """

    conditions: frozenset[str] | None
    conditions_unknown: bool
    allergies: frozenset[str] | None
    smoking: str | None
    alcohol: str | None
    activity: str | None
    height: int | None
    weight: float | None
    pressure: tuple[int, int] | None


def draw_profile(chance: random.Random, sex: str, age: int) -> HealthProfile:
    """A plausible person of this sex and age."""
    unknown = chance.random() < 0.02
    conditions = frozenset() if unknown else _conditions(chance, sex, age)
    height, weight = _body(chance, sex, age)
    adult = age >= 15
    return HealthProfile(
        conditions=_unless(chance, 0.03, conditions),
        conditions_unknown=unknown,
        allergies=_unless(chance, 0.05, frozenset(kind for kind in ALLERGIES if chance.random() < ALLERGIES[kind])),
        smoking=_unless(chance, 0.04, _pick(chance, SMOKING[sex]) if adult else "never"),
        alcohol=_unless(chance, 0.04, _pick(chance, ALCOHOL[sex]) if adult else "no"),
        activity=_unless(chance, 0.08, _pick(chance, ACTIVITY)) if age >= 3 else None,
        height=_unless(chance, 0.2, height),
        weight=_unless(chance, 0.15, weight),
        pressure=_unless(chance, 0.6, _pressure(chance, "I10" in conditions)) if age >= 40 else None,
    )


def _conditions(chance: random.Random, sex: str, age: int) -> frozenset[str]:
    step = bisect.bisect_right(AGE_STEPS, age)
    more_in_women = {"E04.9": 3.0}
    factor = {code: more_in_women.get(code, 1.0) if sex == "female" else 1.0 for code in PREVALENCE}
    return frozenset(code for code, shares in PREVALENCE.items() if chance.random() < shares[step] * factor[code])


def _body(chance: random.Random, sex: str, age: int) -> tuple[int, float]:
    if age >= CHILD_AGES[-1]:
        mean, spread = ADULT_HEIGHT[sex]
        height = chance.gauss(mean - max(0, age - 40) * 0.12, spread)
        index = max(15.5, chance.gauss(21.5 + min(age, 60) * 0.03, 2.9))
    else:
        height = chance.gauss(_child_height(sex, age), 3)
        index = max(12.5, chance.gauss(15.5 + max(0, age - 6) * 0.4, 1.5))
    return round(height), round(index * (height / 100) ** 2, 1)


def _child_height(sex: str, age: int) -> float:
    heights, upper = CHILD_HEIGHTS[sex], bisect.bisect_right(CHILD_AGES, age)
    low, high = CHILD_AGES[upper - 1], CHILD_AGES[upper]
    return heights[upper - 1] + (heights[upper] - heights[upper - 1]) * (age - low) / (high - low)


def _pressure(chance: random.Random, high: bool) -> tuple[int, int]:
    systolic = round(min(210, max(90, chance.gauss(145 if high else 121, 12))))
    return systolic, round(min(systolic - 20, max(55, chance.gauss(86 if high else 76, 8))))


def _pick(chance: random.Random, shares: dict[str, float]) -> str:
    return chance.choices(list(shares), list(shares.values()))[0]


def _unless[Value](chance: random.Random, share: float, value: Value) -> Value | None:
    """`value`, or None for the share of people who leave the question open."""
    return None if chance.random() < share else value
