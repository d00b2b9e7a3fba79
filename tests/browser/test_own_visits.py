"""The visits that hospitals' files tell of, as the resident's own page shows them in Chromium."""

import json
from typing import Any

from playwright.sync_api import Route, expect

from health_record import exact_json
from health_record.episode import derive
from tests.browser.journey import Journey
from tests.hospital_file.files import OUTPATIENT, replaced
from tests.hospital_file.kept import kept

EPISODE = "a" * 32
ENTRY = "0d4f8a6e-3a51-4a3c-9b56-00000000000"
VISIT: dict[str, Any] = {
    "id": EPISODE,
    "facility": "Bệnh viện Thử Nghiệm",
    "provider_code": "79999",
    "begin": "2026-10-05T00:30:00+07:00",  # a day that is the 4th in UTC
    "end": "2026-10-05T10:10:00+07:00",
    "care": {"code": "01", "vi": "Khám bệnh", "en": "Examination"},
    "emergency": True,
    "reason": "Tái khám <b>tăng huyết áp</b>",
    "resource": f"Encounter/{ENTRY}1",
    "diagnoses": [
        {"code": "I10", "text": "Tăng huyết áp", "resource": f"Condition/{ENTRY}1"},
        {"code": "E78.5", "text": "E78.5", "resource": f"Condition/{ENTRY}2", "disputed": "Tôi không bị"},
    ],
    "medicines": [
        {
            "text": "Amlodipin Thử 5mg",
            "until": "2026-11-01",
            "dose": "1 viên/lần",
            "advice": "Uống sau ăn",
            "resource": f"MedicationStatement/{ENTRY}1",
        }
    ],
    "sensitive": False,
    "recorded": "2026-10-06T00:00:00.000Z",
    "version": 1,
    "appointment": "2026-11-02",
}


def test_a_visit_is_told_and_opens_with_its_results(own: Journey) -> None:
    page = own.page
    resources = json.loads(exact_json.dumps(derive.resources(kept(replaced(OUTPATIENT, "XML4", "GIA_TRI", "", 3)))))

    def answer(route: Route) -> None:
        if route.request.url.endswith(EPISODE):
            route.fulfill(json={"episode": VISIT, "resources": resources[:20], "next": "20"})
        elif route.request.url.endswith("before=20"):
            route.fulfill(json={"episode": VISIT, "resources": resources[20:]})
        elif "before=" in route.request.url:
            route.fulfill(json={"episodes": [{**VISIT, "id": "b" * 32, "begin": "2026-09-01"}]})
        else:
            route.fulfill(json={"episodes": [VISIT], "next": "2026-10-05.x"})

    page.route("**/episodes**", answer)
    page.get_by_role("link", name="Các lần khám").click()
    own.has_come("visits")
    visit = page.locator(".entries > li").first
    for words in (
        "05/10/2026",
        "Cấp cứu",
        "Tái khám <b>tăng huyết áp</b>",
        "Tăng huyết áp (I10)",
        "02/11/2026",
    ):
        expect(visit).to_contain_text(words)
    expect(visit).to_contain_text("Amlodipin Thử 5mg; 1 viên/lần; Uống sau ăn; đến hết 01/11/2026")
    own.is_accessible()
    visit.get_by_role("button", name="Xem kết quả và giấy tờ").click()
    for words in ("chưa có kết quả", "Dày nhẹ vách liên thất", "Lời dặn"):
        expect(visit).to_contain_text(words)
    for name, value in (("Glucose", "7,8 mmol/L"), ("Clo", "< 100 mmol/L")):
        expect(visit.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name))).to_contain_text(value)
    own.is_accessible()
    page.get_by_role("button", name="Xem các lần khám cũ hơn").click()
    expect(page.locator(".entries > li")).to_have_count(2)
    expect(page.locator(".entries > li").last).to_contain_text("01/09/2026")
    page.unroute("**/episodes**")


def test_each_entry_of_a_visit_can_be_said_to_be_wrong_and_that_be_taken_back(own: Journey) -> None:
    page = own.page
    resources = json.loads(exact_json.dumps(derive.resources(kept(OUTPATIENT))))
    said: list[tuple[str, str, Any]] = []

    def answer(route: Route) -> None:
        whole = route.request.url.endswith(EPISODE)
        route.fulfill(json={"episode": VISIT, "resources": resources} if whole else {"episodes": [VISIT]})

    def take(route: Route) -> None:
        place = route.request.url.partition("/disputes")[2]
        said.append((route.request.method, place, route.request.post_data_json))
        route.fulfill(status=204)

    page.route("**/episodes**", answer)
    page.route("**/disputes**", take)
    page.get_by_role("link", name="Các lần khám").click()
    own.has_come("visits")
    visit = page.locator(".entries > li").first
    expect(visit).to_contain_text("Bạn nói chỗ này sai: Tôi không bị")
    visit.get_by_role("button", name="Xem kết quả và giấy tờ").click()
    expect(visit).to_contain_text("Glucose")
    kinds = ("Observation", "DiagnosticReport", "Composition")
    later = [each for each in resources if each["resourceType"] in kinds and each["status"] != "registered"]
    names = {
        name.removeprefix("why-") for name in visit.locator("textarea").evaluate_all("all => all.map(one => one.id)")
    }
    wanted = {f"{each['resourceType']}-{each['id']}" for each in later if each["resourceType"] != "DiagnosticReport"}
    assert wanted | {f"Encounter-{ENTRY}1", f"Condition-{ENTRY}1", f"MedicationStatement-{ENTRY}1"} <= names
    visit.get_by_role("button", name="Báo chỗ sai Tăng huyết áp (I10)").click()
    page.locator(f"#why-Condition-{ENTRY}1").fill(" Nhầm người ")
    own.is_accessible()
    visit.get_by_role("button", name="Gửi Tăng huyết áp (I10)").click()
    expect(visit).to_contain_text("Bạn nói chỗ này sai: Nhầm người")
    expect(page.locator("#status")).to_contain_text("Đã ghi lời bạn")
    expect(visit.get_by_role("button", name="Rút lại lời báo Tăng huyết áp")).to_be_focused()
    own.is_accessible()
    visit.get_by_role("button", name="Rút lại lời báo Tăng huyết áp").click()
    expect(visit.get_by_role("button", name="Báo chỗ sai Tăng huyết áp")).to_be_focused()
    body = {"resource": f"Condition/{ENTRY}1", "reason": "Nhầm người", "episode": EPISODE}
    assert said == [("POST", "", body), ("DELETE", f"/Condition/{ENTRY}1", None)]
    page.unroute("**/episodes**")
    page.unroute("**/disputes**")


def test_results_of_all_visits_stand_in_tables_over_time(own: Journey) -> None:
    page = own.page

    def glucose(number: int, day: str, value: float, **members: Any) -> dict[str, Any]:
        quantity = {"value": value, "unit": "mmol/L"}
        named = {"resourceType": "Observation", "id": f"{ENTRY}{number}", "code": {"text": "Glucose"}}
        return {**named, "effectiveDateTime": day, "valueQuantity": quantity, **members}

    newer, older = {**VISIT, "results": [glucose(1, "2026-10-05T08:00:00+07:00", 7.8)]}, {**VISIT, "id": "b" * 32}
    other = glucose(3, "2026-09-01", 1, code={"text": "HbA1c"}, valueQuantity={"value": 6.5, "unit": "%"})
    older |= {"facility": "Trạm Y tế Thử", "results": [glucose(2, "2026-09-01", 9.25), other]}

    def answer(route: Route) -> None:
        assert "results=true" in route.request.url
        more = "before=" in route.request.url
        route.fulfill(json={"episodes": [older]} if more else {"episodes": [newer], "next": "2026-10-05.x"})

    page.route("**/episodes**", answer)
    page.get_by_role("link", name="Kết quả theo thời gian").click()
    own.has_come("results")
    page.get_by_role("button", name="Xem các lần khám cũ hơn").click()
    table = page.get_by_role("table", name="Glucose")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(2)
    for row, words in zip(
        rows.all(),
        (("05/10/2026", "7,8 mmol/L", "Bệnh viện Thử Nghiệm"), ("01/09/2026", "9,25 mmol/L", "Trạm Y tế Thử")),
        strict=True,
    ):
        for word in words:
            expect(row).to_contain_text(word)
    expect(page.get_by_role("table", name="HbA1c")).to_contain_text("6,5 %")
    expect(table.get_by_role("button", name="Báo chỗ sai Glucose")).to_have_count(2)
    own.is_accessible()
    own.is_seen("results")
    page.unroute("**/episodes**")


def test_without_visits_the_page_says_so(own: Journey) -> None:
    own.page.get_by_role("link", name="Các lần khám").click()
    own.has_come("visits")
    expect(own.shown).to_contain_text("Chưa có lần khám nào hiện ở đây")
