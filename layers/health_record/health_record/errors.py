"""The refusals of the service.

    ServiceError
    ├── BadRequestError 400        the request itself is broken
    ├── UnauthenticatedError 401   no live session, no valid signature
    ├── ForbiddenError 403         level, consent, foreign origin, missing header
    ├── NotFoundError 404          absent or not yours, alike
    ├── MethodNotAllowedError 405  this address answers other methods
    ├── NotAcceptableError 406     another format or FHIR version was asked for
    ├── ConflictError 409          a verified identifier is held elsewhere
    ├── PreconditionFailedError 412
    ├── TooLargeError 413
    ├── UnsupportedMediaError 415  the body is in another format or encoding
    ├── InvalidContentError 422    every wrong answer at once
    ├── PreconditionRequiredError 428
    ├── TooManyRequestsError 429
    └── UnavailableError 503       a service we stand on refused; try again

`api` turns them into RFC 9457 problem documents for residents and OperationOutcomes for facilities.
"""

from dataclasses import dataclass
from typing import Any

from health_record.language import Translated


@dataclass(frozen=True)
class Fault:
    """One wrong place in a body: RFC 6901 `pointer`, the form's `link_id` or the FHIR `expression`, and why.

    `code` and `diagnostics` are for programs: what an OperationOutcome says of this issue beside the words.
    """

    pointer: str
    message: Translated
    link_id: str | None = None
    expression: str | None = None
    code: str | None = None
    diagnostics: str | None = None


class ServiceError(Exception):
    """A refusal with a status, a stable type name, and what to do about it in both languages."""

    status = 500
    type = "internal"
    title = Translated("Hệ thống gặp lỗi", "Internal error")
    issue = "exception"  # FHIR IssueType, http://hl7.org/fhir/R4/valueset-issue-type.html

    def __init__(
        self,
        detail: Translated,
        *,
        type: str | None = None,  # noqa: A002 - RFC 9457 names the member so
        faults: list[Fault] | None = None,
        extra: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(type or self.type)
        self.detail = detail
        self.type = type or self.type
        self.faults = faults or []
        self.extra = extra or {}
        self.headers = headers or {}


class BadRequestError(ServiceError):
    """400: the request cannot be read as what the call expects."""

    status = 400
    type = "bad-request"
    title = Translated("Yêu cầu không đúng", "Bad request")
    issue = "invalid"


class UnauthenticatedError(ServiceError):
    """401: who calls is not proven."""

    status = 401
    type = "unauthenticated"
    title = Translated("Chưa xác thực", "Not signed in")
    issue = "login"


class ForbiddenError(ServiceError):
    """403: who calls is known and may not."""

    status = 403
    type = "forbidden"
    title = Translated("Không được phép", "Not allowed")
    issue = "forbidden"


class NotFoundError(ServiceError):
    """404: nothing there, or nothing of yours; both look alike."""

    status = 404
    type = "not-found"
    title = Translated("Không tìm thấy", "Not found")
    issue = "not-found"


class ConflictError(ServiceError):
    """409: against something a facility has verified."""

    status = 409
    type = "conflict"
    title = Translated("Thông tin đang có tranh chấp", "Conflict")
    issue = "conflict"


class PreconditionFailedError(ServiceError):
    """412: somebody changed it since it was read."""

    status = 412
    type = "precondition-failed"
    title = Translated("Hồ sơ đã được thay đổi", "The record has changed")
    issue = "conflict"


class MethodNotAllowedError(ServiceError):
    """405: this address answers other methods, which `Allow` names (RFC 9110 section 15.5.6)."""

    status = 405
    type = "method-not-allowed"
    title = Translated("Phương thức không được dùng ở đây", "Method not allowed")
    issue = "not-supported"

    def __init__(self, allowed: tuple[str, ...]) -> None:
        names = ", ".join(allowed)
        text = Translated(f"Địa chỉ này chỉ trả lời {names}.", f"This address answers {names} only.")
        super().__init__(text, headers={"Allow": names})


class NotAcceptableError(ServiceError):
    """406: another format, or another version of FHIR, was asked for."""

    status = 406
    type = "not-acceptable"
    title = Translated("Không có định dạng này", "Not acceptable")
    issue = "not-supported"


class UnsupportedMediaError(ServiceError):
    """415: the body is in a format, an encoding or a version of FHIR that is not read here."""

    status = 415
    type = "media-type"
    title = Translated("Không đọc được định dạng này", "Unsupported media type")
    issue = "not-supported"


class TooLargeError(ServiceError):
    """413: the body is above the stated limit."""

    status = 413
    type = "too-large"
    title = Translated("Dữ liệu quá lớn", "Too large")
    issue = "too-long"


class InvalidContentError(ServiceError):
    """422: the body can be read, its content is wrong; `faults` holds every place."""

    status = 422
    type = "invalid-content"
    title = Translated("Có câu trả lời chưa đúng", "Some answers are not right")
    issue = "invalid"


class PreconditionRequiredError(ServiceError):
    """428: `If-Match` or `If-None-Match` must be sent."""

    status = 428
    type = "precondition-required"
    title = Translated("Thiếu điều kiện", "Precondition required")
    issue = "required"


class TooManyRequestsError(ServiceError):
    """429: above a limit; `extra` may hold the work that lifts it."""

    status = 429
    type = "too-many-requests"
    title = Translated("Quá nhiều yêu cầu", "Too many requests")
    issue = "throttled"


class UnavailableError(ServiceError):
    """503: a service we stand on refused or did not answer; nothing was kept."""

    status = 503
    type = "unavailable"
    title = Translated("Dịch vụ tạm thời gián đoạn", "Temporarily unavailable")
    issue = "transient"

    def __init__(self, detail: Translated | None = None, *, retry_after: int = 5, type: str | None = None) -> None:  # noqa: A002
        super().__init__(detail or TRY_AGAIN, type=type, headers={"Retry-After": str(retry_after)})


TRY_AGAIN = Translated(
    "Hệ thống đang bận, chưa có gì bị mất. Hãy thử lại sau ít giây.",
    "The system is busy and nothing was lost. Please try again in a few seconds.",
)
