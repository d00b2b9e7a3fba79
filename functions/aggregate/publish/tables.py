"""The closed list of what is published: every table is counted from the private statistics in one way."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from functions.aggregate import buckets
from functions.aggregate.count import age_bands, code_catalogue
from functions.aggregate.publish import suppression
from health_record import wards

SEXES = ("male", "female", "other", "unknown")
AGES = (*age_bands.WIDE_BANDS, age_bands.UNKNOWN)
WEEKS = 52

Cells = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Frame:
    """What a release is made for: its province and day, and whether wards may be shown at all."""

    province: str
    day: dt.date
    by_ward: bool

    @property
    def wards(self) -> tuple[str, ...]:
        """The rows of ward tables: the province's wards in order of code, and people whose ward is not known."""
        return (*sorted(wards.list_wards(self.province)), age_bands.UNKNOWN)

    @property
    def weeks(self) -> tuple[str, ...]:
        """The complete ISO weeks before the day's, a year of them, oldest first."""
        monday = self.day - dt.timedelta(days=self.day.weekday())
        return tuple(buckets.iso_week(monday - dt.timedelta(weeks=back)) for back in range(WEEKS, 0, -1))


def coverage_tables(connection: Any, frame: Frame) -> list[suppression.CountTable]:
    """People with a record by ward and age, each by sex, and by the week of their first declaration."""
    by_ward = _cells(connection, "SELECT ward, sex, sum(residents) FROM coverage GROUP BY ALL")
    by_age = _wide(_cells(connection, "SELECT age_band, sex, sum(residents) FROM coverage GROUP BY ALL"))
    by_week = _cells(connection, "SELECT week, 'residents', sum(residents) FROM coverage GROUP BY ALL")
    return [
        _by_place("coverage_ward", frame, SEXES, by_ward, column=True),
        _table("coverage_age", AGES, SEXES, by_age, row=True, column=True),
        _table("coverage_week", frame.weeks, ("residents",), by_week, row=True),
    ]


def condition_tables(connection: Any, frame: Frame, measure: str = "yes") -> list[suppression.CountTable]:
    """People with each condition. `measure` is an SQL sum of `yes`, `no` and `unknown` (for denominators)."""
    listed = [entry.key for entry in code_catalogue.entries_of_kind("conditions")]
    open_ones = [key for key in listed if not suppression.is_sensitive(key)]
    key = "system || '|' || code"
    by_sex = _cells(connection, f"SELECT {key}, sex, sum({measure}) FROM conditions GROUP BY ALL")  # noqa: S608
    by_age = _wide_columns(
        _cells(connection, f"SELECT {key}, age_band, sum({measure}) FROM conditions GROUP BY ALL")  # noqa: S608
    )
    by_ward = _cells(connection, f"SELECT ward, {key}, sum({measure}) FROM conditions GROUP BY ALL")  # noqa: S608
    return [
        _table("conditions_sex", listed, SEXES, by_sex, column=True),
        _table("conditions_age", open_ones, AGES, by_age, column=True),
        _by_place("conditions_ward", frame, open_ones, by_ward),
    ]


def immunization_tables(connection: Any, _frame: Frame, measure: str = "yes") -> list[suppression.CountTable]:
    """People with each immunization, by age and by sex."""
    listed = [entry.key for entry in code_catalogue.entries_of_kind("immunizations")]
    key = "system || '|' || code"
    by_age = _wide_columns(
        _cells(connection, f"SELECT {key}, age_band, sum({measure}) FROM immunizations GROUP BY ALL")  # noqa: S608
    )
    return [_table("immunizations_age", listed, AGES, by_age, column=True)]


def risk_tables(connection: Any, _frame: Frame) -> list[suppression.CountTable]:
    """People by their answer to each question on risks; a row is `question answer`."""
    listed = risk_rows()
    open_ones = [row for row in listed if not suppression.is_sensitive(row.split(" ")[0])]
    key = "system || '|' || code || ' ' || answer"
    by_sex = _cells(connection, f"SELECT {key}, sex, sum(residents) FROM risks GROUP BY ALL")  # noqa: S608
    by_age = _wide_columns(
        _cells(connection, f"SELECT {key}, age_band, sum(residents) FROM risks GROUP BY ALL")  # noqa: S608
    )
    return [
        _table("risks_sex", listed, SEXES, by_sex, column=True),
        _table("risks_age", open_ones, AGES, by_age, column=True),
    ]


def risk_rows() -> list[str]:
    """`question answer` for every answer of every risk question of the form, without "I do not know"."""
    return [
        f"{entry.key} {answer}"
        for entry in code_catalogue.entries_of_kind("risks")
        for answer in (entry.answers or ("yes", "no"))
    ]


def diagnosis_tables(connection: Any, frame: Frame) -> list[suppression.CountTable]:
    """Diagnoses by week and ICD-10 category, as facilities reported them."""
    by_week = _cells(connection, "SELECT week, category, sum(diagnoses) FROM weekly_diagnoses GROUP BY ALL")
    within = {category for week, category in by_week if week in frame.weeks}
    shown = sorted(name for name in within if not suppression.is_sensitive(f"{suppression.ICD_10}{name}"))
    return [_table("diagnoses_week", frame.weeks, shown, by_week, row=True)]


def funnel_tables(connection: Any, frame: Frame) -> list[suppression.CountTable]:
    """From poster to declaration, by week."""
    cells: Cells = {}
    steps = ("visits", "codes", "submissions")
    for week, *counts in connection.execute(
        "SELECT week, sum(visits), sum(codes), sum(submissions) FROM funnel GROUP BY week"
    ).fetchall():
        cells |= {(week, step): int(count) for step, count in zip(steps, counts, strict=True)}
    return [_table("funnel_week", frame.weeks, steps, cells, row=True)]


def _cells(connection: Any, query: str) -> Cells:
    return {(row, column): int(people) for row, column, people in connection.execute(query).fetchall()}


def _wide(cells: Cells) -> Cells:
    found: Cells = {}
    for (band, column), people in cells.items():
        place = (age_bands.to_wide_band(band), column)
        found[place] = found.get(place, 0) + people
    return found


def _wide_columns(cells: Cells) -> Cells:
    turned = _wide({(column, row): people for (row, column), people in cells.items()})
    return {(row, column): people for (column, row), people in turned.items()}


def _by_place(
    name: str, frame: Frame, columns: Sequence[str], cells: Cells, *, column: bool = False
) -> suppression.CountTable:
    """A table by ward, or of the whole province in one row where wards may not be shown."""
    if frame.by_ward:
        return _table(name, frame.wards, columns, cells, row=True, column=column)
    whole: Cells = {}
    for (_, across), people in cells.items():
        whole[frame.province, across] = whole.get((frame.province, across), 0) + people
    return _table(name, (frame.province,), columns, whole, column=column)


def _table(
    name: str, rows: Sequence[str], columns: Sequence[str], cells: Cells, *, row: bool = False, column: bool = False
) -> suppression.CountTable:
    lines = tuple(tuple(cells.get((down, across), 0) for across in columns) for down in rows)
    return suppression.CountTable(name, tuple(rows), tuple(columns), lines, total_row=row, total_column=column)
