"""The same statistics by another engine: plain Python over the items, written from the column dictionary alone."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from health_record import wards

Counts = Counter[tuple[Any, ...]]
RISK_QUESTIONS = {"http://loinc.org|72166-2", "http://loinc.org|11331-6", "http://loinc.org|73985-4"}


def who(item: dict[str, Any], year: int) -> tuple[str, str, str]:
    """Ward, sex and age band."""
    ward = item.get("ward") if wards.in_province(str(item.get("ward")), "79") else "unknown"
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
                vaccine = key.startswith("http://hl7.org/fhir/sid/cvx|")
                if key not in RISK_QUESTIONS and vaccine == immunizations:
                    counts[*who(item, year), *split(key)] += 1
    return found


def risks(items: Iterable[dict[str, Any]], year: int) -> Counts:
    found: Counts = Counter()
    for item in items:
        place = who(item, year)
        for question, answer in item.get("choices", {}).items():
            found[*place, *split(question), answer] += 1
        for answer in ("yes", "no", "unknown"):
            for key in RISK_QUESTIONS.intersection(item.get(answer, [])):
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
    return Counter((week(item["onset"]), who(item, year)[0], item["code"][:3].upper()) for item in items)
