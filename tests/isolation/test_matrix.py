"""Nobody reaches what is not theirs: each caller is tried at each route, and docs/access.md shows what was answered.

What each should be answered is reckoned here from the promises of `tests.route_promises`, so a hole cannot become
right by printing the matrix anew.
"""

import pytest

from tests import route_promises
from tests.isolation import matrix
from tests.isolation.fixture_world import (
    ALICE,
    ALL_OPERATIONS,
    BOB,
    CALLERS,
    CREATOR,
    ELEVATED,
    FACILITY,
    LATER,
    NO_CONSENT,
    POWERLESS,
    REVOKED,
    STRANGER_1,
    STRANGER_2,
)
from tests.isolation.matrix import Cell

MAY = (0, "")
SIGNED_OUT, TOO_LOW, NOT_FOUND = (401, "signed-out"), (403, "level-too-low"), (404, "not-found")
OF_RESIDENTS = {
    "session": {CREATOR: MAY, LATER: MAY, ELEVATED: MAY},
    "pin right": {CREATOR: MAY, LATER: (403, "pin-not-permitted"), ELEVATED: MAY},
    "creator": {CREATOR: MAY, LATER: TOO_LOW, ELEVATED: MAY},
    "level 2": {CREATOR: TOO_LOW, LATER: TOO_LOW, ELEVATED: MAY},
}
OF_FACILITIES = {
    FACILITY: MAY,
    NO_CONSENT: MAY,
    POWERLESS: (403, "permission-missing"),
    REVOKED: (401, "signature-key-revoked"),
}
DISCLOSING = ("$summary", "$everything")


@pytest.fixture(scope="module")
def cells() -> list[Cell]:
    return matrix.measure_cells()


def promised(cell: Cell) -> tuple[int, str]:
    """Status (0 for done) and reason that the caller must be answered with."""
    needs, caller = route_promises.promise_of(cell.operation.route).needs, cell.caller
    if needs == "nothing":
        return MAY
    if needs == "signature":
        discloses = cell.operation.operation in DISCLOSING or "Binary" in cell.operation.title
        if caller is NO_CONSENT and discloses:
            return 403, "consent-missing"
        if caller is POWERLESS and route_promises.promise_of(cell.operation.route).permission is None:
            return MAY
        return OF_FACILITIES.get(caller, (401, "signature-missing"))
    if caller is STRANGER_1 and route_promises.promise_of(cell.operation.route).level_first:
        return TOO_LOW
    if caller in (STRANGER_1, STRANGER_2):
        return NOT_FOUND
    return OF_RESIDENTS[needs].get(caller, SIGNED_OUT)


def test_each_caller_is_answered_at_each_route_as_promised(cells: list[Cell]) -> None:
    assert len(cells) > 250
    assert {(cell.operation, cell.caller.title) for cell in cells} >= {
        (way, CALLERS[0].title) for way in ALL_OPERATIONS
    }
    wrong = [str(cell) for cell in cells if (0 if cell.status < 300 else cell.status, cell.kind) != promised(cell)]
    assert wrong == []


def test_a_refusal_shows_and_changes_nothing(cells: list[Cell]) -> None:
    assert [str(cell) for cell in cells if cell.status >= 300 and (cell.shown or cell.changed)] == []


def test_an_answer_shows_nothing_of_anybody_else(cells: list[Cell]) -> None:
    seen = {name for cell in cells for name in cell.shown}
    assert seen == {ALICE.name}
    assert BOB.name not in seen


def test_the_page_shows_the_matrix_as_it_is(cells: list[Cell]) -> None:
    assert matrix.print_matrix() == matrix.to_table(cells), "write it anew: make matrix"
