"""What the functions write as members of transactions, written at once for tests that begin behind it."""

from typing import Any

from health_record.aws.clients import client
from health_record.identity import pin_grants, sessions
from health_record.identity.sessions import Session


def put_session(account: str, **more: Any) -> tuple[str, Session]:
    """A new session, kept: its token and itself."""
    token, session = sessions.create_session(account, **{"level": 1, "poster": None, "phone": None} | more)
    client("dynamodb").put_item(**sessions.put_session_item(session)["Put"])
    return token, session


def permit_pin(table: str, account: str, record_id: str) -> None:
    """Permit one new PIN within 24 hours for `record_id`."""
    client("dynamodb").update_item(**pin_grants.grant_item(table, account, record_id)["Update"])
