"""The same statistics by another engine: plain Python over the items, written from the column dictionary alone."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from functions.aggregate.count.age_bands import WORLD_STANDARD
from health_record import wards

Counts = Counter[tuple[Any, ...]]
RISKS = "http://loinc.org|"  # the system of every question on risks
VACCINES = ("http://hl7.org/fhir/sid/cvx|", "http://www.whocc.no/atc|J07")


def who(item: dict[str, Any], year: int) -> tuple[str, str, str]:
    """Ward, sex and age band."""
    ward = item.get("ward") if wards.find_in_province(str(item.get("ward")), "79") else "unknown"
    sex = item.get("sex") if item.get("sex") in ("male", "female", "other") else "unknown"
    band = "unknown"
    if isinstance(item.get("birth_year"), int) and 0 <= (age := year - item["birth_year"]) <= 130:
        band = "85+" if age >= 85 else f"{age // 5 * 5}-{age // 5 * 5 + 4}"
    return str(ward), str(sex), band


def week(day: Any) -> str:
    try:
        year, number, _ = dt.date.fromisoformat(str(day)).isocalendar()
    except ValueError:
        return "unknown"
    return f"{year}-W{number:02d}"


def split(key: str) -> tuple[str, str]:
    system, _, code = key.rpartition("|")
    return system, code


def coverage(items: Iterable[dict[str, Any]], year: int) -> Counts:
    return Counter((*who(item, year), week(item.get("declared_on"))) for item in items)


def said(items: Iterable[dict[str, Any]], year: int, *, immunizations: bool) -> dict[str, Counts]:
    found: dict[str, Counts] = {"yes": Counter(), "no": Counter(), "unknown": Counter()}
    for item in items:
        for answer, counts in found.items():
            for key in item.get(answer, []):
                if not key.startswith(RISKS) and key.startswith(VACCINES) == immunizations:
                    counts[*who(item, year), *split(key)] += 1
    return found


def risks(items: Iterable[dict[str, Any]], year: int) -> Counts:
    found: Counts = Counter()
    for item in items:
        place = who(item, year)
        for question, answer in item.get("choices", {}).items():
            found[*place, *split(question), answer] += 1
        for answer in ("yes", "no", "unknown"):
            for key in item.get(answer, []):
                if key.startswith(RISKS):
                    found[*place, *split(key), answer] += 1
        if place[2] != "unknown" and year - item["birth_year"] >= 18:
            measures = item.get("measures", {})
            if bmi := bmi_class(measures.get("29463-7"), measures.get("8302-2")):
                found[*place, "http://loinc.org", "39156-5", f"urn:x-so-suc-khoe:bmi|{bmi}"] += 1
            if pressure := pressure_class(measures.get("8480-6"), measures.get("8462-4")):
                found[*place, "http://loinc.org", "85354-9", f"urn:x-so-suc-khoe:blood-pressure|{pressure}"] += 1
    return found


def bmi_class(weight: float | None, height: float | None) -> str | None:
    if not weight or not height:
        return None
    index = round(weight / height**2 * 10000, 4)
    if not 10 <= index <= 80:
        return None
    limits = ((18.5, "underweight"), (23, "normal"), (25, "overweight"), (81, "obese"))
    return next(name for limit, name in limits if index < limit)


def pressure_class(upper: float | None, lower: float | None) -> str | None:
    if upper is None or lower is None:
        return None
    if upper >= 140 or lower >= 90:
        return "high"
    return "high-normal" if upper >= 130 or lower >= 85 else "normal"


def diagnoses(items: Iterable[dict[str, Any]], year: int) -> Counts:
    """People ill by week, ward and category: a report within 14 days of the one before is of the same episode."""
    last: dict[tuple[str, str], dt.date | None] = {}
    found: Counts = Counter()
    for item in sorted(items, key=lambda item: (item["onset"], item["facility"], item["sk"])):
        who_has = (item["pk"], item["code"][:3].upper())
        try:
            onset = dt.date.fromisoformat(item["onset"])
        except ValueError:
            onset = None
            who_has = (f"{item['pk']} undated", who_has[1])
        before = last.get(who_has)
        if who_has not in last or (onset and before and (onset - before).days > 14):
            found[week(item["onset"]), who(item, year)[0], who_has[1]] += 1
        last[who_has] = onset
    return found


def prevalence(
    items: Iterable[dict[str, Any]], population: Iterable[dict[str, Any]], year: int
) -> dict[tuple[str, str], dict[str, float | None]]:
    """(ward or `all`, condition) -> counts and rates, summed stratum by stratum in exact fractions."""
    counts = said(items, year, immunizations=False)
    cells: dict[tuple[str, str], dict[tuple[str, str], list[int]]] = {}
    for answer in ("yes", "no", "unknown"):
        for (ward, sex, band, system, code), people in counts[answer].items():
            for place in (ward, "all"):
                cell = cells.setdefault((place, f"{system}|{code}"), {}).setdefault((sex, band), [0, 0])
                cell[0] += people if answer == "yes" else 0
                cell[1] += people if answer != "unknown" else 0
    living: dict[str, Counter[tuple[str, str]]] = {}
    for row in population:
        for place in (row["ward"], "all"):
            living.setdefault(place, Counter())[row["sex"], row["age_band"]] += row["population"]
    return {key: _rates(strata, living.get(key[0], Counter())) for key, strata in cells.items()}


def _rates(strata: dict[tuple[str, str], list[int]], living: Counter[tuple[str, str]]) -> dict[str, float | None]:
    by_age: dict[str, list[int]] = {}
    for (_, band), (yes, answered) in strata.items():
        before = by_age.setdefault(band, [0, 0])
        by_age[band] = [before[0] + yes, before[1] + answered]
    yes, answered = (sum(cell[place] for cell in by_age.values()) for place in (0, 1))
    ages = {
        band: (Fraction(str(WORLD_STANDARD[band])), cell) for band, cell in by_age.items() if band in WORLD_STANDARD
    }
    people = {place: (Fraction(living[place]), cell) for place, cell in strata.items() if place in living}
    standardised, covered = _weighted(ages)
    stratified, reached = _weighted(people)
    whole = sum(Fraction(str(percent)) for percent in WORLD_STANDARD.values())
    return {
        "yes": yes,
        "answered": answered,
        "crude": yes / answered if answered else None,
        "age_standardised": standardised,
        "standard_share": float(covered / whole),
        "post_stratified": stratified,
        "population_share": float(reached / sum(living.values())) if stratified is not None else None,
    }


def _weighted(cells: dict[Any, tuple[Fraction, list[int]]]) -> tuple[float | None, Fraction]:
    """The weighted mean of the cells' rates, and the weight that has answers behind it."""
    weighed = [(weight, cell) for weight, cell in cells.values() if cell[1] and weight]
    total = sum((weight for weight, _ in weighed), Fraction(0))
    if not total:
        return None, total
    return float(sum(weight * Fraction(*cell) for weight, cell in weighed) / total), total
