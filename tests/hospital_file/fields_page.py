"""The tables of fields in docs/hospital-files.md: `python -m tests.hospital_file.fields_page` writes them anew."""

from pathlib import Path

from health_record.hospital_file.fields import CLOSED, ROWS, fields_of
from tests.hospital_file.fields_told import FIELDS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hospital-files.md"
BEGIN, END = "<!-- fields: made by `python -m tests.hospital_file.fields_page` -->\n", "<!-- end of fields -->\n"


def table() -> str:
    """One row a table: what is kept, what finds the record, what is left at the door; then where it is read."""
    lines = [
        "| bảng · table | được giữ · kept | để tìm hồ sơ · finds the record | để lại · left |",
        "|---|---|---|---|",
    ]
    for name in [*ROWS, *sorted(CLOSED)]:
        by_use: dict[str, list[str]] = {"kept": [], "match": [], "left": []}
        for field, known in fields_of(name).items():
            use = known.use if known.use in by_use else "match" if known.use == "emergency" else "left"
            by_use[use].append(field)
        lines.append(f"| {name} | " + " | ".join(" ".join(by_use[use]) for use in by_use) + " |")
    lines += [
        "",
        "Bác sĩ đọc ở đâu · Where a kept field of XML1 to XML5 is read:",
        "",
        "| bảng · table | tóm tắt · summary | giấy tờ của đợt · papers | chỉ phần mềm · software only | khác · other |",
        "|---|---|---|---|---|",
    ]
    for name, told in FIELDS.items():
        where: dict[str, list[str]] = {"summary": [], "papers": [], "data": [], "other": []}
        for field, place in told.items():
            where[place.where if place.where in where else "other"].append(field)
        lines.append(f"| {name} | " + " | ".join(" ".join(where[place]) for place in where) + " |")
    return "\n".join(lines) + "\n"


def printed() -> str:
    """The table as it stands on the page."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.partition(END)[2], encoding="utf-8")
