"""From the poster to the receipt in Chromium at 360 x 640, against the deployed stack."""

import re
from typing import Any

from playwright.sync_api import Page, Request, expect

from tests.browser.journey import POSTER, Journey


def test_a_resident_declares_from_poster_to_receipt(page: Page, journey: Journey) -> None:
    sent: list[tuple[str, str]] = []
    bodies: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        sent.append((request.method, request.url.removeprefix(journey.web_url)))
        if request.method == "PUT":
            bodies.append(request.post_data_json or {})

    page.on("request", note)
    with page.expect_response("**/v1/visits") as visit:
        page.goto(f"/?p={POSTER}")
    assert visit.value.status == 204
    journey.is_accessible()
    page.reload()
    assert [path for method, path in sent if method == "POST"] == ["/v1/visits"]
    page.get_by_role("link", name="Bắt đầu khai").click()
    journey.proves_the_phone()
    assert journey.text_message().isascii()
    journey.fills_in_everything()

    answers = page.locator("#answers")
    expect(answers).to_contain_text("Nguyễn Thị Thử Nghiệm")
    expect(answers).to_contain_text("năm 1958")
    expect(answers).to_contain_text("Phường Bình Quới")
    expect(answers).to_contain_text("52,5 kg")
    journey.is_accessible()
    journey.goes_on()
    receipt = journey.receipt()
    assert re.fullmatch(r"[A-Z0-9-]{6,}", receipt)
    journey.is_accessible()

    puts = [path for method, path in sent if method == "PUT"]
    assert len(puts) == 1
    assert re.fullmatch(r"/v1/records/[0-9a-f-]{36}", puts[0])
    assert bodies[0]["status"] == "completed"
    assert {url.partition("/v1")[0] for _, url in sent if not url.startswith(("/", "data:"))} == set()

    page.locator("#pin-offer a").click()
    journey.arrives("pin")
    page.get_by_label("Mã PIN mới").fill("270519")
    page.get_by_label("Nhập lại mã PIN").fill("270519")
    journey.goes_on()
    expect(page.locator("#pin-done")).to_be_visible()
    assert journey.receipt() == receipt

    page.locator("#finish").click()
    expect(page.locator("#start")).to_be_visible()
    assert page.request.get("/v1/session").status == 401


def test_every_page_on_the_way_is_accessible_in_english_too(page: Page, journey: Journey) -> None:
    journey.opens("/en/declare.html")
    journey.is_accessible()
    journey.proves_the_phone()
    pages = page.locator("section[data-page] .field").evaluate_all(
        "fields => [...new Set(fields.map((field) => field.closest('section').dataset.page))]"
    )
    assert len(pages) >= 10
    for name in pages:
        # Each is put on the screen as it is, whatever was answered before it.
        page.evaluate("name => { location.hash = '#' + name; }", name)
        journey.arrives(name)
        expect(page.locator("#back")).to_have_attribute("href", re.compile("^[#/]"))
        journey.is_accessible()


def test_an_answer_is_changed_from_the_page_that_shows_all(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    journey.fills_in_everything()
    page.get_by_role("link", name="Sửa câu Họ và tên").click()
    journey.arrives("identity.full-name")
    journey.types("identity.full-name", "Y Blếp")
    journey.goes_on()
    journey.arrives("check")
    expect(page.locator("#answers")).to_contain_text("Y Blếp")


def test_another_person_of_the_family_is_declared_with_the_same_proof(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    journey.fills_in_everything()
    journey.goes_on()
    first = journey.receipt()
    page.locator("#another").click()
    journey.arrives("identity.relation")
    expect(journey.field("identity.relation").get_by_label("Cho tôi")).not_to_be_checked()
    journey.fills_in_everything()
    journey.goes_on()
    assert journey.receipt() != first
    assert len(page.request.get("/v1/records").json()["records"]) == 2


def test_exclusive_options_and_details_follow_the_answers(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    page.evaluate("location.hash = '#history.conditions'")
    journey.arrives("history.conditions")
    journey.chooses("history.conditions", "Ung thư", "Lao")
    expect(journey.field("history.cancer-type")).to_be_visible()
    expect(journey.field("history.tuberculosis-type")).to_be_visible()
    journey.is_accessible()
    journey.chooses("history.conditions", "Không mắc bệnh nào")
    expect(journey.field("history.conditions").get_by_label("Ung thư")).not_to_be_checked()
    expect(journey.field("history.cancer-type")).to_be_hidden()
    journey.chooses("history.conditions", "Hen suyễn")
    expect(journey.field("history.conditions").get_by_label("Không mắc bệnh nào")).not_to_be_checked()


def test_the_language_switch_keeps_place_and_answers(page: Page, journey: Journey) -> None:
    journey.opens(f"/declare.html?p={POSTER}")
    journey.proves_the_phone()
    journey.chooses("identity.relation", "Cho con tôi")
    journey.goes_on()
    journey.types("identity.full-name", "Nguyễn Thị Thử")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"/en/declare.html?p={POSTER}#identity.full-name")
    expect(page.get_by_label("Full name")).to_have_value("Nguyễn Thị Thử")
    page.get_by_role("link", name="Tiếng Việt").click()
    page.wait_for_url(f"/declare.html?p={POSTER}#identity.full-name")
    expect(page.get_by_label("Họ và tên")).to_have_value("Nguyễn Thị Thử")


def test_a_link_into_the_form_leads_to_the_phone_first(page: Page, journey: Journey) -> None:
    for place in ("check", "receipt", "pin", "code", "identity.ward", "nowhere"):
        journey.opens(f"/declare.html#{place}")
        journey.arrives("phone")
        page.goto("about:blank")
