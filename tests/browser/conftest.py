"""Chromium at phone size on the local stack; the only tests that may be skipped, where no Chromium can be had."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from ops.local.stack_location import StackLocation
from tests.browser.chromium import find_chromium
from tests.browser.fonts import DEJAVU, browser_environment, font_files
from tests.browser.journey import Journey
from tests.browser.station import Station
from tests.stack.test_journey import StackJourney

PHONE_SIZE = {"width": 360, "height": 640}
CHROMIUM = find_chromium()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark this room, and say once and clearly when it cannot run."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(
                    pytest.mark.skip(reason="no Chromium here, and none for this kind of machine: install one")
                )


# Chromium's own sandbox cannot start for root, as in many build containers; only our own pages are opened.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
PIN = "270519"
PATIENCE_MS = 20_000  # after many codes from one address, each code costs the page some work


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        yield playwright


@contextmanager
def drawing_with(playwright: Playwright, family: str, folder: Path) -> Iterator[Browser]:
    """A browser whose only font is `family`."""
    environment = browser_environment(family, folder)
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=environment)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser of most tests; `SSK_FONT="Noto Sans"` has all of them drawn in the other font."""
    with drawing_with(playwright, os.environ.get("SSK_FONT", DEJAVU), tmp_path_factory.mktemp("font")) as browser:
        yield browser


@pytest.fixture(scope="module", params=sorted(font_files()))
def page_in_each_font(
    request: pytest.FixtureRequest, playwright: Playwright, tmp_path_factory: pytest.TempPathFactory, web_url: str
) -> Iterator[Page]:
    """A phone for what depends on the width of letters, once for each font that the machine has."""
    with (
        drawing_with(playwright, request.param, tmp_path_factory.mktemp("font")) as browser,
        opened(browser, web_url) as page,
    ):
        yield page


@contextmanager
def opened(browser: Browser, web_url: str) -> Iterator[Page]:
    """A page on a phone of its own on which no script may fail."""
    context = browser.new_context(viewport=PHONE_SIZE, locale="vi-VN", base_url=web_url)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    yield page
    context.close()
    assert failures == []


@pytest.fixture(scope="session")
def phone(browser: Browser, web_url: str) -> Iterator[Page]:
    """One phone for all tests: another browser process for each of them would cost more than most tests."""
    with opened(browser, web_url) as page:
        yield page


@pytest.fixture
def page(phone: Page, web_url: str) -> Iterator[Page]:
    """The phone as good as new: no cookies, nothing kept, no routes; and no script that failed."""
    failures: list[str] = []
    phone.on("pageerror", lambda error: failures.append(str(error)))
    yield phone
    phone.context.set_offline(False)
    phone.unroute_all(behavior="ignoreErrors")
    if phone.url.startswith(web_url):
        phone.evaluate("sessionStorage.clear()")
    phone.goto("about:blank")
    phone.set_viewport_size(PHONE_SIZE)  # type: ignore[arg-type]
    phone.context.clear_cookies()
    everything = {"origin": web_url, "storageTypes": "cookies,indexeddb,local_storage"}
    phone.context.new_cdp_session(phone).send("Storage.clearDataForOrigin", everything)
    assert failures == []


@pytest.fixture
def new_phone(browser: Browser, web_url: str) -> Iterator[Page]:
    """A phone that never was on the site: nothing of it is in its cache."""
    with opened(browser, web_url) as page:
        yield page


@pytest.fixture
def own_clock(browser: Browser, web_url: str) -> Iterator[Page]:
    """A phone with a clock that the test turns."""
    with opened(browser, web_url) as page:
        page.clock.install()
        yield page


@pytest.fixture(scope="session")
def web_url(stack: dict[str, Any]) -> str:
    return str(stack["web_url"])


@pytest.fixture
def journey(page: Page, web_url: str) -> Journey:
    return Journey(page, web_url)


@pytest.fixture(scope="module")
def resident(browser: Browser, web_url: str) -> Iterator[Journey]:
    """One person with a record and a PIN, for every test of this file."""
    with opened(browser, web_url) as page:
        journey = Journey(page, web_url)
        journey.starts_signed_in()
        journey.fills_in_quickly()
        journey.goes_on()
        journey.receipt()
        journey.chooses_a_pin(PIN)
        yield journey


@pytest.fixture
def own(resident: Journey) -> Journey:
    """The person at the page of their record, at level 2."""
    page = resident.page
    page.goto("/404.html")
    page.goto("/records.html")
    expect(resident.shown).to_be_visible()
    if resident.shown.get_attribute("data-page") == "enter-pin":
        resident.enters_the_pin(PIN)
    resident.has_come("records")
    page.locator(".ways a").first.click()
    resident.has_come("record")
    return resident


def record_id(journey: Journey) -> str:
    return journey.page.url.rpartition("/")[2]


@contextmanager
def at_station(
    browser: Browser, web_url: str, place: StackLocation, poster: str, *permissions: str
) -> Iterator[Station]:
    """A tablet that is let in (by default with all that a station may), with a nurse at work."""
    with opened(browser, web_url) as page:
        page.goto("/tram/")
        station = Station(page, place, poster)
        station.is_let_in(*permissions)
        station.begins_a_shift()
        yield station


@pytest.fixture(scope="module")
def person(stack: dict[str, Any], stack_place: StackLocation) -> StackJourney:
    """Somebody who declared at home and agreed to sharing."""
    walked = StackJourney(stack, stack_place)
    walked.go()
    return walked


@pytest.fixture(scope="module")
def tablet(browser: Browser, web_url: str, stack_place: StackLocation, person: StackJourney) -> Iterator[Station]:
    """The tablet of a module's day at the station."""
    with at_station(browser, web_url, stack_place, person.poster) as station:
        yield station


@pytest.fixture
def at_work(tablet: Station) -> Iterator[Station]:
    """The tablet where the next person is looked for, with a network, whatever a test did to it."""
    yield tablet
    tablet.page.unroute_all(behavior="ignoreErrors")
    tablet.page.context.set_offline(False)
    tablet.leaves_the_person()
