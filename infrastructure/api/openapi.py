"""The API as an OpenAPI 3.1 document, made from the route table: `docs/openapi.json`.

A route without a line here builds nothing, so that the document cannot fall behind.
"""

from dataclasses import dataclass
from typing import Any, Literal

from infrastructure.api.api_schemas import SCHEMAS, schema_reference
from infrastructure.config.routes import CONTRIBUTE, DECLARE, LOOKUP, OTP, ROUTES, Route

JSON, FHIR_JSON, PROBLEM = "application/json", "application/fhir+json", "application/problem+json"
FORM, PDF, XML = "application/x-www-form-urlencoded", "application/pdf", "application/xml"
# What a facility may send a body as; a hospital's file that is not UTF-8 arrives whole as bytes alone.
FHIR_BODIES, FILE_BODIES = (FHIR_JSON, JSON), (XML, "text/xml", "text/plain", "application/octet-stream", JSON)
TAGS = {OTP: "sign-in", DECLARE: "records", LOOKUP: "facilities read", CONTRIBUTE: "facilities write"}
Principal = Literal["anybody", "session", "facility"]
PATH_PARAMETERS = {
    "id": "A record's (Patient's), a session's or a passkey's id",
    "share": "A share's id",
    "type": "A FHIR resource type",
    "entry": "A resource's id",
    "token": "The token of a share's url",
    "episode": "The id of a visit, from the list",
    "operation": "A FHIR operation, with its `$` as it is",
}
SIGNATURE = (
    "One RFC 9421 signature with tag `ssk-facility` (ed25519 or ecdsa-p256-sha256) over `@method`, `@authority`, "
    "`@path`, `@query`, `purpose-of-use`, `practitioner`, with a body also `content-type` and `content-digest`, and "
    "`purpose-reason`, `share` and `card-seen` where sent. See docs/facilities.md."
)


@dataclass(frozen=True)
class OperationDescription:
    """What the document says of a route: answers by status with the schema's name, or None where there is no body."""

    summary: str
    answers: dict[int, str | None]
    body: str | None = None
    who: Principal = "session"
    refusals: tuple[int, ...] = ()
    query: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    content_type: str | None = None
    body_types: tuple[str, ...] = ()
    other_sites: bool = False


# See docs/facilities.md; each that is sent is covered by the signature.
FACILITY_HEADERS: tuple[tuple[str, bool, dict[str, Any]], ...] = (
    ("Signature-Input", True, {"type": "string"}),
    ("Purpose-Of-Use", True, {"type": "string", "enum": ["TREAT", "ETREAT"]}),
    ("Practitioner", True, {"type": "string", "minLength": 1, "maxLength": 64}),
    ("Purpose-Reason", False, {"type": "string", "enum": ["unconscious", "life-threatening", "unable"]}),
    ("Share", False, {"type": "string"}),
)
PAIR = ("identifier", "birthdate")
PAGE = ("_count", "_offset")
PRECONDITIONS = ("If-Match", "If-None-Match")
ROUTE_DESCRIPTIONS: dict[str, OperationDescription] = {
    "POST /v1/visits": OperationDescription("A poster was scanned", {204: None}, "Visit", "anybody", (422,)),
    "POST /v1/otp": OperationDescription(
        "Ask for a code by SMS", {202: "CodeSent"}, "SendCodeRequest", "anybody", (400, 429, 503)
    ),
    "POST /v1/otp/verify": OperationDescription(
        "Prove the phone", {200: "SignedIn"}, "CodeProof", "anybody", (400, 401)
    ),
    "PUT /v1/pin": OperationDescription("Set the PIN", {204: None}, "Pin", refusals=(400, 401, 403, 429)),
    "POST /v1/pin/verify": OperationDescription("Lift the session to level 2", {204: None}, "Pin", refusals=(400, 403)),
    "POST /v1/passkeys/options": OperationDescription(
        "What the browser asks the authenticator for a new passkey",
        {200: "PasskeyOptions"},
        "CurrentPin",
        refusals=(400, 403, 429),
    ),
    "POST /v1/passkeys": OperationDescription(
        "Keep a passkey, wherever a PIN may be set", {201: "PasskeyAdded"}, "NewPasskey", refusals=(400, 403, 409, 429)
    ),
    "GET /v1/passkeys": OperationDescription(
        "The passkeys that open what this session does", {200: "Passkeys"}, refusals=(403,)
    ),
    "DELETE /v1/passkeys/{id}": OperationDescription("Remove a passkey", {204: None}, refusals=(403, 404, 409)),
    "POST /v1/passkeys/sign-in/options": OperationDescription(
        "What the browser asks the authenticator at sign-in", {200: "PasskeyOptions"}, who="anybody"
    ),
    "POST /v1/passkeys/sign-in": OperationDescription(
        "Sign in at level 2 with a passkey", {200: "SignedIn"}, "PasskeyProof", "anybody", (400, 401)
    ),
    "GET /v1/session": OperationDescription("The session's state", {200: "Session"}),
    "POST /v1/session/extend": OperationDescription("Start the idle time anew", {200: "Session"}),
    "DELETE /v1/session": OperationDescription("Sign out", {204: None}),
    "GET /v1/events": OperationDescription(
        "What happened to the account, newest first", {200: "Events"}, refusals=(400, 403), query=("before",)
    ),
    "GET /v1/sessions": OperationDescription("The account's sessions", {200: "Sessions"}),
    "DELETE /v1/sessions/{id}": OperationDescription("End another session", {204: None}, refusals=(404,)),
    "GET /v1/records": OperationDescription("The account's records", {200: "Records"}),
    "PUT /v1/records/{id}": OperationDescription(
        "Declare, or correct a declaration",
        {200: "Declared", 201: "Declared"},
        "QuestionnaireResponse",
        refusals=(403, 404, 409, 412, 422, 428, 429),
        headers=PRECONDITIONS,
    ),
    "GET /v1/records/{id}": OperationDescription(
        "The declaration", {200: "QuestionnaireResponse"}, refusals=(403, 404)
    ),
    "DELETE /v1/records/{id}": OperationDescription(
        "Erase the record, irrecoverably", {204: None}, refusals=(403, 404)
    ),
    "GET /v1/records/{id}/versions": OperationDescription(
        "Every version, newest first", {200: "Versions"}, refusals=(400, 403, 404), query=("before",)
    ),
    "GET /v1/records/{id}/consents": OperationDescription(
        "What was consented to", {200: "Consents"}, refusals=(403, 404)
    ),
    "PUT /v1/records/{id}/consents": OperationDescription(
        "Give or withdraw one consent", {200: "Consent"}, "Consent", refusals=(403, 404, 422, 429)
    ),
    "GET /v1/records/{id}/accesses": OperationDescription(
        "Who looked, with a receipt", {200: "Accesses"}, refusals=(400, 403, 404), query=("before",)
    ),
    "PUT /v1/records/{id}/restriction": OperationDescription(
        "Use the record for nothing, or use it again", {204: None}, "Restriction", refusals=(403, 404, 422)
    ),
    "GET /v1/records/{id}/episodes": OperationDescription(
        "Visits that hospitals' files tell of, newest first",
        {200: "Episodes"},
        refusals=(400, 403, 404),
        query=("before", "results"),
    ),
    "GET /v1/records/{id}/episodes/{episode}": OperationDescription(
        "One visit as FHIR resources", {200: "EpisodeResources"}, refusals=(400, 403, 404), query=("before",)
    ),
    "POST /v1/records/{id}/disputes": OperationDescription(
        "Say that a facility's entry is wrong", {204: None}, "Dispute", refusals=(403, 404, 422)
    ),
    "DELETE /v1/records/{id}/disputes/{type}/{entry}": OperationDescription(
        "Say so no longer", {204: None}, refusals=(403, 404)
    ),
    "GET /v1/records/{id}/summary": OperationDescription(
        "The own summary", {200: "Document"}, refusals=(403, 404), content_type=FHIR_JSON
    ),
    "GET /v1/records/{id}/summary.pdf": OperationDescription(
        "The same, to print", {200: None}, refusals=(403, 404), content_type=PDF
    ),
    "GET /v1/records/{id}/shares": OperationDescription("The live links", {200: "Shares"}, refusals=(403, 404)),
    "POST /v1/records/{id}/shares": OperationDescription(
        "Make a link (SMART Health Link)", {201: "Share"}, "CreateShareRequest", refusals=(403, 404, 422, 429)
    ),
    "DELETE /v1/records/{id}/shares/{share}": OperationDescription("End a link", {204: None}, refusals=(403, 404)),
    "POST /v1/shares/{token}": OperationDescription(
        "The manifest of a link", {200: "Manifest"}, "ManifestRequest", "anybody", (401, 404, 422), other_sites=True
    ),
    "OPTIONS /v1/shares/{token}": OperationDescription(
        "Viewers on other sites ask first", {204: None}, who="anybody", refusals=(404,), other_sites=True
    ),
    "GET /v1/fhir/metadata": OperationDescription(
        "What the FHIR service offers", {200: "CapabilityStatement"}, who="anybody", refusals=(406,)
    ),
    "POST /v1/fhir/Patient/_search": OperationDescription(
        "Find a person by number and birth date",
        {200: "Searchset"},
        "SearchForm",
        "facility",
        (400, 403, 429),
        body_types=(FORM,),
    ),
    "GET /v1/fhir/Patient": OperationDescription(
        "The same by query", {200: "Searchset"}, who="facility", refusals=(403, 429), query=(*PAIR, "name", *PAGE)
    ),
    "POST /v1/fhir/Patient/{operation}": OperationDescription(
        "The summary of a person, or who may be meant",
        {200: "Document"},
        "Parameters",
        "facility",
        (400, 403, 404, 409, 429),
        operations=("$summary", "$match"),
    ),
    "GET /v1/fhir/Patient/{operation}": OperationDescription(
        "The summary by query",
        {200: "Document"},
        who="facility",
        refusals=(400, 403, 404, 405, 409, 429),
        query=(*PAIR, "name"),
        operations=("$summary",),
    ),
    "GET /v1/fhir/Patient/{id}/{operation}": OperationDescription(
        "The summary, or everything by pages, of a person whose id is known",
        {200: "Document"},
        who="facility",
        refusals=(400, 403, 404, 405, 429),
        query=("_since", "_type", "_count", "_cursor"),
        operations=("$summary", "$everything"),
    ),
    "GET /v1/fhir/Binary/{id}": OperationDescription(
        "An attachment that a summary names", {200: "Binary"}, who="facility", refusals=(403, 404, 429)
    ),
    "GET /v1/facility-key": OperationDescription(
        "Who the key that signs is taken for, what it may do, and until when", {200: "Parameters"}, who="facility"
    ),
    "POST /v1/fhir/Bundle/{operation}": OperationDescription(
        "What a transaction would be told, nothing kept; 200 for a wrong Bundle too",
        {200: "OperationOutcome"},
        "Transaction",
        "facility",
        (400, 403, 404, 429),
        operations=("$validate",),
    ),
    "POST /v1/fhir": OperationDescription(
        "Write a transaction",
        {200: "TransactionResponse"},
        "Transaction",
        "facility",
        (400, 403, 404, 409, 422, 429),
    ),
    "POST /v1/hospital-files": OperationDescription(
        "Send a hospital's episode file (Decisions 130, 4750, 3176), at most 4 MB and 50 episodes",
        {200: "BatchResponse"},
        "EpisodeFile",
        "facility",
        (400, 403),
        headers=("Card-Seen",),
        body_types=FILE_BODIES,
    ),
    "POST /v1/fhir/Patient/{id}/{operation}": OperationDescription(
        "The card was seen",
        {200: "Parameters"},
        "Parameters",
        "facility",
        (400, 403, 404, 405, 409, 422, 429),
        operations=("$verify",),
    ),
}
ANOTHER_ANSWER = {
    "POST /v1/fhir/Patient/{operation}": "Searchset",
    "GET /v1/fhir/Patient/{id}/{operation}": "Searchset",
}
COMMON_REFUSALS = {"anybody": (413, 503), "session": (401, 403, 413, 503), "facility": (400, 401, 406, 413, 500, 503)}
# What a caller who is refused goes by, and what stands before the functions and answers by itself, in its own form.
REFUSAL_HEADERS = {
    401: {"facility": "Accept-Signature"},
    405: {"facility": "Allow"},
    429: {"facility": "Retry-After", "anybody": "Retry-After"},
    503: {"facility": "Retry-After", "session": "Retry-After", "anybody": "Retry-After"},
}
BY_THE_WEB_ACL = (401, 413)
SEARCH_FORM = {
    "type": "object",
    "required": list(PAIR),
    "properties": {name: {"type": "string"} for name in (*PAIR, "name", *PAGE)},
}


def build_document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, ROUTE_DESCRIPTIONS[route.key])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sổ Sức Khỏe",
            "version": "1",
            "description": "Residents declare, facilities read and write. Errors of residents' calls are RFC 9457 "
            "problems, those of facilities' calls FHIR OperationOutcomes, in Vietnamese or English by Accept-Language.",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in TAGS.values()],
        "paths": paths,
        "components": {"schemas": {**SCHEMAS, "SearchForm": SEARCH_FORM}, "securitySchemes": _security_schemes()},
    }


def _operation(route: Route, line: OperationDescription) -> dict[str, Any]:
    fhir = route.function in (LOOKUP, CONTRIBUTE)
    kind = line.content_type or (FHIR_JSON if fhir else JSON)
    answers = {str(status): _answer(route, name, kind) for status, name in line.answers.items()}
    error = (FHIR_JSON, "OperationOutcome") if fhir else (PROBLEM, "Problem")
    unread = () if not line.body else (400, 415) if line.who == "facility" else (400,)
    for status in sorted({*line.refusals, *COMMON_REFUSALS[line.who], *unread}):
        answers[str(status)] = _refusal(status, line.who, *error)
    found: dict[str, Any] = {
        "operationId": f"{route.method.lower()}{route.path.replace('/', '_').replace('{', '').replace('}', '')}",
        "tags": [TAGS[route.function]],
        "summary": line.summary,
        "security": [] if line.other_sites else _security(line.who, route.method),
        "responses": answers,
    }
    if parameters := _parameters(route, line):
        found["parameters"] = parameters
    if line.body:
        sent = line.body_types or (FHIR_BODIES if fhir else (JSON,))
        content = {kind: {"schema": schema_reference(line.body)} for kind in sent}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _refusal(status: int, who: Principal, kind: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {"description": "refused", "content": {kind: {"schema": schema_reference(name)}}}
    if who == "facility" and status in BY_THE_WEB_ACL:
        found["content"][JSON] = {"schema": {"type": "object"}}
    if header := REFUSAL_HEADERS.get(status, {}).get(who):
        found["headers"] = {header: {"schema": {"type": "string"}}}
    return found


def _answer(route: Route, name: str | None, kind: str) -> dict[str, Any]:
    if name is None:
        return {"description": "done", **({"content": {kind: {}}} if kind == PDF else {})}
    schema = schema_reference(name)
    if (other := ANOTHER_ANSWER.get(route.key)) is not None:
        schema = {"oneOf": [schema, schema_reference(other)]}
    return {"description": "done", "content": {kind: {"schema": schema}}}


def _parameters(route: Route, line: OperationDescription) -> list[dict[str, Any]]:
    text: dict[str, Any] = {"type": "string"}
    in_path = [name for name in PATH_PARAMETERS if "{" + name + "}" in route.path]
    found = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": PATH_PARAMETERS[name],
            "schema": {**text, "enum": list(line.operations)} if name == "operation" else text,
        }
        for name in in_path
    ]
    query = (*line.query, "_format") if line.who == "facility" or route.path.startswith("/v1/fhir/") else line.query
    found += [{"name": name, "in": "query", "required": name in PAIR, "schema": text} for name in query]
    found += [{"name": name, "in": "header", "required": False, "schema": text} for name in line.headers]
    return [*found, *_facility_headers(bool(line.body))] if line.who == "facility" else found


def _facility_headers(with_body: bool) -> list[dict[str, Any]]:
    """What each signed call carries besides `Signature`."""
    digest = [("Content-Digest", True, {"type": "string"})] if with_body else []
    return [
        {"name": name, "in": "header", "required": required, "schema": schema}
        for name, required, schema in (*FACILITY_HEADERS, *digest)
    ]


def _security(who: Principal, method: str) -> list[dict[str, list[str]]]:
    if who == "facility":
        return [{"signature": []}]
    page: dict[str, list[str]] = {} if method == "GET" else {"page": []}
    return [{"session": [], **page}] if who == "session" else ([page] if page else [])


def _security_schemes() -> dict[str, Any]:
    return {
        "session": {"type": "apiKey", "in": "cookie", "name": "__Host-session"},
        "page": {"type": "apiKey", "in": "header", "name": "X-Requested-With", "description": "The text `ssk`."},
        "signature": {"type": "apiKey", "in": "header", "name": "Signature", "description": SIGNATURE},
    }
