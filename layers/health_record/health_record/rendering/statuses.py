"""What FHIR's statuses mean for a reader: is it so, was it so, is it only planned, or is it not so at all; and why
there is no value.

The words follow the definitions of HL7's code systems (http://hl7.org/fhir/R4/terminologies-systems.html). A status
without words is the plain case that a list of its section means anyway.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from health_record.language import Translated
from health_record.rendering.phrases import Phrase

Resource = dict[str, Any]


class State(StrEnum):
    """Where a statement stands, from what holds to what was taken back; the strongest of several statuses counts."""

    PRESENT = "present"
    PLANNED = "planned"
    PAST = "past"
    ABSENT = "absent"
    ERROR = "error"


class Status(NamedTuple):
    """What one code of a status element means: its state, and the words that stand before everything else."""

    state: State
    words: Translated | None = None


PRESENT, PLANNED, PAST, ABSENT, ERROR = State
_ORDER = {state: place for place, state in enumerate((PRESENT, PLANNED, PAST, ABSENT, ERROR))}
_ERROR = Status(ERROR, Translated("GHI NHẦM", "ENTERED IN ERROR"))
_UNKNOWN = Status(PRESENT, Translated("không rõ tình trạng", "status unknown"))
PRELIMINARY = Translated("kết quả sơ bộ", "preliminary")
UNCONFIRMED = Translated("chưa xác nhận", "unconfirmed")
_CANCELLED = Status(ABSENT, Translated("ĐÃ HỦY", "CANCELLED"))
_CORRECTED = Status(PRESENT, Translated("đã đính chính", "corrected"))
_AMENDED = Status(PRESENT, Translated("đã sửa đổi", "amended"))
_RESULT = {
    "registered": Status(PLANNED, Translated("chưa có kết quả", "registered, no result yet")),
    "preliminary": Status(PRESENT, PRELIMINARY),
    "final": Status(PRESENT),
    "amended": _AMENDED,
    "corrected": _CORRECTED,
    "cancelled": _CANCELLED,
    "entered-in-error": _ERROR,
    "unknown": _UNKNOWN,
}

# By type and status element, each code of its required value set.
STATUSES: dict[tuple[str, str], dict[str, Status]] = {
    ("AllergyIntolerance", "clinicalStatus"): {
        "active": Status(PRESENT),
        "inactive": Status(PAST, Translated("không còn nguy cơ", "inactive, no longer at risk")),
        "resolved": Status(PAST, Translated("đã hết dị ứng", "resolved")),
    },
    ("AllergyIntolerance", "verificationStatus"): {
        "unconfirmed": Status(PRESENT, UNCONFIRMED),
        "confirmed": Status(PRESENT),
        "refuted": Status(ABSENT, Translated("ĐÃ LOẠI TRỪ DỊ ỨNG", "ALLERGY REFUTED")),
        "entered-in-error": _ERROR,
    },
    ("Condition", "clinicalStatus"): {
        "active": Status(PRESENT),
        "recurrence": Status(PRESENT, Translated("tái phát", "recurrence")),
        "relapse": Status(PRESENT, Translated("bệnh trở lại", "relapse")),
        "inactive": Status(PAST, Translated("không còn triệu chứng", "inactive, no symptoms")),
        "remission": Status(PAST, Translated("lui bệnh, còn nguy cơ tái phát", "in remission, may return")),
        "resolved": Status(PAST, Translated("đã khỏi", "resolved")),
    },
    ("Condition", "verificationStatus"): {
        "unconfirmed": Status(PRESENT, UNCONFIRMED),
        "provisional": Status(PRESENT, Translated("chẩn đoán tạm thời", "provisional diagnosis")),
        "differential": Status(
            PRESENT, Translated("chẩn đoán phân biệt, một trong các khả năng", "differential diagnosis")
        ),
        "confirmed": Status(PRESENT),
        "refuted": Status(ABSENT, Translated("ĐÃ LOẠI TRỪ BỆNH", "DIAGNOSIS REFUTED")),
        "entered-in-error": _ERROR,
    },
    ("DiagnosticReport", "status"): {
        **_RESULT,
        "partial": Status(PRESENT, Translated("mới có một phần kết quả", "partial results")),
        "appended": Status(PRESENT, Translated("đã bổ sung", "appended")),
    },
    ("DocumentReference", "status"): {
        "current": Status(PRESENT),
        "superseded": Status(PAST, Translated("đã có bản thay thế", "superseded")),
        "entered-in-error": _ERROR,
    },
    ("DocumentReference", "docStatus"): {
        "preliminary": Status(PRESENT, Translated("bản nháp, chưa hoàn tất", "preliminary document")),
        "final": Status(PRESENT),
        "amended": _AMENDED,
        "entered-in-error": _ERROR,
    },
    ("Encounter", "status"): {
        "planned": Status(PLANNED, Translated("dự kiến, chưa diễn ra", "planned, not yet begun")),
        "arrived": Status(PRESENT, Translated("đã đến, chờ khám", "arrived, waiting")),
        "triaged": Status(PRESENT, Translated("đã phân loại, chờ khám", "triaged, waiting")),
        "in-progress": Status(PRESENT, Translated("đang điều trị", "in progress")),
        "onleave": Status(PRESENT, Translated("tạm vắng", "on leave")),
        "finished": Status(PRESENT),
        "cancelled": _CANCELLED,
        "entered-in-error": _ERROR,
        "unknown": _UNKNOWN,
    },
    ("Endpoint", "status"): {
        "active": Status(PRESENT),
        "suspended": Status(PAST, Translated("tạm ngưng", "suspended")),
        "error": Status(PAST, Translated("đang lỗi", "in error state")),
        "off": Status(PAST, Translated("đã tắt", "off")),
        "entered-in-error": _ERROR,
        "test": Status(PLANNED, Translated("để thử nghiệm", "test")),
    },
    ("FamilyMemberHistory", "status"): {
        "partial": Status(PRESENT, Translated("chưa đầy đủ", "partial")),
        "completed": Status(PRESENT),
        "entered-in-error": _ERROR,
        "health-unknown": Status(PRESENT, Translated("không rõ sức khỏe", "health unknown")),
    },
    ("ImagingStudy", "status"): {
        "registered": Status(PLANNED, Translated("chưa có hình ảnh", "registered, no images yet")),
        "available": Status(PRESENT),
        "cancelled": _CANCELLED,
        "entered-in-error": _ERROR,
        "unknown": _UNKNOWN,
    },
    ("Immunization", "status"): {
        "completed": Status(PRESENT),
        "entered-in-error": _ERROR,
        "not-done": Status(ABSENT, Translated("KHÔNG TIÊM", "NOT GIVEN")),
    },
    ("MedicationStatement", "status"): {
        "active": Status(PRESENT),
        "completed": Status(PAST, Translated("đã dùng xong", "completed")),
        "entered-in-error": _ERROR,
        "intended": Status(PLANNED, Translated("dự kiến, chưa dùng", "intended, not started")),
        "stopped": Status(PAST, Translated("ĐÃ NGỪNG", "STOPPED")),
        "on-hold": Status(PLANNED, Translated("TẠM NGỪNG", "ON HOLD")),
        "unknown": Status(PRESENT, Translated("không rõ còn dùng không", "unknown whether taken")),
        "not-taken": Status(ABSENT, Translated("KHÔNG DÙNG", "NOT TAKEN")),
    },
    ("Observation", "status"): _RESULT,
    ("Procedure", "status"): {
        "preparation": Status(PLANNED, Translated("đang chuẩn bị, chưa làm", "in preparation, not yet done")),
        "in-progress": Status(PRESENT, Translated("đang làm", "in progress")),
        "not-done": Status(ABSENT, Translated("KHÔNG LÀM", "NOT DONE")),
        "on-hold": Status(PLANNED, Translated("TẠM DỪNG", "ON HOLD")),
        "stopped": Status(PRESENT, Translated("DỪNG GIỮA CHỪNG", "STOPPED BEFORE THE END")),
        "completed": Status(PRESENT),
        "entered-in-error": _ERROR,
        "unknown": _UNKNOWN,
    },
}
# What only stands behind other resources, with a status of its own.
STATUSES |= {
    (kind, "status"): {
        "active": Status(PRESENT),
        "inactive": Status(PAST, Translated("không còn dùng", "inactive")),
        "suspended": Status(PAST, Translated("tạm ngưng", "suspended")),
        "available": Status(PRESENT),
        "unavailable": Status(PAST, Translated("không còn mẫu", "unavailable")),
        "unsatisfactory": Status(PRESENT, Translated("mẫu không đạt", "unsatisfactory")),
        "unknown": _UNKNOWN,
        "entered-in-error": _ERROR,
    }
    for kind in ("Device", "Location", "Specimen")
}
# Of a product in a list, and never of what is said of taking it.
STATUSES["Medication", "status"] = {
    "active": Status(PRESENT),
    "inactive": Status(PAST, Translated("sản phẩm thuốc không còn lưu hành", "product inactive")),
    "entered-in-error": Status(ERROR, Translated("SẢN PHẨM THUỐC GHI NHẦM", "PRODUCT ENTERED IN ERROR")),
}
ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
NOT_STATED = Translated("không ghi", "not stated")
# http://terminology.hl7.org/CodeSystem/data-absent-reason
ABSENT_REASONS: Mapping[str, Translated] = {
    "unknown": Translated("không biết", "unknown"),
    "asked-unknown": Translated("đã hỏi, không biết", "asked, not known"),
    "temp-unknown": Translated("chưa biết, sẽ có sau", "not known yet"),
    "not-asked": Translated("không hỏi", "not asked"),
    "asked-declined": Translated("đã hỏi, không trả lời", "asked, declined to answer"),
    "masked": Translated("có nhưng được giữ kín", "withheld"),
    "not-applicable": Translated("không áp dụng", "not applicable"),
    "unsupported": Translated("hệ thống gửi không ghi được", "unsupported by the source"),
    "as-text": Translated("ghi trong phần lời", "given as text"),
    "error": Translated("lỗi hệ thống hoặc lỗi đo", "system or measurement error"),
    "not-a-number": Translated("không phải số", "not a number"),
    "negative-infinity": Translated("thấp hơn mức đo được", "below what can be measured"),
    "positive-infinity": Translated("cao hơn mức đo được", "above what can be measured"),
    "not-performed": Translated("không làm", "not performed"),
    "not-permitted": Translated("không được phép", "not permitted"),
}
_OF_TYPE: dict[str, list[tuple[str, dict[str, Status]]]] = {}
for (_kind, _element), _codes in STATUSES.items():
    _OF_TYPE.setdefault(_kind, []).append((_element, _codes))
# Of the types whose one status is a plain `status`.
_PLAIN = {kind: found[0][1] for kind, found in _OF_TYPE.items() if [name for name, _ in found] == ["status"]}


def statuses_of(resource: Resource) -> list[Status]:
    """What the resource's status elements say."""
    found = []
    for element, meanings in _OF_TYPE.get(resource["resourceType"], []):
        given = resource.get(element)
        for code in (given,) if isinstance(given, str) else _codes_of(given):
            if code in meanings:
                found.append(meanings[code])
    return found


def state_of(resource: Resource) -> State:
    """The strongest state that the resource's statuses give it."""
    if (meanings := _PLAIN.get(resource["resourceType"])) is not None:
        status = meanings.get(str(resource.get("status")))
        return status.state if status else PRESENT
    return strongest([status.state for status in statuses_of(resource)])


def strongest(states: Iterable[State]) -> State:
    """What was taken back is no longer refuted, what is refuted is not past, and so on."""
    found = PRESENT
    for state in states:
        if state is not PRESENT and (found is PRESENT or _ORDER[state] > _ORDER[found]):
            found = state
    return found


def absent_reason(code: str) -> Translated:
    """Why there is no value."""
    return ABSENT_REASONS.get(code, Translated(code, code))


def absent_of(element: Any) -> Phrase:
    """Why an element has no content, where its extension says so."""
    for extension in element.get("extension") or () if isinstance(element, dict) else ():
        if extension.get("url") == ABSENT_REASON:
            return (absent_reason(str(extension.get("valueCode"))),)
    return ()


def _codes_of(concept: Any) -> list[str]:
    codings = concept.get("coding", []) if isinstance(concept, dict) else []
    return [str(coding["code"]) for coding in codings if isinstance(coding, dict) and "code" in coding]
