"""Every place in the functions' code that calls AWS, found by reading the code, and the place that is calling now."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from health_record.aws import dynamo, idempotent_write, transaction

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT / "layers" / "health_record" / "health_record"
FUNCTIONS = ROOT / "functions"
TESTS = ROOT / "tests"
CALLING_FOR_OTHERS = {Path(module.__file__) for module in (dynamo, idempotent_write, transaction)}
READINGS = {"get_items": "batch_get_item", "batch_get": "batch_get_item", "query_all": "query"}


@dataclass(frozen=True, order=True)
class CallSite:
    """A call of an AWS client in the source: `functions/otp/pin/pins.py set_pin transact_write_items`."""

    file: str
    scope: str  # the innermost function around it
    operation: str  # the client's method

    def __str__(self) -> str:
        return f"{self.file} {self.scope} {self.operation}"


def find_call_sites(*functions: str) -> set[CallSite]:
    """The places in these functions and in the shared package."""
    folders = [SHARED, *(FUNCTIONS / name for name in functions)]
    return {place for folder in folders for path in _sources(folder) for place in _in_file(path)}


def _sources(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if path not in CALLING_FOR_OTHERS]


def current_call_site() -> tuple[str, str] | None:
    """File and scope of the innermost code of ours that is at work under a handler; None for what a test calls."""
    found = None
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path not in CALLING_FOR_OTHERS and (path.is_relative_to(FUNCTIONS) or path.is_relative_to(SHARED)):
            found = found or (path.relative_to(ROOT).as_posix(), frame.f_code.co_name)
            if path.name == "handler.py":
                return found
        elif path.is_relative_to(TESTS) and found:
            return None
        frame = frame.f_back
    return None


def _in_file(path: Path) -> Iterator[CallSite]:
    file = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef):
            for call in _own_nodes(scope):
                if isinstance(call, ast.Call) and (operation := _operation(call)):
                    yield CallSite(file, scope.name, operation)


def _own_nodes(scope: ast.FunctionDef) -> Iterator[ast.AST]:
    """What is written in a function itself, without the functions inside it."""
    waiting: list[ast.AST] = list(scope.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def _operation(call: ast.Call) -> str | None:
    """The client's method that `client("dynamodb").get_item(...)` calls, or one of ours that calls for others."""
    match call.func:
        case ast.Name(id="read_pages"):
            return call.args[0].attr if isinstance(call.args[0], ast.Attribute) else None
        case ast.Name(id=reading):
            return READINGS.get(reading)
        case ast.Attribute(attr="commit" | "commit_once"):
            return "transact_write_items"
        case ast.Attribute(
            value=ast.Call(func=ast.Name(id="client") | ast.Attribute(attr="client"))
            | ast.Name(id="kms" | "dynamodb" | "idempotent_write"),
            attr=method,
        ):
            return method
    return None
