"""Invented facts of N residents, as items of the facts table: for benchmarks, tests and pictures of the page."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from functions.aggregate.count import code_catalogue
from health_record import wards

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
# Percent who have it at 20 and at 70 years, roughly as Vietnamese surveys find; everything else is rare.
PREVALENCE = {"I10": (2, 50), "E14.9": (1, 16), "K31.9": (10, 18), "I51.9": (1, 14), "J44.9": (1, 9), "J45.9": (4, 4)}
RARE = (0.5, 1.5)
CARDS_SEEN = 0.3
DISEASES = ("A91", "B08", "J10", "A09", "B01")


def residents(number: int, *, seed: int, province: str = "79", until: dt.date = dt.date(2026, 11, 22)) -> Iterator[Any]:
    """`number` resident rows, the same for the same seed."""
    draw = random.Random(f"residents {seed}")
    codes = sorted(wards.list_wards(province))
    sizes = [draw.uniform(1, 4) for _ in codes]
    account, ward, left = "", "", 0
    for place in range(number):
        if not left:  # a phone declares for one person or, as parents do, for several
            left = draw.choices((1, 2, 3, 4, 5, 6), (50, 20, 12, 10, 5, 3))[0]
            account, ward = f"{seed:04x}a{place:027x}", draw.choices(codes, sizes)[0]
        left -= 1
        row = _resident(draw, f"{seed:04x}{place:028x}", ward, until)
        yield row | {"account": account, "card_seen": draw.random() < CARDS_SEEN}


def diagnoses(number: int, *, seed: int, province: str = "79", until: dt.date = dt.date(2026, 11, 22)) -> Iterator[Any]:
    """`number` diagnosis rows over the year before `until`, with dengue rising and falling with the rains."""
    draw = random.Random(f"diagnoses {seed}")
    codes = sorted(wards.list_wards(province))
    for place in range(number):
        onset = until - dt.timedelta(days=int(draw.triangular(0, 364, 60)))
        yield {
            "pk": f"resident#{seed:04x}{place:028x}",
            "sk": f"diagnosis#{place:032x}",
            "ward": draw.choice(codes),
            "sex": draw.choice(("male", "female")),
            "birth_year": draw.randint(1940, 2025),
            "code": draw.choices(DISEASES, (8, 4, 3, 2, 1))[0],
            "onset": onset.isoformat(),
            "facility": draw.choice(("79001", "79002", "79003")),
            "account": f"{seed:04x}a{place:027x}",
            "card_seen": True,
        }


def posters(*, until: dt.date = dt.date(2026, 11, 22)) -> Iterator[Any]:
    """The counters of three posters over ten weeks."""
    draw = random.Random("posters")
    for poster in ("79-0001", "79-0002", "79-0003"):
        for back in range(70):
            visits = draw.randint(0, 40)
            day = (until - dt.timedelta(days=back)).isoformat()
            yield {
                "pk": f"poster#{poster}",
                "sk": f"day#{day}",
                "visits": visits,
                "codes": int(visits * 0.9),
                "submissions": int(visits * draw.uniform(0.3, 0.8)),
            }


def _resident(draw: random.Random, pseudonym: str, ward: str, until: dt.date) -> dict[str, Any]:
    age = int(draw.triangular(0, 95, 48))
    declared = until - dt.timedelta(days=int(draw.triangular(0, 200, 40)))
    said: dict[str, list[str]] = {"yes": [], "no": [], "unknown": []}
    for entry in (*code_catalogue.entries_of_kind("conditions"), *code_catalogue.entries_of_kind("immunizations")):
        said[_answer(draw, entry, age)].append(entry.key)
    measured = draw.random() < 0.7
    return {
        "pk": f"resident#{pseudonym}",
        "sk": "resident",
        "ward": ward,
        "sex": draw.choices(("male", "female", "other"), (47, 52.8, 0.2))[0],
        "birth_year": until.year - age,
        "declared_on": declared.isoformat(),
        "updated_on": declared.isoformat(),
        **said,
        "choices": {
            entry.key: draw.choice(entry.answers)
            for entry in code_catalogue.entries_of_kind("risks")
            if entry not in code_catalogue.MEASURED_ENTRIES and entry.answers and draw.random() < 0.9
        },
        "measures": _measures(draw, age) if measured else {},
    }


def _answer(draw: random.Random, entry: code_catalogue.Entry, age: int) -> str:
    young, old = PREVALENCE.get(entry.code, RARE)
    percent = young + (old - young) * min(max(age - 20, 0) / 50, 1) if age >= 15 else young / 4
    if entry.kind == "immunizations":
        percent = 80
    return draw.choices(("yes", "no", "unknown"), (percent, 100 - percent, 5))[0]


def _measures(draw: random.Random, age: int) -> dict[str, int]:
    height = 158 if age >= 18 else 75 + age * 5
    bmi = draw.gauss(22.5, 3.2) if age >= 18 else draw.gauss(16.5, 2)
    pressure = draw.gauss(112 + age * 0.3, 14)
    return {
        "8302-2": height,
        "29463-7": round(bmi * height * height / 10000),
        "8480-6": round(pressure),
        "8462-4": round(pressure * 0.62),
    }
