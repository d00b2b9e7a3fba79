"""Each status, value, onset, time and absent reason of HL7's definitions in words, against a table written by hand.

The words of the table are taken from the definitions of each code on hl7.org/fhir/R4, not from the renderer: what a
reader must find in Vietnamese and in English, and whether the thing is so, was so, is only planned or is not so.
"""

import itertools
from typing import Any

import pytest

from health_record.fhir.validator import definitions
from health_record.record.contributions import CONTAINED, TYPES
from health_record.rendering.entries import entry
from health_record.rendering.phrases import in_language
from health_record.rendering.statuses import State

ZONE = "Asia/Ho_Chi_Minh"
SYSTEMS = "http://terminology.hl7.org/CodeSystem/"
PLAIN: tuple[str, str] = ("", "")  # the plain case of a list: no word of a status is needed
PRESENT, PLANNED, PAST, ABSENT, ERROR = State
RESULT = {
    "registered": (PLANNED, "chưa có kết quả", "no result yet"),
    "preliminary": (PRESENT, "sơ bộ", "preliminary"),
    "final": (PRESENT, *PLAIN),
    "amended": (PRESENT, "sửa đổi", "amended"),
    "corrected": (PRESENT, "đính chính", "corrected"),
    "cancelled": (ABSENT, "hủy", "cancelled"),
    "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
    "unknown": (PRESENT, "không rõ", "unknown"),
}
BEHIND = {
    "active": (PRESENT, *PLAIN),
    "inactive": (PAST, "không còn", "inactive"),
    "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
}
# Written from the definitions of the code systems named in each element's required binding.
MEANINGS: dict[tuple[str, str], dict[str, tuple[State, str, str]]] = {
    ("AllergyIntolerance", "clinicalStatus"): {
        "active": (PRESENT, *PLAIN),
        "inactive": (PAST, "không còn nguy cơ", "no longer at risk"),
        "resolved": (PAST, "đã hết", "resolved"),
    },
    ("AllergyIntolerance", "verificationStatus"): {
        "unconfirmed": (PRESENT, "chưa xác nhận", "unconfirmed"),
        "confirmed": (PRESENT, *PLAIN),
        "refuted": (ABSENT, "loại trừ", "refuted"),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
    },
    ("Condition", "clinicalStatus"): {
        "active": (PRESENT, *PLAIN),
        "recurrence": (PRESENT, "tái phát", "recurrence"),
        "relapse": (PRESENT, "trở lại", "relapse"),
        "inactive": (PAST, "không còn triệu chứng", "no symptoms"),
        "remission": (PAST, "lui bệnh", "remission"),
        "resolved": (PAST, "khỏi", "resolved"),
    },
    ("Condition", "verificationStatus"): {
        "unconfirmed": (PRESENT, "chưa xác nhận", "unconfirmed"),
        "provisional": (PRESENT, "tạm thời", "provisional"),
        "differential": (PRESENT, "phân biệt", "differential"),
        "confirmed": (PRESENT, *PLAIN),
        "refuted": (ABSENT, "loại trừ", "refuted"),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
    },
    ("DiagnosticReport", "status"): {
        **RESULT,
        "partial": (PRESENT, "một phần", "partial"),
        "appended": (PRESENT, "bổ sung", "appended"),
    },
    ("DocumentReference", "status"): {
        "current": (PRESENT, *PLAIN),
        "superseded": (PAST, "thay thế", "superseded"),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
    },
    ("DocumentReference", "docStatus"): {
        "preliminary": (PRESENT, "chưa hoàn tất", "preliminary"),
        "final": (PRESENT, *PLAIN),
        "amended": (PRESENT, "sửa đổi", "amended"),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
    },
    ("Encounter", "status"): {
        "planned": (PLANNED, "chưa diễn ra", "planned"),
        "arrived": (PRESENT, "đã đến", "arrived"),
        "triaged": (PRESENT, "phân loại", "triaged"),
        "in-progress": (PRESENT, "đang", "in progress"),
        "onleave": (PRESENT, "tạm vắng", "on leave"),
        "finished": (PRESENT, *PLAIN),
        "cancelled": (ABSENT, "hủy", "cancelled"),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
        "unknown": (PRESENT, "không rõ", "unknown"),
    },
    ("Endpoint", "status"): {
        "active": (PRESENT, *PLAIN),
        "suspended": (PAST, "tạm ngưng", "suspended"),
        "error": (PAST, "lỗi", "error"),
        "off": (PAST, "tắt", "off"),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
        "test": (PLANNED, "thử nghiệm", "test"),
    },
    ("ImagingStudy", "status"): {
        "registered": (PLANNED, "chưa có hình ảnh", "no images yet"),
        "available": (PRESENT, *PLAIN),
        "cancelled": (ABSENT, "hủy", "cancelled"),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
        "unknown": (PRESENT, "không rõ", "unknown"),
    },
    ("Immunization", "status"): {
        "completed": (PRESENT, *PLAIN),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
        "not-done": (ABSENT, "không tiêm", "not given"),
    },
    ("MedicationStatement", "status"): {
        "active": (PRESENT, *PLAIN),
        "completed": (PAST, "dùng xong", "completed"),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
        "intended": (PLANNED, "chưa dùng", "not started"),
        "stopped": (PAST, "đã ngừng", "stopped"),
        "on-hold": (PLANNED, "tạm ngừng", "on hold"),
        "unknown": (PRESENT, "không rõ", "unknown"),
        "not-taken": (ABSENT, "không dùng", "not taken"),
    },
    ("Observation", "status"): RESULT,
    ("Procedure", "status"): {
        "preparation": (PLANNED, "chưa làm", "not yet done"),
        "in-progress": (PRESENT, "đang làm", "in progress"),
        "not-done": (ABSENT, "không làm", "not done"),
        "on-hold": (PLANNED, "tạm dừng", "on hold"),
        "stopped": (PRESENT, "dừng giữa chừng", "stopped before the end"),
        "completed": (PRESENT, *PLAIN),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
        "unknown": (PRESENT, "không rõ", "unknown"),
    },
    ("Device", "status"): {**BEHIND, "unknown": (PRESENT, "không rõ", "unknown")},
    ("Location", "status"): {
        "active": (PRESENT, *PLAIN),
        "inactive": (PAST, "không còn", "inactive"),
        "suspended": (PAST, "tạm ngưng", "suspended"),
    },
    ("Medication", "status"): BEHIND,
    ("Specimen", "status"): {
        "available": (PRESENT, *PLAIN),
        "unavailable": (PAST, "không còn", "unavailable"),
        "unsatisfactory": (PRESENT, "không đạt", "unsatisfactory"),
        "entered-in-error": (ERROR, "ghi nhầm", "entered in error"),
    },
}
QUANTITY = {"value": 7, "unit": "mmol/L"}
CONCEPT = {"text": "Chữ của nguồn"}
# A value of each data type that a choice has, and what of it must be found in both languages.
SAMPLES: dict[str, tuple[Any, str]] = {
    "Age": ({"value": 42, "code": "a", "system": "http://unitsofmeasure.org"}, "42"),
    "CodeableConcept": (CONCEPT, "Chữ của nguồn"),
    "Period": ({"start": "2026-11-22T20:00:00Z", "end": "2026-11-25"}, "03:00 23/11/2026"),
    "Quantity": ({**QUANTITY, "comparator": ">="}, ">=7 mmol/L"),
    "Range": ({"low": {"value": 3}, "high": QUANTITY}, "3 – 7 mmol/L"),
    "Ratio": ({"numerator": {"value": 1}, "denominator": {"value": 128}}, "1 : 128"),
    "Reference": ({"reference": "#thuoc"}, "Amlodipin 5 mg"),
    "SampledData": ({"origin": {"value": 0}, "period": 10, "dimensions": 1, "data": "1 2 3"}, "3"),
    "Timing": ({"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}, "2 "),
    "boolean": (False, ("không", "no")),  # type: ignore[dict-item]
    "dateTime": ("2026-11-22T20:00:00Z", "03:00 23/11/2026"),
    "instant": ("2026-11-22T20:00:00Z", "03:00 23/11/2026"),
    "integer": (0, "0"),
    "string": ("Chữ của nguồn", "Chữ của nguồn"),
    "time": ("07:30:00", "07:30:00"),
}
SHOWN_ELSEWHERE = {("Endpoint", "connectionType")}


def words(resource: dict[str, Any]) -> tuple[str, str]:
    """All that is said of a resource in Vietnamese and in English, in small letters."""
    made = entry(resource, ZONE)
    everything = (*made.headline, " | ", *made.when)
    return in_language(everything, "vi").lower(), in_language(everything, "en").lower()


def status(kind: str, element: str, code: str) -> dict[str, Any]:
    spec = definitions().types[kind][element]
    if spec.kind == "code":
        return {element: code}
    return {element: {"coding": [{"system": next(iter(definitions().codes[spec.extra])), "code": code}]}}


def bare(kind: str) -> dict[str, Any]:
    medicine = {"medicationCodeableConcept": {"text": "Amlodipin"}} if kind == "MedicationStatement" else {}
    return {"resourceType": kind, "id": "1", "code": {"text": "Tên"}, "vaccineCode": {"text": "Tên"}, **medicine}


def bound_statuses() -> list[tuple[str, str]]:
    """Every element of an accepted type that is named a status and has a required value set."""
    return [
        (kind, element)
        for kind in (*TYPES, *CONTAINED)
        for element, spec in definitions().types[kind].items()
        if element.lower().endswith("status") and isinstance(spec.extra, str)
    ]


def codes(kind: str, element: str) -> list[str]:
    return [code for found in definitions().codes[definitions().types[kind][element].extra].values() for code in found]


def choices() -> list[tuple[str, str, str]]:
    """Every `value[x]` and the like of the accepted types: type, member, data type."""
    return [
        (kind, member, spec.kind)
        for kind in TYPES
        for member, spec in definitions().types[kind].items()
        if spec.choice is not None
    ]


def test_the_table_has_every_status_of_the_definitions() -> None:
    assert {(kind, element): set(codes(kind, element)) for kind, element in bound_statuses()} == {
        name: set(meanings) for name, meanings in MEANINGS.items()
    }


@pytest.mark.parametrize(("kind", "element"), sorted(MEANINGS))
def test_each_status_is_said_in_both_languages(kind: str, element: str) -> None:
    for code, (state, vi, en) in MEANINGS[kind, element].items():
        resource = bare(kind) | status(kind, element, code)
        said_vi, said_en = words(resource)
        assert (entry(resource, ZONE).state, vi in said_vi, en in said_en) == (state, True, True), (code, said_vi)


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in MEANINGS}))
def test_every_combination_of_statuses_and_choices_says_all_of_them(kind: str) -> None:
    elements = [element for found, element in sorted(MEANINGS) if found == kind]
    members = [(member, data) for found, member, data in choices() if found == kind] or [None]
    for chosen in itertools.product(*(MEANINGS[kind, element] for element in elements)):
        resource = bare(kind)
        for element, code in zip(elements, chosen, strict=True):
            resource |= status(kind, element, code)
        meanings = [MEANINGS[kind, element][code] for element, code in zip(elements, chosen, strict=True)]
        for each in members:
            made = dict(resource)
            if each is not None:
                made = with_choice(made, *each)
            said_vi, said_en = words(made)
            assert entry(made, ZONE).state is max((m[0] for m in meanings), key=list(State).index)
            assert all(vi in said_vi and en in said_en for _, vi, en in meanings), (chosen, each, said_vi)


def with_choice(resource: dict[str, Any], member: str, data: str) -> dict[str, Any]:
    if member.startswith("medication"):
        resource = {name: value for name, value in resource.items() if not name.startswith("medication")}
        resource["contained"] = [{"resourceType": "Medication", "id": "thuoc", "code": {"text": "Amlodipin 5 mg"}}]
    return resource | {member: SAMPLES[data][0]}


@pytest.mark.parametrize(("kind", "member", "data"), choices())
def test_each_type_of_each_choice_is_said(kind: str, member: str, data: str) -> None:
    expected = SAMPLES[data][1]
    vi, en = expected if isinstance(expected, tuple) else (expected, expected)
    said_vi, said_en = words(with_choice(bare(kind), member, data))
    assert vi.lower() in said_vi
    assert en.lower() in said_en


def test_each_absent_reason_of_fhir_has_words() -> None:
    reasons = {
        "unknown": ("không biết", "unknown"),
        "asked-unknown": ("đã hỏi", "asked"),
        "temp-unknown": ("chưa biết", "not known yet"),
        "not-asked": ("không hỏi", "not asked"),
        "asked-declined": ("không trả lời", "declined"),
        "masked": ("giữ kín", "withheld"),
        "not-applicable": ("không áp dụng", "not applicable"),
        "unsupported": ("không ghi được", "unsupported"),
        "as-text": ("lời", "text"),
        "error": ("lỗi", "error"),
        "not-a-number": ("không phải số", "not a number"),
        "negative-infinity": ("thấp hơn", "below"),
        "positive-infinity": ("cao hơn", "above"),
        "not-performed": ("không làm", "not performed"),
        "not-permitted": ("không được phép", "not permitted"),
    }
    for code, (vi, en) in reasons.items():
        absent = {"dataAbsentReason": {"coding": [{"system": f"{SYSTEMS}data-absent-reason", "code": code}]}}
        whole = words(bare("Observation") | absent)
        inside = words(bare("Observation") | {"component": [{"code": {"text": "Phần"}, **absent}]})
        for said_vi, said_en in (whole, inside):
            assert (vi in said_vi, en in said_en) == (True, True), code
