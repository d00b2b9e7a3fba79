"""What a declaration costs in screens, touches and letters, at 360 x 640 with real pointer and key events."""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.browser.conftest import PHONE_SIZE, drawing_with, opened
from tests.browser.fonts import DEJAVU, NOTO, font_files
from tests.browser.interrupted.server import SITE, Server
from tests.browser.journey import Journey
from tests.card_pictures import CARD

SWIPE = 0.7 * PHONE_SIZE["height"]  # how far one movement of a thumb scrolls
# Slow reading of Vietnamese, by syllables; a touch with looking for its place; a letter on a phone's keyboard.
MINUTES_A_WORD, SECONDS_A_TOUCH, SECONDS_A_LETTER = 1 / 200, 2.0, 0.6
PROMISED = 7  # minutes, on the first page


@dataclass
class Hand:
    """A thumb and a keyboard on the screen; counts what they do."""

    page: Page
    touches: int = 0
    letters: int = 0
    words: int = 0
    screens: list[str] = field(default_factory=list)

    def sees(self, name: str, shown: Locator) -> None:
        """A screen is reached; its words above the button are read."""
        expect(shown).to_be_visible()
        self.screens.append(name)
        optional = shown.locator("#sections")
        below = optional.inner_text() if optional.count() else ""
        self.words += len(shown.inner_text().split()) - len(below.split())

    def taps(self, target: Locator) -> None:
        """Scrolls until the target is on the screen, each swipe one touch, and taps it."""
        box = target.bounding_box()
        assert box
        room = PHONE_SIZE["height"] - 8
        away = max(box["y"] + box["height"] - room, 0) or min(box["y"] - 8, 0)
        swipes = math.ceil(abs(away) / SWIPE)
        self.touches += swipes
        if swipes:
            self.page.mouse.wheel(0, math.copysign(swipes * SWIPE, away))
            self.page.wait_for_timeout(60)
        box = target.bounding_box()
        assert box
        self.page.mouse.click(box["x"] + min(box["width"] / 2, 40), box["y"] + box["height"] / 2)
        self.touches += 1

    def types(self, target: Locator, text: str) -> None:
        """Taps a field, unless the tap before has led into it, and types."""
        if not target.evaluate("(box) => box === document.activeElement"):
            self.taps(target)
        self.page.keyboard.type(text)
        self.letters += len(text)

    def enters(self) -> None:
        """The keyboard's own button to go on."""
        self.page.keyboard.press("Enter")
        self.touches += 1


# A camera that sees a card at once, and a browser that reads it; both ways to read are in test_scan.py.
SEEN_CARD = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ['qr_code']; }
  async detect() { return [{ rawValue: TEXT }]; }
};
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement('canvas');
  canvas.getContext('2d').fillRect(0, 0, 9, 9);
  return canvas.captureStream();
};
""".replace("TEXT", json.dumps(CARD))


# A browser that reads the code from the message, as Chrome on Android does, once a person allows it (WebOTP).
READ_CODE = """
window.OTPCredential = class {};
navigator.credentials.get = () => new Promise((told) => { window.allowCode = () => told({ code: '123456' }); });
"""


def types_who(hand: Hand, journey: Journey, screen: Callable[[str], None]) -> None:
    """Name, number and ward by the keyboard."""
    field_of = lambda link_id: journey.field(link_id).locator("input, textarea").first  # noqa: E731
    screen("identity.full-name")
    hand.types(field_of("identity.full-name"), "Nguyễn Thị Hoa")
    hand.enters()
    screen("identity.national-id")
    hand.taps(journey.field("consent.sharing").locator("label"))
    hand.types(field_of("identity.national-id"), "079158001234")
    hand.enters()
    screen("identity.ward")
    hand.types(journey.field("identity.ward").locator("input[type=search]"), "binh quoi")
    hand.enters()
    expect(journey.field("identity.ward").get_by_label("Phường Bình Quới")).to_be_checked()
    hand.enters()


def scans_who(hand: Hand, journey: Journey, screen: Callable[[str], None]) -> None:
    """The same from the card; to allow the camera is a touch of its own."""
    screen("identity.full-name")
    hand.taps(journey.shown.locator("[data-scan]"))
    hand.touches += 1
    screen("identity.national-id")
    expect(journey.shown.locator("[data-scanned]")).to_contain_text("Đã đọc từ thẻ Nguyễn Thị Thử Nghiệm")
    hand.taps(journey.field("consent.sharing").locator("label"))
    hand.taps(journey.shown.locator("form > button.button"))
    screen("identity.ward")
    expect(journey.field("identity.ward").get_by_label("Phường Bình Quới")).to_be_checked()
    hand.taps(journey.shown.locator("form > button.button"))


def declares(page: Page, journey: Journey, *, diabetic: bool, scans: bool = False, reads_code: bool = False) -> Hand:
    """From the poster's page to the receipt; the PIN is left out by its own button."""
    hand = Hand(page)

    def screen(name: str) -> None:
        journey.arrives(name)
        hand.sees(name, journey.shown)

    page.goto("/index.html")
    hand.sees("start", page.locator("main"))
    hand.taps(page.locator("#start"))
    screen("phone")
    hand.types(page.locator("#phone"), "0912345678")
    hand.enters()
    screen("code")
    if reads_code:
        page.evaluate("allowCode()")
        hand.touches += 1
    else:
        hand.types(page.locator("#code"), "123456")  # the sixth digit sends it
    (scans_who if scans else types_who)(hand, journey, screen)
    screen("history.conditions")
    if diabetic:
        hand.taps(journey.field("history.conditions").get_by_text("Đái tháo đường (tiểu đường)"))
        hand.taps(journey.shown.locator("form > button.button"))
    else:
        hand.taps(journey.shown.locator("[data-none]"))
    screen("history.allergies")
    hand.taps(journey.shown.locator("[data-none]"))
    screen("medicines.any")
    if diabetic:
        hand.taps(journey.field("medicines.any").get_by_text("Có", exact=True))
        rows = page.locator('[data-rows="medicines.item"] [data-row]')
        for place, (typed, chosen) in enumerate((("metf", "metformin (Glucophage)"), ("amlo", "amlodipin (Amlor)"))):
            if place:
                hand.taps(page.locator('[data-rows="medicines.item"] [data-add]'))
            hand.types(rows.nth(place).locator("[data-suggest]"), typed)
            hand.taps(rows.nth(place).get_by_role("button", name=chosen))
        hand.taps(journey.shown.locator("form > button.button"))
    else:
        hand.taps(journey.shown.locator("[data-none]"))
    screen("check")
    hand.taps(journey.field("consent.record").locator("label"))
    hand.taps(journey.shown.locator("form > button.button"))
    screen("pin")
    hand.taps(page.locator("#pin-skip a"))
    screen("receipt")
    return hand


# In the font of most phones; a wide one makes longer pages. By diabetes with two medicines, scanned card, read code.
TOUCHES = {
    NOTO: {
        (False, False, False): 20,
        (False, False, True): 20,
        (False, True, False): 19,
        (True, False, False): 28,
        (True, True, False): 28,
    },
    DEJAVU: {
        (False, False, False): 22,
        (False, False, True): 22,
        (False, True, False): 21,
        (True, False, False): 30,
        (True, True, False): 30,
    },
}
WAYS = sorted(TOUCHES[NOTO])


@pytest.fixture(params=sorted(font_files()))
def drawn(
    request: pytest.FixtureRequest, playwright: Playwright, tmp_path: Path, folder: Path
) -> Iterator[tuple[str, Page, Server]]:
    with drawing_with(playwright, request.param, tmp_path) as browser, opened(browser, SITE) as page:
        yield request.param, page, Server(page, folder)


@pytest.mark.parametrize(("diabetic", "scans", "reads_code"), WAYS)
def test_the_short_path_takes_few_screens_and_touches(
    drawn: tuple[str, Page, Server], diabetic: bool, scans: bool, reads_code: bool
) -> None:
    font, page, server = drawn
    server.scope = None
    if scans:
        page.add_init_script(SEEN_CARD)
    if reads_code:
        page.add_init_script(READ_CODE)
    hand = declares(page, Journey(page, SITE), diabetic=diabetic, scans=scans, reads_code=reads_code)
    minutes = hand.words * MINUTES_A_WORD + (hand.touches * SECONDS_A_TOUCH + hand.letters * SECONDS_A_LETTER) / 60
    effort = f"{len(hand.screens)} screens, {hand.touches} touches, {hand.letters} letters, {hand.words} words"
    assert len(hand.screens) <= 12, effort
    assert hand.touches <= TOUCHES[font][diabetic, scans, reads_code], effort
    page.goto("/index.html")
    expect(page.locator(".lead")).to_contain_text(f"khoảng {PROMISED} phút")
    assert minutes <= PROMISED + 0.5 + diabetic, f"{minutes:.1f} minutes, {effort}"
