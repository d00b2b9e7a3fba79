"""Every caller against every route: what each was answered, as the page of docs/access.md shows it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import time_machine

from tests.conftest import Answer, province_world
from tests.isolation.fixture_world import (
    ALL_OPERATIONS,
    CALLERS,
    CREATOR,
    LATER,
    NO_CONSENT,
    POWERLESS,
    STRANGER_1,
    Caller,
    FixtureWorld,
    Operation,
)

NOW = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=datetime.UTC)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "access.md"
BEGIN, END = "<!-- matrix: made by `make matrix` -->\n", "<!-- end of matrix -->\n"


@dataclass(frozen=True)
class Cell:
    """One call: what was answered, whose data came back, and whether anything kept has changed."""

    operation: Operation
    caller: Caller
    status: int
    kind: str
    shown: tuple[str, ...]  # names of the people something of whom is in the answer
    changed: bool

    @property
    def text(self) -> str:
        """As the table shows it."""
        return f"**{self.status}**" if self.status < 300 else str(self.status)

    def __str__(self) -> str:
        return f"{self.operation.title}, {self.caller.title}: {self.status} {self.kind}"


def measure_cells() -> list[Cell]:
    """Try every caller at every route."""
    with time_machine.travel(NOW, tick=False), province_world() as world:
        stage = FixtureWorld(world)
        return [
            _cell(stage, way, caller) for way in ALL_OPERATIONS for caller in CALLERS if _means_something(way, caller)
        ]


def _means_something(way: Operation, caller: Caller) -> bool:
    """Whose record is meant matters only where a call names one; how one has signed in, only where that is read."""
    if caller.others and not way.names_a_person:
        return False
    return caller not in ((CREATOR, LATER, STRANGER_1) if way.speaks_fhir else (NO_CONSENT, POWERLESS))


def _cell(stage: FixtureWorld, way: Operation, caller: Caller) -> Cell:
    answer, changed = stage.call(way, caller)
    shown = tuple(person.name for person in (stage.alice, stage.bob) if any(own in answer.body for own in person.own))
    return Cell(way, caller, answer.status, _kind(answer), shown, changed)


def _kind(answer: Answer) -> str:
    if answer.status < 300:
        return ""
    body = answer.json
    if body.get("resourceType") == "OperationOutcome":
        return str(body["issue"][0]["diagnostics"])
    return str(body["type"]).removeprefix("/problems/")


def to_table(cells: Iterable[Cell]) -> str:
    """The matrix in Markdown."""
    found = {(cell.operation, cell.caller): cell.text for cell in cells}
    lines = [
        "| | " + " | ".join(caller.title for caller in CALLERS) + " |",
        "|---" * (len(CALLERS) + 1) + "|",
        *(
            f"| `{way.title}` | " + " | ".join(found.get((way, caller), "") for caller in CALLERS) + " |"
            for way in ALL_OPERATIONS
        ),
    ]
    return "\n".join(lines) + "\n"


def print_matrix() -> str:
    """The matrix as docs/access.md holds it now."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def write_matrix(cells: Iterable[Cell]) -> None:
    """Put the matrix into docs/access.md."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(head + BEGIN + to_table(cells) + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    write_matrix(measure_cells())
