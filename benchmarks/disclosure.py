"""What the promise costs: `python -m benchmarks.disclosure` prints how many figures are shown and how far they are off.

Also the advantage of the best reader, in telling a person's condition and in telling whether somebody is counted at
all. Five million declarants are a hundred thousand's cells fifty times as large.
"""

import datetime as dt
import gzip
import hashlib
import json
import math
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from benchmarks import facts
from functions.aggregate.count import code_catalogue, engine
from functions.aggregate.protect import cells, perturbation, promise, risen, sensitive_categories
from functions.aggregate.protect.perturbation import Cell
from functions.aggregate.protect.promise import Looks
from functions.aggregate.publish import suppression, tables
from health_record import wards
from health_record.aws.dynamo import to_wire

DAY = dt.date(2026, 12, 21)
SIZES = ((5_400, 1), (100_000, 1), (5_000_000, 50))
KINDS = (
    ("people by ward", "residents", "ward"),
    ("people by age and sex", "residents", "age_sex"),
    ("condition by sex", "conditions", "sex"),
    ("condition by age", "conditions", "age"),
    ("condition by ward", "conditions", "ward"),
)
COVERAGE_LOOKS = 7  # total, sex, age, ward, both by sex, week
COVERAGE_YEAR = 52 + 1 + 5 * promise.FULL_RELEASES  # the total each week, one closed week, the others in full releases
# An illness in a week: five draws in all, five without the facility that has risen most, nine of what that facility
# reported in nine weeks, and then a ninth in 52 of what is usual of it.
WAITING_YEAR = 2 * 5 + risen.RECENT_WEEKS + math.ceil(43 * (risen.RECENT_WEEKS / risen.USUAL_WEEKS) ** 2)
CONDITIONS, VACCINES = 2, 10  # of somebody who answers every question


def answers() -> tuple[Looks, ...]:
    """What shows in one release of whoever answers every question of the form, beside coverage."""
    lists = {entry.question for entry in code_catalogue.entries_of_kind("conditions")}
    single = code_catalogue.entries_of_kind("risks")
    by_sex_and_age = 3  # and in all
    answered = len(lists) * promise.CONDITION_CELLS + len(single) * 2 * by_sex_and_age  # the question, and the answer
    vaccines = (1 + VACCINES) * 2  # by age and in all
    return Looks(CONDITIONS * promise.CONDITION_CELLS, promise.NARROW), Looks(answered + vaccines, promise.WIDE)


def true_cells(number: int) -> Mapping[cells.Name, Cell]:
    """Every cell of an invented register before noise."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        connection = engine.connect(folder)
        engine.prepare(connection, {code: code for code in wards.list_wards("79")})
        engine.load_population(connection, [])
        lines = (json.dumps({"Item": to_wire(item)}) + "\n" for item in facts.residents(number, seed=1))
        path = folder / "facts.json.gz"
        path.write_bytes(gzip.compress("".join(lines).encode(), compresslevel=1))
        engine.count_table(connection, [path], DAY, bytes(32), folder)
        engine.count_derived(connection, DAY, folder)
        return dict(_read(connection))


def _read(connection: Any) -> Iterator[tuple[cells.Name, Cell]]:
    yield from cells._read(connection, cells.RESIDENTS, cells._WIDE[cells.RESIDENTS])
    yield from cells._read(connection, "conditions", cells._CONDITIONS)


def rows(found: Mapping[cells.Name, Cell], times: int) -> Iterator[tuple[str, int, int, float]]:
    """(kind, cells with anybody, cells shown, mean absolute error of those shown)."""
    key = hashlib.sha256(b"a key").digest()
    total = found[cells.RESIDENTS, cells.RESIDENTS, "total", "total"].people * times
    for title, measure, kind in KINDS:
        capped, by_ward = measure == "conditions", kind == "ward"
        known, errors = 0, []
        for name, cell in found.items():
            if (name[0], name[2]) != (measure, kind) or (kind != "sex" and sensitive_categories.is_sensitive(name[1])):
                continue
            known += 1
            large = Cell(cell.people * times, cell.keys, cell.accounts * times)
            label = "|".join(name)
            if capped:
                noisy = perturbation.narrow(key, label, large, least_accounts=cells.LEAST_ACCOUNTS)
                shown = suppression.condition(noisy)
                ward = found[cells.RESIDENTS, cells.RESIDENTS, "ward", name[3]].people * times if by_ward else 0
                if by_ward and (total < tables.WARD_CONDITIONS_FROM or ward < tables.WARD_LEAST):
                    shown = suppression.HIDDEN
            else:
                shown = suppression.wide(perturbation.wide(key, label, large))
            if shown != suppression.HIDDEN:
                errors.append(abs(int(shown) - large.people))
        yield title, known, len(errors), fmean(errors) if errors else float("nan")


def main() -> None:
    """Print both tables."""
    print("| declarants | figures | with anybody | shown | mean absolute error |\n|--:|---|--:|--:|--:|")
    for number, times in SIZES:
        found = true_cells(number // times)
        for title, known, shown, error in rows(found, times):
            print(f"| {number:,} | {title} | {known} | {shown} | {error:.1f} |", flush=True)
    spread, wide = promise.NARROW, promise.WIDE
    print(f"\nspread {spread} of conditions, {wide} of other counts; advantage of the best reader:")
    for title, looks in (
        ("has the condition or not, one release", (Looks(4, spread),)),
        ("has the condition or not, a year", (Looks(16, spread),)),
        ("has it or did not answer, one release", promise.condition_looks(spread)),
        ("has it or did not answer, a year", promise.condition_looks(spread, promise.FULL_RELEASES)),
        ("is counted at all, by coverage alone, one release", (Looks(COVERAGE_LOOKS, wide),)),
        ("is counted at all, with all questions answered, one release", (Looks(COVERAGE_LOOKS, wide), *answers())),
        ("is counted at all, by coverage alone, a year", (Looks(COVERAGE_YEAR, wide),)),
        (
            "is counted at all, with all questions answered, a year",
            (Looks(COVERAGE_YEAR, wide), *answers() * promise.FULL_RELEASES),
        ),
        ("an illness in a week, one release", (Looks(1, spread),)),
        ("an illness in a week, all five releases", (Looks(5, spread),)),
        ("the same, with what decides whether a signal waits, one release", (Looks(3, spread),)),
        ("the same, in a year", (Looks(WAITING_YEAR, spread),)),
    ):
        print(f"- {title}: {promise.advantage(*looks):.2f}")


if __name__ == "__main__":
    main()
