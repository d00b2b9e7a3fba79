"""docs/architecture.md names the house as it is: each row of "Where is ...?" leads to a file and to its names."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+\?) \| `([^`|]+)` \| ([^|]+) \|$", PAGE.partition("## Where is ...?")[2], re.MULTILINE)


def defined_names(tree: ast.Module | ast.ClassDef, prefix: str = "") -> set[str]:
    names = set()
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names.add(prefix + node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {prefix + node.name} | defined_names(node, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {prefix + name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return names


def test_the_table_has_at_least_thirty_rows_and_asks_nothing_twice() -> None:
    assert len({question for question, _, _ in ROWS}) == len(ROWS) >= 30


@pytest.mark.parametrize(("question", "file", "names"), ROWS)
def test_each_row_leads_to_names_of_its_file(question: str, file: str, names: str) -> None:
    path = ROOT / re.sub("^L/", "layers/health_record/health_record/", file)
    listed = re.findall(r"`([^`]+)`", names)
    assert listed
    assert set(listed) - defined_names(ast.parse(path.read_text(encoding="utf-8"))) == set()


def test_each_room_of_the_map_is_a_package() -> None:
    table = PAGE.partition("## Rooms inside")[2].partition("## Where is")[0]
    for folder, rooms in re.findall(r"^\| `([^`]+)` \| (.+) \|$", table, re.MULTILINE):
        for room in re.findall(r"`([a-z_]+)`", rooms):
            assert (ROOT / folder / room).is_dir() or room == "ssk", f"{folder}/{room}"
