"""Finding by the code that a person shows, and what of a search goes along to the next step."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from health_record.record.smart_health_link import encode_base64url
from ops.local.stack_location import StackLocation
from tests.browser.conftest import PIN
from tests.browser.journey import Journey
from tests.browser.station import NURSE, Station
from tests.stack.test_journey import BORN, NAME, StackJourney


def test_a_code_that_a_person_shows_opens_the_record_and_its_summary(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    page = at_work.page
    closed = StackJourney(stack, stack_place, shares=False)
    link = closed.go_and_share(PIN)
    page.locator("#find-number").fill(link)  # a scanner that types
    at_work.arrives("summary")
    expect(page.locator("#summary-content")).to_contain_text("Tăng huyết áp")
    expect(page.locator("#patient")).to_contain_text(NAME)
    expect(page.locator("#patient")).to_contain_text(f"…{closed.national_id[-4:]}")
    at_work.writes("measure", pressure="128/79")
    page.evaluate("location.hash = '#summary'")
    expect(page.locator("#summary-content")).to_contain_text("128")  # the code goes on opening it
    at_work.leaves_the_person()
    assert NAME not in page.content()


def test_a_code_that_opens_nothing_says_why(at_work: Station) -> None:
    page = at_work.page
    for shown, told in (
        ("https://elsewhere.example/#shlink:/eyJ1cmwiOiJodHRwczovL2UvIiwia2V5IjoiYSJ9", "không phải mã QR chia sẻ"),
        (over(page.url.split("/tram/")[0]), "đã hết hạn hoặc đã bị thu hồi"),
        (over(page.url.split("/tram/")[0], flag="P"), "mã mở"),
    ):
        page.locator("#find-number").fill(shown)
        expect(page.locator("#errors")).to_contain_text(told)
        expect(page.locator("#find-number")).to_have_value("")


def over(origin: str, **more: str) -> str:
    """A link that nobody made."""
    said = {"url": f"{origin}/v1/shares/{'a' * 43}", "key": "a" * 43, **more}
    return f"{origin}/share.html#shlink:/{encode_base64url(json.dumps(said).encode())}"


def form_of_whoever_is_helped(at_work: Station, web_url: str) -> Page:
    with at_work.page.context.expect_page() as opening:
        at_work.presses("khai giúp")
    helped = Journey(opening.value, web_url)
    helped.arrives("phone")
    helped.proves_the_phone()
    helped.arrives("identity.full-name")
    return opening.value


def test_what_was_typed_goes_along_to_the_form_and_the_name_of_one_stays_with_their_number(
    at_work: Station, person: StackJourney, web_url: str
) -> None:
    page = at_work.page
    page.locator("#find-name").fill("Lê Văn Cụ")
    at_work.types_the_card("079150000117", "1950-02-01")
    expect(page.locator("#errors")).to_contain_text("Không có hồ sơ nào khớp")
    form = form_of_whoever_is_helped(at_work, web_url)
    expect(form.locator("[data-scanned]:visible").first).to_contain_text("Trạm đã ghi")
    values = form.evaluate("[...document.querySelectorAll('input')].map(({ value }) => value)")
    assert {"Lê Văn Cụ", "079150000117", "1950"} <= set(values)
    form.close()
    page.locator("#find-number").fill("079150000118")  # the next one's number, beside the date of whoever was helped
    page.locator("#find-number").blur()
    form = form_of_whoever_is_helped(at_work, web_url)
    values = form.evaluate("[...document.querySelectorAll('input')].map(({ value }) => value)")
    assert "079150000118" in values
    assert not {"Lê Văn Cụ", "1950"} & set(values)
    form.close()
    at_work.types_the_card(person.national_id, BORN)
    at_work.arrives("person")  # not the list of those with another name
    expect(page.locator("#at-work")).to_contain_text(NURSE)
    assert "Lê Văn Cụ" not in page.content()


def test_the_date_of_one_person_is_not_the_next_number_s(at_work: Station, web_url: str) -> None:
    page = at_work.page
    boxes = [page.locator(f"#find-born{part}") for part in ("", "-month", "-year")]

    def types_the_number(number: str) -> list[str]:
        page.locator("#find-number").fill(number)
        page.locator("#find-number").blur()
        return [box.input_value() for box in boxes]

    for name, another in (("", "079160000228"), ("Lê Văn Trước", "079160000339")):
        page.locator("#find-name").fill(name)
        at_work.types_the_card("079150000117", "1950-02-01")
        expect(page.locator("#errors")).to_contain_text("Không có hồ sơ nào khớp")
        # the same person's: one place put right, two that changed places, the insurance number, digits in groups
        for number in ("079150000118", "079150000171", "0791 5000 0117", "DN4790000000117"):
            assert types_the_number(number) == ["01", "02", "1950"], number
        assert types_the_number(another) == ["", "", ""]
        form = form_of_whoever_is_helped(at_work, web_url)
        values = form.evaluate("[...document.querySelectorAll('input')].map(({ value }) => value)")
        assert another in values
        assert not {"1950", "Lê Văn Trước"} & set(values)
        form.close()
        at_work.page.evaluate("document.getElementById('find-form').reset()")
    for box, part in zip(boxes, ("5", "6", "1960"), strict=True):  # the date first, then the number
        box.fill(part)
    assert types_the_number("079160000228") == ["5", "6", "1960"]


def test_a_scanner_that_types_what_is_no_card_is_told(at_work: Station, person: StackJourney, web_url: str) -> None:
    page = at_work.page
    link = over(web_url)
    page.locator("#find-number").fill("https://example|no card")
    expect(page.locator("#errors")).to_contain_text("không phải mã trên thẻ")
    expect(page.locator("#find-number")).to_have_value("")
    at_work.opens(person, BORN)
    page.evaluate("location.hash = '#verify'")
    at_work.arrives("verify")
    for scanned, told in ((link, "không phải thẻ"), ("https://example|no card", "không phải mã trên thẻ")):
        page.locator("#card-number").fill(scanned)
        expect(page.locator("#errors")).to_contain_text(told)
        expect(page.locator("#card-number")).to_have_value("")
        assert "Xem tóm tắt sức khỏe" not in page.locator("#errors").inner_text()
    page.locator("#card-number").fill(f"{person.national_id}||{NAME}|09041957|Nữ|x|25122021")
    expect(page.locator("#card-number")).to_have_value(person.national_id)
    expect(page.locator("#mismatch")).to_be_hidden()
