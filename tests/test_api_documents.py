"""The OpenAPI document and the CapabilityStatement say what the service does, and the committed files say the same."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from infrastructure.api.openapi import ROUTE_DESCRIPTIONS, build_document
from infrastructure.config.routes import ROUTES
from tests import api_documents, route_promises
from tests.conftest import World
from tests.contribute.bundles import visit
from tests.declare import people
from tests.facility_desk import register

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
DOCUMENT = build_document()
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


@pytest.mark.parametrize("path", api_documents.documents(), ids=lambda path: path.name)
def test_the_committed_file_is_the_generated_one(path: Any) -> None:
    """If it is not: `.venv/bin/python -m tests.api_documents`, and read the difference."""
    assert path.read_text(encoding="utf-8") == api_documents.text_of(api_documents.documents()[path])


def test_every_route_is_in_the_document_and_nothing_else() -> None:
    assert set(ROUTE_DESCRIPTIONS) == set(OPERATIONS) == {route.key for route in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.key)
def test_the_document_says_who_may_call(route: Any) -> None:
    needs, operation = route_promises.promise_of(route).needs, OPERATIONS[route.key]
    schemes = {scheme for each in operation["security"] for scheme in each}
    wanted = {"nothing": set(), "signature": {"signature"}}.get(needs, {"session"})
    assert schemes - {"page"} == wanted
    if wanted:
        assert "401" in operation["responses"]
    named = {each["name"] for each in operation.get("parameters", []) if each["in"] == "path"}
    assert named == set(re.findall(r"{(\w+)}", route.path))


def references(element: Any) -> Iterator[str]:
    if isinstance(element, dict):
        for name, each in element.items():
            if name == "$ref":
                yield each
            else:
                yield from references(each)
    elif isinstance(element, list):
        for each in element:
            yield from references(each)


def test_every_schema_is_one_and_every_reference_leads_to_one() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    used = {reference.rpartition("/")[2] for reference in references(DOCUMENT)}
    assert used == set(schemas)
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(ids) == len(set(ids))


def holds(name: str, content: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    assert [error.message for error in Draft202012Validator(schema).iter_errors(content)] == []


def test_real_answers_are_as_the_document_says(world: World) -> None:
    cookies = people.sign_in(level=2)
    holds("Declared", people.put(cookies).json)
    desk = register(world)
    holds("Document", desk.summary(NATIONAL_ID, people.NATIONAL_ID, "1960-05-17").json)
    holds("Searchset", desk.search(NATIONAL_ID, people.NATIONAL_ID, "1960-05-17").json)
    holds("Searchset", desk.everything(people.RECORD_ID).json)
    holds("Transaction", visit(people.RECORD_ID))
    holds("TransactionResponse", desk.transaction(visit(people.RECORD_ID)).json)
    holds("OperationOutcome", desk.transaction({}).json)
    holds("CapabilityStatement", desk.metadata().json)
    for name, path in {
        "Records": "/v1/records",
        "QuestionnaireResponse": "/v1/records/{id}",
        "Versions": "/v1/records/{id}/versions",
        "Consents": "/v1/records/{id}/consents",
        "Accesses": "/v1/records/{id}/accesses",
        "Shares": "/v1/records/{id}/shares",
    }.items():
        holds(name, people.call("GET", path, cookies).json)
    share = people.call("POST", "/v1/records/{id}/shares", cookies, body={"minutes": 30})
    holds("Share", share.json)
    holds("Problem", people.call("GET", "/v1/records").json)
    holds("Problem", people.call("POST", "/v1/records/{id}/shares", cookies, body={}).json)
