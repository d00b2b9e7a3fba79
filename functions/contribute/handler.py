"""The routes by which facilities write; every call is signed, decided, and audited in the transaction that writes."""

from typing import Any

from functions.contribute import bundle, verification
from functions.contribute.contribution_writes import WrittenEntry, write_bundle
from functions.contribute.settings import ContributeSettings
from health_record import settings
from health_record.errors import MethodNotAllowedError, NotFoundError
from health_record.facility import signed_call
from health_record.facility.signed_call import FHIR_JSON, FacilityCall
from health_record.http import entry_point
from health_record.http.event import Event, read_path_parameter
from health_record.http.routing import Response, Routes
from health_record.language import Translated


def write_transaction(event: Event) -> Response:
    """A transaction Bundle: all of it or nothing."""
    config = _config()
    return signed_call.handle(event, config, config.table_facilities, "transaction", lambda call: _write(call, event))


def validate_bundle(event: Event) -> Response:
    """`$validate`: what would be refused, nothing kept."""
    operation = read_path_parameter(event, "operation")
    config = _config()

    def decide(call: FacilityCall) -> Response:
        if operation != "$validate":
            raise _no_such_operation()
        from functions.contribute import validation

        call.require("write")
        return entry_point.respond(200, validation.validate(config, call, event), content_type=FHIR_JSON)

    return signed_call.handle(event, config, config.table_facilities, "validate", decide)


def verify_identifier(event: Event) -> Response:
    """`$verify`: the card was seen."""
    patient_id = read_path_parameter(event, "id")
    operation = read_path_parameter(event, "operation")
    config = _config()

    def decide(call: FacilityCall) -> Response:
        if operation in ("$summary", "$everything"):
            raise MethodNotAllowedError(("GET",))
        if operation != "$verify":
            raise _no_such_operation()
        call.require("verify")
        return entry_point.respond(
            200, verification.verify_identifier(config, call, patient_id, event), content_type=FHIR_JSON
        )

    return signed_call.handle(event, config, config.table_facilities, "verify", decide)


def take_in_hospital_file(event: Event) -> Response:
    """The episode file of a hospital: each episode is kept, or answered why not."""
    from functions.contribute.hospital_file import intake  # with its XML parser, which other calls do not need

    config = _config()
    return signed_call.handle(
        event, config, config.table_facilities, intake.ACTION, lambda call: intake.take_in(config, call, event)
    )


def _no_such_operation() -> NotFoundError:
    return NotFoundError(Translated("Không có thao tác này.", "There is no such operation."), type="no-such-operation")


def _write(call: FacilityCall, event: Event) -> Response:
    call.require("write")
    written = write_bundle(_config(), call, bundle.parse_request(event, f"{_config().public_origin}/v1/fhir"))
    return entry_point.respond(200, _response(written), content_type=FHIR_JSON)


def _response(written: list[WrittenEntry]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": [_entry(each) for each in written]}


def _entry(written: WrittenEntry) -> dict[str, Any]:
    return {
        "response": {
            "status": "201 Created" if written.new and written.version == 1 else "200 OK",
            "location": f"{written.kind}/{written.resource_id}/_history/{written.version}",
            "etag": f'W/"{written.version}"',
            "lastModified": written.recorded,
        }
    }


def _config() -> ContributeSettings:
    return settings.read_once(ContributeSettings)


ROUTES: Routes = {
    "POST /v1/fhir": write_transaction,
    "POST /v1/fhir/Patient/{id}/{operation}": verify_identifier,
    "POST /v1/hospital-files": take_in_hospital_file,
    "POST /v1/fhir/Bundle/{operation}": validate_bundle,
}


def handler(event: Event, context: Any) -> dict[str, Any]:
    """Answer one API event."""
    return signed_call.handle_event(ROUTES, event, context, ContributeSettings)
