"""Routes of `otp`: ask for a code, verify it, PIN, session, sign out."""

from typing import Any

from functions.otp import session_routes
from functions.otp.code import delivery, verification
from functions.otp.pin import pins
from health_record.http import entry_point
from health_record.http.routing import Response, Router

app = Router()


@app.post("/v1/otp")
def ask() -> Response:
    """Send a code, or keep quiet about why none was sent."""
    return entry_point.respond(202, delivery.ask(app.event))


@app.post("/v1/otp/verify")
def verify() -> Response:
    """Exchange a code for a session of level 1."""
    proof = verification.verify(app.event)
    return entry_point.respond(200, proof.body, cookies=proof.cookies)


@app.put("/v1/pin")
def set_pin() -> Response:
    """Set the account's PIN where that is permitted."""
    pins.put(app.event)
    return entry_point.respond(204)


@app.post("/v1/pin/verify")
def verify_pin() -> Response:
    """Exchange the session for one of level 2."""
    return entry_point.respond(204, cookies=[pins.lift(app.event)])


@app.get("/v1/session")
def session() -> Response:
    """The session's state, its idle time left as it is."""
    return entry_point.respond(200, session_routes.state(app.event))


@app.post("/v1/session/extend")
def extend() -> Response:
    """Start the idle time anew."""
    return entry_point.respond(200, session_routes.extend(app.event))


@app.delete("/v1/session")
def sign_out() -> Response:
    """End the session on the server and in the browser."""
    return entry_point.respond(204, cookies=[session_routes.sign_out(app.event)])


@app.get("/v1/sessions")
def sessions() -> Response:
    """The account's live sessions."""
    return entry_point.respond(200, session_routes.all_of_account(app.event))


@app.delete("/v1/sessions/<session_id>")
def end_session(session_id: str) -> Response:
    """End another session of the account."""
    session_routes.end_other(app.event, session_id)
    return entry_point.respond(204)


def handler(event: entry_point.Event, context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return entry_point.serve(app, event, context)
