"""Small screens, large text, no JavaScript, an idle session, and what a page may load."""

import re

from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.journey import Journey


def test_every_page_fits_320_pixels_and_double_text(page_in_each_font: Page) -> None:
    page = page_in_each_font
    page.set_viewport_size({"width": 320, "height": 568})
    for path in ("/", "/declare.html", "/records.html", "/en/", "/en/declare.html", "/en/records.html"):
        page.goto(path)
        expect(page.locator("main h1:visible").first).to_be_visible()
        # Every page of the form is shown one after the other, with all its details and errors.
        too_wide = page.evaluate(
            """() => {
              const shown = [...document.querySelectorAll('section[data-page]')];
              const wide = [];
              for (const size of ['100%', '200%']) {
                document.documentElement.style.fontSize = size;
                for (const section of shown.length ? shown : [document.body]) {
                  shown.forEach((other) => { other.hidden = other !== section; });
                  section.querySelectorAll('[hidden]').forEach((part) => { part.hidden = false; });
                  const { scrollWidth, clientWidth } = document.documentElement;
                  if (scrollWidth > clientWidth) wide.push([size, section.dataset.page, scrollWidth]);
                }
              }
              return wide;
            }"""
        )
        assert too_wide == [], path


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


def test_the_form_can_be_filled_in_by_keyboard_alone(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    journey.arrives("identity.full-name")
    expect(page.locator('section[data-page="identity.full-name"] h1')).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator('section[data-page="identity.full-name"] [data-scan]')).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Nguyen Thi Thu")
    page.keyboard.press("Enter")
    expect(journey.field("identity.relation").locator("input").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    journey.arrives("identity.national-id")
    expect(page.locator('section[data-page="identity.national-id"] h1')).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(journey.field("consent.sharing").locator("input")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    journey.arrives("identity.ward")


def test_an_idle_session_warns_is_extended_and_ends_with_the_answers_kept(own_clock: Page, web_url: str) -> None:
    page, journey = own_clock, Journey(own_clock, web_url)
    journey.starts_signed_in()
    journey.arrives("identity.full-name")
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
    journey.arrives("identity.full-name")
    page.clock.run_for("13:10")
    expect(dialog).to_be_visible()
    page.clock.run_for("02:00")
    journey.arrives("phone")
    journey.sees_the_error("Những gì đã điền vẫn còn")
    expect(dialog).to_be_hidden()
