"""The numbers that name a person, their systems and how each is written: the one place for both.

Systems are those of the Ministry of Health's VN Core guide; HL7 Vietnam's names of the same numbers are accepted in
searches. Numbers have no check digit, so length and alphabet are the only hard rules.
"""

import re
import unicodedata
from typing import Literal, NamedTuple

VN_CORE = "http://fhir.ehealth.gov.vn/core/sid/"
HL7_VIETNAM = "http://fhir.hl7.org.vn/core/sid/"
NATIONAL_ID = VN_CORE + "national_id"
CITIZEN_ID = VN_CORE + "citizen_id"
INSURANCE_NUMBER = VN_CORE + "insurance_number"
PASSPORT_NUMBER = VN_CORE + "passport_number"
PROVIDER_CODE = VN_CORE + "provider-code"
SYNONYMS = {HL7_VIETNAM + "cccd": NATIONAL_ID, HL7_VIETNAM + "ma-cskcb": PROVIDER_CODE}
# What a search may name; any other system is a mistake of the caller's, and not a person who is not here.
SYSTEMS = (NATIONAL_ID, INSURANCE_NUMBER, CITIZEN_ID, PASSPORT_NUMBER, HL7_VIETNAM + "cccd")

# Birth-registration provinces in the first three digits (Circular 59/2021/TT-BCA): the 63 of before July 2025, which
# stay valid, and of which the 34 of today are a part.
_PROVINCES = """
001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040 042
044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087
089 091 092 093 094 095 096
"""
REGISTRATION_PROVINCES = frozenset(_PROVINCES.split())

Short = Literal["national-id", "insurance-number"]

_SEPARATORS = re.compile(r"[\s.\-_/]+")
_NATIONAL_ID = re.compile(r"[0-9]{12}")
_CITIZEN_ID = re.compile(r"[0-9]{9}")
_INSURANCE_CARD = re.compile(r"[A-Z]{2}[1-5][0-9]{12}")
_INSURANCE_CODE = re.compile(r"[0-9]{10}|[0-9]{12}")


class Pointer(NamedTuple):
    """What a record is found by: a short system name and the number in its canonical form."""

    short: Short
    value: str


def compact_number(text: str) -> str:
    """The number without separators, in ASCII upper case: full-width and other digits become 0-9."""
    bare = _SEPARATORS.sub("", text)
    return "".join(_plain(character) for character in bare).upper()


def parse_national_id(text: str) -> str | None:
    """`079 201 012 345` -> `079201012345`; None unless it has 12 digits."""
    number = compact_number(text)
    return number if _NATIONAL_ID.fullmatch(number) else None


def parse_citizen_id(text: str) -> str | None:
    """The number of an old 9-digit card, or None."""
    number = compact_number(text)
    return number if _CITIZEN_ID.fullmatch(number) else None


def parse_insurance_number(text: str) -> str | None:
    """A health insurance number in one of its three forms, or None.

    `DN4790123456789` (card), `0123456789` (social insurance code, since 2021), or the 12-digit personal number
    (since September 2026).
    """
    number = compact_number(text)
    return number if _INSURANCE_CARD.fullmatch(number) or _INSURANCE_CODE.fullmatch(number) else None


def parse_pointer(system: str, value: str) -> Pointer | None:
    """How a record with this identifier is found, or None for a system or number that finds nobody.

    A 15-character card ends in the 10-digit social insurance code, and a 12-digit insurance number is the personal
    number, so that every way of writing the same number finds the same record.
    """
    system = SYNONYMS.get(system, system)
    if system == NATIONAL_ID:
        number = parse_national_id(value)
        return Pointer("national-id", number) if number else None
    if system == INSURANCE_NUMBER:
        number = parse_insurance_number(value)
        if not number:
            return None
        return Pointer("national-id", number) if len(number) == 12 else Pointer("insurance-number", number[-10:])
    return None


def declaration_pointers(national: str | None, insurance: str | None) -> tuple[Pointer, ...]:
    """The pointers of a declaration's two numbers, each once.

    An insurance number of 12 digits is the personal number: beside another personal number it is nobody's.
    """
    declared = parse_pointer(NATIONAL_ID, national or "")
    insured = parse_pointer(INSURANCE_NUMBER, insurance or "")
    if declared is not None and insured is not None and insured.short == declared.short:
        insured = declared
    return tuple(dict.fromkeys(each for each in (declared, insured) if each is not None))


def stated_birth_year(number: str) -> int:
    """The birth year that a national id states: digit 4 gives century and sex, digits 5 and 6 the year."""
    return 1900 + 100 * (int(number[3]) // 2) + int(number[4:6])


def stated_sex(number: str) -> Literal["male", "female"]:
    """The sex that a national id states."""
    return "female" if int(number[3]) % 2 else "male"


def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    wide = unicodedata.decomposition(character).startswith("<wide>")
    return unicodedata.normalize("NFKC", character) if wide else character
