"""A person with a browser and a phone, a clock that stands still, and a count of AWS calls."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import botocore.client
import pytest
import time_machine
from botocore.exceptions import ClientError

from functions.otp.handler import handler
from tests.conftest import Answer, World, call_handler

START = 1_795_399_200  # 23 November 2026, 09:00 in Vietnam; a whole ten minutes
ACCEPTED = {"challenge_id", "expires_in", "resend_after"}


@dataclass
class Browser:
    """A browser with its cookies, at one address."""

    world: World
    client: str = "198.51.100.7"
    cookies: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, route: str, **more: Any) -> Answer:
        answer = call_handler(handler, method, route, cookies=self.cookies, client=self.client, **more)
        for line in answer.cookies:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.split(";")[0]
            if not self.cookies[name]:
                del self.cookies[name]
        return answer

    def ask(self, phone: str = "0901234567", **more: Any) -> Answer:
        return self.call("POST", "/v1/otp", body={"phone": phone, **more})

    def verify(self, challenge: str, code: str, *, earlier: Iterable[str] = ()) -> Answer:
        """`earlier` are the ids that the page was given before."""
        more = {"earlier_challenge_ids": list(earlier)} if earlier else {}
        return self.call("POST", "/v1/otp/verify", body={"challenge_id": challenge, "code": code, **more})

    def code(self) -> str:
        """The code of the newest message."""
        return code_in(self.world.sms()[-1][1])

    def sign_in(self, phone: str = "0901234567", **more: Any) -> Answer:
        asked = self.ask(phone, **more)
        assert asked.status == 202, asked.body
        answer = self.verify(asked.json["challenge_id"], self.code())
        assert answer.status == 200, answer.body
        return answer

    def forget_session(self) -> None:
        del self.cookies["__Host-session"]


@dataclass
class Aws:
    """Every AWS call made, as `service.Operation`; `failing` says which calls fail, and how."""

    calls: list[str] = field(default_factory=list)
    failing: Callable[[str], Exception | None] = lambda _: None

    def fail(self, operation: str, error: Exception, *, from_call: int = 1, times: int = 1_000) -> None:
        """Let `operation` fail from its `from_call`-th call on."""
        count = 0

        def failing(name: str) -> Exception | None:
            nonlocal count
            if not name.endswith(operation):
                return None
            count += 1
            return error if from_call <= count < from_call + times else None

        self.failing = failing

    def work(self) -> None:
        self.failing = lambda _: None


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser(clock: time_machine.Traveller, world: World) -> Browser:
    return Browser(world)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, world: World) -> Aws:
    seen = Aws()
    real = botocore.client.BaseClient._make_api_call

    def recorded(self: Any, operation: str, parameters: dict[str, Any]) -> Any:
        name = f"{self.meta.service_model.service_name}.{operation}"
        seen.calls.append(name)
        if error := seen.failing(name):
            raise error
        return real(self, operation, parameters)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", recorded)
    return seen


def throttled(operation: str) -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, operation)


def code_in(text: str) -> str:
    found = re.search(r"\d{6}", text)
    assert found
    return found[0]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def phone_number(number: int) -> str:
    """Invented mobiles, far from each other."""
    return f"09{(number * 7_654_321 + 12_345_678) % 88_000_000 + 1_000_000:08d}"


def solve(work: dict[str, Any]) -> dict[str, str]:
    """What the page's Web Worker does."""
    nonce = 0
    while True:
        digest = hashlib.sha256(f"{work['seed']}:{nonce}".encode()).digest()
        if int.from_bytes(digest) >> (256 - work["bits"]) == 0:
            return {"seed": work["seed"], "nonce": str(nonce)}
        nonce += 1
