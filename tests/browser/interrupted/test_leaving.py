"""Signing out, other tabs, shared and full phones."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.interrupted.server import (
    BUSY,
    NAME,
    PUT,
    SESSION,
    Server,
    fills_no_draft_store,
    proves_the_phone,
    to_the_check,
    types_the_pin,
    waits_for,
)
from tests.browser.journey import Journey


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
    journey.sees_the_error("Đừng đóng trang: bản khai sẽ tự gửi")


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
