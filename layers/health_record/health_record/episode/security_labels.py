"""Labels for what must not be seen by chance: HIV, tuberculosis, the mind, addiction, violence, pregnancy.

`meta.security` of HL7's v3 code systems: Confidentiality `R` and an ActCode that says of what kind
(http://terminology.hl7.org/CodeSystem/v3-ActCode, information sensitivity).
"""

import re

from health_record.episode.source import KeptEpisode
from health_record.hospital_file import values
from health_record.summary.sources import Resource

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
SENSITIVITY = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
RESTRICTED = "R"
MEMBER = "security"  # of an extract: the kinds of its labels
KINDS = {
    "HIV": re.compile(r"B2[0-4]|Z21|R75|F02\.4|O98\.7|Z20\.6|Z71\.7"),
    "STD": re.compile(r"A5[0-9]|A6[0-4]|Z20\.2|O98\.[1-3]"),
    "ETH": re.compile(r"F1[0-9]|Z50\.[2-3]|Z71\.[4-5]|Z72\.2|T40"),
    "PSY": re.compile(r"F[0-9]{2}|X[67][0-9]|X8[0-4]|Z91\.5"),
    "SEX": re.compile(r"O0[0-8]|Z30\.[2-3]|Z64\.0|F52|F64|F65"),
    "SDV": re.compile(r"T74|Y0[5-7]|X8[5-9]|X9[0-9]|Y0[0-4]|Y0[8-9]|Z04\.[4-5]"),
}
TUBERCULOSIS = re.compile(r"A1[5-9]")
PAPERS = {"XML10": "SEX", "XML15": None}
VIOLENCE = "4"  # MA_TAI_NAN


def of_codes(codes: list[str]) -> set[str]:
    """The kinds of sensitivity of ICD-10 codes; `R` alone for what has no kind of its own."""
    known = [code for each in codes if (code := values.icd_10(each))]
    found = {kind for kind, pattern in KINDS.items() if any(pattern.match(code) for code in known)}
    return found | ({RESTRICTED} if any(TUBERCULOSIS.match(code) for code in known) else set())


def of_episode(episode: KeptEpisode) -> set[str]:
    """The kinds of sensitivity of a whole episode: whoever sees one of its texts may learn all of them."""
    row = episode.summary
    codes = [row["MA_BENH_CHINH"], *values.split_list(row.get("MA_BENH_KT", ""))]
    found = of_codes(codes)
    for table, kind in PAPERS.items():
        if episode.rows(table):
            found.add(kind or RESTRICTED)
    if row.get("MA_TAI_NAN", "").lstrip("0") == VIOLENCE:
        found.add("SDV")
    return found


def labels(kinds: set[str]) -> list[Resource]:
    """The codings for `meta.security`, in a fixed order; none for what is not sensitive."""
    if not kinds:
        return []
    return [
        {"system": CONFIDENTIALITY, "code": RESTRICTED},
        *({"system": SENSITIVITY, "code": kind} for kind in sorted(kinds - {RESTRICTED})),
    ]
