"""What keeps a nurse from harming somebody, in Chromium on the deployed stack: whose card, record and value."""

from typing import Any

import pytest
from playwright.sync_api import expect

from ops.local.stack_location import StackLocation
from tests.browser.station import NURSE, Station
from tests.stack.test_journey import BORN, NAME, StackJourney

CONFIRM = "#verify-form button.button:not([type])"
CARD_OF_ANOTHER = "Ngô Thị Chín|09041957|Nữ|12 Bình Quới|25122021"


@pytest.fixture(scope="module")
def people(stack: dict[str, Any], stack_place: StackLocation) -> list[StackJourney]:
    """Two people of one birth date, the second of whom shares nothing."""
    both = [StackJourney(stack, stack_place), StackJourney(stack, stack_place, shares=False)]
    for person in both:
        person.go()
    return both


@pytest.fixture(scope="module")
def person(people: list[StackJourney]) -> StackJourney:
    return people[0]


def tail(person: StackJourney) -> str:
    return f"số …{person.national_id[-4:]}"


def asked_to_verify(station: Station) -> list[str]:
    """The `$verify` calls from now on, by what they say."""
    calls: list[str] = []
    station.page.on("request", lambda call: calls.append(call.post_data or "") if "$verify" in call.url else None)
    return calls


def test_the_card_of_somebody_else_stops_the_nurse_until_she_says_so_a_second_time(
    at_work: Station, people: list[StackJourney]
) -> None:
    page = at_work.page
    at_work.opens(people[0], BORN)
    at_work.presses("Tôi đã thấy thẻ")
    calls = asked_to_verify(at_work)
    page.locator("#card-number").fill("")
    page.locator("#card-number").press_sequentially(f"{people[1].national_id}||{CARD_OF_ANOTHER}\n")
    expect(page.locator("#card-number")).to_have_value(people[1].national_id)
    stop = page.locator("#mismatch")
    for words in ("Ngô Thị Chín", tail(people[1]), NAME, tail(people[0]), "số, họ tên"):
        expect(stop).to_contain_text(words)
    expect(page.locator("#errors")).to_contain_text("Dừng lại")
    at_work.looks_right("another-card")
    at_work.shown.locator(CONFIRM).click()
    expect(page.locator("#errors")).to_contain_text("Dừng lại")
    page.locator("#mismatch-sure").check()
    page.locator("#card-born-year").fill("1956")  # another card: what was said of the last one holds no longer
    expect(stop).to_be_hidden()
    at_work.shown.locator(CONFIRM).click()
    expect(stop).to_contain_text("ngày sinh")
    expect(page.locator("#mismatch-sure")).not_to_be_checked()
    assert calls == []


def test_the_open_record_says_by_which_number_and_birth_date_it_was_found(
    at_work: Station, people: list[StackJourney]
) -> None:
    for person in people:
        at_work.opens(person, BORN)
        expect(at_work.page.locator("#patient")).to_contain_text(tail(person))
        expect(at_work.page.locator("#patient")).to_contain_text("sinh 09/04/1957")
        at_work.leaves_the_person()
    at_work.opens(people[1], BORN)
    expect(at_work.page.locator("#patient")).to_contain_text("Chưa cho phép xem tên · sinh 09/04/1957 (bạn vừa nhập)")
    expect(at_work.page.locator("#person-about")).not_to_contain_text("So tên")
    at_work.looks_right("nameless")


def test_what_seldom_is_is_asked_once_and_what_was_understood_is_read_back(
    at_work: Station, people: list[StackJourney]
) -> None:
    page = at_work.page
    at_work.opens(people[0], BORN)
    page.evaluate("location.hash = '#measure'")
    at_work.arrives("measure")
    page.locator("#measure-weight").fill("5,2")
    page.locator("#measure-glucose").fill("60")
    at_work.shown.locator("form button").click()
    question = page.locator("#question")
    expect(question).to_contain_text("Nặng 5,2 kg, người 69 tuổi?")
    expect(question).to_contain_text("Máy đo của bạn ghi theo mg/dL")
    at_work.looks_right("question")
    at_work.answers("Để sửa lại")
    expect(page.locator("#measure-weight")).to_have_value("5,2")
    at_work.arrives("measure")
    page.locator("#measure-glucose-unit").select_option("mg/dL")
    page.locator("#measure-pressure").fill("HA 13,5 trên 8")
    at_work.shown.locator("form button").click()
    expect(question).to_contain_text("Nặng 5,2 kg")
    expect(question).not_to_contain_text("mg/dL")
    at_work.answers("Đúng, ghi như vậy")
    at_work.arrives("write")
    expect(page.locator("#status")).to_have_text("Đã ghi: huyết áp 135/80, nặng 5,2 kg, đường huyết 60 mg/dL.")
    at_work.leaves_the_person()
    expect(page.locator("#measure-glucose-unit")).to_have_value("mg/dL")
    at_work.presses("Máy này đã làm gì")
    expect(at_work.shown).to_contain_text("ghi: Kết quả đo: xong")
    expect(at_work.shown).not_to_contain_text("135/80")


def test_nothing_is_given_before_a_birth_or_in_a_dose_that_is_none(
    at_work: Station, people: list[StackJourney]
) -> None:
    page = at_work.page
    at_work.opens(people[0], BORN)
    page.evaluate("location.hash = '#vaccine'")
    at_work.arrives("vaccine")
    page.locator("#vaccine-which").select_option(label="Lao (BCG)")
    page.locator("#vaccine-day-year").fill("1957")
    page.locator("#vaccine-day-month").fill("4")
    page.locator("#vaccine-day").fill("8")
    page.locator("#vaccine-dose").fill("99")
    at_work.shown.locator("form > button.button").click()
    expect(page.locator("#errors")).to_contain_text("trước ngày sinh")
    expect(page.locator("#errors")).to_contain_text("từ 1 đến 20")
    page.evaluate("location.hash = '#appointment'")
    at_work.arrives("appointment")
    page.locator("#appointment-day").fill("1")
    page.locator("#appointment-day-month").fill("1")
    page.locator("#appointment-day-year").fill("2099")
    page.locator("#appointment-reason").fill("đo lại")
    at_work.shown.locator("form > button.button").click()
    expect(page.locator("#question")).to_contain_text("Hẹn ngày 01/01/2099")
    at_work.answers("Để sửa lại")
    at_work.arrives("appointment")


@pytest.mark.parametrize("name", ["summary", "visits", "results"])
def test_every_paper_says_whose_it_is_and_where_and_when_it_was_printed(
    at_work: Station, people: list[StackJourney], name: str
) -> None:
    page = at_work.page
    at_work.opens(people[0], BORN)
    page.evaluate("name => { location.hash = `#${name}`; }", name)
    at_work.arrives(name)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    for words in (NAME, "sinh 09/04/1957", tail(people[0])):
        expect(page.locator("#patient")).to_contain_text(words)
    expect(page.locator("#patient")).to_be_visible()
    expect(page.locator("#next-person")).to_be_hidden()
    expect(page.locator("#printed")).to_be_visible()
    for words in ("Trạm Y tế trình diễn", NURSE, "2026"):
        expect(page.locator("#printed")).to_contain_text(words)
    page.emulate_media(media="screen")
    expect(page.locator("#printed")).to_be_hidden()


def test_two_vaccines_in_one_form_are_refused_and_none_of_them_is_dropped(
    at_work: Station, people: list[StackJourney]
) -> None:
    page = at_work.page
    at_work.opens(people[0], BORN)
    page.evaluate("location.hash = '#vaccine'")
    at_work.arrives("vaccine")
    page.locator("#vaccine-which").select_option(label="Sởi")
    page.locator("#vaccine-other").fill("Cúm mùa")
    page.locator("#vaccine-dose").fill("1/3")
    at_work.shown.locator("form > button.button").click()
    for words in ("Đã chọn Sởi và còn ghi “Cúm mùa”", "Mũi thứ mấy: từ 1 đến 20"):
        expect(page.locator("#errors")).to_contain_text(words)
    at_work.looks_right("two-vaccines")
    page.locator("#vaccine-which").select_option("")
    page.locator("#vaccine-dose").fill("mũi 2")
    at_work.shown.locator("form > button.button").click()
    at_work.arrives("write")
    expect(page.locator("#status")).to_contain_text("Đã ghi: Tiêm Cúm mùa, mũi 2")


def test_nothing_of_anybody_is_in_the_page_after_the_person_is_left_whatever_was_shown_of_them(
    at_work: Station, people: list[StackJourney]
) -> None:
    page = at_work.page
    empty = at_work.everything_in_the_page()
    at_work.opens(people[0], BORN)
    at_work.presses("Tôi đã thấy thẻ")
    page.locator("#card-number").fill("")
    page.locator("#card-number").press_sequentially(f"{people[1].national_id}||{CARD_OF_ANOTHER}\n")
    expect(page.locator("#mismatch")).to_contain_text("Ngô Thị Chín")
    page.evaluate("location.hash = '#diagnosis'")
    at_work.arrives("diagnosis")
    page.locator("#diagnosis-search").fill("E11.65")
    at_work.shown.locator("form > button.button").click()
    expect(page.locator("#diagnosis-search-error")).to_contain_text("E11.65")
    page.locator("#diagnosis-search").fill("sốt xuất huyết")
    expect(page.locator("#diagnosis-form .suggestion").first).to_be_visible()
    page.evaluate("location.hash = '#medicine'")
    at_work.arrives("medicine")
    page.locator("#medicine-name").press_sequentially("amlo")
    expect(page.locator("#medicine-form .suggestion").first).to_be_visible()
    for name in ("summary", "visits", "results", "entries"):
        page.evaluate("name => { location.hash = `#${name}`; }", name)
        at_work.arrives(name)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
    at_work.leaves_the_person()
    assert at_work.everything_in_the_page() - empty == set()
