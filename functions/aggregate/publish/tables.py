"""The closed list of what is published: every table is made of noisy counts in one way."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from functions.aggregate import buckets
from functions.aggregate.count import age_bands, code_catalogue
from functions.aggregate.forecast import nowcast
from functions.aggregate.protect import release_calendar, sensitive_categories
from functions.aggregate.protect.cells import RESIDENTS, SEXES, Name, Noisy
from functions.aggregate.publish import suppression
from functions.aggregate.publish.suppression import HIDDEN, TOTAL, PublishedTable
from health_record import wards

AGES = (*age_bands.WIDE_BANDS, age_bands.UNKNOWN)
WEEKS = 52
WARD_CONDITIONS_FROM = 50_000  # declarants of the province
WARD_LEAST = 1_000  # declarants of a ward whose conditions are shown
FEW_WARDS, NEARLY_ALL = 5, 0.9

NOWCAST_COLUMNS = ("reported", "estimate", "low_80", "high_80")

Show = Callable[[int | None], str]


@dataclass(frozen=True)
class Frame:
    """What a release is made for and of: its province and day, the noisy counts, and whether wards may be shown."""

    province: str
    day: dt.date
    noisy: Noisy = field(repr=False)
    by_ward: bool
    full: bool

    @property
    def week(self) -> str:
        """The release's ISO week."""
        return buckets.iso_week(self.day)

    @property
    def wards(self) -> tuple[str, ...]:
        """The rows of ward tables: the province's wards in order of code, and people whose ward is not known."""
        return (*sorted(wards.list_wards(self.province)), age_bands.UNKNOWN)

    @property
    def weeks(self) -> tuple[str, ...]:
        """The complete ISO weeks before the day's, a year of them, oldest first."""
        return tuple(release_calendar.complete_weeks(self.day, WEEKS))

    @property
    def residents(self) -> int:
        """About how many people have a record."""
        return self.people(RESIDENTS, RESIDENTS, TOTAL, TOTAL) or 0

    @property
    def ward_conditions(self) -> bool:
        """Whether there are enough declarants to show conditions by ward."""
        return self.by_ward and self.residents >= WARD_CONDITIONS_FROM

    @property
    def in_few_wards(self) -> bool:
        """Whether nearly all who declared live in a few wards, so that the province's figures are those wards'.

        Only wards whose figure is shown count: a record in each of many would bring the noise of many, which is never
        less than nobody and so adds up.
        """
        counts = (self.people(RESIDENTS, RESIDENTS, "ward", ward) or 0 for ward in self.wards)
        sizes = sorted((people for people in counts if people >= suppression.LEAST_WIDE), reverse=True)
        return sum(sizes[:FEW_WARDS]) >= NEARLY_ALL * sum(sizes)

    def people(self, measure: str, item: str, kind: str, place: str) -> int | None:
        """The noisy count of a cell; None where nobody is in it."""
        return self.noisy.get((measure, item, kind, place))

    def part(self, name: Name, whole: Name) -> int | None:
        """A cell that is part of another: never more than that, which the noise alone could make it."""
        people, most = self.noisy.get(name), self.noisy.get(whole)
        return people if people is None or most is None else min(people, most)


def total_table(frame: Frame) -> PublishedTable:
    """People with a record in the whole province."""
    return PublishedTable("coverage_total", (TOTAL,), (RESIDENTS,), ((suppression.total(frame.residents),),))


def coverage_tables(frame: Frame) -> list[PublishedTable]:
    """People with a record by ward and by age, each by sex."""
    columns = (*SEXES, TOTAL)

    def in_all(sex: str) -> str:
        kind = TOTAL if sex == TOTAL else "sex"
        return suppression.total(frame.people(RESIDENTS, RESIDENTS, kind, sex))

    def cell(kind: str) -> Callable[[str, str], str]:
        def shown(place: str, sex: str) -> str:
            if place == TOTAL:
                return in_all(sex)
            if sex == TOTAL:
                return suppression.wide(frame.people(RESIDENTS, RESIDENTS, kind, place))
            whole = (RESIDENTS, RESIDENTS, kind, place)
            return suppression.wide(frame.part((RESIDENTS, RESIDENTS, f"{kind}_sex", f"{place} {sex}"), whole))

        return shown

    by_age = _table("coverage_age", (*AGES, TOTAL), columns, cell("age"))
    if not frame.by_ward:
        whole = _table("coverage_ward", (frame.province,), columns, lambda _, sex: in_all(sex))
        return [whole, by_age]
    return [_table("coverage_ward", (*frame.wards, TOTAL), columns, cell("ward")), by_age]


def condition_tables(frame: Frame) -> list[PublishedTable]:
    """People with each condition by sex, age and ward."""
    listed = [entry.key for entry in code_catalogue.entries_of_kind("conditions")]
    open_ones = [key for key in listed if not sensitive_categories.is_sensitive(key)]
    shown = open_ones if frame.in_few_wards else listed
    made = [
        _by("sex", "conditions_sex", frame, "conditions", shown, suppression.condition),
        _by("age", "conditions_age", frame, "conditions", open_ones, suppression.condition),
    ]
    if frame.ward_conditions:
        made.append(_conditions_by_ward(frame, open_ones))
    return made


def _conditions_by_ward(frame: Frame, items: Sequence[str]) -> PublishedTable:
    def shown(ward: str, item: str) -> str:
        if (frame.people(RESIDENTS, RESIDENTS, "ward", ward) or 0) < WARD_LEAST:
            return HIDDEN
        whole = ("conditions", item, TOTAL, TOTAL)
        return suppression.condition(frame.part(("conditions", item, "ward", ward), whole))

    return _table("conditions_ward", frame.wards, items, shown)


def immunization_tables(frame: Frame) -> list[PublishedTable]:
    """People with each immunization by age."""
    listed = [entry.key for entry in code_catalogue.entries_of_kind("immunizations")]
    return [_by("age", "immunizations_age", frame, "immunizations", listed, suppression.wide)]


def risk_tables(frame: Frame) -> list[PublishedTable]:
    """People by their answer to each question on risks; a row is `question answer`."""
    open_ones = [row for row in risk_rows() if not sensitive_categories.is_sensitive(row.split(" ")[0])]
    shown = open_ones if frame.in_few_wards else risk_rows()
    return [
        _by("sex", "risks_sex", frame, "risks", shown, suppression.wide),
        _by("age", "risks_age", frame, "risks", open_ones, suppression.wide),
    ]


def answered(frame: Frame, table: PublishedTable) -> PublishedTable:
    """For every figure of `table`, which is by sex, age or ward: how many answered its question at all.

    All codes of a list to tick have one figure: it is one question, and its people are looked at once.
    """
    measure, kind = table.name.split("_")

    def shown(row: str, column: str) -> str:
        item, place = (column, row) if kind == "ward" else (row, column)
        question = code_catalogue.question_of(item.split(" ")[0])
        whole = (f"{measure}_answered", question, TOTAL, TOTAL)
        part = (f"{measure}_answered", question, TOTAL if place == TOTAL else kind, place)
        return suppression.wide(frame.part(part, whole))

    return _table(table.name, table.rows, table.columns, shown)


def risk_rows() -> list[str]:
    """`question answer` for every answer of every risk question of the form, without "I do not know"."""
    return [
        f"{entry.key} {answer}"
        for entry in code_catalogue.entries_of_kind("risks")
        for answer in (entry.answers or ("yes", "no"))
    ]


def weekly_coverage_table(frame: Frame, closed: Mapping[str, Mapping[str, int]]) -> PublishedTable:
    """People by the week in which they declared first; a week is counted once, when it is over."""
    weeks = closed.get(RESIDENTS, {})
    return _table("coverage_week", frame.weeks, (RESIDENTS,), lambda week, _: suppression.wide(weeks.get(week)))


def diagnosis_table(frame: Frame, closed: Mapping[str, Mapping[str, int]]) -> PublishedTable:
    """People ill by week and allow-listed category; a week is counted once, four weeks after its end.

    Every category has its column, also one that nobody has had: a column that comes would say that somebody has.
    """
    weeks = [week for week in frame.weeks if release_calendar.is_closed(week, frame.day)]
    categories = sorted(sensitive_categories.WEEKLY_CATEGORIES)

    def shown(week: str, category: str) -> str:
        return suppression.condition(closed.get(category, {}).get(week))

    return _table("diagnoses_week", weeks, categories, shown)


def nowcast_table(seen: Mapping[str, Mapping[str, Sequence[int]]]) -> PublishedTable:
    """Weeks whose reports are still coming: what has come, and how many there will be (from noisy counts alone)."""
    rows: list[str] = []
    cells: list[tuple[str, ...]] = []
    for category in sorted(seen):
        found = {f"{category} {week.week}": _estimated(week) for week in nowcast.estimate_weeks(seen[category])}
        if any(figure != HIDDEN for line in found.values() for figure in line):
            rows += found
            cells += found.values()
    return PublishedTable("nowcast_week", tuple(rows), NOWCAST_COLUMNS, tuple(cells))


def _estimated(week: nowcast.Nowcast) -> tuple[str, ...]:
    figures = (week.reported, week.estimate, week.low, week.high)
    return tuple(suppression.condition(round(figure)) for figure in figures)


def funnel_table(frame: Frame) -> PublishedTable:
    """From poster to declaration, by week."""
    steps = ("visits", "codes", "submissions")
    return _table(
        "funnel_week",
        frame.weeks,
        steps,
        lambda week, step: suppression.wide(frame.people("funnel", step, "week", week)),
    )


def _by(kind: str, name: str, frame: Frame, measure: str, rows: Sequence[str], show: Show) -> PublishedTable:
    """A table by `sex` or `age`, with the total at the end of each row."""
    columns = (*(SEXES if kind == "sex" else AGES), TOTAL)

    def shown(row: str, column: str) -> str:
        whole = (measure, row, TOTAL, TOTAL)
        return show(frame.part((measure, row, TOTAL if column == TOTAL else kind, column), whole))

    return _table(name, rows, columns, shown)


def _table(name: str, rows: Sequence[str], columns: Sequence[str], shown: Callable[[str, str], str]) -> PublishedTable:
    cells = tuple(tuple(shown(row, column) for column in columns) for row in rows)
    return PublishedTable(name, tuple(rows), tuple(columns), cells)
