"""A file's answer: a batch-response Bundle with one entry an episode, in the file's order."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from functions.contribute.hospital_file.episode_writes import Written
from health_record.errors import ServiceError
from health_record.hospital_file.faults import FileFault
from health_record.language import Language, Translated

WORDS = {
    "create": Translated("Đã lưu đợt điều trị.", "The episode is kept."),
    "replace": Translated("Đã thay bằng bản mới hơn.", "The episode is replaced by the newer one."),
    "move": Translated("Đã chuyển sang đúng người.", "The episode is moved to its person."),
    "touch": Translated("Không có gì thay đổi.", "Nothing has changed."),
    "nothing": Translated("Không có gì thay đổi.", "Nothing has changed."),
}
OLDER = Translated(
    "Không lưu bản này: đang giữ một bản lập sau (NGAYLAP muộn hơn).",
    "This one is not kept: a version that was prepared later (NGAYLAP) stands.",
)
RECORD_ABSENT = Translated("Người này chưa có hồ sơ.", "There is no such record.")


@dataclass(frozen=True)
class EpisodeAnswer:
    """The status of one episode, what is said of it, and its faults and warnings."""

    status: HTTPStatus
    code: str
    text: Translated
    faults: list[FileFault] = field(default_factory=list)
    warnings: list[FileFault] = field(default_factory=list)
    written: Written | None = None


def kept(written: Written, warnings: list[FileFault]) -> EpisodeAnswer:
    """201 for what is new, 200 for what was replaced or stays."""
    status = HTTPStatus.CREATED if written.effect == "create" else HTTPStatus.OK
    if written.is_older:
        return EpisodeAnswer(status, "older", OLDER, warnings=warnings, written=written)
    code = {"create": "kept", "replace": "replaced", "move": "moved"}.get(written.effect, "unchanged")
    return EpisodeAnswer(status, code, WORDS[written.effect], warnings=warnings, written=written)


def unknown() -> EpisodeAnswer:
    """404: no record; it may be sent again when there is one."""
    return EpisodeAnswer(HTTPStatus.NOT_FOUND, "no-such-record", RECORD_ABSENT)


def faulty(faults: list[FileFault]) -> EpisodeAnswer:
    """422 with every fault."""
    text = Translated("Đợt điều trị có lỗi.", "The episode has faults.")
    return EpisodeAnswer(HTTPStatus.UNPROCESSABLE_ENTITY, "episode-invalid", text, faults=faults)


def refused(error: ServiceError) -> EpisodeAnswer:
    """What a refusal of the service says."""
    return EpisodeAnswer(HTTPStatus(error.status), error.type, error.detail)


def bundle(answers: list[EpisodeAnswer], warnings: list[FileFault], language: Language) -> dict[str, Any]:
    """The whole answer; what is remarkable about the file itself stands in the first entry."""
    entries = [_entry(each, language) for each in answers]
    issues = entries[0]["response"]["outcome"]["issue"]
    issues += [_issue("warning", each, language) for each in warnings]
    return {"resourceType": "Bundle", "type": "batch-response", "entry": entries}


def _entry(answer: EpisodeAnswer, language: Language) -> dict[str, Any]:
    severity = "information" if answer.written else "error"
    first = {
        "severity": severity,
        "code": "informational" if answer.written else _issue_type(answer.status),
        "diagnostics": answer.code,
        "details": {"text": answer.text.in_language(language)},
    }
    issues = [first, *(_issue("error", each, language) for each in answer.faults)]
    issues += [_issue("warning", each, language) for each in answer.warnings]
    response: dict[str, Any] = {
        "status": f"{answer.status.value} {answer.status.phrase}",
        "outcome": {"resourceType": "OperationOutcome", "issue": issues},
    }
    if answer.written:
        response["location"] = f"Encounter/{answer.written.encounter_id}/_history/{answer.written.version}"
        response["etag"] = f'W/"{answer.written.version}"'
    return {"response": response}


def _issue(severity: str, fault: FileFault, language: Language) -> dict[str, Any]:
    return {
        "severity": severity,
        "code": "value" if severity == "error" else "informational",
        "diagnostics": fault.code,
        "details": {"text": f"{fault.place} {fault.reason.in_language(language)}"},
        "expression": [fault.place],
    }


def _issue_type(status: HTTPStatus) -> str:
    return {404: "not-found", 403: "forbidden", 409: "conflict", 429: "throttled", 503: "transient"}.get(
        status.value, "invalid"
    )
