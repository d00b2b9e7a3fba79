"""Nothing typed is lost, one declaration is kept once, and the device forgets what it should."""

from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.journey import Journey, invented_phone

DAY_MS = 24 * 60 * 60 * 1000
NAME = "Nguyễn Thị Thử Nghiệm"
OPEN = """
const open = () => new Promise((resolve, reject) => {
  const opening = indexedDB.open('so-suc-khoe', 2);
  opening.onupgradeneeded = () => opening.result.createObjectStore('drafts');
  opening.onsuccess = () => resolve(opening.result.transaction('drafts', 'readwrite').objectStore('drafts'));
  opening.onerror = () => reject(opening.error);
});
const wait = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
"""


def on_device(page: Page, script: str, argument: Any = None) -> Any:
    """Runs `script` with the draft's object store as `store`."""
    return page.evaluate(f"async (argument) => {{ {OPEN} const store = await open(); {script} }}", argument)


def kept(page: Page) -> list[str]:
    names: list[str] = on_device(page, "return wait(store.getAllKeys());")
    return names


def scope_of(page: Page) -> str:
    """What this session's drafts are kept under."""
    return str(page.request.get("/v1/session").json()["draft_scope"])


def puts_of(page: Page) -> list[Request]:
    puts: list[Request] = []
    page.on("request", lambda request: puts.append(request) if request.method == "PUT" else None)
    return puts


def versions(page: Page) -> list[int]:
    return [record["version"] for record in page.request.get("/v1/records").json()["records"]]


def to_the_name(journey: Journey) -> None:
    journey.starts_signed_in()
    journey.chooses("identity.relation", "Cho tôi")
    journey.types("identity.full-name", NAME)
    expect(journey.field("identity.full-name").locator("input")).to_have_value(NAME)


def to_the_check(journey: Journey) -> None:
    journey.starts_signed_in()
    journey.fills_in_quickly()


def test_a_reload_and_a_closed_tab_come_back_to_the_same_page(page: Page, web_url: str) -> None:
    tab = page.context.new_page()
    journey = Journey(tab, web_url)
    to_the_name(journey)
    journey.goes_on()
    journey.arrives("identity.national-id")
    tab.reload()
    journey.arrives("identity.national-id")
    tab.close()
    again = Journey(page, web_url)
    again.opens()
    again.arrives("identity.national-id")
    page.locator("#back").click()
    again.arrives("identity.full-name")
    expect(again.field("identity.full-name").locator("input")).to_have_value(NAME)


def test_what_was_typed_without_going_on_is_there_after_a_reload(page: Page, journey: Journey) -> None:
    to_the_name(journey)
    page.wait_for_timeout(600)
    page.reload()
    journey.arrives("identity.full-name")
    expect(journey.field("identity.full-name").locator("input")).to_have_value(NAME)


def test_the_device_holds_ciphertext_under_a_key_that_cannot_leave_it(page: Page, journey: Journey) -> None:
    to_the_name(journey)
    journey.goes_on()
    journey.arrives("identity.national-id")
    expect_kept(page, [scope_of(page), "key"])
    stored = on_device(
        page,
        """
        const [draft, key] = [await wait(store.get(argument)), await wait((await open()).get('key'))];
        const exported = await crypto.subtle.exportKey('raw', key).then(() => true, () => false);
        const opened = (name) => crypto.subtle.decrypt(
          { name: 'AES-GCM', iv: draft.iv, additionalData: new TextEncoder().encode(name) }, key, draft.data);
        const moved = await opened('another account').then(() => true, () => false);
        const raw = new TextDecoder().decode(draft.data);
        const plain = new TextDecoder().decode(await opened(argument));
        return { exported, extractable: key.extractable, moved, raw, plain };
        """,
        scope_of(page),
    )
    assert (stored["exported"], stored["extractable"], stored["moved"]) == (False, False, False)
    assert "Nguy" not in stored["raw"]
    assert NAME in stored["plain"]
    digits = journey.number.replace(" ", "")
    assert digits[1:] not in stored["plain"].replace(" ", "")
    assert page.evaluate("[localStorage.length, JSON.stringify(sessionStorage)]")[0] == 0
    assert digits[1:] not in page.evaluate("JSON.stringify(sessionStorage)").replace(" ", "")


def expect_kept(page: Page, names: list[str]) -> None:
    """Waits for what is on the way to the device."""
    page.wait_for_function(
        f"async (names) => {{ {OPEN} const store = await open();"
        " return JSON.stringify((await wait(store.getAllKeys())).sort()) === JSON.stringify(names); }",
        arg=sorted(names),
    )


@pytest.mark.parametrize(("age_ms", "restored"), [(DAY_MS - 60_000, True), (DAY_MS + 1, False)])
def test_a_draft_lives_for_a_day(page: Page, journey: Journey, age_ms: int, restored: bool) -> None:
    to_the_name(journey)
    journey.goes_on()
    journey.arrives("identity.national-id")
    scope = scope_of(page)
    expect_kept(page, [scope, "key"])
    page.goto("/404.html")
    on_device(
        page,
        "const [scope, age] = argument; const draft = await wait(store.get(scope));"
        " draft.savedAt = Date.now() - age; await wait((await open()).put(draft, scope));",
        [scope, age_ms],
    )
    journey.opens()
    journey.arrives("identity.national-id" if restored else "identity.full-name")


def test_a_shared_phone_keeps_nothing_and_forgets_an_older_draft(page: Page, journey: Journey) -> None:
    to_the_name(journey)
    journey.goes_on()
    expect_kept(page, [scope_of(page), "key"])
    page.context.clear_cookies()
    page.reload()
    page.locator("#shared").check()
    journey.number = invented_phone()
    journey.proves_the_phone()
    journey.arrives("identity.full-name")
    expect(journey.field("identity.relation").get_by_label("Cho tôi")).not_to_be_checked()
    assert kept(page) == []
    expect(page.locator(".switch")).to_be_hidden()
    journey.fills_in_quickly()
    assert kept(page) == []
    journey.goes_on()
    journey.receipt()
    assert "receipt" not in page.evaluate("sessionStorage.getItem('ssk')")


def test_erase_and_leave_ends_the_session_and_wipes_the_device(page: Page, journey: Journey) -> None:
    to_the_name(journey)
    page.locator("#leave").click()
    page.locator("#stay").click()
    journey.arrives("identity.full-name")
    page.locator("#leave").click()
    journey.is_accessible()
    page.locator("#leave-now").click()
    expect(page.locator("#start")).to_be_visible()
    assert kept(page) == []
    assert page.evaluate("sessionStorage.length") == 0
    assert page.request.get("/v1/session").status == 401


def test_a_double_tap_sends_once_and_the_receipt_wipes_the_draft(page: Page, journey: Journey) -> None:
    to_the_check(journey)
    puts = puts_of(page)
    journey.shown.locator("form > button.button").dblclick()
    receipt = journey.receipt()
    assert kept(page) == []
    assert len(puts) == 1
    assert versions(page) == [1]
    page.reload()
    assert journey.receipt() == receipt
    assert kept(page) == []


def test_an_answer_that_got_lost_ends_in_one_version(page: Page, journey: Journey) -> None:
    to_the_check(journey)
    puts = puts_of(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/v1/records/*", lose, times=1)
    journey.goes_on()
    journey.sees_the_error("sẽ tự gửi khi có mạng lại")
    journey.is_accessible()
    page.reload()
    journey.arrives("check")
    journey.goes_on()
    journey.receipt()
    assert len(puts) == 2
    assert puts[0].url == puts[1].url
    assert puts[0].post_data == puts[1].post_data
    assert versions(page) == [1]


def test_a_change_after_a_lost_answer_becomes_the_next_version(page: Page, journey: Journey) -> None:
    to_the_check(journey)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/v1/records/*", lose, times=1)
    journey.goes_on()
    journey.sees_the_error("sẽ tự gửi khi có mạng lại")
    page.get_by_role("link", name="Sửa câu Họ và tên").click()
    journey.types("identity.full-name", "Y Blếp")
    journey.goes_on()
    journey.arrives("check")
    journey.goes_on()
    journey.receipt()
    assert versions(page) == [2]


def test_a_declaration_made_without_network_is_sent_when_it_is_back(page: Page, journey: Journey) -> None:
    journey.starts_signed_in()
    journey.says_who()
    page.context.set_offline(True)
    journey.says_how_healthy()
    journey.agrees("record")
    journey.arrives("check")
    journey.goes_on()
    journey.sees_the_error("Không có kết nối mạng")
    page.context.set_offline(False)
    journey.receipt()
    assert versions(page) == [1]


def signs_in_again(page: Page, scope: str, cookies: list[Any]) -> None:
    """The same phone proves itself again, without the minute that its next message takes."""

    def verify(route: Route) -> None:
        page.context.add_cookies(cookies)
        route.fulfill(json={"level": 1, "pin_set": False, "draft_scope": scope})

    asked = {"challenge_id": "c", "resend_after": 60}
    page.route("**/v1/otp", lambda route: route.fulfill(status=202, json=asked), times=1)
    page.route("**/v1/otp/verify", verify, times=1)
    page.locator("#phone").fill("0912345678")
    page.locator("section[data-page=phone] form > button").click()
    page.locator("#code").fill("123456")


@pytest.mark.parametrize("shared", [False, True])
def test_an_ended_session_keeps_the_draft_for_the_same_phone_only(page: Page, journey: Journey, shared: bool) -> None:
    if shared:
        page.goto("/404.html")
        page.evaluate("sessionStorage.setItem('ssk', JSON.stringify({ shared: true }))")
    to_the_check(journey)
    scope, cookies = scope_of(page), page.context.cookies()
    page.context.clear_cookies()
    journey.goes_on()
    journey.arrives("phone")
    journey.sees_the_error("Những gì đã điền vẫn còn")
    journey.is_accessible()
    assert NAME not in page.evaluate("[...document.querySelectorAll('input')].map((input) => input.value).join()")
    assert NAME not in page.locator("#answers").inner_text()
    signs_in_again(page, scope, cookies)
    journey.arrives("check")
    journey.goes_on()
    journey.receipt()
    assert kept(page) == []


def test_the_next_person_at_the_same_phone_sees_nothing_and_the_first_one_loses_nothing(
    page: Page, journey: Journey
) -> None:
    to_the_name(journey)
    journey.goes_on()
    first, cookies = scope_of(page), page.context.cookies()
    page.context.clear_cookies()
    page.reload()
    journey.arrives("phone")
    assert NAME not in page.evaluate("[...document.querySelectorAll('input')].map((input) => input.value).join()")
    journey.number = invented_phone()
    journey.proves_the_phone()
    journey.arrives("identity.full-name")
    expect(journey.field("identity.relation").get_by_label("Cho tôi")).not_to_be_checked()
    journey.chooses("identity.relation", "Cho con tôi")
    expect(journey.field("identity.full-name").locator("input")).to_have_value("")
    expect_kept(page, sorted([first, scope_of(page), "key"]))
    page.context.clear_cookies()
    page.reload()
    signs_in_again(page, first, cookies)
    journey.arrives("identity.national-id")
    page.locator("#back").click()
    expect(journey.field("identity.full-name").locator("input")).to_have_value(NAME)
