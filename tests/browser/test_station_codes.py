"""What a station hands on to a person in Chromium: a code on paper that the person uses, and a number that moves."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from ops.local.stack_location import StackLocation
from tests.browser.conftest import PIN, at_station, opened
from tests.browser.journey import Journey
from tests.browser.station import ALL, Station, kept_on_device
from tests.stack.test_journey import BORN, NAME, StackJourney


@pytest.fixture(scope="module")
def tablet(browser: Browser, web_url: str, stack_place: StackLocation, person: StackJourney) -> Iterator[Station]:
    """A tablet that may do all, also move a number, with a nurse at work."""
    with at_station(browser, web_url, stack_place, person.poster, *ALL, "override") as station:
        yield station


def gets_a_paper_code(station: Station, person: StackJourney) -> str:
    """The ten digits that the nurse reads off the page, which are gone with the person."""
    page = station.page
    station.opens(person, BORN)
    station.presses("Tôi đã thấy thẻ")
    station.arrives("verify")
    page.get_by_label("cấp mã trên giấy").check()
    station.shown.locator("#verify-form button.button:not([type])").click()
    number = page.locator("#verify-done .number")
    expect(number).to_be_visible()
    code = number.inner_text()
    assert len(code.replace(" ", "")) == 10
    expect(page.locator("#verify-done")).to_contain_text("dùng một lần")
    expect(page.locator("#print-paper-code")).to_be_visible()
    station.looks_right("paper-code")
    page.emulate_media(media="print")  # the paper holds the code and how to use it, and nothing of the card
    for gone in ("#verify-form", "#patient", "#at-work", "#print-paper-code"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("#verify-done")).to_contain_text("Tôi có mã trên giấy")
    expect(number).to_be_visible()
    page.emulate_media(media="screen")
    return code


def uses_the_code(journey: Journey, person: StackJourney, code: str) -> None:
    journey.arrives("phone")
    journey.page.locator("#phone").fill(person.phone)
    journey.page.get_by_text("Tôi có mã trên giấy").click()
    journey.page.get_by_label("Mã trên giấy, 10 chữ số").fill(code)
    journey.page.get_by_role("button", name="Dùng mã trên giấy").click()


def test_a_paper_code_opens_the_own_page_once_and_stays_nowhere_at_the_station(
    at_work: Station, person: StackJourney, new_phone: Page, web_url: str
) -> None:
    page = at_work.page
    code = gets_a_paper_code(at_work, person)
    at_work.goes_back()  # and comes again: the service tells the code once, so the page keeps it
    at_work.arrives("person")
    at_work.presses("Tôi đã thấy thẻ")
    expect(page.locator("#verify-done .number")).to_have_text(code)
    for button in ("#next-person", "#end-shift"):
        page.locator(button).click()
        expect(page.locator("#question")).to_contain_text("không xem lại được")
        at_work.answers("Chưa: ở lại")
        at_work.arrives("verify")
    at_work.looks_right("paper-code-not-handed-over")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.locator("#next-person").click()  # what was printed is asked about no more
    at_work.arrives("find")
    for form in (code, code.replace(" ", "")):
        assert form not in at_work.page.content()
        assert form not in kept_on_device(at_work.page)
        assert form not in at_work.page.url
    journey = Journey(new_phone, web_url, person.phone)
    new_phone.goto("/records.html")
    uses_the_code(journey, person, code)
    journey.has_come("records")
    assert "__Host-device" in {cookie["name"] for cookie in new_phone.context.cookies()}
    new_phone.context.clear_cookies()
    new_phone.goto("/404.html")
    new_phone.goto("/records.html")
    uses_the_code(journey, person, code)
    journey.sees_the_error("Mã trên giấy không đúng")


def test_settling_another_claim_leaves_the_code_and_the_permission_where_they_are(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    page = at_work.page
    first = StackJourney(stack, stack_place)
    second = StackJourney(stack, stack_place, national_id=first.national_id)
    first.go()
    second.go()
    at_work.types_the_card(first.national_id, BORN)
    at_work.arrives("candidates")
    at_work.shown.get_by_role("button", name="Mở hồ sơ này").first.click()
    at_work.arrives("person")
    at_work.presses("Tôi đã thấy thẻ")
    page.get_by_label("cấp mã trên giấy").check()
    at_work.shown.locator("#verify-form button.button:not([type])").click()
    done = page.locator("#verify-done")
    code = done.locator(".number").inner_text()
    done.get_by_label("Giữ nguyên").check()
    done.get_by_role("button", name="Giải quyết").click()
    at_work.answers("Giải quyết")
    expect(done).to_contain_text("giữ nguyên như đã tự khai")
    expect(done.locator(".number")).to_have_text(code)
    expect(page.locator("#print-paper-code")).to_be_visible()
    at_work.leaves_the_person()
    assert code not in page.content()


def test_a_paper_code_that_is_used_at_the_station_leaves_no_device_there(
    at_work: Station, person: StackJourney, web_url: str
) -> None:
    code = gets_a_paper_code(at_work, person)
    at_work.leaves_the_person()
    with at_work.page.context.expect_page() as opening:
        at_work.presses("khai giúp")
    form = opening.value
    uses_the_code(Journey(form, web_url, person.phone), person, code)
    expect(form.locator('section[data-page="phone"]')).to_be_hidden()
    assert {cookie["name"] for cookie in form.context.cookies()} & {"__Host-session", "__Host-device"} == {
        "__Host-session"
    }
    form.close()
    at_work.page.locator("#end-shift").click()
    at_work.arrives("shift")
    at_work.begins_a_shift()
    expect(at_work.page.locator("#end-shift")).to_be_visible()


def test_a_card_is_confirmed_and_a_pin_permitted_by_the_phones_ending_alone(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    page = at_work.page
    declared = StackJourney(stack, stack_place)
    declared.go()
    at_work.opens(declared, BORN)
    at_work.presses("Tôi đã thấy thẻ")
    at_work.arrives("verify")
    confirm = at_work.shown.locator("#verify-form button.button:not([type])")
    ending = declared.phone[-3:]
    page.get_by_label("xin đặt mã mới").check()
    confirm.click()
    expect(page.locator("#errors")).to_contain_text("hãy hỏi ba số cuối")
    page.get_by_label("Ba số cuối điện thoại").fill(f"{(int(ending) + 1) % 1000:03}")
    confirm.click()
    expect(page.locator("#errors")).to_contain_text("Không có hồ sơ")
    expect(page.locator("#verify-done")).to_be_empty()
    page.get_by_label("Ba số cuối điện thoại").fill(declared.phone)  # the page takes the last three of a whole number
    confirm.click()
    expect(page.locator("#verify-done")).to_contain_text("Đã xác nhận")


def test_a_number_that_is_confirmed_elsewhere_moves_with_a_reason_and_its_holder_is_told(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation, web_url: str
) -> None:
    page = at_work.page
    holder = StackJourney(stack, stack_place)
    holder.go_and_share(PIN)
    mistaken = StackJourney(stack, stack_place)
    mistaken.go()
    at_work.opens(holder, BORN)
    at_work.presses("Tôi đã thấy thẻ")
    at_work.shown.locator("#verify-form button.button:not([type])").click()
    expect(page.locator("#verify-done")).to_contain_text("Đã xác nhận")
    at_work.leaves_the_person()

    at_work.opens(mistaken, BORN)
    at_work.presses("Tôi đã thấy thẻ")
    at_work.arrives("verify")
    page.locator("#card-number").fill(holder.national_id)
    at_work.confirms_another_card()
    expect(page.locator("#errors")).to_contain_text("đã được xác nhận cho hồ sơ khác")
    expect(page.locator("#override")).to_be_visible()
    at_work.looks_right("override")
    at_work.shown.locator("#verify-form button.button:not([type])").click()
    expect(page.locator("#errors")).to_contain_text("Hãy ghi lý do")
    expect(page.locator("#verify-done")).to_be_empty()
    page.get_by_label("Vì sao chuyển số này").fill("Thẻ ở trước mặt, ảnh đúng người")
    at_work.shown.locator("#verify-form button.button:not([type])").click()
    expect(page.locator("#verify-done")).to_contain_text("Đã xác nhận")
    expect(page.locator("#override")).to_be_hidden()
    at_work.leaves_the_person()
    told = Journey(page, web_url, holder.phone).text_message()
    assert NAME not in told
    assert holder.national_id not in told
    lines = {row["action"] for row in holder.rows("audit") if row.get("record_id") == holder.record_id}
    assert "verified-elsewhere" in lines
    at_work.opens(holder, BORN)  # the number now opens the other record, which has it alone
    with page.expect_request("**/$summary") as asked:
        at_work.presses("Xem tóm tắt")
    assert f"Patient/{mistaken.record_id}/" in asked.value.url
    expect(page.locator("#summary-content")).to_contain_text(NAME)


def test_a_device_that_may_not_move_a_number_is_told_whom_to_call(
    browser: Browser, web_url: str, stack: dict[str, Any], stack_place: StackLocation, person: StackJourney
) -> None:
    holder = StackJourney(stack, stack_place)
    holder.go()
    with opened(browser, web_url) as page:
        page.goto("/tram/")
        station = Station(page, stack_place, person.poster)
        station.is_let_in("read", "verify")
        station.begins_a_shift()
        station.opens(holder, BORN)
        station.presses("Tôi đã thấy thẻ")
        station.shown.locator("#verify-form button.button:not([type])").click()
        expect(page.locator("#verify-done")).to_contain_text("Đã xác nhận")
        station.leaves_the_person()
        station.opens(person, BORN)
        station.presses("Tôi đã thấy thẻ")
        page.locator("#card-number").fill(holder.national_id)
        station.confirms_another_card()
        expect(page.locator("#errors")).to_contain_text("Trạm không thay được; gọi tổ vận hành")
        expect(page.locator("#override")).to_be_hidden()


def test_what_is_written_before_every_function_knows_the_device_waits_and_is_sent(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    issue = {"severity": "error", "code": "security", "diagnostics": "signature-key-unknown"}
    refusal = {"resourceType": "OperationOutcome", "issue": [issue]}
    page.route("**/v1/fhir", lambda route: route.fulfill(status=401, json=refusal), times=1)
    at_work.writes("note", text="Hẹn đo lại huyết áp")
    expect(page.locator("#waiting")).to_contain_text("1 việc ghi chưa gửi được")
    page.locator("#waiting a").click()
    at_work.presses("Gửi lại")
    expect(page.locator("#waiting")).to_be_hidden()
