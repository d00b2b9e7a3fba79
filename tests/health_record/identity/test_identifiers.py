"""Numbers that name a person: the hard rules, the canonical form, and what a record is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_record.identity import identifiers
from health_record.identity.identifiers import Pointer


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("079160012345", "079160012345"),
        (" 079 160 012 345 ", "079160012345"),
        ("079.160.012.345", "079160012345"),
        ("079-160-012-345", "079160012345"),
        ("０７９１６００１２３４５", "079160012345"),
        ("٠٧٩١٦٠٠١٢٣٤٥", "079160012345"),
        ("000000000000", "000000000000"),
        ("07916001234", None),
        ("0791600123456", None),
        ("079160O12345", None),
        ("²" * 12, None),
        ("", None),
    ],
)
def test_a_national_id_has_twelve_digits_and_no_other_rule(text: str, number: str | None) -> None:
    assert identifiers.parse_national_id(text) == number


@pytest.mark.parametrize(("text", "number"), [("02345678", None), ("023456789", "023456789"), ("0234567890", None)])
def test_an_old_card_has_nine_digits(text: str, number: str | None) -> None:
    assert identifiers.parse_citizen_id(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("DN4790123456789", "DN4790123456789"),
        ("dn 4 79 0123456789", "DN4790123456789"),
        ("ＤＮ4790123456789", "DN4790123456789"),
        ("DN0790123456789", None),
        ("DN6790123456789", None),
        ("D4790123456789", None),
        ("DN479012345678", None),
        ("DN47901234567890", None),
        ("012345678", None),
        ("0123456789", "0123456789"),
        ("01234567890", None),
        ("079160012345", "079160012345"),
        ("0791600123456", None),
    ],
)
def test_an_insurance_number_has_one_of_three_forms(text: str, number: str | None) -> None:
    assert identifiers.parse_insurance_number(text) == number


@pytest.mark.parametrize(
    ("system", "value", "pointer"),
    [
        (identifiers.NATIONAL_ID, "079 160 012345", Pointer("national-id", "079160012345")),
        ("http://fhir.hl7.org.vn/core/sid/cccd", "079160012345", Pointer("national-id", "079160012345")),
        (identifiers.INSURANCE_NUMBER, "DN4790123456789", Pointer("insurance-number", "0123456789")),
        (identifiers.INSURANCE_NUMBER, "0123456789", Pointer("insurance-number", "0123456789")),
        (identifiers.INSURANCE_NUMBER, "079160012345", Pointer("national-id", "079160012345")),
        (identifiers.NATIONAL_ID, "023456789", None),
        (identifiers.INSURANCE_NUMBER, "1", None),
        (identifiers.CITIZEN_ID, "023456789", None),
        ("urn:other", "079160012345", None),
    ],
)
def test_every_way_of_writing_a_number_finds_the_same_record(system: str, value: str, pointer: Pointer | None) -> None:
    assert identifiers.parse_pointer(system, value) == pointer


def test_the_same_number_given_twice_is_one_pointer() -> None:
    assert identifiers.declaration_pointers("079160012345", "079160012345") == (Pointer("national-id", "079160012345"),)
    assert identifiers.declaration_pointers(None, None) == ()


def test_systems_are_those_of_vn_core() -> None:
    base = "http://fhir.ehealth.gov.vn/core/sid/"
    assert {
        "http://fhir.hl7.org.vn/core/sid/cccd": base + "national_id",
        "http://fhir.hl7.org.vn/core/sid/ma-cskcb": base + "provider-code",
    } == identifiers.SYNONYMS
    assert len(identifiers.REGISTRATION_PROVINCES) == 63


@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [
        ("079060012345", "male", 1960),
        ("079160012345", "female", 1960),
        ("079205012345", "male", 2005),
        ("079399012345", "female", 2099),
        ("079900012345", "female", 2300),
    ],
)
def test_a_national_id_states_sex_and_birth_year(number: str, sex: str, year: int) -> None:
    assert (identifiers.stated_sex(number), identifiers.stated_birth_year(number)) == (sex, year)


@given(st.text(max_size=40))
def test_no_text_makes_a_number_raise(text: str) -> None:
    for read in (identifiers.parse_national_id, identifiers.parse_citizen_id, identifiers.parse_insurance_number):
        number = read(text)
        assert number is None or read(number) == number
