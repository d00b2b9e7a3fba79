"""Calls that schemathesis makes up from the OpenAPI document, right and wrong ones: `make fuzz`.

Every answer must be one that the document names, of the shape that it says; none a server error or a stack trace, and
none tells what was sent or what is secret.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from tests.conftest import ORIGIN_SECRET, World, province_world
from tests.declare import people
from tests.facility_desk import register
from tests.fuzz import known
from tests.fuzz.gateway import Gateway

load_all_checks()
EXAMPLES = int(os.environ.get("SSK_FUZZ_EXAMPLES", "100"))
AS_DOCUMENTED: list[Any] = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
SECRETS = (ORIGIN_SECRET, "Traceback", 'File "', "botocore", "dynamodb", "KeyError", "arn:aws")
PERSONAL = (people.NAME, people.NATIONAL_ID, people.INSURANCE, known.PHONE, known.PIN, known.BORN)
gateway = Gateway()
schema = schemathesis.openapi.from_wsgi("/openapi.json", gateway)


@pytest.fixture(scope="module", autouse=True)
def province() -> Iterator[World]:
    """A province with one record and a facility with every permission."""
    with province_world() as world:
        gateway.desk = register(world, daily_patients=20_000, bounds_lifted_until="2099-01-01T00:00:00Z")
        gateway.known = known.Known(world)
        yield world


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_sent_is_answered_as_documented(case: schemathesis.Case[Any]) -> None:
    gateway.known.fill_in(case)
    response = case.call()
    case.validate_response(response, checks=AS_DOCUMENTED)
    secrets = (*SECRETS, *PERSONAL) if response.status_code >= 400 else SECRETS
    assert not [secret for secret in secrets if secret.encode() in response.content]
