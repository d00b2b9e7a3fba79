"""Every place in the functions' code that calls AWS, found by reading the code, and the place that is calling now."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from health_record.aws import idempotent_write, transaction

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT / "layers" / "health_record" / "health_record"
FUNCTIONS = ROOT / "functions"
TESTS = ROOT / "tests"
CALLING_FOR_OTHERS = {Path(idempotent_write.__file__), Path(transaction.__file__)}


@dataclass(frozen=True, order=True)
class Place:
    """A call of an AWS client in the source: `functions/otp/pin/pins.py set_pin transact_write_items`."""

    file: str
    scope: str  # the innermost function around it
    operation: str  # the client's method

    def __str__(self) -> str:
        return f"{self.file} {self.scope} {self.operation}"


def written_in(*functions: str) -> set[Place]:
    """The places in these functions and in the shared package."""
    folders = [SHARED, *(FUNCTIONS / name for name in functions)]
    return {place for folder in folders for path in _sources(folder) for place in _in_file(path)}


def _sources(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if path not in CALLING_FOR_OTHERS]


def calling_now() -> tuple[str, str] | None:
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


def _in_file(path: Path) -> Iterator[Place]:
    file = path.relative_to(ROOT).as_posix()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for scope in ast.walk(tree):
        if isinstance(scope, ast.FunctionDef):
            for call in _own_nodes(scope):
                if isinstance(call, ast.Call) and (operation := _operation(call)):
                    yield Place(file, scope.name, operation)


def _own_nodes(scope: ast.FunctionDef) -> Iterator[ast.AST]:
    """What is written in a function itself, without the functions inside it."""
    waiting: list[ast.AST] = list(scope.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def _operation(call: ast.Call) -> str | None:
    """The method of `client("dynamodb").get_item(...)`, or what `idempotent_write.put(...)` and `x.commit()` call."""
    method = call.func
    if not isinstance(method, ast.Attribute):
        return None
    if method.attr == "commit":
        return "transact_write_items"
    match method.value:
        case ast.Call(func=ast.Name(id="client") | ast.Attribute(attr="client")) | ast.Name(id="kms" | "dynamodb"):
            return method.attr
        case ast.Name(id="idempotent_write"):
            return f"{method.attr}_item"
    return None
