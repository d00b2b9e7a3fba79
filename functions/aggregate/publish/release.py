"""A release: every published table of one week, made of noisy counts alone."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.aggregate.forecast.series import Series
from functions.aggregate.publish import forecast_tables, labels, rates, tables
from functions.aggregate.publish.forecast_tables import Outlook
from functions.aggregate.publish.released import Released
from functions.aggregate.publish.suppression import TOTAL, Published
from functions.aggregate.publish.tables import Frame


@dataclass(frozen=True)
class Release:
    """What a week publishes, `own`, and all that the newest page shows, `tables`.

    `full_week` is the week of the newest tables by ward, age and condition, if there are any. `sources` names where the
    population comes from; empty where there is none.
    """

    frame: Frame
    week: str
    own: Mapping[str, Published]
    tables: Mapping[str, Published]
    full_week: str | None
    residents: str
    progress: str
    sources: tuple[str, ...]
    synthetic: bool
    outlooks: tuple[Outlook, ...] = ()

    def table(self, name: str) -> Published:
        """The table `name`; one without any row where it is not published."""
        return self.tables.get(name, Published(name, (), (), ()))


def make(connection: Any, frame: Frame, before: Released, *, synthetic: bool) -> Release:
    """The release of `frame`, which goes on from what was released before; `before` is brought up to date by it."""
    living = rates.population_by(connection, "age_band")
    sources = tuple(
        source for (source,) in connection.execute("SELECT DISTINCT source FROM population ORDER BY source").fetchall()
    )
    outlooks = tuple(forecast_tables.make(published_series(frame, before)))
    total = tables.totals(frame)
    own = {table.name: table for table in _weekly(frame, before, total, living, outlooks)}
    if frame.full:
        before.full = {table.name: table for table in _full(connection, frame, living)}
        before.full_week = frame.week
        own |= before.full
    invented = connection.execute("SELECT coalesce(sum(synthetic), 0) FROM coverage").fetchone()[0]
    return Release(
        frame=frame,
        week=frame.week,
        own=own,
        tables={**before.full, **own},
        full_week=before.full_week,
        residents=total.cells[0][0],
        progress=rates.of_population(total, {(TOTAL, "residents"): living.get((TOTAL, TOTAL), 0)}).cells[0][0],
        sources=sources,
        synthetic=synthetic or invented > 0,
        outlooks=outlooks,
    )


def published_series(frame: Frame, before: Released) -> list[Series]:
    """The allow-listed series of facilities and of the department, as noisy counts."""
    return [*forecast_tables.of_closed_weeks(before.closed), *forecast_tables.of_department(frame.noisy)]


def to_csv(table: Published) -> bytes:
    """The table as a file: UTF-8, first row the column names, first column the row names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code name", *map(labels.heading, table.columns)])
    for row, line in zip(table.rows, table.cells, strict=True):
        writer.writerow([labels.heading(row), *line])
    return text.getvalue().encode()


def _weekly(
    frame: Frame, before: Released, total: Published, living: rates.Population, outlooks: tuple[Outlook, ...]
) -> list[Published]:
    made = [total, tables.weekly_coverage(frame, before.closed), tables.diagnoses(frame, before.closed)]
    if living:
        made.append(rates.of_population(total, {(TOTAL, "residents"): living[TOTAL, TOTAL]}))
    return [*made, tables.funnel(frame), *(one.ahead for one in outlooks), forecast_tables.scores(outlooks)]


def _full(connection: Any, frame: Frame, living: rates.Population) -> list[Published]:
    by_ward, by_age = tables.coverage(frame)
    made = [by_ward, by_age]
    if frame.by_ward:
        made += [
            rates.of_population(by_ward, rates.population_by(connection, "ward")),
            rates.of_population(by_age, living),
        ]
    conditions, answered = tables.conditions(frame), tables.conditions(frame, "conditions_answered")
    made += _with_rates(conditions, answered)
    made.append(rates.standardised(conditions[1], answered[1], living))
    made += _with_rates(tables.immunizations(frame), tables.immunizations(frame, "immunizations_answered"))
    risks = tables.risks(frame)
    return made + _with_rates(risks, [tables.answered_risks(frame, table) for table in risks])


def _with_rates(counted: list[Published], answered: list[Published]) -> list[Published]:
    made = []
    for table, below in zip(counted, answered, strict=True):
        made += [table, rates.of_answers(table, below)]
    return made
