"""What is left of an account whose last record is erased: nothing that leads from its phone to it.

A session holds the phone, sealed, beside the account's id, which stands in old backups of `records`. Whoever is still
signed in by a code to the phone stays so, in an account of their own that no backup knows. A session by passkey or a
code on paper ends with the account: the phone may be somebody else's by now. A session that is over is deleted, and not
left to the time to live of its table, which takes days.
"""

import secrets
from dataclasses import replace

from functions.declare.settings import macs
from health_record.identity import account_events, account_pointers, phone_encryption, sessions
from health_record.identity.sessions import Session


def clear(account: str) -> None:
    """Delete the account's events and let go of its sessions. Any of it may have been done before."""
    account_events.delete_all(account)
    for token_hash in sessions.list_token_hashes(account):
        session = sessions.load_live_session(token_hash)
        if session is None or session.account != account or not _move(session):
            sessions.end_session(account, token_hash)


def _move(session: Session) -> bool:
    """Whether the session goes on in a new account; one that did not show the phone does not."""
    phone = phone_encryption.decrypt_phone(macs(), session.account, session.phone)
    if phone is None or not session.shows_phone:
        return False
    account = secrets.token_hex(account_pointers.ACCOUNT_BYTES)
    return sessions.move_session(
        replace(session, account=account, phone=phone_encryption.encrypt_phone(macs(), account, phone))
    )
