"""Writes the table of limits in docs/sign-in.md from `functions.otp.limits.Limits`."""

import dataclasses
import re
from pathlib import Path

from functions.otp.limits import Limits

PAGE = Path(__file__).parents[2] / "docs" / "sign-in.md"
BEGIN, END = "<!-- limits, written by tests/otp/limits_table.py -->", "<!-- end of limits -->"


def table() -> str:
    """Every limit with its name in the settings, default, unit and reason."""
    rows = ["| limit | name in `[limits]` | default | unit | why |", "|---|---|---|---|---|"]
    for limit in dataclasses.fields(Limits):
        said = limit.metadata
        rows.append(f"| {said['what']} | `{limit.name}` | {limit.default} | {said['unit']} | {said['why']} |")
    return "\n".join(rows)


def replace_table(page: str) -> str:
    """The page with the table of now."""
    marked = f"{re.escape(BEGIN)}.*?{re.escape(END)}"
    return re.sub(marked, lambda _: f"{BEGIN}\n{table()}\n{END}", page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(replace_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
