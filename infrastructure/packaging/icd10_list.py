"""The department's ICD-10 list, `reference/icd10.csv`: checked when templates are made, built into the shared layer.

The first row names the columns; `code` is read, whatever else there is (names in Vietnamese or English) is left out.
"""

import csv
import re
from pathlib import Path

from infrastructure.packaging.packages import ROOT

FILE = ROOT / "reference" / "icd10.csv"
FEWEST = 10_000  # WHO's own list of 2019 has 12,246 codes: a shorter one is a part, and would refuse true diagnoses
CODE = re.compile(r"([A-Z][0-9]{2})(?:\.?([0-9]{1,2}))?[*+†‡]?")


class Icd10ListError(RuntimeError):
    """The department's list cannot be used; the text says why and in which line."""


def read_codes(file: Path) -> list[str]:
    """The codes of the list, `A00`, `A00.0` and `A00.01`, each once and sorted. Raises Icd10ListError."""
    try:
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    except UnicodeDecodeError as error:
        raise Icd10ListError(f"{file.name} is not UTF-8") from error
    names = [name.strip().casefold() for name in rows[0]] if rows else []
    if "code" not in names:
        raise Icd10ListError(f"{file.name} line 1: one column must be named code")
    column = names.index("code")
    codes = {
        _code(f"{file.name} line {line}", row[column] if column < len(row) else "")
        for line, row in enumerate(rows[1:], start=2)
        if any(cell.strip() for cell in row)
    }
    if len(codes) < FEWEST:
        raise Icd10ListError(f"{file.name} has {len(codes)} codes; the whole list has at least {FEWEST}")
    return sorted(codes)


def _code(where: str, text: str) -> str:
    found = CODE.fullmatch(text.strip().upper())
    if found is None:
        raise Icd10ListError(f"{where}: no ICD-10 code")
    category, ending = found.groups()
    return f"{category}.{ending}" if ending else category
