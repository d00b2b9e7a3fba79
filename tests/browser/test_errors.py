"""What a person meets when something is wrong: a sentence that says what to do, the focus on it, nothing lost."""

import json
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.journey import Journey, done


def problem(status: int, **members: Any) -> dict[str, Any]:
    """An answer as the API gives it (RFC 9457)."""
    return {
        "status": status,
        "content_type": "application/problem+json",
        "body": json.dumps({"type": "about:blank", "title": "t", "status": status} | members),
    }


def test_a_number_that_takes_no_code_is_refused(page: Page, journey: Journey) -> None:
    journey.opens()
    for typed, says in (("", "Hãy điền số điện thoại"), ("028 3822 1234", "di động"), ("0123", "")):
        page.locator("#phone").fill(typed)
        journey.goes_on()
        journey.sees_the_error(says)
        expect(page.locator("#phone")).to_have_attribute("aria-invalid", "true")
        page.locator("#errors a").click()
        expect(page.locator("#phone")).to_be_focused()
        expect(page.locator("#phone")).to_have_value(typed)
    journey.is_accessible()


def test_an_old_number_is_offered_as_it_is_today(page: Page, journey: Journey) -> None:
    journey.opens()
    page.locator("#phone").fill("0169 234 5678")
    journey.goes_on()
    journey.sees_the_error("")
    journey.is_accessible()
    page.locator("#suggestion").click()
    expect(page.locator("#phone")).to_have_value("0392345678")
    expect(page.locator("#suggestion")).to_be_hidden()


def test_a_wrong_code_is_refused_and_the_right_one_written_oddly_is_taken(page: Page, journey: Journey) -> None:
    journey.opens()
    page.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    expect(page.locator("#sent-to")).to_have_text(journey.number)
    expect(page.locator("#resend")).to_be_hidden()
    journey.is_accessible()
    code = journey.code()
    page.locator("#code").fill(f"{(int(code) + 1) % 1_000_000:06}")
    journey.sees_the_error("Mã không đúng")
    journey.is_accessible()
    page.locator("#code").fill("12345")
    journey.goes_on()
    journey.sees_the_error("đủ 6 chữ số")
    full_width = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code)
    page.locator("#code").fill(f" {full_width[:3]} {full_width[3:]} ")
    journey.arrives("identity.full-name")


def test_the_code_page_survives_a_reload(page: Page, journey: Journey) -> None:
    journey.opens()
    page.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    page.reload()
    journey.arrives("code")
    page.locator("#code").fill(journey.code())
    journey.arrives("identity.full-name")


def test_a_new_code_can_be_asked_for_when_the_wait_is_over(page: Page, journey: Journey) -> None:
    asked: list[Any] = []

    def answer(route: Route) -> None:
        asked.append(route.request.post_data_json)
        body = {"challenge_id": f"c{len(asked)}", "expires_in": 600, "resend_after": len(asked)}
        route.fulfill(status=202, content_type="application/json", body=json.dumps(body))

    page.route("**/v1/otp", answer)
    journey.opens()
    page.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    page.locator("#resend").click()
    expect(page.locator("#resend")).to_be_hidden()
    expect(page.locator("#resend")).to_be_visible()
    assert [body["phone"] for body in asked] == [journey.number] * 2


def test_work_is_done_silently_when_it_is_asked_for(page: Page, journey: Journey) -> None:
    bodies: list[dict[str, Any]] = []

    def answer(route: Route) -> None:
        bodies.append(route.request.post_data_json or {})
        if len(bodies) == 1:
            route.fulfill(**problem(429, work={"seed": "12.ab", "bits": 12}))
        else:
            body = {"challenge_id": "c", "expires_in": 600, "resend_after": 60}
            route.fulfill(status=202, content_type="application/json", body=json.dumps(body))

    page.route("**/v1/otp", answer)
    journey.opens()
    page.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.arrives("code")
    nonce = bodies[1]["work"]["nonce"]
    assert bodies[1] == {**bodies[0], "work": {"seed": "12.ab", "nonce": nonce}}
    assert done("12.ab", nonce) >= 12


REFUSALS: list[tuple[dict[str, Any], str]] = [
    (problem(503), "trạm y tế"),
    (problem(503, detail="Hôm nay không gửi thêm được mã."), "Hôm nay không gửi thêm được mã."),
    (problem(429, detail="Hãy thử lại sau một giờ."), "Hãy thử lại sau một giờ."),
    ({"status": 429, "content_type": "application/json", "body": '{"message": "Too Many Requests"}'}, "đang bận"),
    ({"status": 502, "content_type": "text/html", "body": "<html>"}, "đang bận"),
]


def test_a_service_that_cannot_says_what_else_to_do(page: Page, journey: Journey) -> None:
    answers = iter(answer for answer, _ in REFUSALS)
    page.route("**/v1/otp", lambda route: route.fulfill(**next(answers)))
    journey.opens()
    page.locator("#phone").fill(journey.number)
    for _, says in REFUSALS:
        journey.goes_on()
        journey.sees_the_error(says)
        expect(page.locator("#phone")).to_have_value(journey.number)


def test_a_lost_connection_at_the_phone_is_a_sentence(page: Page, journey: Journey) -> None:
    journey.opens()
    page.context.set_offline(True)
    page.locator("#phone").fill(journey.number)
    journey.goes_on()
    journey.sees_the_error("Không có kết nối mạng")


def test_every_page_of_the_form_says_what_is_missing_or_wrong(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    journey.goes_on()
    journey.sees_the_error("Hãy điền: Họ và tên", "Hãy chọn một câu trả lời")
    journey.is_accessible()
    journey.chooses("identity.relation", "Cho con tôi")
    journey.goes_on()
    journey.sees_the_error("Hãy điền: Họ và tên")
    journey.types("identity.full-name", "Nguyễn Thị Thử")
    journey.goes_on()
    journey.arrives("identity.national-id")
    journey.types("identity.national-id", "123 456 789")
    journey.types("identity.insurance-number", "DN47901234")
    journey.goes_on()
    journey.sees_the_error("đúng 12 chữ số", "10 số, 12 số")
    journey.types("identity.national-id", "")
    journey.types("identity.insurance-number", "")
    journey.goes_on()
    journey.chooses("identity.sex", "Nữ")
    for label, value in (("Ngày", "31"), ("Tháng", "2"), ("Năm", "2001")):
        journey.field("identity.birth-date").get_by_label(label).fill(value)
    journey.goes_on()
    journey.sees_the_error("chọn phường, xã trong danh sách", "không có ngày này")
    journey.field("identity.birth-date").get_by_label("Ngày").fill("28")
    journey.field("identity.ward").locator("input[type=search]").fill("không có nơi này")
    expect(journey.field("identity.ward").locator(".status")).to_contain_text("Không tìm thấy")
    journey.goes_on()
    journey.sees_the_error("chọn phường, xã trong danh sách")
    page.evaluate("location.hash = '#measurements.height'")
    journey.arrives("measurements.height")
    journey.types("measurements.height", "15,8")
    journey.types("measurements.weight", "năm mươi")
    journey.goes_on()
    journey.sees_the_error("Chiều cao: phải từ 30 đến 250", "Cân nặng: hãy điền bằng chữ số")
    assert not [box for box in page.locator('section[data-page="check"] input').all() if box.is_checked()]


def test_what_the_server_refuses_leads_to_its_field_or_says_where_to_go(page: Page, journey: Journey) -> None:
    faults = [
        {"pointer": "/item/0/item/6", "linkId": "identity.national-id", "message": "Phải có 12 chữ số."},
        {"pointer": "/questionnaire", "message": "Mẫu đã đổi."},
    ]
    held = problem(409, detail="Hãy mang giấy tờ đến cơ sở y tế.")
    answers = iter((held, problem(422, errors=faults)))
    page.route("**/v1/records/*", lambda route: route.fulfill(**next(answers)), times=2)
    journey.starts_signed_in()
    journey.fills_in_quickly()
    journey.goes_on()
    journey.sees_the_error("Hãy mang giấy tờ đến cơ sở y tế.")
    journey.goes_on()
    journey.sees_the_error("Số căn cước (số định danh cá nhân): Phải có 12 chữ số.", "Mẫu đã đổi.")
    journey.is_accessible()
    page.locator("#errors a").click()
    journey.arrives("identity.national-id")
    journey.sees_the_error("Phải có 12 chữ số.")
    expect(page.locator("[id='identity.national-id']")).to_have_attribute("aria-invalid", "true")
    journey.is_accessible()
    journey.types("identity.national-id", "079158000001")
    journey.goes_on()
    journey.arrives("check")
    journey.goes_on()
    journey.receipt()


def test_warnings_never_block_and_a_pin_is_refused_with_its_reason(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    journey.fills_in_quickly(**{"identity.national-id": "001300000001"})  # a woman born in 2000, by its digits
    journey.goes_on()
    journey.receipt()
    expect(page.locator("#warnings li")).not_to_have_count(0)
    journey.is_accessible()
    page.locator("#pin-offer a").click()
    journey.arrives("pin")
    journey.is_accessible()
    for pin, again, says in (
        ("12345", "12345", "đúng 6 chữ số"),
        ("270519", "270518", "không giống nhau"),
        ("123456", "123456", "dễ đoán"),
    ):
        page.locator("#new-pin").fill(pin)
        page.locator("#pin-again").fill(again)
        journey.goes_on()
        journey.sees_the_error(says)
        journey.is_accessible()
