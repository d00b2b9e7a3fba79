"""AWS's limits in the emulator: the switches and the rate of messages, before the emulator's own handlers."""

import asyncio
import json
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import pytest

from ops.local.emulator_changes import aws_limits
from ops.local.emulator_changes.aws_limits import SERVICES, SMS_A_SECOND, Limits, limited, with_switches

SMS = urlencode({"Action": "Publish", "PhoneNumber": "+84900000001", "Message": "x"}).encode()
TO_A_TOPIC = urlencode({"Action": "Publish", "TopicArn": "arn:aws:sns:x:1:t", "Message": "x"}).encode()


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: a browser of other tests may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


class Account:
    """An emulated account of services that only say that they were reached."""

    def __init__(self) -> None:
        self.now, self.chance, self.reached = 100.0, 0.5, 0
        self.limits = Limits(clock=lambda: self.now, chance=lambda: self.chance)

    async def _service(self, *_: Any) -> tuple[int, dict[str, str], bytes]:
        self.reached += 1
        return 200, {}, b"done"

    def call(self, service: str, body: bytes = b"{}") -> tuple[int, bytes]:
        status, _, content = run_apart(limited(service, self._service, self.limits)("POST", "/", {}, body, {}))
        return status, content


@pytest.mark.parametrize("service", SERVICES)
def test_a_throttled_service_says_so_as_often_as_its_switch_says(service: str) -> None:
    account = Account()
    assert account.call(service) == (200, b"done")
    account.limits.switch({"throttled": {service: 0.6}})
    status, body = account.call(service)
    assert (status, b"ThrottlingException" in body, account.reached) == (400, True, 1)
    account.chance = 0.6
    assert account.call(service) == (200, b"done")
    for other in set(SERVICES) - {service}:
        account.chance = 0.0
        assert account.call(other) == (200, b"done")


def test_messages_have_a_rate_and_topics_none() -> None:
    account = Account()
    assert [account.call("sns", SMS)[0] for _ in range(SMS_A_SECOND + 1)] == [200] * SMS_A_SECOND + [400]
    assert account.call("sns", TO_A_TOPIC)[0] == 200
    account.now += 0.0625
    assert [account.call("sns", SMS)[0] for _ in range(2)] == [200, 400]


def test_at_the_spending_limit_sns_answers_as_always_and_sends_nothing() -> None:
    account = Account()
    account.limits.switch({"sms_money_spent": True})
    status, body = account.call("sns", SMS)
    assert (status, b"<MessageId>" in body, account.reached) == (200, True, 0)
    assert account.call("sns", TO_A_TOPIC) == (200, b"done")


def test_a_lenient_account_has_no_limits() -> None:
    account = Account()
    account.limits.switch({"throttled": dict.fromkeys(SERVICES, 1), "sms_money_spent": True, "strict": False})
    assert [account.call("sns", SMS) for _ in range(2 * SMS_A_SECOND)] == [(200, b"done")] * 2 * SMS_A_SECOND
    assert {account.call(service) for service in SERVICES} == {(200, b"done")}


@pytest.mark.parametrize(
    "asked",
    [
        {"throtled": {}},
        {"throttled": {"s3": 1}},
        {"throttled": {"kms": 1.5}},
        {"throttled": {"kms": "1"}},
        {"throttled": 1},
        {"sms_money_spent": 1},
        {"strict": None},
        [],
    ],
)
def test_an_unknown_switch_changes_nothing(asked: Any) -> None:
    limits = Limits()
    before = limits.switches
    assert put(limits, asked)[0] == 400
    assert limits.switches == before


def test_switches_are_set_and_read_by_http() -> None:
    limits = Limits()
    assert put(limits, {"throttled": {"kms": 1}}) == (
        200,
        {"throttled": {"kms": 1}, "sms_money_spent": False, "strict": True},
    )
    assert put(limits, {"sms_money_spent": True})[1]["throttled"] == {"kms": 1}


def put(limits: Limits, asked: Any) -> tuple[int, Any]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": json.dumps(asked).encode(), "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "PUT", "path": aws_limits.PATH}
    run_apart(with_switches(None, limits)(scope, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"])
