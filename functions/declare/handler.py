"""Entry point of `declare`: the resident's records, from first declaration to erasure.

What a first declaration does not need is imported by the routes that do: a cold start is most often one.
"""

from typing import Any

from functions.declare import mine, moments, viewing, writes
from functions.declare.declaring import put_record
from functions.declare.precondition import etag
from health_record import api, sessions
from health_record.errors import BadRequestError, Fault, InvalidContentError
from health_record.language import Text
from health_record.routing import Response, Router

app = Router()
CROSS_ORIGIN = frozenset({"POST /v1/shares/{token}", "OPTIONS /v1/shares/{token}"})


def handler(event: api.Event, context: Any) -> dict[str, Any]:
    """Answer one API event, or do the hourly work that the schedule asks for (no caller of the API can send that)."""
    if event.get("task") == "resume-erasures":
        from functions.declare import erasing

        return erasing.resume()
    return api.serve(app, event, context, cross_origin=CROSS_ORIGIN)


def _event() -> api.Event:
    event: api.Event = app.event
    return event


@app.post("/v1/visits")
def visit() -> Response:
    """A poster was scanned."""
    from functions.declare import posters

    poster = api.json_body(_event()).get("poster")
    if not posters.is_poster(poster):
        raise InvalidContentError(
            Text("Mã áp phích không đúng.", "The poster id is not right."),
            faults=[Fault("/poster", Text("Mã áp phích không đúng.", "The poster id is not right."))],
        )
    posters.visit(str(poster), api.client_address(_event()))
    return api.respond(204)


@app.get("/v1/records")
def list_records() -> Response:
    """The account's records."""
    return api.respond(200, {"records": viewing.listed(sessions.current(_event()))})


@app.put("/v1/records/<record_id>")
def declare(record_id: str) -> Response:  # noqa: ARG001 - read from the path where it is checked
    """Declare, or correct what was declared."""
    declared = put_record(_event())
    return api.respond(
        201 if declared.version == 1 else 200,
        {
            "id": declared.record_id,
            "version": declared.version,
            "receipt": declared.receipt,
            "warnings": declared.warnings,
        },
        headers={"ETag": etag(declared.version)},
    )


@app.get("/v1/records/<record_id>")
def read(record_id: str) -> Response:  # noqa: ARG001
    """The declaration as it stands."""
    held = _held()
    response = viewing.newest(held, held.open_key())
    viewing.note("read", held.meta.record_id)
    return api.respond(200, response, headers={"ETag": etag(held.meta.version)})


@app.get("/v1/records/<record_id>/versions")
def read_versions(record_id: str) -> Response:  # noqa: ARG001
    """Every version, newest first, twenty at a time."""
    before = (_event().get("queryStringParameters") or {}).get("before")
    if before is not None and not (before.isascii() and before.isdigit() and 1 < int(before[:7]) < 1_000_000):
        raise BadRequestError(Text("Tham số before không đúng.", "The parameter before is not right."))
    held = _held()
    found = viewing.versions(held, int(before) if before else None)
    viewing.note("read", held.meta.record_id)
    return api.respond(200, {"versions": found}, headers={"ETag": etag(held.meta.version)})


@app.get("/v1/records/<record_id>/summary")
def read_summary(record_id: str) -> Response:  # noqa: ARG001
    """The patient summary, a FHIR document Bundle."""
    return api.respond(200, _own_summary(), content_type="application/fhir+json")


@app.get("/v1/records/<record_id>/summary.pdf")
def print_summary(record_id: str) -> Response:  # noqa: ARG001
    """The same, to print or keep."""
    from functions.declare import printing

    document = _own_summary()
    name = f"suc-khoe-{moments.now().day.isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return api.respond(200, printing.pdf(document), content_type="application/pdf", headers=headers)


@app.get("/v1/records/<record_id>/consents")
def read_consents(record_id: str) -> Response:  # noqa: ARG001
    """What was consented to, and when."""
    from functions.declare import consenting

    return api.respond(200, consenting.shown(_held()))


@app.put("/v1/records/<record_id>/consents")
def change_consent(record_id: str) -> Response:  # noqa: ARG001
    """Give or withdraw one consent."""
    from functions.declare import consenting

    session = sessions.current(_event())
    return api.respond(200, consenting.change(session, mine.record_id(_event()), api.json_body(_event())))


@app.get("/v1/records/<record_id>/accesses")
def read_accesses(record_id: str) -> Response:  # noqa: ARG001
    """Who looked, and why."""
    from functions.declare import accesses

    held = _held(created_here_will_do=False)
    found = accesses.of_record(held, _event())
    viewing.note("accesses", held.meta.record_id)
    return api.respond(200, found)


@app.get("/v1/records/<record_id>/shares")
def read_shares(record_id: str) -> Response:  # noqa: ARG001
    """The live links to the record."""
    from functions.declare import sharing

    held = _held(created_here_will_do=False)
    found = sharing.listed(held)
    viewing.note("shares", held.meta.record_id)
    return api.respond(200, {"shares": found})


@app.post("/v1/records/<record_id>/shares")
def share(record_id: str) -> Response:  # noqa: ARG001
    """Make a link that opens the summary for a while."""
    from functions.declare import sharing

    session = sessions.current(_event())
    return api.respond(201, sharing.make(session, mine.record_id(_event()), api.json_body(_event())))


@app.delete("/v1/records/<record_id>/shares/<share_id>")
def stop_sharing(record_id: str, share_id: str) -> Response:  # noqa: ARG001
    """End a link at once."""
    from functions.declare import sharing

    sharing.stop(_held(created_here_will_do=False), share_id)
    return api.respond(204)


@app.post("/v1/shares/<token>")
def read_shared(token: str) -> Response:
    """The manifest of a SMART Health Link: no session, the link is what opens it."""
    from functions.declare import shared

    return api.respond(200, shared.manifest(token, api.json_body(_event())))


@app.route("/v1/shares/<token>", method="OPTIONS")
def allow_other_sites(token: str) -> Response:  # noqa: ARG001
    """Viewers on other sites may ask for manifests."""
    from functions.declare import shared

    return api.respond(204, headers=shared.PREFLIGHT)


@app.put("/v1/records/<record_id>/restriction")
def restrict(record_id: str) -> Response:  # noqa: ARG001
    """Keep the record but use it for nothing, or use it again."""
    from functions.declare import restricting

    session, wanted = sessions.current(_event()), mine.record_id(_event())
    restricted = api.json_body(_event()).get("restricted")
    if not isinstance(restricted, bool):
        message = Text("Xin gửi restricted là true hoặc false.", "Please send restricted as true or false.")
        raise InvalidContentError(message, faults=[Fault("/restricted", message)])
    restricting.change(
        lambda: mine.held(session, wanted, created_here_will_do=False),
        {"restricted": restricted},
        moments.now(),
        members=lambda found: [writes.audit_row("restrict", found, "on" if restricted else "off")],
    )
    return api.respond(204)


@app.delete("/v1/records/<record_id>")
def erase(record_id: str) -> Response:  # noqa: ARG001
    """Erase the record, irrecoverably."""
    from functions.declare import erasing

    erasing.erase(sessions.current(_event()), mine.record_id(_event()))
    return api.respond(204)


def _own_summary() -> dict[str, Any]:
    from functions.declare import summarising

    session = sessions.current(_event())
    held = mine.held(session, mine.record_id(_event()))
    document = summarising.own(session, held)
    viewing.note("summary", held.meta.record_id)
    return document


def _held(*, created_here_will_do: bool = True) -> mine.Held:
    session = sessions.current(_event())
    return mine.held(session, mine.record_id(_event()), created_here_will_do=created_here_will_do)
