"""Labels for what must not be seen by chance: HIV, tuberculosis, the mind, addiction, violence, pregnancy.

`meta.security` of HL7's v3 code systems: Confidentiality `R` and an ActCode that says of what kind
(http://terminology.hl7.org/CodeSystem/v3-ActCode, information sensitivity).
"""

from health_record.episode.source import KeptEpisode
from health_record.hospital_file import values
from health_record.summary.sensitivity import KINDS, SENSITIVITY, TUBERCULOSIS
from health_record.summary_sources.sources import Resource

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
RESTRICTED = "R"
MEMBER = "security"  # of an extract: the kinds of its labels
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
