"""Entry point of `declare`: the resident's records, from first declaration to erasure."""

from typing import Any

from functions.declare import posters
from functions.declare.declaring import put_record
from functions.declare.precondition import etag
from health_record import api
from health_record.errors import Fault, InvalidContentError
from health_record.language import Text

app = api.new_app()


def handler(event: api.Event, context: Any) -> dict[str, Any]:
    """Answer one API event."""
    return api.serve(app, event, context)


def _event() -> api.Event:
    event: api.Event = app.current_event.raw_event
    return event


@app.post("/v1/visits")  # type: ignore[untyped-decorator]
def visit() -> Any:
    """A poster was scanned."""
    poster = api.json_body(_event()).get("poster")
    if not posters.is_poster(poster):
        raise InvalidContentError(
            Text("Mã áp phích không đúng.", "The poster id is not right."),
            faults=[Fault("/poster", Text("Mã áp phích không đúng.", "The poster id is not right."))],
        )
    posters.add(str(poster), "visits")
    return api.respond(204)


@app.put("/v1/records/<record_id>")  # type: ignore[untyped-decorator]
def declare(record_id: str) -> Any:  # noqa: ARG001 - read from the path where it is checked
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
