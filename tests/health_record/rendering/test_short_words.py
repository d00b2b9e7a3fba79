"""Abbreviations are read where they mean an allergy, a shock or "no", and left where they are cancer or a surplus."""

from typing import Any

import pytest

from health_record.clinical_words.told_allergies import allergy_of, is_told_allergy, telling_part
from health_record.clinical_words.told_texts import Told
from health_record.rendering.denials import Denial, denial_of
from health_record.rendering.plain_words import plain


def condition(text: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "code": {"text": text},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
    }


@pytest.mark.parametrize(
    "text",
    [
        "Sau tiêm vitamin K dị ứng nổi mẩn",
        "sau tiêm vitamin k dị ứng nổi mẩn",
        "VITAMIN K DƯ",
        "BN K dị ứng cản quang",
        "TS mổ K DƯ penicillin",
        "K dị ứng cản quang",
        "DƯ Ranitidin",
        "DƯ Daptomycin",
        "DƯ acid mefenamic",
        "DU (PENICILLIN)",
        "DU - thuoc khang sinh",
        "SPV 2019",
        "Từng SPV",
        "Gia đình: mẹ dị ứng tôm\nBản thân: sốc phản vệ ceftriaxone 2019",
        "Gia đình: bố dị ứng hải sản và bản thân dị ứng ceftriaxone",
        "Tiền sử gia đình có mẹ dị ứng thuốc BN dị ứng penicillin",
        "Gia đình: mẹ dị ứng tôm\nDị ứng penicillin",
        "Theo gia đình bà dị ứng penicillin",
        "Theo lời gia đình bà dị ứng penicillin",
    ],
)
def test_an_allergy_of_the_person_is_told(text: str) -> None:
    assert is_told_allergy(condition(text))
    assert allergy_of(condition(text)) == frozenset()
    assert telling_part(Told(text))


@pytest.mark.parametrize(
    "text",
    [
        "NƯỚC TIỂU TỒN DƯ 150 ML",
        "SỎI TÚI MẬT TỒN DƯ",
        "DA DƯ MI TRÊN",
        "RĂNG DƯ",
        "DƯ NGÓN CÁI",
        "NGÓN DƯ",
        "KIỀM DƯ -5",
        "DƯ KIỀM",
        "DƯ ACID",
        "DƯ ACID DẠ DÀY",
        "SỐ DƯ 0",
        "MÔ DƯ",
        "TUYẾN GIÁP DƯ",
        "DƯ DA MI",
        "BS NGUYỄN VĂN DƯ",
        "19 NGUYỄN DU (HÀ NỘI)",
        "NGUYEN DU: HA NOI",
        "LE THI DU - 45 TUOI",
        "LE THI DU: 45 TUOI",
        "k DƯ thuốc",
        "K DƯ thuốc",
        "K dị ứng",
        "DƯ: K",
        "TS DƯ thuốc: k",
        "Không SPV",
        "Chưa từng SPV",
        "SPV: không",
        "Sốc phản vệ: chưa ghi nhận",
        "Phác đồ SPV",
        "Hộp chống SPV",
        "phòng SPV",
        "Hộp SPV",
        "Gia đình: mẹ dị ứng tôm",
        "Gia đình có bố dị ứng hải sản",
        "Tiền sử gia đình mẹ dị ứng tôm",
        "Gia đình: mẹ dị ứng tôm và cua\nBản thân: không dị ứng",
    ],
)
def test_what_tells_of_no_allergy_of_the_person_is_silent(text: str) -> None:
    assert not is_told_allergy(condition(text))
    assert not telling_part(Told(text))


@pytest.mark.parametrize("text", ["KDƯ", "k DƯ", "k dị ứng thuốc", "K DƯ"])
def test_a_short_denial_denies(text: str) -> None:
    assert denial_of(text, "AllergyIntolerance") is Denial.OF_ALL


def test_an_abbreviated_dermatitis_is_one() -> None:
    assert plain("VIÊM DA DƯ") == "viêm da dị ứng"


def test_a_capital_k_is_a_cancer_or_a_vitamin() -> None:
    assert plain("BN K dị ứng cản quang, tiêm vitamin K DƯ") == "bn k dị ứng cản quang, tiêm vitamin k dị ứng"
