"""The rate tables beside the published counts: every percentage comes from two published figures."""

from collections.abc import Callable, Mapping
from typing import Any

from functions.aggregate.count import age_bands
from functions.aggregate.publish import suppression
from functions.aggregate.publish.suppression import TOTAL, UNKNOWN, CountTable, PublishedTable

Population = Mapping[tuple[str, str], int]
STANDARDISED = ("crude", "age_standardised", "post_stratified")


def population_rates(table: PublishedTable, people: Population, *, least: int = 0) -> PublishedTable:
    """Counts over the reference population, which is public; `people` is keyed by (row, column) with totals."""

    def below(row: str, column: str) -> str:
        found = people.get((row, column))
        return UNKNOWN if found is None else str(found)

    return _rates(table, below, least)


def count_rates(table: PublishedTable, answered: CountTable, *, least: int = 0) -> PublishedTable:
    """Counts over how many people answered at the same place, rounded as if it were published."""

    def below(row: str, column: str) -> str:
        down = [answered.rows.index(name) for name in (table.rows if row == TOTAL else (row,)) if name != TOTAL]
        across = [
            answered.columns.index(name) for name in (table.columns if column == TOTAL else (column,)) if name != TOTAL
        ]
        return suppression.publish_count(sum(answered.cells[place][other] for place in down for other in across))

    return _rates(table, below, least)


def load_population_by(connection: Any, dimension: str) -> Population:
    """People by (`ward` or wide `age_band`, sex), each with totals; the province's sum is (total, total)."""
    found: dict[tuple[str, str], int] = {}
    for place, sex, people in connection.execute(
        f"SELECT {dimension}, sex, sum(population) FROM population GROUP BY ALL"  # noqa: S608 - names of this module
    ).fetchall():
        row = age_bands.to_wide_band(place) if dimension == "age_band" else place
        for key in ((row, sex), (row, TOTAL), (TOTAL, sex), (TOTAL, TOTAL)):
            found[key] = found.get(key, 0) + int(people)
    return found


def standardised_rates(connection: Any, crude: PublishedTable) -> PublishedTable:
    """The province's rate of each row of `crude`: as it is, standardised for age, and weighted to who lives there.

    The last two are made of counts by wide age band and sex that were hidden or rounded before they were weighed.
    """
    answers = _answers(connection)
    living = load_population_by(connection, "age_band")
    ages = {(band, TOTAL): percent for band, percent in age_bands.WORLD_STANDARD_WIDE.items()}
    people = {(band, sex): living.get((band, sex), 0) for band in age_bands.WIDE_BANDS for sex in ("male", "female")}
    cells = tuple(
        (crude.figure(key, TOTAL), _weighted(answers, key, ages), _weighted(answers, key, people)) for key in crude.rows
    )
    return PublishedTable("conditions_standardised_rate", crude.rows, STANDARDISED, cells)


def sum_risk_answers(counts: CountTable) -> CountTable:
    """For every `question answer` how many answered the question at all."""
    sums: dict[str, list[int]] = {}
    for row, line in zip(counts.rows, counts.cells, strict=True):
        before = sums.get(row.split(" ")[0], [0] * len(line))
        sums[row.split(" ")[0]] = [one + other for one, other in zip(before, line, strict=True)]
    cells = tuple(tuple(sums[row.split(" ")[0]]) for row in counts.rows)
    return CountTable(counts.name, counts.rows, counts.columns, cells, total_column=counts.total_column)


def _answers(connection: Any) -> Mapping[tuple[str, str, str], tuple[int, int]]:
    """(condition, wide age band, sex or total) -> how many have it, and how many answered."""
    found: dict[tuple[str, str, str], tuple[int, int]] = {}
    for key, band, sex, yes, answered in connection.execute(
        "SELECT system || '|' || code, age_band, sex, sum(yes), sum(yes + no) FROM conditions GROUP BY ALL"
    ).fetchall():
        for column in (sex, TOTAL):
            place = (key, age_bands.to_wide_band(band), column)
            before = found.get(place, (0, 0))
            found[place] = (before[0] + int(yes), before[1] + int(answered))
    return found


def _weighted(
    answers: Mapping[tuple[str, str, str], tuple[int, int]], key: str, weights: Mapping[tuple[str, str], float]
) -> str:
    strata = []
    for (band, sex), weight in weights.items():
        yes, answered = answers.get((key, band, sex), (0, 0))
        strata.append(suppression.Stratum(suppression.publish_count(yes), suppression.publish_count(answered), weight))
    return suppression.publish_weighted_rate(strata)


def _rates(table: PublishedTable, below: Callable[[str, str], str], least: int) -> PublishedTable:
    denominators = [[below(row, column) for column in table.columns] for row in table.rows]
    return suppression.publish_rates(f"{table.name}_rate", table, denominators, least=least)
