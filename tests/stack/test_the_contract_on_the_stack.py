"""What CapabilityStatement and API document claim, asked of the deployed stack: claim by claim, header by header.

The documents are read as a client reads them: the one from the stack itself, the other from `docs/`.
"""

import base64
import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from health_record.record.attachments import LARGEST
from ops.local.stack_location import StackLocation
from so_suc_khoe_client import FacilityAnswer, FacilityClient, Message
from tests.contribute.bundles import bundle, visit
from tests.contribute.test_large_attachments import letter, scan
from tests.hospital_file.files import OUTPATIENT
from tests.stack.test_journey import BORN, StackJourney

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))
NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
FORM, XML = "application/x-www-form-urlencoded", "application/xml"
NOBODY = "6c0ffee0-1111-4222-8333-444455556666"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
Sign = Callable[..., Message]


def claimed() -> list[tuple[str, str]]:
    """Each operation that asks for a facility's signature, once for each FHIR operation of its path."""
    found = []
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if {"signature": []} in operation["security"]:
                enum = [each["schema"].get("enum", [""]) for each in operation["parameters"] if each["in"] == "path"]
                names = next((each for each in enum if each != [""]), [""])
                found += [(f"{method.upper()} {path}", name) for name in names]
    return found


@pytest.fixture(scope="module")
def way(stack: dict[str, Any], stack_place: StackLocation) -> StackJourney:
    walked = StackJourney(stack, stack_place)
    walked.go()
    return walked


@pytest.fixture(scope="module")
def client(way: StackJourney) -> FacilityClient:
    return way.facility


@pytest.fixture(scope="module")
def statement(client: FacilityClient) -> dict[str, Any]:
    found: dict[str, Any] = client.metadata().json
    return found


def true_calls(sign: Sign, way: StackJourney) -> dict[tuple[str, str], Message]:
    """A call of each kind that is answered with what the document says of success."""
    person = {"identifier": f"{NATIONAL_ID}|{way.national_id}", "birthdate": BORN}
    asked = [{"name": "identifier", "valueString": person["identifier"]}, {"name": "birthdate", "valueDate": BORN}]
    parameters = json.dumps({"resourceType": "Parameters", "parameter": asked}).encode()
    patient = {
        "resourceType": "Patient",
        "identifier": [{"system": NATIONAL_ID, "value": way.national_id}],
        "birthDate": BORN,
    }
    matched = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": patient}]}
    form = "&".join(f"{name}={value.replace('|', '%7C')}" for name, value in person.items()).encode()
    written = json.dumps(visit(way.record_id)).encode()
    of_one, of_person = "/v1/fhir/Patient/{id}/{operation}", "/v1/fhir/Patient/{operation}"
    return {
        ("POST /v1/fhir/Patient/_search", ""): sign("POST", "Patient/_search", form, content_type=FORM),
        ("GET /v1/fhir/Patient", ""): sign("GET", "Patient", query=person),
        (f"POST {of_person}", "$summary"): sign("POST", "Patient/$summary", parameters),
        (f"POST {of_person}", "$match"): sign("POST", "Patient/$match", json.dumps(matched).encode()),
        (f"GET {of_person}", "$summary"): sign("GET", "Patient/$summary", query=person),
        (f"GET {of_one}", "$summary"): sign("GET", f"Patient/{way.record_id}/$summary"),
        (f"GET {of_one}", "$everything"): sign("GET", f"Patient/{way.record_id}/$everything"),
        (f"POST {of_one}", "$verify"): sign("POST", f"Patient/{way.record_id}/$verify", parameters),
        ("GET /v1/fhir/Binary/{id}", ""): sign("GET", f"Binary/{'0' * 32}.{'0' * 31}"),
        ("GET /v1/facility-key", ""): sign("GET", "/facility-key"),
        ("POST /v1/fhir/Bundle/{operation}", "$validate"): sign("POST", "Bundle/$validate", written),
        ("POST /v1/fhir", ""): sign("POST", "", written),
        ("POST /v1/hospital-files", ""): sign("POST", "/hospital-files", OUTPATIENT, content_type=XML),
    }


def operation_of(key: str) -> dict[str, Any]:
    method, path = key.split(" ")
    found: dict[str, Any] = DOCUMENT["paths"][path][method.lower()]
    return found


def misfits(content: Any, schema: dict[str, Any]) -> list[str]:
    whole = {**schema, "components": DOCUMENT["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(content)]


def test_every_claimed_call_has_a_true_one(client: FacilityClient, way: StackJourney) -> None:
    assert set(true_calls(client.sign_call, way)) == set(claimed())


@pytest.mark.parametrize(("key", "name"), claimed(), ids=" ".join)
def test_a_true_call_is_answered_as_the_document_says(
    client: FacilityClient, way: StackJourney, key: str, name: str
) -> None:
    answer = client.send(true_calls(client.sign_call, way)[key, name])
    absent = key == "GET /v1/fhir/Binary/{id}"  # nobody has this one
    assert answer.status == (404 if absent else 200), answer.body
    kind = answer.headers["content-type"].partition(";")[0]
    content = operation_of(key)["responses"][str(answer.status)]["content"][kind]
    assert misfits(answer.json, content["schema"]) == []


@pytest.mark.parametrize(("key", "name"), claimed(), ids=" ".join)
def test_each_header_that_the_document_requires_is_required(
    client: FacilityClient, way: StackJourney, key: str, name: str
) -> None:
    stated = [each for each in operation_of(key)["parameters"] if each["in"] == "header"]
    names = ["Signature", *(each["name"] for each in stated if each["required"])]
    assert {"Signature-Input", "Purpose-Of-Use", "Practitioner"} <= set(names)
    for missing in names:
        message = true_calls(client.sign_call, way)[key, name]
        spelled = [each for each in message.headers if each.lower() == missing.lower()]
        assert spelled, missing
        for each in spelled:
            del message.headers[each]
        refused_by_its_form(client.send(message), 401)


def refused_by_its_form(answer: FacilityAnswer, status: int) -> None:
    assert (answer.status, answer.json["resourceType"]) == (status, "OperationOutcome"), answer.body
    assert misfits(answer.json, {"$ref": "#/components/schemas/OperationOutcome"}) == []


def test_the_statement_served_is_the_one_in_the_docs(statement: dict[str, Any], stack: dict[str, Any]) -> None:
    text = (Path(__file__).parents[2] / "docs" / "capability-statement.json").read_text(encoding="utf-8")
    assert statement == json.loads(text.replace("https://suckhoe.example", stack["web_url"]))


def test_every_operation_of_the_statement_is_in_the_document(statement: dict[str, Any]) -> None:
    (rest,) = statement["rest"]
    stated = {f"${each['name']}" for kind in rest["resource"] for each in kind.get("operation", ())}
    assert stated == {name for _, name in claimed() if name}
    assert [each["code"] for each in rest["interaction"]] == ["transaction"]


def test_each_required_search_parameter_is_required_and_no_other_is_known(
    client: FacilityClient, statement: dict[str, Any], way: StackJourney
) -> None:
    (rest,) = statement["rest"]
    (patient,) = [each for each in rest["resource"] if each["type"] == "Patient"]
    person = {"identifier": f"{NATIONAL_ID}|{way.national_id}", "birthdate": BORN}
    assert {each["name"] for each in patient["searchParam"]} == {*person, "name"}
    for kept in person:
        refused_by_its_form(client.call("GET", "Patient", query={kept: person[kept]}), 400)


def test_what_the_statement_claims_no_interaction_of_is_refused_in_its_form(
    client: FacilityClient, statement: dict[str, Any]
) -> None:
    (rest,) = statement["rest"]
    for resource in rest["resource"]:
        if {"interaction", "operation"} & resource.keys():
            continue
        kind, entry = resource["type"], f"{resource['type']}/{NOBODY}"
        for method, path in (("GET", kind), ("POST", kind), ("GET", entry), ("PUT", entry), ("DELETE", entry)):
            body = b"{}" if method in ("POST", "PUT") else b""
            refused_by_its_form(client.call(method, path, body), 404)


def test_another_method_at_a_claimed_address_is_405_and_names_the_right_ones(client: FacilityClient) -> None:
    addresses: dict[str, set[str]] = {}
    for key, name in claimed():
        method, path = key.split(" ")
        if path.startswith("/v1/fhir"):
            addresses.setdefault(path.replace("{operation}", name).replace("{id}", NOBODY), set()).add(method)
    for path, right in addresses.items():
        for method in sorted(set(METHODS) - right):
            body = b"{}" if method in ("POST", "PUT", "PATCH") else b""
            answer = client.call(method, path.removeprefix("/v1/fhir").lstrip("/"), body)
            refused_by_its_form(answer, 405)
            assert set(re.split(r",\s*", answer.headers["allow"])) == right, (method, path)


@pytest.mark.parametrize(
    ("accept", "status"), [("application/fhir+json", 200), ("application/fhir+xml", 406), ("text/html", 406)]
)
def test_the_claimed_format_is_the_only_one(client: FacilityClient, accept: str, status: int) -> None:
    message = Message("GET", f"{client.origin}/v1/fhir/metadata", {"Accept": accept}, b"")
    assert client.send(message).status == status


def test_a_packed_body_arrives_as_it_was_signed(client: FacilityClient, way: StackJourney) -> None:
    packed = gzip.compress(json.dumps(visit(way.record_id)).encode())
    message = client.sign_call("POST", "", packed)
    answer = client.send(replace(message, headers={**message.headers, "Content-Encoding": "gzip"}))
    assert answer.status == 200, answer.body


def test_the_largest_attachment_fits_gateway_functions_and_database(client: FacilityClient, way: StackJourney) -> None:
    content = scan(LARGEST)
    assert client.transaction(bundle(letter(way.record_id, content))).status == 200
    shown = client.summary_by_id(way.record_id).json["entry"]
    (url,) = [each["attachment"]["url"] for entry in shown for each in entry["resource"].get("content", ())]
    binary = client.call("GET", f"Binary/{url.rpartition('/')[2]}")
    assert base64.b64decode(binary.json["data"]) == content
