"""What the functions write as members of transactions, written at once for tests that begin behind it."""

import contextlib
import hashlib
import os
from typing import Any

from health_record import settings
from health_record.aws.clients import client
from health_record.aws.keyed_hash import KeyedHash
from health_record.identity import account_pointers, phone_encryption, pin_grants, sessions
from health_record.identity.account_pointers import AccountPointer
from health_record.identity.sessions import Session
from health_record.settings import ApiSettings


def put_session(account: str, **more: Any) -> tuple[str, Session]:
    """A new session, kept, of a phone that leads to the account: its token and itself."""
    config = settings.read_once(ApiSettings)
    macs = KeyedHash.from_settings(config)
    number = more.pop("number", phone_of(account))
    phone = phone_encryption.encrypt_phone(macs, account, number)
    token = sessions.new_token()
    session = sessions.create_session(token, account, **{"level": 1, "poster": None, "phone": phone} | more)
    client("dynamodb").put_item(**sessions.put_session_item(session)["Put"])
    pointer = AccountPointer(account_pointers.phone_mac(macs, number), account)
    held = account_pointers.hold_item(os.environ["SSK_TABLE_KEYS"], pointer)["Put"]
    with contextlib.suppress(client("dynamodb").exceptions.ConditionalCheckFailedException):  # it has records
        client("dynamodb").put_item(**held)
    return token, session


def make_first_record(session: Session, record_id: str) -> None:
    """What the first record leaves of the account outside of the record."""
    config = settings.read_once(ApiSettings)
    macs = KeyedHash.from_settings(config)
    phone = phone_encryption.decrypt_phone(macs, session.account, session.phone)
    pointer = AccountPointer(account_pointers.phone_mac(macs, str(phone)), session.account)
    members = [
        sessions.first_record_item(session.account, session, record_id),
        account_pointers.keep_item(os.environ["SSK_TABLE_KEYS"], pointer),
    ]
    client("dynamodb").transact_write_items(TransactItems=members)


def phone_of(account: str) -> str:
    """The phone of an account that a test names."""
    return f"+8490{int(hashlib.sha256(account.encode()).hexdigest(), 16) % 10_000_000:07d}"


def permit_pin(table: str, account: str, record_id: str) -> None:
    """Permit one new PIN within 24 hours for `record_id`."""
    client("dynamodb").update_item(**pin_grants.grant_item(table, account, record_id)["Update"])
