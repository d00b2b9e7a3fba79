"""What is there in the province that is fuzzed, so that made-up calls are about somebody and get far."""

import zlib
from collections.abc import Callable
from typing import Any

import schemathesis

from health_record.identity.identifiers import NATIONAL_ID
from tests.conftest import World
from tests.contribute.bundles import CONDITION_ID, visit
from tests.declare import people
from tests.declare.links import token_of
from tests.posters import poster

BORN = "1960-05-17"
PHONE, PIN, PASSCODE = "0901234567", "271828", "4071"
PERSON = {"identifier": f"{NATIONAL_ID}|{people.NATIONAL_ID}", "birthdate": BORN}
OF_A_TYPE = ("$summary", "$match")
OF_A_PERSON = ("$summary", "$everything", "$verify")
PURPOSES: tuple[dict[str, str], ...] = (
    {},
    {},
    {"Purpose-Of-Use": "ETREAT", "Purpose-Reason": "unconscious"},
    {"Purpose-Of-Use": "ETREAT"},
)


def parameters() -> dict[str, Any]:
    """What `$summary`, `$match` and `$verify` ask for."""
    identifier = {"system": NATIONAL_ID, "value": people.NATIONAL_ID}
    patient = {"resourceType": "Patient", "identifier": [identifier], "birthDate": BORN}
    members = [
        {"name": "identifier", "valueIdentifier": identifier},
        {"name": "birthdate", "valueDate": BORN},
        {"name": "resource", "resource": patient},
    ]
    return {"resourceType": "Parameters", "parameter": members}


BODIES: dict[str, Callable[[], dict[str, Any]]] = {
    "POST /v1/otp": lambda: {"phone": PHONE, "poster": poster()},
    "POST /v1/visits": lambda: {"poster": poster()},
    "PUT /v1/pin": lambda: {"pin": PIN},
    "POST /v1/pin/verify": lambda: {"pin": PIN},
    "PUT /v1/records/{id}": people.declaration,
    "PUT /v1/records/{id}/consents": lambda: {
        "purpose": "notices",
        "given": True,
        "text_version": "1.0.0",
        "language": "vi",
    },
    "PUT /v1/records/{id}/restriction": lambda: {"restricted": False},
    "POST /v1/records/{id}/disputes": lambda: {"resource": f"Condition/{CONDITION_ID}", "reason": "x"},
    "POST /v1/records/{id}/shares": lambda: {"minutes": 30, "label": "x", "passcode": PASSCODE},
    "POST /v1/shares/{token}": lambda: {"recipient": "x", "passcode": PASSCODE},
    "POST /v1/fhir": lambda: visit(people.RECORD_ID),
    "POST /v1/fhir/Bundle/{operation}": lambda: visit(people.RECORD_ID),
    "POST /v1/fhir/Patient/_search": lambda: dict(PERSON),
    "POST /v1/fhir/Patient/{operation}": parameters,
    "POST /v1/fhir/Patient/{id}/{operation}": parameters,
}


class Known:
    """One record with a share; it fills in what is known of them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._route = ""
        assert people.put(people.sign_in(level=2)).status == 201
        wish = {"minutes": 1440, "passcode": PASSCODE}
        shared = people.call("POST", "/v1/records/{id}/shares", people.sign_in(level=2), body=wish)
        self.token = token_of(shared.json["shlink"])

    def fill_in(self, case: schemathesis.Case[Any]) -> None:
        """Let half of the calls be about the record, all of them the same whenever they are tried again.

        A quarter are right as a whole, a quarter have one member as it was made up.
        """
        if self._route != f"{case.method} {case.path}":
            self._route = f"{case.method} {case.path}"
            _permit()
        number = zlib.crc32(f"{case.path_parameters} {case.query} {case.body}".encode("utf-8", "replace"))
        if number % 2 or case.method == "DELETE":
            return
        self._name(case, number // 8)
        made_up = case.body
        if right := BODIES.get(self._route):
            case.body = right()
            if isinstance(made_up, dict) and made_up and number % 4:
                name = sorted(made_up)[number // 4 % len(made_up)]
                case.body = case.body | {name: made_up[name]}

    def _name(self, case: schemathesis.Case[Any], number: int) -> None:
        named = case.path_parameters
        if "id" in named:
            named["id"] = people.RECORD_ID
        if "token" in named:
            named["token"] = self.token
        if "entry" in named:
            named |= {"type": "Condition", "entry": CONDITION_ID}
        if "operation" in named:
            operations = OF_A_PERSON if "id" in named else OF_A_TYPE
            if "Bundle" in case.path:
                operations = ("$validate",)
            named["operation"] = operations[number % len(operations)]
        if case.method == "GET" and "birthdate" in (case.query or {}):
            case.query = dict(PERSON)
        if case.method == "PUT" and case.path == people.RECORD:
            meta = people.meta_of(self.world)
            case.headers = {"If-Match": f'"{meta["version"] if meta else 1}"'}
        if case.path.startswith("/v1/fhir"):
            case.headers = dict(PURPOSES[number % len(PURPOSES)])


def _permit() -> None:
    """Let the record be read again, whatever the calls to the route before have said about it."""
    cookies = people.sign_in(level=2)
    wishes: list[tuple[str, dict[str, Any]]] = [
        ("restriction", {"restricted": False}),
        ("consents", {"purpose": "sharing", "given": True, "text_version": "1.0.0", "language": "vi"}),
    ]
    for path, wish in wishes:
        answer = people.call("PUT", f"{people.RECORD}/{path}", cookies, body=wish)
        assert answer.status in (200, 204), answer.body
