"""A release: every published table of one week, made from the private statistics by the one suppression function."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.aggregate.publish import forecast_tables, labels, rates, suppression, tables
from functions.aggregate.publish.forecast_tables import Outlook
from functions.aggregate.publish.suppression import RATE_NUMERATOR, Counts, Published
from functions.aggregate.publish.tables import Frame


@dataclass(frozen=True)
class Release:
    """What a week publishes. `sources` names where the population comes from; empty where there is none."""

    frame: Frame
    week: str
    tables: Mapping[str, Published]
    residents: str
    progress: str
    sources: tuple[str, ...]
    synthetic: bool
    outlooks: tuple[Outlook, ...] = ()

    def table(self, name: str) -> Published:
        """The table `name`."""
        return self.tables[name]


def make(connection: Any, frame: Frame, *, week: str, synthetic: bool) -> Release:
    """Count, suppress and rate every table of the closed list."""
    made = [*_coverage(connection, frame), *_conditions(connection, frame), *_immunizations(connection, frame)]
    made += [*_risks(connection, frame)]
    made += [suppression.publish(counts) for counts in tables.diagnoses(connection, frame)]
    made += [suppression.publish(counts) for counts in tables.funnel(connection, frame)]
    outlooks = tuple(forecast_tables.make(connection))
    made += [*(one.ahead for one in outlooks), forecast_tables.scores(connection, outlooks)]
    found = {table.name: table for table in made}
    sources = connection.execute("SELECT DISTINCT source FROM population ORDER BY source").fetchall()
    invented = connection.execute("SELECT coalesce(sum(synthetic), 0) FROM coverage").fetchone()[0]
    residents = suppression.count(_all(connection, "SELECT sum(residents) FROM coverage"))
    people = str(_all(connection, "SELECT sum(population) FROM population")) if sources else suppression.UNKNOWN
    return Release(
        frame=frame,
        week=week,
        tables=found,
        residents=residents,
        progress=suppression.rate(residents, people),
        sources=tuple(source for (source,) in sources),
        synthetic=synthetic or invented > 0,
        outlooks=outlooks,
    )


def to_csv(table: Published) -> bytes:
    """The table as a file: UTF-8, first row the column names, first column the row names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code name", *map(labels.heading, table.columns)])
    for row, line in zip(table.rows, table.cells, strict=True):
        writer.writerow([labels.heading(row), *line])
    return text.getvalue().encode()


def _coverage(connection: Any, frame: Frame) -> list[Published]:
    by_ward, by_age, by_week = (suppression.publish(counts) for counts in tables.coverage(connection, frame))
    made = [by_ward, by_age, by_week]
    if frame.by_ward:
        people = rates.population_by(connection, "ward")
        made.append(rates.of_population(by_ward, people, least=RATE_NUMERATOR))
    made.append(rates.of_population(by_age, rates.population_by(connection, "age_band")))
    return made


def _conditions(connection: Any, frame: Frame) -> list[Published]:
    answered = tables.conditions(connection, frame, "yes + no")
    made = _with_rates(tables.conditions(connection, frame), answered)
    crude = next(table for table in made if table.name == "conditions_sex_rate")
    return [*made, rates.standardised(connection, crude)]


def _immunizations(connection: Any, frame: Frame) -> list[Published]:
    return _with_rates(tables.immunizations(connection, frame), tables.immunizations(connection, frame, "yes + no"))


def _risks(connection: Any, frame: Frame) -> list[Published]:
    counted = tables.risks(connection, frame)
    return _with_rates(counted, [rates.answered_risks(counts) for counts in counted])


def _with_rates(counted: list[Counts], answered: list[Counts]) -> list[Published]:
    made = []
    for counts, below in zip(counted, answered, strict=True):
        table = suppression.publish(counts)
        least = RATE_NUMERATOR if counts.name.endswith("_ward") else 0
        made += [table, rates.of_counts(table, below, least=least)]
    return made


def _all(connection: Any, query: str) -> int:
    return int(connection.execute(query).fetchone()[0] or 0)
