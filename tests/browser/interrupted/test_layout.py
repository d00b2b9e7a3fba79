"""Nothing jumps while a page comes, buttons keep apart, and a slow phone shows no page twice."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.interrupted.server import RECORD, Server
from tests.browser.journey import Journey

WATCH = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) window.shift += hadRecentInput ? 0 : value;
}).observe({ type: 'layout-shift', buffered: true });
"""
MOST_SHIFT = 0.05  # half of what web.dev calls good
PAGES = (
    "index.html",
    "declare.html",
    f"records.html#record/{RECORD}",
    "records.html#records",
    "share.html",
    "privacy.html",
)


@pytest.mark.parametrize("address", PAGES)
def test_nothing_jumps_while_a_page_comes(phone: Page, server: Server, address: str) -> None:
    server.level, server.pin_set = 2, True
    phone.add_init_script(WATCH)
    phone.goto(f"/{address}")
    expect(phone.locator("main h1:visible").first).to_be_visible()
    phone.wait_for_load_state("networkidle")
    assert phone.evaluate("window.shift") < MOST_SHIFT


def test_the_buttons_of_a_share_keep_apart(phone: Page, server: Server, journey: Journey) -> None:
    server.level, server.pin_set = 2, True
    share = {
        "id": "s",
        "contents": "all",
        "qr_svg": "<svg/>",
        "url": "http://x",
        "expires_at": "2026-12-01T00:00:00.000Z",
        "passcode": False,
    }
    server.says = {"GET /v1/records/*/shares": {"json": {"shares": [share]}}}
    journey.opens(f"/records.html#share/{RECORD}/s")
    journey.has_come("share")
    first, second = (button.bounding_box() for button in journey.shown.get_by_role("button").all())
    assert first
    assert second
    assert second["y"] >= first["y"] + first["height"] + 8
