"""Visits and stays of one woman as her hospitals send them, made from the examples: a day, a MA_LK, fields of XML1."""

from tests.facility_desk import Desk
from tests.hospital_file.files import INPATIENT, OUTPATIENT, inside, replaced

HOSPITAL, CLINIC = "79999", "79998"
BORN: dict[str, str | None] = {
    "national_id": "079156000123",
    "birth_date": "1956",
    "insurance_number": None,
    "full_name": "Nguyễn Thị Thử",
}
_KEYS = {OUTPATIENT: ("20261005", "799992026100500001"), INPATIENT: ("20261012", "799992026101200007")}
_WOMAN = {
    "SO_CCCD": "079156000123", "HO_TEN": "NGUYỄN THỊ THỬ", "NGAY_SINH": "195600000000", "GIOI_TINH": "2",
    "MA_THE_BHYT": "",
}  # fmt: skip


def visit(day: str, key: str, provider: str = HOSPITAL, **fields: str) -> bytes:
    """A visit of the morning of `day` (20261105)."""
    return _made(OUTPATIENT, day, key, provider, fields)


def stay(day: str, key: str, provider: str = HOSPITAL, **fields: str) -> bytes:
    """A stay that begins on `day`; it ends on 16 October 2026 unless `NGAY_RA` is given."""
    return _made(INPATIENT, day, key, provider, {**_WOMAN, **fields})


def rows_set(file: bytes, table: str, row: int, **fields: str) -> bytes:
    """The file with fields of one row of a table set."""
    for name, value in fields.items():
        file = replaced(file, table, name, value, row)
    return file


def send(desk: Desk, *files: bytes) -> None:
    """Send each; all of their episodes are kept."""
    for file in files:
        answer = desk.hospital_file(file)
        assert answer.status == 200, answer.body
        assert [each["response"]["status"][:2] for each in answer.json["entry"]] == ["20"], answer.body


def _made(base: bytes, day: str, key: str, provider: str, fields: dict[str, str]) -> bytes:
    before, ma_lk = _KEYS[base]
    file = base.replace(before.encode(), day.encode())
    file = inside(file, lambda text: text.replace(before, day).replace(ma_lk.replace(before, day), key))
    file = file.replace(b"<MACSKCB>79999<", f"<MACSKCB>{provider}<".encode())
    file = inside(file, lambda text: text.replace("<MA_CSKCB>79999<", f"<MA_CSKCB>{provider}<"))
    return rows_set(file, "XML1", 1, **fields)
