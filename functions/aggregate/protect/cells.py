"""Every count that may be published: who is in it, by the sum of their keys, and the count with its noise.

A cell is named by its measure (`conditions`), item (the condition), kind (`total`, `sex`, `age`, `ward`, ...) and place
(which sex, age or ward). Only its noisy count leaves this module; sums of keys are written nowhere.

A cell without anybody is left out where it is hidden in any case. Figures that are shown or reckoned with without a
threshold are there always, and nobody takes noise as others do (`perturb`): that a line is missing would say that
nobody is in it, and that it is there that somebody is.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from functions.aggregate import buckets
from functions.aggregate.count import code_catalogue
from functions.aggregate.forecast.series import Series
from functions.aggregate.protect import perturbation, release_calendar, sensitive_categories
from functions.aggregate.protect.perturbation import Cell

LEAST_ACCOUNTS = 5  # that a published condition cell has people of, about
TOTAL = "total"
RESIDENTS = "residents"
SEXES = ("male", "female", "other", "unknown")
DIAGNOSES = "diagnoses"
ELSEWHERE = "elsewhere"  # diagnoses without those that one facility alone reported, which has risen most
BY_WEEK = (DIAGNOSES, ELSEWHERE)
SERIES = "series"  # the department's own counts
DIAGNOSIS_WEEKS = 5 * 52  # complete weeks before a release whose illnesses are counted for it
NOBODY = Cell(0, 0, 0)
COLUMNS = {"measure": "VARCHAR", "item": "VARCHAR", "kind": "VARCHAR", "place": "VARCHAR", "people": "BIGINT"}

Name = tuple[str, str, str, str]
Noisy = Mapping[Name, int]

_WARD = ", {'kind': 'ward', 'place': ward}"
_CROSSED = (
    _WARD + ", {'kind': 'ward_sex', 'place': ward || ' ' || sex}, {'kind': 'week', 'place': week}"
    ", {'kind': 'age_sex', 'place': coalesce(wide, 'unknown') || ' ' || sex}"
)


def _query(table: str, item: str, people: str, keys: str, *, more: str = "", where: str = "true") -> str:
    """Counts and sums of keys by every place of a person; in `more` are the kinds beside total, sex and age."""
    return f"""
        SELECT item, kind, place, sum(people), sum(keys)
        FROM (
            SELECT {item} AS item, {people} AS people, {keys} AS keys, unnest([
                {{'kind': 'total', 'place': 'total'}}, {{'kind': 'sex', 'place': sex}},
                {{'kind': 'age', 'place': coalesce(wide, 'unknown')}}{more}
            ], recursive := true)
            FROM {table} LEFT JOIN wide_bands USING (age_band) WHERE {where}
        )
        GROUP BY ALL"""  # noqa: S608 - names of this module


def _answered(kind: str, *, more: str = "") -> str:
    """Who answered each question at all: a draw for every code of a list would be many looks at the same people."""
    return _query("answered_keyed", "question", "people", "people_keys", more=more, where=f"kind = '{kind}'")


_CODE = "system || '|' || code"
_NOT_KNOWN = ("unknown", *code_catalogue.NOT_KNOWN)
_WIDE = {
    RESIDENTS: _query("coverage_keyed", "'residents'", "residents", "resident_keys", more=_CROSSED),
    "conditions_answered": _answered("conditions", more=_WARD),
    "immunizations": _query("immunizations_keyed", _CODE, "yes", "yes_keys"),
    "immunizations_answered": _answered("immunizations"),
    "risks": _query("risks_keyed", f"{_CODE} || ' ' || answer", "residents", "resident_keys"),
    "risks_answered": _query("risks_keyed", _CODE, "residents", "resident_keys", where=f"answer NOT IN {_NOT_KNOWN}"),
}
_CONDITIONS = f"""
    SELECT item, counted.kind, counted.place, people - coalesce(excess, 0), keys - coalesce(excess_keys, 0),
           people - coalesce(repeated, 0)
    FROM ({_query("conditions_keyed", _CODE, "yes", "yes_keys", more=_WARD)})
        AS counted(item, kind, place, people, keys)
    LEFT JOIN capped ON capped.key = item AND capped.kind = counted.kind AND capped.place = counted.place"""  # noqa: S608


def _weeks(measure: str) -> str:
    return f"SELECT category, 'week', week, people, keys, accounts FROM capped_weeks WHERE measure = '{measure}'"  # noqa: S608


def perturb(connection: Any, cell_key: bytes, day: dt.date, given: Sequence[Series]) -> Noisy:
    """The noisy count of every cell that has anybody in it, for the release of a day; `given` are the department's."""
    wide = dict.fromkeys(_always_shown(), NOBODY)
    for measure, query in _WIDE.items():
        wide |= _read(connection, measure, query)
    weeks = dict.fromkeys(_weekly(day), NOBODY)
    for measure in BY_WEEK:
        weeks |= {name: cell for name, cell in _read(connection, measure, _weeks(measure)) if name in weeks}
    narrow = {**dict(_read(connection, "conditions", _CONDITIONS)), **weeks}
    found = {name: perturbation.wide(cell_key, _label(name, day), cell) for name, cell in wide.items()}
    for name, cell in narrow.items():
        found[name] = perturbation.narrow(cell_key, _label(name, day), cell, least_accounts=LEAST_ACCOUNTS)
    return found | _visits(connection, cell_key, day) | _given(cell_key, day, given)


def _always_shown() -> Iterator[Name]:
    """The province's totals."""
    yield RESIDENTS, RESIDENTS, TOTAL, TOTAL
    yield from ((RESIDENTS, RESIDENTS, "sex", sex) for sex in SEXES)


def _weekly(day: dt.date) -> Iterator[Name]:
    """Every week of every category that may be published by week."""
    for week in release_calendar.complete_weeks(day, DIAGNOSIS_WEEKS):
        for measure in BY_WEEK:
            yield from ((measure, category, "week", week) for category in sensitive_categories.WEEKLY_CATEGORIES)


def _label(name: Name, day: dt.date) -> str:
    """The cell and its release; a closed week or month is a release of its own, so that it stays as it is.

    What still comes in, week by week, is drawn anew for each release: a figure that stayed would say that nobody came.
    """
    measure, _, kind, period = name
    is_late = measure in (*BY_WEEK, SERIES)
    closed = kind in ("week", "period") and (not is_late or release_calendar.is_closed(period, day))
    return "|".join(("closed" if closed else buckets.iso_week(day), *name))


def _read(connection: Any, measure: str, query: str) -> Iterator[tuple[Name, Cell]]:
    for item, kind, place, people, keys, *accounts in connection.execute(query).fetchall():
        if people:
            cell = Cell(int(people), int(keys) % perturbation.SUMS, int(accounts[0] if accounts else people))
            yield (measure, item, kind, place), cell


def _visits(connection: Any, cell_key: bytes, day: dt.date) -> dict[Name, int]:
    """Counters of posters have no people behind them: their noise is drawn by what and how much they count."""
    found: dict[Name, int] = {}
    for week, *counts in connection.execute(
        "SELECT week, sum(visits), sum(codes), sum(submissions) FROM funnel GROUP BY week"
    ).fetchall():
        for step, count in zip(("visits", "codes", "submissions"), counts, strict=True):
            name = ("funnel", step, "week", week)
            found[name] = perturbation.wide(cell_key, _label(name, day), _counter(cell_key, name, int(count)))
    return found


def _given(cell_key: bytes, day: dt.date, given: Sequence[Series]) -> dict[Name, int]:
    """The department's own counts, which come without people, with noise drawn likewise."""
    found: dict[Name, int] = {}
    for one in given:
        for period, count in zip(one.periods, one.counts, strict=True):
            name = (SERIES, one.name, "period", period)
            cell = _counter(cell_key, name, int(count))
            found[name] = perturbation.narrow(cell_key, _label(name, day), cell, least_accounts=0)
    return found


def _counter(cell_key: bytes, name: Name, count: int) -> Cell:
    return Cell(count, perturbation.person_key(cell_key, " ".join((*name, str(count)))), count)


def rows(noisy: Noisy) -> list[tuple[str, str, str, str, int]]:
    """Rows of the table `perturbed`, in a fixed order."""
    return [(*name, people) for name, people in sorted(noisy.items())]


def load(connection: Any) -> Noisy:
    """The noisy counts that the counting step wrote."""
    return {(*name,): people for *name, people in connection.execute("FROM perturbed").fetchall()}  # type: ignore[misc]
