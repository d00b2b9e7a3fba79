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
    are left out and counted in the log, and so is every year that a newer one replaces. Raises BrokenReferenceError.
    """
    lines = list(_rows(bucket, POPULATION_KEY, COLUMNS))
    read = [(line["ward"], row) for line in lines if (row := _row(line, current))]
    found = _newest(read, _merged(bucket))
    if twice := len(found) - len({(code, row.sex, row.age_band) for code, row in found}):
        raise BrokenReferenceError(f"{POPULATION_KEY} has {twice} groups of a ward and year twice")
    if len(found) != len(lines):
        observability.log_event("population_rows_skipped", left_out=len(lines) - len(found), taken=len(found))
    return sorted(_sum_rows(found), key=lambda row: (row.ward, row.sex, age_bands.FIVE_YEAR_BANDS.index(row.age_band)))


def groups(province: str) -> Iterator[tuple[str, str, str]]:
    """Ward, sex and age band of every row that the file of a province has when it is complete."""
    return itertools.product(sorted(wards.list_wards(province)), SEXES, age_bands.FIVE_YEAR_BANDS)


def ward_codes(bucket: str, province: str) -> dict[str, str]:
    """Every ward code that facts may hold -> the ward of today; merged ones by `reference/merged_wards.csv`."""
    codes = {code: code for code in wards.list_wards(province)}
    merged = _merged(bucket)
    for old in merged:
        new = [old, *_successors(old, merged)][-1]
        if new in codes:
            codes[old] = new
    return codes


def _merged(bucket: str) -> dict[str, str]:
    return {line["old"]: line["new"] for line in _rows(bucket, MERGED_KEY, ("old", "new"))}


def _successors(code: str, merged: Mapping[str, str]) -> list[str]:
    """The wards that a ward became part of, one after another; a circle ends before it begins anew."""
    chain = [code]
    while (new := merged.get(chain[-1])) is not None and new not in chain:
        chain.append(new)
    return chain[1:]


def _rows(bucket: str, key: str, columns: tuple[str, ...]) -> Iterable[Mapping[str, str]]:
    """The lines that say anything."""
    content = buckets.get_object(bucket, key)
    if content is None:
        return []
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    if missing := [name for name in columns if name not in (reader.fieldnames or [])]:
        raise BrokenReferenceError(f"{key} has no column {', '.join(missing)}")
    return [line for line in reader if any((line[name] or "").strip() for name in columns)]


def _row(line: Mapping[str, str], current: Mapping[str, str]) -> Row | None:
    ward, number, year = current.get(line["ward"] or ""), line["population"] or "", line["year"] or ""
    if ward is None or line["sex"] not in SEXES or line["age_band"] not in age_bands.FIVE_YEAR_BANDS:
        return None
    if not all(each.isascii() and each.isdigit() for each in (number, year)):
        return None
    return Row(ward, line["sex"], line["age_band"], int(number), int(year), line["source"] or "")


def _newest(read: list[tuple[str, Row]], merged: Mapping[str, str]) -> list[tuple[str, Row]]:
    """The rows of each code's own newest year, but of none whose ward stands in a later year as part of another."""
    newest: dict[str, int] = {}
    for code, row in read:
        newest[code] = max(row.year, newest.get(code, row.year))
    replaced = {
        code for code, year in newest.items() if any(newest.get(new, year) > year for new in _successors(code, merged))
    }
    return [(code, row) for code, row in read if row.year == newest[code] and code not in replaced]


def _sum_rows(found: list[tuple[str, Row]]) -> list[Row]:
    """One row for each place: wards that were merged are added up, where none of them lacks the group.

    Its year is the oldest of theirs.
    """
    codes: dict[str, set[str]] = {}
    parts: dict[tuple[str, str, str], list[Row]] = {}
    for code, row in found:
        codes.setdefault(row.ward, set()).add(code)
        parts.setdefault((row.ward, row.sex, row.age_band), []).append(row)
    return [
        Row(*place, sum(row.population for row in rows), min(row.year for row in rows), rows[-1].source)
        for place, rows in parts.items()
        if len(rows) == len(codes[place[0]])
    ]
