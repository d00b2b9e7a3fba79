"""Diagnoses are found by the words that people say, however they type the marks."""

import unicodedata

import pytest

from tests.web import modules
from web.build import HERE

LINES = (HERE / "data/icd10_common.txt").read_text("utf-8")

# What people say, and the codes of which one is among those that are offered.
SAID = {
    "cao huyết áp": "I10",
    "tăng xông": "I10",
    "tiểu đường": "E11.9 E14.9",
    "tiểu đường type 2": "E11.9",
    "mỡ máu cao": "E78.5",
    "cao mỡ máu": "E78.5",
    "đột quỵ": "I64 I63.9 I61.9",
    "tai biến mạch máu não": "I64",
    "nhồi máu cơ tim": "I21.9",
    "hở van tim": "I34.0 I38",
    "hẹp van tim": "I35.0 I38",
    "tim bẩm sinh": "Q24.9",
    "thấp tim": "I09.9",
    "suyễn": "J45.9",
    "viêm họng hạt": "J31.2",
    "viêm phế quản": "J40",
    "ho kéo dài": "R05",
    "sốt cao": "R50.9",
    "sốt phát ban": "B09",
    "chảy máu cam": "R04.0",
    "kiết lỵ": "A03.9",
    "dịch tả": "A00.9",
    "rối loạn tiêu hóa": "K30",
    "viêm đại tràng": "K52.9",
    "đau bao tử": "K25.9 K29.7 K29.9",
    "trĩ": "I84.9",
    "nhiễm trùng đường tiểu": "N39.0",
    "sỏi tiết niệu": "N20.9",
    "viêm cầu thận": "N05.9",
    "hư thận": "N04.9",
    "u xơ tiền liệt tuyến": "N40",
    "rong kinh": "N92.0",
    "thống kinh": "N94.6",
    "thai ngoài tử cung": "O00.9",
    "mang thai": "Z32.1",
    "loạn thị": "H52.2",
    "viễn thị": "H52.0",
    "cườm mắt": "H26.9",
    "đau mắt hột": "A71.9",
    "điếc": "H91.9",
    "rôm sảy": "L74.0",
    "hăm tã": "L22",
    "nước ăn chân": "B35.3",
    "say nắng": "T67.0",
    "tê tay": "R20.2",
    "phù": "R60.9",
    "lú lẫn": "F03",
    "HIV": "B24",
}

# The same word as people write it otherwise.
OTHERWISE = {
    "bệnh trĩ": "I84.9",
    "bị gút": "M10.9",
    "chứng mất ngủ": "F51.0",
    "benh tieu duong": "E14.9",
    "đột quị": "I64",
    "dot qui": "I64",
    "kiết lị": "A03.9",
    "viêm tuỵ": "K85.9",
    "bệnh phong": "A30.9",  # where it is part of the name
    "bệnh lao": "A16.9",
}

# Words of a name that look like those before one, and names that differ by what is taken for one letter.
NEIGHBOURS = {
    "bí tiểu": "R33",
    "bi tieu": "R33",
    "bệnh tả": "A00.9",
    "hội chứng thận hư": "N04.9",
    "ù tai": "H93.1",
    "tủy": "K04.0",
    "viêm tai": "H60.9",
    "tay chân miệng": "B08.4",
}

# Nothing of the list is meant.
NOT_SAID = ("zzz", "bệnh zzz", "bị zzz", "biếu tặng", "tai nạn giao thông", "yzz")


def without_marks(said: str) -> str:
    return "".join(
        each for each in unicodedata.normalize("NFD", said).replace("đ", "d") if not unicodedata.combining(each)
    )


def typed_forms(said: str) -> list[str]:
    """As it stands, in capitals, decomposed, without marks, and with one word's marks left out."""
    words = said.split()
    partly = [
        " ".join(without_marks(word) if place == left_out else word for place, word in enumerate(words))
        for left_out in range(len(words))
    ]
    return [said, said.upper(), unicodedata.normalize("NFD", said), without_marks(said), *partly]


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """The codes that are offered for each text that a test types, in one run of Node."""
    typed = [*(form for said in SAID for form in typed_forms(said)), *OTHERWISE, *NEIGHBOURS, *NOT_SAID]
    calls = [("readDiagnoses", [LINES]), *(("matchingDiagnoses", [{"result": 0}, each]) for each in typed)]
    told = modules.run("station/writing/diagnosis-search", calls)[1:]
    return dict(zip(typed, ([each["code"] for each in one] for one in told), strict=True))


@pytest.mark.parametrize("said", SAID)
def test_what_people_say_is_found_however_they_type_the_marks(said: str, found: dict[str, list[str]]) -> None:
    wanted = set(SAID[said].split())
    assert [form for form in typed_forms(said) if not wanted & set(found[form])] == []
    assert wanted & set(found[said][:3])


@pytest.mark.parametrize("typed", OTHERWISE)
def test_a_word_before_the_name_and_another_spelling_are_no_obstacle(typed: str, found: dict[str, list[str]]) -> None:
    assert OTHERWISE[typed] in found[typed][:3]


@pytest.mark.parametrize("typed", NEIGHBOURS)
def test_a_word_that_looks_like_one_before_the_name_stays(typed: str, found: dict[str, list[str]]) -> None:
    assert NEIGHBOURS[typed] == found[typed][0]


@pytest.mark.parametrize("typed", NOT_SAID)
def test_what_means_nothing_of_the_list_finds_nothing(typed: str, found: dict[str, list[str]]) -> None:
    assert found[typed] == []
