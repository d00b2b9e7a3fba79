"""Papers of an episode: what a doctor wrote when it ended, referral and sick leave, and the next appointment."""

from collections.abc import Iterator
from html import escape

from health_record.episode.diagnoses import breaks_off, is_death, outcome
from health_record.episode.source import OWN, KeptEpisode, licensed
from health_record.hospital_file import values
from health_record.hospital_file.rows import Row
from health_record.summary.narrative import XHTML
from health_record.summary_sources import coded
from health_record.summary_sources.sources import ICD_10, LOINC, Resource

DISCHARGE_SUMMARY = ("18842-5", "Tóm tắt hồ sơ bệnh án", "Discharge summary")
OUTPATIENT_NOTE = ("34108-1", "Phiếu khám ngoại trú", "Outpatient Note")
REFERRAL = ("57133-1", "Giấy chuyển tuyến", "Referral note")
# Title, LOINC code, then (table, field) in the order in which they are looked up.
SECTIONS = (
    ("Lý do đến khám (reason for visit)", "29299-5", (("XML1", "LY_DO_VV"), ("XML1", "LY_DO_VNT"))),
    ("Chẩn đoán vào viện (admission diagnosis)", "46241-6", (("XML8", "CHAN_DOAN_VAO"), ("XML1", "CHAN_DOAN_VAO"))),
    (
        "Chẩn đoán ra viện (discharge diagnosis)",
        "11535-2",
        (("XML8", "CHAN_DOAN_RV"), ("XML7", "CHAN_DOAN_RV"), ("XML1", "CHAN_DOAN_RV")),
    ),
    ("Quá trình bệnh lý (hospital course)", "8648-8", (("XML8", "QT_BENHLY"),)),
    ("Tóm tắt kết quả (results)", "30954-2", (("XML8", "TOMTAT_KQ"),)),
    (
        "Phương pháp điều trị (treatment)",
        None,
        (("XML8", "PP_DIEUTRI"), ("XML7", "PP_DIEUTRI"), ("XML1", "PP_DIEU_TRI")),
    ),
    ("Lời dặn (plan)", "18776-5", (("XML8", "GHI_CHU"), ("XML7", "GHI_CHU"), ("XML1", "GHI_CHU"))),
)
NOTES = (
    ("Diễn biến (progress note)", "11506-3", "DIEN_BIEN_LS"),
    ("Giai đoạn bệnh (stage)", None, "GIAI_DOAN_BENH"),
    ("Hội chẩn (consultation)", "11488-4", "HOI_CHAN"),
    ("Phẫu thuật (operation note)", "11504-8", "PHAU_THUAT"),
)
# Further papers: type, then title and field of each section.
PAPERS: dict[str, tuple[tuple[str | None, str, str], tuple[tuple[str, str], ...]]] = {
    "XML13": (
        REFERRAL,
        (
            ("Dấu hiệu lâm sàng (signs)", "DAU_HIEU_LS"),
            ("Chẩn đoán (diagnosis)", "CHAN_DOAN_RV"),
            ("Quá trình bệnh lý (course)", "QT_BENHLY"),
            ("Kết quả (results)", "TOMTAT_KQ"),
            ("Điều trị (treatment)", "PP_DIEUTRI"),
            ("Thuốc, dịch vụ (medicines, services)", "TEN_THUOC"),
            ("Phương pháp điều trị (treatment)", "PP_DIEU_TRI"),
            ("Tình trạng khi chuyển (condition)", "TINH_TRANG_CT"),
            ("Hướng điều trị (plan)", "HUONG_DIEU_TRI"),
            ("Nơi chuyển đến (referred to)", "MA_CSKCB_DEN"),
            ("Nơi chuyển đến (referred to)", "MA_NOI_DEN"),
        ),
    ),
    "XML11": (
        (None, "Giấy chứng nhận nghỉ việc hưởng BHXH", "Sick leave certificate"),
        (
            ("Chẩn đoán (diagnosis)", "CHAN_DOAN_RV"),
            ("Điều trị (treatment)", "PP_DIEUTRI"),
            ("Số ngày nghỉ (days)", "SO_NGAY_NGHI"),
            ("Từ ngày (from)", "TU_NGAY"),
            ("Đến ngày (to)", "DEN_NGAY"),
        ),
    ),
    "XML10": (
        (None, "Giấy chứng nhận nghỉ dưỡng thai", "Rest for pregnancy"),
        (
            ("Chẩn đoán (diagnosis)", "CHAN_DOAN_RV"),
            ("Số ngày nghỉ (days)", "SO_NGAY"),
            ("Từ ngày (from)", "TU_NGAY"),
            ("Đến ngày (to)", "DEN_NGAY"),
        ),
    ),
    "XML15": (
        (None, "Điều trị lao", "Tuberculosis treatment"),
        (
            ("Vị trí (site)", "PHANLOAI_LAO_VITRI"),
            ("Tiền sử (history)", "PHANLOAI_LAO_TS"),
            ("Vi khuẩn (bacteriology)", "PHANLOAI_LAO_VK"),
            ("Kháng thuốc (resistance)", "PHANLOAI_LAO_KT"),
            ("Phác đồ (regimen)", "PHACDO_DTRI_LAO"),
            ("Bắt đầu (start)", "NGAYBD_DTRI_LAO"),
            ("Kết thúc (end)", "NGAYKT_DTRI_LAO"),
            ("Kết quả (outcome)", "KET_QUA_DTRI_LAO"),
        ),
    ),
}


def compositions(episode: KeptEpisode, resources: list[Resource]) -> Iterator[Resource]:
    """The summary of the episode with what it refers to, and each further paper."""
    yield _summary(episode, resources)
    for table, (kind, fields) in PAPERS.items():
        for line, row in episode.lines(table):
            sections = [_section(title, None, [_written(row, name)]) for title, name in fields if name in row]
            if sections:
                yield _composition(episode, f"{table}|{line}", kind, row, sections)


def appointments(episode: KeptEpisode) -> Iterator[Resource]:
    """The next appointment. The file has no end of it, and since 3176 no hour: it is a time that was proposed."""
    papers = list(episode.lines("XML14"))
    for line, row in papers:
        if moment := values.moment(row["NGAY_HEN_KL"]):
            yield _appointment(episode, f"XML14|{line}", moment, row)
    if not papers:
        for day in values.split_list(episode.summary.get("NGAY_TAI_KHAM", "")):
            if moment := values.moment(day):
                yield _appointment(episode, f"NGAY_TAI_KHAM|{day}", moment, {})


def _summary(episode: KeptEpisode, resources: list[Resource]) -> Resource:
    sections = []
    for title, code, places in SECTIONS:
        texts = [row[name] for table, name in places for row in episode.rows(table)[:1] if name in row]
        if texts:
            sections.append(
                _section(title, code, list(dict.fromkeys(texts)) if title.startswith("Lý do") else texts[:1])
            )
    if ended := outcome(episode.summary.get("KET_QUA_DTRI", "")):
        sections.append(_section("Kết quả điều trị (outcome)", None, [coded.to_text(ended)]))
    for title, code, name in NOTES:
        texts = [_dated(row, name) for row in episode.rows("XML5") if name in row]
        if texts:
            sections.append(_section(title, code, texts))
    for title, code, kinds in (
        ("Kết quả cận lâm sàng (results)", "30954-2", ("DiagnosticReport",)),
        ("Phẫu thuật, thủ thuật (procedures)", "47519-4", ("Procedure",)),
        ("Thuốc (medicines)", "10183-2", ("MedicationRequest",)),
    ):
        entries = [each for each in resources if each["resourceType"] in kinds]
        if entries:
            references = [{"reference": f"{each['resourceType']}/{each['id']}"} for each in entries]
            sections.append({**_heading(title, code), "entry": references})
    paper = (episode.rows("XML7") or episode.rows("XML8") or [{}])[0]
    kind = DISCHARGE_SUMMARY if episode.rows("XML7") or episode.rows("XML8") else OUTPATIENT_NOTE
    found = _composition(episode, "summary", kind, paper, sections)
    if archive := paper.get("SO_LUU_TRU"):
        found["identifier"] = {"system": f"{OWN}so-luu-tru:{episode.provider_code}", "value": archive}
    return found


def _composition(
    episode: KeptEpisode, part: str, kind: tuple[str | None, str, str], row: Row, sections: list[Resource]
) -> Resource:
    code, vi, en = kind
    signed = values.moment(row.get("NGAY_CT", "")) or episode.end or episode.begin
    author = row.get("TEN_BS") or row.get("MA_BS") or row.get("MA_BAC_SI")
    found: Resource = {
        "resourceType": "Composition",
        "id": episode.id_of("Composition", part),
        "status": "final",
        "type": coded.make_concept(LOINC, code, vi, en) if code else {"text": f"{vi} ({en})"},
        "subject": episode.subject,
        "encounter": episode.encounter,
        "date": signed.fhir,
        "author": [{"display": author}] if author else [episode.facility],
        "title": f"{vi} ({en})",
        "custodian": episode.facility,
    }
    return {**found, "section": sections} if sections else found


def _section(title: str, code: str | None, texts: list[str]) -> Resource:
    paragraphs = "".join(f"<p>{'<br/>'.join(map(escape, text.splitlines()))}</p>" for text in texts)
    return {
        **_heading(title, code),
        "text": {"status": "generated", "div": f'<div xmlns="{XHTML}" lang="vi" xml:lang="vi">{paragraphs}</div>'},
    }


def _heading(title: str, code: str | None) -> Resource:
    return {"title": title, **({"code": {"coding": [{"system": LOINC, "code": code}]}} if code else {})}


def _written(row: Row, name: str) -> str:
    """A value as a person reads it: days with points."""
    moment = values.moment(row[name]) if name.startswith(("NGAY", "TU_NGAY", "DEN_NGAY")) else None
    return f"{moment.day:%d/%m/%Y}" if moment else row[name]


def _dated(row: Row, name: str) -> str:
    moment = values.moment(row.get("THOI_DIEM_DBLS", ""))
    if moment is None:
        return row[name]
    time = f" {moment.time:%H:%M}" if moment.time else ""
    return f"{moment.day:%d/%m/%Y}{time}: {row[name]}"


def _appointment(episode: KeptEpisode, part: str, moment: values.Moment, row: Row) -> Resource:
    start = moment.fhir
    found: Resource = {
        "resourceType": "Appointment",
        "id": episode.id_of("Appointment", part),
        "status": "proposed",
        "requestedPeriod": [{"start": start} if moment.time else {"start": start, "end": start}],
        "participant": [
            {"actor": episode.subject, "status": "needs-action"},
            {"actor": {"type": "Location", **episode.facility}, "status": "accepted"},
            *({"actor": each, "status": "accepted"} for each in licensed(row.get("MA_BAC_SI", ""))),
        ],
    }
    if is_death(episode):
        found |= {"status": "cancelled", "cancelationReason": {"text": breaks_off(episode)}}
    if number := row.get("SO_GIAYHEN_KL"):
        found["identifier"] = [{"system": f"{OWN}so-giay-hen:{episode.provider_code}", "value": number}]
    code = values.icd_10(row.get("MA_BENH_CHINH", "") or episode.summary["MA_BENH_CHINH"])
    if code:
        found["reasonCode"] = [{"coding": [{"system": ICD_10, "code": code}]}]
    if created := values.moment(row.get("NGAY_CT", "")):
        found["created"] = created.fhir
    return found
