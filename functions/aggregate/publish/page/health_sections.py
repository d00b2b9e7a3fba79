"""What people have and do: conditions, risks and immunizations, only where there is something to say."""

import math
from collections.abc import Iterator, Sequence

from functions.aggregate.count import age_bands
from functions.aggregate.publish import labels
from functions.aggregate.publish.page import texts
from functions.aggregate.publish.page.writer import Writer, is_number
from functions.aggregate.publish.suppression import CONDITION_ERROR, TOTAL, WIDE_ERROR
from health_record.language import Translated

PATTERNS = 4
LEAST_SHOWN = 0.5  # of the groups of a pattern


def conditions(writer: Writer) -> Iterator[str]:
    """The rate of each condition, and the commonest ones by sex and age."""
    rates = writer.made.table("conditions_sex_rate")
    items = _shown([(row, rates.figure(row, TOTAL)) for row in rates.rows])
    if not items:
        return
    items.sort(key=lambda item: (-float(item[1]), item[0]))
    yield writer.heading(texts.CONDITIONS)
    yield f"<p>{writer.say(texts.VOLUNTEERS)}</p>"
    yield writer.bars("conditions", texts.HAVE_IT, items, unit=" %")
    commonest = items[0][1]
    yield writer.means(
        texts.MEANS_CONDITIONS,
        percent=writer.number(commonest),
        people=writer.number(round(float(commonest))),
        points=writer.number(_points(writer, *items[0])),
    )
    patterns = [pattern for row, _ in items[:PATTERNS] if (pattern := _pattern(writer, row))]
    yield from patterns
    if patterns:
        yield writer.means(texts.MEANS_PATTERN)
    yield from _condition_tables(writer)


def _points(writer: Writer, row: str, rate: str) -> str:
    """How far the random error usually moves a rate among all who answered, in percentage points."""
    people = int(writer.made.table("conditions_sex").figure(row, TOTAL))
    answered = 100 * people / max(float(rate), 0.05)  # a rate of 0.0 is rounded
    points = float(rate) * math.hypot(CONDITION_ERROR / people, WIDE_ERROR / answered)
    return f"{math.ceil(10 * points) / 10:.1f}"


def _condition_tables(writer: Writer) -> Iterator[str]:
    standardised = writer.made.table("conditions_standardised_rate")
    weighed = any(is_number(figure) for line in standardised.cells for figure in line[1:])
    if weighed:
        yield writer.means(texts.STANDARDISED)
        yield writer.table(standardised)
    for name in ("conditions_sex", "conditions_sex_rate", "conditions_age", "conditions_age_rate"):
        yield writer.table(writer.made.table(name))


def _pattern(writer: Writer, row: str) -> str:
    """One condition by sex and by age; nothing where half of the groups are hidden."""
    by_sex, by_age = writer.made.table("conditions_sex_rate"), writer.made.table("conditions_age_rate")
    items = [(sex, by_sex.figure(row, sex)) for sex in ("male", "female")]
    items += [(age, by_age.figure(row, age)) for age in age_bands.WIDE_BANDS if row in by_age.rows]
    if len(_shown(items)) <= LEAST_SHOWN * len(items):
        return ""
    name = labels.row_label(row)
    title = Translated(texts.PATTERN.vi.format(name=name.vi), texts.PATTERN.en.format(name=name.en))
    return writer.bars(f"pattern-{labels.row_code(row)}", title, items, unit=" %")


def risks(writer: Writer) -> Iterator[str]:
    """The answers to each question on risks."""
    rates = writer.made.table("risks_sex_rate")
    told = []
    for question in dict.fromkeys(row.split(" ")[0] for row in rates.rows):
        items = [(row, rates.figure(row, TOTAL)) for row in rates.rows if row.startswith(f"{question} ")]
        if _shown(items):
            answers = [(writer.words(labels.row_label(row.split(" ")[1])), figure) for row, figure in items]
            title = writer.words(labels.row_label(question))
            told.append(writer.named_bars(f"risk-{labels.row_code(question)}", title, answers, unit=" %"))
    if not told:
        return
    yield writer.heading(texts.RISKS)
    yield writer.means(texts.MEANS_RISKS)
    yield from told
    for name in ("risks_sex", "risks_sex_rate", "risks_age", "risks_age_rate"):
        yield writer.table(writer.made.table(name))


def immunizations(writer: Writer) -> Iterator[str]:
    """Who says they were vaccinated."""
    table, rates = writer.made.table("immunizations_age"), writer.made.table("immunizations_age_rate")
    items = _shown([(row, rates.figure(row, TOTAL)) for row in rates.rows])
    if not items:
        return
    yield writer.heading(texts.IMMUNIZATIONS)
    yield writer.means(texts.MEANS_VACCINES)
    yield writer.bars("immunizations", texts.VACCINATED, items, unit=" %")
    yield writer.table(table)
    yield writer.table(rates)


def _shown(items: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [item for item in items if is_number(item[1])]
