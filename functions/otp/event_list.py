"""GET /v1/events: what happened to the account, as far as the session's PIN reaches."""

from typing import Any

from functions.otp import errors
from functions.otp.pin import pins
from health_record.errors import BadRequestError
from health_record.http.event import Event
from health_record.identity import account_events, pin_scope, sessions
from health_record.identity.account_events import AccountEvent
from health_record.identity.sessions import Session
from health_record.language import Translated


def list_events(event: Event) -> dict[str, Any]:
    """`{events: [{id, kind, at, record?}], next?}`, newest first; `?before=<next>` goes on. Raises ForbiddenError.

    A page holds fewer than fifty where some are not for this session, and may be empty before the last.
    """
    session = sessions.require_session(event, level=2)
    state = pins.load_pin_state(session)
    if not state.is_elevated:
        raise errors.pin_needed_error()
    events, following = account_events.read_page(session.account, _parse_before(event))
    shown = [found for found in events if _is_shown(state.item, session, found)]
    return {"events": [_to_body(found) for found in shown], **({"next": following} if following else {})}


def _is_shown(pins_item: Any, session: Session, event: AccountEvent) -> bool:
    """Not of records that the PIN does not open; nor, where there are such, of the time before the PIN was set."""
    scope = pin_scope.from_item(pins_item)
    if event.record_id is not None:
        return not scope.excludes(session, event.record_id)
    if session.generation is None or not scope.closed.get(session.generation):
        return True
    return int(event.id.partition("-")[0]) >= _set_at(pins_item, session) * 1000


def _set_at(pins_item: Any, session: Session) -> int:
    slots = (pins_item or {}).get("slots", {})
    return int(slots[session.generation]["set_at"]) if session.generation in slots else 0


def _parse_before(event: Event) -> str | None:
    before = (event.get("queryStringParameters") or {}).get("before")
    if before is not None and not account_events.is_event_id(before):
        raise BadRequestError(Translated("Tham số before không đúng.", "The parameter before is not right."))
    return before


def _to_body(event: AccountEvent) -> dict[str, Any]:
    record = {"record": event.record_id} if event.record_id else {}
    return {"id": event.id, "kind": event.kind, "at": event.at, **record}
