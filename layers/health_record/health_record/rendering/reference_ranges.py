"""What a reference range says, and whether the value beside it is what its interpretation says.

| the value is | the interpretation says | a reader is told |
|---|---|---|
| outside the range | nothing | on which side |
| inside, below or above | otherwise: normal, low, high | that both contradict each other |
| anything | anything else | nothing |

Only a plain number and the one range that is for everybody are compared, where their units are the same.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from health_record.language import Translated
from health_record.rendering import quantities
from health_record.rendering.phrases import Phrase, joined

Element = dict[str, Any]
BELOW, WITHIN, ABOVE = "below", "within", "above"
SAYS = {"N": WITHIN, "L": BELOW, "LL": BELOW, "LU": BELOW, "H": ABOVE, "HH": ABOVE, "HU": ABOVE}
OUTSIDE = {
    BELOW: Translated("DƯỚI KHOẢNG THAM CHIẾU", "BELOW THE REFERENCE RANGE"),
    ABOVE: Translated("TRÊN KHOẢNG THAM CHIẾU", "ABOVE THE REFERENCE RANGE"),
}
CONTRADICTS = {
    BELOW: Translated("MÂU THUẪN: DƯỚI KHOẢNG THAM CHIẾU", "CONTRADICTION: BELOW THE REFERENCE RANGE"),
    WITHIN: Translated("MÂU THUẪN: TRONG KHOẢNG THAM CHIẾU", "CONTRADICTION: WITHIN THE REFERENCE RANGE"),
    ABOVE: Translated("MÂU THUẪN: TRÊN KHOẢNG THAM CHIẾU", "CONTRADICTION: ABOVE THE REFERENCE RANGE"),
}
NORMAL = "normal"  # of http://terminology.hl7.org/CodeSystem/referencerange-meaning, and what is meant without a type
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def bounds(element: Element) -> Phrase:
    """The words of a reference range, and its numbers where the words have not both: `theo thai kỳ, ≥ 110 g/L`."""
    text = str(element.get("text") or "")
    ends = [element[end] for end in ("low", "high") if isinstance(element.get(end), dict)]
    said = _NUMBER.findall(text.replace(",", "."))
    if not ends or (text and all(str(end.get("value")) in said for end in ends)):
        return (text,) if text else ()
    return joined([(text,) if text else (), quantities.range_(element)], ", ")


def judged(element: Element) -> Translated | None:
    """Where a value stands: outside its range, or elsewhere than its interpretation has it."""
    if "referenceRange" not in element or "valueQuantity" not in element:
        return None
    place = _place(element["valueQuantity"], element["referenceRange"])
    codes = [each.get("code") for several in element.get("interpretation") or () for each in several.get("coding", ())]
    said = {SAYS[code] for code in codes if code in SAYS}
    if place is None or place in said:
        return None
    return CONTRADICTS[place] if said else None if element.get("interpretation") else OUTSIDE.get(place)


def _place(value: Element, ranges: list[Element]) -> str | None:
    if len(ranges) != 1 or not _is_for_all(ranges[0]):
        return None
    low, high = (_number(ranges[0].get(end), value) for end in ("low", "high"))
    number = _number(value, value)
    if number is None or (low is None and high is None):
        return None
    comparator = str(value.get("comparator", ""))
    if low is not None and number < low and comparator in ("", "<", "<="):
        return BELOW
    if high is not None and number > high and comparator in ("", ">", ">="):
        return ABOVE
    return WITHIN if not comparator and low is not None and high is not None and low <= number <= high else None


def _is_for_all(element: Element) -> bool:
    codes = {each.get("code") for each in (element.get("type") or {}).get("coding", ())}
    return "appliesTo" not in element and "age" not in element and ("type" not in element or codes == {NORMAL})


def _number(element: Element | None, value: Element) -> Decimal | None:
    """The number of an end of the range, where it has the unit of the value or none of its own."""
    if not isinstance(element, dict) or "value" not in element:
        return None
    same = [element[name] == value[name] for name in ("code", "unit") if name in element and name in value]
    if not (any(same) or not same) or (not same and ("unit" in element or "code" in element)):
        return None
    try:
        return Decimal(str(element["value"]))
    except InvalidOperation:
        return None
