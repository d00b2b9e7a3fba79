"""Entry point of `declare`: the resident's records, from first declaration to erasure.

What a first declaration does not need is imported by the routes that do: a cold start is most often one.
"""

from typing import Any

from functions.declare import clock, own_record, transaction_items
from functions.declare.declaration.submission import put_record
from functions.declare.precondition import etag
from functions.declare.view import versions
from health_record.errors import BadRequestError, Fault, InvalidContentError
from health_record.http import entry_point
from health_record.http.routing import Response, Router
from health_record.identity import sessions
from health_record.language import Text

app = Router()
CROSS_ORIGIN = frozenset({"POST /v1/shares/{token}", "OPTIONS /v1/shares/{token}"})


def handler(event: entry_point.Event, context: Any) -> dict[str, Any]:
    """Answer one API event, or do the hourly work that the schedule asks for (no caller of the API can send that)."""
    if event.get("task") == "resume-erasures":
        from functions.declare import erasure

        return erasure.resume()
    return entry_point.serve(app, event, context, cross_origin=CROSS_ORIGIN)


def _event() -> entry_point.Event:
    event: entry_point.Event = app.event
    return event


@app.post("/v1/visits")
def visit() -> Response:
    """A poster was scanned."""
    from functions.declare import poster_visits

    poster = entry_point.json_body(_event()).get("poster")
    if not poster_visits.is_poster(poster):
        raise InvalidContentError(
            Text("Mã áp phích không đúng.", "The poster id is not right."),
            faults=[Fault("/poster", Text("Mã áp phích không đúng.", "The poster id is not right."))],
        )
    poster_visits.visit(str(poster), entry_point.client_address(_event()))
    return entry_point.respond(204)


@app.get("/v1/records")
def list_records() -> Response:
    """The account's records."""
    return entry_point.respond(200, {"records": versions.listed(sessions.current(_event()))})


@app.put("/v1/records/<record_id>")
def declare(record_id: str) -> Response:  # noqa: ARG001 - read from the path where it is checked
    """Declare, or correct what was declared."""
    declared = put_record(_event())
    return entry_point.respond(
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
    response = versions.newest(held, held.open_key())
    versions.note("read", held.meta.record_id)
    return entry_point.respond(200, response, headers={"ETag": etag(held.meta.version)})


@app.get("/v1/records/<record_id>/versions")
def read_versions(record_id: str) -> Response:  # noqa: ARG001
    """Every version, newest first, twenty at a time."""
    before = (_event().get("queryStringParameters") or {}).get("before")
    if before is not None and not (before.isascii() and before.isdigit() and 1 < int(before[:7]) < 1_000_000):
        raise BadRequestError(Text("Tham số before không đúng.", "The parameter before is not right."))
    held = _held()
    found = versions.versions(held, int(before) if before else None)
    versions.note("read", held.meta.record_id)
    return entry_point.respond(200, {"versions": found}, headers={"ETag": etag(held.meta.version)})


@app.get("/v1/records/<record_id>/episodes")
def read_episodes(record_id: str) -> Response:  # noqa: ARG001
    """The visits that hospitals' files tell of, newest first."""
    from functions.declare.view import episodes

    held = _held(created_here_will_do=False)
    found = episodes.listed(held, (_event().get("queryStringParameters") or {}).get("before"))
    versions.note("read", held.meta.record_id)
    return entry_point.respond(200, found)


@app.get("/v1/records/<record_id>/episodes/<episode>")
def read_episode(record_id: str, episode: str) -> Response:  # noqa: ARG001
    """One visit with all that its file said, as FHIR."""
    from functions.declare.view import episodes

    held = _held(created_here_will_do=False)
    found = episodes.one(held, episode, (_event().get("queryStringParameters") or {}).get("before"))
    versions.note("read", held.meta.record_id)
    return entry_point.respond(200, found)


@app.get("/v1/records/<record_id>/summary")
def read_summary(record_id: str) -> Response:  # noqa: ARG001
    """The patient summary, a FHIR document Bundle."""
    return entry_point.respond(200, _own_summary(), content_type="application/fhir+json")


@app.get("/v1/records/<record_id>/summary.pdf")
def print_summary(record_id: str) -> Response:  # noqa: ARG001
    """The same, to print or keep."""
    from functions.declare.view import summary_pdf

    document = _own_summary()
    name = f"suc-khoe-{clock.now().day.isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return entry_point.respond(200, summary_pdf.pdf(document), content_type="application/pdf", headers=headers)


@app.get("/v1/records/<record_id>/consents")
def read_consents(record_id: str) -> Response:  # noqa: ARG001
    """What was consented to, and when."""
    from functions.declare.consent import choices

    return entry_point.respond(200, choices.shown(_held()))


@app.put("/v1/records/<record_id>/consents")
def change_consent(record_id: str) -> Response:  # noqa: ARG001
    """Give or withdraw one consent."""
    from functions.declare.consent import choices

    session = sessions.current(_event())
    return entry_point.respond(
        200, choices.change(session, own_record.record_id(_event()), entry_point.json_body(_event()))
    )


@app.get("/v1/records/<record_id>/accesses")
def read_accesses(record_id: str) -> Response:  # noqa: ARG001
    """Who looked, and why."""
    from functions.declare.view import access_history

    held = _held(created_here_will_do=False)
    found = access_history.of_record(held, _event())
    versions.note("accesses", held.meta.record_id)
    return entry_point.respond(200, found)


@app.get("/v1/records/<record_id>/shares")
def read_shares(record_id: str) -> Response:  # noqa: ARG001
    """The live links to the record."""
    from functions.declare.share import share_links

    held = _held(created_here_will_do=False)
    found = share_links.listed(held)
    versions.note("shares", held.meta.record_id)
    return entry_point.respond(200, {"shares": found})


@app.post("/v1/records/<record_id>/shares")
def share(record_id: str) -> Response:  # noqa: ARG001
    """Make a link that opens the summary for a while."""
    from functions.declare.share import share_links

    session = sessions.current(_event())
    return entry_point.respond(
        201, share_links.make(session, own_record.record_id(_event()), entry_point.json_body(_event()))
    )


@app.delete("/v1/records/<record_id>/shares/<share_id>")
def stop_sharing(record_id: str, share_id: str) -> Response:  # noqa: ARG001
    """End a link at once."""
    from functions.declare.share import share_links

    share_links.stop(_held(created_here_will_do=False), share_id)
    return entry_point.respond(204)


@app.post("/v1/shares/<token>")
def read_shared(token: str) -> Response:
    """The manifest of a SMART Health Link: no session, the link is what opens it."""
    from functions.declare.share import link_manifest

    return entry_point.respond(200, link_manifest.manifest(token, entry_point.json_body(_event())))


@app.route("/v1/shares/<token>", method="OPTIONS")
def allow_other_sites(token: str) -> Response:  # noqa: ARG001
    """Viewers on other sites may ask for manifests."""
    from functions.declare.share import link_manifest

    return entry_point.respond(204, headers=link_manifest.PREFLIGHT)


@app.put("/v1/records/<record_id>/restriction")
def restrict(record_id: str) -> Response:  # noqa: ARG001
    """Keep the record but use it for nothing, or use it again."""
    from functions.declare.consent import restriction

    session, wanted = sessions.current(_event()), own_record.record_id(_event())
    restricted = entry_point.json_body(_event()).get("restricted")
    if not isinstance(restricted, bool):
        message = Text("Xin gửi restricted là true hoặc false.", "Please send restricted as true or false.")
        raise InvalidContentError(message, faults=[Fault("/restricted", message)])
    restriction.change(
        lambda: own_record.held(session, wanted, created_here_will_do=False),
        {"restricted": restricted},
        clock.now(),
        members=lambda found: [transaction_items.audit_row("restrict", found, "on" if restricted else "off")],
    )
    return entry_point.respond(204)


@app.delete("/v1/records/<record_id>")
def erase(record_id: str) -> Response:  # noqa: ARG001
    """Erase the record, irrecoverably."""
    from functions.declare import erasure

    erasure.erase(sessions.current(_event()), own_record.record_id(_event()))
    return entry_point.respond(204)


def _own_summary() -> dict[str, Any]:
    from functions.declare.view import summary

    session = sessions.current(_event())
    held = own_record.held(session, own_record.record_id(_event()))
    document = summary.own(session, held)
    versions.note("summary", held.meta.record_id)
    return document


def _held(*, created_here_will_do: bool = True) -> own_record.Held:
    session = sessions.current(_event())
    return own_record.held(session, own_record.record_id(_event()), created_here_will_do=created_here_will_do)
