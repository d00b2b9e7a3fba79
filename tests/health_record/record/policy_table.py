"""The table of `access_policy`, made from the decision itself, as it stands in docs/access.md."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from health_record.record import access_policy
from health_record.record.access_policy import Action, RecordState, Refusal, Request

PAGE = Path(__file__).parents[3] / "docs" / "access.md"
BEGIN, END = "<!-- access policy: made by `make matrix` -->\n", "<!-- end of access policy -->\n"
ABOUT_RECORD = ("erasing", "restricted", "sharing", "statistics", "notices", "card_seen", "numbers_seen", "joined")
PERMISSIONS = ("read", "write", "emergency", "verify")
# In this order a row asks; a column whose answer changes nothing below is left open.
COLUMNS: Mapping[str, tuple[Any, ...]] = {
    "purpose": ("TREAT", "ETREAT"),
    **{f"may {permission}": (True, False) for permission in PERMISSIONS},
    "erasing": (False, True),
    "restricted": (False, True),
    "sharing": (True, False),
    "share": (True, False),
    "statistics": (True, False),
    "notices": (True, False),
    "card_seen": (True, False),
    "numbers_seen": (True, False),
    "joined": (False, True),
}
HEADS = {
    "erasing": ("being erased", "not being erased"),
    "restricted": ("restricted", "not restricted"),
    "sharing": ("consent to sharing", "no consent to sharing"),
    "share": ("link shown at the desk", "no link shown"),
    "statistics": ("consent to statistics", "no consent to statistics"),
    "notices": ("consent to notices", "no consent to notices"),
    "card_seen": ("card seen", "card not seen"),
    "numbers_seen": ("all numbers on cards seen", "not all numbers on cards seen"),
    "joined": ("joined to another", "not joined to another"),
}


def every_case() -> Iterator[dict[str, Any]]:
    """Every combination of what decides."""
    for values in itertools.product(*COLUMNS.values()):
        yield dict(zip(COLUMNS, values, strict=True))


def decide(action: Action, case: Mapping[str, Any]) -> Refusal | None:
    """What the policy says of one combination."""
    state = RecordState(**{name: case[name] for name in ABOUT_RECORD})
    held = frozenset(permission for permission in PERMISSIONS if case[f"may {permission}"])
    return access_policy.decide(state, Request(action, case["purpose"], held, case["share"]))


def list_rules(action: Action) -> Iterator[tuple[dict[str, Any], Refusal | None]]:
    """The fewest rows that say the same as every combination, as the columns are asked in their order."""
    cases = [(case, decide(action, case)) for case in every_case()]
    yield from _split({}, list(COLUMNS), cases)


def render() -> str:
    """The table in Markdown."""
    lines = ["| what | on which condition | answer |", "|---|---|---|"]
    for action in Action:
        for condition, refusal in list_rules(action):
            said = "; ".join(_words(name, value) for name, value in condition.items())
            lines.append(f"| {action} | {said or 'always'} | {f'`{refusal}`' if refusal else '**allowed**'} |")
    return "\n".join(lines) + "\n"


def read_printed() -> str:
    """The table as the page holds it now."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


def write() -> None:
    """Put the table into the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(before + BEGIN + render() + END + rest.partition(END)[2], encoding="utf-8")


def _split(
    known: dict[str, Any], columns: list[str], cases: Iterable[tuple[dict[str, Any], Refusal | None]]
) -> Iterator[tuple[dict[str, Any], Refusal | None]]:
    cases = list(cases)
    if len(answers := {refusal for _, refusal in cases}) == 1:
        yield known, answers.pop()
        return
    name, rest = columns[0], columns[1:]
    parts = {value: [each for each in cases if each[0][name] == value] for value in COLUMNS[name]}
    outcomes = [[refusal for _, refusal in part] for part in parts.values()]
    if all(outcome == outcomes[0] for outcome in outcomes):  # this column changes nothing here
        yield from _split(known, rest, next(iter(parts.values())))
        return
    for value, part in parts.items():
        yield from _split({**known, name: value}, rest, part)


def _words(name: str, value: Any) -> str:
    if name == "purpose":
        return f"`{value}`"
    if name.startswith("may "):
        return f"{'permission' if value else 'no permission'} {name.removeprefix('may ')}"
    return HEADS[name][0 if value else 1]


if __name__ == "__main__":
    write()
