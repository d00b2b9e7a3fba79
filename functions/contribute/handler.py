"""The routes by which facilities write; every call is signed, decided, and audited in the transaction that writes."""

from typing import Any

from functions.contribute import bundle, verification
from functions.contribute.contribution_writes import Written, write
from functions.contribute.settings import ContributeSettings
from health_record import settings
from health_record.errors import NotFoundError
from health_record.facility import signed_call
from health_record.facility.signed_call import FHIR_JSON, FacilityCall
from health_record.http import entry_point
from health_record.http.routing import Response, Router
from health_record.language import Text

app = Router()


def handler(event: entry_point.Event, context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return signed_call.serve(app, event, context, ContributeSettings)


@app.post("/v1/fhir")
def transaction() -> Response:
    """A transaction Bundle: all of it or nothing."""
    config = _config()
    return signed_call.answer(_event(), config, config.table_facilities, "transaction", _transaction)


@app.post("/v1/fhir/Patient/<patient_id>/<operation>")
def operation(patient_id: str, operation: str) -> Response:
    """`$verify`: the card was seen."""
    config = _config()

    def decide(call: FacilityCall) -> Response:
        if operation != "$verify":
            raise NotFoundError(Text("Không có thao tác này.", "There is no such operation."), type="no-such-operation")
        call.require("verify")
        return entry_point.respond(200, verification.verify(config, call, patient_id, _event()), content_type=FHIR_JSON)

    return signed_call.answer(_event(), config, config.table_facilities, "verify", decide)


@app.post("/v1/hospital-files")
def hospital_file() -> Response:
    """The episode file of a hospital: each episode is kept, or answered why not."""
    from functions.contribute.hospital_file import intake  # with its XML parser, which other calls do not need

    config, event = _config(), _event()
    return signed_call.answer(
        event, config, config.table_facilities, intake.ACTION, lambda call: intake.take_in(config, call, event)
    )


def _transaction(call: FacilityCall) -> Response:
    call.require("write")
    written = write(_config(), call, bundle.read(_event()))
    return entry_point.respond(200, _response(written), content_type=FHIR_JSON)


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


def _event() -> entry_point.Event:
    event: entry_point.Event = app.event
    return event


def _config() -> ContributeSettings:
    return settings.cached(ContributeSettings)
