"""What text messages say: a code, an emergency, a changed credential. GSM-7, at most 160 characters.

They have no accents, so that each word is read as any of its accented ones: `docs/operations.md` says which are
avoided.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from health_record.sms.message import Message

type CredentialChange = Literal[
    "pin-changed", "pin-permitted", "paper-code", "passkey-added", "number-added", "number-moved", "visit-moved"
]
CREDENTIAL_CHANGES: Mapping[CredentialChange, str] = {
    "pin-changed": "ma PIN ho so khai bang so dien thoai nay vua doi",
    "pin-permitted": "tram y te, benh vien vua cho phep dat lai ma PIN ho so",
    "paper-code": "tram y te, benh vien vua cap ma tren giay de xem ho so",
    "passkey-added": "vua them mot may xem ho so bang van tay, khuon mat",
    "number-added": "tram y te, benh vien vua ghi them so giay to vao ho so",
    "number-moved": "so can cuoc, bao hiem cua ho so vua bi doi, chuyen di",
    "visit-moved": "mot lan kham vua duoc chuyen sang ho so khac",
}


def code_message(to: str, code: str, at: datetime, public_origin: str) -> Message:
    """The message that carries a code and the local time `at` of its sending, so that two are told apart.

    Its last line is for WebOTP (https://wicg.github.io/sms-one-time-codes/).
    """
    host = host_name(public_origin)
    moment = f"{at:%H:%M}"
    text = (
        f"So Suc Khoe: {code} la ma xac nhan gui luc {moment}, co hieu luc 10 phut. "
        f"Khong cho ai biet ma nay.\n@{host} #{code}"
    )
    return Message(to, "one-time-code", {"code": code, "at": moment}, text)


def emergency_message(to: str, at: datetime, public_origin: str) -> Message:
    """The notice of an emergency access at the local time `at`: it names no person and no facility."""
    moment = f"{at:%H:%M ngay %d/%m}"
    text = (
        f"So Suc Khoe: luc {moment}, ho so khai bang so dien thoai nay duoc bac si cap cuu xem. "
        f"Xem do la ai o: {host_name(public_origin)}, muc Ai da xem."
    )
    return Message(to, "emergency-access", {"at": moment}, text)


def credential_message(to: str, change: CredentialChange, at: datetime) -> Message:
    """The notice of a change of CREDENTIAL_CHANGES at the local time `at`; it names no person and no facility."""
    moment = f"{at:%H:%M ngay %d/%m}"
    what = CREDENTIAL_CHANGES[change]
    text = f"So Suc Khoe: {what} luc {moment}. Neu sai hoac khong phai ban lam, mang can cuoc den tram y te gan nhat."
    return Message(to, change, {"at": moment}, text)


def host_name(public_origin: str) -> str:
    """`https://suckhoe.example:8443` -> `suckhoe.example`."""
    return urlsplit(public_origin).hostname or ""
