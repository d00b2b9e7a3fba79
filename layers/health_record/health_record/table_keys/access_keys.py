"""Keys of `access`: sessions, PINs, codes, and every counter that limits something. Each is `(pk, sk)`."""

import hashlib

STATE, PIN = "state", "pin"
OF_ACCOUNT = (STATE, PIN)  # what is kept under `account#<account>` for as long as the account has records
_ANYONE = "anyone"


def session_key(token_hash: str) -> tuple[str, str]:
    """`session#<sha256 of the token>` / `session`"""
    return f"session#{token_hash}", "session"


def token_hash_from(session_pk: str) -> str:
    """The hash of the token in a session's `pk`."""
    return session_pk.removeprefix("session#")


def account_state_key(account: str) -> tuple[str, str]:
    """`account#<account>` / `state`"""
    return f"account#{account}", STATE


def account_pin_key(account: str) -> tuple[str, str]:
    """`account#<account>` / `pin`"""
    return f"account#{account}", PIN


def pin_grant_key(account: str) -> tuple[str, str]:
    """`permit#<account>` / `pin`"""
    return f"permit#{account}", PIN


def code_key(account: str, device: str | None) -> tuple[str, str]:
    """`phone#<account>` / `anyone`, or / `device#<hash>` for a device that has verified the phone."""
    return f"phone#{account}", f"device#{device}" if device else _ANYONE


def account_and_device_from(pk: str, sk: str) -> tuple[str, str | None]:
    """What `code_key` was made of."""
    return pk.removeprefix("phone#"), None if sk == _ANYONE else sk.removeprefix("device#")


def daily_sends_key(account: str) -> tuple[str, str]:
    """`phone#<account>` / `all`"""
    return f"phone#{account}", "all"


def challenge_key(challenge: str) -> tuple[str, str]:
    """`challenge#<challenge>` / `challenge`"""
    return f"challenge#{challenge}", "challenge"


def spent_work_key(seed: str) -> tuple[str, str]:
    """`work#<sha256 of the seed>` / `spent`"""
    return f"work#{hashlib.sha256(seed.encode()).hexdigest()}", "spent"


def rate_limit_key(name: str) -> tuple[str, str]:
    """`facility#79001` -> `budget#facility#79001` / `window`"""
    return f"budget#{name}", "window"


def claimed_numbers_key(account: str, month: str) -> tuple[str, str]:
    """`budget#numbers#<account>` / `month#2026-11`"""
    return f"budget#numbers#{account}", f"month#{month}"


def events_pk(account: str) -> str:
    """`events#<account>`"""
    return f"events#{account}"


def event_sk(event_id: str) -> str:
    """`event#<event id>`; ids sort as time does."""
    return f"event#{event_id}"


def event_id_from(sk: str) -> str:
    """The other way round."""
    return sk.removeprefix("event#")
