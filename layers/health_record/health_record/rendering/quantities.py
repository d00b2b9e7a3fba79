"""Amounts in words: number, comparator and unit as they were sent, and where unit and code say two things, both.

The unit is what a person wrote, its UCUM code what software reads. One of them alone, where they differ, may be a
thousandfold of what was meant.
"""

import re
from collections.abc import Mapping
from typing import Any

from health_record.language import Translated
from health_record.rendering.phrases import Phrase, joined
from health_record.rendering.statuses import NOT_STATED, absent_of

Element = dict[str, Any]

UCUM = "http://unitsofmeasure.org"
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
CONTRADICTION = Translated("ĐƠN VỊ MÂU THUẪN, MÃ GHI", "UNITS CONTRADICT, THE CODE SAYS")
# Spellings of one unit, in small letters and without blanks, the first as UCUM writes it.
_SPELLINGS = """
kg kilogram kilograms
g gam gram grams
mg miligam milligram milligrams
ug mcg microgam microgram micrograms
ng nanogram nanograms
pg picogram picograms
l lít liter litre liters litres
dl decilit deciliter
ml mililit milliliter millilitre milliliters cc
ul microlit microliter
fl femtoliter
mol
mmol milimol millimole millimoles
umol micromol micromole micromoles
nmol nanomole
pmol picomole
[iu] iu ui u đơnvị unit units
m[iu] miu mui mu
u[iu] uiu uui uu
k[iu] kiu kui ku
mm[hg] mmhg
cel °c độc oc
% percent phầntrăm
m mét meter metre
cm xentimet centimeter centimetre
mm milimet millimeter millimetre
m2
s giây sec second seconds
min phút minute minutes
h giờ hr hour hours
d ngày day days
wk tuần week weeks
mo tháng month months
a năm tuổi year years yr
10*3
10*6
10*9
10*12
"""
_CANONICAL = {spelling: line.split()[0] for line in _SPELLINGS.strip().splitlines() for spelling in line.split()}
_COUNTED = frozenset({"lần", "nhịp", "beats", "beat", "breaths", "breath"})
# Of these capitals decide: G/L is giga per litre, g/L gram per litre.
_EXACT = {"G/L": "10*9/L", "T/L": "10*12/L", "K/uL": "10*3/uL", "M/uL": "10*6/uL", "bpm": "/min"}
_POWER = re.compile(r"^x?10\^?(?=3|6|9|12)")
_ANNOTATION = re.compile(r"\{[^}]*\}")


def quantity(element: Element) -> Phrase:
    """An amount with its comparator and unit, digit by digit as it was sent."""
    if "value" not in element:
        return absent_of(element) or (NOT_STATED,)
    unit = shown_unit(element)
    number = f"{element.get('comparator', '')}{element['value']}"
    said: Phrase = (f"{number} {unit}",) if unit else (number,)
    return (*said, *_other_unit(element)) if "unit" in element and "code" in element else said


def age(element: Element) -> Phrase:
    """`42 tuổi (42 years)`."""
    return _counted(element, UNITS)


def duration(element: Element) -> Phrase:
    """`5 ngày (5 days)`."""
    return _counted(element, PERIODS)


def range_(element: Element) -> Phrase:
    """`3.5 – 5.1 mmol/L`, `≥ 3.5 mmol/L`."""
    low, high = element.get("low"), element.get("high")
    if low and high:
        same = all(low.get(name) == high.get(name) for name in ("unit", "code", "system"))
        first = quantity({name: low[name] for name in low if name not in ("unit", "code")} if same else low)
        return (*first, " – ", *quantity(high))
    if low:
        return ("≥ ", *quantity(low))
    return ("≤ ", *quantity(high)) if high else absent_of(element) or (NOT_STATED,)


def ratio(element: Element) -> Phrase:
    """`1 : 128`, `5 mg / 1 mL`."""
    sides = [quantity(element[side]) if element.get(side) else (NOT_STATED,) for side in ("numerator", "denominator")]
    plain = not any(shown_unit(element.get(side) or {}) for side in ("numerator", "denominator"))
    return joined(sides, " : " if plain else " / ")


def sampled_data(element: Element) -> Phrase:
    """Where a series of measurements is; its points are for software."""
    points = str(element.get("data", "")).split()
    return (Translated(f"chuỗi {len(points)} số đo", f"series of {len(points)} measurements"),)


def shown_unit(element: Element) -> str:
    """The unit as a person reads it: UCUM's unity `1` is none, and its annotations stand without their braces."""
    unit = str(element.get("unit") or element.get("code") or "")
    if unit == "1":
        return ""
    return unit[1:-1] if unit.startswith("{") and unit.endswith("}") else unit


def contradicts(unit: str, code: str) -> bool:
    """Whether both are units that are known, and not the same one (`mg` and `ug`)."""
    written, coded = _canonical(unit), _canonical(code)
    return None not in (written, coded) and written != coded


def _counted(element: Element, words: Mapping[str, Translated]) -> Phrase:
    code = str(element.get("code") or element.get("unit"))
    if code not in words or "value" not in element or contradicts(str(element.get("unit") or code), code):
        return quantity(element)
    number = f"{element.get('comparator', '')}{element['value']}"
    return (Translated(f"{number} {words[code].vi}", f"{number} {words[code].en}"),)


def _other_unit(element: Element) -> Phrase:
    """What the code says beside the unit, where it says something else."""
    unit, code = str(element["unit"]), str(element["code"])
    if unit == code or element.get("system") != UCUM:
        return ()
    written, coded = _canonical(unit), _canonical(code)
    if None not in (written, coded):
        return () if written == coded else (" [", CONTRADICTION, f": {code}]")
    if written == coded or coded == "" or unit.casefold() == code.casefold():
        return ()
    return (f" [{code}]",)


def _canonical(unit: str) -> str | None:
    """The unit in UCUM's parts, without annotations and case; None where a part of it is no unit that is known."""
    bare = _ANNOTATION.sub("", re.sub("[µμ]", "u", unit.strip()).replace(" ", ""))
    bare = _EXACT.get(bare, bare).casefold()
    if bare in ("", "1"):
        return ""
    parts = [_CANONICAL.get(_POWER.sub("10*", part), "" if part in _COUNTED else None) for part in bare.split("/")]
    known = [
        each if each is not None else ("" if not part else None)
        for each, part in zip(parts, bare.split("/"), strict=True)
    ]
    return None if None in known else "/".join(str(each) for each in known)
