"""Routes of `otp`: ask for a code, verify it, PIN, session, sign out."""

from typing import TYPE_CHECKING, Any

from functions.otp import asking, pins, signed_in, verifying
from health_record import api

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

app = api.new_app()


@app.post("/v1/otp")  # type: ignore[untyped-decorator]
def ask() -> "Response[Any]":
    """Send a code, or keep quiet about why none was sent."""
    return api.respond(202, asking.ask(app.current_event.raw_event))


@app.post("/v1/otp/verify")  # type: ignore[untyped-decorator]
def verify() -> "Response[Any]":
    """Exchange a code for a session of level 1."""
    proof = verifying.verify(app.current_event.raw_event)
    return api.respond(200, proof.body, cookies=proof.cookies)


@app.put("/v1/pin")  # type: ignore[untyped-decorator]
def set_pin() -> "Response[Any]":
    """Set the account's PIN where that is permitted."""
    pins.put(app.current_event.raw_event)
    return api.respond(204)


@app.post("/v1/pin/verify")  # type: ignore[untyped-decorator]
def verify_pin() -> "Response[Any]":
    """Exchange the session for one of level 2."""
    return api.respond(204, cookies=[pins.lift(app.current_event.raw_event)])


@app.get("/v1/session")  # type: ignore[untyped-decorator]
def session() -> "Response[Any]":
    """The session's state, its idle time left as it is."""
    return api.respond(200, signed_in.state(app.current_event.raw_event))


@app.post("/v1/session/extend")  # type: ignore[untyped-decorator]
def extend() -> "Response[Any]":
    """Start the idle time anew."""
    return api.respond(200, signed_in.extend(app.current_event.raw_event))


@app.delete("/v1/session")  # type: ignore[untyped-decorator]
def sign_out() -> "Response[Any]":
    """End the session on the server and in the browser."""
    return api.respond(204, cookies=[signed_in.sign_out(app.current_event.raw_event)])


@app.get("/v1/sessions")  # type: ignore[untyped-decorator]
def sessions() -> "Response[Any]":
    """The account's live sessions."""
    return api.respond(200, signed_in.all_of_account(app.current_event.raw_event))


@app.delete("/v1/sessions/<session_id>")  # type: ignore[untyped-decorator]
def end_session(session_id: str) -> "Response[Any]":
    """End another session of the account."""
    signed_in.end_other(app.current_event.raw_event, session_id)
    return api.respond(204)


def handler(event: api.Event, context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return api.serve(app, event, context)
