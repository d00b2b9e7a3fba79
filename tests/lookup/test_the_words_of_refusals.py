"""docs/facilities.md lists every word by which a facility's call is refused, with its status."""

import ast
import dataclasses
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import get_args

from health_record import errors
from health_record.errors import ServiceError
from health_record.record.access_policy import (
    Action,
    Purpose,
    RecordState,
    Refusal,
    Request,
    decide,
    refusal_error,
)

ROOT = Path(__file__).parent.parent.parent
LAYER = ROOT / "layers/health_record/health_record"
SOURCES = sorted(
    file
    for place in (ROOT / "functions/lookup", ROOT / "functions/contribute", LAYER / "facility", LAYER / "http/event.py")
    for file in (place.rglob("*.py") if place.is_dir() else [place])
)
STATUSES = {
    name: kind for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, ServiceError)
}
PAGE = (ROOT / "docs/facilities.md").read_text(encoding="utf-8")
FAMILIES = ("header-", "file-", "signature-")  # the words of the first are listed, of the others in tables of their own
HEADERS = set(
    re.findall(r'_header_error\("([a-z-]+)"', (LAYER / "facility/signed_call.py").read_text(encoding="utf-8"))
)


def raised(file: Path) -> Iterator[tuple[int, str]]:
    """Status and word of each refusal that a module makes, as far as the word is written there."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id in STATUSES:
            yield STATUSES[node.exc.id].status, STATUSES[node.exc.id].type
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in STATUSES:
            kind = STATUSES[node.func.id]
            given = [each.value for each in node.keywords if each.arg == "type"]
            if not given:
                yield kind.status, kind.type
            elif isinstance(given[0], ast.Constant):
                yield kind.status, str(given[0].value)
            else:
                assert ast.unparse(given[0]).startswith(tuple(f"f'{family}" for family in FAMILIES)), file


def listed() -> dict[int, set[str]]:
    """The words of section 7 by status."""
    found: dict[int, set[str]] = defaultdict(set)
    for status, words in re.findall(r"^\| ([0-9]{3}) \| ([^|]+) \|", PAGE.partition("\n## 7.")[2], re.MULTILINE):
        found[int(status)] |= set(re.findall("`([a-z-]+)`", words))
    return found


def told_of_a_record() -> set[Refusal]:
    """What the policy refuses to facilities, of every record there can be."""
    names = [field.name for field in dataclasses.fields(RecordState)]
    states = [
        RecordState(**dict(zip(names, values, strict=True))) for values in product((True, False), repeat=len(names))
    ]
    asked = [
        Request(action, purpose, frozenset(permissions))
        for action in (Action.READ, Action.WRITE, Action.VERIFY)
        for purpose in get_args(Purpose.__value__)
        for permissions in ((), ("read", "write", "verify", "emergency"))
    ]
    return {found for state, request in product(states, asked) if (found := decide(state, request))}


def test_every_word_stands_beside_its_status_and_no_other_does() -> None:
    made: dict[int, set[str]] = defaultdict(set)
    made[ServiceError.status].add(ServiceError.type)
    made[400] |= {f"header-{name}" for name in HEADERS}
    for file in SOURCES:
        for status, word in raised(file):
            made[status].add(word)
    for refusal in told_of_a_record():
        made[refusal_error(refusal).status].add(refusal.value)
    made[errors.UnavailableError.status].add(errors.UnavailableError.type)
    assert listed() == {**made, 401: set()}
