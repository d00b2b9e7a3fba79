"""A code without words is told by its meaning, in both languages, or as the code that it is, and never as a word."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from health_record.clinical_words import blood_groups, habits
from health_record.fhir import code_names
from health_record.rendering import datatypes, none_known
from health_record.rendering.entries import entry
from health_record.rendering.phrases import bilingual, in_language

TABLE = Path(code_names.__file__).with_name("code_names.tsv")
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()]
ATC, SNOMED, LOINC, OWN = code_names.ATC, code_names.SNOMED, code_names.LOINC, code_names.OWN
Element = dict[str, Any]


def resource(kind: str, **members: Any) -> Element:
    return {"resourceType": kind, "id": "1", **members}


def taken(**dosage: Any) -> Element:
    return resource("MedicationStatement", medicationCodeableConcept={"text": "x"}, dosage=[dosage])


NAMED: Element = {"code": {"text": "x"}}
DOSE: Element = {"vaccineCode": {"text": "x"}}
# Where a code may stand alone.
PLACES: dict[str, Callable[[Element], Element]] = {
    "allergy": lambda concept: resource("AllergyIntolerance", code=concept),
    "manifestation": lambda concept: resource("AllergyIntolerance", **NAMED, reaction=[{"manifestation": [concept]}]),
    "disease": lambda concept: resource("Condition", code=concept),
    "body site": lambda concept: resource("Condition", **NAMED, bodySite=[concept]),
    "medicine": lambda concept: resource("MedicationStatement", medicationCodeableConcept=concept),
    "route": lambda concept: taken(route=concept),
    "timing": lambda concept: taken(timing={"code": concept}),
    "vaccine": lambda concept: resource("Immunization", vaccineCode=concept),
    "route of a dose": lambda concept: resource("Immunization", **DOSE, route=concept),
    "site of a dose": lambda concept: resource("Immunization", **DOSE, site=concept),
    "result": lambda concept: resource("Observation", code=concept),
    "value": lambda concept: resource("Observation", **NAMED, valueCodeableConcept=concept),
    "component": lambda concept: resource(
        "Observation", **NAMED, component=[{"code": concept, "valueCodeableConcept": concept}]
    ),
    "relative": lambda concept: resource("FamilyMemberHistory", relationship=concept),
    "modality": lambda concept: resource("ImagingStudy", modality=concept["coding"]),
    "operation": lambda concept: resource("Procedure", code=concept),
    "service": lambda concept: resource("Encounter", type=[concept]),
}


def said(written: Element, language: Any = "vi") -> str:
    return in_language(entry(written, "Asia/Ho_Chi_Minh").headline, language)


@pytest.mark.parametrize(("system", "code", "en", "vi"), ROWS, ids=[f"{row[0][-8:]}-{row[1]}" for row in ROWS])
def test_a_code_of_the_table_is_told_in_both_languages(system: str, code: str, en: str, vi: str) -> None:
    coding = {"system": system, "code": code}
    for concept in ({"coding": [coding]}, {"coding": [coding], "text": code}, {"coding": [{**coding, "display": en}]}):
        told = datatypes.concept(concept)
        assert (in_language(told, "vi"), in_language(told, "en")) == (vi, en)
    named = datatypes.concept({"coding": [coding], "text": en})
    assert (in_language(named, "vi"), in_language(named, "en")) == (vi, en)


@pytest.mark.parametrize("place", PLACES)
def test_wherever_it_stands(place: str) -> None:
    known = {"coding": [{"system": SNOMED, "code": "26643006"}]}
    assert "đường uống" in said(PLACES[place](known))
    assert "26643006" not in said(PLACES[place](known))
    unknown = {"coding": [{"system": ATC, "code": "V99ZZ99"}]}
    assert "mã ATC V99ZZ99" in said(PLACES[place](unknown))
    assert "ATC code V99ZZ99" in said(PLACES[place](unknown), "en")


UNKNOWN = [
    (SNOMED, "mã SNOMED CT 9x", "SNOMED CT code 9x"),
    ("urn:oid:2.16.840.1.113883.6.96", "mã SNOMED CT 9x", "SNOMED CT code 9x"),
    (LOINC, "mã LOINC 9x", "LOINC code 9x"),
    ("https://loinc.org/", "mã LOINC 9x", "LOINC code 9x"),
    ("http://hl7.org/fhir/sid/icd-10", "mã ICD-10 9x", "ICD-10 code 9x"),
    ("http://terminology.hl7.org/CodeSystem/v3-RoleCode", "mã v3-RoleCode 9x", "v3-RoleCode code 9x"),
    (f"{OWN}ma-khoa", "mã khoa 9x", "department code 9x"),
    ("http://example.org/codes", "mã 9x theo http://example.org/codes", "code 9x of http://example.org/codes"),
    (None, "mã 9x", "code 9x"),
]


@pytest.mark.parametrize(("system", "vi", "en"), UNKNOWN)
def test_any_other_code_is_told_as_one_of_its_system(system: str | None, vi: str, en: str) -> None:
    told = datatypes.concept({"coding": [{"system": system, "code": "9x"} if system else {"code": "9x"}]})
    assert (in_language(told, "vi"), in_language(told, "en")) == (vi, en)


def test_words_of_the_sender_stay_as_they_are() -> None:
    coding = {"system": SNOMED, "code": "26643006"}
    for words in ("uống sau ăn", "Orally, slowly"):
        assert bilingual(datatypes.concept({"coding": [coding], "text": words})) == words
        assert bilingual(datatypes.concept({"coding": [{**coding, "display": words}]})) == words
    own = {"coding": [{"system": f"{OWN}ma-chi-so", "code": "pH"}], "text": "pH"}
    assert bilingual(datatypes.concept(own)) == "pH"
    marked = {"coding": [{**coding, "display": "Oral route (qualifier value)"}]}
    assert in_language(datatypes.concept(marked), "vi") == "đường uống"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("uống", "uống (Oral route)"),
        ("đường uống", "đường uống (Oral route)"),
        ("tiêm bắp", "tiêm bắp [mã ghi (the code says): Oral route]"),
        ("không uống", "không uống [mã ghi (the code says): Oral route]"),
    ],
)
def test_a_text_that_names_the_code_is_told_with_its_english_and_another_with_what_the_code_says(
    text: str, words: str
) -> None:
    coding = {"system": SNOMED, "code": "26643006", "display": "Oral route"}
    other = {"system": f"{OWN}duong-dung", "code": "1.01"}
    assert bilingual(datatypes.concept({"coding": [coding, other], "text": text})) == words


def test_a_coding_that_has_words_is_told_before_one_that_has_none() -> None:
    bare, known = {"system": "http://example.org", "code": "X"}, {"system": ATC, "code": "C01AA05"}
    assert bilingual(datatypes.concept({"coding": [bare, known]})) == "digoxin"
    assert bilingual(datatypes.concept({"coding": [bare, {"display": "Thuốc"}]})) == "Thuốc"


def test_the_table_has_each_code_once_and_every_code_that_is_read_elsewhere() -> None:
    keys = [(system, code) for system, code, _, _ in ROWS]
    assert len(set(keys)) == len(keys)
    assert not [row for row in ROWS if not all(row) or re.search(r"\s$|^\s|\(finding\)", row[2] + row[3])]
    read = {("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", code) for code in none_known.NO_KNOWN}
    read |= {(SNOMED, code) for code in blood_groups.OF_SNOMED}
    read |= {code for code in habits.ANSWERS if code[0] in (SNOMED, LOINC)} - OLDER
    assert read <= set(keys)


# Of habits: what other systems send for the same, whose own words the sender writes.
OLDER = {(SNOMED, code) for code in ("8392000", "405746006", "65568007", "783261004")}


@pytest.mark.parametrize(
    ("concept", "words"),
    [
        (
            {"coding": [{"display": "Allergy to drug"}, {"display": "Dị ứng Ceftriaxon"}]},
            "Allergy to drug; Dị ứng Ceftriaxon",
        ),
        (
            {"coding": [{"display": "rivaroxaban"}, {"display": "Xarelto 15 mg, viên"}]},
            "rivaroxaban; Xarelto 15 mg, viên",
        ),
        ({"coding": [{"display": "Positive"}, {"display": "Âm tính"}]}, "Positive; Âm tính"),
        ({"coding": [{"display": "Tôm"}, {"display": "tôm"}, {"display": "Tom"}]}, "Tôm; Tom"),
        ({"coding": [{"display": "Penicillin G"}, {"display": "Penicillin"}]}, "Penicillin G"),
        (
            {
                "text": "Rối loạn đông máu",
                "coding": [{"display": "Rối loạn đông máu"}, {"display": "Hemophilia A nặng"}],
            },
            "Rối loạn đông máu [mã ghi (the code says): Hemophilia A nặng]",
        ),
        (
            {"text": "Tôm", "coding": [{"display": "Shrimp"}, {"display": "Prawn"}]},
            "Tôm [mã ghi (the code says): Shrimp; Prawn]",
        ),
    ],
)
def test_of_several_displays_each_stands_that_says_something_new(concept: dict[str, Any], words: str) -> None:
    assert bilingual(datatypes.concept(concept)) == words


def test_a_text_that_goes_on_where_a_display_ends_keeps_its_english() -> None:
    english = {
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/translation",
                "extension": [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "Cancer"}],
            }
        ]
    }
    coding = {"system": "http://hl7.org/fhir/sid/icd-10", "code": "C80.9", "display": "Ung thư", "_display": english}
    for text, words in (("Ung thư: vú", "Ung thư: vú (Cancer: vú)"), ("Ung thư gan", "Ung thư gan")):
        assert bilingual(datatypes.concept({"coding": [coding], "text": text})).startswith(words)
