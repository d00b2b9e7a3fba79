"""A list to tick is one question: whoever answers or skips it is looked at once, whatever the number of its codes."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.aggregate.count import code_catalogue
from functions.aggregate.protect import perturbation, promise
from functions.aggregate.protect.perturbation import Cell
from functions.aggregate.publish import suppression, tables
from tests.aggregate import attack
from tests.aggregate.attack import Look
from tests.aggregate.cell_counts import count_cells
from tests.aggregate.conftest import DAILY, DAY, SMOKING, Town, resident
from tests.aggregate.test_protection import data_file

KINDS = ("conditions", "immunizations")
LISTS = sorted({entry.question for kind in KINDS for entry in code_catalogue.entries_of_kind(kind)})
OTHERS = 60
NOT_KNOWN = "http://snomed.info/sct|266927001"
Cells = dict[tuple[str, ...], Cell]


def codes_of(question: str) -> list[str]:
    return [entry.key for entry in code_catalogue.entries().values() if entry.question == question]


def person(name: str, **said: Any) -> dict[str, Any]:
    return resident(name, **{"yes": [], "no": [], "unknown": [], "choices": {}, "measures": {}, **said})


def count(folder: Path, *people: dict[str, Any]) -> Cells:
    return count_cells(folder, [data_file(folder / "one.json.gz", list(people))])


def published(cells: Cells, first: str, worlds: tuple[Cells, Cells]) -> Iterator[Look]:
    """The looks of a reader at every cell that differs between two worlds."""
    for name in sorted(cells):
        pair = tuple(world.get(name, Cell(0, 0, 0)) for world in worlds)
        if pair[0] != pair[1]:
            yield Look("|".join((first, *name)), pair, capped=name[0] == "conditions")  # type: ignore[arg-type]


@pytest.mark.parametrize("question", LISTS)
def test_who_has_a_condition_or_skipped_its_list_is_within_the_promise(tmp_path: Path, question: str) -> None:
    """The real form, the real counting: nobody can skip one code of a list and answer the others."""
    codes = codes_of(question)
    others = [person(f"other {place}", yes=[codes[0]], no=codes[1:]) for place in range(OTHERS)]
    has = count(tmp_path, *others, person("target", yes=[codes[0]], no=codes[1:]))
    skipped = count(tmp_path, *others, person("target"))

    looks = list(published(has, "2026-W52", (has, skipped)))
    assert Counter(look.capped for look in looks)[False] <= 2 * promise.CONDITION_CELLS
    assert attack.exact(looks) <= promise.ONE_RELEASE
    year = [look for week in (13, 26, 39, 52) for look in published(has, f"2026-W{week}", (has, skipped))]
    assert attack.exact(year, grid=0.01) <= promise.ONE_YEAR


def test_a_draw_for_each_code_of_a_list_would_be_averaged() -> None:
    """What the rule is for: the same people drawn once for each of fifteen diseases."""
    around = Cell(400, 1, 400)
    worlds = (Cell(401, 1 + perturbation.person_key(b"k", "x"), 401), around)
    looks = [
        Look(f"{code} {place}", worlds, capped=False)
        for code in codes_of("history.conditions")
        for place in range(promise.CONDITION_CELLS)
    ]
    assert attack.exact(looks) > promise.ONE_RELEASE
    assert attack.exact(looks[: promise.CONDITION_CELLS]) < promise.ONE_RELEASE / 2


def test_any_yes_or_no_answers_a_list_and_not_knowing_does_not(tmp_path: Path) -> None:
    codes = codes_of("history.conditions")
    found = count(
        tmp_path,
        person("all", no=codes),
        person("some, and does not know of others", yes=codes[3:5], unknown=[*codes[:3], *codes[5:]]),
        person("knows nothing", unknown=codes),
        person("skipped it"),
        person("only allergies", no=codes_of("history.allergies")),
        person("missing", **dict.fromkeys(("yes", "no", "unknown"))),
    )
    assert found["conditions_answered", "history.conditions", "total", "total"].people == 2
    assert found["conditions_answered", "history.allergies", "total", "total"].people == 1
    assert ("immunizations_answered", "immunizations.vaccines", "total", "total") not in found


def test_who_does_not_know_how_much_they_smoke_has_not_answered(tmp_path: Path) -> None:
    found = count(
        tmp_path,
        person("smokes", choices={SMOKING: DAILY}),
        person("does not know", choices={SMOKING: NOT_KNOWN}),
        person("says so", unknown=[SMOKING]),
    )
    assert found["risks_answered", SMOKING, "total", "total"].people == 1


def test_all_rates_of_a_list_are_of_one_figure(town: Town) -> None:
    """Published counts and percentages give the denominators back: one for each question and place."""
    noisy = {
        (measure, item, kind, place): int(row["people"])
        for row in town.statistic("perturbed")
        for measure, item, kind, place in [(row["measure"], row["item"], row["kind"], row["place"])]
    }
    frame = tables.Frame(province="79", day=dt.date.fromisoformat(DAY), noisy=noisy, by_ward=True, full=True)
    for table in (*tables.condition_tables(frame), *tables.immunization_tables(frame)):
        answered = tables.answered(frame, table)
        by_question: dict[str, set[tuple[str, ...]]] = {}
        for row, line in zip(answered.rows, answered.cells, strict=True):
            by_question.setdefault(code_catalogue.question_of(row), set()).add(line)
        assert all(len(lines) == 1 for lines in by_question.values()), table.name
        rates = town.published(f"{table.name}_rate")
        for row, line in zip(table.rows, table.cells, strict=True):
            for column, figure in zip(table.columns, line, strict=True):
                expected = suppression.publish_rate(figure, answered.figure(row, column))
                assert rates[code_catalogue.entries()[row].code][column] == expected
