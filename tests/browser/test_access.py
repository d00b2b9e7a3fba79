"""Small screens, large text, no JavaScript, an idle session, and what a page may load."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.journey import Journey


@pytest.fixture
def narrow(browser: Browser, web_url: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 568}, base_url=web_url)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("text_size", ["100%", "200%"])
@pytest.mark.parametrize("folder", ["", "en/"])
def test_every_page_fits_320_pixels_and_double_text(narrow: Page, folder: str, text_size: str) -> None:
    for name in ("", "declare.html"):
        narrow.goto(f"/{folder}{name}")
        expect(narrow.locator("main h1:visible").first).to_be_visible()
        # Every page of the form is shown one after the other, with all its details and errors.
        too_wide = narrow.evaluate(
            """size => {
              document.documentElement.style.fontSize = size;
              const shown = [...document.querySelectorAll('section[data-page]')];
              const wide = [];
              for (const section of shown.length ? shown : [document.body]) {
                shown.forEach((other) => { other.hidden = other !== section; });
                section.querySelectorAll('[hidden]').forEach((part) => { part.hidden = false; });
                const { scrollWidth, clientWidth } = document.documentElement;
                if (scrollWidth > clientWidth) wide.push([section.dataset.page, scrollWidth]);
              }
              return wide;
            }""",
            text_size,
        )
        assert too_wide == []


def test_without_javascript_the_start_and_the_form_say_what_to_do(browser: Browser, web_url: str) -> None:
    page = browser.new_page(java_script_enabled=False, base_url=web_url)
    for path in ("/", "/declare.html"):
        page.goto(path)
        # Read as a person does: Playwright's own locators never look into <noscript>.
        assert page.evaluate("document.body.innerText").count("trạm y tế phường, xã để nhân viên khai giúp") == 1
        expect(page.locator("section[data-page]").filter(visible=True)).to_have_count(0)
    page.close()


def test_a_page_makes_few_requests_and_names_no_other_host(page: Page, journey: Journey) -> None:
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert len(requests) <= 6
    requests.clear()
    journey.opens()
    page.wait_for_load_state("networkidle")
    assert len(requests) <= 6
    assert all(re.match(rf"{re.escape(journey.web_url)}/|data:", request.url) for request in requests)


def test_what_comes_over_the_wire_keeps_within_the_budget(page: Page, journey: Journey) -> None:
    carried: list[int] = []
    page.on("requestfinished", lambda request: carried.append(request.sizes()["responseBodySize"]))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(carried) <= 50 * 1024
    page.locator("#start").click()
    journey.proves_the_phone()
    journey.fills_in_quickly()
    journey.goes_on()
    journey.receipt()
    assert sum(carried) <= 100 * 1024


def test_the_form_can_be_filled_in_by_keyboard_alone(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    journey.arrives("identity.relation")
    expect(page.locator('section[data-page="identity.relation"] h1')).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    journey.arrives("identity.full-name")
    expect(page.locator('section[data-page="identity.full-name"] h1')).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Nguyen Thi Thu")
    page.keyboard.press("Enter")
    journey.arrives("identity.sex")


def test_an_idle_session_warns_and_can_be_extended(page: Page, journey: Journey) -> None:
    page.clock.install()
    journey.starts_signed_in()
    journey.arrives("identity.relation")
    dialog = page.locator("#still-there")
    page.clock.run_for("12:50")
    expect(dialog).to_be_hidden()
    page.clock.run_for("00:15")
    expect(dialog).to_be_visible()
    journey.is_accessible()
    with page.expect_response("**/v1/session/extend") as extended:
        page.locator("#extend").click()
    assert extended.value.ok
    expect(dialog).to_be_hidden()
    journey.arrives("identity.relation")


def test_a_session_that_idled_out_leads_to_a_new_code_and_keeps_the_answers(page: Page, journey: Journey) -> None:
    page.clock.install()
    journey.starts_signed_in()
    journey.chooses("identity.relation", "Cho tôi")
    page.clock.run_for("13:10")
    expect(page.locator("#still-there")).to_be_visible()
    page.clock.run_for("02:00")
    journey.arrives("phone")
    journey.sees_the_error("Những gì đã điền vẫn còn")
    expect(page.locator("#still-there")).to_be_hidden()
