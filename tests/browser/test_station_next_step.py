"""Where a nurse stood and did not know what to do next: each place says it, in Chromium on the deployed stack."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from ops.local.stack_location import StackLocation
from tests.browser.conftest import PIN
from tests.browser.journey import Journey
from tests.browser.station import NURSE, Station
from tests.stack.test_journey import BORN, StackJourney

SUBMIT = "form > button.button"
# A camera that shows a picture of nothing, and a detector that reads in it what the test puts into `window.seen`.
STUB = """
navigator.mediaDevices.getUserMedia = async () => document.createElement('canvas').captureStream();
HTMLMediaElement.prototype.play = async () => {};
globalThis.BarcodeDetector = class {
  static async getSupportedFormats() { return ['qr_code']; }
  async detect() { return window.seen ? [{ rawValue: window.seen }] : []; }
};
"""


def goes_to(station: Station, name: str) -> None:
    station.page.evaluate("name => { location.hash = `#${name}`; }", name)
    station.arrives(name)


@pytest.fixture(scope="module")
def closed(stack: dict[str, Any], stack_place: StackLocation) -> StackJourney:
    """Somebody who shares nothing."""
    walked = StackJourney(stack, stack_place, shares=False)
    walked.go()
    return walked


@pytest.fixture
def seeing(at_work: Station) -> Page:
    """The tablet with a camera that sees `window.seen`."""
    at_work.page.evaluate(f"() => {{ {STUB} }}")
    return at_work.page


def shows(page: Page, text: str) -> None:
    page.evaluate("text => { window.seen = text; }", text)


def test_a_code_of_another_kind_says_what_it_is_and_where_it_belongs(
    at_work: Station, seeing: Page, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    other = StackJourney(stack, stack_place, shares=False)
    link = other.go_and_share(PIN)
    dialog = seeing.locator("#scan")
    shows(seeing, link)
    at_work.presses("Quét thẻ căn cước")
    at_work.arrives("summary")
    expect(seeing.locator("#summary-content")).to_contain_text("Tăng huyết áp")
    goes_to(at_work, "verify")
    at_work.presses("Quét thẻ căn cước")
    expect(dialog.locator(".status")).to_contain_text("Đây là mã QR chia sẻ hồ sơ, không phải thẻ")
    at_work.looks_right("share-at-verify")
    dialog.get_by_role("button", name="Thôi").click()
    at_work.leaves_the_person()
    at_work.opens(other, BORN)
    at_work.presses("Xem tóm tắt")
    shows(seeing, f"{other.national_id}||Ngô Thị Chín|09041957|Nữ|12 Bình Quới|25122021")
    at_work.presses("Quét mã QR trên điện thoại")
    expect(dialog.locator("h2")).to_have_text("Quét mã QR trên điện thoại")
    expect(dialog.locator("p").first).not_to_contain_text("thẻ")
    expect(dialog.locator(".status")).to_contain_text("không phải mã QR chia sẻ")
    shows(seeing, link)
    expect(dialog).to_be_hidden()
    expect(seeing.locator("#status")).to_contain_text("Bấm “Xem bằng mã QR”")


def test_a_sharing_code_of_somebody_else_says_that_it_does_not_open_this_record(
    at_work: Station, closed: StackJourney, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    page = at_work.page
    other = StackJourney(stack, stack_place, shares=False)
    link = other.go_and_share(PIN)
    at_work.opens(closed, BORN)
    at_work.presses("Xem tóm tắt")
    page.locator("#share-link").fill(link)
    page.get_by_role("button", name="Xem bằng mã QR").click()
    expect(page.locator("#errors")).to_contain_text("hoặc là của người khác")
    at_work.looks_right("share-of-another")


def test_wrong_digits_of_the_phone_are_said_to_be_among_what_does_not_match(
    at_work: Station, closed: StackJourney
) -> None:
    page = at_work.page
    at_work.opens(closed, BORN)
    at_work.presses("Tôi đã thấy thẻ")
    page.locator("#phone-ending").fill(f"{(int(closed.phone[-3:]) + 1) % 1000:03}")
    at_work.shown.locator("#verify-form button.button:not([type])").click()
    expect(page.locator("#phone-ending-error")).to_contain_text("hỏi lại ba số cuối")
    expect(page.locator("#card-number-error")).to_be_hidden()


def test_the_newest_entry_stands_first_with_dose_lot_and_writer_and_no_visit_that_has_entries(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    at_work.writes("measure", weight="51")
    goes_to(at_work, "vaccine")
    page.locator("#vaccine-which").select_option(label="Sởi")
    page.locator("#vaccine-dose").fill("2")
    page.locator("#vaccine-lot").fill("MR-9")
    for part, text in (("", "1"), ("-month", "5"), ("-year", "2019")):
        page.locator(f"#vaccine-day{part}").fill(text)
    at_work.shown.locator(SUBMIT).click()
    at_work.arrives("write")
    expect(page.locator("#status")).to_have_text("Đã ghi: Tiêm Sởi, mũi 2, số lô MR-9, 01/05/2019.")
    at_work.writes("medicine", name="amlodipin 5 mg", use="1 viên sáng", days="30 ngày")
    expect(page.locator("#status")).to_have_text(re.compile(r"amlodipin 5 mg, 1 viên sáng, đến \d\d/\d\d/\d{4}\.$"))
    goes_to(at_work, "entries")
    expect(page.locator("#status")).to_have_text("")
    lines = at_work.shown.locator("li")
    expect(lines.first).to_contain_text("Thuốc: amlodipin 5 mg: 1 viên sáng")
    expect(lines.nth(1)).to_contain_text("Tiêm: Sởi: mũi 2; MR-9")
    expect(lines.nth(1)).to_contain_text(NURSE)
    expect(lines.nth(2)).to_contain_text("Cân nặng: 51 kg")
    expect(at_work.shown).not_to_contain_text("Lượt khám")
    at_work.looks_right("entries-newest-first")
    goes_to(at_work, "today")
    expect(at_work.shown).to_contain_text("ghi: Thuốc: xong")
    expect(at_work.shown).not_to_contain_text("amlodipin")


def test_a_vaccination_of_another_year_says_so_at_the_visit_that_it_was_written_at(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    page = at_work.page
    child = StackJourney(stack, stack_place)
    child.go()
    at_work.opens(child, BORN)
    goes_to(at_work, "vaccine")
    page.locator("#vaccine-which").select_option(label="Sởi")
    page.locator("#vaccine-dose").fill("1")
    for part, text in (("", ""), ("-month", ""), ("-year", "2019")):
        page.locator(f"#vaccine-day{part}").fill(text)
    at_work.shown.locator(SUBMIT).click()
    at_work.arrives("write")
    goes_to(at_work, "visits")
    expect(at_work.shown.get_by_text("Sởi; mũi 1 · 2019")).to_be_visible()
    at_work.presses("xem Kết quả theo thời gian")
    at_work.arrives("results")


def test_an_empty_appointment_a_pulse_with_its_unit_and_what_a_station_calls_an_illness(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    goes_to(at_work, "appointment")
    at_work.shown.locator(SUBMIT).click()
    expect(page.locator("#errors")).to_contain_text("từ hôm nay trở đi")
    at_work.writes("measure", pulse="80 l/p", temperature="37,2 độ")
    expect(page.locator("#status")).to_have_text("Đã ghi: mạch 80, nhiệt độ 37,2 °C.")
    goes_to(at_work, "diagnosis")
    for typed, code in (("THA", "I10"), ("ĐTĐ", "E14.9"), ("SXH", "A90"), ("tbmmn", "I64")):
        page.locator("#diagnosis-search").fill(typed)
        expect(page.locator("#diagnosis-form .suggestion").first).to_contain_text(code)


def test_two_records_that_say_the_same_are_numbered_and_how_to_tell_them_apart_is_said(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    first = StackJourney(stack, stack_place)
    second = StackJourney(stack, stack_place, national_id=first.national_id)
    first.go()
    second.go()
    at_work.types_the_card(first.national_id, BORN)
    at_work.arrives("candidates")
    expect(at_work.shown.locator("h2", has_text="1. ")).to_have_count(1)
    expect(at_work.shown.locator("h2", has_text="2. ")).to_have_count(1)
    expect(at_work.shown.get_by_text("cha và mẹ cùng khai")).to_have_count(2)
    at_work.looks_right("twins")


def test_a_list_in_which_nothing_waits_any_more_says_so(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    page.context.set_offline(True)
    at_work.writes("note", text="Hẹn tuần sau")
    page.locator("#waiting a").click()
    at_work.arrives("waiting-list")
    page.context.set_offline(False)
    expect(at_work.shown).to_contain_text("Không còn gì chờ gửi")
    expect(page.locator("#waiting-lead")).to_be_hidden()
    goes_to(at_work, "person")


def test_what_waits_says_why_it_waits_now_and_not_what_kept_it_first(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    page.context.set_offline(True)
    at_work.writes("note", text="Hẹn tuần sau")
    at_work.writes("note", text="Dặn uống đủ nước")
    page.locator("#waiting a").click()
    at_work.arrives("waiting-list")
    lines = at_work.shown.locator("li")
    expect(lines.filter(has_text="mạng")).to_have_count(2)
    page.route("**/v1/fhir", lambda route: route.fulfill(status=503, content_type="application/fhir+json", body="{}"))
    page.context.set_offline(False)
    at_work.shown.get_by_role("button", name="Gửi lại").click()
    expect(lines.filter(has_text="mạng")).to_have_count(0)
    expect(lines).to_have_count(2)
    page.unroute("**/v1/fhir")
    at_work.shown.get_by_role("button", name="Gửi lại").click()
    expect(at_work.shown).to_contain_text("Không còn gì chờ gửi")


def test_a_vaccine_that_is_refused_is_written_as_not_given(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    goes_to(at_work, "vaccine")
    page.locator("#vaccine-which").select_option(label="Sởi")
    page.locator("#vaccine-lot").fill("MR-9")
    page.locator("#vaccine-refused").check()
    at_work.shown.locator(SUBMIT).click()
    expect(page.locator("#vaccine-lot-error")).to_contain_text("Không tiêm thì không có mũi và số lô")
    at_work.looks_right("vaccine-refused")
    page.locator("#vaccine-lot").fill("")
    at_work.shown.locator(SUBMIT).click()
    at_work.arrives("write")
    expect(page.locator("#status")).to_have_text("Đã ghi: Không tiêm Sởi: không đồng ý.")
    goes_to(at_work, "entries")
    expect(at_work.shown.locator("li").first).to_contain_text("không làm")


def test_two_medicines_in_one_box_are_asked_about(at_work: Station, person: StackJourney) -> None:
    at_work.opens(person, BORN)
    goes_to(at_work, "medicine")
    at_work.page.locator("#medicine-name").fill("Amlodipin 5mg, Metformin 500mg")
    at_work.shown.locator(SUBMIT).click()
    expect(at_work.page.get_by_role("dialog")).to_contain_text("có phải hai thuốc")
    at_work.answers("Để sửa lại")
    expect(at_work.page.locator("#medicine-name")).to_have_value("Amlodipin 5mg, Metformin 500mg")
    at_work.page.locator("#medicine-name").fill("")


def test_a_card_that_was_scanned_goes_to_the_form_once_and_the_form_leads_back_to_the_station(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation, web_url: str
) -> None:
    page = at_work.page
    man = StackJourney(stack, stack_place)
    page.locator("#find-number").fill(f"{man.national_id}||Lê Văn Già|03021950|Nam|Phường 27, Bình Thạnh|25122021")
    expect(page.locator("#find-number")).to_have_value(man.national_id)
    for name, number in (("Lê Văn Già", man.national_id), ("", "")):  # nothing of the first for the second
        with page.context.expect_page() as opening:
            at_work.presses("khai giúp")
        form = opening.value
        helped = Journey(form, web_url)
        helped.arrives("phone")
        expect(form.locator("#to-station")).to_be_visible()
        helped.proves_the_phone()
        helped.arrives("identity.full-name")
        expect(helped.field("identity.full-name").locator("input")).to_have_value(name)
        expect(helped.field("identity.national-id").locator("input")).to_have_value(number)
        with form.expect_event("close"):
            # A moment later: a call that its own page closes may never be answered.
            form.evaluate("void setTimeout(() => document.querySelector('#to-station').click(), 50)")


def test_whoever_is_helped_and_leaves_without_a_pin_is_not_told_that_something_is_erased(
    at_work: Station, web_url: str
) -> None:
    with at_work.page.context.expect_page() as opening:
        at_work.presses("khai giúp")
    form = opening.value
    man = Journey(form, web_url)
    man.arrives("phone")
    man.proves_the_phone()
    form.locator("#leave").click()
    expect(form.locator("#leaving")).to_contain_text("Xóa và thoát?")
    form.locator("#stay").click()
    man.fills_in_quickly()
    man.goes_on()
    man.receipt()
    form.locator("#finish").click()
    dialog = form.locator("#leaving")
    expect(dialog).to_contain_text("Bạn chưa đặt mã PIN")
    expect(dialog).not_to_contain_text("Xóa")
    form.locator("#leave-now").click()
    man.arrives("phone")
    form.close()


@pytest.mark.parametrize(
    ("reason", "words"), [("too-many-reads", "Cấp cứu vẫn mở được"), ("too-many-misses", "ghi vào sổ của trạm")]
)
def test_a_bound_that_is_reached_says_in_how_many_minutes_to_try_again(
    at_work: Station, person: StackJourney, reason: str, words: str
) -> None:
    page = at_work.page
    issue = {"severity": "error", "code": "throttled", "diagnostics": reason, "details": {"text": "Retry-After"}}
    refusal = {"resourceType": "OperationOutcome", "issue": [issue]}
    page.route(
        "**/Patient/$match",
        lambda route: route.fulfill(status=429, json=refusal, headers={"Retry-After": "601"}),
        times=1,
    )
    at_work.types_the_card(person.national_id, BORN)
    for said in ("sau 11 phút", words):
        expect(page.locator("#errors")).to_contain_text(said)
    expect(page.locator("#errors")).not_to_contain_text("Retry")
