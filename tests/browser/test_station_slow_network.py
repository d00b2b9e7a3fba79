"""A line that is slow or cut in the middle: what waits keeps its order, and late answers take nothing."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.station import Station
from tests.stack.test_journey import BORN, StackJourney

WRITES = "**/v1/fhir"


def goes_to(station: Station, name: str) -> None:
    station.page.evaluate("name => { location.hash = `#${name}`; }", name)
    station.arrives(name)


def holding(page: Page) -> Callable[[], None]:
    """The next writing call is held on its way; calling what is given lets it go on."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(WRITES, hold, times=1)

    def go_on() -> None:
        while not held:
            page.wait_for_timeout(50)
        held.pop().continue_()

    return go_on


def writes_without_a_line(station: Station, kind: str, **fields: str) -> None:
    """One entry that waits; the line is there again for whatever comes after it."""
    station.page.route(WRITES, lambda route: route.abort(), times=1)
    station.writes(kind, **fields)


def test_what_is_taken_back_before_it_was_sent_does_not_come_back(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    writes_without_a_line(at_work, "medicine", name="warfarin 5 mg", days="7")
    goes_to(at_work, "entries")
    line = at_work.shown.locator("li", has_text="warfarin")
    expect(line).to_contain_text("đang chờ gửi")
    line.get_by_role("button").click()
    at_work.answers("Thu hồi")
    expect(page.locator("#status")).to_contain_text("Đã ghi: Thu hồi Thuốc: warfarin")
    expect(page.locator("#waiting")).to_be_hidden()  # both went, one after the other
    goes_to(at_work, "summary")
    expect(page.locator("#summary-content")).to_contain_text("Dị ứng")
    expect(page.locator("#summary-content")).not_to_contain_text("warfarin")


def test_what_waits_for_one_person_holds_back_nobody_else(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    page.route(WRITES, lambda route: route.fulfill(status=429, json={}), times=1)
    at_work.writes("note", text="Lời dặn của người thứ nhất")
    at_work.leaves_the_person()
    other = StackJourney(person.stack, person.place)
    other.go()
    at_work.opens(other, BORN)
    at_work.writes("note", text="Lời dặn của người thứ hai")
    expect(page.locator("#status")).to_have_text("Đã ghi: Ghi chú “Lời dặn của người thứ hai”.")
    page.locator("#waiting a").click()
    expect(at_work.shown).to_contain_text("người thứ nhất")
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.locator("#waiting")).to_be_hidden()


def test_what_is_given_up_while_others_are_sent_is_not_sent(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    words = "Nhiều lời " * 10 + "và tận cuối"
    for text in (words, "của người khác"):
        page.route(WRITES, lambda route: route.abort())
        at_work.writes("note", text=text)
        page.unroute(WRITES)
    goes_to(at_work, "waiting-list")
    expect(at_work.shown).to_contain_text("và tận cuối")  # for the book, where the page is lost
    go_on = holding(page)
    page.get_by_role("button", name="Gửi lại").click()
    page.wait_for_timeout(300)
    first, second = (at_work.shown.locator("li", has_text=text) for text in ("Nhiều lời", "của người khác"))
    second.get_by_role("button").click()
    expect(page.locator("#question")).to_contain_text("có thể đã nhận")  # no answer came: nobody knows
    at_work.answers("Bỏ hẳn")
    expect(second).to_have_count(0)
    first.get_by_role("button").click()
    at_work.answers("Bỏ hẳn")
    expect(page.locator("#errors")).to_contain_text("Không bỏ được nữa")
    go_on()
    expect(page.locator("#waiting")).to_be_hidden()
    goes_to(at_work, "entries")
    expect(at_work.shown.locator("li", has_text="của người khác")).to_contain_text("không rõ máy chủ có nhận")
    goes_to(at_work, "results")
    expect(at_work.shown).to_contain_text("và tận cuối")
    expect(at_work.shown).not_to_contain_text("của người khác")


def test_a_late_answer_takes_nothing_of_what_is_typed_meanwhile(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    goes_to(at_work, "medicine")
    go_on = holding(page)
    page.locator("#medicine-name").fill("metformin 500 mg")
    at_work.shown.locator("form > button.button").click()
    page.locator("#medicine-name").fill("amlodipin 5 mg")  # the next one, in the same form
    go_on()
    expect(page.locator("#status")).to_have_text("Đã ghi: Thuốc metformin 500 mg.")
    at_work.arrives("medicine")
    expect(page.locator("#medicine-name")).to_have_value("amlodipin 5 mg")
    go_on = holding(page)
    at_work.shown.locator("form > button.button").click()
    goes_to(at_work, "note")  # and in another one
    page.locator("#note-text").fill("Bệnh nhân than mệ")
    go_on()
    expect(page.locator("#status")).to_have_text("Đã ghi: Thuốc amlodipin 5 mg.")
    at_work.arrives("note")
    expect(page.locator("#note-text")).to_have_value("Bệnh nhân than mệ")
    expect(page.locator("#medicine-name")).to_have_value("")


def test_the_summary_is_read_anew_after_something_was_written(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    summary = page.locator("#summary-content")
    goes_to(at_work, "summary")
    expect(summary).to_contain_text("Dị ứng")
    at_work.writes("measure", pressure="147/93")
    goes_to(at_work, "summary")
    expect(summary).to_contain_text("147")
    at_work.writes("measure", pressure="149/94")
    page.route("**/$summary", lambda route: route.abort())
    goes_to(at_work, "summary")
    expect(summary).to_contain_text("Điều vừa ghi hay vừa thu hồi chưa có ở đây")
    expect(summary).to_contain_text("147")


def test_a_day_of_the_book_and_the_ticks_of_a_card_stay_when_staff_look_elsewhere(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    goes_to(at_work, "vaccine")
    page.locator("#vaccine-day").fill("12")
    page.locator("#vaccine-day-month").fill("10")
    goes_to(at_work, "verify")
    page.locator("#lost-phone").check()
    goes_to(at_work, "vaccine")
    expect(page.locator("#vaccine-day")).to_have_value("12")
    expect(page.locator("#vaccine-day-month")).to_have_value("10")
    goes_to(at_work, "verify")
    expect(page.locator("#lost-phone")).to_be_checked()
    expect(page.locator("#card-number")).to_have_value(person.national_id)
