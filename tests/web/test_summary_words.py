"""What the viewer of a summary says in the language of its page alone."""

import pytest

from health_record.language import Translated
from health_record.reconciliation.same_things import NOT_NAMED
from health_record.summary_sources.from_declaration import UNNAMED, YES_UNNAMED
from tests.web import modules


def test_an_answer_without_a_name_is_told_in_one_language() -> None:
    words = f"Bệnh khác: {NOT_NAMED}; ung thư: {NOT_NAMED} (COPD)"
    told = modules.run("summary-view", [("unnamedIn", [words, english]) for english in (False, True)])
    assert told == [
        "Bệnh khác: không nêu rõ; ung thư: không nêu rõ (COPD)",
        "Bệnh khác: not specified; ung thư: not specified (COPD)",
    ]


@pytest.mark.parametrize("words", [*UNNAMED.values(), YES_UNNAMED], ids=lambda words: words.en)
def test_a_yes_that_names_nothing_is_told_in_one_language(words: Translated) -> None:
    said = f"{words.vi} ({words.en})"
    told = modules.run("summary-view", [("unnamedIn", [said, english]) for english in (False, True)])
    assert told == [words.vi, words.en]


def test_whom_to_call_is_told_with_every_number() -> None:
    contact = [
        {"name": {"text": "Trần Văn Con"}, "telecom": [{"value": "0912345678"}, {"value": "02838221234"}]},
        {"telecom": [{"value": "0987654321"}]},
        {},
    ]
    told = modules.run("summary-view", [("contactsOf", [{"contact": contact}]), ("contactsOf", [{}])])
    assert told == ["Trần Văn Con, 0912345678, 02838221234; 0987654321", ""]
