"""What codes mean that hospitals send without words: names of our own for some of the most used, in both languages.

Any other code is told as a code, with the name of its system ("mã ATC C01AA05"), so that nobody reads it as a word.
The English of `code_names.tsv` is that of the code system, so that it is known where a sender wrote it as the display.
"""

import functools
from pathlib import Path

from health_record.language import Translated

OWN = "urn:x-so-suc-khoe:"
SNOMED, LOINC, ATC = "http://snomed.info/sct", "http://loinc.org", "http://www.whocc.no/atc"
EDQM, DICOM = "http://standardterms.edqm.eu", "http://dicom.nema.org/resources/ontology/DCM"
# The same systems under other names.
SPELLINGS = {
    "urn:oid:2.16.840.1.113883.6.96": SNOMED,
    "urn:oid:2.16.840.1.113883.6.1": LOINC,
    "http://whocc.no/atc": ATC,
    "http://www.whocc.no/ATC": ATC,
    "urn:oid:2.16.840.1.113883.6.73": ATC,
    "urn:oid:0.4.0.127.0.16.1.1.2.1": EDQM,
    "urn:oid:1.2.840.10008.2.16.4": DICOM,
    "http://hl7.org/fhir/v3/RouteOfAdministration": "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration",
    "http://hl7.org/fhir/v3/ActSite": "http://terminology.hl7.org/CodeSystem/v3-ActSite",
    "http://hl7.org/fhir/v3/RoleCode": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
}
SYSTEMS = {
    SNOMED: "SNOMED CT",
    LOINC: "LOINC",
    ATC: "ATC",
    EDQM: "EDQM",
    DICOM: "DICOM",
    "http://hl7.org/fhir/sid/cvx": "CVX",
    "http://hl7.org/fhir/sid/icd-9-cm": "ICD-9-CM",
    "http://hl7.org/fhir/sid/icd-10": "ICD-10",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD-10-CM",
    "http://hl7.org/fhir/sid/ndc": "NDC",
    "http://hl7.org/fhir/sid/icpc-2": "ICPC-2",
    "http://id.who.int/icd/release/11/mms": "ICD-11",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "http://unitsofmeasure.org": "UCUM",
}
# Of the codes of hospital files.
OF_FILES = {
    "duong-dung": Translated("mã đường dùng", "route code"),
    "ket-qua-dtri": Translated("mã kết quả điều trị", "outcome code"),
    "ma-benh-yhct": Translated("mã bệnh y học cổ truyền", "traditional medicine code"),
    "ma-chi-so": Translated("mã chỉ số", "indicator code"),
    "ma-dich-vu": Translated("mã dịch vụ", "service code"),
    "ma-khoa": Translated("mã khoa", "department code"),
    "ma-loai-kcb": Translated("mã loại khám chữa bệnh", "form of care code"),
    "ma-tai-nan": Translated("mã tai nạn", "accident code"),
    "ma-thuoc": Translated("mã thuốc", "medicine code"),
    "so-dang-ky": Translated("số đăng ký", "registration number"),
}
HL7 = "http://terminology.hl7.org/CodeSystem/"


def name_of(system: str | None, code: str) -> Translated | None:
    """What a code means, where it is one of the table's."""
    found = _names().get((str(system), code))
    return found or (_names().get((_system(system), code)) if system else None)


def translated(system: str | None, code: str, words: str) -> Translated | None:
    """The name of a code in both languages where a sender wrote no more than its English one: `Oral route`."""
    if not words.isascii() or (name := name_of(system, code)) is None:
        return None
    plain = words.partition(" (")[0] if words.endswith(")") else words
    return Translated(name.vi, words) if name.en.casefold() in (words.casefold(), plain.casefold()) else None


def told_as_code(system: str | None, code: str) -> Translated:
    """A code that has no name here: `mã ATC C01AA05 (ATC code C01AA05)`."""
    known = _system(system)
    if label := OF_FILES.get(known.removeprefix(OWN)) if known.startswith(OWN) else None:
        return Translated(f"{label.vi} {code}", f"{label.en} {code}")
    if name := SYSTEMS.get(known) or (known.removeprefix(HL7) if known.startswith(HL7) else None):
        return Translated(f"mã {name} {code}", f"{name} code {code}")
    if not known:
        return Translated(f"mã {code}", f"code {code}")
    return Translated(f"mã {code} theo {known}", f"code {code} of {known}")


def is_public(system: str | None) -> bool:
    """Whether it is a system that everybody knows: what a sender writes like one of its codes is no word."""
    known = _system(system)
    return known in SYSTEMS or known.startswith((HL7, "http://hl7.org/fhir/"))


@functools.lru_cache(maxsize=256)
def _system(system: str | None) -> str:
    plain = (system or "").rstrip("/").replace("https://", "http://", 1)
    return SPELLINGS.get(plain, plain)


@functools.cache
def _names() -> dict[tuple[str, str], Translated]:
    lines = (Path(__file__).parent / "code_names.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return {(system, code): Translated(vi, en) for system, code, en, vi in rows}
