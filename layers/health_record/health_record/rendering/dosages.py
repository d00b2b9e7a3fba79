"""How a medicine is given, in words: every member of `Dosage` and of `Timing` that can change what somebody gets."""

from collections.abc import Iterator, Mapping
from typing import Any

from health_record.language import Translated
from health_record.rendering import moments, quantities
from health_record.rendering.datatypes import concept, concepts, is_named, period
from health_record.rendering.phrases import Phrase, joined, labelled
from health_record.rendering.statuses import NOT_STATED, absent_of

Element = dict[str, Any]

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


# http://terminology.hl7.org/CodeSystem/dose-rate-type
DOSE_TYPES: Mapping[str, Translated] = {
    "calculated": Translated("liều tính ra", "calculated dose"),
    "ordered": Translated("liều chỉ định", "ordered dose"),
}
BEFORE_OR_AFTER = ("trước", "sau")


def in_order(dosages: list[Element]) -> Iterator[tuple[Translated, Element]]:
    """Each dosage under its label, in the order of `sequence`: steps of one number are taken together."""
    numbered = any("sequence" in each for each in dosages)
    last = max((int(each.get("sequence", 0)) for each in dosages), default=0) + 1
    for each in sorted(dosages, key=lambda dose: int(dose.get("sequence", last))) if numbered else dosages:
        number = each.get("sequence")
        yield (
            Translated("cách dùng", "dosage")
            if number is None
            else Translated(f"cách dùng, bước {number}", f"dosage, step {number}"),
            each,
        )


def dosage(element: Element, zone: str) -> Phrase:
    """One dosage: the prescriber's own words and what its parts say; what is structured is never left out."""
    parts: list[Phrase] = [(str(element["text"]),) if element.get("text") else ()]
    parts += [_amount(each) for each in element.get("doseAndRate") or ()]
    parts.append(timing(element["timing"], zone) if element.get("timing") else ())
    for member, label in (("route", _ROUTE), ("site", _SITE), ("method", _METHOD)):
        said = concept(element.get(member))
        parts.append(said if is_named(element.get(member)) else labelled(label, said))
    parts.append(_as_needed(element))
    parts.append(concepts(element.get("additionalInstruction")))
    if element.get("patientInstruction"):
        parts.append((str(element["patientInstruction"]),))
    for member, label, say in _LIMITS:
        if member in element:
            parts.append(labelled(label, say(element[member])))
    return joined(parts, ", ") or absent_of(element) or (NOT_STATED,)


def timing(element: Element, zone: str) -> Phrase:
    """How often, when and for how long: `2 lần mỗi ngày (2 times per day), 30 phút trước khi ăn`."""
    repeat = element.get("repeat") or {}
    parts = [concept(element["code"]) if element.get("code") else ()]
    parts.append(joined(((moments.moment(each, zone),) for each in element.get("event") or ()), ", "))
    parts.append(_frequency(repeat))
    parts.append(_lasting(repeat))
    parts.append(_events(repeat))
    parts.append(joined(((DAYS.get(each, Translated(each, each)),) for each in repeat.get("dayOfWeek") or ()), ", "))
    parts.append(joined(((_hour(str(each)),) for each in repeat.get("timeOfDay") or ()), ", "))
    parts += _bounds(repeat, zone)
    return joined(parts, ", ") or (NOT_STATED,)


def _hour(time: str) -> str:
    """`08:00` of `08:00:00`; seconds that are none say nothing."""
    return time.removesuffix(":00") if time.count(":") == 2 else time


def _bounds(repeat: Element, zone: str) -> Iterator[Phrase]:
    if "boundsPeriod" in repeat:
        yield period(repeat["boundsPeriod"], zone)
    if "boundsDuration" in repeat:
        yield labelled(_FOR, quantities.duration(repeat["boundsDuration"]))
    if "boundsRange" in repeat:
        yield labelled(_FOR, quantities.range_(repeat["boundsRange"]))
    if count := _from_to(repeat, "count"):
        yield (Translated(f"tất cả {count} lần", f"{count} in all"),)


def _from_to(repeat: Element, member: str) -> str:
    """`5`, `5–7`, `≤7`: a number and its highest, as far as they are given."""
    lowest, most = repeat.get(member), repeat.get(f"{member}Max")
    if lowest is None:
        return "" if most is None else f"≤{most}"
    return f"{lowest}" if most is None else f"{lowest}–{most}"


def _lasting(repeat: Element) -> Phrase:
    """For how long each time: an infusion over two hours is no injection."""
    if not (number := _from_to(repeat, "duration")):
        return ()
    unit = _unit_of(repeat, "durationUnit")
    return (Translated(f"mỗi lần kéo dài {number} {unit.vi}".rstrip(), f"over {number} {unit.en}".rstrip()),)


def _events(repeat: Element) -> Phrase:
    """The events of a day, with the minutes before or after them."""
    said = [EVENTS.get(each, Translated(each, each)) for each in repeat.get("when") or ()]
    if "offset" not in repeat:
        return joined(((each,) for each in said), ", ")
    minutes = repeat["offset"]
    apart = Translated(f"cách {minutes} phút", f"{minutes} min apart")
    if not said:
        return (apart,)
    return joined(
        (
            (Translated(f"{minutes} phút {each.vi}", f"{minutes} min {each.en}"),)
            if each.vi.startswith(BEFORE_OR_AFTER)
            else (each, " ", apart)
            for each in said
        ),
        ", ",
    )


def _frequency(repeat: Element) -> Phrase:
    if not repeat.keys() & {"frequency", "frequencyMax", "period", "periodMax", "periodUnit"}:
        return ()
    times, every = _from_to(repeat, "frequency") or "1", _from_to(repeat, "period")
    unit = _unit_of(repeat, "periodUnit")
    if not every and not unit.vi:
        return (Translated(f"{times} lần", _plural(times)),)
    every = every or "1"
    shown = "" if every == "1" else f"{every} "
    return (
        Translated(f"{times} lần mỗi {shown}{unit.vi}".rstrip(), f"{_plural(times)} {_every(every, unit.en)}".rstrip()),
    )


def _unit_of(repeat: Element, member: str) -> Translated:
    code = str(repeat.get(member, ""))
    return quantities.PERIODS.get(code, Translated(code, code))


def _plural(times: str) -> str:
    return "1 time" if times == "1" else f"{times} times"


def _every(period_: str, unit: str) -> str:
    return f"per {unit.removesuffix('s') or unit}" if period_ == "1" else f"every {period_} {unit}"


def _amount(element: Element) -> Phrase:
    parts: list[Phrase] = [_dose_type(element.get("type"))]
    for member, say in (("doseQuantity", quantities.quantity), ("doseRange", quantities.range_)):
        if member in element:
            parts.append(labelled(Translated("mỗi lần", "dose"), say(element[member])))
    for member, say in (
        ("rateQuantity", quantities.quantity),
        ("rateRange", quantities.range_),
        ("rateRatio", quantities.ratio),
    ):
        if member in element:
            parts.append(labelled(Translated("tốc độ", "rate"), say(element[member])))
    return joined(parts, ", ")


def _dose_type(element: Any) -> Phrase:
    codes = [each.get("code") for each in element.get("coding") or ()] if isinstance(element, dict) else []
    known = next((DOSE_TYPES[code] for code in codes if code in DOSE_TYPES), None)
    return (known,) if known and not element.get("text") else concept(element)


def _as_needed(element: Element) -> Phrase:
    needed = Translated("khi cần", "as needed")
    if "asNeededCodeableConcept" in element:
        return labelled(needed, concept(element["asNeededCodeableConcept"]))
    return (needed,) if element.get("asNeededBoolean") is True else ()


_FOR = Translated("trong", "for")
_ROUTE, _SITE, _METHOD = (
    Translated("đường dùng", "route"),
    Translated("chỗ dùng", "site"),
    Translated("cách làm", "method"),
)
_LIMITS = (
    ("maxDosePerPeriod", Translated("tối đa", "at most"), quantities.ratio),
    ("maxDosePerAdministration", Translated("tối đa mỗi lần", "at most each time"), quantities.quantity),
    ("maxDosePerLifetime", Translated("tối đa cả đời", "at most in a lifetime"), quantities.quantity),
)
