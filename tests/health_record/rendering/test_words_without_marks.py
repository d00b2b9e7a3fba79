"""Vietnamese that was typed without its marks means the same: an allergy, a denial, a blood group."""

from typing import Any

import pytest

from health_record.clinical_words.blood_groups import blood_group
from health_record.clinical_words.none_in_words import words_that_name
from health_record.clinical_words.told_allergies import is_told_allergy, telling_words
from health_record.rendering.none_known import is_none_known
from health_record.rendering.plain_words import marked, plain


def condition(text: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "code": {"text": text},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
    }


def none_known(text: str, *, coded: bool) -> dict[str, Any]:
    coding = [{"system": "http://snomed.info/sct", "code": "716186003"}] if coded else []
    return {"resourceType": "AllergyIntolerance", "code": {"text": text, **({"coding": coding} if coding else {})}}


@pytest.mark.parametrize(
    "text",
    [
        "SOC PHAN VE CEFTRIAXON",
        "Di ung Penicillin",
        "Tien su soc phan ve voi Ceftriaxon",
        "BN DI UNG CEFTRIAXON",
        "Stevens-Johnson do carbamazepin",
        "HC SJS do allopurinol",
        "Hội chứng Lyell",
        "Quá mẫn thuốc allopurinol (DRESS)",
        "Qua man thuoc",
        "Sốc sau tiêm lidocain",
        "Soc do thuoc",
        "Mày đay do amoxicillin",
        "Drug hypersensitivity",
    ],
)
def test_an_allergy_is_told_in_whatever_spelling_and_words(text: str) -> None:
    assert is_told_allergy(condition(text))
    assert telling_words(condition(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "Khong di ung",
        "Khong di ung thuoc",
        "Chua ghi nhan di ung",
        "Soc nhiem trung",
        "Thuốc chống dị ứng",
        "Thuoc chong di ung",
    ]
    + ["Sốc sau mổ", "Thay băng (dressing)", "Mày đay"],
)
def test_what_is_none_tells_of_none(text: str) -> None:
    assert not is_told_allergy(condition(text))


@pytest.mark.parametrize("text", ["Khong di ung", "Khong di ung thuoc", "Không dị ứng thuốc"])
def test_a_denial_without_marks_denies(text: str) -> None:
    assert is_none_known(none_known(text, coded=False))
    assert words_that_name(none_known(text, coded=True)) is None


@pytest.mark.parametrize("text", ["Di ung Penicillin", "Khong di ung, tru Penicillin"])
def test_what_names_something_without_marks_is_no_denial(text: str) -> None:
    assert words_that_name(none_known(text, coded=True)) is not None


def test_a_blood_group_without_marks_is_one() -> None:
    said = {"resourceType": "Observation", "code": {"text": "NHOM MAU"}, "valueString": "B, Rh duong tinh"}
    assert blood_group(said).parts == {"abo": "B", "rh": "+"}
    assert not blood_group({**said, "code": {"text": "NHOM MAU NGUOI CHO"}}).parts


@pytest.mark.parametrize("text", ["No known drug allergy", "an la me bi", "Không dị ứng", "penicillin 500 mg"])
def test_what_is_english_or_has_its_marks_stays(text: str) -> None:
    assert plain(text) == text.casefold()


def test_marks_come_back_letter_for_letter() -> None:
    text = "Tien su:\nsoc  phan ve, DI UNG thuoc"
    assert len(marked(text)) == len(text)
    assert marked(text) == "tiền sử:\nsốc  phản vệ, dị ứng thuốc"
