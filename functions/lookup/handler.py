"""The routes by which facilities read; every call but `metadata` is signed, decided, audited, and then answered.

What a search does not need is imported by the routes that do.
"""

from collections.abc import Callable
from typing import Any

from functions.lookup import bundles
from functions.lookup.person import PatientFinder
from functions.lookup.settings import LookupSettings
from health_record import settings
from health_record.facility import content_negotiation, patient_query, signed_call
from health_record.facility.signed_call import FHIR_JSON, FacilityCall, Handler
from health_record.http import entry_point
from health_record.http.event import Event, read_path_parameter
from health_record.http.routing import Response, Routes
from health_record.record.identifier_claims import PatientQuery

type Parser = Callable[[Event], PatientQuery]


def read_binary(event: Event) -> Response:
    """An attachment alone."""
    from functions.lookup import attachment

    binary_id = read_path_parameter(event, "id")
    return _signed(event, "attachment", lambda call: _fhir(attachment.read_binary(_finder(call), binary_id)))


def read_facility_key(event: Event) -> Response:
    """Who the key that signs is taken for."""
    from functions.lookup import facility_key

    return _signed(event, "facility-key", lambda call: _fhir(facility_key.describe(call)))


def refuse_address(event: Event) -> Response:
    """What no other route answers: the address or the method is wrong."""
    from functions.lookup import addresses

    raise addresses.refusal(event["requestContext"]["http"]["method"], str(event["rawPath"]))


def read_metadata(event: Event) -> Response:
    """What this service can do (public)."""
    from functions.lookup import capability

    content_negotiation.require_fhir_json(event)
    return entry_point.respond(200, capability.build_statement(_config().public_origin), content_type=FHIR_JSON)


def search_by_body(event: Event) -> Response:
    """Find one person, the number in the body."""
    return _signed(event, "search", lambda call: _search(call, patient_query.parse_form(event), event))


def search_by_query(event: Event) -> Response:
    """Find one person, the number in the query."""
    return _signed(event, "search", lambda call: _search(call, patient_query.parse_query_string(event), event))


def operate_by_body(event: Event) -> Response:
    """`$summary` and `$match` with Parameters."""
    operation = read_path_parameter(event, "operation")
    if operation == "$match":
        return _signed(event, "match", lambda call: _match(call, event))
    return _signed(event, "summary", lambda call: _summary_of(call, event, operation, patient_query.parse_parameters))


def operate_by_query(event: Event) -> Response:
    """`$summary?identifier=&birthdate=`."""
    operation = read_path_parameter(event, "operation")
    return _signed(event, "summary", lambda call: _summary_of(call, event, operation, patient_query.parse_query_string))


def read_instance(event: Event) -> Response:
    """`$summary` and `$everything` of a person whose id is known."""
    patient_id = read_path_parameter(event, "id")
    operation = read_path_parameter(event, "operation")
    if operation == "$everything":
        from functions.lookup import everything

        return _signed(event, "everything", lambda call: everything.read_page(_finder(call), patient_id, event))
    return _signed(event, "summary", lambda call: _summary_by_id(call, event, operation, patient_id))


def _search(call: FacilityCall, asked: PatientQuery, event: Event) -> Response:
    call.require("read")
    return _find(call, [asked], patient_query.parse_page(event), _own_url(event, "identifier", "birthdate", "name"))


def _match(call: FacilityCall, event: Event) -> Response:
    call.require("read")
    asked = patient_query.parse_match_request(event)
    page = patient_query.parse_match_page(event)
    return _find(call, asked, page, _own_url(event), only_certain=patient_query.wants_only_certain(event))


def _find(
    call: FacilityCall, queries: list[PatientQuery], page: patient_query.Page, url: str, *, only_certain: bool = False
) -> Response:
    found, total = _finder(call).find(queries, count=page.count, offset=page.offset, only_certain=only_certain)
    return _fhir(bundles.build_searchset(url, found, total, page))


def _own_url(event: Event, *kept: str) -> str:
    """Where the call came to, with the parameters of its query that a further page repeats."""
    pairs = [pair for pair in str(event.get("rawQueryString") or "").split("&") if pair.partition("=")[0] in kept]
    address = f"{_config().public_origin}{event['rawPath']}"
    return f"{address}?{'&'.join(pairs)}" if pairs else address


def _summary_of(call: FacilityCall, event: Event, operation: str, parse: Parser) -> Response:
    from functions.lookup import summary

    _require_summary(event, operation)
    call.require("read")
    return _fhir(summary.summarise_match(_finder(call), parse(event)))


def _summary_by_id(call: FacilityCall, event: Event, operation: str, patient_id: str) -> Response:
    from functions.lookup import summary

    _require_summary(event, operation)
    call.require("read")
    return _fhir(summary.summarise_id(_finder(call), patient_id))


def _require_summary(event: Event, operation: str) -> None:
    if operation != "$summary":
        refuse_address(event)


def _signed(event: Event, action: str, decide: Handler) -> Response:
    config = _config()
    return signed_call.handle(event, config, config.table_facilities, action, decide)


def _finder(call: FacilityCall) -> PatientFinder:
    return PatientFinder(_config(), call)


def _fhir(resource: dict[str, Any] | str) -> Response:
    return entry_point.respond(200, resource, content_type=FHIR_JSON)


def _config() -> LookupSettings:
    return settings.read_once(LookupSettings)


ROUTES: Routes = {
    "GET /v1/fhir/metadata": read_metadata,
    "POST /v1/fhir/Patient/_search": search_by_body,
    "GET /v1/fhir/Patient": search_by_query,
    "POST /v1/fhir/Patient/{operation}": operate_by_body,
    "GET /v1/fhir/Patient/{operation}": operate_by_query,
    "GET /v1/fhir/Patient/{id}/{operation}": read_instance,
    "GET /v1/fhir/Binary/{id}": read_binary,
    "GET /v1/facility-key": read_facility_key,
    "ANY /v1/fhir": refuse_address,
    "ANY /v1/fhir/{type}": refuse_address,
    "ANY /v1/fhir/{type}/{id}": refuse_address,
    "ANY /v1/fhir/{type}/{id}/{operation}": refuse_address,
}


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return signed_call.handle_event(ROUTES, event, context, LookupSettings)
