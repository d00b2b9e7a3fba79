"""A day at a health station in Chromium on the deployed stack, from the enrolment of a tablet to its revocation."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from ops.local.stack_location import StackLocation
from tests.browser.conftest import opened
from tests.browser.journey import accessible
from tests.browser.station import Station
from tests.stack.test_journey import BORN, NAME, StackJourney


@pytest.fixture(scope="module")
def person(stack: dict[str, Any], stack_place: StackLocation) -> StackJourney:
    """Somebody who declared at home and agreed to sharing."""
    walked = StackJourney(stack, stack_place)
    walked.go()
    return walked


@pytest.fixture(scope="module")
def tablet(browser: Browser, web_url: str, stack_place: StackLocation) -> Iterator[Station]:
    """A tablet that is let in, with a nurse at work."""
    with opened(browser, web_url) as page:
        page.goto("/tram/")
        station = Station(page, stack_place)
        station.is_let_in()
        station.begins_a_shift()
        yield station


def test_a_nurse_finds_somebody_sees_the_card_and_writes_a_blood_pressure(
    tablet: Station, person: StackJourney
) -> None:
    page = tablet.page
    accessible(page)
    tablet.opens(person, BORN)
    expect(page.locator("#patient")).to_contain_text(NAME)
    expect(page.locator("#person-about")).to_contain_text("Mới tự khai, chưa ai thấy thẻ")
    accessible(page)
    tablet.presses("Tôi đã thấy thẻ")
    tablet.arrives("verify")
    accessible(page)
    tablet.shown.locator("form button").click()
    expect(page.locator("#verify-done")).to_contain_text("Đã xác nhận")
    page.locator("#back").click()
    tablet.arrives("person")
    expect(page.locator("#person-about")).to_contain_text("Đã có cơ sở y tế thấy thẻ")
    tablet.presses("Ghi kết quả")
    tablet.presses("Đo:")
    tablet.arrives("measure")
    accessible(page)
    page.locator("#measure-pressure").fill("13/8")
    page.locator("#measure-weight").fill("52,5")
    tablet.shown.locator("form button").click()
    tablet.arrives("write")
    expect(page.locator("#status")).to_have_text("Đã ghi: Kết quả đo.")
    page.locator("#back").click()
    tablet.presses("Xem tóm tắt")
    tablet.arrives("summary")
    summary = page.locator("#summary-content")
    expect(summary).to_contain_text("Huyết áp: Tâm thu 130 mmHg, Tâm trương 80 mmHg")
    expect(summary).to_contain_text("Cân nặng: 52.5 kg")
    accessible(page)
    tablet.page.locator("#next-person").click()
    tablet.arrives("find")
    assert NAME not in page.content()
