"""A day at a health station in Chromium on the deployed stack, from the enrolment of a tablet to its revocation."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, expect

from ops.local.stack_location import StackLocation
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PIN, at_station
from tests.browser.journey import Journey
from tests.browser.station import NURSE, Station, kept_on_device
from tests.card_pictures import LIGHTS, take_picture, write_video
from tests.stack.test_journey import BORN, NAME, StackJourney

PROVINCE = datetime.timezone(datetime.timedelta(hours=7))


@pytest.fixture(scope="module")
def seeing(playwright: Playwright, person: StackJourney, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose camera sees the person's card, a little blurred."""
    address = "12/3 Đường số 5, Khu phố 4, Phường 27, Bình Thạnh, TP. Hồ Chí Minh"
    card = f"{person.national_id}||{NAME}|09041957|Nữ|{address}|25122021"
    film = write_video(take_picture(card, LIGHTS["blurred"]), tmp_path_factory.mktemp("camera") / "film.y4m")
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    arguments = [*ARGUMENTS, *fake, f"--use-file-for-fake-video-capture={film}"]
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def tablet(seeing: Browser, web_url: str, stack_place: StackLocation, person: StackJourney) -> Iterator[Station]:
    """A tablet that is let in, with a nurse at work."""
    with at_station(seeing, web_url, stack_place, person.poster) as station:
        station.page.set_viewport_size({"width": 800, "height": 1280})
        yield station


def test_the_page_says_who_it_is_until_when_and_what_to_do_when_it_is_lost(at_work: Station) -> None:
    page = at_work.page
    at_work.presses("Về máy này")
    at_work.arrives("device")
    about = page.locator("#device-about")
    for words in (at_work.key_id, "Máy tính bảng, phòng khám", "Trạm Y tế trình diễn", "xem hồ sơ", "7 ngày"):
        expect(about).to_contain_text(re.compile(words.replace("7 ngày", "[67] ngày")))
    expect(at_work.shown).to_contain_text("Khi mất máy")
    at_work.looks_right("device")


def test_a_nurse_finds_somebody_sees_the_card_and_measures(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.looks_right("find")
    at_work.presses("Quét thẻ căn cước")
    expect(page.locator("#find-number")).to_have_value(person.national_id)
    expect(page.locator("#scan")).to_be_hidden()
    expect(page.locator("#status")).to_contain_text(f"Đã đọc thẻ của {NAME}")
    at_work.shown.locator("form button").click()
    at_work.arrives("person")
    expect(page.locator("#patient")).to_contain_text(NAME)
    expect(page.locator("#person-about")).to_contain_text("Mới tự khai, chưa ai thấy thẻ")
    at_work.looks_right("person")
    at_work.presses("Tôi đã thấy thẻ")
    at_work.arrives("verify")
    at_work.looks_right("verify")
    at_work.shown.locator("form button").click()
    expect(page.locator("#verify-done")).to_contain_text("Đã xác nhận")
    at_work.goes_back()
    at_work.arrives("person")
    expect(page.locator("#person-about")).to_contain_text("Đã có cơ sở y tế thấy thẻ")
    at_work.presses("Ghi kết quả")
    at_work.presses("Đo:")
    at_work.arrives("measure")
    at_work.looks_right("measure")
    page.locator("#measure-pressure").fill("80/130")
    at_work.shown.locator("form button").click()
    expect(page.locator("#errors")).to_contain_text("số đầu phải lớn hơn số sau")
    at_work.looks_right("wrong")
    page.locator("#measure-pressure").fill("13/8")
    page.locator("#measure-weight").fill("52,5")
    at_work.shown.locator("form button").click()
    at_work.arrives("write")
    expect(page.locator("#status")).to_have_text("Đã ghi: huyết áp 130/80, nặng 52,5 kg.")
    at_work.goes_back()
    at_work.presses("Xem tóm tắt")
    at_work.arrives("summary")
    summary = page.locator("#summary-content")
    expect(summary).to_contain_text("Huyết áp: Tâm thu 130 mmHg, Tâm trương 80 mmHg")
    expect(summary).to_contain_text("Cân nặng: 52,5 kg")
    at_work.looks_right("summary")
    at_work.leaves_the_person()
    assert NAME not in page.content()
    kept = kept_on_device(page)
    assert person.national_id not in kept
    assert NAME not in kept


def test_every_kind_is_written_and_what_was_wrong_is_taken_back(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    page.evaluate("location.hash = '#diagnosis'")
    page.locator("#diagnosis-search").fill("sot xuat huyet")
    page.get_by_role("button", name="A90").click()
    at_work.shown.locator("form > button.button").click()
    at_work.arrives("write")
    expect(page.locator("#status")).to_contain_text("Đã ghi: Chẩn đoán A90")
    at_work.writes("medicine", name="paracetamol 500 mg", use="1 viên khi sốt", days="5")
    at_work.writes("note", text="Uống nhiều nước, tái khám nếu chảy máu.")
    at_work.writes("appointment", day="24", day_month="12", day_year="2026", reason="xem lại tiểu cầu")
    page.evaluate("location.hash = '#entries'")
    at_work.arrives("entries")
    line = at_work.shown.locator("li", has_text="Thuốc: paracetamol 500 mg")
    at_work.looks_right("entries")
    line.get_by_role("button").click()
    at_work.answers("Thu hồi")
    expect(page.locator("#status")).to_contain_text("Thu hồi Thuốc: paracetamol")
    expect(line).to_have_count(0)
    page.evaluate("location.hash = '#summary'")
    summary = page.locator("#summary-content")
    expect(summary).to_contain_text("Sốt xuất huyết Dengue")
    expect(summary).to_contain_text("Uống nhiều nước")
    expect(summary).to_contain_text("24/12/2026")
    expect(summary).not_to_contain_text("paracetamol")


def test_a_vaccine_given_with_the_network_cut_waits_and_is_sent_later(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    page.context.set_offline(True)
    page.evaluate("location.hash = '#vaccine'")
    page.locator("#vaccine-which").select_option(label="Lao (BCG)")
    page.locator("#vaccine-lot").fill("BCG-77")
    at_work.shown.locator("form > button.button").click()
    at_work.arrives("write")
    expect(page.locator("#waiting")).to_contain_text("1 việc ghi chưa gửi được")
    at_work.leaves_the_person()
    page.locator("#waiting a").click()
    at_work.arrives("waiting-list")
    expect(at_work.shown).to_contain_text("Tiêm Lao (BCG)")
    at_work.looks_right("waiting")
    expect(at_work.shown.get_by_role("button", name="Gửi lại")).to_be_visible()
    page.context.set_offline(False)  # and it is sent by itself
    expect(page.locator("#waiting")).to_be_hidden()
    page.evaluate("location.hash = '#find'")
    at_work.opens(person, BORN)
    at_work.presses("Xem tóm tắt")
    expect(page.locator("#summary-content")).to_contain_text("BCG-77")


def test_an_old_man_is_helped_to_declare_and_nothing_of_him_stays(at_work: Station, web_url: str) -> None:
    with at_work.page.context.expect_page() as opening:
        at_work.presses("khai giúp")
    form = opening.value
    man = Journey(form, web_url)
    man.arrives("phone")
    assert f"p={at_work.poster}" in form.url
    expect(form.get_by_text("Bạn đang khai giúp tại trạm")).to_be_visible()
    expect(form.locator("#shared")).to_be_hidden()
    man.proves_the_phone()
    man.fills_in_quickly()
    man.goes_on()
    man.receipt()
    man.chooses_a_pin(PIN)
    expect(form.locator("#another")).to_be_hidden()
    names = {cookie["name"] for cookie in form.context.cookies()}
    assert "__Host-session" in names
    assert "__Host-device" not in names
    with form.expect_navigation(), form.expect_response(lambda answer: answer.request.method == "DELETE"):
        form.locator("#finish").click()
    man.arrives("phone")
    assert not {cookie["name"] for cookie in form.context.cookies()} & {"__Host-session", "__Host-device"}
    assert "Nguyễn" not in kept_on_device(form)
    form.close()


def test_a_record_that_is_not_shared_opens_in_an_emergency_with_a_reason(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    page = at_work.page
    closed = StackJourney(stack, stack_place, shares=False)
    closed.go()
    at_work.opens(closed, BORN)
    expect(page.locator("#person-about")).to_contain_text("chưa đồng ý")
    at_work.presses("Xem tóm tắt")
    expect(page.locator("#summary-content")).to_contain_text("chưa đồng ý")
    at_work.goes_back()
    at_work.presses("Cấp cứu")
    at_work.arrives("emergency")
    at_work.looks_right("emergency")
    at_work.shown.locator("form button").click()
    expect(page.locator("#errors")).to_contain_text("Hãy chọn lý do")
    page.get_by_label("Bất tỉnh").check()
    at_work.shown.locator("form button").click()
    at_work.arrives("summary")
    expect(page.locator("#summary-content")).to_contain_text(NAME)
    at_work.writes("measure", pressure="128/79")
    read: list[str] = []
    page.on("request", lambda request: read.append(request.url) if "$summary" in request.url else None)
    page.evaluate("location.hash = '#summary'")  # no second emergency that nobody decided on
    expect(page.locator("#summary-old")).to_contain_text("mở lại bằng mục cấp cứu")
    expect(page.locator("#summary-content")).to_contain_text(NAME)
    assert read == []


def test_a_scanner_that_types_fills_the_boxes_and_a_shown_code_opens_the_summary(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    page = at_work.page
    closed = StackJourney(stack, stack_place, shares=False)
    link = closed.go_and_share(PIN)
    page.locator("#find-number").fill(f"{closed.national_id}||{NAME}|09041957|Nữ|12 Bình Quới|25122021")
    expect(page.locator("#status")).to_contain_text(f"Đã đọc thẻ của {NAME}")
    at_work.shown.locator("form button").click()
    at_work.arrives("person")
    at_work.presses("Xem tóm tắt")
    page.locator("#share-link").fill("https://elsewhere.example/#shlink:/e30")
    page.get_by_role("button", name="Xem bằng mã QR").click()
    expect(page.locator("#errors")).to_contain_text("không phải mã QR chia sẻ")
    page.locator("#share-link").fill(link)
    at_work.looks_right("share")
    page.get_by_role("button", name="Xem bằng mã QR").click()
    expect(page.locator("#summary-content")).to_contain_text("Tăng huyết áp")


def test_of_several_the_one_with_the_card_gets_the_number_and_the_other_is_settled(
    at_work: Station, stack: dict[str, Any], stack_place: StackLocation
) -> None:
    page = at_work.page
    first = StackJourney(stack, stack_place)
    second = StackJourney(stack, stack_place, national_id=first.national_id)
    first.go()
    second.go()
    at_work.types_the_card(first.national_id, BORN)
    at_work.arrives("candidates")
    expect(at_work.shown.get_by_text("Nhiều hồ sơ cùng khai số này")).to_have_count(2)
    at_work.looks_right("candidates")
    at_work.shown.get_by_role("button", name="Mở hồ sơ này").last.click()
    at_work.arrives("person")
    at_work.presses("Tôi đã thấy thẻ")
    at_work.shown.locator("#verify-form button").click()
    expect(page.locator("#verify-done")).to_contain_text("Hồ sơ khác cũng khai số này")
    expect(page.locator("#verify-done legend")).to_contain_text(NAME)
    at_work.looks_right("settle")
    page.get_by_label("Ghi nhầm").check()
    page.get_by_role("button", name="Giải quyết").click()
    expect(page.locator("#question")).to_contain_text(NAME)
    at_work.answers("Giải quyết")
    expect(page.locator("#verify-done")).to_contain_text("Đã bỏ số này khỏi hồ sơ kia")
    expect(page.locator("#verify-done")).not_to_contain_text("Hồ sơ khác")
    at_work.leaves_the_person()
    at_work.opens(first, BORN)
    expect(page.locator("#person-about")).to_contain_text("Đã có cơ sở y tế thấy thẻ")


def test_the_days_list_names_deeds_and_staff_and_no_patient(at_work: Station) -> None:
    at_work.presses("Máy này đã làm gì")
    at_work.arrives("today")
    for words in ("xác nhận thẻ: xong", "ghi: Tiêm Lao (BCG): không có mạng", "mở khi cấp cứu: xong", NURSE):
        expect(at_work.shown).to_contain_text(words)
    assert NAME not in at_work.shown.inner_text()
    at_work.looks_right("today")


def test_a_page_that_is_loaded_anew_asks_who_works_and_who_works_is_told_to_the_person(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    page.reload()
    at_work.arrives("shift")
    at_work.begins_a_shift()
    lines = [row for row in person.rows("audit") if row.get("record_id") == person.record_id]
    assert {row["practitioner"] for row in lines if row["pk"].startswith(f"{at_work.key_id}#")} == {
        f"{at_work.licence} Tran Thi Dieu Duong"
    }


def test_a_tablet_that_is_revoked_puts_everything_away_within_a_minute(at_work: Station, person: StackJourney) -> None:
    page = at_work.page
    at_work.opens(person, BORN)
    at_work.registry.revoke(*at_work.key_id.split("."))
    standing = page.locator('section[data-page="standing"]')
    page.evaluate("location.hash = '#device'")
    for _ in range(40):  # functions believe what they read of a facility for 45 s
        with page.expect_response("**/v1/facility-key"):
            page.locator("#check-device").click()
        page.wait_for_timeout(1500)
        if standing.is_visible():
            break
    expect(standing).to_contain_text("Máy này đã bị hủy quyền")
    assert NAME not in page.content()
    at_work.looks_right("standing")
    page.get_by_role("button", name="Xóa khóa và đăng ký lại").last.click()
    at_work.answers("Xóa khóa")
    at_work.arrives("enrol")
    at_work.is_let_in()
    at_work.begins_a_shift()


def test_after_fifteen_minutes_without_use_nothing_is_left_and_a_wrong_clock_is_set_right(
    at_work: Station, person: StackJourney
) -> None:
    page = at_work.page
    page.clock.install()
    page.reload()
    at_work.begins_a_shift()
    at_work.opens(person, BORN)
    page.clock.fast_forward("14:50")
    at_work.arrives("person")
    page.keyboard.press("Tab")
    page.clock.fast_forward("14:50")
    at_work.arrives("person")
    page.clock.fast_forward("00:15")
    at_work.arrives("shift")
    expect(page.locator("#errors")).to_contain_text("Ca đã kết thúc")
    assert NAME not in page.content()
    page.evaluate("location.hash = '#person'")
    at_work.arrives("shift")
    at_work.begins_a_shift()
    at_work.opens(person, BORN)  # signed by a clock that is half an hour ahead


def test_without_a_network_at_the_start_the_page_waits_and_in_english_it_says_the_same(at_work: Station) -> None:
    page = at_work.page
    page.get_by_role("link", name="English").click()
    at_work.arrives("shift")
    expect(at_work.shown).to_contain_text("Who is at work?")
    lasts = [datetime.datetime.now(PROVINCE) + datetime.timedelta(days) for days in (6, 7)]
    either = "|".join(f"0?{last.day}/0?{last.month}/{last.year}" for last in lasts)
    expect(at_work.shown).to_contain_text(re.compile(either))  # the day before the month
    page.route("**/v1/**", lambda route: route.abort())
    page.reload()
    at_work.arrives("standing")
    expect(page.locator("#standing-why")).to_contain_text("No network")
    at_work.looks_right("standing-en")
    page.unroute("**/v1/**")
    page.get_by_role("button", name="Try again").click()
    at_work.arrives("shift")
    page.locator("#staff-name").fill(NURSE)
    page.locator("#staff-licence").fill(at_work.licence)
    at_work.presses("Begin the shift")
    at_work.arrives("find")
