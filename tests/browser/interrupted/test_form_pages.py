"""The form's pages as somebody meets them: wrong answers told at once, nothing destroyed, what it takes to be found."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.interrupted.server import KEPT, PUT, RECORD, Server, to_the_check
from tests.browser.journey import Journey

CONSENTS = "PUT /v1/records/*/consents"
WARNINGS = [{"linkId": "identity.national-id", "message": "Năm sinh trong số khác với năm sinh đã khai."}]


def at(journey: Journey, page: str) -> None:
    journey.opens()
    journey.page.evaluate("(page) => { location.hash = `#${page}`; }", page)
    journey.arrives(page)


def test_enter_takes_the_only_ward_found_and_keeps_the_list_where_there_are_several(
    server: Server, journey: Journey
) -> None:
    at(journey, "identity.ward")
    ward = journey.field("identity.ward")
    box, found = ward.locator("input[type=search]"), ward.locator(".results input")
    box.fill("binh")
    expect(found).not_to_have_count(0)
    some = found.count()
    box.press("Enter")
    expect(found.first).to_be_focused()
    journey.goes_on()
    expect(journey.page.locator("#errors")).to_contain_text("chọn phường, xã trong danh sách")
    expect(found).to_have_count(some)
    expect(box).to_have_value("binh")
    box.fill("binh quoi")
    box.press("Enter")
    expect(ward.get_by_label("Phường Bình Quới")).to_be_checked()


def test_going_on_with_a_fault_destroys_nothing_that_is_on_the_screen(server: Server, journey: Journey) -> None:
    journey.opens()
    seen = (
        "page => [...page.querySelectorAll('input, select, textarea')].map((box) => [box.id, box.value, box.checked])"
    )
    for name in journey.page.evaluate(
        "[...document.querySelectorAll('section[data-page]')].map((one) => one.dataset.page)"
    ):
        page = journey.page.locator(f'section[data-page="{name}"]')
        if name == "check" or not page.locator("[data-field]").count():
            continue
        for box in page.locator("input[type=text], input[type=search], textarea").all():
            box.evaluate("(box) => { box.value = box.dataset.part ? '99' : 'x9'; }")
        page.locator("input[type=radio], input[type=checkbox]").evaluate_all(
            "(all) => { if (all[0]) all[0].checked = true; }"
        )
        before = page.evaluate(seen)
        page.evaluate("(page) => page.querySelector('form').requestSubmit()")
        journey.page.wait_for_timeout(20)
        after = page.evaluate(seen)
        assert after == before, name


def test_a_wrong_answer_is_told_at_its_field_when_it_is_left_and_goes_when_it_is_mended(
    server: Server, journey: Journey
) -> None:
    at(journey, "identity.national-id")
    for link_id, wrong, says, right in (
        ("identity.national-id", "079", "đúng 12 chữ số", "079158000001"),
        ("identity.insurance-number", "DN479", "10 số, 12 số", "DN4790123456789"),
    ):
        field = journey.field(link_id)
        journey.types(link_id, wrong)
        field.locator("input").press("Tab")
        expect(field.locator(".error")).to_contain_text(says)
        journey.types(link_id, right)
        expect(field.locator(".error")).to_be_hidden()
    journey.is_accessible()


def test_all_that_the_server_refuses_stays_told_until_each_is_mended(
    phone: Page, server: Server, journey: Journey
) -> None:
    to_the_check(journey)
    faults = [
        {"pointer": "/item/0/item/3", "linkId": "identity.birth-date", "message": "Nhỏ nhất là 1900."},
        {"pointer": "/item/0/item/5", "linkId": "identity.address", "message": "Có ký tự không dùng được."},
    ]
    server.says = {PUT: {"status": 422, "json": {"errors": faults}}}
    journey.goes_on()
    journey.sees_the_error("Ngày sinh: Nhỏ nhất là 1900.", "thôn: Có ký tự không dùng được.")
    phone.get_by_role("link", name="Sửa câu Họ và tên").click()
    journey.goes_on()
    journey.sees_the_error("Ngày sinh", "thôn")
    phone.locator("#errors a").first.click()
    journey.arrives("identity.ward")
    journey.sees_the_error("Ngày sinh", "thôn")
    journey.goes_on()
    journey.has_come("check")


def test_send_stands_right_after_the_answers_and_the_optional_parts_below(server: Server, journey: Journey) -> None:
    to_the_check(journey)
    top = "(selector) => document.querySelector(selector).getBoundingClientRect().top + scrollY"
    send = journey.page.evaluate(top, 'section[data-page="check"] form > button')
    assert send < journey.page.evaluate(top, "#sections")
    assert send < 2200


def test_a_pin_is_offered_before_the_receipt_and_skipping_says_what_it_costs(
    phone: Page, server: Server, journey: Journey
) -> None:
    to_the_check(journey)
    journey.goes_on()
    journey.arrives("pin")
    expect(journey.shown).to_contain_text("mang căn cước đến trạm y tế")
    journey.is_accessible()
    phone.get_by_role("link", name="Bỏ qua, không đặt mã PIN").click()
    journey.arrives("receipt")
    phone.locator("#finish").click()
    expect(phone.locator("#leaving")).to_contain_text("Bạn chưa đặt mã PIN")
    phone.locator("#stay").click()
    phone.get_by_role("link", name="Xem hồ sơ của tôi").click()
    journey.has_come("records")
    expect(journey.shown).to_contain_text("Bạn chưa đặt mã PIN. Đặt ngay")
    expect(journey.shown).not_to_contain_text("mang căn cước")


def test_whoever_has_just_set_a_pin_is_not_asked_for_it(phone: Page, server: Server, journey: Journey) -> None:
    to_the_check(journey)
    journey.goes_on()
    journey.arrives("pin")
    for box in ("#new-pin", "#pin-again"):
        phone.locator(box).fill("270519")
    journey.goes_on()
    journey.arrives("receipt")
    assert server.calls[-2:] == ["PUT /v1/pin", "POST /v1/pin/verify"]


@pytest.mark.parametrize(
    ("number", "sharing", "says", "mends"),
    [
        ("", "", "không tìm thấy hồ sơ này, kể cả lúc cấp cứu", ["Thêm số căn cước", "Cho phép bác sĩ xem"]),
        ("079158000001", "", "Bác sĩ chưa xem được hồ sơ", ["Cho phép bác sĩ xem"]),
        ("", "on", "không tìm thấy hồ sơ này", ["Thêm số căn cước"]),
        ("079158000001", "on", "hãy nói: tôi có hồ sơ", []),
    ],
)
def test_the_receipt_says_what_hospitals_see_with_one_touch_to_mend_each(
    phone: Page, server: Server, journey: Journey, number: str, sharing: str, says: str, mends: list[str]
) -> None:
    journey.opens()
    journey.fills_in_quickly(**{"identity.national-id": number, "consent.sharing": sharing})
    journey.goes_on()
    journey.receipt()
    seen = phone.locator("#seen")
    expect(seen).to_contain_text(says)
    assert seen.get_by_role("button").all_inner_texts() == mends
    journey.is_accessible()
    if "Cho phép bác sĩ xem" in mends:
        with phone.expect_request("**/consents") as sent:
            phone.locator("#allow-sharing").click()
        assert json.loads(sent.value.post_data or "")["purpose"] == "sharing"
        expect(phone.locator("#status")).to_contain_text("Đã cho phép bác sĩ xem")
        expect(phone.locator("#allow-sharing")).to_have_count(0)
    if "Thêm số căn cước" in mends:
        server.says["GET /v1/records/*"] = {"json": {"item": []}, "headers": {"ETag": '"1"'}}
        seen.get_by_role("button", name="Thêm số căn cước").click()
        journey.arrives("identity.national-id")
        expect(journey.field("consent.sharing")).to_be_hidden()


def test_a_warning_on_the_receipt_leads_to_its_question(phone: Page, server: Server, journey: Journey) -> None:
    journey.opens()
    journey.fills_in_quickly(**{"identity.national-id": "001300000001"})
    kept: dict[str, Any] = {**KEPT, "json": {**KEPT["json"], "warnings": WARNINGS}}
    server.says = {PUT: kept, "GET /v1/records/*": {"json": {"item": []}, "headers": {"ETag": '"1"'}}}
    server.permitted = True
    journey.goes_on()
    journey.receipt()
    phone.locator("#warnings").get_by_role("button", name="Sửa câu này").click()
    journey.arrives("identity.national-id")


def test_sex_and_year_are_proposed_from_the_number(server: Server, journey: Journey) -> None:
    at(journey, "identity.full-name")
    journey.chooses("identity.relation", "Cho tôi")
    journey.types("identity.full-name", "Nguyễn Thị Thử")
    journey.goes_on()
    journey.types("identity.national-id", "079 158 001 234")
    journey.goes_on()
    journey.arrives("identity.ward")
    expect(journey.field("identity.sex").get_by_label("Nữ")).to_be_checked()
    expect(journey.field("identity.birth-date").get_by_label("Năm")).to_have_value("1958")
    expect(journey.page.locator("#from-number")).to_be_visible()


def test_a_choice_is_taken_back_and_a_follow_up_comes_into_view(phone: Page, server: Server, journey: Journey) -> None:
    at(journey, "medicines.any")
    journey.chooses("medicines.any", "Có")
    expect(phone.locator("[data-suggest]")).to_be_visible()
    journey.field("medicines.any").get_by_role("button", name="Bỏ chọn").click()
    expect(journey.field("medicines.any").get_by_label("Có", exact=True)).not_to_be_checked()
    expect(phone.locator("[data-suggest]")).to_be_hidden()
    at(journey, "history.conditions")
    journey.chooses("history.conditions", "Ung thư")
    expect(journey.field("history.cancer-type")).to_be_in_viewport()


def test_a_medicine_is_typed_with_proposals_or_left_to_its_package(
    phone: Page, server: Server, journey: Journey
) -> None:
    to_the_check(journey)
    phone.get_by_role("link", name="Sửa câu Đang dùng thuốc").click()
    journey.chooses("medicines.any", "Có")
    box = phone.locator("[data-suggest]").first
    box.click()
    phone.get_by_role("button", name="Không nhớ tên, có vỏ thuốc").click()
    expect(box).to_have_value("Không nhớ tên, có vỏ thuốc")
    box.fill("glucop")
    phone.get_by_role("button", name="metformin (Glucophage)").click()
    expect(box).to_have_value("metformin (Glucophage)")
    expect(phone.locator(".suggestion")).to_have_count(0)
    journey.types("medicines.item.use", "sáng 1 viên, tối 1 viên")
    journey.is_accessible()
    journey.goes_on()
    journey.arrives("check")
    expect(phone.locator("#answers")).to_contain_text("metformin (Glucophage)")


def test_a_spoken_measure_is_shown_back_and_a_whole_pressure_fills_both_boxes(server: Server, journey: Journey) -> None:
    at(journey, "measurements.height")
    journey.types("measurements.height", "1m65")
    journey.field("measurements.height").locator("input").press("Tab")
    expect(journey.field("measurements.height").locator("input")).to_have_value("165")
    journey.types("measurements.systolic", "12/8")
    journey.field("measurements.systolic").locator("input").press("Tab")
    expect(journey.field("measurements.systolic").locator("input")).to_have_value("120")
    expect(journey.field("measurements.diastolic").locator("input")).to_have_value("80")
    journey.types("measurements.weight", "9")
    journey.field("measurements.weight").locator("input").press("Tab")
    expect(journey.field("measurements.weight").locator(".error")).to_contain_text("không hợp nhau")


def test_the_next_person_of_the_family_has_the_same_ward_and_the_page_says_that_it_keeps(
    phone: Page, server: Server, journey: Journey
) -> None:
    to_the_check(journey)
    journey.goes_on()
    journey.receipt()
    phone.locator("#another").click()
    journey.arrives("identity.full-name")
    expect(journey.shown.locator(".saved")).to_have_text("Đã lưu")
    phone.evaluate("location.hash = '#identity.ward'")
    expect(journey.field("identity.ward").get_by_label("Phường Bình Quới")).to_be_checked()


def test_erasing_says_whose_record_above_its_button(phone: Page, server: Server, journey: Journey) -> None:
    server.level, server.pin_set = 2, True
    journey.opens(f"/records.html#erase/{RECORD}")
    whose = phone.get_by_text("Hồ sơ sẽ bị xóa")
    expect(whose).to_be_visible()
    button = phone.get_by_role("button", name="Xóa hẳn").bounding_box()
    shown = whose.bounding_box()
    assert button
    assert shown
    assert shown["y"] < button["y"]
