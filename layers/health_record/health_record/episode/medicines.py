"""Medicines of an episode: each line as a MedicationRequest, and what is still taken by the days it was given for.

Groups 4, 5 and 6 of MA_NHOM are medicines; blood is not. A line whose number is nothing or less was taken back.
"""

import datetime
import re
from collections.abc import Iterator
from decimal import Decimal

from health_record.episode.diagnoses import breaks_off, is_death
from health_record.episode.source import (
    MEDICINE_DAYS,
    OWN,
    KeptEpisode,
    code_of,
    is_inpatient,
    licensed,
    quantity_of,
)
from health_record.hospital_file import values
from health_record.hospital_file.rows import Row
from health_record.summary import coded
from health_record.summary.sources import SNOMED, Resource

MEDICINES = frozenset({"4", "5", "6"})
KINDS = ("MedicationStatement", "MedicationRequest")  # what a line of medicine becomes: in summaries, and whole
ORAL = "1.01"
# Of the list of routes only these are sure; the others are told by their code.
ROUTES = {"1.01": "uống", "1.02": "ngậm", "1.03": "nhai", "1.04": "đặt dưới lưỡi", "1.05": "ngậm dưới lưỡi"}
# "1 viên/lần * 2 lần/ngày * 5 ngày [2 viên/ngày]", also with x: the only part that is read is how many days.
DAYS = re.compile(r"[*x×]\s*([0-9]{1,3})\s*ngày\b", re.IGNORECASE)
A_DAY = re.compile(r"\[\s*([0-9]+(?:[.,][0-9]+)?)\s*[^\]/]*/\s*ngày\s*\]", re.IGNORECASE)
LONGEST_DAYS = 200
# So long what was given is shown after its last day, or after its first where nobody knows for how many days: it may
# still be taken, and what acts for long still acts.
DAYS_AFTER = 90
LONGEST_TOLD = datetime.timedelta(days=LONGEST_DAYS + DAYS_AFTER)  # after a visit began


def requests(episode: KeptEpisode) -> Iterator[Resource]:
    """One MedicationRequest for each line."""
    for line, row in _lines(episode):
        ordered = values.moment(row.get("NGAY_YL", "")) or episode.begin
        found: Resource = {
            "resourceType": "MedicationRequest",
            "id": episode.id_of("MedicationRequest", line),
            "status": "completed",
            "intent": "order",
            "category": [
                coded.status_concept(
                    "medicationrequest-category", "inpatient" if is_inpatient(episode) else "outpatient"
                )
            ],
            "medicationCodeableConcept": concept(row),
            "subject": episode.subject,
            "encounter": episode.encounter,
            "authoredOn": ordered.fhir,
        }
        if doctors := licensed(row.get("MA_BAC_SI", "")):
            found["requester"] = doctors[0]
        if dosage := dosage_of(row):
            found["dosageInstruction"] = [dosage]
        found["dispenseRequest"] = {"quantity": {"value": Decimal(row.get("SO_LUONG", "1"))}}
        if unit := row.get("DON_VI_TINH"):
            found["dispenseRequest"]["quantity"]["unit"] = unit
        yield found


def current(episode: KeptEpisode, today: datetime.date) -> Iterator[Resource]:
    """What was given to take home and may still be taken or act on `today`: a MedicationStatement a medicine and dose.

    Nobody wrote that it was taken to its last day, or no longer: once that day is past, its status is not known. Nor
    is it where another hospital went on; of who died it was stopped.
    """
    end = breaks_off(episode)
    for (line, row), until in taken_home(episode):
        begin = values.moment(row.get("NGAY_YL", "")) or episode.begin
        if (until or begin.day) + datetime.timedelta(days=DAYS_AFTER) < today:
            continue
        found: Resource = {
            "resourceType": "MedicationStatement",
            "id": episode.id_of("MedicationStatement", line),
            "status": _status(episode, end, until, today),
            "medicationCodeableConcept": concept(row),
            "subject": episode.subject,
            "context": episode.encounter,
            "effectivePeriod": {"start": begin.day.isoformat()} | ({"end": until.isoformat()} if until else {}),
            "dateAsserted": begin.fhir,
            "informationSource": episode.facility,
        }
        if end:
            found["statusReason"] = [{"text": end}]
        if dosage := dosage_of(row):
            found["dosage"] = [dosage]
        yield found


def _status(episode: KeptEpisode, end: str | None, until: datetime.date | None, today: datetime.date) -> str:
    if is_death(episode):
        return "stopped"
    return "active" if end is None and until and until >= today else "unknown"


def taken_home(episode: KeptEpisode) -> Iterator[tuple[tuple[str, Row], datetime.date | None]]:
    """((line, row), last day) of each medicine and dose given to take home; None where nobody knows for how long.

    A prescription may be split into lines of one medicine (lots of a tender): these are one.
    """
    if is_inpatient(episode):
        return
    seen: dict[tuple[str, ...], tuple[str, Row]] = {}
    totals: dict[tuple[str, ...], float] = {}
    for line, row in _lines(episode):
        same = tuple(row.get(name, "") for name in ("MA_THUOC", "TEN_THUOC", "HAM_LUONG", "LIEU_DUNG"))
        seen.setdefault(same, (line, row))
        totals[same] = totals.get(same, 0) + quantity_of(row)
    for same, (line, row) in seen.items():
        begin = values.moment(row.get("NGAY_YL", "")) or episode.begin
        days = _days(episode, row, totals[same])
        yield (line, row), None if days is None else begin.day + datetime.timedelta(days=days - 1)


def concept(row: Row) -> Resource:
    """The medicine: active ingredient and registration number as codes, name, strength and form in words."""
    coding = [
        {"system": f"{OWN}{system}", "code": code_of(code)}
        for system, code in (("ma-thuoc", row.get("MA_THUOC")), ("so-dang-ky", row.get("SO_DANG_KY")))
        if code
    ]
    name = row["TEN_THUOC"]
    strength = row.get("HAM_LUONG", "")
    parts = [name if strength.casefold() in name.casefold() else f"{name} {strength}", row.get("DANG_BAO_CHE", "")]
    text = ", ".join(part for part in parts if part)
    return {"coding": coding, "text": text} if coding else {"text": text}


def dosage_of(row: Row) -> Resource:
    """LIEU_DUNG and CACH_DUNG as they stand; of the routes only the mouth has a code that is sure."""
    found: Resource = {}
    if dose := row.get("LIEU_DUNG"):
        found["text"] = dose
    if advice := row.get("CACH_DUNG"):
        found["patientInstruction"] = advice
    if route := row.get("DUONG_DUNG"):
        coding = [{"system": f"{OWN}duong-dung", "code": code_of(route)}]
        if route == ORAL:
            coding.insert(0, {"system": SNOMED, "code": "26643006", "display": "Oral route"})
        found["route"] = {"coding": coding, "text": ROUTES.get(route) or f"mã đường dùng {route}"}
    return found


def _lines(episode: KeptEpisode) -> Iterator[tuple[str, Row]]:
    for line, row in episode.lines("XML2"):
        if row.get("MA_NHOM") in MEDICINES and quantity_of(row) > 0:
            yield line, row


def _days(episode: KeptEpisode, row: Row, total: float) -> int | None:
    """For how many days: what the dose says, else what the number gives, else the end of the medicine's days."""
    dose = row.get("LIEU_DUNG", "")
    if found := DAYS.search(dose):
        days = int(found[1])
    elif (found := A_DAY.search(dose)) and float(found[1].replace(",", ".")) > 0:
        days = int(total / float(found[1].replace(",", ".")))
    elif episode.care in MEDICINE_DAYS and (last := values.moment(episode.summary["NGAY_RA"])):
        days = (last.day - episode.begin.day).days + 1
    else:
        return None
    return min(days, LONGEST_DAYS) if days > 0 else None
