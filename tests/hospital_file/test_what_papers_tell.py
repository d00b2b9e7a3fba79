"""What the papers of an episode tell: the part around the words, and each kind counted apart."""

import pytest

from health_record.clinical_words.refused_in_advance import refuses
from health_record.episode.told_in_papers import of_papers
from tests.hospital_file.kept import kept
from tests.hospital_file.visits import stay

LONG = "Bệnh nhân nằm yên, thở khí phòng, da niêm mạc nhợt, tim đều, phổi thông khí hai bên giảm, bụng mềm, " * 2


def told(*notes: str) -> list[str]:
    episode = kept(stay("20261012", "S1"))
    tables = {**episode.content["tables"], "XML5": [{"DIEN_BIEN_LS": note} for note in notes]}
    return of_papers(episode.with_content({**episode.content, "tables": tables}))


@pytest.mark.parametrize("words", ["ký cam kết không đặt nội khí quản", "từ chối truyền máu", "đặt NKQ khó, Cormack 4"])
@pytest.mark.parametrize("after", ["", f", {LONG}"], ids=["at the end", "within"])
def test_of_a_long_sentence_the_part_around_the_words_is_told(words: str, after: str) -> None:
    (part,) = told(f"{LONG}gia đình {words}{after}")
    assert words in part
    assert len(part) <= 164


def test_many_allergies_push_out_neither_a_refusal_nor_a_difficult_airway() -> None:
    notes = [f"Dị ứng thuốc số {number}" for number in range(6)]
    found = told(*notes, "Gia đình ký cam kết không hồi sức", "Đặt NKQ khó, Cormack 4")
    assert "Gia đình ký cam kết không hồi sức" in found
    assert "Đặt NKQ khó, Cormack 4" in found
    assert sum("Dị ứng" in each for each in found) == 5


def test_many_refusals_push_out_no_difficult_airway() -> None:
    assert "Đặt NKQ khó, Cormack 4" in told(*(f"Từ chối thở máy lần {n}" for n in range(6)), "Đặt NKQ khó, Cormack 4")


def test_a_newborn_that_cries_is_no_refusal_whatever_parts_its_sentences() -> None:
    assert told("Đẻ thường. Trẻ khóc ngay. Không hồi sức. Cân nặng 3100 g") == []


def test_what_is_told_of_a_refusal_still_refuses() -> None:
    (part,) = told(f"{LONG}gia đình ký cam kết không đặt nội khí quản. Ăn cháo")
    assert refuses(part)
    assert "Ăn cháo" not in part
