"""What may be published of counts of people: the one rule that every published figure passes through.

The rule is that of NHS Digital's hospital statistics since 2018: 0 stays, 1-7 is hidden, everything else and every
total is rounded to 5, percentages come from rounded figures. `disclosure` checks what the rule alone cannot promise:
that the totals do not give a hidden figure away.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from functions.aggregate.publish.disclosure import find_disclosed

HIDDEN = "*"
UNKNOWN = "unknown"
HIDDEN_AT_MOST = 7
ROUNDED_TO = 5
RATE_NUMERATOR = 20
RATE_DENOMINATOR = 100
STRATUM_LEAST, WEIGHTED_MOVE = 20, 0.1
TOTAL = "total"
SPARSE = 100  # a column with less than one person in a hundred

# Never shown below the province: ICD-10 prefixes of mental and behavioural disorders, HIV, sexually transmitted
# infections, pregnancy, abuse and self-harm.
ICD_10 = "http://hl7.org/fhir/sid/icd-10|"
SENSITIVE_CODES = (
    "F",
    "B20",
    "B21",
    "B22",
    "B23",
    "B24",
    "Z21",
    "A5",
    "A60",
    "A63",
    "A64",
    "O",
    "T74",
    "Y0",
    "X6",
    "X7",
    "X8",
)
SENSITIVE_QUESTIONS = ("http://loinc.org|11343-1", "http://loinc.org|8659-5")  # use of drugs, contraception


@dataclass(frozen=True)
class CountTable:
    """An exact two-way table of people: `cells[row][column]`, and which totals go with it.

    `total_row` sums over the rows and `total_column` over the columns. A total belongs only where nobody is counted
    twice.
    """

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]
    total_row: bool = False
    total_column: bool = False


@dataclass(frozen=True)
class PublishedTable:
    """A table as the public sees it: texts only. `withheld` names the lines left out because totals would undo them."""

    name: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    withheld: tuple[str, ...] = ()

    def figure(self, row: str, column: str) -> str:
        """The text shown at `row` and `column`; `unknown` where the table has no such cell."""
        if row not in self.rows or column not in self.columns:
            return UNKNOWN
        return self.cells[self.rows.index(row)][self.columns.index(column)]


def publish_count(people: int) -> str:
    """0 -> "0", 1..7 -> "*", 8 -> "10", 12 -> "10", 13 -> "15"; a total is treated alike."""
    if people < 0:
        raise ValueError("a count of people is never negative")
    if people == 0:
        return "0"
    if people <= HIDDEN_AT_MOST:
        return HIDDEN
    return str((people + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO)


def publish_rate(numerator: str, denominator: str, *, least: int = 0) -> str:
    """A percentage of two published figures, with one decimal.

    `least` is the smallest numerator that may be shown (20 for a ward). Hidden where a figure is hidden, the numerator
    is too small or the denominator is under 100; `unknown` where the denominator is missing or nobody.
    """
    if denominator in (UNKNOWN, "0") or numerator == UNKNOWN:
        return UNKNOWN
    if HIDDEN in (numerator, denominator) or int(denominator) < RATE_DENOMINATOR:
        return HIDDEN
    if 0 < int(numerator) < least:
        return HIDDEN
    return f"{100 * int(numerator) / int(denominator):.1f}"


@dataclass(frozen=True)
class Stratum:
    """One group of a weighted rate: two published counts, and the weight of the group among all."""

    numerator: str
    denominator: str
    weight: float


def publish_weighted_rate(strata: Sequence[Stratum]) -> str:
    """The mean of the strata's rates by their weights, in percent with one decimal, of published counts only.

    A hidden numerator stands for 4, the middle of what it may be. The rate is hidden where a stratum has under 20
    people who answered, where under 20 have it altogether, or where hidden numerators could move it by more than a
    tenth; `unknown` without any weight.
    """
    weighed = [stratum for stratum in strata if stratum.weight > 0]
    if not weighed:
        return UNKNOWN
    if any(each.denominator in (HIDDEN, UNKNOWN) or int(each.denominator) < STRATUM_LEAST for each in weighed):
        return HIDDEN
    least, middle, most = (
        sum(each.weight * _people(each.numerator, hidden) / int(each.denominator) for each in weighed)
        for hidden in (1, (1 + HIDDEN_AT_MOST) // 2, HIDDEN_AT_MOST)
    )
    counted = sum(_people(each.numerator, 0) for each in weighed)
    if middle and (counted < RATE_NUMERATOR or most - least > 2 * WEIGHTED_MOVE * middle):
        return HIDDEN
    return f"{100 * middle / sum(each.weight for each in weighed):.1f}"


def _people(figure: str, hidden: int) -> int:
    return hidden if figure == HIDDEN else int(figure)


def publish_share(part: float | None, whole: float | None) -> str:
    """A quality measure in whole percent, of figures that count nobody: 0.913 of 1 -> "91"; `unknown` without one."""
    if part is None or not whole or part != part:
        return UNKNOWN
    return f"{100 * part / whole:.0f}"


def is_sensitive(code: str) -> bool:
    """Whether `system|code` is a condition or question that is shown for the whole province only."""
    listed = code.startswith(ICD_10) and code.removeprefix(ICD_10).startswith(SENSITIVE_CODES)
    return listed or code in SENSITIVE_QUESTIONS


def publish_table(table: CountTable) -> PublishedTable:
    """The table as it may be published, without the lines or totals that would give a hidden figure away."""
    withheld: list[str] = []
    while doubtful := _disclosed(table):
        table, left_out = _without(table, doubtful[0])
        withheld.append(left_out)
    return _to_published(table, tuple(withheld))


def _disclosed(table: CountTable) -> list[tuple[int, int]]:
    return find_disclosed(table.cells, total_row=table.total_row, total_column=table.total_column)


def _without(table: CountTable, cell: tuple[int, int]) -> tuple[CountTable, str]:
    """Less of the table, as little as will do.

    A column that holds hardly anybody goes first (its people are then in no total of the table either); else the line
    of the cell where lines stand alone, else the totals that undo it.
    """
    row, column = cell
    if table.total_column and len(table.columns) > 1 and _is_sparse(table, column):
        return _keep(table, table.rows, _others(table.columns, column)), table.columns[column]
    if table.total_row and table.total_column:
        return _without_totals(table)
    if table.total_row:
        if len(table.columns) == 1:
            return replace(table, total_row=False), "total row"
        return _keep(table, table.rows, _others(table.columns, column)), table.columns[column]
    if len(table.rows) == 1:
        return replace(table, total_column=False), "total column"
    return _keep(table, _others(table.rows, row), table.columns), table.rows[row]


def _without_totals(table: CountTable) -> tuple[CountTable, str]:
    for smaller, name in (
        (replace(table, total_row=False), "total row"),
        (replace(table, total_column=False), "total column"),
    ):
        if not _disclosed(smaller):
            return smaller, name
    return replace(table, total_row=False, total_column=False), "all totals"


def _is_sparse(table: CountTable, column: int) -> bool:
    return SPARSE * sum(line[column] for line in table.cells) < sum(map(sum, table.cells))


def _others(names: tuple[str, ...], place: int) -> tuple[str, ...]:
    return names[:place] + names[place + 1 :]


def _keep(table: CountTable, rows: tuple[str, ...], columns: tuple[str, ...]) -> CountTable:
    down = [table.rows.index(name) for name in rows]
    across = [table.columns.index(name) for name in columns]
    cells = tuple(tuple(table.cells[row][column] for column in across) for row in down)
    return replace(table, rows=rows, columns=columns, cells=cells)


def _to_published(table: CountTable, withheld: tuple[str, ...]) -> PublishedTable:
    cells = [list(line) for line in table.cells]
    rows, columns = list(table.rows), list(table.columns)
    if table.total_column:
        cells = [[*line, sum(line)] for line in cells]
        columns.append(TOTAL)
    if table.total_row:
        cells.append([sum(line[place] for line in cells) for place in range(len(columns))])
        rows.append(TOTAL)
    shown = tuple(tuple(publish_count(people) for people in line) for line in cells)
    return PublishedTable(table.name, tuple(rows), tuple(columns), shown, withheld)


def publish_rates(
    name: str, table: PublishedTable, denominators: Sequence[Sequence[str]], *, least: int = 0
) -> PublishedTable:
    """The rate table beside a published table: each figure over the denominator at the same place."""
    cells = tuple(
        tuple(publish_rate(figure, below, least=least) for figure, below in zip(line, belows, strict=True))
        for line, belows in zip(table.cells, denominators, strict=True)
    )
    return PublishedTable(name, table.rows, table.columns, cells)
