"""The rate tables beside the published counts: every percentage comes from two published figures."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from functions.aggregate.count import age_bands, population
from functions.aggregate.publish import suppression
from functions.aggregate.publish.suppression import TOTAL, UNKNOWN, PublishedTable

Population = Mapping[tuple[str, str], int]
STANDARDISED = ("crude", "age_standardised", "post_stratified")


def population_rates(table: PublishedTable, people: Population) -> PublishedTable:
    """Counts over the reference population, which is public; `people` is keyed by (row, column) with totals.

    A share over 100 is shown as it is: it says that people are counted twice, or the population is not today's.
    """

    def below(row: str, column: str) -> str:
        found = people.get((row, column))
        return UNKNOWN if found is None else str(found)

    return _rates(table, below, at_most=math.inf)


def answer_rates(table: PublishedTable, answered: PublishedTable) -> PublishedTable:
    """Counts over how many people answered at the same place."""
    return _rates(table, answered.figure)


def load_population_by(connection: Any, dimension: str, province: str) -> Population:
    """People by (`ward` or wide `age_band`, sex), each with totals; the province's sum is (total, total).

    A sum of which the reference lacks a ward, sex or five-year band is left out: a share of it would be too high.
    """
    rows = connection.execute("SELECT ward, sex, age_band, population FROM population").fetchall()
    known = {(ward, sex, band): int(people) for ward, sex, band, people in rows}
    found: dict[tuple[str, str], int] = {}
    lacking = set[tuple[str, str]]()
    for group in population.groups(province):
        ward, sex, band = group
        row = age_bands.to_wide_band(band) if dimension == "age_band" else ward
        for key in ((row, sex), (row, TOTAL), (TOTAL, sex), (TOTAL, TOTAL)):
            found[key] = found.get(key, 0) + known.get(group, 0)
            if group not in known:
                lacking.add(key)
    return {key: people for key, people in found.items() if key not in lacking}


def standardised_rates(by_age: PublishedTable, answered: PublishedTable, living: Population) -> PublishedTable:
    """The province's rate of each condition: as it is, standardised for age, and weighted to the ages who live there.

    All three are made of the published counts by age, so they say nothing that these do not.
    """
    world = dict(age_bands.WORLD_STANDARD_WIDE)
    known = all((band, TOTAL) in living for band in age_bands.WIDE_BANDS)
    people = {band: living[band, TOTAL] if known else 0 for band in age_bands.WIDE_BANDS}
    cells = tuple(
        (
            suppression.publish_rate(by_age.figure(row, TOTAL), answered.figure(row, TOTAL)),
            _weighted(by_age, answered, row, world),
            _weighted(by_age, answered, row, people),
        )
        for row in by_age.rows
    )
    return PublishedTable("conditions_standardised_rate", by_age.rows, STANDARDISED, cells)


def _weighted(by_age: PublishedTable, answered: PublishedTable, row: str, weights: Mapping[str, float]) -> str:
    return suppression.publish_weighted_rate(
        [
            suppression.Stratum(by_age.figure(row, band), answered.figure(row, band), weight)
            for band, weight in weights.items()
        ]
    )


def _rates(table: PublishedTable, below: Callable[[str, str], str], *, at_most: float = 100.0) -> PublishedTable:
    cells = tuple(
        tuple(
            suppression.publish_rate(figure, below(row, column), at_most=at_most)
            for column, figure in zip(table.columns, line, strict=True)
        )
        for row, line in zip(table.rows, table.cells, strict=True)
    )
    return PublishedTable(f"{table.name}_rate", table.rows, table.columns, cells)
