"""What is sensitive by its label, its code or its words, each kind of it, and what only looks like it."""

from typing import Any

import pytest

from health_record.rendering.source_words import CONFIDENTIALITY
from health_record.summary.sensitivity import ATC, KINDS, SENSITIVITY, is_sensitive, leave_out
from health_record.summary_sources.sources import ICD_10

ICD = {"HIV": "B24", "STD": "A53.9", "ETH": "F11.2", "PSY": "F32.1", "SEX": "O04", "SDV": "T74.1"}
TOLD = (
    "Nhiễm HIV",
    "xet nghiem hiv am tinh",
    "Giang mai",
    "Lao phổi",
    "lao hach",
    "Rối loạn tâm thần",
    "roi loan tam than",
    "Trầm cảm",
    "Nghiện ma túy",
    "Đang mang thai",
    "pha thai",
    "Bệnh viện Tâm thần Trung ương",
    "Bạo lực gia đình",
    "Efavirenz 600 mg",
    "rifampicin, isoniazid",
    "Methadone",
    "sertralin (Zoloft)",
    "thuốc tránh thai hằng ngày",
)
NOT_TOLD = (
    "Tăng huyết áp",
    "Đái tháo đường type 2",
    "metformin (Glucophage)",
    "Hình thái bình thường",
    "Lao động nặng",
    "Thái độ hợp tác",
    "Gãy xương đùi",
    "amlodipin (Amlor)",
    "Viêm phổi",
)


def condition(text: str = "Bệnh", **members: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": "c", "code": {"text": text}, **members}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_by_a_code_and_by_the_label_of_a_hospital(kind: str) -> None:
    coded = condition(code={"coding": [{"system": ICD_10, "code": ICD[kind]}]})
    labelled = condition(meta={"security": [{"system": SENSITIVITY, "code": kind}]})
    assert is_sensitive(coded)
    assert is_sensitive(labelled)


@pytest.mark.parametrize("code", ["R", "V"])
def test_what_is_restricted_without_a_kind_is_sensitive(code: str) -> None:
    assert is_sensitive(condition(meta={"security": [{"system": CONFIDENTIALITY, "code": code}]}))


@pytest.mark.parametrize("words", TOLD)
def test_words_are_known_wherever_they_stand(words: str) -> None:
    places = ({"code": {"text": words}}, {"note": [{"text": words}]}, {"meta": {"tag": [{"display": words}]}})
    for place in (*places, {"contained": [{"resourceType": "Organization", "name": words}]}):
        assert is_sensitive(condition(**place)), place


@pytest.mark.parametrize("words", NOT_TOLD)
def test_what_only_looks_like_it_is_not(words: str) -> None:
    assert not is_sensitive(condition(words, note=[{"text": words}]))


@pytest.mark.parametrize(
    ("system", "code"), [(ICD_10, "A16.9"), (ICD_10, "O80"), (ICD_10, "Z34"), (ATC, "J05AR"), (ATC, "N05AH04")]
)
def test_tuberculosis_pregnancy_and_medicines_are_known_by_code(system: str, code: str) -> None:
    assert is_sensitive(condition(code={"coding": [{"system": system, "code": code}]}))


def test_an_allergy_to_a_medicine_gives_nothing_away() -> None:
    allergy = {"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "Rifampicin"}}
    assert not is_sensitive(allergy)
    assert is_sensitive(allergy | {"note": [{"text": "khi điều trị lao"}]})


def test_what_refers_to_something_sensitive_goes_with_it_at_any_remove() -> None:
    hidden = condition("Nhiễm HIV") | {"id": "hiv"}
    visit = {"resourceType": "Encounter", "id": "v", "diagnosis": [{"condition": {"reference": "Condition/hiv"}}]}
    result = {"resourceType": "Observation", "id": "o", "encounter": {"reference": "Encounter/v"}}
    other = condition("Tăng huyết áp") | {"id": "hypertension"}
    assert leave_out([result, visit, hidden, other]) == [other]


BRANDS = [
    "Acriptega",
    "Rilpivirine",
    "Cabotegravir",
    "Truvada",
    "Biktarvy",
    "Kaletra",
    "TLD",
    "TDF/3TC/DTG",
    "AZT + 3TC + LPV/r",
    "TDF/3TC/EFV 1 viên tối",
    "Rimifon",
    "Turbezid",
    "INH",
    "Trazodone",
    "Fluvoxamin",
    "Bupropion",
    "Zyprexa",
    "Zoloft",
    "Seduxen",
    "Diazepam",
    "Suboxone",
    "Postinor",
    "Rigevidon",
    "Marvelon",
    "Desogestrel",
    "Mifestad",
]


@pytest.mark.parametrize("name", BRANDS)
def test_a_medicine_is_known_by_its_brand_and_by_newer_substances(name: str) -> None:
    taken = {"resourceType": "MedicationStatement", "id": "m", "medicationCodeableConcept": {"text": f"{name} 1 viên"}}
    assert is_sensitive(taken)


@pytest.mark.parametrize("code", ["B90", "Z81.1", "Z97.5", "N97.9", "T43.2"])
def test_what_follows_or_hints_at_a_sensitive_disease_is_known_by_its_code(code: str) -> None:
    assert is_sensitive(condition(code={"coding": [{"system": ICD_10, "code": code}]}))
