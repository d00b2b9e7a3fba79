"""Numbers with their units, as laboratories write them, and rows of XML4 in which both stand in a wrong field."""

import re
from collections.abc import Iterator

from health_record.hospital_file.faults import FileFault
from health_record.hospital_file.rows import Row
from health_record.language import Translated

NUMBER = re.compile(r"(<=|>=|<|>|≤|≥)?\s*(-?[0-9]{1,15}(?:[.,][0-9]{1,10})?)")
WITH_UNIT = re.compile(rf"({NUMBER.pattern})\s*(\D.*)")
UNITS = {
    "%": "%", "fl": "fL", "g/dl": "g/dL", "g/l": "g/L", "iu/l": "[IU]/L", "iu/ml": "[IU]/mL", "kg": "kg",
    "meq/l": "meq/L", "mg/dl": "mg/dL", "mg/l": "mg/L", "mm/h": "mm/h", "mmhg": "mm[Hg]", "mmol/l": "mmol/L",
    "ng/ml": "ng/mL", "nmol/l": "nmol/L", "pg": "pg", "pg/ml": "pg/mL", "pmol/l": "pmol/L", "u/l": "U/L",
    "ug/l": "ug/L", "umol/l": "umol/L", "mu/l": "m[IU]/L", "mui/l": "m[IU]/L",
}  # fmt: skip
# Of these capitals decide: G/L is giga per litre, g/L gram per litre.
EXACT_UNITS = {"G/L": "10*9/L", "T/L": "10*12/L", "10^9/L": "10*9/L", "10^12/L": "10*12/L"}


def ucum(unit: str) -> str | None:
    """The code of UCUM; None for a unit that is not known surely."""
    bare = _bare(unit)
    return EXACT_UNITS.get(bare) or (None if bare in ("G/l", "T/l") else UNITS.get(bare.casefold()))


def is_number(text: str) -> bool:
    """Whether a value is one number, whatever its separators mean."""
    return NUMBER.fullmatch(text) is not None


def set_right(row: Row, number: int) -> Iterator[FileFault]:
    """Put value and unit of row `number` of XML4 into their own fields where only one reading is possible."""
    value, unit = row.get("GIA_TRI", ""), row.get("DON_VI_DO", "")
    if is_number(value):
        return
    if ucum(value) and is_number(unit):
        row["GIA_TRI"], row["DON_VI_DO"] = unit, value
        reason = Translated("là đơn vị, và DON_VI_DO là số: đã đổi chỗ", "is a unit, and DON_VI_DO a number: swapped")
        yield FileFault("swapped", reason, "XML4", number, "GIA_TRI")
    elif not value and unit and is_number(row.get("KET_LUAN", "")):
        row["GIA_TRI"] = row.pop("KET_LUAN")
        reason = Translated("là số có đơn vị: đã đọc như GIA_TRI", "is a number with a unit: read as GIA_TRI")
        yield FileFault("value-elsewhere", reason, "XML4", number, "KET_LUAN")
    elif (found := WITH_UNIT.fullmatch(value)) and (_is_same(found[4], unit) if unit else ucum(found[4])):
        row["GIA_TRI"], row["DON_VI_DO"] = found[1].strip(), unit or found[4]
        reason = Translated("có cả đơn vị: đã tách ra", "has its unit in it: taken apart")
        yield FileFault("unit-in-value", reason, "XML4", number, "GIA_TRI")


def _is_same(unit: str, other: str) -> bool:
    if ucum(unit) or ucum(other):
        return ucum(unit) == ucum(other)
    return _bare(unit).casefold() == _bare(other).casefold()


def _bare(unit: str) -> str:
    """Without blanks; the micro sign and the Greek letter look alike."""
    return re.sub("[µμ]", "u", unit.replace(" ", ""))
