"""The page of the code where a cheap phone drops it: number, button and WebOTP are there again after a reload."""

import json
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.journey import Journey

# A browser that reads messages: `messageArrives` gives what it read to the page, `listening` counts who waits for it.
READS_MESSAGES = """
(() => {
  if (!navigator.credentials) return;
  const waiting = [];
  window.OTPCredential = class {};
  window.listening = () => waiting.filter((one) => !one.over).length;
  const live = () => waiting.filter((one) => !one.over);
  window.messageArrives = (code) => live().forEach((one) => { one.over = true; one.arrived({ code }); });
  const real = navigator.credentials.get.bind(navigator.credentials);
  navigator.credentials.get = (options) => {
    if (!options.otp) return real(options);
    return new Promise((arrived, over) => {
      const one = { arrived, over: false };
      waiting.push(one);
      options.signal.addEventListener('abort', () => { one.over = true; over(new DOMException('', 'AbortError')); });
    });
  };
})()
"""


def asks(page: Page, journey: Journey) -> None:
    page.add_init_script(READS_MESSAGES)
    journey.opens()
    journey.arrives("phone")
    page.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")


def test_after_a_reload_the_number_the_button_and_the_message_are_there_again(new_phone: Page, web_url: str) -> None:
    journey = Journey(new_phone, web_url)
    new_phone.clock.install()
    asks(new_phone, journey)
    new_phone.reload()
    journey.arrives("code")
    expect(new_phone.locator("#sent-to")).to_have_text(journey.number)
    expect(new_phone.locator("#resend-wait")).to_be_visible()
    assert new_phone.evaluate("listening()") == 1
    new_phone.clock.run_for(61_000)
    resend = new_phone.locator("#resend")
    expect(resend).to_be_visible()
    journey.is_accessible()
    new_phone.evaluate("(code) => messageArrives(code)", journey.code())
    expect(new_phone.locator('section[data-page="code"]')).to_be_hidden()
    assert new_phone.evaluate("sessionStorage.getItem('ssk')").count(journey.number) == 0


def test_a_tab_that_was_dropped_and_comes_back_goes_on_where_it_was(new_phone: Page, web_url: str) -> None:
    """The browser restores the tab's own store with its address, as after it was thrown out of memory."""
    journey = Journey(new_phone, web_url)
    asks(new_phone, journey)
    kept = new_phone.evaluate("sessionStorage.getItem('ssk')")
    address = new_phone.url
    new_phone.goto("about:blank")
    restored = new_phone.context.new_page()
    new_phone.close()
    restored.add_init_script(READS_MESSAGES)
    restored.add_init_script(f"if (location.origin !== 'null') sessionStorage.setItem('ssk', {kept!r});")
    restored.goto(address)
    back = Journey(restored, web_url, number=journey.number)
    back.arrives("code")
    expect(restored.locator("#sent-to")).to_have_text(journey.number)
    restored.locator("#code").fill(back.code())
    expect(restored.locator('section[data-page="code"]')).to_be_hidden()


def test_a_code_of_an_older_message_is_not_sent_by_itself_again(new_phone: Page, web_url: str) -> None:
    journey = Journey(new_phone, web_url)
    asks(new_phone, journey)
    right = journey.code()
    stale = f"{(int(right) + 1) % 1_000_000:06d}"
    tries: list[str] = []
    new_phone.on("request", lambda one: tries.append(one.url) if one.url.endswith("/otp/verify") else None)
    new_phone.evaluate("(code) => messageArrives(code)", stale)
    journey.sees_the_error("Mã không đúng")
    assert new_phone.evaluate("listening()") == 1
    new_phone.locator("#code").fill("")
    new_phone.evaluate("(code) => messageArrives(code)", stale)
    expect(new_phone.locator("#code")).to_have_value("")
    assert len(tries) == 1
    new_phone.locator("#code").fill(right)
    expect(new_phone.locator('section[data-page="code"]')).to_be_hidden()


def test_what_a_person_types_is_not_taken_away_by_a_message(new_phone: Page, web_url: str) -> None:
    journey = Journey(new_phone, web_url)
    asks(new_phone, journey)
    new_phone.locator("#code").fill("12")
    new_phone.evaluate("(code) => messageArrives(code)", journey.code())
    expect(new_phone.locator("#code")).to_have_value("12")


def test_a_code_on_paper_takes_the_place_of_the_message(new_phone: Page, web_url: str) -> None:
    journey = Journey(new_phone, web_url)
    journey.opens()
    journey.arrives("phone")
    new_phone.locator("#phone").fill(journey.number)
    new_phone.get_by_text("Tôi có mã trên giấy").click()
    journey.is_accessible()
    paper = new_phone.get_by_label("Mã trên giấy, 10 chữ số")
    paper.fill("12345")
    new_phone.get_by_role("button", name="Dùng mã trên giấy").click()
    journey.sees_the_error("10 chữ số")
    paper.fill("01234 56789")
    new_phone.get_by_role("button", name="Dùng mã trên giấy").click()
    journey.sees_the_error("Mã trên giấy không đúng")
    journey.is_accessible()


def test_a_code_is_sent_with_the_ids_of_all_the_pages_calls_also_after_a_reload(new_phone: Page, web_url: str) -> None:
    """A resend that sent nothing is answered as one that did: the code in her hand may be of any of them."""
    journey = Journey(new_phone, web_url)
    given: list[str] = []
    proofs: list[dict[str, Any]] = []

    def answer(route: Route) -> None:
        given.append(f"c{len(given)}")
        body = {"challenge_id": given[-1], "expires_in": 600, "resend_after": 0}
        route.fulfill(status=202, content_type="application/json", body=json.dumps(body))

    def refuse(route: Route) -> None:
        proofs.append(route.request.post_data_json or {})
        route.fulfill(status=401, content_type="application/problem+json", body='{"detail": "Mã không đúng."}')

    new_phone.route("**/v1/otp", answer)
    new_phone.route("**/v1/otp/verify", refuse)
    asks(new_phone, journey)
    for number in range(2, 4):
        new_phone.locator("#resend").click()
        expect(new_phone.locator("#status")).to_contain_text("Nếu số này nhận được mã")
        assert len(given) == number
        new_phone.reload()
        journey.arrives("code")
    new_phone.locator("#code").fill("123456")
    journey.sees_the_error("Mã không đúng")
    assert [(proof["challenge_id"], proof["earlier_challenge_ids"]) for proof in proofs] == [("c2", ["c1", "c0"])]
