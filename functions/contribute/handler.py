"""The routes by which facilities write; every call is signed, decided, and audited in the transaction that writes."""

from typing import Any

from functions.contribute import bundle, verifying
from functions.contribute.settings import ContributeSettings
from functions.contribute.writing import Written, write
from health_record import api, facility_calls, settings
from health_record.errors import NotFoundError
from health_record.facility_calls import FHIR_JSON, FacilityCall
from health_record.language import Text
from health_record.routing import Response, Router

app = Router()


def handler(event: api.Event, context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return facility_calls.serve(app, event, context, ContributeSettings)


@app.post("/v1/fhir")
def transaction() -> Response:
    """A transaction Bundle: all of it or nothing."""
    config = _config()
    return facility_calls.answer(_event(), config, config.table_facilities, "transaction", _transaction)


@app.post("/v1/fhir/Patient/<patient_id>/<operation>")
def operation(patient_id: str, operation: str) -> Response:
    """`$verify`: the card was seen."""
    config = _config()

    def decide(call: FacilityCall) -> Response:
        if operation != "$verify":
            raise NotFoundError(Text("Không có thao tác này.", "There is no such operation."), type="no-such-operation")
        call.require("verify")
        return api.respond(200, verifying.verify(config, call, patient_id, _event()), content_type=FHIR_JSON)

    return facility_calls.answer(_event(), config, config.table_facilities, "verify", decide)


def _transaction(call: FacilityCall) -> Response:
    call.require("write")
    written = write(_config(), call, bundle.read(_event()))
    return api.respond(200, _response(written), content_type=FHIR_JSON)


def _response(written: list[Written]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": [_entry(each) for each in written]}


def _entry(written: Written) -> dict[str, Any]:
    return {
        "response": {
            "status": "201 Created" if written.new and written.version == 1 else "200 OK",
            "location": f"{written.kind}/{written.resource_id}/_history/{written.version}",
            "etag": f'W/"{written.version}"',
            "lastModified": written.recorded,
        }
    }


def _event() -> api.Event:
    event: api.Event = app.event
    return event


def _config() -> ContributeSettings:
    return settings.cached(ContributeSettings)
