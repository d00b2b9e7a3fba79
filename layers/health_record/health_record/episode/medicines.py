"""Medicines of an episode: each line as a MedicationRequest, and what is still taken by the days it was given for.

Groups 4, 5 and 6 of MA_NHOM are medicines; blood is not. A line whose number is nothing or less was taken back.
"""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from health_record.episode import dose_days
from health_record.episode.diagnoses import breaks_off, is_death
from health_record.episode.source import (
    MEDICINE_DAYS,
    OWN,
    KeptEpisode,
    code_of,
    is_inpatient,
    licensed,
)
from health_record.hospital_file import values
from health_record.hospital_file.rows import Row
from health_record.remembered import remembered
from health_record.summary_sources import coded
from health_record.summary_sources.sources import SNOMED, Resource

MEDICINE = ("MA_THUOC", "TEN_THUOC", "HAM_LUONG")
DOSE = (*MEDICINE, "LIEU_DUNG", "CACH_DUNG", "DUONG_DUNG")
MEDICINES = frozenset({"4", "5", "6"})
KINDS = ("MedicationStatement", "MedicationRequest")  # what a line of medicine becomes: in summaries, and whole
ORAL = "1.01"
# Of the list of routes only these are sure; the others are told by their code.
ROUTES = {"1.01": "uống", "1.02": "ngậm", "1.03": "nhai", "1.04": "đặt dưới lưỡi", "1.05": "ngậm dưới lưỡi"}
# So long what was given is shown after its last day, or after its first where nobody knows for how many days: it may
# still be taken, and what acts for long still acts.
DAYS_AFTER = 90
ZERO = Decimal()
RECKONED = "ngày cuối tính theo số lượng đã cấp, cơ sở không ghi (last day reckoned from the quantity, not written)"
LONGEST_TOLD = datetime.timedelta(days=dose_days.LONGEST_WRITTEN + DAYS_AFTER)  # after a visit began


class _Line(NamedTuple):
    """A line of medicine as it is compared: `medicine` is what it is, `dose` what whoever takes it is told beside."""

    name: str
    row: Row
    medicine: tuple[str, ...]
    dose: tuple[str, ...]
    number: Decimal


def requests(episode: KeptEpisode) -> Iterator[Resource]:
    """One MedicationRequest for each line."""
    for line, row, *_ in _standing(_of_medicines(episode)):
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
    """What was given to take home and may still be taken or act on `today`: one MedicationStatement for each dose."""
    for (line, row), until in taken_home(episode):
        if _may_act(episode, row, until, today):
            yield _statement(episode, line, row, until, today)


def _may_act(episode: KeptEpisode, row: Row, until: datetime.date | None, today: datetime.date) -> bool:
    last = until or _begin(episode, row).day
    return last + datetime.timedelta(days=DAYS_AFTER) >= today


def _newest_day(episode: KeptEpisode) -> str:
    """The newest of the episode's days, read as they stand: long ago no dose may act, however many days it says."""
    days = [_digits(episode.begin.day), episode.summary["NGAY_RA"]]
    days += [each["NGAY_YL"] for each in episode.rows("XML2") if "NGAY_YL" in each]
    return max(days)[:8]


def _digits(day: datetime.date) -> str:
    return day.isoformat().replace("-", "")


def _begin(episode: KeptEpisode, row: Row) -> values.Moment:
    return values.moment(row.get("NGAY_YL", "")) or episode.begin


def _statement(
    episode: KeptEpisode, line: str, row: Row, until: datetime.date | None, today: datetime.date
) -> Resource:
    """Nobody wrote that it was taken to its last day, or no longer: once that day is past, its status is not known.

    Nor is it where another hospital went on; of who died it was stopped.
    """
    begin, end = _begin(episode, row), breaks_off(episode)
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
    if until and is_reckoned(row):
        found["note"] = [{"text": RECKONED}]
    return found


class Supplies:
    """Which supply of a medicine stands beside newer ones: asked episode by episode, the newest first."""

    def __init__(self, today: datetime.date) -> None:
        self._today = today
        self._long_over = _digits(today - LONGEST_TOLD)
        self._newer: dict[str, list[datetime.date | None]] = {}  # by medicine the last days, None where nobody knows

    def standing(self, episode: KeptEpisode) -> list[Resource]:
        """Every dose of an episode's medicines but those that a newer episode's supply takes the place of.

        What does not stand is not made: of many episodes nearly nothing does.
        """
        if _newest_day(episode) < self._long_over:
            return []
        told = [
            (line, row, until, _name_of(row))
            for (line, row), until in taken_home(episode)
            if _may_act(episode, row, until, self._today)
        ]
        standing = [each for each in told if not self._is_superseded(*each[2:])]
        for _, _, until, name in standing:
            self._newer.setdefault(name, []).append(until)
        return [_statement(episode, line, row, until, self._today) for line, row, until, _ in standing]

    def _is_superseded(self, until: datetime.date | None, name: str) -> bool:
        return any(self._covers(newer, until) for newer in self._newer.get(name, ()))

    def _covers(self, newer: datetime.date | None, last: datetime.date | None) -> bool:
        """Whether a newer supply lasts as long: a short one never hides a longer one that may still be taken."""
        if last is None:
            return newer is None or newer >= self._today
        return last < self._today if newer is None else last <= newer


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
    lines = _of_medicines(episode)
    doses: dict[tuple[str, ...], _Line] = {}
    left: dict[tuple[str, ...], Decimal] = {}
    for each in _standing(lines):
        doses.setdefault(each.dose, each)
        left[each.dose] = left.get(each.dose, ZERO) + each.number
    for each in lines:
        if each.number < 0 and (dose := _returned(each, left)):
            left[dose] += each.number
    for dose, (line, row, *_) in doses.items():
        if left[dose] > 0:
            whole = row | {"SO_LUONG": f"{left[dose].normalize():f}"}
            yield (line, whole), _last_day_of(episode, whole)


def is_reckoned(row: Row) -> bool:
    """Whether the last day of what was taken home follows from its number alone: nobody wrote it."""
    return dose_days.written_days(row) is None and dose_days.days_by_number(row) is not None


def concept(row: Row) -> Resource:
    """The medicine: active ingredient and registration number as codes, name, strength and form in words."""
    coding = [
        {"system": f"{OWN}{system}", "code": code_of(code)}
        for system, code in (("ma-thuoc", row.get("MA_THUOC")), ("so-dang-ky", row.get("SO_DANG_KY")))
        if code
    ]
    text = _words_of(row)
    return {"coding": coding, "text": text} if coding else {"text": text}


def _words_of(row: Row) -> str:
    return _words(row["TEN_THUOC"], row.get("HAM_LUONG", ""), row.get("DANG_BAO_CHE", ""))


@remembered(512)  # the same prescription comes back month by month
def _words(name: str, strength: str, form: str) -> str:
    parts = [name if strength.casefold() in name.casefold() else f"{name} {strength}", form]
    return ", ".join(part for part in parts if part)


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


def _of_medicines(episode: KeptEpisode) -> list[_Line]:
    found = []
    for line, row in episode.lines("XML2"):
        if row.get("MA_NHOM") in MEDICINES:
            dose = tuple([row.get(name, "") for name in DOSE])
            found.append(_Line(line, row, dose[: len(MEDICINE)], dose, Decimal(row.get("SO_LUONG", "1"))))
    return found


def _standing(lines: list[_Line]) -> list[_Line]:
    """The lines that stand: of a medicine that was returned whole, by lines of their own, there is none."""
    left: dict[tuple[str, ...], Decimal] = {}
    for each in lines:
        left[each.medicine] = left.get(each.medicine, ZERO) + each.number
    return [each for each in lines if each.number > 0 and left[each.medicine] > 0]


def _returned(line: _Line, left: dict[tuple[str, ...], Decimal]) -> tuple[str, ...] | None:
    """The dose of which a line took something back: its own, else the last one of its medicine."""
    same = [dose for dose in left if dose[: len(MEDICINE)] == line.medicine]
    return line.dose if line.dose in left else same[-1] if same else None


def _last_day_of(episode: KeptEpisode, row: Row) -> datetime.date | None:
    """By what the dose says, else by the number, else the last day of the medicines of such a visit."""
    begin = _begin(episode, row)
    if days := dose_days.days_of(row):
        return begin.day + datetime.timedelta(days=days - 1)
    if episode.care not in MEDICINE_DAYS or dose_days.is_open(row):
        return None
    last = values.moment(episode.summary["NGAY_RA"])
    return last.day if last and last.day >= begin.day else None


def _name_of(row: Row) -> str:
    """Its first code and its words, as `concept` has them."""
    code = row.get("MA_THUOC") or row.get("SO_DANG_KY")
    return f"{code_of(code) if code else None}|{_words_of(row)}"
