"""What frightens, misleads or gets lost for somebody old with two medicines: as it is said now, and where."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.interrupted.server import NAME, RECORD, Server, to_the_check
from tests.browser.interrupted.test_own_entries import ENTRY, SUMMARY, bundle
from tests.browser.journey import Journey

REMARK = "ghi chú: ghi chú của cơ sở (the facility's remark): Ăn nhạt (không muối)"


@pytest.mark.parametrize("assisted", [False, True])
def test_leaving_without_a_pin_erases_nothing_and_says_how_long_there_is_time(
    phone: Page, server: Server, journey: Journey, assisted: bool
) -> None:
    journey.opens("/declare.html?assisted" if assisted else "/declare.html")
    journey.fills_in_quickly()
    phone.locator("#leave").click()
    expect(phone.locator("#leaving h2")).to_have_text("Xóa và thoát?", use_inner_text=True)
    expect(phone.locator("#leave-now")).to_have_text("Xóa và thoát", use_inner_text=True)
    phone.locator("#stay").click()
    journey.goes_on()
    journey.arrives("pin")
    time = "người này phải mang căn cước" if assisted else "Còn 24 giờ để đặt mã PIN trên máy này"
    expect(phone.locator("#pin-skip")).to_contain_text(time)
    phone.locator("#pin-skip a").click()
    journey.arrives("receipt")
    phone.locator("#finish").click()
    leaving = phone.locator("#leaving")
    expect(leaving).to_contain_text("Bản khai đã gửi vẫn được giữ")
    expect(leaving).to_contain_text(time)
    expect(leaving).not_to_contain_text("Xóa")
    expect(phone.locator("#leave-now")).to_have_text("Thoát", use_inner_text=True)
    journey.is_accessible()


@pytest.mark.parametrize(
    ("born", "says", "box"),
    [
        (("31", "2", "1956"), "không có ngày này", "day"),
        (("5", "", "1956"), "cần có tháng", "month"),
        (("", "", "56"), "năm gồm 4 chữ số", "year"),
        (("", "", "1890"), "từ 1900", "year"),
        (("1", "1", "2099"), "chưa đến", "year"),
    ],
)
def test_the_box_of_a_date_that_is_wrong_is_the_one_that_is_marked(
    phone: Page, server: Server, journey: Journey, born: tuple[str, str, str], says: str, box: str
) -> None:
    journey.opens()
    journey.types("identity.full-name", NAME)
    journey.chooses("identity.relation", "Cho tôi")
    journey.moves_on()
    journey.moves_on()
    journey.arrives("identity.ward")
    field = journey.field("identity.birth-date")
    for part, value in zip(("day", "month", "year"), born, strict=True):
        field.locator(f'[data-part="{part}"]').fill(value)
    phone.keyboard.press("Tab")
    expect(field.locator(".error")).to_contain_text(says)
    expect(field.locator("[aria-invalid]")).to_have_count(1)
    expect(field.locator(f'[data-part="{box}"]')).to_have_attribute("aria-invalid", "true")
    journey.goes_on()
    expect(field.locator("[aria-invalid]")).to_have_count(1)
    phone.locator("#errors a").filter(has_text="Ngày sinh").click()
    expect(field.locator(f'[data-part="{box}"]')).to_be_focused()


def test_what_is_mended_is_told_in_the_list_of_what_is_wrong_and_nothing_moves(
    phone: Page, server: Server, journey: Journey
) -> None:
    journey.opens()
    journey.types("identity.full-name", NAME)
    journey.chooses("identity.relation", "Cho tôi")
    journey.moves_on()
    journey.types("identity.national-id", "07915800123")
    journey.types("identity.insurance-number", "DN 4 79 123")
    journey.goes_on()
    lines = phone.locator("#errors li")
    expect(lines).to_have_count(2)
    top = "document.querySelector('section:not([hidden]) h1').getBoundingClientRect().top + scrollY"
    before = phone.evaluate(top)
    journey.types("identity.insurance-number", "DN4790123456789")
    expect(lines.nth(1)).to_contain_text("Đã sửa")
    expect(lines.nth(0)).not_to_contain_text("Đã sửa")
    assert phone.evaluate(top) == before
    journey.types("identity.insurance-number", "DN")
    phone.keyboard.press("Tab")
    expect(lines.nth(1)).not_to_contain_text("Đã sửa")
    journey.types("identity.insurance-number", "DN4790123456789")
    assert phone.evaluate(top) == before
    journey.types("identity.national-id", "079158001234")
    expect(lines.nth(0)).to_contain_text("Đã sửa")
    journey.is_accessible()
    journey.moves_on()
    expect(phone.locator("#errors")).to_be_hidden()


def test_a_yes_without_its_medicine_or_allergy_is_told_before_it_is_sent(
    phone: Page, server: Server, journey: Journey
) -> None:
    to_the_check(journey)
    phone.get_by_role("link", name="Sửa câu Dị ứng").click()
    journey.chooses("history.allergies", "Thuốc")
    journey.moves_on()
    phone.get_by_role("link", name="Sửa câu Đang dùng thuốc").click()
    journey.chooses("medicines.any", "Có")
    journey.moves_on()
    journey.arrives("check")
    for name in ("Dị ứng với thuốc nào?", "Thuốc"):
        line = phone.locator("#answers dl > div").filter(has=phone.locator("dt").get_by_text(name, exact=True))
        expect(line.locator("dd").first).to_have_text("Chưa trả lời")
    phone.get_by_role("link", name="Sửa câu Thuốc", exact=True).click()
    rows = phone.locator('[data-rows="medicines.item"]')
    rows.locator("input[type=text]").first.fill("metformin")
    expect(rows.get_by_role("button", name="Bỏ thuốc")).to_have_count(0)
    rows.get_by_role("button", name="Thêm một thuốc nữa").click()
    rows.locator("[data-suggest]").nth(1).fill("amlodipin")
    expect(rows.get_by_role("button", name="Bỏ thuốc 2", exact=True)).to_be_visible()
    journey.is_accessible()
    rows.get_by_role("button", name="Thêm một thuốc nữa").click()
    rows.locator('[data-field="medicines.item.use"] :is(input, textarea)').nth(2).fill("sáng 1 viên")
    journey.moves_on()
    expect(phone.locator("#answers")).to_contain_text("Thuốc 2amlodipin")
    expect(phone.locator("#answers")).to_contain_text("Thuốc 3Tên thuốc: Chưa trả lời")


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("079158001234", ""),
        ("079058001234", "là của một người nam sinh năm 1958"),
        ("079156001234", "là của một người nữ sinh năm 1956"),
        ("", ""),
    ],
)
def test_a_number_of_somebody_else_is_told_before_it_is_sent(
    phone: Page, server: Server, journey: Journey, number: str, says: str
) -> None:
    journey.opens()
    journey.fills_in_quickly(**{"identity.national-id": number})
    told = phone.locator("#answers .notice")
    expect(told).to_have_count(1 if says else 0)
    if says:
        expect(told).to_contain_text(says)
        journey.is_accessible()


def test_a_number_without_a_record_is_offered_its_own_declaration_and_nothing_of_an_account(
    phone: Page, server: Server, journey: Journey
) -> None:
    server.says = {"GET /v1/records": {"json": {"records": []}}}
    journey.opens("/records.html")
    journey.has_come("records")
    expect(journey.shown).to_contain_text("chưa có hồ sơ nào")
    expect(phone.locator("#own-ways")).to_be_hidden()
    journey.is_accessible()
    server.says = {}
    phone.get_by_role("link", name="Khai cho tôi").click()
    journey.arrives("identity.full-name")
    expect(journey.field("identity.relation").get_by_label("Cho tôi")).to_be_checked()


def told(code: str, title: str, cells: list[str], kind: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """A section whose entries are these resources."""
    rows = "".join(f"<tr><td>{cell}</td><td>02/11/2026</td><td>Bệnh viện Thử</td></tr>" for cell in cells)
    return {
        "title": title,
        "code": {"coding": [{"code": code}]},
        "text": {"div": f"<div><table><tbody>{rows}</tbody></table></div>"},
        "entry": [{"reference": f"{kind}/{each['id']}"} for each in resources],
    }


def with_sections(*sections: tuple[dict[str, Any], list[dict[str, Any]]]) -> dict[str, Any]:
    made = bundle()
    listed: list[dict[str, Any]] = made["entry"][0]["resource"]["section"]
    for section, resources in sections:
        listed[:] = [each for each in listed if each["code"] != section["code"]] + [section]
        made["entry"] += [{"resource": each} for each in resources]
    return made


def test_the_emergency_card_names_a_medicine_that_nobody_stopped_and_points_to_no_other_page(
    phone: Page, server: Server, journey: Journey
) -> None:
    server.level, server.pin_set = 2, True
    taken = [
        {"resourceType": "MedicationStatement", "id": "m1", "status": "unknown"},
        {"resourceType": "MedicationStatement", "id": "m2", "status": "stopped"},
    ]
    past = told(
        "past-medications",
        "Thuốc đã ngừng (Stopped)",
        ["không rõ còn dùng không: Metformin 500mg", "Aspirin"],
        taken[0]["resourceType"],
        taken,
    )
    none = {
        "title": "Thuốc (Medicines)",
        "code": {"coding": [{"code": "10160-0"}]},
        "emptyReason": {
            "text": "Chưa hỏi hiện nay có hay không. Xem phần “Thuốc đã ngừng”. "
            "(Not asked whether there is any now. See “Stopped”.)"
        },
    }
    server.says[SUMMARY] = {"json": with_sections((none, []), (past, taken))}
    journey.opens(f"/records.html#card/{RECORD}")
    journey.has_come("card")
    card = phone.locator(".card")
    expect(card).to_contain_text("• Chưa hỏi hiện nay có hay không. • hỏi lại: Metformin 500mg")
    expect(card).not_to_contain_text("Xem phần")
    expect(card).not_to_contain_text("Aspirin")


@pytest.mark.parametrize(
    ("language", "result", "remark"),
    [
        ("", "HbA1c: 7,10 %; liều 1.000 đơn vị", "ghi chú: ghi chú của cơ sở: Ăn nhạt (không muối)"),
        ("/en", "HbA1c: 7.10 %; liều 1.000 đơn vị", "ghi chú: the facility's remark: Ăn nhạt (không muối)"),
    ],
)
def test_the_own_summary_writes_numbers_and_labels_as_its_language_does(
    phone: Page, server: Server, journey: Journey, language: str, result: str, remark: str
) -> None:
    server.level, server.pin_set = 2, True
    facility = {"tag": [{"system": "urn:x-so-suc-khoe:source", "code": "facility"}]}
    seen = {"resourceType": "Observation", "id": "o", "meta": facility, "valueQuantity": {"value": 7.1, "unit": "%"}}
    ill = {"resourceType": "Condition", "id": "d", "meta": facility}
    number = '<span lang="vi">7,10</span><span lang="en"> (7.10)</span>'
    results = told("30954-2", "Kết quả (Results)", [f"HbA1c: {number} %; liều 1.000 đơn vị"], "Observation", [seen])
    problems = told("11450-4", "Bệnh (Problems)", [REMARK], "Condition", [ill])
    server.says[SUMMARY] = {"json": with_sections((results, [seen]), (problems, [ill]))}
    journey.opens(f"{language}/records.html#summary/{RECORD}")
    journey.has_come("summary")
    expect(journey.shown).to_contain_text(result)
    expect(journey.shown).to_contain_text(remark)


def test_what_is_wrong_with_a_report_is_said_beside_it(phone: Page, server: Server, journey: Journey) -> None:
    server.level, server.pin_set = 2, True
    server.says[SUMMARY] = {"json": bundle()}
    journey.opens(f"/records.html#summary/{RECORD}")
    phone.get_by_role("button", name="Báo chỗ sai").click()
    phone.get_by_role("button", name="Gửi").click()
    expect(phone.locator(f"#why-AllergyIntolerance-{ENTRY}-error")).to_have_text("Hãy ghi sai chỗ nào")
    journey.is_accessible()


@pytest.mark.parametrize("wrong", ["270591", "123456"])
def test_what_is_wrong_with_a_pin_stands_above_both_boxes_which_stay_side_by_side(
    phone: Page, server: Server, journey: Journey, wrong: str
) -> None:
    server.says = {"PUT /v1/pin": {"status": 422, "json": {"detail": "Mã PIN gồm các số liền nhau quá dễ đoán."}}}
    to_the_check(journey)
    journey.goes_on()
    journey.arrives("pin")
    phone.locator("#new-pin").fill("123456")
    phone.locator("#pin-again").fill(wrong)
    journey.goes_on()
    told = journey.shown.locator(".error").filter(visible=True)
    expect(told).to_have_count(1)
    boxes = [phone.locator(box).bounding_box() for box in ("#new-pin", "#pin-again")]
    said = told.bounding_box()
    assert boxes[0]
    assert boxes[1]
    assert said
    assert boxes[0]["y"] == boxes[1]["y"]
    assert said["y"] + said["height"] <= boxes[0]["y"]
    assert said["width"] > 300
    assert said["height"] < 60
