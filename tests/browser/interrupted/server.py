"""A server played by the test, and what a person does before something comes between."""

import mimetypes
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route

from infrastructure.api.security_headers import headers_of
from tests.browser.journey import Journey

SITE = "http://127.0.0.1:9"
RECORD = "11111111-2222-4333-8444-555555555555"
NAME = "Nguyễn Thị Thử Nghiệm"
BUSY: dict[str, Any] = {"status": 503, "json": {}}
KEPT: dict[str, Any] = {"status": 201, "json": {"receipt": "79-K3QF-7M2A", "warnings": []}}
PUT, GET, SESSION = "PUT /v1/records/*", "GET /v1/records/*", "GET /v1/session"


class Server:
    """The site's files, and an API of one session that answers as it is told: by `says`, else as all goes well."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.folder, self.calls = folder, list[str]()
        self.scope: str | None = "a"
        self.next_scope = "a"
        self.level, self.pin_set, self.permitted = 1, False, False  # a PIN may be set after the first record
        self.says: dict[str, dict[str, Any] | None] = {}  # None: no answer comes
        self.late: list[Route] | None = None  # where answers to `extend` wait
        page.route(f"{SITE}/**", self.answer)

    @property
    def state(self) -> dict[str, Any]:
        about = {"level": self.level, "pin_set": self.pin_set, "pin_permitted": self.permitted}
        return about | {"draft_scope": self.scope, "idle_expires_in": 900, "expires_in": 40000}

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if not path.startswith("/v1/"):
            return self.file(route, path)
        call = re.sub(r"/[0-9a-f-]{36}", "/*", f"{route.request.method} {path}")
        self.calls.append(call)
        if call in self.says:
            told = self.says[call]
            return route.abort() if told is None else route.fulfill(**told)
        if call == "POST /v1/session/extend" and self.late is not None:
            return self.late.append(route)
        return route.fulfill(**self.usual(call))

    def file(self, route: Route, path: str) -> None:
        if f"GET {path}" in self.says:
            return route.abort()
        return route.fulfill(
            path=self.folder / path.lstrip("/"),
            content_type=mimetypes.guess_type(path)[0] or "text/html",
            headers=headers_of(path),
        )

    def usual(self, call: str) -> dict[str, Any]:
        if call == "POST /v1/otp":
            return {"status": 202, "json": {"challenge_id": "c", "expires_in": 600, "resend_after": 1}}
        if call == "POST /v1/otp/verify":
            self.scope = self.next_scope
            return {"json": {"level": 1, "pin_set": self.pin_set, "draft_scope": self.scope}}
        if self.scope is None:
            return {"status": 401, "json": {}}
        if call in (SESSION, "POST /v1/session/extend"):
            return {"json": self.state}
        if call == "GET /v1/records":
            row = {"id": RECORD, "relation": "self", "version": 1, "updated_at": "2026-11-20T02:03:04.000Z"}
            return {"json": {"records": [row]}}
        if call == "DELETE /v1/session":
            self.scope = None
        self.permitted = self.permitted or call == PUT
        return KEPT if call == PUT else {"status": 204}

    def count(self, call: str) -> int:
        return self.calls.count(call)


def to_the_check(journey: Journey) -> None:
    journey.opens()
    journey.fills_in_quickly()
    journey.arrives("check")


def leaves_a_kept_draft(journey: Journey) -> None:
    """The other language is loaded only after the answers were kept."""
    to_the_check(journey)
    journey.page.locator(".switch").click()
    journey.page.wait_for_url("**/en/declare.html#check")
    journey.page.goto("about:blank")


def proves_the_phone(journey: Journey) -> None:
    journey.arrives("phone")
    journey.page.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    journey.page.locator("#code").fill("123456")


def waits_for(page: Page, true: Callable[[], bool]) -> None:
    """Until the test's server has seen what it should."""
    for _ in range(200):
        if true():
            return
        page.wait_for_timeout(20)
    raise AssertionError


def has_no_network(page: Page, server: Server) -> None:
    page.context.set_offline(True)
    server.says = dict.fromkeys((SESSION, PUT, "POST /v1/session/extend", "DELETE /v1/session"))


def has_network(page: Page, server: Server) -> None:
    server.says = {}
    page.context.set_offline(False)


def fills_no_draft_store(page: Page) -> None:
    page.add_init_script("IDBObjectStore.prototype.put = () => { throw new DOMException('full'); };")


def at_the_pin(journey: Journey) -> None:
    to_the_check(journey)
    journey.goes_on()
    types_the_pin(journey)


def types_the_pin(journey: Journey) -> None:
    journey.arrives("pin")
    for box in ("#new-pin", "#pin-again"):
        journey.page.locator(box).fill("270519")
    journey.goes_on()
