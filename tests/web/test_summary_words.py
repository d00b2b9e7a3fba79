"""What the viewer of a summary says in the language of its page alone."""

from health_record.reconciliation.same_things import NOT_NAMED
from tests.web import modules


def test_an_answer_without_a_name_is_told_in_one_language() -> None:
    words = f"Bệnh khác: {NOT_NAMED}; ung thư: {NOT_NAMED} (COPD)"
    told = modules.run("summary-view", [("unnamedIn", [words, english]) for english in (False, True)])
    assert told == [
        "Bệnh khác: không nêu rõ; ung thư: không nêu rõ (COPD)",
        "Bệnh khác: not specified; ung thư: not specified (COPD)",
    ]
