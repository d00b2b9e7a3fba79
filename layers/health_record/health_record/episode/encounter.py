"""The Encounter of an episode, and where it all came from as Provenance."""

from collections.abc import Iterator

from health_record.episode import diagnoses
from health_record.episode.source import OWN, KeptEpisode, code_of, diagnosis_codes, is_inpatient
from health_record.hospital_file import values
from health_record.identity.identifiers import PROVIDER_CODE
from health_record.summary_sources import coded
from health_record.summary_sources.sources import Resource

ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
NULL_FLAVOR = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
CARE = {
    "01": ("AMB", "Khám bệnh", "Examination"),
    "02": ("AMB", "Điều trị ngoại trú", "Outpatient treatment"),
    "03": ("IMP", "Điều trị nội trú", "Inpatient treatment"),
    "04": ("SS", "Điều trị nội trú ban ngày", "Day treatment"),
    "05": (
        "AMB",
        "Điều trị ngoại trú bệnh mạn tính, có khám và lĩnh thuốc",
        "Chronic care, examined and given medicine",
    ),
    "06": ("IMP", "Lưu tại trạm y tế, phòng khám đa khoa", "Short stay at a station or polyclinic"),
    "07": ("AMB", "Nhận thuốc theo hẹn, không khám", "Medicine by appointment, not examined"),
    "08": ("AMB", "Điều trị ngoại trú bệnh mạn tính, có dịch vụ kỹ thuật", "Chronic care with services"),
    "09": ("IMP", "Điều trị nội trú dưới 4 giờ", "Inpatient for under four hours"),
    "10": ("AMB", "Khác", "Other"),
    "11": ("FLD", "Khám bệnh lưu động", "Mobile care"),
    "12": ("HH", "Khám bệnh tại nhà", "Care at home"),
    "13": ("AMB", "Bác sĩ gia đình", "Family medicine"),
    "14": ("VR", "Khám bệnh từ xa", "Remote care"),
    "15": ("AMB", "Khám sức khỏe định kỳ", "Periodic health check"),
    "16": ("AMB", "Khám sàng lọc", "Screening"),
}
# MA_LOAI_RV to http://terminology.hl7.org/CodeSystem/discharge-disposition.
DISCHARGES = {
    "1": ("home", "Ra viện", "Discharged"),
    "2": ("other-hcf", *diagnoses.REFERRED["2"]),
    "3": ("oth", "Trốn viện", "Left without leave"),
    "4": ("aadvice", "Xin ra viện", "Left at own request"),
    "5": ("other-hcf", *diagnoses.REFERRED["5"]),
}


def encounter(episode: KeptEpisode) -> Resource:
    """What kind of care, from when to when, for what reason, and how it ended."""
    row = episode.summary
    class_, vi, en = CARE.get(episode.care, ("", f"Loại {episode.care}", f"Form {episode.care}"))
    kind = {"system": ACT_CODE, "code": class_} if class_ else {"system": NULL_FLAVOR, "code": "UNK"}
    period = {"start": episode.begin.fhir} | ({"end": episode.end.fhir} if episode.end else {})
    found: Resource = {
        "resourceType": "Encounter",
        "id": episode.id_of("Encounter"),
        "identifier": [{"system": f"{OWN}ma-lk:{episode.provider_code}", "value": episode.key}],
        "status": "finished",
        "class": kind,
        "type": [coded.make_concept(f"{OWN}ma-loai-kcb", episode.care, vi, en)],
        "subject": episode.subject,
        "period": period,
        "serviceProvider": episode.facility,
    }
    if record_number := row.get("MA_HSBA"):
        found["identifier"].append({"system": f"{OWN}ma-hsba:{episode.provider_code}", "value": record_number})
    if departments := values.split_list(row.get("MA_KHOA", "")):
        found["serviceType"] = {"coding": [{"system": f"{OWN}ma-khoa", "code": code} for code in departments]}
    if episode.content["emergency"]:
        found["priority"] = coded.make_concept(
            "http://terminology.hl7.org/CodeSystem/v3-ActPriority", "EM", "Cấp cứu", "Emergency"
        )
    reasons: list[Resource] = [{"text": row[name]} for name in ("LY_DO_VV", "LY_DO_VNT") if name in row]
    if accident := row.get("MA_TAI_NAN"):
        coding = [{"system": f"{OWN}ma-tai-nan", "code": code_of(accident)}]
        reasons.append({"coding": coding, "text": f"tai nạn, mã {accident} (accident code)"})
    if reasons:
        found["reasonCode"] = reasons
    found["diagnosis"] = list(_diagnoses(episode))
    if hospitalization := _hospitalization(episode):
        found["hospitalization"] = hospitalization
    return found


def provenance(episode: KeptEpisode) -> Resource:
    """Which file of which facility says so, and when it came."""
    return {
        "resourceType": "Provenance",
        "id": episode.id_of("Provenance"),
        "target": [episode.encounter],
        "occurredDateTime": values.Moment(*_prepared(episode)).fhir,
        "recorded": episode.recorded,
        "activity": {"text": "Tệp XML theo QĐ 130/4750/3176 (episode file)"},
        "agent": [
            {"type": coded.status_concept("provenance-participant-type", "author"), "who": episode.facility},
        ],
        "entity": [
            {
                "role": "source",
                "what": {
                    "identifier": {"system": f"{OWN}file-sha256", "value": episode.file_sha256},
                    "display": "Tệp do cơ sở gửi (file as sent)",
                },
            }
        ],
    }


def _prepared(episode: KeptEpisode) -> values.Moment:
    found = values.moment(episode.prepared)
    return found or episode.begin


def _diagnoses(episode: KeptEpisode) -> Iterator[Resource]:
    use = "DD" if is_inpatient(episode) else "CC"
    for rank, code in enumerate(diagnosis_codes(episode), 1):
        yield {
            "condition": {"reference": f"Condition/{episode.id_of('Condition', code)}"},
            "use": coded.status_concept("diagnosis-role", use if rank == 1 else "CM"),
            "rank": rank,
        }
    if "CHAN_DOAN_VAO" in episode.summary:
        yield {
            "condition": {"reference": f"Condition/{episode.id_of('Condition', 'CHAN_DOAN_VAO')}"},
            "use": coded.status_concept("diagnosis-role", "AD"),
        }


def _hospitalization(episode: KeptEpisode) -> Resource:
    row, found = episode.summary, Resource()
    for name, member in (("MA_NOI_DI", "origin"), ("MA_NOI_DEN", "destination")):
        if code := row.get(name):
            found[member] = {"identifier": {"system": PROVIDER_CODE, "value": code}, "display": code}
    if diagnoses.is_death(episode):
        code, vi, en = "exp", *diagnoses.OUTCOMES[row["KET_QUA_DTRI"]]
    elif row.get("MA_LOAI_RV") in DISCHARGES and (is_inpatient(episode) or row["MA_LOAI_RV"] != "1"):
        code, vi, en = DISCHARGES[row["MA_LOAI_RV"]]
    else:
        return found
    system = "http://terminology.hl7.org/CodeSystem/discharge-disposition"
    found["dischargeDisposition"] = coded.make_concept(system, code, vi, en)
    return found
