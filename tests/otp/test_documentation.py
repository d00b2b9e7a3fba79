"""docs/sign-in.md and docs/observing.md say what the code does: every limit, every rule of the metric."""

import dataclasses
import re
from pathlib import Path
from typing import get_args

from functions.otp.code.send_policy import Rule
from functions.otp.limits import Limits
from tests.otp import limits_table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sign-in.md").read_text(encoding="utf-8")
METRICS_PAGE = (ROOT / "docs" / "observing.md").read_text(encoding="utf-8")


def test_the_table_of_limits_is_that_of_the_code() -> None:
    """`python -m tests.otp.limits_table` writes it."""
    assert limits_table.replace_table(PAGE) == PAGE
    assert limits_table.table() in PAGE


def test_every_limit_says_its_unit_and_what_it_bounds() -> None:
    for limit in dataclasses.fields(Limits):
        assert limit.metadata["unit"] in ("s", "days", "%", "bits", "times", "tries", "messages", "codes", "devices"), (
            limit.name
        )
        assert limit.metadata["what"]


def test_every_rule_of_the_metric_is_in_the_page() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "functions" / "otp").rglob("*.py")]
    rules = {
        rule
        for text in sources
        for rule in re.findall(r"(?:count_limit|work_needed_error|share_error)\(\"([a-z-]+)\"\)", text)
    }
    rules |= {rule for text in sources for rule in re.findall(r"return \"([a-z]+-[a-z]+)\"", text)}
    rules |= set(get_args(Rule.__value__))
    told = set(re.findall(r"`([a-z-]+)`", METRICS_PAGE.partition("Rules: ")[2].partition("\n\n")[0]))
    assert told == rules
