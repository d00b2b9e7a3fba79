"""One episode of a file: its rows, who it says it is of, and every fault that forbids taking it."""

import contextlib
import re
from dataclasses import dataclass, field
from typing import Any

from health_record.hospital_file import checks, letters, rows, units, values
from health_record.hospital_file.checks import Judged
from health_record.hospital_file.envelope import SentEpisode
from health_record.hospital_file.faults import FileFault
from health_record.hospital_file.fields import ONCE, ROWS, Field, fields_of
from health_record.hospital_file.rows import Row, TableBrokenError
from health_record.hospital_file.safe_xml import Allowance, Node, XmlBrokenError
from health_record.identity import identifiers, phones
from health_record.identity.identifiers import Pointer
from health_record.identity.phones import NotAMobileError
from health_record.language import Translated

FORMAT = 1
EMERGENCY = "2"  # MA_DOITUONG_KCB; the other categories say what an insurance pays, and may reveal an illness
OLD_NAMES = ("MA_BENH", "TEN_BENH", "MA_BENHKHAC", "TINH_TRANG_RV")
MOST_FAULTS = 50
MOST_UNCLEAR = 5  # fields of a table that are told as lacking letters
# Words of a result, in which a dash may be the result.
RESULT_WORDS = frozenset({"GIA_TRI", "KET_LUAN", "MO_TA"})


@dataclass(frozen=True)
class SentPerson:
    """Who the episode says it is of. `numbers` are (system, number), the personal number first.

    `phone` (E.164) is None where none is said, and only compared.
    """

    numbers: tuple[tuple[str, str], ...]
    birth_date: str
    name: str
    sex: str
    phone: str | None = None

    @property
    def pointers(self) -> tuple[Pointer | None, ...]:
        """What each number leads by, once; None for what is no number of its kind."""
        return tuple(dict.fromkeys(identifiers.parse_pointer(system, number) for system, number in self.numbers))


@dataclass(frozen=True)
class Episode:
    """An episode that can be taken. `tables` hold the fields that are kept, as sent; empty ones are absent."""

    key: str
    person: SentPerson
    emergency: bool
    tables: dict[str, list[Row]]
    warnings: list[FileFault]

    @property
    def content(self) -> dict[str, Any]:
        """What is kept of it, as JSON."""
        return {"format": FORMAT, "key": self.key, "emergency": self.emergency, "tables": self.tables}


@dataclass
class _Reading:
    """What one HOSO gave so far. `sent` are the rows with all known fields, before any is left at the door."""

    faults: list[FileFault] = field(default_factory=list)
    warnings: list[FileFault] = field(default_factory=list)
    sent: dict[str, list[Row]] = field(default_factory=dict)


def read(episode: SentEpisode, allowance: Allowance, today: str) -> Episode | list[FileFault]:
    """The episode, or what forbids taking it (50 faults, and how many more). `today` is the local day, `YYYY-MM-DD`."""
    reading = _Reading()
    for sent, content in episode.tables:
        _read_table(reading, rows.table_name(sent, content), content, allowance)
    if "XML1" not in reading.sent and not any(fault.table == "XML1" for fault in reading.faults):
        reading.faults.append(FileFault("missing", Translated("là bảng bắt buộc", "is a required table"), "XML1"))
    if reading.sent.get("XML1"):
        reading.faults.extend(checks.faults(reading.sent, today))
    if reading.faults:
        return _first(reading.faults)
    reading.warnings.extend(checks.warnings(reading.sent))
    (summary,) = reading.sent["XML1"]
    return Episode(
        key=summary["MA_LK"],
        person=_person(summary),
        emergency=summary.get("MA_DOITUONG_KCB") == EMERGENCY,
        tables={table: [_kept(table, row) for row in found] for table, found in reading.sent.items()},
        warnings=_first(reading.warnings),
    )


def _first(found: list[FileFault]) -> list[FileFault]:
    """The first fifty; where there are more, a last one says how many."""
    more = len(found) - MOST_FAULTS
    if more <= 0:
        return found
    reason = Translated(f"còn {more} chỗ nữa không nêu ở đây", f"has {more} more, not named here")
    return [*found[:MOST_FAULTS], FileFault("more", reason)]


def key_of(episode: SentEpisode, allowance: Allowance) -> str | None:
    """The MA_LK of an episode that may be broken elsewhere; None where XML1 cannot be read."""
    for sent, content in episode.tables:
        if rows.table_name(sent, content) != "XML1":
            continue
        try:
            root, _ = rows.root_of("XML1", content, allowance)
        except TableBrokenError:
            return None
        found = root.first("MA_LK") if root else None
        return found.text.strip()[:100] or None if found else None
    return None


def provider_codes(episode: Episode) -> set[str]:
    """Every MA_CSKCB that the episode names."""
    return {row["MA_CSKCB"] for found in episode.tables.values() for row in found if "MA_CSKCB" in row}


def _read_table(reading: _Reading, table: str, content: Node, allowance: Allowance) -> None:
    if rows.is_closed(table):
        return
    if table not in ROWS:
        reason = Translated("không phải bảng được nhận ở đây, đã bỏ qua", "is not a table that is taken here; left out")
        name = table[:8] if table.isascii() and table.isalnum() else None
        reading.warnings.append(FileFault("table-unknown", reason, name))
        return
    try:
        root, warnings = rows.root_of(table, content, allowance)
        nodes = rows.rows_of(table, root) if root else []
    except TableBrokenError as error:
        reading.faults.append(error.fault)
        return
    reading.warnings.extend(warnings)
    if not nodes:
        return
    before = reading.sent.setdefault(table, [])
    if table in ONCE and len(before) + len(nodes) > 1:
        reason = Translated("chỉ được có một dòng", "may have one row only")
        reading.faults.append(FileFault("repeated-table", reason, table))
        return
    for number, node in enumerate(nodes, len(before) + 1):
        row = _read_row(reading, table, number, node)
        if table == "XML4":
            reading.warnings.extend(units.set_right(row, number))
        before.append(row)
    _check_letters(reading, table, before)


def _check_letters(reading: _Reading, table: str, found: list[Row]) -> None:
    """A table of a wrong encoding is refused; a single field that lacks letters, or has those of one, is told."""
    if letters.are_spoilt(" ".join(text for row in found for text in row.values())):
        reason = Translated(
            "có chữ sai bảng mã (TCVN3, VNI hoặc UTF-8 bị đọc nhầm): hãy xuất lại bằng Unicode",
            "has letters of a wrong encoding (TCVN3, VNI, or UTF-8 misread): write it in Unicode",
        )
        reading.faults.append(FileFault("letters", reason, table))
        return
    reason = Translated(
        "có chữ bị mất (dấu ? hoặc ô vuông) hay sai bảng mã: bác sĩ sẽ đọc đúng như thế, hãy xuất lại bằng Unicode",
        "lacks letters (? or boxes) or has those of a wrong encoding: doctors read it like that, write it in Unicode",
    )
    places = [
        (number, name) for number, row in enumerate(found, 1) for name, text in row.items() if letters.may_be_lost(text)
    ]
    for number, name in places[:MOST_UNCLEAR]:
        reading.warnings.append(FileFault("letters-lost", reason, table, number, name))


def _read_row(reading: _Reading, table: str, number: int, node: Node) -> Row:
    known = fields_of(table)
    row: Row = {}
    unknown: set[str] = set()
    try:
        for name, text in rows.cells(node):
            if name not in known:
                unknown.add(name)
            elif name in row and row[name] != text:
                reason = Translated("có hai lần với giá trị khác nhau", "is there twice with different values")
                reading.faults.append(FileFault("repeated-field", reason, table, number, name))
            elif text:
                row[name] = text
    except XmlBrokenError as error:
        reading.faults.append(FileFault("xml-broken", error.reason, table, number))
        return row
    if table == "XML1" and "MA_BENH_CHINH" not in row and unknown & set(OLD_NAMES):
        reason = Translated(
            "theo QĐ 4210; cần QĐ 130, 4750 hoặc 3176", "is of Decision 4210; 130, 4750 or 3176 is needed"
        )
        reading.faults.append(FileFault("old-format", reason, table))
        return row
    if unknown:
        reason = Translated(
            "có trường không có trong quyết định, đã bỏ qua", "has fields that the decisions do not know; left out"
        )
        reading.warnings.append(FileFault("fields-unknown", reason, table, number))
    for name, field_ in known.items():
        _check_value(reading, row, name, field_, (table, number))
    return row


def _check_value(reading: _Reading, row: Row, name: str, field_: Field, place: tuple[str, int]) -> None:
    """Judge one value; what has a right meaning in a wrong form is set right, with a warning."""
    table, number = place
    text = row.get(name, "")
    if not text:
        if field_.needed:
            reading.faults.append(FileFault("missing", Translated("là bắt buộc", "is required"), table, number, name))
        return
    if field_.use not in ("kept", "match", "emergency"):
        del row[name]
        return
    judged = _judged(field_, name, text)
    if judged.fault is not None:
        reading.faults.append(FileFault(judged.code, judged.fault, table, number, name))
    if judged.warning is not None:
        reading.warnings.append(FileFault(judged.code, judged.warning, table, number, name))
    if judged.text:
        row[name] = judged.text
    else:
        del row[name]
        if field_.needed and judged.fault is None:
            reading.faults.append(FileFault("missing", Translated("là bắt buộc", "is required"), table, number, name))
    if field_.longest and len(judged.text) > field_.longest:
        reason = Translated(f"dài hơn {field_.longest} ký tự", f"is longer than {field_.longest} characters")
        reading.warnings.append(FileFault("too-long", reason, table, number, name))


def _judged(field_: Field, name: str, text: str) -> Judged:
    if values.says_nothing(text, is_result=name in RESULT_WORDS):
        return Judged(
            "", "filler", warning=Translated("không có giá trị: coi như để trống", "is a filler: taken as empty")
        )
    return checks.judge(field_.kind, text)


def _kept(table: str, row: Row) -> Row:
    known = fields_of(table)
    return {name: text for name, text in row.items() if known[name].use == "kept"}


def _phone(written: str) -> str | None:
    """The first of the phones in one field that is a mobile's, in E.164."""
    for each in re.split(r"[;,/]", written):
        with contextlib.suppress(NotAMobileError):
            return phones.normalise(each)
    return None


def _person(row: Row) -> SentPerson:
    numbers = []
    if national := identifiers.parse_national_id(row.get("SO_CCCD", "")):
        numbers.append((identifiers.NATIONAL_ID, national))
    for card in values.split_list(row.get("MA_THE_BHYT", "")):
        if number := identifiers.parse_insurance_number(card):
            numbers.append((identifiers.INSURANCE_NUMBER, number))
    birth_date = values.birth_date(row["NGAY_SINH"])
    sex = {"1": "male", "2": "female"}.get(row.get("GIOI_TINH", ""), "unknown")
    return SentPerson(
        tuple(dict.fromkeys(numbers)), str(birth_date), row.get("HO_TEN", ""), sex, _phone(row.get("DIEN_THOAI", ""))
    )
