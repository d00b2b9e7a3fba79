"""The routes by which facilities read; every call but `metadata` is signed, decided, audited, and then answered.

What a search does not need is imported by the routes that do.
"""

from typing import Any

from functions.lookup import bundles
from functions.lookup.person import Finder
from functions.lookup.settings import LookupSettings
from health_record import settings
from health_record.facility import content_negotiation, patient_query, signed_call
from health_record.facility.signed_call import FHIR_JSON, Decide, FacilityCall
from health_record.http import entry_point
from health_record.http.routing import Response, Router

app = Router()


def handler(event: entry_point.Event, context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return signed_call.serve(app, event, context, LookupSettings)


@app.get("/v1/fhir/Binary/<binary_id>")
def read_binary(binary_id: str) -> Response:
    """An attachment alone."""
    from functions.lookup import attachment

    return _signed("attachment", lambda call: _fhir(attachment.read(_finder(call), binary_id)))


@app.other
def nothing_here() -> Response:
    """What no route answers: the address or the method is wrong."""
    from functions.lookup import addresses

    raise addresses.refusal(_event()["requestContext"]["http"]["method"], str(_event()["rawPath"]))


@app.get("/v1/fhir/metadata")
def metadata() -> Response:
    """What this service can do (public)."""
    from functions.lookup import capability

    content_negotiation.require(_event())
    return entry_point.respond(200, capability.statement(_config().public_origin), content_type=FHIR_JSON)


@app.post("/v1/fhir/Patient/_search")
def search_by_body() -> Response:
    """Find one person, the number in the body."""
    return _signed("search", lambda call: _search(call, patient_query.from_form(_event())))


@app.get("/v1/fhir/Patient")
def search_by_query() -> Response:
    """Find one person, the number in the query."""
    return _signed("search", lambda call: _search(call, patient_query.from_query(_event())))


@app.post("/v1/fhir/Patient/<operation>")
def post_operation(operation: str) -> Response:
    """`$summary` and `$match` with Parameters."""
    if operation == "$match":
        return _signed("match", _match)
    return _signed("summary", lambda call: _summary_of(call, operation, patient_query.from_parameters))


@app.get("/v1/fhir/Patient/<operation>")
def get_operation(operation: str) -> Response:
    """`$summary?identifier=&birthdate=`."""
    return _signed("summary", lambda call: _summary_of(call, operation, patient_query.from_query))


@app.get("/v1/fhir/Patient/<patient_id>/<operation>")
def instance_operation(patient_id: str, operation: str) -> Response:
    """`$summary` and `$everything` of a person whose id is known."""
    if operation == "$everything":
        from functions.lookup import everything

        return _signed("everything", lambda call: everything.page(_finder(call), patient_id, _event()))
    return _signed("summary", lambda call: _summary_by_id(call, operation, patient_id))


def _search(call: FacilityCall, asked: patient_query.Wanted) -> Response:
    call.require("read")
    finder = _finder(call)
    found = finder.find([asked])
    full = found is not None and finder.may_see(found)
    return _fhir(bundles.searchset(_config().public_origin, found, full=full))


def _match(call: FacilityCall) -> Response:
    call.require("read")
    finder = _finder(call)
    asked = patient_query.from_patient(_event())
    found = finder.find(asked) if asked else None
    full = found is not None and finder.may_see(found)
    return _fhir(bundles.searchset(_config().public_origin, found, full=full, certain=True))


def _summary_of(call: FacilityCall, operation: str, read: Any) -> Response:
    from functions.lookup import summary

    _require_known(operation, "$summary")
    call.require("read")
    return _fhir(summary.of_wanted(_finder(call), read(_event())))


def _summary_by_id(call: FacilityCall, operation: str, patient_id: str) -> Response:
    from functions.lookup import summary

    _require_known(operation, "$summary")
    call.require("read")
    return _fhir(summary.of_id(_finder(call), patient_id))


def _require_known(operation: str, known: str) -> None:
    if operation != known:
        nothing_here()


def _signed(action: str, decide: Decide) -> Response:
    config = _config()
    return signed_call.answer(_event(), config, config.table_facilities, action, decide)


def _finder(call: FacilityCall) -> Finder:
    return Finder(_config(), call)


def _fhir(resource: dict[str, Any]) -> Response:
    return entry_point.respond(200, resource, content_type=FHIR_JSON)


def _event() -> entry_point.Event:
    event: entry_point.Event = app.event
    return event


def _config() -> LookupSettings:
    return settings.cached(LookupSettings)
