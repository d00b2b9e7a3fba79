"""Who looked, as the resident's own page shows it in Chromium, and the check against the public record."""

import json
import re
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from playwright.sync_api import Route, expect

from tests.browser.journey import Journey
from tests.web.record_of_accesses import KEY, record_of

ACCESSES = [
    {
        "at": "2026-11-20T02:03:04.000Z",
        "facility": "79001",
        "facility_name": "Bệnh viện Thử",
        "practitioner": "BS-1",
        "action": "summary",
        "purpose": "ETREAT",
        "reason": "unconscious",
        "emergency": True,
        "outcome": "allowed",
    },
    {
        "at": "2026-11-19T02:03:04.000Z",
        "facility": "79002",
        "action": "everything",
        "purpose": "TREAT",
        "emergency": False,
        "outcome": "denied",
    },
]
RECEIPT = {"began": "2026-10-10", "at": "2026-11-20T05:00:00.000Z", "key": KEY}
DAYS = [(date(2026, 10, 10) + timedelta(n)).isoformat() for n in range(41)]  # until the 19th of November


def test_who_looked_marks_emergencies_and_refusals(own: Journey) -> None:
    page = own.page
    answer = {"accesses": ACCESSES, "receipt": RECEIPT}
    page.route("**/accesses", lambda route: route.fulfill(json=answer), times=1)
    page.get_by_role("link", name="Ai đã xem").click()
    own.has_come("accesses")
    emergency, refused = page.locator(".entries > li").all()
    for words in ("Cấp cứu", "Bệnh viện Thử", "bất tỉnh", "BS-1", "Xem tóm tắt"):
        expect(emergency).to_contain_text(words)
    expect(emergency).to_have_class("marked")
    expect(refused).to_contain_text("Bị từ chối")
    fingerprint = " ".join(re.findall("....", sha256(KEY.encode()).hexdigest())[:4])
    expect(own.shown).to_contain_text(f"Khóa của hồ sơ này có dấu {fingerprint}.")
    expect(page.get_by_role("button", name="Tải biên nhận")).to_be_hidden()
    page.get_by_text("Dành cho người muốn tự kiểm tra").click()
    with page.expect_download() as file:
        page.get_by_role("button", name="Tải biên nhận").click()
    assert json.loads(file.value.path().read_bytes()) == {"fingerprint": fingerprint, **answer}
    own.is_accessible()
    young = {"accesses": [], "receipt": RECEIPT | {"began": "2026-11-20"}}
    page.route("**/accesses", lambda route: route.fulfill(json=young), times=1)
    page.reload()
    own.has_come("accesses")
    page.get_by_role("button", name="Kiểm tra danh sách này").click()
    expect(own.shown).to_contain_text("Chưa có ngày nào đã qua để so")


def test_before_the_card_was_seen_the_list_tells_of_no_facility(own: Journey) -> None:
    page = own.page
    page.route(re.compile(r"/v1/records/[^/]+/accesses(\?|$)"), lambda route: route.fulfill(json={"accesses": []}))
    page.get_by_role("link", name="Ai đã xem").click()
    own.has_come("accesses")
    expect(own.shown).to_contain_text("chỉ nêu cơ sở y tế đã tìm bằng số trên giấy tờ")
    expect(own.shown.locator("li")).to_have_count(0)
    expect(page.get_by_role("button", name="Kiểm tra danh sách này")).to_have_count(0)
    expect(page.get_by_text("Dành cho người muốn tự kiểm tra")).to_have_count(0)
    own.is_accessible()
    own.is_seen("accesses-before-card")
    page.unroute_all()


class Served:
    """A list of two pages and the public record, as a test has the site answer."""

    def __init__(self, own: Journey) -> None:
        first = ACCESSES[1] | {"at": f"{DAYS[0]}T02:03:04.000Z"}
        self.pages: dict[str, Any] = {"": {"accesses": ACCESSES, "older": "p2"}, "before=p2": {"accesses": [first]}}
        self.files = record_of(dict.fromkeys(DAYS, []) | {DAYS[-1]: [ACCESSES[1]], DAYS[0]: [first]})
        self.receipt, self.out_of_reach, self.asked = dict(RECEIPT), "", list[str]()
        own.page.route(re.compile(r"/v1/records/[^/]+/accesses(\?|$)"), self.answers)
        own.page.route(re.compile(r":\d+/accesses/"), self.serves)
        own.page.get_by_role("link", name="Ai đã xem").click()
        own.has_come("accesses")

    def answers(self, route: Route) -> None:
        self.asked.append(route.request.url.partition("?")[2])
        route.fulfill(json=self.pages[self.asked[-1]] | {"receipt": self.receipt})

    def serves(self, route: Route) -> None:
        name = route.request.url.partition("/accesses/")[2]
        if name == self.out_of_reach:
            route.abort()
        else:
            route.fulfill(body=self.files[name]) if name in self.files else route.fulfill(status=404)


def test_a_list_is_checked_against_the_public_record_thirty_days_at_a_time(own: Journey) -> None:
    page, served = own.page, Served(own)
    start = page.get_by_role("button", name="Kiểm tra danh sách này")
    earlier = page.get_by_role("button", name="Kiểm tra tiếp các ngày trước")
    start.click()
    expect(own.shown).to_contain_text("mọi ngày từ 21/10/2026 đến 19/11/2026 đều khớp")
    expect(page.locator(".entries > li")).to_have_count(3)  # the older page came with it
    own.is_accessible()
    own.is_seen("accesses-checked")
    del served.files[f"{DAYS[5]}.json"]
    earlier.click()
    expect(own.shown).to_contain_text("Số ngày khớp từ 10/10/2026 đến 20/10/2026: 10.")
    expect(own.shown).to_contain_text("15/10/2026: không có trang sổ công khai")
    expect(earlier).to_be_hidden()
    served.pages["before=p2"]["accesses"] = []
    page.reload()
    own.has_come("accesses")
    start.click()
    expect(own.shown).to_contain_text("đều khớp")
    earlier.click()
    expect(own.shown.locator(".alarm").last).to_contain_text("Danh sách không khớp với sổ công khai.")
    expect(own.shown).to_contain_text("10/10/2026: sổ công khai có lượt xem hồ sơ này, danh sách thì không.")
    own.is_accessible()
    page.unroute_all()


def test_a_check_that_failed_can_be_tried_again(own: Journey) -> None:
    page, served = own.page, Served(own)
    start = page.get_by_role("button", name="Kiểm tra danh sách này")
    served.out_of_reach = f"{DAYS[-2]}.json"
    both = "names => document.querySelectorAll('button').forEach(one => names.includes(one.textContent) && one.click())"
    page.evaluate(both, ["Xem các lượt cũ hơn", "Kiểm tra danh sách này có đủ không"])
    expect(own.shown).to_contain_text("18/11/2026: không tải được sổ công khai")
    assert served.asked == ["", "before=p2"]  # for both buttons once
    expect(page.locator(".entries").first.locator("> li")).to_have_count(3)
    served.out_of_reach = ""
    start.click()
    expect(own.shown).to_contain_text("mọi ngày từ 21/10/2026 đến 19/11/2026 đều khớp")
    expect(own.shown).not_to_contain_text("chưa so được")
    served.receipt["key"] = ""  # the check itself breaks
    page.reload()
    own.has_come("accesses")
    start.click()
    own.sees_the_error("Không thực hiện được")
    page.unroute_all()
