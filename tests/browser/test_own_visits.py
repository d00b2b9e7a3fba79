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
VISIT: dict[str, Any] = {
    "id": EPISODE,
    "facility": "Bệnh viện Thử Nghiệm",
    "provider_code": "79999",
    "begin": "2026-10-05T00:30:00+07:00",  # a day that is the 4th in UTC
    "end": "2026-10-05T10:10:00+07:00",
    "care": {"code": "01", "vi": "Khám bệnh", "en": "Examination"},
    "emergency": True,
    "reason": "Tái khám <b>tăng huyết áp</b>",
    "diagnoses": [{"code": "I10", "text": "Tăng huyết áp"}, {"code": "E78.5", "text": "E78.5"}],
    "medicines": [{"text": "Amlodipin Thử 5mg", "until": "2026-11-01", "dose": "1 viên/lần", "advice": "Uống sau ăn"}],
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
    for words in ("Glucose: 7.8 mmol/L", "Clo: < 100 mmol/L", "chưa có kết quả", "Dày nhẹ vách liên thất", "Lời dặn"):
        expect(visit).to_contain_text(words)
    own.is_accessible()
    page.get_by_role("button", name="Xem các lần khám cũ hơn").click()
    expect(page.locator(".entries > li")).to_have_count(2)
    expect(page.locator(".entries > li").last).to_contain_text("01/09/2026")
    page.unroute("**/episodes**")


def test_without_visits_the_page_says_so(own: Journey) -> None:
    own.page.get_by_role("link", name="Các lần khám").click()
    own.has_come("visits")
    expect(own.shown).to_contain_text("Chưa có bệnh viện nào gửi")
