"""Which version a write stands on: `If-None-Match: *` or `If-Match: "n"` (RFC 9110 section 13.1)."""

import re

from health_record.errors import BadRequestError, PreconditionFailedError, PreconditionRequiredError
from health_record.http.event import Event, read_header
from health_record.language import Translated

NEW = 0
NO_VERSION = -1
_TAG = re.compile(r'"([1-9][0-9]{0,5})"')


def parse_version(event: Event) -> int:
    """The version that the caller knows: NEW for none yet, NO_VERSION for a tag that no version has.

    Raises PreconditionRequiredError without a precondition, BadRequestError for one that cannot be meant.
    """
    if_match, if_none_match = read_header(event, "if-match"), read_header(event, "if-none-match")
    if if_match is None and if_none_match is None:
        raise PreconditionRequiredError(
            Translated(
                'Cần có tiêu đề If-None-Match: * (hồ sơ mới) hoặc If-Match: "n" (bản đang sửa).',
                'Send If-None-Match: * for a new record or If-Match: "n" for the version you are changing.',
            )
        )
    if if_match is None and (if_none_match or "").strip() == "*":
        return NEW
    if if_match is None or if_none_match is not None:
        raise BadRequestError(
            Translated(
                "Chỉ gửi một điều kiện: If-None-Match: * hoặc If-Match.",
                "Send exactly one precondition: If-None-Match: * or If-Match.",
            ),
            type="precondition-unclear",
        )
    found = _TAG.fullmatch(if_match.strip())
    return int(found.group(1)) if found else NO_VERSION


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def failed_error() -> PreconditionFailedError:
    """The refusal of a write that stands on another version."""
    return PreconditionFailedError(
        Translated(
            "Hồ sơ đã có bản khác. Hãy mở lại hồ sơ rồi sửa trên bản mới nhất.",
            "The record has another version by now. Open it again and change the newest version.",
        )
    )
