"""Keys of `access`: sessions, PINs, codes, and every counter that limits something. Each is `(pk, sk)`."""

import hashlib

STATE, PIN, DEVICES = "state", "pin", "devices"
OF_ACCOUNT = (STATE, PIN, DEVICES)  # what is kept under `account#<account>` for as long as the account has records
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


def account_devices_key(account: str) -> tuple[str, str]:
    """`account#<account>` / `devices`"""
    return f"account#{account}", DEVICES


def pin_grant_key(account: str) -> tuple[str, str]:
    """`permit#<account>` / `pin`"""
    return f"permit#{account}", PIN


def code_key(phone_mac: str) -> tuple[str, str]:
    """`phone#<mac of the phone>` / `anyone`"""
    return f"phone#{phone_mac}", _ANYONE


def code_tries_key(phone_mac: str, part: str) -> tuple[str, str]:
    """`phone#<mac of the phone>` / `tries#<seed of a code>`, or / `tries#2026-11-23` for all codes of a day"""
    return f"phone#{phone_mac}", f"tries#{part}"


def paper_code_key(account: str) -> tuple[str, str]:
    """`paper#<account>` / `code`"""
    return f"paper#{account}", "code"


def attempt_key(mac: str) -> tuple[str, str]:
    """`attempt#<mac of everything sent>` / `answer`"""
    return f"attempt#{mac}", "answer"


def spent_work_key(seed: str) -> tuple[str, str]:
    """`work#<sha256 of the seed>` / `spent`"""
    return f"work#{hashlib.sha256(seed.encode()).hexdigest()}", "spent"


def spent_challenge_key(challenge: bytes) -> tuple[str, str]:
    """`challenge#<sha256>` / `spent`"""
    return f"challenge#{hashlib.sha256(challenge).hexdigest()}", "spent"


def rate_limit_key(name: str) -> tuple[str, str]:
    """`facility#79001` -> `budget#facility#79001` / `window`"""
    return f"budget#{name}", "window"


def poster_codes_budget(poster: str, day: str) -> str:
    """The name of the counters of codes asked for from a poster's page: `sms-poster#<poster id>#2026-11-23`"""
    return f"sms-poster#{poster}#{day}"


def events_pk(account: str) -> str:
    """`events#<account>`"""
    return f"events#{account}"


def event_sk(event_id: str) -> str:
    """`event#<event id>`; ids sort as time does."""
    return f"event#{event_id}"


def event_id_from(sk: str) -> str:
    """The other way round."""
    return sk.removeprefix("event#")


CAMPAIGNS_PK = "campaigns"  # every campaign event by its id


def campaign_poster_key(poster: str, day: str) -> tuple[str, str]:
    """`campaign#<poster id>` / `day#2026-11-23`"""
    return f"campaign#{poster}", f"day#{day}"
