"""A card is scanned by camera or photo on the device: in every light, every kind of browser, and without a camera."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.conftest import ARGUMENTS, CHROMIUM, opened
from tests.browser.interrupted.server import SITE, Server, has_no_network
from tests.browser.journey import Journey
from tests.card_pictures import CARD, LIGHTS, Light, take_picture, write_video

POSTER_TEXT = "https://hososuckhoe.tphcm.example/?p=79-26911-07"
# A browser with a detector of its own, which Debian's Chromium lacks.
OWN_DETECTOR = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return FORMATS; }
  async detect(canvas) {
    window.detected = (window.detected || 0) + canvas.width;
    if (BROKEN) throw new Error('no service');
    return window.detected > 1000 ? [{ rawValue: TEXT }] : [];
  }
};
"""
Camera = Callable[[str, Light], AbstractContextManager[Journey]]


def own_detector(text: str, formats: str = "['qr_code']", broken: str = "false") -> str:
    return OWN_DETECTOR.replace("FORMATS", formats).replace("BROKEN", broken).replace("TEXT", repr(text))


@pytest.fixture
def camera(playwright: Playwright, folder: Path, tmp_path: Path) -> Camera:
    """A phone whose camera sees the code of a text in some light, at the first page of the form."""

    @contextmanager
    def seeing(text: str, light: Light) -> Iterator[Journey]:
        film = write_video(take_picture(text, light), tmp_path / "film.y4m")
        fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
        arguments = [*ARGUMENTS, *fake, f"--use-file-for-fake-video-capture={film}"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        with opened(browser, SITE) as page:
            journey = Journey(page, SITE)
            Server(page, folder)
            yield journey
        browser.close()

    return seeing


def scans(journey: Journey) -> None:
    journey.arrives("identity.full-name")
    journey.shown.locator("[data-scan]").click()


def chooses_a_photo(page: Page, text: str, light: Light) -> None:
    kept = io.BytesIO()
    take_picture(text, light).save(kept, "JPEG")
    with page.expect_file_chooser() as chosen:
        page.locator("#scan [data-photo]").click()
    chosen.value.set_files([{"name": "the.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}])


def has_filled_the_form(journey: Journey) -> None:
    expect(journey.page.locator("#scan")).to_be_hidden()
    expect(journey.shown.locator("[data-scanned]")).to_contain_text("Đã đọc từ thẻ Nguyễn Thị Thử Nghiệm: ")
    expect(journey.field("identity.full-name").locator("input")).to_have_value("Nguyễn Thị Thử Nghiệm")
    journey.chooses("identity.relation", "Cho tôi")
    journey.moves_on()
    journey.arrives("identity.national-id")
    expect(journey.field("identity.national-id").locator("input")).to_have_value("079158001234")
    journey.moves_on()
    journey.arrives("identity.ward")
    expect(journey.field("identity.ward").get_by_label("Phường Bình Quới")).to_be_checked()
    expect(journey.field("identity.sex").get_by_label("Nữ")).to_be_checked()
    dates = journey.field("identity.birth-date").locator("input").all()
    assert [box.input_value() for box in dates] == ["27", "05", "1958"]
    expect(journey.field("identity.address").locator("input")).to_have_value("12/3 Đường số 5, Khu phố 4")
    expect(journey.page.locator("#from-card")).to_be_visible()
    journey.moves_on()
    journey.arrives("history.conditions")


@pytest.mark.parametrize("light", LIGHTS)
def test_the_camera_reads_a_card_in_every_light_and_nothing_leaves_the_device(camera: Camera, light: str) -> None:
    with camera(CARD, LIGHTS[light]) as journey:
        journey.opens()
        asked: list[str] = []
        journey.page.on("request", lambda request: asked.append(request.url))
        scans(journey)
        expect(journey.page.locator("#scan")).to_be_hidden()
        assert journey.page.evaluate("document.querySelector('#scan video').srcObject") is None
        has_filled_the_form(journey)
        assert all("/assets/qr-" in url or "/assets/wards-" in url for url in asked), asked


def test_a_browser_s_own_detector_is_used_where_there_is_one(camera: Camera) -> None:
    with camera("not read by us", Light()) as journey:
        journey.page.add_init_script(own_detector(CARD))
        journey.opens()
        asked: list[str] = []
        journey.page.on("request", lambda request: asked.append(request.url))
        scans(journey)
        has_filled_the_form(journey)
        assert {url.rpartition("/")[2] for url in asked if "/assets/qr-" in url} == {"pictures.js", "qr-decoder.js"}


@pytest.mark.parametrize(("formats", "broken"), [("['ean_13']", "false"), ("['qr_code']", "true")])
def test_a_detector_without_qr_codes_or_without_its_service_is_passed_over(
    camera: Camera, formats: str, broken: str
) -> None:
    with camera(CARD, Light()) as journey:
        journey.page.add_init_script(own_detector("never", formats, broken))
        journey.opens()
        scans(journey)
        has_filled_the_form(journey)


def test_another_code_is_said_to_be_another_one_and_closing_ends_the_camera(camera: Camera) -> None:
    with camera(POSTER_TEXT, Light()) as journey:
        journey.opens()
        scans(journey)
        expect(journey.page.locator("#scan .status")).to_contain_text("không phải mã trên thẻ căn cước")
        journey.is_accessible()
        journey.page.evaluate("window.track = document.querySelector('#scan video').srcObject.getTracks()[0]")
        journey.page.locator("#scan [data-close]").click()
        journey.page.wait_for_function("window.track.readyState === 'ended'")
        expect(journey.page.locator("[data-scan]").first).to_be_focused()
        expect(journey.field("identity.full-name").locator("input")).to_have_value("")


def test_what_a_card_does_not_say_is_asked_for(camera: Camera) -> None:
    parts = CARD.split("|")
    parts[3] = "31021958"
    with camera("|".join(parts), Light()) as journey:
        journey.opens()
        scans(journey)
        said = journey.shown.locator("[data-scanned]")
        expect(said).to_contain_text("Đã đọc từ thẻ Nguyễn Thị Thử Nghiệm: số căn cước, họ tên, giới tính, nơi ở.")
        expect(said).to_contain_text("Chưa đọc được, hãy tự điền: ngày sinh.")


def test_a_photo_is_read_where_there_is_no_camera(journey: Journey) -> None:
    journey.opens()
    scans(journey)
    expect(journey.page.locator("#scan .status")).to_contain_text("Không mở được máy ảnh")
    expect(journey.page.locator("#scan video")).to_be_hidden()
    journey.is_accessible()
    chooses_a_photo(journey.page, CARD, LIGHTS["tilted"])
    has_filled_the_form(journey)


def test_a_photo_without_a_code_or_a_file_that_is_no_picture_is_told(journey: Journey) -> None:
    journey.opens()
    scans(journey)
    status = journey.page.locator("#scan .status")
    expect(status).to_contain_text("Không mở được máy ảnh")
    chooses_a_photo(journey.page, CARD, Light(blur=9))
    expect(status).to_contain_text("Không thấy mã QR rõ trong ảnh này")
    with journey.page.expect_file_chooser() as chosen:
        journey.page.locator("#scan [data-photo]").click()
    chosen.value.set_files([{"name": "a.txt", "mimeType": "text/plain", "buffer": b"no picture"}])
    expect(status).to_contain_text("Không mở được ảnh này")


def test_without_a_network_the_page_says_that_the_reader_did_not_come(journey: Journey, server: Server) -> None:
    journey.opens()
    scans(journey)
    expect(journey.page.locator("#scan .status")).to_contain_text("Không mở được máy ảnh")
    has_no_network(journey.page, server)
    journey.page.route("**/assets/qr-*/*", lambda route: route.abort())
    chooses_a_photo(journey.page, CARD, Light())
    expect(journey.page.locator("#scan .status")).to_contain_text("Chưa tải được phần đọc mã")


def test_a_card_scanned_again_replaces_what_stood_there_and_typing_stays_equal(journey: Journey) -> None:
    journey.opens()
    journey.types("identity.full-name", "Tên Sai")
    journey.chooses("identity.relation", "Cho con tôi")
    scans(journey)
    chooses_a_photo(journey.page, CARD, Light())
    journey.arrives("identity.national-id")  # the card said all that the page before asked
    expect(journey.shown.locator("[data-scanned]")).to_contain_text("Đã đọc từ thẻ")
    journey.page.locator("#back").click()
    expect(journey.field("identity.full-name").locator("input")).to_have_value("Nguyễn Thị Thử Nghiệm")
    expect(journey.field("identity.relation").get_by_label("Cho con tôi")).to_be_checked()
    journey.types("identity.full-name", "Nguyễn Thị Thử")
    journey.moves_on()
    journey.page.locator("#back").click()
    expect(journey.field("identity.full-name").locator("input")).to_have_value("Nguyễn Thị Thử")
