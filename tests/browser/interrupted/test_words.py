"""What the page says comes when it is due and goes when it is over."""

from playwright.sync_api import Page, expect

from tests.browser.interrupted.server import BUSY, RECORD, Server, types_the_pin
from tests.browser.journey import Journey


def test_versions_without_their_questions_say_so(phone: Page, server: Server, journey: Journey) -> None:
    server.level, server.pin_set = 2, True
    server.says = {"GET /questionnaire.json": None}
    journey.opens(f"/records.html#versions/{RECORD}")
    journey.sees_the_error("Không có kết nối mạng")
    expect(phone.locator("#status")).to_have_text("")


def test_an_error_goes_when_the_next_try_succeeds(phone: Page, server: Server, journey: Journey) -> None:
    server.level, server.pin_set = 2, True
    consents = "GET /v1/records/*/consents"
    server.says = {consents: {"json": {"consents": []}}, consents.replace("GET", "PUT"): None}
    journey.opens(f"/records.html#consents/{RECORD}")
    journey.has_come("consents")
    title = phone.title()
    phone.locator("#consent-notices").click()
    journey.sees_the_error("Không có kết nối mạng")
    del server.says[consents.replace("GET", "PUT")]
    phone.locator("#consent-notices").click()
    expect(phone.locator("#status")).to_contain_text("Đã ghi nhận")
    expect(phone.locator("#errors")).to_be_hidden()
    assert phone.title() == title
    restriction = "PUT /v1/records/*/restriction"
    server.says |= {restriction: BUSY}
    phone.goto(f"/records.html#record/{RECORD}")
    phone.get_by_role("button", name="Tạm ngừng").click()
    journey.sees_the_error("đang bận")
    del server.says[restriction]
    phone.get_by_role("button", name="Tạm ngừng").click()
    expect(phone.locator("#errors")).to_be_hidden()


def test_a_code_sent_again_is_confirmed_and_the_focus_waits_for_it(
    phone: Page, server: Server, journey: Journey
) -> None:
    server.scope = None
    journey.opens()
    phone.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    phone.clock.run_for("00:02")
    server.says = {"POST /v1/otp": BUSY}
    phone.locator("#resend").click()
    journey.sees_the_error("Hiện chưa gửi được tin nhắn")
    server.says = {}
    phone.locator("#resend").click()
    expect(phone.locator("#status")).to_contain_text("Nếu số này nhận được mã")
    expect(phone.locator("#errors")).to_be_hidden()
    expect(phone.locator("#code")).to_be_focused()


def test_a_changed_pin_is_confirmed_on_the_list(phone: Page, server: Server, journey: Journey) -> None:
    server.level, server.pin_set = 2, True
    journey.opens("/records.html#pin")
    journey.arrives("pin")
    phone.locator("#current-pin").fill("918273")
    types_the_pin(journey)
    journey.has_come("records")
    expect(journey.shown).to_contain_text("Đã đặt mã PIN")
