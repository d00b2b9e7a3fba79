"""Every method at every address below /v1/fhir, other formats and versions, odd bodies: told in FHIR's own form."""

import gzip
import json
from typing import Any

import pytest

from functions.lookup.capability import build_statement
from functions.lookup.handler import handler
from health_record.record.contributions import TYPES
from infrastructure.api.openapi import build_document
from infrastructure.config.routes import REFUSING_ROUTES, ROUTES
from tests.conftest import Answer, Context, World, call_handler, make_event
from tests.contribute.bundles import visit
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident

NUMBER = "http://fhir.ehealth.gov.vn/core/sid/national_id"
ID = "5f0c1a52-9d5e-4c7b-8a3e-2f6b7c8d9e01"
OPERATIONS = {
    ("POST", "/v1/fhir/Patient/{operation}"): ("$match", "$summary"),
    ("GET", "/v1/fhir/Patient/{operation}"): ("$summary",),
    ("GET", "/v1/fhir/Patient/{id}/{operation}"): ("$summary", "$everything"),
    ("POST", "/v1/fhir/Patient/{id}/{operation}"): ("$verify",),
    ("POST", "/v1/fhir/Bundle/{operation}"): ("$validate",),
}


@pytest.fixture
def desk(world: World) -> Desk:
    store_resident(world, Resident())
    return register(world)


def known() -> dict[str, set[str]]:
    """The methods of each concrete address, from the routes of the API."""
    found: dict[str, set[str]] = {}
    for route in ROUTES:
        if route.path.startswith("/v1/fhir"):
            for operation in OPERATIONS.get((route.method, route.path), ("",)):
                path = route.path.replace("{id}", ID).replace("{operation}", operation)
                found.setdefault(path, set()).add(route.method)
    return found


def refused(method: str, path: str) -> Answer:
    """What the function says to a call that only a refusing route takes."""
    event = make_event(method, path)
    event["routeKey"] = REFUSING_ROUTES[path.count("/") - 2].key
    answer = handler(event, Context())
    return Answer(answer["statusCode"], answer["headers"], [], answer["body"])


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_a_wrong_method_at_a_known_address_is_405_and_names_the_right_ones(world: World, method: str) -> None:
    for path, methods in known().items():
        if method not in methods:
            answer = refused(method, path)
            assert (answer.status, set(answer.headers["Allow"].split(", "))) == (405, methods), (method, path)
            assert answer.json["resourceType"] == "OperationOutcome"


def test_an_update_of_a_type_says_how_it_is_written(world: World) -> None:
    for method, path in (
        ("PUT", f"/v1/fhir/Condition/{ID}"),
        ("POST", "/v1/fhir/Observation"),
        ("GET", "/v1/fhir/Condition"),
    ):
        answer = refused(method, path)
        assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (404, "no-such-interaction")
        assert "POST /v1/fhir" in answer.json["issue"][0]["details"]["text"]
    assert refused("GET", "/v1/fhir/Nothing/x/$y").json["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_an_interaction_with_a_patient_says_how_one_is_found_and_read(world: World, method: str) -> None:
    answer = refused(method, f"/v1/fhir/Patient/{ID}")
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (404, "no-such-interaction")
    assert "$summary" in answer.json["issue"][0]["details"]["text"]


def test_post_on_an_operation_that_is_read_names_get(desk: Desk) -> None:
    answer = desk.call("POST", f"Patient/{ID}/$summary", b"{}")
    assert (answer.status, answer.headers["allow"], answer.json["resourceType"]) == (405, "GET", "OperationOutcome")


def test_each_header_that_the_document_requires_is_required(desk: Desk) -> None:
    body = json.dumps(visit(Resident().record_id)).encode()
    calls = {"get /v1/fhir/Patient/{id}/{operation}": ("GET", f"Patient/{ID}/$summary", b"")}
    calls["post /v1/fhir"] = ("POST", "", body)
    for key, (method, path, sent_body) in calls.items():
        verb, _, route = key.partition(" ")
        headers = [each for each in build_document()["paths"][route][verb]["parameters"] if each["in"] == "header"]
        required = {each["name"] for each in headers if each["required"]}
        digest = {"Content-Digest"} if method == "POST" else set()
        assert required == {"Signature-Input", "Purpose-Of-Use", "Practitioner"} | digest
        for name in required:
            message = desk.sign_call(method, path, sent_body)
            for spelled in [each for each in message.headers if each.lower() == name.lower()]:
                del message.headers[spelled]
            answer = desk.send(message)
            assert (answer.status, answer.json["resourceType"]) == (401, "OperationOutcome"), (key, name)
        assert desk.send(desk.sign_call(method, path, sent_body)).status != 401


def test_each_claim_of_the_capability_statement_holds(desk: Desk) -> None:
    statement = build_statement("https://suckhoe.example")
    (rest,) = statement["rest"]
    assert [each["code"] for each in rest["interaction"]] == ["transaction"]
    assert desk.transaction(visit(Resident().record_id)).status == 200
    claimed = {each["type"]: each for each in rest["resource"]}
    for kind in TYPES:
        assert {"interaction", "operation"} & claimed[kind].keys() == set()
        for method, path in (("PUT", f"{kind}/{ID}"), ("GET", f"{kind}/{ID}"), ("GET", kind), ("POST", kind)):
            assert refused(method, f"/v1/fhir/{path}").json["resourceType"] == "OperationOutcome"
    person = {"identifier": f"{NUMBER}|{Resident().national_id}", "birthdate": Resident().birth_date}
    assert [each["code"] for each in claimed["Patient"]["interaction"]] == ["search-type"]
    assert {each["name"] for each in claimed["Patient"]["searchParam"]} == {*person, "name"}
    assert desk.call("GET", "Patient", query=person).status == 200
    for missing in person:
        assert desk.call("GET", "Patient", query={missing: person[missing]}).status == 400
    assert {each["name"] for each in claimed["Patient"]["operation"]} == {"summary", "match", "everything", "verify"}
    assert desk.call("GET", "Patient/$summary", query=person).status == 200
    assert desk.everything(ID).status == 200
    assert [each["name"] for each in claimed["Bundle"]["operation"]] == ["validate"]
    assert validated(desk, visit(ID)).status == 200
    assert [each["code"] for each in claimed["Binary"]["interaction"]] == ["read"]
    assert desk.call("GET", f"Binary/{'0' * 32}.{'0' * 31}").json["resourceType"] == "OperationOutcome"


ACCEPTED = [
    ("application/fhir+json", 200),
    ("application/json", 200),
    ("*/*", 200),
    ("application/fhir+xml, application/fhir+json;q=0.5", 200),
    ("application/fhir+json; fhirVersion=4.0", 200),
    ("application/fhir+xml", 406),
    ("application/fhir+json; fhirVersion=3.0", 406),
    ("application/fhir+json; fhirVersion=5.0", 406),
    ("text/html", 406),
    ("application/fhir+json;q=0", 406),
]


@pytest.mark.parametrize(("accept", "status"), ACCEPTED)
def test_another_format_or_version_is_not_answered_with_json_of_4_0(world: World, accept: str, status: int) -> None:
    answer = call_handler(handler, "GET", "/v1/fhir/metadata", headers={"accept": accept})
    assert answer.status == status
    assert answer.json["resourceType"] == ("CapabilityStatement" if status == 200 else "OperationOutcome")


def test_a_format_asked_for_in_the_query_counts_as_well(world: World) -> None:
    for query, status in (("_format=xml", 406), ("_format=json", 200), ("_format=application/fhir%2Bjson", 200)):
        assert call_handler(handler, "GET", "/v1/fhir/metadata", query=query).status == status


@pytest.mark.parametrize("kind", ["application/fhir+xml", "application/fhir+json; fhirVersion=3.0", "image/png"])
def test_a_body_of_another_format_is_415(desk: Desk, kind: str) -> None:
    answer = sent(desk, json.dumps(visit(Resident().record_id)).encode(), content_type=kind)
    assert (answer.status, answer.json["resourceType"]) == (415, "OperationOutcome")


def test_a_byte_order_mark_and_gzip_are_read(desk: Desk) -> None:
    body = json.dumps(visit(Resident().record_id)).encode()
    assert sent(desk, b"\xef\xbb\xbf" + body).status == 200
    packed = gzip.compress(body)
    assert sent(desk, packed, encoding="gzip").status == 200


def test_a_body_that_swells_is_413_and_a_broken_one_400(desk: Desk) -> None:
    bomb = gzip.compress(b" " * 40_000_000)
    assert sent(desk, bomb, encoding="gzip").status == 413
    for broken in (bomb[:100], b"x"):
        assert sent(desk, broken, encoding="gzip").status == 400
    assert sent(desk, b"{}", encoding="br").status == 415


def test_an_unknown_identifier_system_is_400_and_costs_nothing(world: World, desk: Desk) -> None:
    for _ in range(70):
        answer = desk.summary("http://fhir.ehealth.gov.vn/core/sid/national-id", "079185001234", "1985-03-02")
        assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (400, "identifier-system")
    right = "http://fhir.ehealth.gov.vn/core/sid/national_id"
    assert desk.summary(right, Resident().national_id, Resident().birth_date).status == 200


def sent(desk: Desk, body: bytes, *, encoding: str | None = None, content_type: str = "application/fhir+json") -> Any:
    message = desk.sign_call("POST", "", body, content_type=content_type)
    if encoding:
        message.headers["Content-Encoding"] = encoding
    return desk.send(message)


def validated(desk: Desk, sent: Any) -> Any:
    return desk.call("POST", "Bundle/$validate", json.dumps(sent).encode())


def test_validate_says_what_a_transaction_would_and_keeps_nothing(world: World, desk: Desk) -> None:
    person = Resident().record_id
    before = [item["sk"] for item in world.items("records")]
    sound = validated(desk, visit(person))
    assert (sound.status, sound.json["issue"][0]["severity"]) == (200, "information")
    wrapped = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": visit(person)}]}
    assert validated(desk, wrapped).json == sound.json
    broken = visit(
        person,
        onsetDateTime="2026-02-30",
        code={"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "ZZZZ"}]},
    )
    for sent in (
        broken,
        visit(person, encounter={"reference": f"Encounter/{new_uuid()}"}),
        visit(new_uuid()),
        {"resourceType": "Bundle"},
        visit(person, subject={"reference": f"Patient/{new_uuid()}"}),
    ):
        told, refused = validated(desk, sent), desk.transaction(sent)
        assert (told.status, told.json) == (200, refused.json)
        assert refused.status in (404, 422)
    assert [item["sk"] for item in world.items("records")] == before


def test_validate_tells_of_another_facilitys_resource(world: World, desk: Desk) -> None:
    person = Resident().record_id
    assert desk.transaction(visit(person)).status == 200
    other = register(world, "79002")
    told = validated(other, visit(person))
    assert (told.status, told.json["issue"][0]["diagnostics"]) == (200, "resource-of-another-facility")


def test_each_format_of_a_body_that_the_document_names_is_taken(desk: Desk) -> None:
    body = json.dumps(visit(Resident().record_id)).encode()
    for path, sent_body in (("", body), ("/hospital-files", b"<GIAMDINHHS/>")):
        route = f"/v1{path}" if path else "/v1/fhir"
        for kind in build_document()["paths"][route]["post"]["requestBody"]["content"]:
            answer = desk.send(desk.sign_call("POST", path, sent_body, content_type=kind))
            assert answer.status != 415, (route, kind)


# Every route that takes a body, and the word by which it refuses one that is empty.
NO_BODY = {
    "": "not-json",
    "Bundle/$validate": "not-json",
    "Patient/$match": "not-json",
    "Patient/$summary": "not-json",
    f"Patient/{ID}/$verify": "not-json",
    "Patient/_search": "identifier-missing",
    "/hospital-files": "file-missing",
}


@pytest.mark.parametrize("path", NO_BODY)
def test_a_call_without_its_body_is_told_of_that_and_not_of_its_format(desk: Desk, path: str) -> None:
    answer = desk.send(desk.sign_call("POST", path, b""))
    (issue,) = answer.json["issue"]
    assert (answer.status, issue["diagnostics"]) == (400, NO_BODY[path])
    assert "Content-Type" not in issue["details"]["text"]


@pytest.mark.parametrize("path", ["Patient/_search", "/hospital-files"])
def test_a_body_of_another_format_is_still_told_of_it(desk: Desk, path: str) -> None:
    answer = desk.send(desk.sign_call("POST", path, b"{}", content_type="application/fhir+json"))
    assert (answer.status, answer.json["issue"][0]["diagnostics"][:13]) == (400, "content-type-")


@pytest.mark.parametrize("path", ["/facility-key", f"Binary/{'0' * 32}.{'0' * 31}", f"Patient/{ID}/$everything"])
def test_a_header_outside_its_list_is_400_at_every_address_and_the_document_says_so(desk: Desk, path: str) -> None:
    for purpose, reason in (("TREATMENT", None), ("ETREAT", None), ("ETREAT", "dying")):
        answer = desk.send(desk.sign_call("GET", path, purpose=purpose, reason=reason))
        assert answer.status == 400, answer.json
        assert answer.json["issue"][0]["diagnostics"].startswith("header-purpose")
