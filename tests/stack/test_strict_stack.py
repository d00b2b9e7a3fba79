"""The deployed stack meets what AWS refuses: services that throttle, messages without money, the edge's answers."""

import re
import secrets
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ops.local.emulator import set_limits
from ops.local.emulator_changes.aws_limits import SERVICES
from ops.local.stack_location import StackLocation
from tests.declare.people import declaration
from tests.stack.test_otp_races import Caller

ADDRESS = "127.9.8.9"


@pytest.fixture
def phone() -> str:
    return f"0905{secrets.randbelow(10**6):06d}"


@pytest.fixture
def caller(stack: dict[str, Any]) -> Caller:
    return Caller(stack["web_url"], ADDRESS)


@pytest.fixture
def limits(stack_place: StackLocation, stack: dict[str, Any]) -> Iterator[Callable[..., None]]:
    yield lambda **switches: set_limits(stack_place, **switches)
    set_limits(stack_place, throttled={}, sms_money_spent=False)


def signed_in(caller: Caller, phone: str) -> str:
    code_page = caller.ask(phone)
    answer = caller.verify(code_page, caller.inbox(phone)[-1])
    assert answer.status == 200, answer
    return "; ".join(re.findall(r"__Host-[^=]+=[^;]+", " ".join(answer.cookies)))


@pytest.mark.parametrize("service", ["kms", "dynamodb"])
def test_a_throttled_service_is_told_and_the_declaration_stands_when_it_is_sent_again(
    caller: Caller, phone: str, limits: Callable[..., None], service: str
) -> None:
    cookie, path = signed_in(caller, phone), f"/v1/records/{uuid.uuid4()}"
    send: Callable[[], Any] = lambda: caller.call("PUT", path, declaration(), cookie, **{"if-none-match": "*"})  # noqa: E731
    limits(throttled={service: 1})
    refused = send()
    assert (refused.status, refused.json["status"]) == (503, 503), refused
    assert refused.json["detail"]
    limits(throttled={})
    assert send().status == 201
    assert caller.call("GET", path, None, cookie).status == 200


def test_half_of_all_calls_throttled_loses_no_declaration(
    caller: Caller, phone: str, limits: Callable[..., None]
) -> None:
    cookie, path = signed_in(caller, phone), f"/v1/records/{uuid.uuid4()}"
    limits(throttled=dict.fromkeys(SERVICES, 0.5))
    statuses = []
    while not statuses or (statuses[-1] == 503 and len(statuses) < 40):
        statuses.append(caller.call("PUT", path, declaration(), cookie, **{"if-none-match": "*"}).status)
    assert statuses[-1] in (200, 201), statuses
    limits(throttled={})
    versions = caller.call("GET", f"{path}/versions", None, cookie)
    assert (versions.status, len(versions.json["versions"])) == (200, 1)


def test_without_money_sns_answers_as_always_and_the_code_is_not_in_any_inbox(
    caller: Caller, phone: str, limits: Callable[..., None]
) -> None:
    limits(sms_money_spent=True)
    caller.ask(phone)
    assert caller.inbox(phone) == []


def test_the_edge_answers_in_its_own_words(caller: Caller) -> None:
    unsigned = caller.call("GET", "/v1/fhir/Patient/$summary")
    assert (unsigned.status, unsigned.json["issue"][0]["code"]) == (401, "login")
    assert caller.call("GET", "/v1/records", None, **{"x-one": "a" * 6_000, "x-two": "a" * 6_000}).status == 431
    assert caller.call("GET", "/v1/records", {"a": 1}).status == 403
    assert caller.call("POST", "/index.html").status == 403
