"""Every route of the HTTP API refuses what it must, in the contract's shape, and nothing is stored.

The routes are those of `infrastructure.config.routes`, which the template is made of; a route without a line in
`route_promises` fails here. All calls go to the real handlers; the world is compared before and after each.
"""

import datetime
import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from health_record.aws.dynamo import from_wire
from infrastructure.config.routes import ROUTES, Route
from tests import facility_desk, route_promises
from tests.conftest import ORIGIN, ORIGIN_SECRET, REGION, Answer, World, aws, call_handler, province_world
from tests.declare import people
from tests.facility_desk import Desk
from tests.route_promises import MARK, PROMISES

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NOW = datetime.datetime(2026, 11, 23, 8, 0, tzinfo=datetime.UTC)
NO_OBJECTS = (b"{", b"[]", b'"a"', b"null", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"\xff{}", b"[" * 100_000)
ANSWERED_WHATEVER_IS_SENT = ("GET /v1/fhir/metadata", "POST /v1/passkeys/sign-in/options")
LIMIT = {False: 256 * 1024, True: 1024 * 1024}  # residents, facilities
LARGER = {
    "POST /v1/hospital-files": 4 * 1024 * 1024,
    "POST /v1/fhir": 4352 * 1024,
    "POST /v1/fhir/Bundle/{operation}": 4352 * 1024,
}
RESIDENT_ROUTES = [route for route in ROUTES if not route_promises.for_facilities(route)]
SAME_ORIGIN_ROUTES = [route for route in RESIDENT_ROUTES if not route_promises.promise_of(route).cross_origin]
FACILITY_ROUTES = [route for route in ROUTES if route_promises.for_facilities(route)]
SIGNED_ROUTES = [route for route in ROUTES if route.key in PROMISES and PROMISES[route.key].needs == "signature"]


class RouteWorld:
    """A province with one record, its people's sessions and one facility; and what lies in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.creator = people.sign_in(people.ALICE)
        self.same_phone = people.sign_in(people.ALICE)
        self.own = people.sign_in(people.ALICE, level=2)
        self.foreign = people.sign_in(people.BOB, level=2)
        assert people.put(self.creator).status == 201
        self.desk = facility_desk.register(world)
        self.powerless = facility_desk.register(world, "79002", permissions=[])

    def session_id(self) -> str:
        from health_record.identity import sessions

        return sessions.hash_token(self.same_phone[sessions.COOKIE])

    def call(self, route: Route, body: Any = None, **sent: Any) -> Answer:
        """Call the route's function as API Gateway would, for Alice's record or session where the path has an id."""
        own_id = self.session_id() if "sessions" in route.path else people.RECORD_ID
        names = {"id": own_id, "operation": operation_of(route), "share": people.OTHER_ID, "token": "t" * 43}
        names["episode"] = "e" * 32
        names |= {"type": "Condition", "entry": people.OTHER_ID}
        path = {name: value for name, value in names.items() if "{" + name + "}" in route.path}
        headers = {**({"if-match": '"1"'} if route.key == "PUT /v1/records/{id}" else {}), **sent.pop("headers", {})}
        return call_handler(handler_of(route), route.method, route.path, path=path, body=body, headers=headers, **sent)

    def signed(self, desk: Desk, route: Route, body: bytes = b"", **sent: Any) -> Answer:
        """The same, signed by a facility."""
        filled = route.path.replace("{id}", people.RECORD_ID).replace("{operation}", operation_of(route))
        fhir = filled.startswith("/v1/fhir")
        path = filled.removeprefix("/v1/fhir").removeprefix("/") if fhir else filled.removeprefix("/v1")
        answer = desk.call(route.method, path, body, **(sent if fhir else {"content_type": "application/json", **sent}))
        return Answer(answer.status, answer.headers, [], answer.body.decode())

    def creator_or_own(self, route: Route) -> dict[str, str]:
        """A session that gets as far as the route's body."""
        return (
            self.creator if route_promises.promise_of(route).needs in ("creator", "pin right", "session") else self.own
        )

    def everything(self) -> str:
        """All that is stored or was sent: six tables, both buckets, the SMS."""
        tables = [_rows(name) for name in ("access", "records", "keys", "facts", "facilities")]
        objects = [aws("s3").list_objects_v2(Bucket=bucket).get("Contents", []) for bucket in ("insights", "site")]
        return repr((tables, objects, self.world.sms()))

    def audit(self) -> list[dict[str, Any]]:
        return [from_wire(line) for line in _rows("audit")]


def _rows(table: str) -> list[dict[str, Any]]:
    """The table as it lies in moto, many times faster than a Scan."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.dynamodb.models import dynamodb_backends

    found = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[table].all_items()
    return [item.to_json()["Attributes"] for item in found]


@pytest.fixture(scope="module")
def whole_stage() -> Iterator[RouteWorld]:
    with time_machine.travel(NOW, tick=False), province_world() as world:
        yield RouteWorld(world)


@pytest.fixture
def stage(whole_stage: RouteWorld) -> Iterator[RouteWorld]:
    """The stage; whatever a test does on it, nothing may be stored but the denials of facilities."""
    before, trail = whole_stage.everything(), whole_stage.audit()
    yield whole_stage
    assert whole_stage.everything() == before
    fresh = [line for line in whole_stage.audit() if line not in trail]
    assert all(line["outcome"] == "denied" for line in fresh)


def handler_of(route: Route) -> Any:
    return importlib.import_module(f"functions.{route.function}.handler").handler


def operation_of(route: Route) -> str:
    if "Bundle" in route.path:
        return "$validate"
    return "$verify" if route.function == "contribute" else "$summary"


def _has_a_body(route: Route) -> bool:
    return bool(route_promises.promise_of(route).wrong) or "{id}" in route.path


def by_key(routes: list[Route]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("route", routes, ids=lambda route: route.key)


def refused(route: Route, answer: Answer, status: int, kind: str | None = None) -> None:
    """The contract's error shape; nothing of what was sent comes back."""
    assert answer.status == status, (answer.status, answer.body)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == "vi"
    assert answer.cookies == []
    assert MARK not in answer.body
    if route_promises.for_facilities(route):
        _is_outcome(answer, kind)
    else:
        _is_problem(answer, kind)


def _is_problem(answer: Answer, kind: str | None) -> None:
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
    body = answer.json
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == answer.status
    assert body["type"].startswith("/problems/")
    assert kind is None or body["type"] == f"/problems/{kind}"
    assert all(isinstance(body[name], str) and body[name] for name in ("type", "title", "detail"))
    for fault in body.get("errors", []):
        assert {"pointer", "message"} <= set(fault) <= {"pointer", "linkId", "message"}
        assert fault["pointer"] == "" or fault["pointer"].startswith("/")


def _is_outcome(answer: Answer, kind: str | None) -> None:
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    body = answer.json
    assert (body["resourceType"], set(body)) == ("OperationOutcome", {"resourceType", "issue"})
    assert body["issue"]
    for issue in body["issue"]:
        assert {"severity", "code", "details", "diagnostics"} <= set(issue)
        assert issue["severity"] == "error"
        assert issue["details"]["text"]
        assert kind is None or issue["diagnostics"] == kind


def test_every_route_has_a_promise_and_every_promise_a_route() -> None:
    assert {route.key for route in ROUTES} == set(PROMISES)


@by_key(list(ROUTES))
def test_a_call_round_the_front_door_is_refused(stage: RouteWorld, route: Route) -> None:
    trail = stage.audit()
    for secret in (None, "", "guessed", ORIGIN_SECRET[:-1]):
        answer = stage.call(route, headers={"x-ssk-origin": secret}, cookies=stage.own)
        refused(route, answer, 403, "not-through-edge")
    assert stage.audit() == trail


@by_key(list(ROUTES))
def test_a_body_is_read_up_to_its_limit_and_not_one_byte_further(stage: RouteWorld, route: Route) -> None:
    limit = LARGER.get(route.key, LIMIT[route_promises.for_facilities(route)])
    at_limit, above = (b'{"a":"' + MARK.encode() + b"x" * (size - 8 - len(MARK)) + b'"}' for size in (limit, limit + 1))
    assert (len(at_limit), len(above)) == (limit, limit + 1)
    trail = stage.audit()
    refused(route, stage.call(route, above, cookies=stage.own), 413, "too-large")
    noted = [line["detail"] for line in stage.audit() if line not in trail]
    assert noted == (["too-large"] if route_promises.for_facilities(route) else [])
    if route.key not in ANSWERED_WHATEVER_IS_SENT and route.method != "OPTIONS":
        answer = stage.call(route, at_limit)
        assert answer.status != 413
        refused(route, answer, answer.status)


@by_key([route for route in SAME_ORIGIN_ROUTES if route.method != "GET"])
def test_a_change_without_the_header_is_refused(stage: RouteWorld, route: Route) -> None:
    for sent in (None, "", "XMLHttpRequest", "SSK"):
        answer = stage.call(route, headers={"x-requested-with": sent}, cookies=stage.own)
        refused(route, answer, 403, "header-missing")


@by_key([route for route in SAME_ORIGIN_ROUTES if route.method != "GET"])
def test_a_change_from_another_site_is_refused(stage: RouteWorld, route: Route) -> None:
    for origin in ("https://evil.example", "null", f"{ORIGIN}.evil.example", ORIGIN.upper(), ""):
        answer = stage.call(route, headers={"origin": origin}, cookies=stage.own)
        refused(route, answer, 403, "foreign-origin")


@by_key([route for route in ROUTES if route.key in PROMISES and PROMISES[route.key].cross_origin])
def test_what_other_sites_may_call_says_so_in_every_answer_and_needs_no_header(stage: RouteWorld, route: Route) -> None:
    body = None if route.method == "OPTIONS" else {"recipient": "Dr Thử"}
    foreign = {"origin": "https://viewer.example", "x-requested-with": None}
    answer = stage.call(route, body, headers=foreign)
    assert answer.status == (204 if route.method == "OPTIONS" else 404)
    edge = stage.call(route, body, headers=foreign | {"x-ssk-origin": "guessed"})
    assert edge.status == 403
    assert {one.headers["access-control-allow-origin"] for one in (answer, edge)} == {"*"}


@by_key(SAME_ORIGIN_ROUTES)
def test_what_other_sites_may_not_call_lets_no_page_of_theirs_read(stage: RouteWorld, route: Route) -> None:
    answer = stage.call(route, headers={"origin": "https://viewer.example"})
    assert "access-control-allow-origin" not in answer.headers


@by_key([route for route in RESIDENT_ROUTES if route_promises.promise_of(route).needs != "nothing"])
def test_without_a_live_session_a_call_is_refused(stage: RouteWorld, route: Route) -> None:
    for cookies in (None, {"__Host-session": ""}, {"__Host-session": "guessed"}, {"session": "x"}):
        refused(route, stage.call(route, cookies=cookies), 401, "signed-out")
        refused(route, stage.call(route, {"pin": "135790", "restricted": True}, cookies=cookies), 401, "signed-out")


@by_key([route for route in RESIDENT_ROUTES if route_promises.promise_of(route).needs != "nothing"])
def test_a_session_ends_by_the_clock(stage: RouteWorld, route: Route) -> None:
    with time_machine.travel(NOW + datetime.timedelta(minutes=15), tick=False):
        refused(route, stage.call(route, cookies=stage.own), 401, "signed-out")


@by_key([route for route in RESIDENT_ROUTES if route_promises.promise_of(route).others])
def test_what_belongs_to_another_account_is_as_if_it_were_not_there(stage: RouteWorld, route: Route) -> None:
    right = {"purpose": "sharing", "given": False, "text_version": "1.0.0", "language": "vi", "restricted": True}
    body = None if route.method in ("GET", "DELETE") else right
    if route.key == "PUT /v1/records/{id}":
        body = people.declaration()
    elif route.path.endswith("shares") and body:
        body = {"minutes": 30}
    elif route.path.endswith("disputes") and body:
        body = {"resource": route_promises.ENTRY, "reason": "x"}
    elif route.path.endswith("consents") and body:
        body = {name: value for name, value in right.items() if name != "restricted"}
    refused(route, stage.call(route, body, cookies=stage.foreign), 404, "not-found")


@by_key([route for route in RESIDENT_ROUTES if route_promises.promise_of(route).needs in ("creator", "level 2")])
def test_a_phone_alone_reaches_nothing_that_another_session_stored(stage: RouteWorld, route: Route) -> None:
    for cookies in [stage.same_phone] + [stage.creator] * (route_promises.promise_of(route).needs == "level 2"):
        body = people.declaration() if route.key == "PUT /v1/records/{id}" else _consent_or_restriction(route)
        refused(route, stage.call(route, body, cookies=cookies), 403, "level-too-low")


@by_key([route for route in RESIDENT_ROUTES if route_promises.promise_of(route).needs == "pin right"])
def test_a_phone_alone_sets_no_pin(stage: RouteWorld, route: Route) -> None:
    refused(route, stage.call(route, {"pin": "407193"}, cookies=stage.same_phone), 403)


@by_key([route for route in RESIDENT_ROUTES if route_promises.promise_of(route).wrong])
def test_what_is_no_json_object_is_refused(stage: RouteWorld, route: Route) -> None:
    for body in NO_OBJECTS:
        refused(route, stage.call(route, body, cookies=stage.creator_or_own(route)), 400, "not-json")


@by_key([route for route in RESIDENT_ROUTES if route_promises.promise_of(route).wrong])
def test_members_of_a_wrong_type_are_refused_with_their_places(stage: RouteWorld, route: Route) -> None:
    promise = route_promises.promise_of(route)
    for body in promise.wrong:
        answer = stage.call(route, body, cookies=stage.creator_or_own(route))
        refused(route, answer, promise.wrong_status)
        assert answer.json["errors"], body


@by_key(FACILITY_ROUTES)
def test_an_unsigned_call_is_refused_and_noted(stage: RouteWorld, route: Route) -> None:
    trail = stage.audit()
    answer = stage.call(route, headers={"x-requested-with": None})
    if route_promises.promise_of(route).needs == "nothing":
        assert (answer.status, answer.json["resourceType"]) == (200, "CapabilityStatement")
        assert stage.audit() == trail
        return
    refused(route, answer, 401, "signature-missing")
    (line,) = [line for line in stage.audit() if line not in trail]
    assert line["pk"].startswith("unproven#")
    assert line["outcome"] == "denied"


@by_key(FACILITY_ROUTES)
def test_a_residents_session_opens_no_facility_route(stage: RouteWorld, route: Route) -> None:
    if route_promises.promise_of(route).needs == "signature":
        refused(route, stage.call(route, cookies=stage.own), 401, "signature-missing")


@by_key([route for route in SIGNED_ROUTES if route_promises.promise_of(route).permission])
def test_a_facility_without_the_permission_is_refused_and_noted_by_name(stage: RouteWorld, route: Route) -> None:
    trail = stage.audit()
    refused(route, stage.signed(stage.powerless, route, **_sound_call(route)), 403, "permission-missing")
    (line,) = [line for line in stage.audit() if line not in trail]
    assert (line["facility_id"], line["outcome"], line["detail"]) == ("79002", "denied", "permission-missing")


@by_key([route for route in SIGNED_ROUTES if route_promises.promise_of(route).wrong])
def test_a_signed_body_that_is_no_json_object_is_refused(stage: RouteWorld, route: Route) -> None:
    for body in NO_OBJECTS:
        refused(route, stage.signed(stage.desk, route, body), 400, "not-json")


@by_key([route for route in SIGNED_ROUTES if route_promises.promise_of(route).wrong])
def test_a_signed_resource_of_a_wrong_shape_is_refused(stage: RouteWorld, route: Route) -> None:
    promise = route_promises.promise_of(route)
    for body in promise.wrong:
        refused(route, stage.signed(stage.desk, route, json.dumps(body).encode()), promise.wrong_status)


@by_key(
    [
        route
        for route in SIGNED_ROUTES
        if route_promises.promise_of(route).permission == "read" and not _has_a_body(route)
    ]
)
def test_a_signed_search_without_its_two_parameters_is_refused(stage: RouteWorld, route: Route) -> None:
    if route.method == "POST":
        answer = stage.signed(stage.desk, route, b"identifier=" + MARK.encode(), content_type=facility_form())
    else:
        answer = stage.signed(stage.desk, route, query={"identifier": MARK})
    refused(route, answer, 400)


def facility_form() -> str:
    return "application/x-www-form-urlencoded"


def _sound_call(route: Route) -> dict[str, Any]:
    """A body or query that would be understood if the facility might call at all."""
    if route.path.endswith("_search"):
        return {
            "body": b"identifier=http://fhir.ehealth.gov.vn/core/sid/national_id%7C1&birthdate=1985",
            "content_type": facility_form(),
        }
    if route.method == "POST":
        return {"body": json.dumps({"resourceType": "Parameters", "parameter": []}).encode()}
    return {} if "{id}" in route.path else {"query": {"identifier": f"{NATIONAL_ID}|1", "birthdate": "1985"}}


def _consent_or_restriction(route: Route) -> dict[str, Any] | None:
    if route.path.endswith("shares") and route.method == "POST":
        return {"minutes": 30}
    if route.path.endswith("disputes"):
        return {"resource": route_promises.ENTRY, "reason": "x"}
    if route.method != "PUT":
        return None
    if route.path.endswith("restriction"):
        return {"restricted": True}
    return {"purpose": "sharing", "given": False, "text_version": "1.0.0", "language": "vi"}
