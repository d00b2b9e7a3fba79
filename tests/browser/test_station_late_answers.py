"""Late answers belong to their own patient, and a wrong clock dates nothing, in Chromium on the deployed stack."""

import datetime
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from ops.local.stack_location import StackLocation
from tests.browser.station import Station
from tests.stack.test_journey import BORN, NAME, StackJourney

SUBMIT = "form > button.button"


@pytest.fixture(scope="module")
def people(stack: dict[str, Any], stack_place: StackLocation) -> list[StackJourney]:
    both = [StackJourney(stack, stack_place), StackJourney(stack, stack_place)]
    for person in both:
        person.go()
    return both


@pytest.fixture(scope="module")
def person(people: list[StackJourney]) -> StackJourney:
    return people[0]


def held_back(page: Page, address: str) -> list[Route]:
    """The next call to `address`, which waits until the test lets it go."""
    held: list[Route] = []
    page.route(address, lambda route: held.append(route), times=1)
    return held


def waits_for(page: Page, held: list[Route]) -> Route:
    for _ in range(100):
        if held:
            return held[0]
        page.wait_for_timeout(50)
    raise AssertionError("nothing was sent")


def writes_and_goes_on(station: Station, people: list[StackJourney]) -> Route:
    """A blood pressure of the first is under way when the second sits down and is measured."""
    page = station.page
    held = held_back(page, "**/v1/fhir")
    station.opens(people[0], BORN)
    page.evaluate("location.hash = '#measure'")
    station.arrives("measure")
    page.locator("#measure-pressure").fill("145/95")
    station.shown.locator(SUBMIT).click()
    route = waits_for(page, held)
    station.leaves_the_person()
    station.opens(people[1], BORN)
    page.evaluate("location.hash = '#measure'")
    station.arrives("measure")
    page.locator("#measure-pressure").fill("100/60")
    return route


def test_an_answer_for_the_last_patient_leaves_the_form_of_the_next_alone(
    at_work: Station, people: list[StackJourney]
) -> None:
    page = at_work.page
    route = writes_and_goes_on(at_work, people)
    with page.expect_response("**/v1/fhir"):
        route.continue_()
    page.wait_for_timeout(300)
    expect(page.locator("#measure-pressure")).to_have_value("100/60")
    at_work.arrives("measure")
    expect(page.locator("#status")).to_have_text("")
    at_work.shown.locator(SUBMIT).click()
    at_work.arrives("write")
    expect(page.locator("#status")).to_have_text("Đã ghi: huyết áp 100/60.")


def test_what_is_under_way_for_one_does_not_lock_the_form_of_the_next(
    at_work: Station, people: list[StackJourney]
) -> None:
    page = at_work.page
    route = writes_and_goes_on(at_work, people)
    at_work.shown.locator(SUBMIT).click()
    at_work.arrives("write")
    expect(page.locator("#status")).to_have_text("Đã ghi: huyết áp 100/60.")
    with page.expect_response("**/v1/fhir"):
        route.continue_()


def test_a_refusal_for_the_last_patient_waits_in_the_list_and_says_whose_it_was(
    at_work: Station, people: list[StackJourney]
) -> None:
    page = at_work.page
    route = writes_and_goes_on(at_work, people)
    issue = {"severity": "error", "code": "processing", "details": {"text": "Nội dung không nhận được."}}
    route.fulfill(status=422, json={"resourceType": "OperationOutcome", "issue": [issue]})
    waiting = page.locator("#waiting")
    expect(waiting).to_contain_text("1 việc ghi chưa gửi được")
    expect(page.locator("#errors")).to_be_hidden()
    expect(page.locator("#measure-pressure")).to_have_value("100/60")
    waiting.locator("a").click()
    at_work.arrives("waiting-list")
    for words in ("huyết áp 145/95", f"…{people[0].national_id[-4:]}", "Nội dung không nhận được"):
        expect(at_work.shown).to_contain_text(words)
    assert NAME not in at_work.shown.inner_text()
    at_work.presses("Gửi lại")
    expect(waiting).to_be_hidden()
    page.evaluate(
        "location.hash = '#find'"
    )  # what was half typed for the second is asked about before a third is opened
    at_work.types_the_card(people[0].national_id, BORN)
    expect(page.locator("#question")).to_contain_text("chưa được ghi")
    at_work.answers("Bỏ những gì đang gõ")
    at_work.arrives("person")
    expect(page.locator("#patient")).to_contain_text(people[0].national_id[-4:])


@pytest.mark.parametrize("refused", [False, True], ids=["answered", "refused"])
def test_somebody_who_is_looked_for_is_not_opened_after_the_end_of_the_shift(
    at_work: Station, people: list[StackJourney], refused: bool
) -> None:
    page = at_work.page
    held = held_back(page, "**/Patient/$match*")
    at_work.types_the_card(people[0].national_id, BORN)
    route = waits_for(page, held)
    page.locator("#end-shift").click()
    at_work.arrives("shift")
    if refused:
        route.fulfill(status=429, json={"resourceType": "OperationOutcome", "issue": [{"code": "throttled"}]})
    else:
        with page.expect_response("**/Patient/$match*"):
            route.continue_()
    page.wait_for_timeout(300)
    at_work.arrives("shift")
    expect(page.locator("#errors")).to_be_hidden()
    assert NAME not in page.content()
    at_work.begins_a_shift()
    expect(page.locator("#patient")).to_be_hidden()


@pytest.mark.parametrize("clock", ["2025-01-03T09:00:00", "2027-06-03T09:00:00"], ids=["old", "ahead"])
def test_a_wrong_clock_is_said_and_dates_nothing(at_work: Station, people: list[StackJourney], clock: str) -> None:
    page = at_work.page
    today = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=7)
    page.clock.install(time=datetime.datetime.fromisoformat(clock))
    page.reload()
    at_work.begins_a_shift()
    expect(page.locator("#wrong-clock")).to_contain_text("Đồng hồ máy sai")
    expect(page.locator("#wrong-clock")).to_contain_text(f"{today.day}/{today.month}/{today.year}")
    at_work.looks_right("wrong-clock")
    at_work.opens(people[0], BORN)
    page.evaluate("location.hash = '#vaccine'")
    at_work.arrives("vaccine")
    filled = [page.locator(f"#vaccine-day{part}").input_value() for part in ("-year", "-month", "")]
    assert [int(part) for part in filled] == [today.year, today.month, today.day]
    with page.expect_request("**/v1/fhir") as sent:
        at_work.writes("measure", pressure="131/81")
    entries = json.loads(sent.value.post_data or "")["entry"]
    days = {
        entry["resource"].get("effectiveDateTime", entry["resource"].get("period", {}).get("start"))
        for entry in entries
    }
    assert {day[:10] for day in days} == {today.date().isoformat()}
    at_work.leaves_the_person()
    at_work.presses("Máy này đã làm gì")
    expect(at_work.shown).to_contain_text(re.compile(r"ghi: Kết quả đo: \d"))  # and what was done before is still told
    expect(at_work.shown).to_contain_text("tìm người bệnh")
