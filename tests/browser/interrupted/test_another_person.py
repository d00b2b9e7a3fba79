"""Several people at one phone: what was said of one of them is never shown beside another one."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.interrupted.server import NAME, SESSION, Server, proves_the_phone, types_the_pin
from tests.browser.interrupted.test_scan import chooses_a_photo, scans
from tests.browser.journey import Journey
from tests.card_pictures import CARD, LIGHTS

SCANNED = "Đã đọc từ thẻ"


def declares_by_card(journey: Journey) -> None:
    """One person, whose card was read and who set a PIN."""
    journey.opens()
    scans(journey)
    chooses_a_photo(journey.page, CARD, LIGHTS["sharp"])
    expect(journey.shown.locator("[data-scanned]")).to_contain_text(f"{SCANNED} {NAME}")
    journey.fills_in_quickly(**{"identity.full-name": NAME})
    journey.goes_on()
    types_the_pin(journey)
    journey.arrives("receipt")
    expect(journey.page.locator("#pin-done")).to_be_visible()


def declares_for_another(journey: Journey, server: Server) -> None:
    journey.page.locator("#another").click()


def leaves_without_a_network(journey: Journey, server: Server) -> None:
    server.says = {"DELETE /v1/session": None}
    journey.page.locator("#finish").click()
    journey.sees_the_error("Chưa thoát được")
    server.says = {}
    server.next_scope = "b"
    proves_the_phone(journey)


def signs_in_again_after_the_session_ended(journey: Journey, server: Server) -> None:
    server.says = {SESSION: {"status": 401, "json": {}}}
    server.scope = None
    journey.page.clock.run_for("16:00")
    journey.arrives("phone")
    server.says = {}
    server.next_scope = "b"
    proves_the_phone(journey)


@pytest.mark.parametrize(
    "goes_on", [declares_for_another, leaves_without_a_network, signs_in_again_after_the_session_ended]
)
def test_nothing_that_was_read_of_one_person_s_card_stands_beside_the_next_one(
    phone: Page, server: Server, journey: Journey, goes_on: Callable[[Journey, Server], None]
) -> None:
    declares_by_card(journey)
    goes_on(journey, server)
    journey.arrives("identity.full-name")
    assert NAME not in phone.content()
    expect(phone.locator("#from-card")).to_be_hidden()
    server.pin_set = True
    journey.fills_in_quickly(**{"identity.full-name": "Trần Văn Sau", "identity.relation": "other"})
    journey.goes_on()
    journey.receipt()
    expect(phone.locator("#pin-done")).to_be_hidden()


def test_what_stands_in_one_number_is_not_said_of_the_next_person(
    phone: Page, server: Server, journey: Journey
) -> None:
    journey.opens()
    journey.fills_in_quickly(**{"identity.national-id": "079158001234", "identity.sex": "", "identity.birth-date": ""})
    journey.goes_on()
    journey.receipt()
    phone.locator("#another").click()
    journey.types("identity.full-name", "Trần Văn Sau")
    journey.chooses("identity.relation", "Cho con tôi")
    journey.moves_on()
    journey.moves_on()
    journey.arrives("identity.ward")
    expect(phone.locator("#from-number")).to_be_hidden()
    expect(journey.field("identity.birth-date").get_by_label("Năm")).to_have_value("")


def test_a_number_that_is_mended_mends_what_was_taken_from_it_and_a_reload_keeps_the_reason(
    phone: Page, server: Server, journey: Journey
) -> None:
    journey.opens()
    journey.types("identity.full-name", NAME)
    journey.chooses("identity.relation", "Cho tôi")
    journey.moves_on()
    journey.types("identity.national-id", "079058001234")
    journey.moves_on()
    journey.arrives("identity.ward")
    expect(journey.field("identity.sex").get_by_label("Nam")).to_be_checked()
    journey.field("identity.birth-date").get_by_label("Tháng").fill("5")
    phone.locator("#back").click()
    journey.types("identity.national-id", "079156001234")
    journey.moves_on()
    for _ in ("shown", "reloaded"):
        journey.arrives("identity.ward")
        expect(journey.field("identity.sex").get_by_label("Nữ")).to_be_checked()
        dates = journey.field("identity.birth-date").locator("input").all()
        assert [box.input_value() for box in dates] == ["", "5", "1956"]
        expect(phone.locator("#from-number")).to_be_visible()
        phone.wait_for_function("document.querySelector('section:not([hidden]) .saved').textContent")
        phone.reload()
    journey.field("identity.birth-date").get_by_label("Năm").fill("1957")  # her own word, which no number replaces
    phone.locator("#back").click()
    journey.types("identity.national-id", "079158001234")
    journey.moves_on()
    expect(journey.field("identity.birth-date").get_by_label("Năm")).to_have_value("1957")
    expect(phone.locator("#from-number")).to_be_hidden()


@pytest.mark.parametrize("page", ["phone", "code"])
@pytest.mark.parametrize("shared", [False, True])
def test_who_it_is_for_outlives_a_tab_that_is_dropped_while_the_message_is_read(
    phone: Page, server: Server, journey: Journey, page: str, shared: bool
) -> None:
    server.scope = None
    phone.goto("/index.html")
    phone.locator("#start").click()
    journey.arrives("phone")
    if page == "phone":
        phone.reload()
        journey.arrives("phone")
    phone.locator("#shared").set_checked(shared)
    phone.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    if page == "code":
        phone.reload()
        journey.arrives("code")
    phone.locator("#code").fill("123456")
    journey.arrives("identity.full-name")
    expect(journey.field("identity.relation").get_by_label("Cho tôi")).to_be_checked()
    kept = json.loads(phone.evaluate("sessionStorage.getItem('ssk')"))
    assert kept.get("phone", "") == ""
