"""What a resident asks of a share, and what a viewer sends to read one: the bodies, checked."""

import unicodedata
from dataclasses import dataclass
from typing import Any

from health_record.errors import Fault, InvalidContentError
from health_record.language import Translated
from health_record.record.smart_health_link import LONGEST_LABEL
from health_record.summary_sources.sources import Excerpt

LONGEST_MINUTES = 24 * 60
SHORTEST_PASSCODE, LONGEST_PASSCODE = 4, 64
LONGEST_RECIPIENT = 200
ALL = "all"  # what a link shows where nothing else is asked for
CONTENTS = (ALL, *(each.value for each in Excerpt))


@dataclass(frozen=True)
class CreateShareRequest:
    """A link for so many minutes, a label for its holder, a passcode and less than all where that is wanted."""

    minutes: int
    label: str | None
    passcode: str | None
    excerpt: Excerpt | None


@dataclass(frozen=True)
class ManifestRequest:
    """Who says to be reading, and the passcode they typed."""

    recipient: str
    passcode: str | None


def parse_create_request(body: dict[str, Any]) -> CreateShareRequest:
    """The wish of a resident. Raises InvalidContentError with every wrong place."""
    label, passcode = _text(body.get("label")), _text(body.get("passcode"))
    checks = {
        "minutes": (_is_minutes(body.get("minutes")), _MINUTES),
        "label": (body.get("label") is None or (label is not None and len(label) <= LONGEST_LABEL), _LABEL),
        "passcode": (body.get("passcode") is None or (passcode is not None and _is_passcode(passcode)), _PASSCODE),
        "contents": ((contents := body.get("contents", ALL)) in CONTENTS, _CONTENTS),
    }
    _refuse(checks, unknown=bool(set(body) - set(checks)))
    return CreateShareRequest(body["minutes"], label or None, passcode, None if contents == ALL else Excerpt(contents))


def parse_manifest_request(body: dict[str, Any]) -> ManifestRequest:
    """A manifest request; members that this service does not know are left alone. Raises InvalidContentError."""
    recipient, passcode = _text(body.get("recipient")), _text(body.get("passcode"))
    checks = {
        "recipient": (bool(recipient) and len(recipient or "") <= LONGEST_RECIPIENT, _RECIPIENT),
        "passcode": (body.get("passcode") is None or passcode is not None, _PASSCODE),
    }
    _refuse(checks)
    return ManifestRequest(str(recipient), None if passcode is None else passcode[:LONGEST_PASSCODE])


def _text(value: object) -> str | None:
    """One line of text as it is kept and compared, or None for what is no text or holds control characters."""
    if not isinstance(value, str) or any(unicodedata.category(each)[0] == "C" for each in value):
        return None
    return unicodedata.normalize("NFC", value).strip()


def _is_minutes(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LONGEST_MINUTES


def _is_passcode(text: str) -> bool:
    return SHORTEST_PASSCODE <= len(text) <= LONGEST_PASSCODE


def _refuse(checks: dict[str, tuple[bool, Translated]], *, unknown: bool = False) -> None:
    faults = [Fault(f"/{name}", message) for name, (right, message) in checks.items() if not right]
    faults += [Fault("", _UNKNOWN)] if unknown else []
    if faults:
        raise InvalidContentError(Translated("Yêu cầu chưa đúng.", "The request is not right."), faults=faults)


_MINUTES = Translated(
    f"Thời gian chia sẻ từ 1 đến {LONGEST_MINUTES} phút.", f"A share lasts from 1 to {LONGEST_MINUTES} minutes."
)
_LABEL = Translated(f"Tên gợi nhớ dài nhất {LONGEST_LABEL} ký tự.", f"A label has at most {LONGEST_LABEL} characters.")
_PASSCODE = Translated(
    f"Mã mở dài từ {SHORTEST_PASSCODE} đến {LONGEST_PASSCODE} ký tự.",
    f"A passcode has {SHORTEST_PASSCODE} to {LONGEST_PASSCODE} characters.",
)
_CONTENTS = Translated(
    f"Phần được đưa là một trong: {', '.join(CONTENTS)}.", f"What is shown is one of: {', '.join(CONTENTS)}."
)
_RECIPIENT = Translated(
    f"Hãy cho biết ai đang xem (1 đến {LONGEST_RECIPIENT} ký tự).",
    f"Say who is reading (1 to {LONGEST_RECIPIENT} characters).",
)
_UNKNOWN = Translated("Có thành phần lạ.", "There is a member that does not belong here.")
