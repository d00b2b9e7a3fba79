"""What is asked before something is left, and ways on where a nurse stood still, in Chromium on the deployed stack."""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from ops.local.stack_location import StackLocation
from tests.browser.conftest import PIN
from tests.browser.journey import Journey
from tests.browser.station import Station
from tests.stack.test_journey import BORN, NAME, StackJourney

SUBMIT = "form > button.button"
type Answer = Callable[[Page, Locator], None]


def goes_to(station: Station, name: str) -> None:
    station.page.evaluate("name => { location.hash = `#${name}`; }", name)
    station.arrives(name)


def test_half_typed_entries_are_asked_about_before_the_person_or_the_shift_is_left(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    goes_to(at_work, "vaccine")  # the day that the page fills in is nobody's entry
    goes_to(at_work, "note")
    page.locator("#note-text").fill("đau đầu từ sáng")
    goes_to(at_work, "person")
    for button in ("#next-person", "#end-shift"):
        page.locator(button).click()
        expect(page.locator("#question")).to_contain_text("chưa được ghi")
        at_work.answers("Ở lại để ghi")
        at_work.arrives("person")
    at_work.looks_right("person-with-a-note")
    page.locator("#next-person").click()
    at_work.answers("Bỏ những gì đang gõ")
    at_work.arrives("find")
    at_work.opens(person, BORN)
    goes_to(at_work, "note")
    expect(page.locator("#note-text")).to_have_value("")
    page.locator("#next-person").click()  # nothing was typed, nothing is asked
    at_work.arrives("find")


def test_whoever_ends_the_shift_hears_of_what_is_not_sent(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    page.context.set_offline(True)
    at_work.writes("note", text="Hẹn tuần sau")
    at_work.leaves_the_person()
    page.locator("#end-shift").click()
    expect(page.locator("#question")).to_contain_text("Đừng tắt máy")
    at_work.answers("Hết ca")
    at_work.arrives("shift")
    page.locator("#waiting a").click()
    at_work.arrives("waiting-list")
    expect(at_work.shown).to_contain_text(f"…{person.national_id[-4:]}")
    page.context.set_offline(False)
    expect(page.locator("#waiting")).to_be_hidden()
    goes_to(at_work, "shift")
    at_work.begins_a_shift()


def test_the_next_record_ends_the_session_of_whoever_was_helped(
    at_work: Station, person: StackJourney, web_url: str
) -> None:
    page = at_work.page
    with page.context.expect_page() as opening:
        at_work.presses("khai giúp")
    form = opening.value
    man = Journey(form, web_url)
    man.arrives("phone")
    man.proves_the_phone()
    assert "__Host-session" in {cookie["name"] for cookie in page.context.cookies()}
    at_work.types_the_card(person.national_id, BORN)
    expect(page.locator("#question")).to_contain_text("Trang khai giúp còn mở")
    at_work.answers("Chưa xong")
    at_work.arrives("find")
    assert NAME not in page.inner_text("main")
    at_work.types_the_card(person.national_id, BORN)
    at_work.answers("Họ đã xong")
    at_work.arrives("person")
    expect(page.locator("#patient")).to_contain_text(NAME)
    assert "__Host-session" not in {cookie["name"] for cookie in page.context.cookies()}
    assert form.is_closed()


def test_a_lost_number_gets_a_paper_code_and_no_right_to_a_pin(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    goes_to(at_work, "verify")
    page.locator("#permit-pin").check()
    page.locator("#lost-phone").check()
    expect(page.locator("#permit-pin")).not_to_be_checked()
    expect(page.locator("#permit-pin")).to_be_disabled()
    expect(page.locator("#give-paper-code")).to_be_checked()
    at_work.looks_right("lost-phone")
    with page.expect_request("**/$verify") as sent:
        at_work.shown.locator("#verify-form button.button:not([type])").click()
    names = [each["name"] for each in json.loads(sent.value.post_data or "")["parameter"]]
    assert "permitPin" not in names
    assert "paperCode" in names
    expect(page.locator("#verify-done")).to_contain_text("số điện thoại đã khai trước đây")


def test_yesterdays_value_is_written_for_its_day_and_its_visit_goes_with_the_last_entry(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    day = {"day": "28", "day_month": "11", "day_year": "2026"}
    at_work.writes("measure", pressure="151/91", **day)
    expect(page.locator("#status")).to_have_text("Đã ghi: huyết áp 151/91, 28/11/2026.")
    goes_to(at_work, "results")
    expect(at_work.shown.locator("tr", has_text="151")).to_contain_text("28/11/2026")
    goes_to(at_work, "visits")
    expect(at_work.shown.locator("h2", has_text="28/11/2026")).to_have_count(1)
    expect(at_work.shown.locator("ul.entries > li", has_text="28/11/2026")).to_contain_text("Tâm thu 151 mmHg")
    goes_to(at_work, "entries")
    expect(at_work.shown.locator("h2")).to_contain_text("Ghi hôm nay")
    expect(at_work.shown.locator("li", has_text="151/91")).to_contain_text("28/11/2026")
    at_work.looks_right("entries-by-days")
    at_work.shown.locator("li", has_text="151/91").get_by_role("button").click()
    at_work.answers("Thu hồi")
    expect(page.locator("#status")).to_contain_text("Thu hồi Huyết áp: 151/91 mmHg")
    goes_to(at_work, "visits")
    expect(page.locator("#status")).not_to_have_text("Đang làm…")
    expect(at_work.shown.locator("h2", has_text="28/11/2026")).to_have_count(0)


def test_another_name_finds_the_record_of_the_number_and_says_that_it_is_another(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    page.locator("#find-name").fill("Phạm Văn Khai")
    at_work.types_the_card(person.national_id, BORN)
    at_work.arrives("candidates")
    expect(at_work.shown).to_contain_text("Không có hồ sơ nào cùng số mang tên “Phạm Văn Khai”")
    expect(at_work.shown).to_contain_text(NAME)
    at_work.looks_right("another-name")
    page.evaluate("location.hash = '#find'")
    page.locator("#find-name").fill("")
    page.locator("#find-number").fill(person.national_id)
    for part in ("", "-month"):
        page.locator(f"#find-born{part}").fill("")
    at_work.shown.locator("form button").click()
    expect(page.locator("#errors")).to_contain_text("gõ cả ngày, tháng, năm")


def test_a_diagnosis_is_found_by_peoples_words_and_may_be_a_suspicion(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    goes_to(at_work, "diagnosis")
    search = page.locator("#diagnosis-search")
    search.press_sequentially("bệnh lạ lắm")
    expect(at_work.shown.locator(".suggestions")).to_contain_text("Không tìm thấy")
    search.fill("e117")
    at_work.shown.locator(SUBMIT).click()
    expect(page.locator("#errors")).to_contain_text("gõ thêm tên bệnh")
    search.fill("cao huyết áp")
    page.get_by_role("button", name="I10").click()
    page.locator("#diagnosis-provisional").check()
    with page.expect_request("**/v1/fhir") as sent:
        at_work.shown.locator(SUBMIT).click()
    at_work.arrives("write")
    condition = json.loads(sent.value.post_data or "")["entry"][1]["resource"]
    assert condition["verificationStatus"]["coding"][0]["code"] == "provisional"
    expect(page.locator("#status")).to_contain_text("Đã ghi: Theo dõi (chưa chắc) I10")


def test_a_helped_person_is_told_the_truth_after_the_idle_time(own_clock: Any, web_url: str) -> None:
    own_clock.goto("/declare.html?assisted#new")
    man = Journey(own_clock, web_url)
    man.arrives("phone")
    man.proves_the_phone()
    man.fills_in_quickly()
    own_clock.clock.fast_forward("15:10")
    man.arrives("phone")
    expect(own_clock.locator("#errors")).to_contain_text("những gì đã điền không còn")
    expect(own_clock.locator("#errors")).not_to_contain_text("vẫn còn")
    assert PIN not in own_clock.content()


def test_a_shift_that_nobody_uses_warns_before_it_ends_and_says_what_was_not_written(
    own_clock: Page, stack_place: StackLocation, person: StackJourney
) -> None:
    page = own_clock
    page.goto("/tram/")
    station = Station(page, stack_place, person.poster)
    station.is_let_in()
    station.begins_a_shift()
    station.opens(person, BORN)
    goes_to(station, "note")
    page.locator("#note-text").fill("đau đầu từ sáng")
    asked = page.locator("#still-there")
    page.clock.fast_forward("12:50")
    expect(asked).to_be_hidden()
    page.clock.fast_forward("00:15")
    expect(asked).to_contain_text("gõ dở")
    asked.get_by_role("button", name="Tôi còn làm việc").click()
    expect(asked).to_be_hidden()
    page.clock.fast_forward("12:50")
    expect(asked).to_be_hidden()
    expect(page.locator("#note-text")).to_have_value("đau đầu từ sáng")
    page.clock.fast_forward("02:15")
    station.arrives("shift")
    expect(asked).to_be_hidden()
    expect(page.locator("#errors")).to_contain_text("chưa được ghi")
    assert "đau đầu" not in page.content()
    station.begins_a_shift()
    page.clock.fast_forward("15:10")
    station.arrives("shift")
    expect(page.locator("#errors")).to_contain_text("15 phút không dùng")
    expect(page.locator("#errors")).not_to_contain_text("chưa được ghi")  # nothing was half typed


def test_the_question_whether_somebody_is_there_takes_the_key_and_the_touch_that_answer_it(
    own_clock: Page, stack_place: StackLocation, person: StackJourney
) -> None:
    """Neither sends what is half typed, nor presses what lies beneath; all of it stays."""
    page = own_clock
    page.set_viewport_size({"width": 800, "height": 1280})  # a tablet, on which the whole form is seen
    page.goto("/tram/")
    station = Station(page, stack_place, person.poster)
    station.is_let_in()
    station.begins_a_shift()
    station.opens(person, BORN)
    goes_to(station, "measure")
    page.locator("#measure-pressure").fill("12")
    page.locator("#measure-weight").fill("61")
    page.evaluate("main = document.querySelector('main'); clicks = []; submits = []")
    page.evaluate("main.addEventListener('click', ({ target }) => clicks.push(target.outerHTML), true)")
    page.evaluate("main.addEventListener('submit', ({ target }) => submits.push(target.id), true)")
    asked, stay = page.locator("#still-there"), page.locator("#still-there button")
    for answer in ANSWERS:
        page.locator("#measure-weight").focus()
        page.clock.fast_forward("13:05")
        expect(asked).to_be_visible()
        expect(stay).to_be_focused()
        ANSWERS[answer](page, stay)
        page.clock.fast_forward("00:06")
        expect(asked).to_be_hidden()
        assert page.evaluate("[clicks, submits]") == [[], []], answer
        station.arrives("measure")
        expect(page.locator("#measure-pressure")).to_have_value("12")
        expect(page.locator("#measure-weight")).to_have_value("61")
        page.clock.fast_forward("12:30")  # it counts as use
        expect(asked).to_be_hidden()
        page.locator("#measure-weight").press("Shift")
    page.locator("#measure-pressure").fill("")
    with page.expect_request("**/v1/fhir"):
        page.locator("#measure-weight").press("Enter")


def press(key: str) -> Answer:
    return lambda page, _: page.keyboard.press(key)


def touch(page: Page, where: Locator) -> None:
    """As a finger does: what is pressed is looked for anew when the finger is lifted."""
    box = where.bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    session.detach()


ANSWERS: dict[str, Answer] = {
    "Enter": press("Enter"),
    "a space": press(" "),
    "Escape": press("Escape"),
    "a touch of the button": touch,
}


def test_what_is_on_its_way_is_not_said_to_be_unwritten_and_what_was_refused_is_typed_again(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    goes_to(at_work, "measure")
    page.locator("#measure-weight").fill("61")
    held: list[Route] = []
    page.route("**/v1/fhir", lambda route: held.append(route), times=2)
    at_work.shown.locator(SUBMIT).click()
    expect(page.locator("#status")).to_have_text("Đang làm…")
    issue = {"severity": "error", "code": "processing", "details": {"text": "Nội dung không nhận được."}}
    held.pop().fulfill(status=422, json={"resourceType": "OperationOutcome", "issue": [issue]})
    expect(page.locator("#errors")).to_contain_text("Nội dung không nhận được")
    page.locator("#next-person").click()
    expect(page.locator("#question")).to_contain_text("chưa được ghi")
    at_work.answers("Ở lại để ghi")
    at_work.shown.locator(SUBMIT).click()
    expect(page.locator("#status")).to_have_text("Đang làm…")
    page.locator("#next-person").click()  # no question whose answer "drop it" would be untrue
    at_work.arrives("find")
    expect(page.locator("#question")).to_be_hidden()
    with page.expect_response("**/v1/fhir"):
        held.pop().continue_()


def test_what_waits_can_be_read_and_is_sent_by_a_device_that_was_let_in_again(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    page.context.set_offline(True)
    at_work.writes("note", text="Hẹn tuần sau")
    page.evaluate("location.hash = '#device'")
    at_work.arrives("device")
    page.locator("#enrol-again").click()
    at_work.answers("Xóa khóa")
    at_work.arrives("enrol")
    page.locator("#waiting a").click()
    at_work.arrives("waiting-list")
    expect(at_work.shown).to_contain_text(f"…{person.national_id[-4:]}")
    at_work.looks_right("waiting-before-enrolment")
    at_work.presses("Gửi lại")
    expect(page.locator("#waiting")).to_contain_text("1 việc ghi chưa gửi được")
    at_work.goes_back()
    page.context.set_offline(False)
    at_work.is_let_in()
    expect(page.locator("#waiting")).to_be_hidden()
    at_work.begins_a_shift()
