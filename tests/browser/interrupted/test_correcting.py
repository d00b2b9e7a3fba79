"""Corrections that cannot be opened spare what is kept."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.interrupted.server import BUSY, GET, NAME, RECORD, Server, leaves_a_kept_draft, proves_the_phone
from tests.browser.journey import Journey


@pytest.mark.parametrize("told", [None, BUSY, {"status": 500, "json": {}}, {"status": 429, "json": {}}])
def test_a_correction_that_cannot_be_opened_stays_one_and_spares_the_kept_draft(
    phone: Page, server: Server, journey: Journey, told: dict[str, Any] | None
) -> None:
    leaves_a_kept_draft(journey)
    server.says = {GET: told}
    phone.goto(f"/declare.html#correct={RECORD}")
    journey.arrives("unopened")
    journey.is_accessible()
    journey.goes_on()
    journey.sees_the_error("Hãy thử lại")
    current = {"resourceType": "QuestionnaireResponse", "item": [{"linkId": "identity", "item": [
        {"linkId": "identity.full-name", "answer": [{"valueString": "Y Blếp"}]}]}]}  # fmt: skip
    server.says = {GET: {"json": current, "headers": {"ETag": '"3"'}}}
    journey.goes_on()
    expect(journey.shown).not_to_have_attribute("data-page", "unopened")
    assert phone.evaluate("JSON.parse(sessionStorage.getItem('ssk')).correcting") == RECORD
    phone.goto("about:blank")
    phone.goto("/declare.html#new")
    journey.arrives("check")
    expect(phone.locator("#answers")).to_contain_text(NAME)


def test_without_the_right_to_read_the_unsent_declaration_goes_on(
    phone: Page, server: Server, journey: Journey
) -> None:
    leaves_a_kept_draft(journey)
    server.says = {GET: {"status": 403, "json": {}}}
    phone.goto(f"/declare.html#correct={RECORD}")
    journey.arrives("check")
    expect(phone.locator("#answers")).to_contain_text(NAME)


def test_an_unsent_correction_waits_for_the_pin_after_its_session_ended(
    phone: Page, server: Server, journey: Journey
) -> None:
    current = {"resourceType": "QuestionnaireResponse", "item": [{"linkId": "identity", "item": [
        {"linkId": "identity.full-name", "answer": [{"valueString": NAME}]}]}]}  # fmt: skip
    server.says = {GET: {"json": current, "headers": {"ETag": '"3"'}}}
    journey.opens(f"/declare.html#correct={RECORD}")
    phone.evaluate("location.hash = '#identity.full-name'")
    journey.types("identity.full-name", "Y Blếp")
    phone.clock.run_for("15:10")
    journey.sees_the_error("Những gì đã điền vẫn còn")
    readable, server.says = server.says, {GET: {"status": 403, "json": {}}}
    proves_the_phone(journey)
    journey.arrives("unopened")
    journey.goes_on()
    journey.sees_the_error("Hãy thử lại")
    expect(journey.shown).to_contain_text("bằng mã PIN")
    journey.is_accessible()
    assert "Y Blếp" not in phone.content()
    server.says = readable
    phone.goto("about:blank")
    phone.goto(f"/declare.html#correct={RECORD}")
    journey.arrives("identity.full-name")
    expect(journey.field("identity.full-name").locator("input")).to_have_value("Y Blếp")
