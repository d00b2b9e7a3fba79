"""Slow networks, ended sessions, other tabs, full phones: the built site in Chromium, its server played by the test."""

import json
import mimetypes
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import opened
from tests.browser.journey import Journey
from web.build import build

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
            path=self.folder / path.lstrip("/"), content_type=mimetypes.guess_type(path)[0] or "text/html"
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build("79", folder, hotline="1022")
    return folder


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone of its own, with a clock that the test turns."""
    with opened(browser, SITE) as page:
        page.clock.install()
        yield page


@pytest.fixture
def server(phone: Page, folder: Path) -> Server:
    return Server(phone, folder)


@pytest.fixture
def journey(phone: Page, server: Server) -> Journey:
    return Journey(phone, SITE)


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
    journey.goes_on()


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


@pytest.mark.parametrize("full", [False, True])
def test_a_session_that_ends_while_a_declaration_waits_for_the_network_loses_nothing(
    phone: Page, server: Server, journey: Journey, full: bool
) -> None:
    if full:
        fills_no_draft_store(phone)
    to_the_check(journey)
    has_no_network(phone, server)
    journey.goes_on()
    journey.sees_the_error("Xin đừng đóng trang")
    phone.clock.run_for("15:10")
    journey.sees_the_error("Những gì đã điền vẫn còn")
    server.scope = None
    server.calls.clear()
    has_network(phone, server)
    phone.clock.run_for("05:00")
    journey.sees_the_error("Những gì đã điền vẫn còn")
    assert server.count(PUT) == 0
    proves_the_phone(journey)
    journey.arrives("check")
    expect(phone.locator("#answers")).to_contain_text(NAME)


def test_a_session_found_ended_twice_ends_once(phone: Page, server: Server, journey: Journey) -> None:
    fills_no_draft_store(phone)
    to_the_check(journey)
    phone.clock.run_for("14:30")
    server.late, server.scope = [], None
    phone.locator("#extend").click()
    waits_for(phone, lambda: bool(server.late))
    phone.clock.run_for("01:00")
    journey.arrives("phone")
    for route in server.late:
        route.fulfill(status=401, json={})
    server.late = None
    proves_the_phone(journey)
    journey.arrives("check")
    expect(phone.locator("#answers")).to_contain_text(NAME)


def test_a_declaration_is_sent_by_itself_also_where_the_phone_never_saw_the_network_go(
    phone: Page, server: Server, journey: Journey
) -> None:
    to_the_check(journey)
    server.says = {PUT: None}
    journey.goes_on()
    journey.sees_the_error("sẽ tự gửi khi có mạng lại")
    for pause, tries in (("00:19", 1), ("00:02", 2), ("00:38", 2), ("00:03", 3)):
        phone.clock.run_for(pause)
        waits_for(phone, lambda tries=tries: server.count(PUT) == tries)  # type: ignore[misc]
    journey.sees_the_error("sẽ tự gửi khi có mạng lại")
    server.says = {}
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert journey.receipt() == "79-K3QF-7M2A"
    phone.clock.run_for("10:00")
    assert server.count(PUT) == 4


def test_what_is_changed_while_it_waits_is_sent_only_by_its_button(
    phone: Page, server: Server, journey: Journey
) -> None:
    to_the_check(journey)
    server.says = {PUT: None}
    journey.goes_on()
    journey.sees_the_error("sẽ tự gửi khi có mạng lại")
    phone.get_by_role("link", name="Sửa câu Họ và tên").click()
    journey.types("identity.full-name", "Y Blếp")
    journey.goes_on()
    journey.arrives("check")
    server.says = {}
    phone.clock.run_for("05:00")
    assert server.count(PUT) == 1
    journey.goes_on()
    journey.receipt()


@pytest.mark.parametrize("told", [None, BUSY, {"status": 500, "json": {}}, {"status": 429, "json": {}}])
def test_a_correction_that_cannot_be_opened_stays_one_and_spares_the_kept_draft(
    phone: Page, server: Server, journey: Journey, told: dict[str, Any] | None
) -> None:
    leaves_a_kept_draft(journey)
    server.says = {GET: told}
    phone.goto(f"/declare.html#correct={RECORD}")
    journey.arrives("unopened")
    journey.is_accessible()
    journey.goes_on()
    journey.sees_the_error("Hãy thử lại")
    current = {"resourceType": "QuestionnaireResponse", "item": [{"linkId": "identity", "item": [
        {"linkId": "identity.full-name", "answer": [{"valueString": "Y Blếp"}]}]}]}  # fmt: skip
    server.says = {GET: {"json": current, "headers": {"ETag": '"3"'}}}
    journey.goes_on()
    expect(journey.shown).not_to_have_attribute("data-page", "unopened")
    assert phone.evaluate("JSON.parse(sessionStorage.getItem('ssk')).correcting") == RECORD
    phone.goto("about:blank")
    phone.goto("/declare.html#new")
    journey.arrives("check")
    expect(phone.locator("#answers")).to_contain_text(NAME)


def test_without_the_right_to_read_the_unsent_declaration_goes_on(
    phone: Page, server: Server, journey: Journey
) -> None:
    leaves_a_kept_draft(journey)
    server.says = {GET: {"status": 403, "json": {}}}
    phone.goto(f"/declare.html#correct={RECORD}")
    journey.arrives("check")
    expect(phone.locator("#answers")).to_contain_text(NAME)


def test_an_unsent_correction_waits_for_the_pin_after_its_session_ended(
    phone: Page, server: Server, journey: Journey
) -> None:
    current = {"resourceType": "QuestionnaireResponse", "item": [{"linkId": "identity", "item": [
        {"linkId": "identity.full-name", "answer": [{"valueString": NAME}]}]}]}  # fmt: skip
    server.says = {GET: {"json": current, "headers": {"ETag": '"3"'}}}
    journey.opens(f"/declare.html#correct={RECORD}")
    phone.evaluate("location.hash = '#identity.full-name'")
    journey.types("identity.full-name", "Y Blếp")
    phone.clock.run_for("15:10")
    journey.sees_the_error("Những gì đã điền vẫn còn")
    readable, server.says = server.says, {GET: {"status": 403, "json": {}}}
    proves_the_phone(journey)
    journey.arrives("unopened")
    journey.goes_on()
    journey.sees_the_error("Hãy thử lại")
    expect(journey.shown).to_contain_text("bằng mã PIN")
    journey.is_accessible()
    assert "Y Blếp" not in phone.content()
    server.says = readable
    phone.goto("about:blank")
    phone.goto(f"/declare.html#correct={RECORD}")
    journey.arrives("identity.full-name")
    expect(journey.field("identity.full-name").locator("input")).to_have_value("Y Blếp")


def at_the_pin(journey: Journey) -> None:
    to_the_check(journey)
    journey.goes_on()
    journey.receipt()
    journey.page.locator("#pin-offer a").click()
    types_the_pin(journey)


def types_the_pin(journey: Journey) -> None:
    journey.arrives("pin")
    for box in ("#new-pin", "#pin-again"):
        journey.page.locator(box).fill("270519")
    journey.goes_on()


def test_a_pin_whose_answer_was_lost_is_found_to_be_set(phone: Page, server: Server, journey: Journey) -> None:
    server.says = {"PUT /v1/pin": None}
    at_the_pin(journey)
    journey.sees_the_error("Không có kết nối mạng")
    detail = "Hãy mang căn cước đến trạm y tế."
    server.says = {"PUT /v1/pin": {"status": 403, "json": {"detail": detail}}}
    server.says["POST /v1/pin/verify"] = {"status": 401, "json": {}}
    journey.goes_on()
    journey.sees_the_error(detail)
    del server.says["POST /v1/pin/verify"]
    journey.goes_on()
    expect(phone.locator("#pin-done")).to_be_visible()


def test_a_declaration_received_at_an_earlier_try_is_told_so(phone: Page, server: Server, journey: Journey) -> None:
    to_the_check(journey)
    server.says = {PUT: {"status": 412, "json": {"detail": "Hồ sơ đã có bản khác."}}, GET: {"status": 403, "json": {}}}
    journey.goes_on()
    journey.arrives("receipt")
    expect(journey.shown).to_contain_text("đã được nhận ở lần gửi trước")
    expect(phone.locator("#receipt-number")).to_be_hidden()
    journey.is_accessible()
    phone.locator("#another").click()
    journey.arrives("identity.relation")


def test_the_offer_of_a_pin_comes_once_the_server_answers(phone: Page, server: Server, journey: Journey) -> None:
    to_the_check(journey)

    def keeps_and_falls_silent(route: Route) -> None:
        server.says, server.permitted = {SESSION: BUSY}, True
        route.fulfill(**KEPT)

    phone.route(f"{SITE}/v1/records/*", keeps_and_falls_silent, times=1)
    journey.goes_on()
    assert journey.receipt() == "79-K3QF-7M2A"
    expect(phone.locator("#pin-offer")).to_be_hidden()
    server.says = {SESSION: None}
    phone.clock.run_for("00:21")
    assert journey.receipt() == "79-K3QF-7M2A"
    server.says = {}
    phone.clock.run_for("00:41")
    expect(phone.locator("#pin-offer")).to_be_visible()


def test_one_busy_answer_after_a_right_code_signs_nobody_out(phone: Page, server: Server, journey: Journey) -> None:
    server.scope = None
    journey.opens("/records.html")
    server.says = {SESSION: BUSY}
    journey.arrives("phone")
    phone.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    phone.locator("#code").fill("123456")
    journey.goes_on()
    waits_for(phone, lambda: server.count(SESSION) == 2)
    phone.clock.run_for("00:06")
    journey.has_come("records")


def test_an_idle_receipt_ends_with_the_words_that_it_was_received(
    phone: Page, server: Server, journey: Journey
) -> None:
    to_the_check(journey)
    journey.goes_on()
    journey.receipt()
    phone.clock.run_for("15:10")
    journey.sees_the_error("đã được nhận, không cần gửi lại. Số biên nhận: 79-K3QF-7M2A.")


@pytest.mark.parametrize("told", [None, BUSY])
@pytest.mark.parametrize("place", ["declare", "records"])
def test_a_sign_out_that_fails_empties_the_page_says_so_and_is_finished_later(
    phone: Page, server: Server, journey: Journey, place: str, told: dict[str, Any] | None
) -> None:
    if place == "declare":
        to_the_check(journey)
    else:
        journey.opens("/records.html#records")
        journey.has_come("records")
    server.says = {"DELETE /v1/session": told}
    phone.locator("#leave").click()
    if place == "declare":
        phone.locator("#leave-now").click()
    journey.sees_the_error("Chưa thoát được")
    journey.arrives("phone")
    assert NAME not in phone.content()
    assert "Của tôi" not in phone.locator("main .content").all_inner_texts()
    assert phone.evaluate("[...document.querySelectorAll('input[type=text]')].map((box) => box.value).join('')") == ""
    server.calls.clear()
    phone.reload()
    journey.arrives("phone")
    assert server.calls == ["DELETE /v1/session"]
    server.says = {}
    phone.reload()
    journey.arrives("phone")
    assert server.calls[1:] == ["DELETE /v1/session", SESSION]
    assert phone.evaluate("localStorage.length") == 0


def test_a_sign_out_that_failed_is_told_again_by_itself(phone: Page, server: Server, journey: Journey) -> None:
    journey.opens("/records.html#records")
    journey.has_come("records")
    server.says = {"DELETE /v1/session": None}
    phone.locator("#leave").click()
    journey.sees_the_error("Chưa thoát được")
    server.says = {}
    phone.clock.run_for("00:21")
    expect(phone.locator("#status")).to_have_text("Đã thoát.")
    assert server.scope is None


def test_a_new_sign_in_is_not_ended_by_the_sign_out_before_it(phone: Page, server: Server, journey: Journey) -> None:
    journey.opens("/records.html#records")
    server.says = {"DELETE /v1/session": None}
    phone.locator("#leave").click()
    journey.sees_the_error("Chưa thoát được")
    proves_the_phone(journey)
    journey.has_come("records")
    server.says = {}
    server.calls.clear()
    phone.clock.run_for("01:00")
    phone.reload()
    journey.has_come("records")
    assert "DELETE /v1/session" not in server.calls


def test_the_first_page_finishes_a_sign_out_too(phone: Page, server: Server) -> None:
    phone.goto("/index.html")
    assert server.calls == []
    phone.evaluate("localStorage.setItem('ssk-leaving', '')")
    phone.reload()
    waits_for(phone, lambda: server.calls == ["DELETE /v1/session"])


def test_answers_do_not_go_to_the_account_that_another_tab_signed_in_to(
    phone: Page, server: Server, journey: Journey
) -> None:
    to_the_check(journey)
    server.scope = "b"
    journey.goes_on()
    journey.arrives("phone")
    assert server.count(PUT) == 0
    assert NAME not in phone.locator("#answers").inner_text()
    proves_the_phone(journey)
    journey.arrives("check")
    expect(phone.locator("#answers")).to_contain_text(NAME)
    journey.goes_on()
    journey.receipt()
    phone.locator("#pin-offer a").click()
    server.scope = "b"
    types_the_pin(journey)
    journey.sees_the_error("đã được nhận")
    assert server.count("PUT /v1/pin") == 0


def test_going_on_notices_another_tabs_account(phone: Page, server: Server, journey: Journey) -> None:
    to_the_check(journey)
    server.scope = "b"
    phone.clock.run_for("04:00")
    phone.get_by_role("link", name="Sửa câu Họ và tên").click()
    journey.arrives("phone")


def test_where_nothing_can_be_kept_no_switch_loses_the_answers(phone: Page, server: Server, journey: Journey) -> None:
    fills_no_draft_store(phone)
    journey.opens()
    expect(phone.locator(".switch")).to_be_hidden()
    journey.fills_in_quickly()
    server.says = {PUT: None}
    journey.goes_on()
    journey.sees_the_error("Xin đừng đóng trang: bản khai sẽ tự gửi")


@pytest.mark.parametrize("page_name", ["declare", "records"])
def test_a_shared_phone_stays_one_after_a_reload(phone: Page, server: Server, journey: Journey, page_name: str) -> None:
    server.scope = None
    journey.opens(f"/{page_name}.html")
    phone.locator("#shared").check()
    phone.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    phone.reload()
    phone.get_by_role("link", name="Đổi số điện thoại").click()
    journey.arrives("phone")
    expect(phone.locator("#shared")).to_be_checked()
    phone.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    assert json.loads(phone.evaluate("sessionStorage.getItem('ssk')"))["shared"] is True


def test_versions_without_their_questions_say_so(phone: Page, server: Server, journey: Journey) -> None:
    server.level, server.pin_set = 2, True
    server.says = {"GET /questionnaire.json": None}
    journey.opens(f"/records.html#versions/{RECORD}")
    journey.sees_the_error("Không có kết nối mạng")
    expect(phone.locator("#status")).to_have_text("")


def test_an_error_goes_when_the_next_try_succeeds(phone: Page, server: Server, journey: Journey) -> None:
    server.level, server.pin_set = 2, True
    consents = "GET /v1/records/*/consents"
    server.says = {consents: {"json": {"consents": []}}, consents.replace("GET", "PUT"): None}
    journey.opens(f"/records.html#consents/{RECORD}")
    journey.has_come("consents")
    title = phone.title()
    phone.locator("#consent-notices").click()
    journey.sees_the_error("Không có kết nối mạng")
    del server.says[consents.replace("GET", "PUT")]
    phone.locator("#consent-notices").click()
    expect(phone.locator("#status")).to_contain_text("Đã ghi nhận")
    expect(phone.locator("#errors")).to_be_hidden()
    assert phone.title() == title
    restriction = "PUT /v1/records/*/restriction"
    server.says |= {restriction: BUSY}
    phone.goto(f"/records.html#record/{RECORD}")
    phone.get_by_role("button", name="Tạm ngừng").click()
    journey.sees_the_error("đang bận")
    del server.says[restriction]
    phone.get_by_role("button", name="Tạm ngừng").click()
    expect(phone.locator("#errors")).to_be_hidden()


def test_a_code_sent_again_is_confirmed_and_the_focus_waits_for_it(
    phone: Page, server: Server, journey: Journey
) -> None:
    server.scope = None
    journey.opens()
    phone.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    phone.clock.run_for("00:02")
    server.says = {"POST /v1/otp": BUSY}
    phone.locator("#resend").click()
    journey.sees_the_error("Hiện chưa gửi được tin nhắn")
    server.says = {}
    phone.locator("#resend").click()
    expect(phone.locator("#status")).to_contain_text("Đã nhắn lại mã")
    expect(phone.locator("#errors")).to_be_hidden()
    expect(phone.locator("#code")).to_be_focused()


def test_a_changed_pin_is_confirmed_on_the_list(phone: Page, server: Server, journey: Journey) -> None:
    server.level, server.pin_set = 2, True
    journey.opens("/records.html#pin")
    types_the_pin(journey)
    journey.has_come("records")
    expect(journey.shown).to_contain_text("Đã đặt mã PIN")
