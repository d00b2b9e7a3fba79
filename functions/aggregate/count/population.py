"""The department's reference files: how many people live where, and which wards have become which."""

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from functions.aggregate import buckets
from functions.aggregate.count import age_bands
from functions.aggregate.errors import BrokenReferenceError
from health_record import observability, wards

POPULATION_KEY = "reference/population.csv"
MERGED_KEY = "reference/merged_wards.csv"
COLUMNS = ("ward", "sex", "age_band", "population", "year", "source")
SEXES = ("male", "female")


@dataclass(frozen=True)
class Row:
    """People of one ward, sex and five-year age band."""

    ward: str
    sex: str
    age_band: str
    population: int
    year: int
    source: str


def read_population(bucket: str, current: Mapping[str, str]) -> list[Row]:
    """The population of the province's wards; empty where the department has given none.

    `current` maps every ward code ever used to today's. Rows of other places, unknown age bands or without a number
    are left out and counted in the log, and so is every year of a ward but its newest. Raises BrokenReferenceError.
    """
    lines = list(_rows(bucket, POPULATION_KEY, COLUMNS))
    if twice := len(lines) - len({tuple(line[name] for name in ("ward", "sex", "age_band", "year")) for line in lines}):
        raise BrokenReferenceError(f"{POPULATION_KEY} has {twice} groups of a ward and year twice")
    rows = [row for row in (_row(line, current) for line in lines) if row]
    newest = {row.ward: row.year for row in sorted(rows, key=lambda row: row.year)}
    found = [row for row in rows if row.year == newest[row.ward]]
    if len(found) != len(lines):
        observability.log_event("population_rows_skipped", left_out=len(lines) - len(found), taken=len(found))
    return sorted(_sum_rows(found), key=lambda row: (row.ward, row.sex, age_bands.FIVE_YEAR_BANDS.index(row.age_band)))


def groups(province: str) -> Iterator[tuple[str, str, str]]:
    """Ward, sex and age band of every row that the file of a province has when it is complete."""
    return itertools.product(sorted(wards.list_wards(province)), SEXES, age_bands.FIVE_YEAR_BANDS)


def ward_codes(bucket: str, province: str) -> dict[str, str]:
    """Every ward code that facts may hold -> the ward of today; merged ones by `reference/merged_wards.csv`."""
    codes = {code: code for code in wards.list_wards(province)}
    merged = {line["old"]: line["new"] for line in _rows(bucket, MERGED_KEY, ("old", "new"))}
    for old in merged:
        new, seen = old, {old}
        while new in merged and merged[new] not in seen:
            new = merged[new]
            seen.add(new)
        if new in codes:
            codes[old] = new
    return codes


def _rows(bucket: str, key: str, columns: tuple[str, ...]) -> Iterable[Mapping[str, str]]:
    content = buckets.get_object(bucket, key)
    if content is None:
        return []
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    if missing := [name for name in columns if name not in (reader.fieldnames or [])]:
        raise BrokenReferenceError(f"{key} has no column {', '.join(missing)}")
    return list(reader)


def _row(line: Mapping[str, str], current: Mapping[str, str]) -> Row | None:
    ward, number, year = current.get(line["ward"] or ""), line["population"] or "", line["year"] or ""
    if ward is None or line["sex"] not in SEXES or line["age_band"] not in age_bands.FIVE_YEAR_BANDS:
        return None
    if not number.isascii() or not number.isdigit() or not year.isdigit():
        return None
    return Row(ward, line["sex"], line["age_band"], int(number), int(year), line["source"] or "")


def _sum_rows(rows: list[Row]) -> list[Row]:
    """One row for each place: wards that were merged are added up."""
    found: dict[tuple[str, str, str], Row] = {}
    for row in rows:
        place = (row.ward, row.sex, row.age_band)
        before = found[place].population if place in found else 0
        found[place] = Row(*place, row.population + before, row.year, row.source)
    return list(found.values())
