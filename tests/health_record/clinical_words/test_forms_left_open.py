"""What stands behind boxes that nobody ticked is left as it was written; boxes alone say nothing."""

import pytest

from health_record.clinical_words.forms import answered

OPEN = {
    "dị ứng: ☐ có ☐ không. ghi rõ: penicillin": True,
    "dị ứng thuốc □ có □ không: penicillin nổi mẩn": True,
    "dị ứng: có [ ] không [ ] cefuroxim": True,
    "allergies: yes ☐ no ☐ penicillin rash": True,
    "dị ứng: □ có □ không": False,
    "dị ứng: có □ không □.": False,
}


@pytest.mark.parametrize("words", OPEN)
def test_boxes_that_nobody_ticked_hide_nothing_behind_them(words: str) -> None:
    assert (answered(words) == words) is OPEN[words]
