"""FHIR's data types in words: concepts, amounts, times, dosages. Whatever is there is said; nothing becomes empty."""

from collections.abc import Callable, Mapping
from typing import Any

from health_record.language import Translated
from health_record.rendering import moments
from health_record.rendering.phrases import Phrase, joined, labelled
from health_record.rendering.statuses import statuses_of

Element = dict[str, Any]
Resolve = Callable[[str], Element | None]

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"
ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
NOT_STATED = Translated("không ghi", "not stated")
YES, NO = Translated("có", "yes"), Translated("không", "no")
# http://terminology.hl7.org/CodeSystem/data-absent-reason
ABSENT_REASONS: Mapping[str, Translated] = {
    "unknown": Translated("không biết", "unknown"),
    "asked-unknown": Translated("đã hỏi, không biết", "asked, not known"),
    "temp-unknown": Translated("chưa biết, sẽ có sau", "not known yet"),
    "not-asked": Translated("không hỏi", "not asked"),
    "asked-declined": Translated("đã hỏi, không trả lời", "asked, declined to answer"),
    "masked": Translated("có nhưng được giữ kín", "withheld"),
    "not-applicable": Translated("không áp dụng", "not applicable"),
    "unsupported": Translated("hệ thống gửi không ghi được", "unsupported by the source"),
    "as-text": Translated("ghi trong phần lời", "given as text"),
    "error": Translated("lỗi hệ thống hoặc lỗi đo", "system or measurement error"),
    "not-a-number": Translated("không phải số", "not a number"),
    "negative-infinity": Translated("thấp hơn mức đo được", "below what can be measured"),
    "positive-infinity": Translated("cao hơn mức đo được", "above what can be measured"),
    "not-performed": Translated("không làm", "not performed"),
    "not-permitted": Translated("không được phép", "not permitted"),
}
UNITS: Mapping[str, Translated] = {
    "s": Translated("giây", "s"),
    "min": Translated("phút", "min"),
    "h": Translated("giờ", "h"),
    "d": Translated("ngày", "days"),
    "wk": Translated("tuần", "weeks"),
    "mo": Translated("tháng", "months"),
    "a": Translated("tuổi", "years"),
}
PERIODS = {**UNITS, "a": Translated("năm", "years")}
# http://hl7.org/fhir/event-timing and http://terminology.hl7.org/CodeSystem/v3-TimingEvent
EVENTS: Mapping[str, Translated] = {
    "MORN": Translated("buổi sáng", "morning"),
    "MORN.early": Translated("sáng sớm", "early morning"),
    "MORN.late": Translated("cuối buổi sáng", "late morning"),
    "NOON": Translated("buổi trưa", "noon"),
    "AFT": Translated("buổi chiều", "afternoon"),
    "AFT.early": Translated("đầu buổi chiều", "early afternoon"),
    "AFT.late": Translated("cuối buổi chiều", "late afternoon"),
    "EVE": Translated("buổi tối", "evening"),
    "EVE.early": Translated("đầu buổi tối", "early evening"),
    "EVE.late": Translated("cuối buổi tối", "late evening"),
    "NIGHT": Translated("ban đêm", "night"),
    "PHS": Translated("sau khi ngủ", "after sleep"),
    "HS": Translated("trước khi đi ngủ", "before sleep"),
    "WAKE": Translated("khi thức dậy", "on waking"),
    "C": Translated("trong bữa ăn", "with a meal"),
    "CM": Translated("trong bữa sáng", "with breakfast"),
    "CD": Translated("trong bữa trưa", "with lunch"),
    "CV": Translated("trong bữa tối", "with dinner"),
    "AC": Translated("trước khi ăn", "before a meal"),
    "ACM": Translated("trước bữa sáng", "before breakfast"),
    "ACD": Translated("trước bữa trưa", "before lunch"),
    "ACV": Translated("trước bữa tối", "before dinner"),
    "PC": Translated("sau khi ăn", "after a meal"),
    "PCM": Translated("sau bữa sáng", "after breakfast"),
    "PCD": Translated("sau bữa trưa", "after lunch"),
    "PCV": Translated("sau bữa tối", "after dinner"),
}
DAYS: Mapping[str, Translated] = {
    "mon": Translated("thứ Hai", "Monday"),
    "tue": Translated("thứ Ba", "Tuesday"),
    "wed": Translated("thứ Tư", "Wednesday"),
    "thu": Translated("thứ Năm", "Thursday"),
    "fri": Translated("thứ Sáu", "Friday"),
    "sat": Translated("thứ Bảy", "Saturday"),
    "sun": Translated("Chủ nhật", "Sunday"),
}


def concept(element: Any) -> Phrase:
    """A CodeableConcept. The source's own text always stands; English beside it where the source gave it."""
    if not isinstance(element, dict):
        return ()
    codings = [each for each in element.get("coding") or () if isinstance(each, dict)]
    text = element.get("text")
    if not text:
        return next((coding(each) for each in codings if "display" in each), ()) or next(
            (found for each in codings if (found := coding(each))), absent_of(element) or (NOT_STATED,)
        )
    if english := _english(element, "_text"):
        return (Translated(text, english),)
    shown = next((each for each in codings if each.get("display")), None)
    if shown is None:
        return (text,)
    other = _english(shown, "_display") or shown["display"]
    if shown["display"] == text:
        return (Translated(text, other),)
    return (text,) if other == text else (text, f" ({other})")


def coding(element: Element) -> Phrase:
    """A Coding: its display, else its code."""
    display = element.get("display")
    if display:
        return (Translated(display, _english(element, "_display") or display),)
    return (str(element["code"]),) if "code" in element else absent_of(element)


def concepts(elements: Any) -> Phrase:
    """A list of CodeableConcepts."""
    return joined((concept(each) for each in elements or ()), ", ")


def quantity(element: Element) -> Phrase:
    """An amount with its comparator and unit, digit by digit as it was sent."""
    if "value" not in element:
        return absent_of(element) or (NOT_STATED,)
    unit = _unit(element)
    number = f"{element.get('comparator', '')}{element['value']}"
    return (f"{number} {unit}",) if unit else (number,)


def age(element: Element) -> Phrase:
    """`42 tuổi (42 years)`."""
    unit = UNITS.get(str(element.get("code") or element.get("unit")))
    if unit is None or "value" not in element:
        return quantity(element)
    number = f"{element.get('comparator', '')}{element['value']}"
    return (Translated(f"{number} {unit.vi}", f"{number} {unit.en}"),)


def range_(element: Element) -> Phrase:
    """`3.5 – 5.1 mmol/L`, `≥ 3.5 mmol/L`."""
    low, high = element.get("low"), element.get("high")
    if low and high:
        same = _unit(low) == _unit(high)
        first = quantity({**low, "unit": "", "code": ""} if same else low)
        return (*first, " – ", *quantity(high))
    if low:
        return ("≥ ", *quantity(low))
    return ("≤ ", *quantity(high)) if high else absent_of(element) or (NOT_STATED,)


def ratio(element: Element) -> Phrase:
    """`1 : 128`, `5 mg / 1 mL`."""
    sides = [quantity(element[side]) if element.get(side) else (NOT_STATED,) for side in ("numerator", "denominator")]
    plain = not any(_unit(element.get(side) or {}) for side in ("numerator", "denominator"))
    return joined(sides, " : " if plain else " / ")


def sampled_data(element: Element) -> Phrase:
    """Where a series of measurements is; its points are for software."""
    points = str(element.get("data", "")).split()
    return (Translated(f"chuỗi {len(points)} số đo", f"series of {len(points)} measurements"),)


def period(element: Element, zone: str) -> Phrase:
    """`từ 20/11/2026 đến 23/11/2026`."""
    start, end = element.get("start"), element.get("end")
    if not start and not end:
        return absent_of(element) or (NOT_STATED,)
    found: list[Phrase] = []
    if start:
        found.append((Translated("từ", "from"), " ", moments.moment(start, zone)))
    if end:
        found.append((Translated("đến", "to"), " ", moments.moment(end, zone)))
    return joined(found, " ")


def timing(element: Element, zone: str) -> Phrase:
    """How often and when: `2 lần mỗi ngày (2 times per day), buổi sáng`."""
    repeat = element.get("repeat") or {}
    parts = [concept(element["code"]) if element.get("code") else ()]
    parts.append(joined(((moments.moment(each, zone),) for each in element.get("event") or ()), ", "))
    parts.append(_frequency(repeat))
    parts.append(joined(((EVENTS.get(each, Translated(each, each)),) for each in repeat.get("when") or ()), ", "))
    parts.append(joined(((DAYS.get(each, Translated(each, each)),) for each in repeat.get("dayOfWeek") or ()), ", "))
    parts.append(joined(((str(each),) for each in repeat.get("timeOfDay") or ()), ", "))
    if "boundsPeriod" in repeat:
        parts.append(period(repeat["boundsPeriod"], zone))
    if "boundsDuration" in repeat:
        parts.append(labelled(Translated("trong", "for"), _duration(repeat["boundsDuration"])))
    if "boundsRange" in repeat:
        parts.append(labelled(Translated("trong", "for"), range_(repeat["boundsRange"])))
    if "count" in repeat:
        parts.append((Translated(f"tất cả {repeat['count']} lần", f"{repeat['count']} in all"),))
    return joined(parts, ", ") or (NOT_STATED,)


def dosage(element: Element, zone: str) -> Phrase:
    """One dosage: the prescriber's own words and what its parts say; what is structured is never left out."""
    parts: list[Phrase] = [(str(element["text"]),) if element.get("text") else ()]
    parts += [_amount(each) for each in element.get("doseAndRate") or ()]
    parts.append(timing(element["timing"], zone) if element.get("timing") else ())
    for member in ("route", "site", "method"):
        said = element.get(member)
        if not element.get("text") or (isinstance(said, dict) and _is_named(said)):
            parts.append(concept(said))
    parts.append(_as_needed(element))
    parts.append(concepts(element.get("additionalInstruction")))
    if element.get("patientInstruction"):
        parts.append((str(element["patientInstruction"]),))
    for member, label, say in _LIMITS:
        if member in element:
            parts.append(labelled(label, say(element[member])))
    return joined(parts, ", ") or absent_of(element) or (NOT_STATED,)


def _is_named(element: Element) -> bool:
    """Whether a concept has words, and not only a code that says nothing to a reader."""
    return bool(element.get("text")) or any(each.get("display") for each in element.get("coding") or ())


def reference(element: Any, resolve: Resolve) -> Phrase:
    """Who or what is meant: the reference's own display, else the name of what it leads to, with where that stands."""
    if not isinstance(element, dict):
        return ()
    display: Phrase = (str(element["display"]),) if element.get("display") else ()
    found = resolve(str(element.get("reference", "")))
    if not found:
        return display
    marks = joined(((status.words,) for status in statuses_of(found) if status.words is not None), ", ")
    return joined([marks, display or name_of(found)], ": ")


def name_of(resource: Element) -> Phrase:
    """The name of a person, place, product or of what a resource is about."""
    name = resource.get("name")
    if isinstance(name, str):
        return (name,)
    if isinstance(name, list) and name:
        return (human_name(name[0]),)
    if resource["resourceType"] == "Medication":
        return medication(resource)
    if devices := resource.get("deviceName"):
        return (str(devices[0]["name"]),)
    if isinstance(resource.get("description"), str):
        return (str(resource["description"]),)
    named = resource.get("code") or resource.get("type")
    return concepts(named) if isinstance(named, list) else concept(named)


def medication(resource: Element) -> Phrase:
    """A Medication: its code, form and ingredients with their strengths."""
    ingredients = joined((_ingredient(each) for each in resource.get("ingredient") or ()), " + ")
    named = concept(resource["code"]) if resource.get("code") else ()
    return joined([named or ingredients, concept(resource.get("form")), ingredients if named else ()], ", ") or (
        NOT_STATED,
    )


def human_name(element: Element) -> str:
    """A name as it is written in full."""
    if element.get("text"):
        return str(element["text"])
    return " ".join([*element.get("prefix", []), str(element.get("family", "")), *element.get("given", [])]).strip()


def absent_reason(code: str) -> Translated:
    """Why there is no value."""
    return ABSENT_REASONS.get(code, Translated(code, code))


def absent_of(element: Any) -> Phrase:
    """Why an element has no content, where its extension says so."""
    for extension in element.get("extension") or () if isinstance(element, dict) else ():
        if extension.get("url") == ABSENT_REASON:
            return (absent_reason(str(extension.get("valueCode"))),)
    return ()


def _english(element: Element, member: str) -> str | None:
    beside = element.get(member)
    for extension in beside.get("extension", ()) if isinstance(beside, dict) else ():
        if extension.get("url") == TRANSLATION:
            parts = {part.get("url"): part for part in extension.get("extension", ())}
            if parts.get("lang", {}).get("valueCode") == "en":
                content: str | None = parts.get("content", {}).get("valueString")
                return content
    return None


def _unit(element: Element) -> str:
    """The unit as a person reads it: UCUM's unity `1` is none, and its annotations stand without their braces."""
    unit = str(element.get("unit") or element.get("code") or "")
    if unit == "1":
        return ""
    return unit[1:-1] if unit.startswith("{") and unit.endswith("}") else unit


def _duration(element: Element) -> Phrase:
    unit = PERIODS.get(str(element.get("code")))
    if unit is None or "value" not in element:
        return quantity(element)
    number = f"{element.get('comparator', '')}{element['value']}"
    return (Translated(f"{number} {unit.vi}", f"{number} {unit.en}"),)


def _frequency(repeat: Element) -> Phrase:
    if "frequency" not in repeat and "period" not in repeat:
        return ()
    most = f"–{repeat['frequencyMax']}" if "frequencyMax" in repeat else ""
    times = f"{repeat.get('frequency', 1)}{most}"
    unit = PERIODS.get(str(repeat.get("periodUnit")), Translated("", ""))
    longest = f"–{repeat['periodMax']}" if "periodMax" in repeat else ""
    every = f"{repeat.get('period', 1)}{longest}"
    shown = "" if every == "1" else f"{every} "
    return (
        Translated(f"{times} lần mỗi {shown}{unit.vi}".rstrip(), f"{_plural(times)} {_every(every, unit.en)}".rstrip()),
    )


def _plural(times: str) -> str:
    return "1 time" if times == "1" else f"{times} times"


def _every(period: str, unit: str) -> str:
    return f"per {unit.removesuffix('s') or unit}" if period == "1" else f"every {period} {unit}"


def _amount(element: Element) -> Phrase:
    parts: list[Phrase] = []
    for member, say in (("doseQuantity", quantity), ("doseRange", range_)):
        if member in element:
            parts.append(labelled(Translated("mỗi lần", "dose"), say(element[member])))
    for member, say in (("rateQuantity", quantity), ("rateRange", range_), ("rateRatio", ratio)):
        if member in element:
            parts.append(labelled(Translated("tốc độ", "rate"), say(element[member])))
    return joined(parts, ", ")


def _as_needed(element: Element) -> Phrase:
    needed = Translated("khi cần", "as needed")
    if "asNeededCodeableConcept" in element:
        return labelled(needed, concept(element["asNeededCodeableConcept"]))
    return (needed,) if element.get("asNeededBoolean") is True else ()


def _ingredient(element: Element) -> Phrase:
    named = concept(element.get("itemCodeableConcept")) or reference(element.get("itemReference"), lambda _: None)
    strength = ratio(element["strength"]) if element.get("strength") else ()
    return joined([named or (NOT_STATED,), strength], " ")


_LIMITS = (
    ("maxDosePerPeriod", Translated("tối đa", "at most"), ratio),
    ("maxDosePerAdministration", Translated("tối đa mỗi lần", "at most each time"), quantity),
    ("maxDosePerLifetime", Translated("tối đa cả đời", "at most in a lifetime"), quantity),
)
