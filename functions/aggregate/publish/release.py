"""A release: every published table of one week, made of noisy counts alone."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.aggregate.forecast.series import Series
from functions.aggregate.publish import forecast_tables, labels, rates, tables
from functions.aggregate.publish.forecast_tables import ForecastTable
from functions.aggregate.publish.released import Released
from functions.aggregate.publish.suppression import TOTAL, PublishedTable
from functions.aggregate.publish.tables import Frame
from health_record import wards


@dataclass(frozen=True)
class Release:
    """What a week publishes, `own`, and all that the newest page shows, `tables`.

    `full_week` is the week of the newest tables by ward, age and condition, if there are any. `sources` names where the
    population comes from and `years` of when it is, `lacking` for how many wards it is not complete. `watched` are the
    categories in which signals are looked for. `wards_before` has the week and the figures by ward of the full
    release before the newest, `quarterly` the tables that come with a full release only.
    """

    frame: Frame
    week: str
    own: Mapping[str, PublishedTable]
    tables: Mapping[str, PublishedTable]
    full_week: str | None
    residents: str
    progress: str
    sources: tuple[str, ...]
    synthetic: bool
    outlooks: tuple[ForecastTable, ...] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    population: int = 0
    years: tuple[int, ...] = ()
    lacking: int = 0
    watched: tuple[str, ...] = ()
    inhabitants: Mapping[str, int] = field(default_factory=dict)
    wards_before: tuple[str | None, Mapping[str, str]] = (None, {})
    quarterly: frozenset[str] = frozenset()

    @property
    def weeks(self) -> Mapping[str, str]:
        """Table -> the week whose release it is of."""
        return {name: self.week if name in self.own else str(self.full_week) for name in self.tables}

    def table(self, name: str) -> PublishedTable:
        """The table `name`; one without any row where it is not published."""
        return self.tables.get(name, PublishedTable(name, (), (), ()))


def build_release(connection: Any, frame: Frame, before: Released, *, synthetic: bool) -> Release:
    """The release of `frame`, which goes on from what was released before; `before` is brought up to date by it."""
    living = rates.load_population_by(connection, "age_band", frame.province)
    sources = tuple(
        source for (source,) in connection.execute("SELECT DISTINCT source FROM population ORDER BY source").fetchall()
    )
    outlooks = tuple(forecast_tables.build_forecast_tables(published_series(frame, before)))
    by_ward = rates.load_population_by(connection, "ward", frame.province)
    years = connection.execute("SELECT DISTINCT year FROM population ORDER BY year").fetchall()
    total = tables.total_table(frame)
    own = {table.name: table for table in _weekly(frame, before, total, living, outlooks)}
    if frame.full:
        before.full = {table.name: table for table in _full(connection, frame, living)}
        before.full_week = frame.week
        before.wards[frame.week] = _by_ward(before.full)
        own |= before.full
    before.residents[frame.week] = total.cells[0][0]
    invented = connection.execute("SELECT coalesce(sum(synthetic), 0) FROM coverage").fetchone()[0]
    return Release(
        frame=frame,
        week=frame.week,
        own=own,
        tables={**before.full, **own},
        full_week=before.full_week,
        residents=total.cells[0][0],
        progress=rates.population_rates(total, {(TOTAL, "residents"): living.get((TOTAL, TOTAL), 0)}).cells[0][0],
        sources=sources,
        synthetic=synthetic or invented > 0,
        outlooks=outlooks,
        totals=before.residents,
        population=living.get((TOTAL, TOTAL), 0),
        years=tuple(year for (year,) in years),
        lacking=sum((ward, TOTAL) not in by_ward for ward in wards.list_wards(frame.province)) if frame.by_ward else 0,
        inhabitants={ward: people for (ward, sex), people in by_ward.items() if sex == TOTAL},
        wards_before=_wards_before(before),
        quarterly=frozenset(before.full),
    )


def _by_ward(full: Mapping[str, PublishedTable]) -> dict[str, str]:
    table = full["coverage_ward"]
    return {row: table.figure(row, TOTAL) for row in table.rows}


def _wards_before(before: Released) -> tuple[str | None, Mapping[str, str]]:
    weeks = [week for week in before.wards if before.full_week and week < before.full_week]
    return (max(weeks), before.wards[max(weeks)]) if weeks else (None, {})


def published_series(frame: Frame, before: Released) -> list[Series]:
    """The allow-listed series of facilities and of the department, as noisy counts."""
    return [*forecast_tables.of_closed_weeks(before.closed), *forecast_tables.of_department(frame.noisy, before.given)]


def to_csv(table: PublishedTable) -> bytes:
    """The table as a file: UTF-8, first row the column names, first column the row names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code name", *map(labels.csv_heading, table.columns)])
    for row, line in zip(table.rows, table.cells, strict=True):
        writer.writerow([labels.csv_heading(row), *line])
    return text.getvalue().encode()


def _weekly(
    frame: Frame, before: Released, total: PublishedTable, living: rates.Population, outlooks: tuple[ForecastTable, ...]
) -> list[PublishedTable]:
    made = [total, tables.weekly_coverage_table(frame, before.closed), tables.diagnosis_table(frame, before.closed)]
    if frame.by_ward:
        made.append(rates.population_rates(total, {(TOTAL, "residents"): living.get((TOTAL, TOTAL), 0)}))
    coming = tables.nowcast_table(before.seen)
    if coming.rows:
        made.append(coming)
    return [
        *made,
        tables.funnel_table(frame),
        *(one.ahead for one in outlooks),
        forecast_tables.build_score_table(outlooks),
    ]


def _full(connection: Any, frame: Frame, living: rates.Population) -> list[PublishedTable]:
    by_ward, by_age = tables.coverage_tables(frame)
    made = [by_ward, by_age]
    if frame.by_ward:
        made += [
            rates.population_rates(by_ward, rates.load_population_by(connection, "ward", frame.province)),
            rates.population_rates(by_age, living),
        ]
    conditions = tables.condition_tables(frame)
    made += _with_rates(frame, conditions)
    made.append(rates.standardised_rates(conditions[1], tables.answered(frame, conditions[1]), living))
    return made + _with_rates(frame, [*tables.immunization_tables(frame), *tables.risk_tables(frame)])


def _with_rates(frame: Frame, counted: list[PublishedTable]) -> list[PublishedTable]:
    made = []
    for table in counted:
        made += [table, rates.answer_rates(table, tables.answered(frame, table))]
    return made
