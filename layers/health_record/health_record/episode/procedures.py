"""Procedures: lines of XML3 in groups 8 and 18, of group 9 with an ICD-9-CM code, and the codes of XML1 alone."""

from collections.abc import Iterator

from health_record.episode.source import ICD_9_CM, OWN, KeptEpisode, code_of, licensed, quantity_of
from health_record.fhir.code_names import told_as_code
from health_record.hospital_file import values
from health_record.hospital_file.rows import Row
from health_record.rendering.phrases import bilingual
from health_record.summary_sources.sources import ICD_10, Resource

GROUPS, CODED_GROUP = frozenset({"8", "18"}), "9"
ABORTED = "_TB"  # the suffix of a service that was broken off
ANAESTHESIA = {
    "1": "Gây mê (general anaesthesia)",
    "2": "Gây tê (regional or local anaesthesia)",
    "3": "Châm tê (acupuncture)",
    "4": "Vô cảm khác (other anaesthesia)",
}


def procedures(episode: KeptEpisode) -> Iterator[Resource]:
    """One Procedure a line, and one for each code that XML1 alone has."""
    seen: set[str] = set()
    for line, row in procedure_lines(episode):
        seen.update(values.split_list(row.get("MA_PTTT_QT", "")))
        yield _procedure(episode, line, row)
    for code in values.split_list(episode.summary.get("MA_PTTT_QT", "")):
        if code not in seen:
            period = {"start": episode.begin.fhir} | ({"end": episode.end.fhir} if episode.end else {})
            yield {
                "resourceType": "Procedure",
                "id": episode.id_of("Procedure", "XML1", code),
                "status": "completed",
                "code": {"coding": [{"system": ICD_9_CM, "code": code}], "text": f"ICD-9-CM {code}"},
                "subject": episode.subject,
                "encounter": episode.encounter,
                "performedPeriod": period,
            }


def procedure_lines(episode: KeptEpisode) -> Iterator[tuple[str, Row]]:
    """The lines of XML3 that are procedures and were not taken back."""
    for line, row in episode.lines("XML3"):
        group = row.get("MA_NHOM")
        if (group in GROUPS or (group == CODED_GROUP and "MA_PTTT_QT" in row)) and quantity_of(row) > 0:
            yield line, row


def _code(row: Row, coding: list[Resource]) -> Resource:
    service = row.get("MA_DICH_VU", "")
    unnamed = bilingual((told_as_code(f"{OWN}ma-dich-vu", code_of(service)),)) if service else ""
    named = {"text": row.get("TEN_DICH_VU") or unnamed}
    return {"coding": coding, **named} if coding else named


def _procedure(episode: KeptEpisode, line: str, row: Row) -> Resource:
    service = row.get("MA_DICH_VU", "")
    coding = [{"system": ICD_9_CM, "code": code} for code in values.split_list(row.get("MA_PTTT_QT", ""))]
    if service:
        coding.append({"system": f"{OWN}ma-dich-vu", "code": code_of(service)})
    performed = episode.moment(row, "NGAY_TH_YL") or episode.moment(row, "NGAY_YL") or episode.begin
    found: Resource = {
        "resourceType": "Procedure",
        "id": episode.id_of("Procedure", line),
        "status": "stopped" if service.upper().endswith(ABORTED) else "completed",
        "code": _code(row, coding),
        "subject": episode.subject,
        "encounter": episode.encounter,
        "performedDateTime": performed.fhir,
    }
    if performers := licensed(row.get("NGUOI_THUC_HIEN", "")):
        found["performer"] = [{"actor": each} for each in performers]
    reasons = [code for each in values.split_list(row.get("MA_BENH", "")) if (code := values.icd_10(each))]
    if reasons:
        found["reasonCode"] = [{"coding": [{"system": ICD_10, "code": code}]} for code in reasons]
    if site := row.get("VI_TRI_TH_DVKT"):  # the list of sites was never issued: the code is told as it is
        coding = [{"system": f"{OWN}vi-tri-th-dvkt", "code": code_of(site)}]
        found["bodySite"] = [{"coding": coding, "text": f"mã vị trí {site} (site code)"}]
    notes = [ANAESTHESIA[row["PP_VO_CAM"]]] if row.get("PP_VO_CAM") in ANAESTHESIA else []
    notes += dict.fromkeys(episode.days_to_come(row, "NGAY_TH_YL", "NGAY_YL"))
    if notes:
        found["note"] = [{"text": note} for note in notes]
    return found
