"""The one list of routes: which function answers which route key of the HTTP API.

Route keys are explicit, there is no catch-all. A key holds no `$`, so FHIR operations arrive as `{operation}`.
"""

from dataclasses import dataclass

OTP, DECLARE, LOOKUP, CONTRIBUTE = "otp", "declare", "lookup", "contribute"
API_FUNCTIONS = (OTP, DECLARE, LOOKUP, CONTRIBUTE)
AGGREGATE, DIGEST, REPORT = SCHEDULED_FUNCTIONS = ("aggregate", "digest", "report")

ROUTES_OF_FUNCTION = {
    OTP: (
        "POST /v1/otp",
        "POST /v1/otp/verify",
        "PUT /v1/pin",
        "POST /v1/pin/verify",
        "POST /v1/passkeys/options",
        "POST /v1/passkeys",
        "GET /v1/passkeys",
        "DELETE /v1/passkeys/{id}",
        "POST /v1/passkeys/sign-in/options",
        "POST /v1/passkeys/sign-in",
        "GET /v1/session",
        "DELETE /v1/session",
        "POST /v1/session/extend",
        "GET /v1/events",
        "GET /v1/sessions",
        "DELETE /v1/sessions/{id}",
    ),
    DECLARE: (
        "POST /v1/visits",
        "GET /v1/records",
        "PUT /v1/records/{id}",
        "GET /v1/records/{id}",
        "DELETE /v1/records/{id}",
        "GET /v1/records/{id}/versions",
        "GET /v1/records/{id}/consents",
        "PUT /v1/records/{id}/consents",
        "GET /v1/records/{id}/accesses",
        "PUT /v1/records/{id}/restriction",
        "GET /v1/records/{id}/episodes",
        "GET /v1/records/{id}/episodes/{episode}",
        "POST /v1/records/{id}/disputes",
        "DELETE /v1/records/{id}/disputes/{type}/{entry}",
        "GET /v1/records/{id}/summary",
        "GET /v1/records/{id}/summary.pdf",
        "GET /v1/records/{id}/shares",
        "POST /v1/records/{id}/shares",
        "DELETE /v1/records/{id}/shares/{share}",
        "POST /v1/shares/{token}",
        "OPTIONS /v1/shares/{token}",
    ),
    LOOKUP: (
        "GET /v1/fhir/metadata",
        "POST /v1/fhir/Patient/_search",
        "GET /v1/fhir/Patient",
        "POST /v1/fhir/Patient/{operation}",
        "GET /v1/fhir/Patient/{operation}",
        "GET /v1/fhir/Patient/{id}/{operation}",
        "GET /v1/fhir/Binary/{id}",
        "GET /v1/facility-key",
    ),
    CONTRIBUTE: (
        "POST /v1/fhir",
        "POST /v1/fhir/Patient/{id}/{operation}",
        "POST /v1/hospital-files",
        "POST /v1/fhir/Bundle/{operation}",
    ),
}


@dataclass(frozen=True)
class Route:
    """One route key of the HTTP API and the function that answers it."""

    function: str
    method: str
    path: str

    @property
    def key(self) -> str:
        """As API Gateway spells it: `PUT /v1/records/{id}`."""
        return f"{self.method} {self.path}"


# Every other method and address below /v1/fhir: its refusal is an OperationOutcome and not the gateway's own JSON.
# API Gateway takes the most specific route key, so that these get only what no other route takes:
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
REFUSING_KEYS = (
    "ANY /v1/fhir",
    "ANY /v1/fhir/{type}",
    "ANY /v1/fhir/{type}/{id}",
    "ANY /v1/fhir/{type}/{id}/{operation}",
)
ROUTES = tuple(Route(function, *key.split(" ", 1)) for function, keys in ROUTES_OF_FUNCTION.items() for key in keys)
REFUSING_ROUTES = tuple(Route(LOOKUP, *key.split(" ", 1)) for key in REFUSING_KEYS)
