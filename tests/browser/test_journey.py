"""From the poster to the erased record in Chromium at 360 x 640, against the deployed stack."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.browser.conftest import PHONE_SIZE
from tests.browser.journey import POSTER, Journey, accessible


def test_a_resident_goes_all_the_way_from_poster_to_erasure(new_phone: Page, web_url: str, reader: Page) -> None:
    page, journey = new_phone, Journey(new_phone, web_url)
    carried: list[int] = []
    sent: list[tuple[str, str]] = []
    bodies: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        sent.append((request.method, request.url.removeprefix(journey.web_url)))
        if request.method == "PUT" and "/records/" in request.url:
            bodies.append(request.post_data_json or {})

    page.on("request", note)
    answered: list[int] = []  # by the API, whose answers the edge does not compress

    def weigh(request: Request) -> None:
        (answered if "/v1/" in request.url else carried).append(request.sizes()["responseBodySize"])

    page.on("requestfinished", weigh)
    with page.expect_response("**/v1/visits") as visit:
        page.goto(f"/?p={POSTER}")
    assert visit.value.status == 204
    page.wait_for_load_state("networkidle")
    assert 0 < sum(carried) <= 50 * 1024
    journey.is_accessible()
    journey.is_seen("start")
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
    expect(page.locator("#sections")).to_contain_text("158 cm")
    expect(page.locator("#sections")).to_contain_text("52,5 kg")
    journey.is_accessible()
    journey.is_seen("check")
    journey.goes_on()
    journey.arrives("pin")
    journey.is_accessible()
    receipt = journey.receipt()
    assert re.fullmatch(r"79-[34679ACDEFHJKMPRTWXY]{4}-[34679ACDEFHJKMPRTWXY]{4}", receipt)
    journey.is_accessible()
    journey.is_seen("receipt")

    puts = [path for method, path in sent if method == "PUT"]
    assert len(puts) == 1
    assert re.fullmatch(r"/v1/records/[0-9a-f-]{36}", puts[0])
    assert bodies[0]["status"] == "completed"
    assert {url.partition("/v1")[0] for _, url in sent if not url.startswith(("/", "data:"))} == set()

    journey.chooses_a_pin()
    assert journey.receipt() == receipt
    page.get_by_role("link", name="Xem hồ sơ của tôi").click()
    journey.has_come("records")
    journey.is_accessible()
    journey.is_seen("records")
    page.get_by_role("link", name="Nguyễn Thị Thử Nghiệm").click()
    journey.has_come("record")
    journey.is_accessible()
    journey.is_seen("record")
    page.get_by_role("link", name="Xem tóm tắt sức khỏe").click()
    journey.has_come("summary")
    expect(journey.shown).to_contain_text("Tăng huyết áp")
    expect(journey.shown).to_contain_text("Bạn tự khai")
    journey.is_accessible()
    journey.is_seen("summary")
    page.locator("#back").click()
    journey.has_come("record")

    page.get_by_role("link", name="Chia sẻ bằng mã QR").click()
    journey.has_come("shares")
    page.get_by_role("link", name="Tạo mã QR mới").click()
    journey.arrives("new-share")
    journey.is_accessible()
    journey.is_seen("new-share")
    page.get_by_label("Tên gợi nhớ").fill("Phòng khám Thử")
    page.locator("#share-passcode").fill("123")
    journey.goes_on()
    journey.sees_the_error("ít nhất 4 ký tự")
    journey.is_accessible()
    page.locator("#share-passcode").fill("4071")
    with page.expect_response("**/shares") as made:
        journey.goes_on()
    journey.has_come("share")
    assert page.locator("img.qr").evaluate("image => image.complete && image.naturalWidth > 0")
    journey.is_accessible()
    journey.is_seen("share")

    reader.goto(made.value.json()["url"])
    reader.get_by_label("Bạn là ai?").fill("BS Thử, Trạm Y tế")
    reader.get_by_label("Mã mở").fill("4071")
    reader.get_by_role("button", name="Xem").click()
    expect(reader.get_by_role("heading", level=1, name="Nguyễn Thị Thử Nghiệm")).to_be_visible()

    page.goto(page.url.replace("#share/", "#accesses/").rpartition("/")[0])
    journey.has_come("accesses")
    expect(journey.shown).to_contain_text("BS Thử, Trạm Y tế")
    expect(journey.shown).to_contain_text("Bạn đã đưa mã QR")
    journey.is_accessible()
    journey.is_seen("accesses")
    page.locator("#back").click()
    journey.has_come("record")
    page.get_by_role("link", name="Xóa hồ sơ").click()
    journey.has_come("erase")
    journey.goes_on()
    journey.sees_the_error("đánh dấu ô xác nhận")
    journey.is_accessible()
    journey.is_seen("erase")
    page.get_by_label("Tôi hiểu và muốn xóa").check()
    journey.goes_on()
    journey.has_come("records")
    expect(journey.shown).to_contain_text("Hồ sơ đã được xóa hẳn.")
    expect(journey.shown).to_contain_text("chưa có hồ sơ nào")
    assert page.request.get("/v1/records").json() == {"records": []}
    reader.reload()
    reader.get_by_label("Bạn là ai?").fill("BS Thử, Trạm Y tế")
    reader.get_by_label("Mã mở").fill("4071")
    reader.get_by_role("button", name="Xem").click()
    expect(reader.get_by_role("heading", name="Liên kết này không còn dùng được")).to_be_visible()

    page.locator("#leave").click()
    expect(page.locator("#start")).to_be_visible()
    assert sum(carried) <= 100 * 1024
    assert sum(answered) <= 56 * 1024
    assert page.request.get("/v1/session").status == 401
    page.go_back()
    journey.arrives("phone")


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """Somebody else's phone."""
    context = browser.new_context(viewport=PHONE_SIZE)  # type: ignore[arg-type]
    yield context.new_page()
    context.close()


def test_every_page_of_both_languages_is_accessible_with_all_that_it_may_show(page_in_each_font: Page) -> None:
    page = page_in_each_font
    for name in ("declare.html", "records.html"):
        for folder in ("", "en/"):
            page.goto(f"/{folder}{name}")
            expect(page.locator("section[data-page]:visible")).to_be_visible()
            # All pages stand below each other with every detail, row, error and notice, so that axe reads them at once.
            page.evaluate(
                """() => {
                  document.querySelectorAll('main [hidden], nav[hidden]').forEach((part) => { part.hidden = false; });
                  document.querySelectorAll('main .error').forEach((note) => {
                    note.textContent = 'x';
                    note.closest('.field')?.classList.add('wrong');
                    document.getElementById(note.id.slice(0, -6)).setAttribute('aria-invalid', 'true');
                  });
                  document.querySelectorAll('details').forEach((part) => { part.open = true; });
                  document.querySelectorAll('section[data-page] h1').forEach((title, place) => {
                    if (place) title.setAttribute('aria-level', 2), title.setAttribute('role', 'heading');
                  });
                  document.querySelector('#errors').hidden = true;
                }"""
            )
            accessible(page)


def test_an_answer_is_changed_from_the_page_that_shows_all(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    journey.fills_in_quickly()
    page.get_by_role("link", name="Sửa câu Họ và tên").click()
    journey.arrives("identity.full-name")
    journey.types("identity.full-name", "Y Blếp")
    journey.goes_on()
    journey.arrives("check")
    expect(page.locator("#answers")).to_contain_text("Y Blếp")


def test_another_person_of_the_family_is_declared_with_the_same_proof(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    journey.fills_in_quickly()
    journey.goes_on()
    first = journey.receipt()
    page.locator("#another").click()
    journey.arrives("identity.full-name")
    expect(journey.field("identity.relation").get_by_label("Cho tôi")).not_to_be_checked()
    journey.fills_in_quickly(**{"identity.relation": "child"})
    journey.goes_on()
    assert journey.receipt() != first
    assert len(page.request.get("/v1/records").json()["records"]) == 2


def test_exclusive_options_and_details_follow_the_answers(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    page.evaluate("location.hash = '#history.conditions'")
    journey.arrives("history.conditions")
    journey.chooses("history.conditions", "Ung thư", "Bệnh lao")
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
    journey.types("identity.full-name", "Nguyễn Thị Thử")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"/en/declare.html?p={POSTER}#identity.full-name")
    expect(page.get_by_role("textbox", name="Full name", exact=True)).to_have_value("Nguyễn Thị Thử")
    page.get_by_role("link", name="Tiếng Việt").click()
    page.wait_for_url(f"/declare.html?p={POSTER}#identity.full-name")
    expect(page.get_by_role("textbox", name="Họ và tên", exact=True)).to_have_value("Nguyễn Thị Thử")


def test_a_link_into_the_form_leads_to_the_phone_first(page: Page, journey: Journey) -> None:
    for place in ("check", "receipt", "identity.ward"):
        journey.opens(f"/declare.html#{place}")
        journey.arrives("phone")
        page.goto("about:blank")
