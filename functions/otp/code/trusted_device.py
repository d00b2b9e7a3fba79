"""Devices that have verified a phone: a long-lived reference token in a cookie of its own.

It opens nothing. It only gives the phone's owner budgets for tries and messages that a stranger cannot use up.
"""

import re
import secrets

from functions.otp.limits import Limits
from health_record.http.event import Event, read_cookies
from health_record.identity.sessions import hash_token

COOKIE = "__Host-device"
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def read_token(event: Event) -> str | None:
    """The device token that the browser sent, if it has the form of one."""
    token = read_cookies(event).get(COOKIE, "")
    return token if TOKEN.fullmatch(token) else None


def read_device_id(event: Event) -> str | None:
    """What the table calls the device."""
    token = read_token(event)
    return hash_token(token) if token else None


def new_token() -> str:
    """A token for a device seen for the first time, where the call names no attempt."""
    return secrets.token_urlsafe(32)


def cookie(token: str, limits: Limits) -> str:
    """The Set-Cookie value."""
    age = limits.device_days * 86_400
    return f"{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={age}"
