"""GET /v1/events: what happened to the account, as far as the session's PIN reaches."""

import itertools
from typing import Any

from functions.otp import errors
from functions.otp.pin import pin_permission
from functions.otp.pin.pin_permission import CredentialState
from health_record.errors import BadRequestError
from health_record.http.event import Event
from health_record.identity import account_events, sessions
from health_record.identity.account_events import AccountEvent
from health_record.language import Translated

PAGE = 50


def list_events(event: Event) -> dict[str, Any]:
    """`{events: [{id, kind, at, record?}], next?}`, newest first; `?before=<next>` goes on. Raises ForbiddenError.

    Fifty of those for this session, and `next` where there are more of them: neither tells of any that are not.
    """
    session = sessions.require_session(event, level=2)
    state = pin_permission.load(session)
    if not state.is_elevated:
        raise errors.pin_needed_error()
    found = account_events.list_events(session.account, _parse_before(event))
    shown = list(itertools.islice((each for each in found if _is_shown(state, each)), PAGE + 1))
    following = {"next": shown[PAGE - 1].id} if len(shown) > PAGE else {}
    return {"events": [_to_body(each) for each in shown[:PAGE]], **following}


def _is_shown(state: CredentialState, event: AccountEvent) -> bool:
    """Not of records that the generation does not open; of the whole account from its beginning on.

    What was done with a PIN or passkey that was there before is its holder's. Who did not show the phone, which may be
    somebody else's by now, is told of the own PIN and passkeys alone.
    """
    generation = state.generation
    if generation is None:
        return True
    if event.record_id is not None:
        return event.record_id in generation.opened
    if not state.session.shows_phone:
        return event.holder == generation.session
    earlier = {one.session for one in state.credentials.generations.values() if one.since < generation.since}
    earlier.discard(generation.session)  # who sets a PIN by a permission where the own one was set before
    return event.holder not in earlier and int(event.id.partition("-")[0]) >= generation.since * 1000


def _parse_before(event: Event) -> str | None:
    before = (event.get("queryStringParameters") or {}).get("before")
    if before is not None and not account_events.is_event_id(before):
        raise BadRequestError(Translated("Tham số before không đúng.", "The parameter before is not right."))
    return before


def _to_body(event: AccountEvent) -> dict[str, Any]:
    record = {"record": event.record_id} if event.record_id else {}
    return {"id": event.id, "kind": event.kind, "at": event.at, **record}
