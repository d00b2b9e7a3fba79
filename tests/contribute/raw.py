"""Calls straight to `contribute`, whatever the path says."""

from functions.contribute.handler import handler
from so_suc_khoe_client import FacilityAnswer
from tests.facility_desk import Desk, deliver


def post(desk: Desk, path: str, body: bytes) -> FacilityAnswer:
    """A signed POST to an operation of a person."""
    _, person, operation = path.split("/")
    return deliver(
        handler,
        desk.sign_call("POST", path, body),
        "POST",
        "/v1/fhir/Patient/{id}/{operation}",
        {"id": person, "operation": operation},
        "",
    )
