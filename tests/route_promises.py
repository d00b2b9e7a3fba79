"""What each route promises about calls that it must refuse: one line for each route key of the HTTP API."""

from dataclasses import dataclass
from typing import Any, Literal

from infrastructure.config.routes import CONTRIBUTE, LOOKUP, Route

# Who gets through: anybody; a live session; the session that created the record (or level 2); level 2 alone;
# a session that may set the PIN now; a facility by its signature.
Needs = Literal["nothing", "session", "creator", "level 2", "pin right", "signature"]
PHONE = "0901234567"
ENTRY = "Condition/7b0f5f43-53c1-4a5f-8a49-0c4f0d9f7e12"
MARK = "7f3k-marker"  # stands in every wrong body, and must come back in none of the answers


@dataclass(frozen=True)
class Promise:
    """`wrong` are JSON bodies whose members have wrong types, `wrong_status` how they are refused."""

    needs: Needs
    wrong: tuple[Any, ...] = ()
    wrong_status: int = 422
    others: bool = False  # the path names something that belongs to one account
    permission: str | None = None  # what a facility must have been given
    level_first: bool = False  # the level is asked for before anything that the path names
    cross_origin: bool = False  # pages of other sites may call it, without any session


def _declaration(**members: Any) -> dict[str, Any]:
    return {"resourceType": "QuestionnaireResponse", "status": "completed", **members}


WRONG_DECLARATIONS = (
    {"resourceType": ["QuestionnaireResponse"], "status": {"a": MARK}, "item": MARK},
    _declaration(questionnaire=1, item=[1, None, {"linkId": 5}]),
    _declaration(
        item=[{"linkId": "identity", "item": [{"linkId": "identity.full-name", "answer": [{"valueString": 1}]}]}]
    ),
)
WRONG_PARAMETERS = (
    {"resourceType": "Patient", "id": MARK},
    {"resourceType": "Parameters", "parameter": {"name": MARK}},
    {"resourceType": "Parameters", "parameter": [{"name": "identifier", "valueString": [MARK]}, 1]},
)
WRONG_BUNDLES = (
    {"resourceType": "Bundle", "type": ["transaction"], "entry": MARK},
    {"resourceType": "Bundle", "type": "transaction", "entry": [MARK, {"resource": 1}]},
    {"resourceType": "Bundle", "type": "transaction", "entry": [{"resource": {"resourceType": "Observation"}}]},
)

PROMISES: dict[str, Promise] = {
    "POST /v1/otp": Promise(
        "nothing",
        wrong=(
            {},
            {"phone": [MARK]},
            {"phone": "0901234567", "poster": {"a": MARK}},
            {"phone": "0901234567", "work": MARK},
        ),
        wrong_status=400,
    ),
    "POST /v1/otp/verify": Promise(
        "nothing",
        wrong=(
            {},
            {"challenge_id": [MARK], "code": 123456},
            {"challenge_id": MARK, "code": [1]},
            {"paper_code": 1, "phone": [MARK]},
        ),
        wrong_status=400,
    ),
    "PUT /v1/pin": Promise("pin right", wrong=({}, {"pin": 135790}, {"pin": [MARK]}), wrong_status=400),
    "POST /v1/pin/verify": Promise("session", wrong=({}, {"pin": 135790}, {"pin": [MARK]}), wrong_status=400),
    "POST /v1/passkeys/options": Promise("pin right"),
    "POST /v1/passkeys": Promise(
        "pin right", wrong=({}, {"credential": MARK}, {"credential": {"id": MARK}, "label": [MARK]}), wrong_status=400
    ),
    "GET /v1/passkeys": Promise("level 2"),
    "DELETE /v1/passkeys/{id}": Promise("level 2", others=True, level_first=True),
    "POST /v1/passkeys/sign-in/options": Promise("nothing"),
    "POST /v1/passkeys/sign-in": Promise("nothing", wrong=({}, {"credential": [MARK]}), wrong_status=400),
    "GET /v1/session": Promise("session"),
    "DELETE /v1/session": Promise("session"),
    "POST /v1/session/extend": Promise("session"),
    "GET /v1/events": Promise("level 2"),
    "GET /v1/sessions": Promise("session"),
    "DELETE /v1/sessions/{id}": Promise("session", others=True),
    "POST /v1/visits": Promise("nothing", wrong=({}, {"poster": 7}, {"poster": [MARK]}, {"poster": f"{MARK}/../x"})),
    "GET /v1/records": Promise("session"),
    "PUT /v1/records/{id}": Promise("creator", wrong=({}, *WRONG_DECLARATIONS), others=True),
    "GET /v1/records/{id}": Promise("creator", others=True),
    "DELETE /v1/records/{id}": Promise("creator", others=True),
    "GET /v1/records/{id}/versions": Promise("creator", others=True),
    "GET /v1/records/{id}/consents": Promise("creator", others=True),
    "PUT /v1/records/{id}/consents": Promise(
        "creator",
        wrong=(
            {},
            {"purpose": [MARK], "given": "yes", "text_version": 1, "language": ["vi"]},
            {"purpose": "sharing", "given": True, "text_version": "1.0.0", "language": "vi", "until": 2027},
        ),
        others=True,
    ),
    "GET /v1/records/{id}/accesses": Promise("level 2", others=True),
    "PUT /v1/records/{id}/restriction": Promise(
        "level 2", wrong=({}, {"restricted": "true"}, {"restricted": [MARK]}), others=True
    ),
    "GET /v1/records/{id}/episodes": Promise("level 2", others=True),
    "GET /v1/records/{id}/episodes/{episode}": Promise("level 2", others=True),
    "POST /v1/records/{id}/disputes": Promise(
        "level 2",
        wrong=({}, {"resource": MARK, "reason": "x"}, {"resource": [MARK]}, {"resource": ENTRY, "reason": {"a": MARK}}),
        others=True,
    ),
    "DELETE /v1/records/{id}/disputes/{type}/{entry}": Promise("level 2", others=True),
    "GET /v1/records/{id}/summary": Promise("creator", others=True),
    "GET /v1/records/{id}/summary.pdf": Promise("creator", others=True),
    "GET /v1/records/{id}/shares": Promise("level 2", others=True),
    "POST /v1/records/{id}/shares": Promise(
        "level 2",
        wrong=(
            {},
            {"minutes": "30"},
            {"minutes": 30, "label": [MARK], "passcode": 1234},
            {"minutes": True, "flag": MARK},
            {"minutes": 30, "contents": [MARK]},
        ),
        others=True,
    ),
    "DELETE /v1/records/{id}/shares/{share}": Promise("level 2", others=True),
    "POST /v1/shares/{token}": Promise(
        "nothing",
        wrong=({}, {"recipient": 7}, {"recipient": [MARK]}, {"recipient": "Dr", "passcode": {"a": MARK}}),
        cross_origin=True,
    ),
    "OPTIONS /v1/shares/{token}": Promise("nothing", cross_origin=True),
    "GET /v1/fhir/metadata": Promise("nothing"),
    "POST /v1/fhir/Patient/_search": Promise("signature", permission="read"),
    "GET /v1/fhir/Patient": Promise("signature", permission="read"),
    "POST /v1/fhir/Patient/{operation}": Promise("signature", WRONG_PARAMETERS, 400, permission="read"),
    "GET /v1/fhir/Patient/{operation}": Promise("signature", permission="read"),
    "GET /v1/fhir/Patient/{id}/{operation}": Promise("signature", permission="read"),
    "GET /v1/fhir/Binary/{id}": Promise("signature", permission="read"),
    "GET /v1/facility-key": Promise("signature"),
    "POST /v1/fhir/Bundle/{operation}": Promise("signature", permission="write"),
    "POST /v1/fhir": Promise("signature", ({}, *WRONG_BUNDLES), permission="write"),
    "POST /v1/hospital-files": Promise(
        "signature", ({}, {"fileHSBase64": [MARK]}, {"fileHSBase64": MARK}), 400, permission="write"
    ),
    "POST /v1/fhir/Patient/{id}/{operation}": Promise("signature", WRONG_PARAMETERS, 400, permission="verify"),
}


def for_facilities(route: Route) -> bool:
    """Whether the route speaks FHIR: its errors are OperationOutcomes."""
    return route.function in (LOOKUP, CONTRIBUTE)


def promise_of(route: Route) -> Promise:
    """What this route promises."""
    return PROMISES[route.key]
