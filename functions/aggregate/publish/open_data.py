"""Figures for machines: all tables of a release in long form, their description (CSV on the Web), and the releases."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from functions.aggregate import buckets
from functions.aggregate.publish import labels
from functions.aggregate.publish.suppression import HIDDEN, UNKNOWN, PublishedTable

DATA, DESCRIPTION = "data.csv", "data.csv-metadata.json"
PERIOD = re.compile(r"\d{4}-(W\d{2}|\d{2})")
WARD = re.compile(r"\d{5}")
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
# column -> (type of CSV on the Web, tiếng Việt, English)
COLUMNS: Mapping[str, tuple[str, str, str]] = {
    "release": ("string", "Tuần công bố", "Week of the release"),
    "table": ("string", "Bảng", "Table"),
    "period": ("string", "Tháng hoặc tuần của con số", "Month or week of the figure"),
    "place": ("string", "Mã tỉnh hoặc phường xã", "Code of the province or ward"),
    "row": ("string", "Mã dòng", "Code of the row"),
    "row_vi": ("string", "Tên dòng", "Name of the row in Vietnamese"),
    "row_en": ("string", "Tên dòng bằng tiếng Anh", "Name of the row in English"),
    "column": ("string", "Mã cột", "Code of the column"),
    "column_vi": ("string", "Tên cột", "Name of the column in Vietnamese"),
    "column_en": ("string", "Tên cột bằng tiếng Anh", "Name of the column in English"),
    "unit": ("string", "Đơn vị: people, cases hoặc percent", "Unit: people, cases or percent"),
    "value": ("decimal", "Con số; * là không ai hoặc quá ít", "The figure; * is nobody or too few"),
}


def data_csv(weeks: Mapping[str, str], province: str, tables: Mapping[str, PublishedTable]) -> bytes:
    """Every figure of these tables, one a line; `weeks` says which release each table is of."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for _, table in sorted(tables.items()):
        writer.writerows(_lines(weeks[table.name], province, table))
    return text.getvalue().encode()


def _lines(release: str, province: str, table: PublishedTable) -> Iterator[Sequence[str]]:
    for row, line in zip(table.rows, table.cells, strict=True):
        period = next((part for part in row.split(" ") if PERIOD.fullmatch(part)), release)
        place = row if WARD.fullmatch(row) else province
        name = labels.row_label(row)
        for column, figure in zip(table.columns, line, strict=True):
            heading = labels.row_label(column)
            yield (
                release, table.name, period, place, row, name.vi, name.en, column, heading.vi, heading.en,
                unit(table.name), figure,
            )  # fmt: skip


def unit(table: str) -> str:
    """What the figures of a table count."""
    if table.endswith("_rate"):
        return "percent"
    return "cases" if table.startswith(("forecast_", "nowcast")) else "people"


def description(release: str, place: str) -> bytes:
    """What `data.csv` holds, by the W3C's model for tabular data (2015)."""
    content: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "vi"}],
        "url": DATA,
        "dc:title": {"vi": f"Số liệu sức khỏe công bố, {place}", "en": f"Published health figures, {place}"},
        "dc:identifier": release,
        "dc:license": LICENCE,
        "tableSchema": {
            "columns": [
                {
                    "name": name,
                    "titles": name,
                    "dc:description": {"vi": vietnamese, "en": english},
                    "datatype": kind,
                    "required": name != "value",
                    **({"null": [HIDDEN, UNKNOWN]} if name == "value" else {}),
                }
                for name, (kind, vietnamese, english) in COLUMNS.items()
            ],
            "primaryKey": ["release", "table", "row", "column"],
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def releases_json(province: str, keys: Sequence[str]) -> bytes:
    """The index of all releases, newest first, from the keys of the archive."""
    found: dict[str, list[str]] = {}
    for key in keys:
        _, _, rest = key.partition(f"{buckets.published_prefix(province, 'week=')}")
        week, _, name = rest.partition("/")
        found.setdefault(week, []).append(name)
    content = {
        "province": province,
        "releases": [
            {"week": week, "full": "coverage_age.csv" in names, "path": f"releases/{week}/", "files": sorted(names)}
            for week, names in sorted(found.items(), reverse=True)
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
