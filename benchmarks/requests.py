"""Own time of each route: CPU of the handler with botocore, less what the emulated AWS itself uses, and AWS calls."""

import itertools
import random
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

from benchmarks.full_form import full_declaration
from benchmarks.measure import Row, median_row
from tests.conftest import Answer, World, call_handler, province_world
from tests.declare import people
from tests.facility_desk import Desk, register

PHONES = itertools.count(900_000_000)
DIGITS = random.Random(831)  # invented numbers from a fixed seed


@dataclass
class Meter:
    """Figures of each route: own CPU milliseconds, and AWS calls of a request."""

    own: dict[str, list[float]] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    emulated_ns: int = 0
    emulated_calls: int = 0

    def run(self, route: str, work: Callable[[], Any]) -> Any:
        """Measure one request of `route`."""
        emulated, calls, started = self.emulated_ns, self.emulated_calls, time.process_time_ns()
        answer = work()
        spent = time.process_time_ns() - started - (self.emulated_ns - emulated)
        self.own.setdefault(route, []).append(spent / 1e6)
        self.calls[route] = self.emulated_calls - calls
        status = getattr(answer, "status", 200)
        if status >= 300:
            raise RuntimeError(f"{route} answered {status}")
        return answer


@contextmanager
def metered() -> Iterator[Meter]:
    """Count and time what moto answers in AWS's place."""
    meter, real = Meter(), BotocoreStubber.__call__

    def timed(self: Any, *args: Any, **kwargs: Any) -> Any:
        started = time.process_time_ns()
        try:
            return real(self, *args, **kwargs)
        finally:
            meter.emulated_ns += time.process_time_ns() - started
            meter.emulated_calls += 1

    BotocoreStubber.__call__ = timed  # type: ignore[method-assign]
    try:
        yield meter
    finally:
        BotocoreStubber.__call__ = real  # type: ignore[method-assign]


def rows(times: int = 60) -> list[Row]:
    """A row for each route of the main journey, after three rounds that warm up and do not count."""
    with province_world() as world, metered() as meter:
        desk = register(world)
        for turn in range(times + 3):
            if turn == 3:
                meter.own.clear()
            _journey(world, meter, desk)
        return [
            median_row("own time of a request", route, figures, "CPU ms", note=f"{meter.calls[route]} AWS calls")
            for route, figures in meter.own.items()
        ]


def _journey(world: World, meter: Meter, desk: Desk) -> None:
    cookies = _sign_in(world, meter)
    record_id, number = str(uuid.UUID(int=DIGITS.getrandbits(128), version=4)), f"0791600{DIGITS.randrange(10**5):05d}"
    body = people.declaration(identity_national_id={"valueString": number})

    def put(version: int) -> Answer:
        return people.put(cookies, body, record_id=record_id, version=version)

    meter.run("PUT /v1/records/{id} (first)", lambda: put(0))
    whole, other_id = full_declaration(f"0791601{number[7:]}"), str(uuid.UUID(int=DIGITS.getrandbits(128), version=4))
    meter.run(
        "PUT /v1/records/{id} (first, the whole form)",
        lambda: people.put(cookies, whole, record_id=other_id),
    )
    body = people.declaration(identity_national_id={"valueString": number}, measurements_weight={"valueDecimal": 53})
    meter.run("PUT /v1/records/{id} (new version)", lambda: put(1))
    meter.run("GET /v1/records", lambda: people.call("GET", "/v1/records", cookies))
    meter.run("GET /v1/records/{id}", lambda: people.call("GET", people.RECORD, cookies, record_id=record_id))
    system = "http://fhir.ehealth.gov.vn/core/sid/national_id"
    meter.run("POST /v1/fhir/Patient/$summary", lambda: desk.summary(system, number, "1960-05-17"))


def _sign_in(world: World, meter: Meter) -> dict[str, str]:
    from functions.otp.handler import handler

    phone, address = f"0{next(PHONES)}", f"198.51.{DIGITS.randrange(256)}.{DIGITS.randrange(256)}"
    visit = {"poster": "P26911-01"}
    meter.run("POST /v1/visits", lambda: people.call("POST", "/v1/visits", body=visit))
    asked = meter.run(
        "POST /v1/otp", lambda: call_handler(handler, "POST", "/v1/otp", body={"phone": phone}, client=address)
    )
    found = re.search(r"\d{6}", world.sms()[-1][1])
    proof = {"challenge_id": asked.json["challenge_id"], "code": found[0] if found else ""}
    verified = meter.run(
        "POST /v1/otp/verify",
        lambda: call_handler(handler, "POST", "/v1/otp/verify", body=proof, client=address),
    )
    return {"__Host-session": verified.cookie("__Host-session") or ""}
