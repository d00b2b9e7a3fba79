"""A station's page by keyboard alone, in Chromium: no pointer from the enrolment to the end of the shift."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect

from ops.local.stack_location import StackLocation
from tests.browser.conftest import opened
from tests.browser.station import NURSE, Station
from tests.stack.test_journey import BORN, StackJourney

MOST_STEPS = 60
FOCUS = """
(wanted) => {
  const focus = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(focus);
  const { width, height } = focus.getBoundingClientRect();
  const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 0 && height > 0;
  return [focus.matches(wanted), isSeen, focus.outerHTML.slice(0, 120)];
}
"""


@dataclass
class Keyboard:
    """Tab, letters, arrows and Enter; the pointer is never used."""

    station: Station

    def goes_to(self, wanted: str) -> None:
        """Tab by Tab to what matches the selector; wherever it stops on the way, the focus can be seen."""
        for _ in range(MOST_STEPS):
            self.presses("Tab")
            is_there, is_seen, what = self.station.page.evaluate(FOCUS, wanted)
            assert is_seen or what.startswith("<body"), what
            if is_there:
                return
        raise AssertionError(f"{wanted} is not reached by Tab")

    def types(self, wanted: str, words: str) -> None:
        self.goes_to(wanted)
        self.station.page.keyboard.type(words)

    def presses(self, key: str) -> None:
        self.station.page.keyboard.press(key)

    def follows(self, wanted: str, page: str) -> None:
        """A link or button, and the page it leads to, whose title has the focus then."""
        self.goes_to(wanted)
        self.presses("Enter")
        self.station.arrives(page)
        assert self.station.page.evaluate("document.activeElement.tagName") == "H1"


@pytest.fixture(scope="module")
def station(browser: Browser, web_url: str, stack_place: StackLocation, person: StackJourney) -> Iterator[Station]:
    with opened(browser, web_url) as page:
        page.goto("/tram/")
        yield Station(page, stack_place, person.poster)


def test_a_device_is_let_in_and_a_shift_begun(station: Station) -> None:
    keyboard, page = Keyboard(station), station.page
    station.is_registered()
    keyboard.types("#key-id", "79001")
    keyboard.presses("Enter")
    expect(page.locator("#errors")).to_be_focused()
    keyboard.goes_to("#errors a")
    keyboard.presses("Enter")
    expect(page.locator("#key-id")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type(station.key_id)
    keyboard.presses("Enter")
    station.arrives("shift")
    keyboard.types("#staff-name", NURSE)
    keyboard.types("#staff-licence", station.licence)
    keyboard.presses("Enter")
    station.arrives("find")


def test_a_person_is_found_confirmed_and_measured(station: Station, person: StackJourney) -> None:
    keyboard, page = Keyboard(station), station.page
    keyboard.types("#find-number", person.national_id)
    for part, digits in zip(("", "-month", "-year"), reversed(BORN.split("-")), strict=True):
        keyboard.types(f"#find-born{part}", digits)
    keyboard.presses("Enter")
    station.arrives("person")
    keyboard.follows('a[href="#verify"]', "verify")
    keyboard.goes_to("#permit-pin")
    keyboard.goes_to("#verify-form button.button:not([type])")
    keyboard.presses("Enter")
    expect(page.locator("#verify-done")).to_contain_text("Đã xác nhận")
    expect(page.locator("#verify-done")).to_be_focused()
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")  # as after Home: from the top
    keyboard.follows("#back", "person")
    keyboard.follows('a[href="#write"]', "write")
    keyboard.follows('a[href="#measure"]', "measure")
    keyboard.types("#measure-pressure", "80/130")
    keyboard.presses("Enter")
    expect(page.locator("#errors")).to_be_focused()
    keyboard.goes_to("#errors a")
    keyboard.presses("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("130/80")
    keyboard.types("#measure-glucose", "6,1")
    keyboard.goes_to("#measure-glucose-unit")
    keyboard.presses("Enter")
    keyboard.presses("Escape")
    keyboard.goes_to("#measure-form button")
    keyboard.presses("Enter")
    station.arrives("write")
    expect(page.locator("#status")).to_have_text("Đã ghi: huyết áp 130/80, đường huyết 6,1 mmol/L.")


def test_a_diagnosis_is_chosen_and_taken_back(station: Station) -> None:
    keyboard, page = Keyboard(station), station.page
    keyboard.follows('a[href="#diagnosis"]', "diagnosis")
    keyboard.types("#diagnosis-search", "sot xuat huyet")
    expect(station.shown.locator(".suggestion").first).to_be_visible()
    keyboard.goes_to("#diagnosis-form .suggestion")
    keyboard.presses("Enter")
    expect(page.locator("#diagnosis-search")).to_be_focused()
    keyboard.goes_to("#diagnosis-form > button")
    keyboard.presses("Enter")
    station.arrives("write")
    page.evaluate("document.body.focus()")
    keyboard.follows("#back", "person")
    keyboard.follows('a[href="#entries"]', "entries")
    keyboard.goes_to('section[data-page="entries"] .entries button')
    keyboard.presses("Enter")
    expect(page.locator("#question-no")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    keyboard.presses("Enter")
    expect(page.locator("#status")).to_contain_text("Thu hồi Chẩn đoán: Sốt xuất huyết")  # the newest
    expect(station.shown.locator("h1")).to_be_focused()


def test_the_summary_is_read_the_camera_closed_and_the_shift_ended(station: Station) -> None:
    keyboard, page = Keyboard(station), station.page
    page.evaluate("document.body.focus()")
    keyboard.follows("#back", "person")
    keyboard.follows('a[href="#summary"]', "summary")
    expect(page.locator("#summary-content")).to_contain_text("130 mmHg")
    expect(page.locator("#summary-content")).not_to_contain_text("Sốt xuất huyết")
    keyboard.goes_to("#print")
    page.evaluate("document.body.focus()")
    keyboard.follows("#next-person", "find")
    keyboard.goes_to('section[data-page="find"] [data-scan]')
    keyboard.presses("Enter")
    expect(page.locator("#scan")).to_be_visible()
    keyboard.presses("Escape")
    expect(page.locator("#scan")).to_be_hidden()
    expect(station.shown.locator("[data-scan]")).to_be_focused()
    keyboard.follows('a[href="#today"]', "today")
    keyboard.goes_to(".foot a")  # nothing holds the focus on the way to the end of the page
    page.evaluate("document.body.focus()")
    keyboard.follows("#end-shift", "shift")
