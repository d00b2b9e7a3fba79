"""Absence is the absence of a value: no constant stands for nobody in a name space that callers fill."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "layers" / "health_record" / "health_record"] + [
    ROOT / "functions" / name for name in ("contribute", "declare", "lookup", "otp")
]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NOBODY = re.compile(r"NOBODY|DECOY_RECORD|NO_(NUMBER|RECORD|DEVICE|ACCOUNT|ID)\b")
# What asks for something by a key, an id or a number: none of its arguments may be a default.
LOOK_UPS = re.compile(r".*_(key|pk|sk|id)$|get|load(_\w+)?|find(_\w+)?|excludes")


def trees() -> Iterator[tuple[str, ast.Module]]:
    for folder in FOLDERS:
        for file in folder.rglob("*.py"):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text(encoding="utf-8"))


def test_no_constant_is_an_id_that_a_caller_could_send() -> None:
    found = [
        (file, node.value)
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and UUID.fullmatch(node.value)
    ]
    assert not found


def test_no_name_stands_for_nobody() -> None:
    found = [
        (file, node.id)
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and NOBODY.search(node.id)
    ]
    assert not found


def test_nothing_is_looked_up_by_a_default() -> None:
    """`find(x or "")` would ask for what is kept under the empty name."""
    found = [
        (file, ast.unparse(call))
        for file, tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and LOOK_UPS.fullmatch(ast.unparse(call.func).rpartition(".")[2])
        for argument in call.args
        if isinstance(argument, ast.BoolOp)
        and isinstance(argument.op, ast.Or)
        and isinstance(argument.values[-1], ast.Constant)
        and isinstance(argument.values[-1].value, str)
    ]
    assert not found
