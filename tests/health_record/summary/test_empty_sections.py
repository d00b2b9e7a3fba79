"""A section without entries says why: that nobody asked, unless somebody did; and where its kind is told."""

import itertools

import pytest

from health_record.summary.empty_sections import why_empty
from health_record.summary.sections import SECTIONS
from tests.health_record.summary import empty_table

# By situation the code of a required section, by hand.
CODES = {
    "nobody asked": "notasked",
    "asked, and not known": "unavailable",
    "asked, and none": "entries",
    "only what was": "unavailable",
    "only what was ruled out or not done": "unavailable",
    "not known, and something that was": "unavailable",
    "only an entry that the person disputes": "entries",
    "only answers about something else": "notasked",
}
ASKED_WORDS = ("Asked, not known.", "Đã hỏi")
TITLES = {each.code: each for each in SECTIONS}


@pytest.mark.parametrize(
    ("section", "situation", "said"), [(each.code, name, said) for each, name, said in empty_table.every_case()]
)
def test_each_section_says_in_each_situation_what_is_true(section: str, situation: str, said: str) -> None:
    there = TITLES[section].required or situation.startswith("asked")
    assert said.partition(":")[0].strip("`") == (CODES[situation] if there else empty_table.ABSENT)
    asked = "not known" in situation
    assert all((words in said) is asked for words in ASKED_WORDS)
    assert ("See “" in said) is (said.startswith("`") and "what was" in situation or "something that was" in situation)


def test_the_page_for_facilities_prints_the_table() -> None:
    assert empty_table.read_printed() == empty_table.render(), "run `make matrix`"


def test_what_did_not_fit_is_never_told_as_not_asked() -> None:
    for is_unknown, elsewhere in itertools.product((False, True), ((), ("not-so",))):
        why = why_empty(is_unknown=is_unknown, elsewhere=elsewhere, left_out=3)
        assert (why.code, "$everything" in why.text) == ("unavailable", True)
