"""The department's ICD-10 list, `reference/icd10.csv`: checked when templates are made, built into the shared layer.

The first row names the columns: `code`, and the titles `name_vi` and `name_en` where the department has them. Whatever
else there is, is left out.
"""

import csv
import re
from pathlib import Path

from infrastructure.packaging.packages import ROOT

FILE = ROOT / "reference" / "icd10.csv"
FEWEST = 10_000  # WHO's own list of 2019 has 12,246 codes: a shorter one is a part, and would refuse true diagnoses
TITLES = ("name_vi", "name_en")
CODE = re.compile(r"([A-Z][0-9]{2})(?:\.?([0-9]{1,2}))?[*+†‡]?")


class Icd10ListError(RuntimeError):
    """The department's list cannot be used; the text says why and in which line."""


def read_lines(file: Path) -> list[str]:
    """`code`, tab, Vietnamese title, tab, English title: each code (`A00`, `A00.0`) once. Raises Icd10ListError."""
    try:
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    except UnicodeDecodeError as error:
        raise Icd10ListError(f"{file.name} is not UTF-8") from error
    names = [name.strip().casefold() for name in rows[0]] if rows else []
    if "code" not in names:
        raise Icd10ListError(f"{file.name} line 1: one column must be named code")
    found: dict[str, str] = {}
    for line, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            code = _code(f"{file.name} line {line}", _cell(names, row, "code"))
            found.setdefault(code, "\t".join([code, *(_cell(names, row, title) for title in TITLES)]))
    if len(found) < FEWEST:
        raise Icd10ListError(f"{file.name} has {len(found)} codes; the whole list has at least {FEWEST}")
    return [found[code] for code in sorted(found)]


def _cell(names: list[str], row: list[str], name: str) -> str:
    place = names.index(name) if name in names else len(row)
    return " ".join(row[place].split()) if place < len(row) else ""


def _code(where: str, text: str) -> str:
    found = CODE.fullmatch(text.strip().upper())
    if found is None:
        raise Icd10ListError(f"{where}: no ICD-10 code")
    category, ending = found.groups()
    return f"{category}.{ending}" if ending else category
