"""Routes of `otp`: ask for a code, verify it, PIN, session, sign out."""

from typing import Any

from functions.otp import asking, pins, signed_in, verifying
from health_record import api
from health_record.routing import Response, Router

app = Router()


@app.post("/v1/otp")
def ask() -> Response:
    """Send a code, or keep quiet about why none was sent."""
    return api.respond(202, asking.ask(app.event))


@app.post("/v1/otp/verify")
def verify() -> Response:
    """Exchange a code for a session of level 1."""
    proof = verifying.verify(app.event)
    return api.respond(200, proof.body, cookies=proof.cookies)


@app.put("/v1/pin")
def set_pin() -> Response:
    """Set the account's PIN where that is permitted."""
    pins.put(app.event)
    return api.respond(204)


@app.post("/v1/pin/verify")
def verify_pin() -> Response:
    """Exchange the session for one of level 2."""
    return api.respond(204, cookies=[pins.lift(app.event)])


@app.get("/v1/session")
def session() -> Response:
    """The session's state, its idle time left as it is."""
    return api.respond(200, signed_in.state(app.event))


@app.post("/v1/session/extend")
def extend() -> Response:
    """Start the idle time anew."""
    return api.respond(200, signed_in.extend(app.event))


@app.delete("/v1/session")
def sign_out() -> Response:
    """End the session on the server and in the browser."""
    return api.respond(204, cookies=[signed_in.sign_out(app.event)])


@app.get("/v1/sessions")
def sessions() -> Response:
    """The account's live sessions."""
    return api.respond(200, signed_in.all_of_account(app.event))


@app.delete("/v1/sessions/<session_id>")
def end_session(session_id: str) -> Response:
    """End another session of the account."""
    signed_in.end_other(app.event, session_id)
    return api.respond(204)


def handler(event: api.Event, context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return api.serve(app, event, context)
