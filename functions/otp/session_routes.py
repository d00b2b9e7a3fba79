"""The session seen by its owner: state, longer idle, sign-out, and the account's other sessions."""

import re
import time
from typing import Any

from functions.otp import draft_scope
from functions.otp.code import known_devices, trusted_device
from functions.otp.pin import pin_permission
from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import NotFoundError
from health_record.http.event import Event
from health_record.identity import sessions
from health_record.identity.sessions import Session
from health_record.instants import format_instant
from health_record.language import Translated


def read_state(event: Event) -> dict[str, Any]:
    """`{level, pin_set, pin_permitted, draft_scope, idle_expires_in, expires_in}`; looking lengthens nothing."""
    return _state(sessions.read_session(event))


def extend_session(event: Event) -> dict[str, Any]:
    """The same, with the idle time started anew."""
    return _state(sessions.require_session(event))


def sign_out(event: Event) -> str:
    """End the session; the Set-Cookie value that takes it from the browser."""
    session = sessions.require_session(event)
    sessions.end_session(session.account, session.token_hash)
    return sessions.expired_cookie()


def list_sessions(event: Event) -> dict[str, Any]:
    """`{sessions: [{id, level, created_at, current, expires_in}], devices: [{id, current, known_until}]}`.

    Newest first; what a PIN or passkey lifted is shown to whoever gave that one, all else to whoever shows the phone.
    """
    session = sessions.require_session(event)
    return {
        "sessions": [
            {
                "id": one.token_hash,
                "level": one.level,
                "created_at": one.created_at,
                "current": one.token_hash == session.token_hash,
                "expires_in": _seconds_to(one.expires_at),
            }
            for one in sessions.list_account_sessions(session)
        ],
        "devices": _list_devices(event, session.account) if session.shows_phone else [],
    }


def _list_devices(event: Event, account: str) -> list[dict[str, Any]]:
    """The devices that have tries and messages of their own, the one used last first."""
    token = trusted_device.read_token(event)
    own = sessions.device_name(account, token) if token else None
    known = known_devices.load(settings.read_once(OtpSettings).table_access, account)
    return [
        {"id": device.name, "current": device.name == own, "known_until": format_instant(device.known_until)}
        for device in reversed(known.live(int(time.time())))
    ]


def end_other_session(event: Event, session_id: str) -> None:
    """End a session, or forget a known device, that `list_sessions` shows. Raises NotFoundError for any other."""
    session = sessions.require_session(event)
    if not re.fullmatch(r"[0-9a-f]{64}", session_id) or not _end(session, session_id):
        raise NotFoundError(Translated("Không có phiên làm việc này.", "There is no such session."))


def _end(session: Session, name: str) -> bool:
    """Whether there was such a session or known device for this one to end."""
    other = sessions.load_live_session(name)
    if other is not None:
        return session.has_part_in(other) and sessions.end_session(session.account, name)
    if not session.shows_phone:
        return False
    table = settings.read_once(OtpSettings).table_access
    is_over = sessions.end_session(session.account, name)  # one that a page still shows, idle for too long by now
    return is_over or known_devices.end_device(table, session.account, name)


def _state(session: Session) -> dict[str, Any]:
    pin, config = pin_permission.load(session), settings.read_once(OtpSettings)
    return {
        "level": session.level if pin.is_elevated else 1,
        "pin_set": pin.is_pin_set,
        "pin_permitted": pin.may_set,
        "draft_scope": draft_scope.compute(KeyedHash.from_settings(config), session.account),
        "idle_expires_in": _seconds_to(min(session.idle_until, session.expires_at)),
        "expires_in": _seconds_to(session.expires_at),
    }


def _seconds_to(instant: int) -> int:
    return max(0, instant - int(time.time()))
