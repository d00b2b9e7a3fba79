"""The constraints of HL7's definitions on data types and parts of resources, by their own names, written by hand."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from health_record.language import Translated

Element = dict[str, Any]
NUMBERS = (int, float, Decimal)
UCUM = "http://unitsofmeasure.org"
MEALS = {"C", "CM", "CD", "CV"}
# Timing.repeat: a member, and the one that it needs beside it.
NEEDED_BESIDE = (
    ("duration", "durationUnit", "tim-1"),
    ("period", "periodUnit", "tim-2"),
    ("periodMax", "period", "tim-6"),
    ("durationMax", "duration", "tim-7"),
    ("countMax", "count", "tim-8"),
    ("offset", "when", "tim-9"),
)


def check_element(kind: str, element: Element) -> Iterator[Translated]:
    """The constraints of a data type (`Period`) or of a part of a resource (`Condition.evidence`)."""
    constraints = BY_TYPE.get(kind)
    if constraints is not None:
        yield from constraints(element)


def _is_later(start: str, end: str) -> bool:
    """Whether a FHIR date or time is later than another: two instants by their moment, in whatever zones they are
    written; else as far as both are known, to the day at most.
    """
    if "T" in start and "T" in end:
        try:
            return datetime.fromisoformat(start) > datetime.fromisoformat(end)
        except (ValueError, TypeError):  # told as what it is by its own type
            return False
    length = min(len(start), len(end), len("2026-11-22"))
    return start[:length] > end[:length]


def _period(element: Element) -> Iterator[Translated]:
    start, end = element.get("start"), element.get("end")
    if isinstance(start, str) and isinstance(end, str) and _is_later(start, end):
        yield Translated("phải bắt đầu trước khi kết thúc (per-1)", "must start before it ends (per-1)")


def _quantity(element: Element) -> Iterator[Translated]:
    if "code" in element and "system" not in element:
        yield Translated("cần system đi cùng code (qty-3)", "needs a system with its code (qty-3)")


def _extension(element: Element) -> Iterator[Translated]:
    has_value = any(name.startswith(("value", "_value")) for name in element)
    if has_value == ("extension" in element):
        yield Translated(
            "phải có giá trị hoặc extension, không cả hai (ext-1)", "must have either a value or extensions (ext-1)"
        )


def _attachment(element: Element) -> Iterator[Translated]:
    if "data" in element and "contentType" not in element:
        yield Translated("cần contentType đi cùng data (att-1)", "needs a contentType with its data (att-1)")
    if "url" in element and not str(element["url"]).startswith("https://"):
        yield Translated("phải có url https", "must have an https url")


def _reference(element: Element) -> Iterator[Translated]:
    if not {"reference", "identifier", "display", "extension"} & element.keys():
        yield Translated("cần reference, identifier hoặc display", "needs a reference, an identifier or a display")


def _contact(element: Element) -> Iterator[Translated]:
    if "value" in element and "system" not in element:
        yield Translated("cần system đi cùng value (cpt-2)", "needs a system with its value (cpt-2)")


def _range(element: Element) -> Iterator[Translated]:
    low, high = (_value(element.get(side)) for side in ("low", "high"))
    if isinstance(low, NUMBERS) and isinstance(high, NUMBERS) and low > high:
        yield Translated("phải có low không lớn hơn high (rng-2)", "must have a low that is not above its high (rng-2)")


def _measure(element: Element) -> Iterator[Translated]:
    """age-1, dis-1, drt-1: a number with a unit by UCUM."""
    yield from _quantity(element)
    if "value" in element and "code" not in element:
        yield Translated("cần code theo UCUM đi cùng value", "needs a code of UCUM with its value")
    if element.get("system", UCUM) != UCUM:
        yield Translated(f"phải có system {UCUM}", f"must have the system {UCUM}")


def _count(element: Element) -> Iterator[Translated]:
    yield from _measure(element)
    value = element.get("value")
    whole = not isinstance(value, NUMBERS) or value == int(value)
    if not whole or (value is not None and element.get("code") != "1"):
        yield Translated("phải là số nguyên có code 1 (cnt-3)", "must be a whole number with code 1 (cnt-3)")


def _ratio(element: Element) -> Iterator[Translated]:
    sides = {"numerator", "denominator"} & element.keys()
    if len(sides) == 1 or not (sides or "extension" in element):
        yield Translated("cần cả numerator và denominator (rat-1)", "needs both a numerator and a denominator (rat-1)")


def _repeat(element: Element) -> Iterator[Translated]:
    for member, beside, rule in NEEDED_BESIDE:
        if member in element and beside not in element:
            yield Translated(f"có {member} thì cần {beside} ({rule})", f"needs {beside} with its {member} ({rule})")
    for member, rule in (("duration", "tim-4"), ("period", "tim-5")):
        if isinstance(element.get(member), NUMBERS) and element[member] < 0:
            yield Translated(f"phải có {member} không âm ({rule})", f"must have a {member} of 0 or more ({rule})")
    if "offset" in element and MEALS & set(element.get("when", ())):
        yield Translated("không được có offset trong bữa ăn (tim-9)", "must not have an offset with a meal (tim-9)")
    if {"timeOfDay", "when"} <= element.keys():
        yield Translated("chỉ được có timeOfDay hoặc when (tim-10)", "must have either timeOfDay or when (tim-10)")


def _any_of(*members: str, rule: str) -> Callable[[Element], Iterator[Translated]]:
    """One of the members has to be there."""

    def check(element: Element) -> Iterator[Translated]:
        if element.keys().isdisjoint(members):
            vi, en = " hoặc ".join(members), " or ".join(members)
            yield Translated(f"cần {vi} ({rule})", f"needs {en} ({rule})")

    return check


def _value(quantity: Any) -> Any:
    return quantity.get("value") if isinstance(quantity, dict) else None


BY_TYPE: Mapping[str, Callable[[Element], Iterator[Translated]]] = {
    "Age": _measure,
    "Attachment": _attachment,
    "Condition.evidence": _any_of("code", "detail", rule="con-2"),
    "Condition.stage": _any_of("summary", "assessment", rule="con-1"),
    "ContactPoint": _contact,
    "Count": _count,
    "Distance": _measure,
    "Duration": _measure,
    "Extension": _extension,
    "Immunization.education": _any_of("documentType", "reference", rule="imm-1"),
    "Observation.referenceRange": _any_of("low", "high", "text", rule="obs-3"),
    "Period": _period,
    "Quantity": _quantity,
    "Range": _range,
    "Ratio": _ratio,
    "Reference": _reference,
    "Timing.repeat": _repeat,
}
