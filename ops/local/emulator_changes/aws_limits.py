"""AWS's limits for the calls of functions to KMS, DynamoDB, Secrets Manager and SNS, which the emulator has none of.

Sizes of items, keys, expressions, batches and transactions are the emulator's own. Added here:

- SNS takes 20 SMS a second of an account (https://docs.aws.amazon.com/general/latest/gr/sns.html) and then refuses.
- At the monthly spending limit SNS answers as always and delivers nothing
  (https://docs.aws.amazon.com/sns/latest/dg/sms_preferences.html): a switch.
- A service throttles a share of its calls: a switch for each.

`GET` and `PUT /_ssk/limits` read and set the switches: `{"throttled": {"kms": 0.5}, "sms_money_spent": true}`;
`"strict": false` lifts all of it.
"""

import json
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

PATH = "/_ssk/limits"
SMS_A_SECOND = 20
JSON_ERRORS = {  # by service: how it says that it is asked too often
    "kms": "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.",
    "dynamodb": "Throughput exceeds the current capacity of your table or index. Please try again shortly.",
    "secretsmanager": "Rate exceeded",
}
XML_ERROR = (
    '<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>'
    "<Code>ThrottlingException</Code><Message>Rate exceeded</Message></Error><RequestId>{0}</RequestId></ErrorResponse>"
)
XML_ANSWER = (
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>{0}</MessageId>'
    "</PublishResult><ResponseMetadata><RequestId>{0}</RequestId></ResponseMetadata></PublishResponse>"
)
SERVICES = (*JSON_ERRORS, "sns")

type Answer = tuple[int, dict[str, str], bytes]
type Handler = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Answer]]


class Limits:
    """The switches and the bucket of messages of one emulated account."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, chance: Callable[[], float] = random.random
    ) -> None:
        self._clock, self._chance = clock, chance
        self._messages, self._then = float(SMS_A_SECOND), clock()
        self.throttled: dict[str, float] = {}
        self.sms_money_spent = False
        self.strict = True

    def switch(self, asked: Mapping[str, Any]) -> None:
        """Set what is asked and leave the rest. Raises ValueError for a switch that there is not."""
        wanted = {**self.switches, **asked}
        throttled, spent, strict = wanted["throttled"], wanted["sms_money_spent"], wanted["strict"]
        if wanted.keys() != self.switches.keys() or not throttled.keys() <= set(SERVICES):
            raise ValueError(f"switches are {sorted(self.switches)}; services are {sorted(SERVICES)}")
        if type(spent) is not bool or type(strict) is not bool or not all(0 <= one <= 1 for one in throttled.values()):
            raise ValueError("a switch is true or false, a share of calls is from 0 to 1")
        self.throttled, self.sms_money_spent, self.strict = dict(throttled), spent, strict

    @property
    def switches(self) -> dict[str, Any]:
        """As they are set."""
        return {"throttled": self.throttled, "sms_money_spent": self.sms_money_spent, "strict": self.strict}

    def refusal(self, service: str) -> Answer | None:
        """What a throttled service answers, as often as its switch says."""
        if self._chance() >= self.throttled.get(service, 0):
            return None
        return too_often(service)

    def sms(self) -> Answer | None:
        """What SNS answers to an SMS without sending it; None lets it be sent."""
        now = self._clock()
        self._messages = min(SMS_A_SECOND, self._messages + (now - self._then) * SMS_A_SECOND)
        self._then = now
        if self._messages < 1:
            return too_often("sns")
        self._messages -= 1
        return _xml(200, XML_ANSWER) if self.sms_money_spent else None


def too_often(service: str) -> Answer:
    """The service's words for it."""
    if service == "sns":
        return _xml(400, XML_ERROR)
    body = json.dumps({"__type": "ThrottlingException", "message": JSON_ERRORS[service]})
    return 400, {"Content-Type": "application/x-amz-json-1.1"}, body.encode()


def add(emulator: Any) -> None:
    """Put the limits before the services of the emulator's module `app`, and the switches beside them."""
    limits = Limits()
    for service in SERVICES:
        emulator.SERVICE_HANDLERS[service] = limited(service, emulator.SERVICE_HANDLERS[service], limits)
    emulator.app = with_switches(emulator.app, limits)


def limited(service: str, handler: Handler, limits: Limits) -> Handler:
    """The handler of a service behind the limits."""

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Answer:
        refused = limits.refusal(service) if limits.strict else None
        if refused is None and limits.strict and service == "sns" and _is_sms(body):
            refused = limits.sms()
        return await handler(method, path, headers, body, query) if refused is None else refused

    return handle


def with_switches(app: Any, limits: Limits) -> Any:
    """The ASGI application with `PATH` beside the rest."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await app(scope, receive, send)
            return
        status = 200
        if scope["method"] == "PUT":
            try:
                limits.switch(json.loads(await _body(receive)))
            except (ValueError, AttributeError, TypeError) as error:
                status, said = 400, {"message": str(error)}
        content = json.dumps(limits.switches if status == 200 else said).encode()
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": content})

    return answer


async def _body(receive: Any) -> bytes:
    content, more = b"", True
    while more:
        part = await receive()
        content, more = content + part.get("body", b""), part.get("more_body", False)
    return content


def _is_sms(body: bytes) -> bool:
    asked = parse_qs(body.decode("utf-8", "replace"))
    return asked.get("Action") == ["Publish"] and "PhoneNumber" in asked


def _xml(status: int, text: str) -> Answer:
    return status, {"Content-Type": "text/xml"}, text.format(uuid.uuid4()).encode()
