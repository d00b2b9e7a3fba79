"""What people were not told: why the PIN is asked for, that tries are over, what was received, erased or left out."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.interrupted.server import (
    GET,
    NAME,
    RECORD,
    Server,
    proves_the_phone,
    to_the_check,
    types_the_pin,
)
from tests.browser.journey import Journey

AGAIN: dict[str, Any] = {
    "status": 403,
    "json": {"type": "/problems/pin-needed-again", "detail": "Hãy nhập lại mã PIN: lần nhập trước đã quá 5 phút."},
}
PASSKEYS = {"json": {"passkeys": [{"id": RECORD, "label": "android", "added_at": "2026-11-20T02:03:04.000Z"}]}}
WRONG = "Mã PIN không đúng."


def wrong_pin(remaining: int) -> dict[str, Any]:
    return {"status": 401, "json": {"detail": WRONG, "remaining": remaining}}


def at_level_2(server: Server) -> None:
    server.level, server.pin_set = 2, True


def erases(journey: Journey) -> None:
    journey.page.locator("#erase-sure").check()
    journey.page.get_by_role("button", name="Xóa hẳn").click()


def removes_the_device(journey: Journey) -> None:
    journey.page.get_by_role("button", name="Bỏ máy này").click()


@pytest.mark.parametrize(
    ("page", "call", "acts"),
    [
        (f"erase/{RECORD}", "DELETE /v1/records/*", erases),
        ("passkeys", "DELETE /v1/passkeys/*", removes_the_device),
    ],
)
def test_what_waits_for_the_pin_again_says_that_nothing_was_done_and_is_come_back_to(
    phone: Page, server: Server, journey: Journey, page: str, call: str, acts: Any
) -> None:
    at_level_2(server)
    server.says = {call: AGAIN, "GET /v1/passkeys": PASSKEYS}
    journey.opens(f"/records.html#{page}")
    acts(journey)
    journey.arrives("enter-pin")
    expect(phone.locator("#pin-needed-again")).to_contain_text("Chưa xóa, chưa bỏ gì")
    journey.is_accessible()
    phone.locator("#own-pin").fill("270519")
    journey.goes_on()
    journey.has_come(page.partition("/")[0])
    del server.says[call]
    acts(journey)
    expect(phone.locator("#pin-needed-again")).to_be_hidden()
    assert server.count(call) == 2


def test_a_device_that_knows_no_fingerprint_says_so(phone: Page, server: Server, journey: Journey) -> None:
    """As this browser without an authenticator, or an old iPhone."""
    at_level_2(server)
    server.says = {"GET /v1/passkeys": {"json": {"passkeys": []}}}
    journey.opens("/records.html#passkeys")
    journey.has_come("passkeys")
    expect(journey.shown).to_contain_text("Chưa có máy nào")
    expect(journey.shown).to_contain_text("không dùng được vân tay hoặc khuôn mặt")
    expect(journey.shown.get_by_role("button")).to_have_count(0)


def test_who_opens_the_own_page_reads_nothing_of_erasing(phone: Page, server: Server, journey: Journey) -> None:
    server.pin_set = True
    journey.opens("/records.html#records")
    journey.arrives("enter-pin")
    expect(phone.locator("#pin-needed-again")).to_be_hidden()
    phone.locator("#own-pin").fill("270519")
    server.level = 2
    journey.goes_on()
    journey.has_come("records")


@pytest.mark.parametrize(("left", "told"), [(2, "Còn 2 lần thử."), (1, "Còn 1 lần thử."), (0, "Đã hết lần thử")])
def test_each_wrong_pin_tells_the_tries_that_are_left_and_the_last_one_that_it_was_the_last(
    phone: Page, server: Server, journey: Journey, left: int, told: str
) -> None:
    server.pin_set = True
    server.says = {"POST /v1/pin/verify": wrong_pin(left), "PUT /v1/pin": wrong_pin(left)}
    journey.opens("/records.html#records")
    journey.arrives("enter-pin")
    phone.locator("#own-pin").fill("864209")
    journey.goes_on()
    journey.sees_the_error(f"{WRONG} {told}")
    at_level_2(server)
    phone.goto("/404.html")
    journey.opens("/records.html#pin")
    phone.locator("#current-pin").fill("864209")
    types_the_pin(journey)
    journey.sees_the_error(f"{WRONG} {told}")


def test_a_wrong_code_on_paper_speaks_of_the_paper(phone: Page, server: Server, journey: Journey) -> None:
    server.scope = None
    server.says = {"POST /v1/otp/verify": {"status": 401, "json": {"detail": "Hãy kiểm tra tin nhắn mới nhất"}}}
    journey.opens("/records.html")
    phone.locator("#phone").fill(journey.number)
    phone.get_by_text("Tôi có mã trên giấy").click()
    phone.locator("#paper-code").fill("12345 67890")
    phone.get_by_role("button", name="Dùng mã trên giấy").click()
    journey.sees_the_error("Mã trên giấy không đúng")


def test_the_page_of_the_pin_says_what_was_received_and_leaving_erases_nothing(
    phone: Page, server: Server, journey: Journey
) -> None:
    to_the_check(journey)
    expect(phone.locator("#leave")).to_have_text("Xóa và thoát")
    journey.goes_on()
    journey.arrives("pin")
    expect(journey.shown).to_contain_text("Đã nhận bản khai.")
    expect(phone.locator("#leave")).to_have_text("Thoát")
    phone.locator("#leave").click()
    expect(phone.locator("#leaving-title")).to_have_text("Thoát?")
    phone.locator("#stay").click()
    types_the_pin(journey)
    journey.arrives("receipt")
    phone.locator("#another").click()
    journey.arrives("identity.full-name")
    expect(phone.locator("#leave")).to_have_text("Xóa và thoát")


@pytest.mark.parametrize(("hours", "is_over"), [("23:59:00", False), ("24:01:00", True)])
def test_a_draft_that_was_erased_after_a_day_is_told(
    phone: Page, server: Server, journey: Journey, hours: str, is_over: bool
) -> None:
    to_the_check(journey)
    phone.wait_for_function("document.querySelector('section:not([hidden]) .saved, #answers').textContent")
    server.scope = None
    phone.goto("about:blank")
    phone.clock.fast_forward(hours)
    journey.opens()
    proves_the_phone(journey)
    journey.arrives("identity.full-name" if is_over else "check")
    told = "Phần khai dở lần trước đã quá 24 giờ nên máy này đã xóa. Hãy khai lại từ đầu."
    expect(phone.locator("#status")).to_have_text(told if is_over else "")


def test_a_correction_names_no_consent_that_it_cannot_change(phone: Page, server: Server, journey: Journey) -> None:
    current = {"resourceType": "QuestionnaireResponse", "item": [{"linkId": "identity", "item": [
        {"linkId": "identity.full-name", "answer": [{"valueString": NAME}]}]}]}  # fmt: skip
    server.says = {GET: {"json": current, "headers": {"ETag": '"3"'}}}
    journey.opens(f"/declare.html#correct={RECORD}")
    journey.fills_in_quickly()
    expect(phone.locator("#answers")).to_contain_text(NAME)
    assert "Cho phép bác sĩ xem" not in phone.locator("#answers").inner_text()
    expect(journey.shown.get_by_role("heading", name="Sự đồng ý")).to_be_hidden()
    for link in phone.locator("#answers a").all():
        link.click()
        expect(journey.shown.locator("[data-field]").filter(visible=True).first).to_be_visible()
        phone.evaluate("location.hash = '#check'")
        journey.arrives("check")


def test_who_is_too_young_is_led_to_the_question_that_mends_it(phone: Page, server: Server, journey: Journey) -> None:
    journey.opens()
    journey.types("identity.full-name", NAME)
    journey.chooses("identity.relation", "Cho tôi")
    journey.moves_on()
    journey.moves_on()
    journey.arrives("identity.ward")
    journey.chooses("identity.sex", "Nữ")
    journey.finds_the_ward("phuong 27 binh thanh", "Phường Bình Quới")
    journey.field("identity.birth-date").get_by_label("Năm").fill("2019")
    journey.goes_on()
    journey.sees_the_error("phải từ 14 tuổi")
    journey.is_accessible()
    in_list = phone.locator("#errors a")
    field = journey.field("identity.birth-date")
    expect(field.locator("[aria-invalid]")).to_have_attribute("data-part", "year")
    beside = field.locator(".error a")
    assert {link.get_attribute("href") for link in (in_list, beside)} == {"#identity.full-name"}
    beside.click()
    journey.arrives("identity.full-name")
    journey.chooses("identity.relation", "Cho con tôi")
    journey.moves_on()
    journey.moves_on()
    journey.arrives("identity.ward")
    journey.moves_on()
    journey.arrives("history.conditions")


def test_the_last_day_of_sharing_is_three_boxes_in_the_page_s_language(
    phone: Page, server: Server, journey: Journey
) -> None:
    at_level_2(server)
    sharing = {"purpose": "sharing", "given": True, "at": "2026-11-20T02:03:04.000Z", "until": "2027-11-20"}
    server.says = {"GET /v1/records/*/consents": {"json": {"consents": [sharing]}}}
    journey.opens(f"/records.html#consents/{RECORD}")
    journey.has_come("consents")
    until = phone.get_by_role("group", name="Cho phép đến hết ngày")
    boxes = [until.get_by_label(label) for label in ("Ngày", "Tháng", "Năm")]
    assert [box.input_value() for box in boxes] == ["20", "11", "2027"]
    assert phone.locator("input[type=date]").count() == 0
    journey.is_accessible()
    for typed, told in (
        (("31", "2", "2027"), "không có ngày này"),
        (("5", "3", "27"), "hãy điền đủ ngày, tháng và năm"),
        (("", "2", "2027"), "hãy điền đủ ngày, tháng và năm"),
        (("5", "", "2027"), "hãy điền đủ ngày, tháng và năm"),
    ):
        for box, text in zip(boxes, typed, strict=True):
            box.fill(text)
        until.get_by_role("button", name="Lưu ngày này").click()
        journey.sees_the_error(f"Cho phép đến hết ngày: {told}")
    assert "PUT /v1/records/*/consents" not in server.calls
    for box, text in zip(boxes, ("5", "3", "2027"), strict=True):
        box.fill(text)
    with phone.expect_request(lambda request: request.method == "PUT") as sent:
        until.get_by_role("button", name="Lưu ngày này").click()
    assert {**sent.value.post_data_json, "text_version": ""} == {
        "purpose": "sharing",
        "given": True,
        "until": "2027-03-05",
        "text_version": "",
        "language": "vi",
    }
    expect(phone.locator("#status")).to_contain_text("Đã ghi nhận")
