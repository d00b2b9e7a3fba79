"""Is a code one of ICD-10, which system says so, however a sender spells it, and what the code is called.

Where the department gave its list, that list decides (`reference/icd10.csv`, built into the layer as `icd10_list.txt`).
Else WHO's of 2019 does; the Ministry's has codes of five characters below WHO's, so one below a known code passes.
Titles are those of the department's list; without one, short names of our own for the categories that hospitals send
most (WHO's titles are WHO's).
"""

import functools
import re
from pathlib import Path

from health_record.language import Translated

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
# The same classification under other names: https, OID, VN Core's and HL7 Vietnam's own systems, older spellings.
SPELLINGS = frozenset(
    {
        ICD_10,
        "https://hl7.org/fhir/sid/icd-10",
        "http://hl7.org/fhir/sid/icd-10/",
        "http://hl7.org/fhir/sid/icd10",
        "http://terminology.hl7.org/CodeSystem/icd10",  # VN Core's
        "urn:oid:2.16.840.1.113883.6.3",
        "http://id.who.int/icd/release/10",
    }
)
# The clinical modification of the United States, whose codes mean other things.
OTHER_EDITIONS = frozenset({"http://hl7.org/fhir/sid/icd-10-cm", "http://hl7.org/fhir/sid/icd-10-us"})
# What WHO took out between the edition that Viet Nam's list was made of and that of 2019; hospitals still send it.
# https://www.who.int/standards/classifications/classification-of-diseases/list-of-official-icd-10-updates
RETIRED = {
    "A90": "",
    "A91": "",
    "C83": "246",
    "C85": "0",
    "C88": "1",
    "C91": "2",
    "C94": "15",
    "C96": "13",
    "D46": "3",
    "D76": "0",
    "I84": "0123456789",
    "K35": "019",
    "L41": "2",
    "M72": "5",
    "N18": "08",
    "R50": "01",
}
LIST = Path(__file__).parent / "icd10_list.txt"
CATEGORY, FOURTH = 3, 5  # letters of `E11`, `E11.9`
_CODE = re.compile(r"([A-Z][0-9]{2})(?:\.?([0-9])([0-9])?)?[*+†‡]?")


def canonical(code: str) -> str | None:
    """`a90` -> `A90`, `E119` -> `E11.9`, `G63.2*` -> `G63.2`; None for what is no ICD-10 code."""
    found = _CODE.fullmatch(code.strip().upper())
    if found is None:
        return None
    category, fourth, fifth = found.groups()
    made = f"{category}.{fourth}{fifth or ''}" if fourth else category
    if given := _given():
        return made if made in given else None
    endings = codes().get(category)
    if endings is None or (fourth and fifth is None and fourth not in endings):
        return None
    return made


def title(code: str) -> Translated | None:
    """What the code is called: by the department's list, else by a name of ours; a wider code's name is marked as such.

    >>> title("A35"), title("E11.9")  # doctest: +NORMALIZE_WHITESPACE
    (Translated(vi='uốn ván', en='tetanus'),
     Translated(vi='nhóm E11 đái tháo đường típ 2', en='category E11 type 2 diabetes'))
    """
    for wider in dict.fromkeys((code, code[:FOURTH], code[:CATEGORY])):
        named = next((found for names in (_given(), _names()) if (found := names.get(wider)) and found.vi), None)
        if named is not None:
            return named if wider == code else Translated(f"nhóm {wider} {named.vi}", f"category {wider} {named.en}")
    return None


@functools.cache
def _given() -> dict[str, Translated]:
    return _titles(LIST) if LIST.exists() else {}


@functools.cache
def _names() -> dict[str, Translated]:
    return _titles(Path(__file__).parent / "icd10_names.tsv")


def _titles(file: Path) -> dict[str, Translated]:
    rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())
    return {code: Translated(vi, en or vi) for code, vi, en in rows}


@functools.cache
def codes() -> dict[str, frozenset[str]]:
    """The categories with the endings of their four-character codes."""
    lines = (Path(__file__).parent / "icd10_codes.txt").read_text(encoding="ascii").splitlines()
    found = {line[:3]: frozenset(line[4:].split()) for line in lines}
    return found | {category: found.get(category, frozenset()) | set(gone) for category, gone in RETIRED.items()}
