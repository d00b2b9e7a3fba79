"""Where posters hang: one or more stations in each ward, numbered, or named by a file of the health department."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from health_record import posters, wards
from ops.errors import OpsError

COLUMNS = ("ward", "station", "name")
MOST = 99


@dataclass(frozen=True)
class Station:
    """One place: a ward's code, the station's part of the id (`01`), and what the poster calls it (or nothing)."""

    ward: str
    station: str
    name: str


def number_stations(province: str, ward: str | None, count: int) -> list[Station]:
    """Stations `01`, `02` ... of one ward, or of every ward of the province. Raises OpsError."""
    if not 1 <= count <= MOST:
        raise OpsError(f"--stations must be 1 to {MOST}.")
    codes = sorted(_wards(province)) if ward is None else [_known(province, ward)]
    return [Station(code, f"{number:02d}", "") for code in codes for number in range(1, count + 1)]


def read_stations(province: str, ward: str | None, file: Path) -> list[Station]:
    """The stations of a CSV file with the columns ward, station and name. Raises OpsError with the line of a fault."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            found = list(_rows(csv.DictReader(lines), province))
    except (OSError, UnicodeDecodeError) as error:
        raise OpsError(f"{file} is no readable UTF-8 file.") from error
    chosen = [station for station in found if ward in (None, station.ward)]
    if not chosen:
        raise OpsError(f"{file} names no station of {f'ward {ward}' if ward else 'the province'}.")
    return chosen


def _rows(rows: "csv.DictReader[str]", province: str) -> Iterator[Station]:
    if rows.fieldnames is None or not set(COLUMNS) <= set(rows.fieldnames):
        raise OpsError(f"The first line must name the columns {', '.join(COLUMNS)}.")
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        ward, station, name = ((row[column] or "").strip() for column in COLUMNS)
        where = f"Line {rows.line_num}:"
        if ward not in _wards(province):
            raise OpsError(f"{where} {ward or 'nothing'} is no ward of province {province}.")
        if not posters.is_station(station):
            raise OpsError(f"{where} a station is 1 to 8 digits and small letters, not {station!r}.")
        first = seen.setdefault((ward, station), rows.line_num)
        if first != rows.line_num:
            raise OpsError(f"{where} station {station} of ward {ward} stands on line {first} already.")
        yield Station(ward, station, name)


def _known(province: str, ward: str) -> str:
    if ward not in _wards(province):
        raise OpsError(f"{ward} is no ward of province {province}.")
    return ward


def _wards(province: str) -> dict[str, str]:
    try:
        return dict(wards.list_wards(province))
    except KeyError as error:
        raise OpsError(f"{province} is not the code of a province since July 2025.") from error
