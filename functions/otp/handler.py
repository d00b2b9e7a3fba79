"""Routes of `otp`: ask for a code, verify it, PIN, passkeys, session, sign out."""

from typing import Any

from functions.otp import event_list, session_routes
from functions.otp.code import code_sending
from functions.otp.passkey import passkeys
from functions.otp.passkey import sign_in as passkey_sign_in
from functions.otp.pin import pins
from functions.otp.proof import verification
from health_record.http import entry_point
from health_record.http.event import Event, read_path_parameter
from health_record.http.routing import Response, Routes


def send_code(event: Event) -> Response:
    """Send a code, or keep quiet about why none was sent."""
    return entry_point.respond(202, code_sending.send_code(event))


def verify_code(event: Event) -> Response:
    """Exchange a code for a session of level 1."""
    proof = verification.verify_code(event)
    return entry_point.respond(200, proof.body, cookies=proof.cookies)


def set_pin(event: Event) -> Response:
    """Set the account's PIN where that is permitted."""
    pins.set_pin(event)
    return entry_point.respond(204)


def verify_pin(event: Event) -> Response:
    """Exchange the session for one of level 2."""
    return entry_point.respond(204, cookies=[pins.verify_pin(event)])


def read_session(event: Event) -> Response:
    """The session's state, its idle time left as it is."""
    return entry_point.respond(200, session_routes.read_state(event))


def extend_session(event: Event) -> Response:
    """Start the idle time anew."""
    return entry_point.respond(200, session_routes.extend_session(event))


def sign_out(event: Event) -> Response:
    """End the session on the server and in the browser."""
    return entry_point.respond(204, cookies=[session_routes.sign_out(event)])


def list_events(event: Event) -> Response:
    """What happened to the account."""
    return entry_point.respond(200, event_list.list_events(event))


def list_sessions(event: Event) -> Response:
    """The account's live sessions."""
    return entry_point.respond(200, session_routes.list_sessions(event))


def end_session(event: Event) -> Response:
    """End another session of the account."""
    session_id = read_path_parameter(event, "id")
    session_routes.end_other_session(event, session_id)
    return entry_point.respond(204)


def make_passkey_options(event: Event) -> Response:
    """What the browser asks the authenticator for a new passkey."""
    return entry_point.respond(200, passkeys.make_options(event))


def add_passkey(event: Event) -> Response:
    """Keep a passkey where a PIN may be set."""
    return entry_point.respond(201, passkeys.add_passkey(event))


def list_passkeys(event: Event) -> Response:
    """The passkeys that open what this session does."""
    return entry_point.respond(200, passkeys.list_passkeys(event))


def remove_passkey(event: Event) -> Response:
    """Remove a passkey."""
    passkeys.remove_passkey(event, read_path_parameter(event, "id"))
    return entry_point.respond(204)


def make_sign_in_options(_event: Event) -> Response:
    """What the browser asks the authenticator at sign-in."""
    return entry_point.respond(200, passkey_sign_in.make_options())


def sign_in_with_passkey(event: Event) -> Response:
    """Exchange a passkey for a session of level 2."""
    signed_in = passkey_sign_in.sign_in(event)
    return entry_point.respond(200, signed_in.body, cookies=[signed_in.cookie])


ROUTES: Routes = {
    "POST /v1/otp": send_code,
    "POST /v1/otp/verify": verify_code,
    "PUT /v1/pin": set_pin,
    "POST /v1/pin/verify": verify_pin,
    "POST /v1/passkeys/options": make_passkey_options,
    "POST /v1/passkeys": add_passkey,
    "GET /v1/passkeys": list_passkeys,
    "DELETE /v1/passkeys/{id}": remove_passkey,
    "POST /v1/passkeys/sign-in/options": make_sign_in_options,
    "POST /v1/passkeys/sign-in": sign_in_with_passkey,
    "GET /v1/session": read_session,
    "POST /v1/session/extend": extend_session,
    "DELETE /v1/session": sign_out,
    "GET /v1/events": list_events,
    "GET /v1/sessions": list_sessions,
    "DELETE /v1/sessions/{id}": end_session,
}


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return entry_point.handle_event(ROUTES, event, context)
