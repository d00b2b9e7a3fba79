"""Amounts in words: number, comparator and unit as they were sent, and where unit and code say two things, both.

The unit is what a person wrote, its UCUM code what software reads. One of them alone, where they differ, may be a
thousandfold of what was meant.
"""

import re
from collections.abc import Mapping
from typing import Any

from health_record.language import Translated
from health_record.remembered import remembered
from health_record.rendering.phrases import Amount, Phrase, joined
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
# What a unit measures, its power of ten, and its spellings in small letters and without blanks.
_SPELLINGS = """
g 3 kg kilogram kilograms
g 0 g gam gram grams
g -3 mg miligam milligram milligrams
g -6 ug mcg microgam microgram micrograms
g -9 ng nanogram nanograms
g -12 pg picogram picograms
l 0 l lít liter litre liters litres
l -1 dl decilit deciliter
l -3 ml mililit milliliter millilitre milliliters cc
l -6 ul microlit microliter
l -15 fl femtoliter
mol 0 mol
mol -3 mmol milimol millimole millimoles
mol -6 umol micromol micromole micromoles
mol -9 nmol nanomole
mol -12 pmol picomole
iu 3 k[iu] kiu kui ku
iu 0 [iu] iu ui u đơnvị unit units
iu -3 m[iu] miu mui mu
iu -6 u[iu] uiu uui uu
mmhg 0 mm[hg] mmhg
cel 0 cel °c độc oc
degf 0 [degf] degf °f độf of
lb 0 [lb_av] lb lbs pound pounds
in 0 [in_i] in inch inches
% 0 % percent phầntrăm
m 0 m mét meter metre
m -2 cm xentimet centimeter centimetre
m -3 mm milimet millimeter millimetre
m2 0 m2
s 0 s giây sec second seconds
min 0 min phút minute minutes
h 0 h giờ hr hour hours
d 0 d ngày day days
wk 0 wk tuần week weeks
mo 0 mo tháng month months
a 0 a năm tuổi year years yr
1 3 10*3
1 6 10*6
1 9 10*9
1 12 10*12
1 0 lần nhịp beats beat breaths breath
"""
_UNITS = {
    spelling: (measured, int(power))
    for measured, power, *spellings in map(str.split, _SPELLINGS.strip().splitlines())
    for spelling in spellings
}
# Of these capitals decide: G/L is giga per litre, g/L gram per litre.
_EXACT = {"G/L": "10*9/L", "T/L": "10*12/L", "K/uL": "10*3/uL", "M/uL": "10*6/uL", "bpm": "/min"}
_POWER = re.compile(r"^x?10\^?(?=3|6|9|12)")
_ANNOTATION = re.compile(r"\{[^}]*\}")
UNITY = ("1", 0)


def quantity(element: Element) -> Phrase:
    """An amount with its comparator and unit, digit by digit as it was sent."""
    if "value" not in element:
        return absent_of(element) or (NOT_STATED,)
    unit = shown_unit(element)
    number = f"{element.get('comparator', '')}{element['value']}"
    if unit in PERIODS and element.get("code") == unit and element.get("system") == UCUM:
        return _named(number, PERIODS[unit])
    said: Phrase = (Amount(f"{number} {unit}" if unit else number),)
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
    return _named(number, words[code])


def _named(number: str, unit: Translated) -> Phrase:
    return (Translated(f"{number.replace('.', ',')} {unit.vi}", f"{number} {unit.en}"),)


def _other_unit(element: Element) -> Phrase:
    """What the code says beside the unit, where it says something else."""
    unit, code = str(element["unit"]), str(element["code"])
    return () if unit == code or element.get("system") != UCUM else _code_beside(unit, code)


@remembered(512)
def _code_beside(unit: str, code: str) -> Phrase:
    if contradicts(unit, code):
        return (" [", CONTRADICTION, f": {code}]")
    written, coded = _canonical(unit), _canonical(code)
    is_same = written is not None and written == coded
    return () if is_same or coded == UNITY or unit.casefold() == code.casefold() else (f" [{code}]",)


def _canonical(unit: str) -> tuple[str, int] | None:
    """What the unit measures and its power of ten (`ng/mL` is `ug/L`); None where a part is no unit that is known."""
    bare = _ANNOTATION.sub("", re.sub("[µμ]", "u", unit.strip()).replace(" ", ""))
    parts = _EXACT.get(bare, bare).casefold().split("/")
    found = [_UNITS.get(_POWER.sub("10*", part)) if part not in ("", "1") else UNITY for part in parts]
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return None
    below = [measured for measured, _ in known[1:] if measured != "1"]
    return "/".join([known[0][0], *below]), known[0][1] - sum(power for _, power in known[1:])
