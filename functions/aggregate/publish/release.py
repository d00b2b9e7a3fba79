"""A release: every published table of one week, made from the private statistics by the one suppression function."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.aggregate.publish import forecast_tables, labels, rates, suppression, tables
from functions.aggregate.publish.forecast_tables import ForecastTable
from functions.aggregate.publish.suppression import RATE_NUMERATOR, CountTable, PublishedTable
from functions.aggregate.publish.tables import Frame


@dataclass(frozen=True)
class Release:
    """What a week publishes. `sources` names where the population comes from; empty where there is none."""

    frame: Frame
    week: str
    tables: Mapping[str, PublishedTable]
    residents: str
    progress: str
    sources: tuple[str, ...]
    synthetic: bool
    forecasts: tuple[ForecastTable, ...] = ()

    def table(self, name: str) -> PublishedTable:
        """The table `name`."""
        return self.tables[name]


def build_release(connection: Any, frame: Frame, *, week: str, synthetic: bool) -> Release:
    """Count, suppress and rate every table of the closed list."""
    made = [*_coverage(connection, frame), *_conditions(connection, frame), *_immunizations(connection, frame)]
    made += [*_risks(connection, frame)]
    made += [suppression.publish_table(counts) for counts in tables.diagnosis_tables(connection, frame)]
    made += [suppression.publish_table(counts) for counts in tables.funnel_tables(connection, frame)]
    outlooks = tuple(forecast_tables.build_forecast_tables(connection))
    made += [*(one.forecast for one in outlooks), forecast_tables.build_score_table(connection, outlooks)]
    found = {table.name: table for table in made}
    sources = connection.execute("SELECT DISTINCT source FROM population ORDER BY source").fetchall()
    invented = connection.execute("SELECT coalesce(sum(synthetic), 0) FROM coverage").fetchone()[0]
    residents = suppression.publish_count(_all(connection, "SELECT sum(residents) FROM coverage"))
    people = str(_all(connection, "SELECT sum(population) FROM population")) if sources else suppression.UNKNOWN
    return Release(
        frame=frame,
        week=week,
        tables=found,
        residents=residents,
        progress=suppression.publish_rate(residents, people),
        sources=tuple(source for (source,) in sources),
        synthetic=synthetic or invented > 0,
        forecasts=outlooks,
    )


def to_csv(table: PublishedTable) -> bytes:
    """The table as a file: UTF-8, first row the column names, first column the row names."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code name", *map(labels.csv_heading, table.columns)])
    for row, line in zip(table.rows, table.cells, strict=True):
        writer.writerow([labels.csv_heading(row), *line])
    return text.getvalue().encode()


def _coverage(connection: Any, frame: Frame) -> list[PublishedTable]:
    by_ward, by_age, by_week = (
        suppression.publish_table(counts) for counts in tables.coverage_tables(connection, frame)
    )
    made = [by_ward, by_age, by_week]
    if frame.by_ward:
        people = rates.load_population_by(connection, "ward")
        made.append(rates.population_rates(by_ward, people, least=RATE_NUMERATOR))
    made.append(rates.population_rates(by_age, rates.load_population_by(connection, "age_band")))
    return made


def _conditions(connection: Any, frame: Frame) -> list[PublishedTable]:
    answered = tables.condition_tables(connection, frame, "yes + no")
    made = _with_rates(tables.condition_tables(connection, frame), answered)
    crude = next(table for table in made if table.name == "conditions_sex_rate")
    return [*made, rates.standardised_rates(connection, crude)]


def _immunizations(connection: Any, frame: Frame) -> list[PublishedTable]:
    return _with_rates(
        tables.immunization_tables(connection, frame), tables.immunization_tables(connection, frame, "yes + no")
    )


def _risks(connection: Any, frame: Frame) -> list[PublishedTable]:
    counted = tables.risk_tables(connection, frame)
    return _with_rates(counted, [rates.sum_risk_answers(counts) for counts in counted])


def _with_rates(counted: list[CountTable], answered: list[CountTable]) -> list[PublishedTable]:
    made = []
    for counts, below in zip(counted, answered, strict=True):
        table = suppression.publish_table(counts)
        least = RATE_NUMERATOR if counts.name.endswith("_ward") else 0
        made += [table, rates.count_rates(table, below, least=least)]
    return made


def _all(connection: Any, query: str) -> int:
    return int(connection.execute(query).fetchone()[0] or 0)
