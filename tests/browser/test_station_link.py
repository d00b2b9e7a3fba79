"""The operators' QR code lets a station's browser in: opened or scanned, and on no other device. In Chromium."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from ops import device_link
from ops.local.stack_location import StackLocation
from tests.browser.conftest import ARGUMENTS, CHROMIUM, opened
from tests.browser.station import Station
from tests.card_pictures import LIGHTS, take_picture, take_picture_of, write_video


@pytest.fixture
def station(browser: Browser, web_url: str, stack_place: StackLocation) -> Iterator[Station]:
    with opened(browser, web_url) as page:
        page.goto("/tram/")
        yield Station(page, stack_place, "26911-01-7sza1m4n")


def link_for(station: Station, *, digits: str = "", age: datetime.timedelta = datetime.timedelta()) -> str:
    """As `ssk facility add-device` prints it."""
    shown = digits or station.page.locator("#device-digits").inner_text()
    origin = station.place.web_url
    return device_link.enrolment_link(origin, station.key_id, shown, datetime.datetime.now(datetime.UTC) - age)


def test_a_device_that_opens_the_link_is_let_in_and_nothing_of_it_is_sent_or_kept(station: Station) -> None:
    page, urls = station.page, list[str]()
    page.on("request", lambda request: urls.append(request.url))
    station.arrives("enrol")
    station.looks_right("enrol")
    station.is_registered("read")
    link = link_for(station)
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator('section[data-page="shift"]')).to_be_visible()
    assert "enrol=" not in page.url
    expect(page.locator("#shift-device")).to_contain_text(station.key_id)
    digits = link.split(",")[1]
    assert not [url for url in urls if digits in url.partition("#")[0]]
    page.goto(link)  # once more, as from the browser's list of pages
    station.arrives("shift")
    expect(page.locator("#errors")).to_be_hidden()
    page.goto(link.replace(station.key_id, "79001.9999"))
    expect(page.locator("#errors")).to_contain_text(f"đã có tên {station.key_id}")


def test_a_link_of_another_device_or_of_yesterday_lets_nobody_in(station: Station) -> None:
    page = station.page
    station.is_registered("read")
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link_for(station, digits="1234 5678"))
    expect(page.locator("#errors")).to_contain_text("không phải của máy này")
    station.looks_right("enrol-other")
    page.goto(link_for(station, age=device_link.LIFE + datetime.timedelta(seconds=1)))
    expect(page.locator("#errors")).to_contain_text("đã quá một ngày")
    page.goto("/tram/#enrol=79001.2,12345678")  # not whole: as any other address
    station.arrives("enrol")
    expect(page.locator("#key-id")).to_have_value("")
    assert not [url for url in asked if "/v1/" in url]


def test_a_link_is_not_over_because_the_devices_clock_says_so(station: Station) -> None:
    page = station.page
    station.is_registered("read")
    link = link_for(station)
    page.clock.install(time=datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=200))
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator('section[data-page="shift"]')).to_be_visible()
    expect(page.locator("#wrong-clock")).to_contain_text("Đồng hồ máy sai")


def test_the_code_is_scanned_by_the_pages_own_camera(
    playwright: Playwright, web_url: str, stack_place: StackLocation, tmp_path: Path
) -> None:
    film = tmp_path / "film.y4m"
    write_video(take_picture("nothing yet", LIGHTS["sharp"]), film)
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    arguments = [*ARGUMENTS, *fake, f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    try:
        with opened(browser, web_url) as page:
            page.goto("/tram/")
            station = Station(page, stack_place, "26911-01-7sza1m4n")
            station.is_registered("read")
            write_video(take_picture_of(device_link.squares_of(link_for(station), quiet=4), LIGHTS["tilted"]), film)
            station.presses("Quét mã QR của tổ vận hành")
            expect(page.locator("#scan")).to_be_hidden()
            expect(page.locator('section[data-page="shift"]')).to_be_visible()
    finally:
        browser.close()
