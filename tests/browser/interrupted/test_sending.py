"""Declarations that wait for a network, answers that were lost, receipts."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.interrupted.server import (
    BUSY,
    GET,
    KEPT,
    NAME,
    PUT,
    SESSION,
    SITE,
    Server,
    at_the_pin,
    fills_no_draft_store,
    has_network,
    has_no_network,
    proves_the_phone,
    to_the_check,
    waits_for,
)
from tests.browser.journey import Journey


@pytest.mark.parametrize("full", [False, True])
def test_a_session_that_ends_while_a_declaration_waits_for_the_network_loses_nothing(
    phone: Page, server: Server, journey: Journey, full: bool
) -> None:
    if full:
        fills_no_draft_store(phone)
    to_the_check(journey)
    has_no_network(phone, server)
    journey.goes_on()
    journey.sees_the_error("Đừng đóng trang")
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
    journey.arrives("identity.full-name")


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
    journey.arrives("pin")
    phone.locator("#pin-skip a").click()
    journey.arrives("receipt")
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
