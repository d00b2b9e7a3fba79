"""Every line that the audit keeps of a record has its words on the own page, in both languages."""

import re

import pytest

from functions.contribute.settlement import DETAILS
from ops.audit_checks.reading_days import ACTIONS as READING
from ops.local.stack_location import ROOT

LIST = (ROOT / "web" / "src" / "access" / "access-list.js").read_text(encoding="utf-8")
SHOWN = set(re.findall(r"'([a-z-]+)'", LIST.partition("const ACTIONS = [")[2].partition("];")[0]))
WRITING = {"transaction", "validate", "hospital-file", "episode", "episode-withdrawn"}
WRITTEN = READING | WRITING | set(DETAILS.values()) | {"verify", "verified-elsewhere", "claim-told"}


def test_the_page_knows_every_action_that_names_a_record() -> None:
    assert WRITTEN - {"hospital-file"} <= SHOWN, "a whole file names no record"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_has_words(language: str) -> None:
    texts = (ROOT / "web" / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    assert {action for action in SHOWN if f"\naction_{action} = " not in texts} == set()
