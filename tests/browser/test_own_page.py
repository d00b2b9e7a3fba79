"""The resident's own page in Chromium: PIN, versions, consents, restriction, sessions, correction, errors."""

import json
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import PIN, record_id
from tests.browser.journey import Journey


def test_a_wrong_pin_says_how_many_tries_are_left(resident: Journey) -> None:
    page = resident.page
    state = page.request.get("/v1/session").json() | {"level": 1, "pin_set": True}  # as on another day
    page.route("**/v1/session", lambda route: route.fulfill(json=state))
    page.goto("/404.html")
    page.goto("/records.html")
    resident.arrives("enter-pin")
    for typed, says in (("123", "đúng 6 chữ số"), ("864209", "Còn 4 lần thử")):
        page.locator("#own-pin").fill(typed)
        resident.goes_on()
        resident.sees_the_error(says)
    resident.is_accessible()
    page.goto("/records.html#record/00000000-0000-4000-8000-000000000000")
    resident.arrives("enter-pin")
    page.get_by_text("Quên mã PIN?").click()
    resident.is_accessible()
    page.unroute("**/v1/session")


def test_a_correction_makes_a_version_that_shows_what_changed(own: Journey) -> None:
    page = own.page
    record = record_id(own)
    page.get_by_role("link", name="Sửa hoặc khai thêm").click()
    own.arrives("check")
    expect(page.locator("#answers")).to_contain_text("Nguyễn Thị Thử Nghiệm")
    expect(page.locator("#answers")).not_to_contain_text("Tôi đồng ý")
    own.is_accessible()
    own.is_seen("correct")
    page.get_by_role("link", name="Sửa câu Nơi ở").click()
    own.types("identity.address", "12 đường Thử")
    own.goes_on()
    own.arrives("check")
    page.locator('[data-part-of="surgeries"] a').click()
    own.arrives("surgeries.any")
    own.field("surgeries.any").get_by_label("Có", exact=True).check()
    own.moves_on()
    rows = page.locator('[data-rows="surgeries.operation"]')
    rows.get_by_role("button", name="Thêm một lần phẫu thuật nữa").click()
    first, second = rows.locator(":scope > [data-row]").all()
    first.locator("input[type=text]").first.fill("Mổ ruột thừa")
    second.locator("input[type=text]").first.fill("Mổ mắt")
    own.is_accessible()
    own.is_seen("rows")
    own.moves_on()
    own.arrives("check")
    expect(page.locator('[data-part-of="surgeries"]')).to_contain_text("Mổ mắt")
    own.is_accessible()
    with page.expect_request(lambda request: request.method == "PUT") as put:
        own.goes_on()
    own.receipt()
    assert put.value.headers["if-match"] == '"1"'
    page.goto(f"/records.html#versions/{record}")
    own.has_come("versions")
    newest = page.locator(".entries > li").first
    expect(newest).to_contain_text("12 đường Thử")
    expect(newest).to_contain_text("Mổ ruột thừa")
    expect(page.locator(".entries > li").last).to_contain_text("Bản khai đầu tiên.")
    own.is_accessible()
    own.is_seen("versions")


def test_a_correction_of_an_older_version_is_refused_and_not_lost(own: Journey) -> None:
    page = own.page
    page.get_by_role("link", name="Sửa hoặc khai thêm").click()
    own.arrives("check")
    detail = "Hồ sơ đã có bản khác."
    page.route("**/v1/records/*", lambda route: route.fulfill(status=412, json={"detail": detail}), times=1)
    own.goes_on()
    own.sees_the_error(detail)
    page.reload()
    own.arrives("check")
    expect(page.locator("#answers")).to_contain_text("Nguyễn Thị Thử Nghiệm")


def test_consents_are_switched_one_by_one_with_their_evidence(own: Journey) -> None:
    page = own.page
    bodies: list[dict[str, Any]] = []
    page.on("request", lambda sent: bodies.append(sent.post_data_json or {}) if sent.method == "PUT" else None)
    page.get_by_role("link", name="Sự đồng ý").click()
    own.has_come("consents")
    sharing, statistics = page.locator("#consent-sharing"), page.locator("#consent-statistics")
    expect(statistics).to_be_checked()
    expect(sharing).not_to_be_checked()
    own.is_accessible()
    statistics.uncheck()
    expect(page.locator("#status")).to_contain_text("Đã rút lại sự đồng ý")
    sharing.check()
    expect(page.locator("#consent-until")).to_be_visible()
    own.is_accessible()
    own.is_seen("consents")
    with page.expect_response("**/consents"):
        for box, part in (("", "31"), ("-month", "12"), ("-year", "2026")):
            page.locator(f"#consent-until{box}").fill(part)
        page.get_by_role("button", name="Lưu ngày này").click()
    expect(page.locator("#consent-sharing-known")).to_contain_text("31")
    version = json.loads(page.request.get("/questionnaire.json").text())["version"]
    base = {"text_version": version, "language": "vi"}
    assert bodies[:2] == [
        {"purpose": "statistics", "given": False, **base},
        {"purpose": "sharing", "given": True, **base},
    ]
    assert bodies[2]["until"] == "2026-12-31"
    page.route("**/consents", lambda route: route.abort(), times=1)
    page.locator("#consent-notices").click()
    own.sees_the_error("Không có kết nối mạng")
    expect(page.locator("#consent-notices")).not_to_be_checked()


def test_a_record_is_put_out_of_use_and_back(own: Journey) -> None:
    page = own.page
    page.get_by_role("button", name="Tạm ngừng sử dụng hồ sơ").click()
    expect(own.shown).to_contain_text("Không ai xem được ngoài bạn")
    own.is_accessible()
    page.get_by_role("button", name="Cho sử dụng lại").click()
    expect(page.get_by_role("button", name="Tạm ngừng sử dụng hồ sơ")).to_be_visible()


def test_the_summary_is_taken_away_as_pdf_and_as_fhir(own: Journey) -> None:
    page = own.page
    for label, name, starts in (("PDF", "suc-khoe.pdf", b"%PDF"), ("FHIR", "suc-khoe.fhir.json", b'{"resourceType"')):
        with page.expect_download() as file:
            page.get_by_role("button", name=f"Tải bản {label}").click()
        assert file.value.suggested_filename == name
        assert file.value.path().read_bytes().startswith(starts)
    page.route("**/summary.pdf", lambda route: route.fulfill(status=503, json={"detail": "Bận"}), times=1)
    page.get_by_role("button", name="Tải bản PDF").click()
    own.sees_the_error("Không thực hiện được")


def test_sharing_is_listed_and_stopped(own: Journey) -> None:
    page = own.page
    page.get_by_role("link", name="Chia sẻ bằng mã QR").click()
    own.has_come("shares")
    page.get_by_role("link", name="Tạo mã QR mới").click()
    own.arrives("new-share")
    own.is_accessible()
    page.get_by_label("Chỉ thẻ cấp cứu").check()
    with page.expect_response("**/shares") as made:
        own.goes_on()
    own.has_come("share")
    expect(own.shown).to_contain_text("Phần mềm bệnh viện không mở được mã này")
    own.is_accessible()
    reader = page.context.new_page()
    reader.goto(made.value.json()["url"])
    reader.get_by_label("Bạn là ai?").fill("BS Thử, Trạm Y tế")
    reader.get_by_role("button", name="Xem").click()
    expect(reader.locator("#shown")).to_contain_text("chỉ đưa thẻ cấp cứu")
    expect(reader.locator("#shown")).not_to_contain_text("Tăng huyết áp")
    expect(reader.locator("#shown")).to_contain_text("Bản này không đưa mục nào ở đây")
    reader.close()
    page.locator("#back").click()
    own.has_come("shares")
    expect(own.shown).to_contain_text("chỉ thẻ cấp cứu")
    own.is_accessible()
    page.get_by_role("link", name="Mã QR không có tên").click()
    own.has_come("share")
    gone = page.url
    page.get_by_role("button", name="Dừng chia sẻ").click()
    own.has_come("shares")
    expect(own.shown).to_contain_text("Hiện không chia sẻ cho ai.")
    page.goto(gone)
    own.has_come("share")
    expect(own.shown).to_contain_text("đã hết hạn hoặc đã dừng")


def test_sessions_elsewhere_are_ended_and_other_devices_forgotten(own: Journey) -> None:
    page = own.page
    listed = page.request.get("/v1/sessions").json()
    sessions, devices = listed["sessions"], listed["devices"]
    strange = {"id": "1" * 64, "current": False, "known_until": "2027-05-22T00:00:00.000Z"}
    other = {**sessions[0], "id": "0" * 64, "current": False, "level": 1}
    more = {"sessions": [*sessions, other], "devices": [*devices, strange]}
    page.route("**/v1/sessions", lambda route: route.fulfill(json=more), times=1)
    page.route("**/v1/sessions/*", lambda route: route.fulfill(status=204), times=1)
    page.goto("/records.html#sessions")
    own.has_come("sessions")
    own.is_accessible()
    page.get_by_role("button", name="Kết thúc", exact=True).click()
    expect(own.shown).to_contain_text("Không có máy nào khác đang đăng nhập.")
    expect(page.get_by_role("button", name="Quên máy này")).to_have_count(0)
    page.route("**/v1/sessions", lambda route: route.fulfill(json=more), times=1)
    page.route("**/v1/sessions/*", lambda route: route.fulfill(status=204), times=1)
    page.reload()
    own.has_come("sessions")
    page.get_by_role("button", name="Quên máy này").click()
    expect(page.get_by_role("button", name="Quên máy này")).to_have_count(0)


def test_the_pin_is_changed_and_the_page_stays_open(own: Journey) -> None:
    page = own.page
    page.goto("/records.html#pin")
    own.arrives("pin")
    page.locator("#current-pin").fill(PIN)
    page.locator("#new-pin").fill(PIN)
    page.locator("#pin-again").fill(PIN)
    own.goes_on()
    own.has_come("records")
    expect(page.get_by_role("link", name="Nguyễn Thị Thử Nghiệm")).to_be_visible()


def test_a_code_alone_opens_nothing_that_is_stored_and_says_what_to_do(own: Journey) -> None:
    page = own.page
    state = {"level": 1, "pin_set": False, "pin_permitted": False, "draft_scope": "s", "idle_expires_in": 900}
    base = {"version": 1, "updated_at": "2026-11-20T02:03:04.000Z"}
    rows = [{"id": "a", "relation": "self", **base}, {"id": "b", "relation": "child", "closed": True, **base}]
    page.route("**/v1/session", lambda route: route.fulfill(json=state))
    page.route("**/v1/records", lambda route: route.fulfill(json={"records": rows}))
    page.reload()
    page.goto("/records.html#records")
    own.has_come("records")
    expect(own.shown).to_contain_text("mang căn cước đến")
    expect(own.shown).to_contain_text("đến trạm y tế hoặc bệnh viện để xác nhận")
    assert page.locator(".ways a").all_inner_texts() == ["Của tôi"]
    own.is_accessible()
    page.unroute("**/v1/session")
    page.unroute("**/v1/records")


def test_an_idle_page_warns_is_extended_and_closes(own: Journey) -> None:
    page = own.page.context.new_page()
    page.clock.install()
    page.goto(own.page.url)
    idle = Journey(page, own.web_url)
    idle.has_come("record")
    page.clock.run_for("13:05")
    expect(page.locator("#still-there")).to_be_visible()
    idle.is_accessible()
    with page.expect_response("**/v1/session/extend") as extended:
        page.locator("#extend").click()
    assert extended.value.ok
    page.clock.run_for("13:05")
    expect(page.locator("#still-there")).to_be_visible()
    page.clock.run_for("02:00")
    idle.arrives("phone")
    idle.sees_the_error("Trang đã đóng để giữ an toàn")
    assert "Nguyễn" not in page.locator("main").inner_text()
    page.close()


def test_the_other_language_keeps_the_place(own: Journey) -> None:
    page = own.page
    page.get_by_role("link", name="English").click()
    own.has_come("record")
    expect(page.get_by_role("link", name="Who looked")).to_be_visible()
    own.is_accessible()


def test_without_network_or_session_nothing_is_left_on_the_screen(own: Journey) -> None:
    page = own.page
    page.context.set_offline(True)
    page.get_by_role("link", name="Xem tóm tắt sức khỏe").click()
    own.arrives("summary")
    own.sees_the_error("Không có kết nối mạng")
    own.is_accessible()
    page.context.set_offline(False)
    page.locator("#back").click()
    own.has_come("record")
    cookies = page.context.cookies()
    page.context.clear_cookies(name="__Host-session")
    page.get_by_role("link", name="Xem tóm tắt sức khỏe").click()
    own.arrives("phone")
    own.sees_the_error("Trang đã đóng để giữ an toàn")
    assert "Nguyễn" not in page.locator("main").inner_text()
    page.context.add_cookies(cookies)  # type: ignore[arg-type]


def test_what_happened_to_the_account_is_listed(own: Journey) -> None:
    page = own.page
    page.goto("/records.html#events")
    own.has_come("events")
    expect(own.shown).to_contain_text("Đã đặt mã PIN")
    own.is_accessible()
