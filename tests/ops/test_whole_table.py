"""Tables of ids, in a terminal of eighty columns and a narrower one: what is typed from them is there whole."""

import ast
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from ops.whole_table import create_table

OPS = Path(__file__).parents[2] / "ops"
IDS = ("26740-01-k8fjdrbs", "6d7c2b0e-0f6c-4b7e-9a53-5f0a1f6f3c11", "Nhà văn hóa phường Sài Gòn")
# What shows ids of posters, records or facilities.
SHOWN = ("commands/audit.py", "commands/event.py", "commands/facility.py", "sandbox.py")


@pytest.mark.parametrize("width", [80, 60, 40])
def test_nothing_is_cut_off(width: int) -> None:
    table = create_table("event", "place", "day", "from", "until", "people", "posters")
    table.add_row("91092b", IDS[2], "2026-12-05", "07:00", "18:00", "800", f"{IDS[0]}\n{IDS[1]}")
    Console(file=(written := StringIO()), width=width).print(table)

    lines = [line.split("│")[1:-1] for line in written.getvalue().splitlines() if "│" in line]
    columns = ["".join(cell.strip() for cell in cells) for cells in zip(*lines, strict=True)]
    assert "…" not in written.getvalue()
    assert columns[-1] == f"{IDS[0]}{IDS[1]}"
    assert columns[0] == "91092b"


@pytest.mark.parametrize("name", SHOWN)
def test_what_shows_ids_makes_such_a_table(name: str) -> None:
    tree = ast.parse((OPS / name).read_text(encoding="utf-8"))
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    made = [function.id for function in called if isinstance(function, ast.Name)]

    assert "create_table" in made
    assert "Table" not in made
