"""Fingerprint or face in Chromium on the deployed stack, with a virtual authenticator (CDP's WebAuthn domain)."""

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import PIN, opened
from tests.browser.journey import Journey

BUTTON = "Mở bằng vân tay hoặc khuôn mặt"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def lock(page: Page) -> tuple[CDPSession, str]:
    """Give the device a fingerprint reader; its name for what follows."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session, str(made["authenticatorId"])


def messages(journey: Journey) -> int:
    to = urllib.parse.quote("+84" + journey.number.replace(" ", "")[1:])
    with urllib.request.urlopen(f"{journey.web_url}/_local/sms?phone={to}", timeout=20) as answer:
        return len(json.load(answer))


@pytest.fixture
def device(browser: Browser, web_url: str) -> Iterator[Page]:
    with opened(browser, web_url) as page:
        yield page


def declares(page: Page, web_url: str) -> Journey:
    journey = Journey(page, web_url)
    journey.starts_signed_in()
    journey.fills_in_quickly()
    journey.goes_on()
    journey.receipt()
    return journey


def test_a_finger_after_the_receipt_opens_the_record_next_time_without_a_message(device: Page, web_url: str) -> None:
    lock(device)
    journey = declares(device, web_url)
    journey.chooses_a_pin(PIN)
    offer = device.locator("#passkey-offer")
    expect(offer).to_be_visible()
    journey.is_accessible()
    offer.get_by_role("button").click()
    expect(device.locator("#passkey-done")).to_be_visible()
    device.context.clear_cookies()
    device.goto("/records.html")
    journey.arrives("phone")
    sent = messages(journey)
    journey.is_accessible()
    device.get_by_role("button", name=BUTTON).first.click()
    journey.has_come("records")
    expect(device.locator(".ways a").first).to_contain_text("Nguyễn Thị Thử Nghiệm")
    assert messages(journey) == sent
    names = {cookie["name"] for cookie in device.context.cookies()}
    assert "__Host-session" in names

    device.goto("/records.html#passkeys")
    journey.has_come("passkeys")
    entries = device.locator('section[data-page="passkeys"] .content li')
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("dùng lần cuối")
    journey.is_accessible()
    device.goto("/records.html#events")
    journey.has_come("events")
    expect(device.locator('section[data-page="events"]')).to_contain_text("Đã thêm một máy mở bằng vân tay")


def test_who_erases_the_last_record_by_finger_is_told_so_and_signed_out(device: Page, web_url: str) -> None:
    lock(device)
    journey = declares(device, web_url)
    journey.chooses_a_pin(PIN)
    device.locator("#passkey-offer").get_by_role("button").click()
    expect(device.locator("#passkey-done")).to_be_visible()
    device.context.clear_cookies()
    device.goto("/records.html")
    journey.arrives("phone")
    device.get_by_role("button", name=BUTTON).first.click()
    journey.has_come("records")
    device.locator(".ways a").first.click()
    journey.has_come("record")
    device.get_by_role("link", name="Xóa hồ sơ").click()
    journey.has_come("erase")
    device.get_by_label("Tôi hiểu và muốn xóa").check()
    journey.goes_on()
    journey.arrives("phone")
    expect(device.locator("#status")).to_contain_text("Hồ sơ đã được xóa hẳn.")
    assert device.request.get("/v1/session").status == 401


def test_a_device_is_added_with_the_pin_on_the_own_page_and_removed_again(device: Page, web_url: str) -> None:
    session, authenticator = lock(device)
    journey = declares(device, web_url)
    journey.chooses_a_pin(PIN)
    device.goto("/records.html")
    journey.has_come("records")
    device.get_by_role("link", name="Vân tay hoặc khuôn mặt").click()
    journey.has_come("passkeys")
    journey.goes_on()
    journey.sees_the_error("mã PIN hiện tại")
    device.locator("#passkey-pin").fill("864209")
    journey.goes_on()
    journey.sees_the_error("không đúng")
    device.locator("#passkey-pin").fill(PIN)
    journey.is_accessible()
    journey.goes_on()
    entries = device.locator('section[data-page="passkeys"] .content li')
    expect(entries).to_have_count(1)
    entries.get_by_role("button").click()
    expect(device.locator('section[data-page="passkeys"] .content')).to_contain_text("Chưa có máy nào")
    assert len(session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]) == 1
    device.context.clear_cookies()
    device.goto("/records.html")
    journey.arrives("phone")
    device.get_by_role("button", name=BUTTON).first.click()
    journey.sees_the_error("Chưa đăng nhập được bằng vân tay hoặc khuôn mặt")


def test_a_finger_that_is_not_the_owners_opens_nothing(device: Page, web_url: str) -> None:
    session, authenticator = lock(device)
    journey = declares(device, web_url)
    journey.chooses_a_pin(PIN)
    device.locator("#passkey-offer").get_by_role("button").click()
    expect(device.locator("#passkey-done")).to_be_visible()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    device.context.clear_cookies()
    device.goto("/records.html")
    journey.arrives("phone")
    device.get_by_role("button", name=BUTTON).first.click()
    journey.sees_the_error("Hãy thử lại, hoặc nhận mã bằng tin nhắn")


def test_where_the_device_has_no_lock_nothing_of_it_is_shown(device: Page, web_url: str) -> None:
    journey = declares(device, web_url)
    journey.chooses_a_pin(PIN)
    expect(device.locator("#passkey-offer")).to_be_hidden()
    device.goto("/records.html")
    journey.has_come("records")
    device.context.clear_cookies()
    device.goto("/404.html")
    device.goto("/records.html")
    journey.arrives("phone")
    expect(device.get_by_role("button", name=BUTTON)).to_have_count(0)


def test_a_number_that_changed_hands_opens_neither_holders_records_to_the_other(
    device: Page, browser: Browser, web_url: str
) -> None:
    lock(device)
    former = declares(device, web_url)
    former.chooses_a_pin(PIN)
    device.locator("#passkey-offer").get_by_role("button").click()
    expect(device.locator("#passkey-done")).to_be_visible()
    with opened(browser, web_url) as later:
        holder = Journey(later, web_url, number=former.number)
        holder.starts_signed_in()
        holder.opens("/declare.html#new")
        holder.fills_in_quickly(**{"identity.full-name": "Trần Văn Sau"})
        holder.goes_on()
        holder.receipt()
        later.goto("/records.html")
        holder.arrives("enter-pin")
        assert "Nguyễn Thị Thử Nghiệm" not in later.content()
    device.context.clear_cookies()
    device.goto("/records.html")
    former.arrives("phone")
    device.get_by_role("button", name=BUTTON).first.click()
    former.has_come("records")
    expect(device.locator(".ways a")).to_have_count(1)
    expect(device.locator(".ways a")).to_contain_text("Nguyễn Thị Thử Nghiệm")
    assert "Trần Văn Sau" not in device.content()
