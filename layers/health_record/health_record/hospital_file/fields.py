"""Every field of the tables: how it is written, and whether it is kept, used to find the person, or left at the door.

`fields.tsv` is the annex of Decision 4750/QD-BYT (29/12/2023) with the changes of 3176/QD-BYT (29/10/2024), cut down to
what reading needs; `use` is this project's decision. See README.md beside it.
"""

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FILE = Path(__file__).parent / "fields.tsv"
# The element of one row. What repeats stands in lists of its own; the rest are flat.
ROWS = {
    "XML1": "TONG_HOP",
    "XML2": "CHI_TIET_THUOC",
    "XML3": "CHI_TIET_DVKT",
    "XML4": "CHI_TIET_CLS",
    "XML5": "CHI_TIET_DIEN_BIEN_BENH",
    "XML7": "CHI_TIEU_DU_LIEU_GIAY_RA_VIEN",
    "XML8": "CHI_TIEU_DU_LIEU_TOM_TAT_HO_SO_BENH_AN",
    "XML10": "CHI_TIEU_DU_LIEU_GIAY_NGHI_DUONG_THAI",
    "XML11": "CHI_TIEU_DU_LIEU_GIAY_CHUNG_NHAN_NGHI_VIEC_HUONG_BAO_HIEM_XA_HOI",
    "XML13": "CHI_TIEU_GIAYCHUYENTUYEN",
    "XML14": "CHI_TIEU_GIAYHEN_KHAMLAI",
    "XML15": "CHITIET_DIEUTRI_BENHLAO",
}
ONCE = frozenset({"XML1", "XML7", "XML8"})
NUMBERED = frozenset({"XML2", "XML3", "XML4", "XML5"})
# Left at the door unread: the HIV record, and the birth certificate, which is about other people.
CLOSED = frozenset({"XML6", "XML9"})
Use = Literal[
    "kept",
    "match",
    "emergency",
    "person",
    "another-person",
    "money",
    "insurance",
    "hiv",
    "pregnancy-end",
    "child-death",
    "administrative",
]


@dataclass(frozen=True)
class Field:
    """One field of a table; `longest` is that of the longer decision, 0 for no limit."""

    kind: str
    longest: int
    needed: bool
    use: Use


@functools.cache
def fields_of(table: str) -> dict[str, Field]:
    """The fields of a table by name, in the decision's order."""
    return _tables().get(table, {})


@functools.cache
def _tables() -> dict[str, dict[str, Field]]:
    tables: dict[str, dict[str, Field]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines()[1:]:
        table, name, kind, longest, need, use = line.split("\t")
        tables.setdefault(table, {})[name] = Field(kind, int(longest or 0), need == "needed", use)  # type: ignore[arg-type]
    return tables
