"""Entry point of `declare`: the resident's records, from first declaration to erasure.

What a first declaration does not need is imported by the routes that do: a cold start is most often one.
"""

import re
from typing import Any

from functions.declare import clock, own_record, transaction_items
from functions.declare.declaration.submission import put_record
from functions.declare.precondition import etag
from functions.declare.view import versions
from health_record.errors import BadRequestError, Fault, InvalidContentError
from health_record.http import entry_point
from health_record.http.event import Event, read_client_address, read_json_body, read_path_parameter
from health_record.http.routing import Response, Routes
from health_record.identity import sessions
from health_record.language import Translated

VERSION = re.compile(r"[0-9]{1,6}")
CROSS_ORIGIN = frozenset({"POST /v1/shares/{token}", "OPTIONS /v1/shares/{token}"})


def count_visit(event: Event) -> Response:
    """A poster was scanned."""
    from functions.declare import poster_visits

    poster = read_json_body(event).get("poster")
    if not poster_visits.is_poster_id(poster):
        raise InvalidContentError(
            Translated("Mã áp phích không đúng.", "The poster id is not right."),
            faults=[Fault("/poster", Translated("Mã áp phích không đúng.", "The poster id is not right."))],
        )
    poster_visits.count_visit(str(poster), read_client_address(event))
    return entry_point.respond(204)


def list_records(event: Event) -> Response:
    """The account's records."""
    return entry_point.respond(200, {"records": versions.list_records(sessions.require_session(event))})


def declare_record(event: Event) -> Response:
    """Declare, or correct what was declared."""
    declared = put_record(event)
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


def read_record(event: Event) -> Response:
    """The declaration as it stands."""
    record = _load_record(event)
    response = versions.load_newest(record, record.decrypt_key())
    versions.audit_view("read", record.meta.record_id)
    return entry_point.respond(200, response, headers={"ETag": etag(record.meta.version)})


def read_versions(event: Event) -> Response:
    """Every version, newest first, twenty at a time."""
    before = (event.get("queryStringParameters") or {}).get("before")
    if before is not None and (VERSION.fullmatch(before) is None or int(before) < 2):
        raise BadRequestError(Translated("Tham số before không đúng.", "The parameter before is not right."))
    record = _load_record(event)
    found = versions.load_versions(record, int(before) if before else None)
    versions.audit_view("read", record.meta.record_id)
    return entry_point.respond(200, {"versions": found}, headers={"ETag": etag(record.meta.version)})


def read_episodes(event: Event) -> Response:
    """The visits that hospitals' files tell of, newest first."""
    from functions.declare.view import episodes

    record, query = _load_record(event, allow_creating_session=False), event.get("queryStringParameters") or {}
    found = episodes.list_visits(record, query.get("before"), with_results=query.get("results") == "true")
    versions.audit_view("read", record.meta.record_id)
    return entry_point.respond(200, found)


def read_episode(event: Event) -> Response:
    """One visit with all that its file said, as FHIR."""
    from functions.declare.view import episodes

    record = _load_record(event, allow_creating_session=False)
    before = (event.get("queryStringParameters") or {}).get("before")
    found = episodes.read_visit(record, read_path_parameter(event, "episode"), before)
    versions.audit_view("read", record.meta.record_id)
    return entry_point.respond(200, found)


def read_summary(event: Event) -> Response:
    """The patient summary, a FHIR document Bundle."""
    return entry_point.respond(200, _build_own_summary(event), content_type="application/fhir+json")


def print_summary(event: Event) -> Response:
    """The same, to print or keep."""
    from functions.declare.view import summary_pdf

    document = _build_own_summary(event)
    name = f"suc-khoe-{clock.now().day.isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return entry_point.respond(200, summary_pdf.render_pdf(document), content_type="application/pdf", headers=headers)


def read_consents(event: Event) -> Response:
    """What was consented to, and when."""
    from functions.declare.consent import choices

    return entry_point.respond(200, choices.list_consents(_load_record(event)))


def change_consent(event: Event) -> Response:
    """Give or withdraw one consent."""
    from functions.declare.consent import choices

    session = sessions.require_session(event)
    return entry_point.respond(
        200, choices.change_consent(session, own_record.parse_record_id(event), read_json_body(event))
    )


def read_accesses(event: Event) -> Response:
    """Who looked, and why."""
    from functions.declare.view import access_history

    record = _load_record(event, allow_creating_session=False)
    found = access_history.list_accesses(record, event)
    versions.audit_view("accesses", record.meta.record_id)
    return entry_point.respond(200, found)


def read_shares(event: Event) -> Response:
    """The live links to the record."""
    from functions.declare.share import share_links

    record = _load_record(event, allow_creating_session=False)
    found = share_links.list_shares(record)
    versions.audit_view("shares", record.meta.record_id)
    return entry_point.respond(200, {"shares": found})


def create_share(event: Event) -> Response:
    """Make a link that opens the summary for a while."""
    from functions.declare.share import share_links

    session = sessions.require_session(event)
    return entry_point.respond(
        201,
        share_links.create_share(session, own_record.parse_record_id(event), read_json_body(event)),
    )


def stop_share(event: Event) -> Response:
    """End a link at once."""
    share_id = read_path_parameter(event, "share")
    from functions.declare.share import share_links

    share_links.stop_share(_load_record(event, allow_creating_session=False), share_id)
    return entry_point.respond(204)


def read_manifest(event: Event) -> Response:
    """The manifest of a SMART Health Link: no session, the link is what opens it."""
    token = read_path_parameter(event, "token")
    from functions.declare.share import link_manifest

    return entry_point.respond(200, link_manifest.build_manifest(token, read_json_body(event)))


def answer_preflight(_event: Event) -> Response:
    """Viewers on other sites may ask for manifests."""
    from functions.declare.share import link_manifest

    return entry_point.respond(204, headers=link_manifest.PREFLIGHT)


def dispute_entry(event: Event) -> Response:
    """Say that an entry of a facility is wrong."""
    from functions.declare import disputes

    disputes.dispute_entry(_load_record(event, allow_creating_session=False), read_json_body(event))
    return entry_point.respond(204)


def withdraw_dispute(event: Event) -> Response:
    """Say so no longer."""
    from functions.declare import disputes

    kind, resource_id = read_path_parameter(event, "type"), read_path_parameter(event, "entry")
    disputes.withdraw_dispute(_load_record(event, allow_creating_session=False), kind, resource_id)
    return entry_point.respond(204)


def change_restriction(event: Event) -> Response:
    """Keep the record but use it for nothing, or use it again."""
    from functions.declare.consent import permission_changes

    session, wanted = sessions.require_session(event), own_record.parse_record_id(event)
    restricted = read_json_body(event).get("restricted")
    if not isinstance(restricted, bool):
        message = Translated("Hãy gửi restricted là true hoặc false.", "Please send restricted as true or false.")
        raise InvalidContentError(message, faults=[Fault("/restricted", message)])
    permission_changes.apply_changes(
        lambda: own_record.load_own_record(session, wanted, allow_creating_session=False),
        {"restricted": restricted},
        clock.now(),
        members=lambda meta: [
            transaction_items.put_audit_entry("restrict", meta.record_id, "on" if restricted else "off")
        ],
    )
    return entry_point.respond(204)


def erase_record(event: Event) -> Response:
    """Erase the record, irrecoverably."""
    from functions.declare import erasure

    erasure.erase(sessions.require_session(event), own_record.parse_record_id(event))
    return entry_point.respond(204)


def _build_own_summary(event: Event) -> dict[str, Any]:
    from functions.declare.view import summary

    session = sessions.require_session(event)
    record = own_record.load_own_record(session, own_record.parse_record_id(event))
    document = summary.build_own_summary(session, record)
    versions.audit_view("summary", record.meta.record_id)
    return document


def _load_record(event: Event, *, allow_creating_session: bool = True) -> own_record.OwnRecord:
    session = sessions.require_session(event)
    return own_record.load_own_record(
        session, own_record.parse_record_id(event), allow_creating_session=allow_creating_session
    )


ROUTES: Routes = {
    "POST /v1/visits": count_visit,
    "GET /v1/records": list_records,
    "PUT /v1/records/{id}": declare_record,
    "GET /v1/records/{id}": read_record,
    "GET /v1/records/{id}/versions": read_versions,
    "GET /v1/records/{id}/episodes": read_episodes,
    "GET /v1/records/{id}/episodes/{episode}": read_episode,
    "GET /v1/records/{id}/summary": read_summary,
    "GET /v1/records/{id}/summary.pdf": print_summary,
    "GET /v1/records/{id}/consents": read_consents,
    "PUT /v1/records/{id}/consents": change_consent,
    "GET /v1/records/{id}/accesses": read_accesses,
    "GET /v1/records/{id}/shares": read_shares,
    "POST /v1/records/{id}/shares": create_share,
    "DELETE /v1/records/{id}/shares/{share}": stop_share,
    "POST /v1/shares/{token}": read_manifest,
    "OPTIONS /v1/shares/{token}": answer_preflight,
    "POST /v1/records/{id}/disputes": dispute_entry,
    "DELETE /v1/records/{id}/disputes/{type}/{entry}": withdraw_dispute,
    "PUT /v1/records/{id}/restriction": change_restriction,
    "DELETE /v1/records/{id}": erase_record,
}


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Answer one API event, or do the hourly work that the schedule asks for (no caller of the API can send that)."""
    if event.get("task") == "resume-erasures":
        from functions.declare import hourly_work

        return hourly_work.resume_all()
    return entry_point.handle_event(ROUTES, event, context, cross_origin=CROSS_ORIGIN)
