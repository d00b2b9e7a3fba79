"""docs/security.md says what the code does: every limit, every rule of the metric."""

import dataclasses
import re
from pathlib import Path
from typing import get_args

from functions.otp.code.send_policy import Rule
from functions.otp.limits import Limits

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_limit_is_in_the_page_with_its_value() -> None:
    told = dict(re.findall(r"\| `(\w+)` \| (\d+) \|", PAGE))
    assert told == {field.name: str(field.default) for field in dataclasses.fields(Limits)}


def test_every_rule_of_the_metric_is_in_the_page() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "functions" / "otp").rglob("*.py")]
    rules = {
        rule
        for text in sources
        for rule in re.findall(r"(?:count_limit|work_needed_error|share_error)\(\"([a-z-]+)\"\)", text)
    }
    rules |= {rule for text in sources for rule in re.findall(r"return \"([a-z]+-[a-z]+)\"", text)}
    rules |= set(get_args(Rule.__value__))
    told = set(re.findall(r"`([a-z-]+)`", PAGE.partition("Rules: ")[2].partition("\n\n")[0]))
    assert told == rules
