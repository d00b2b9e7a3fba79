"""Our own viewer of a shared summary in Chromium, from the QR code's address to the sections, with its refusals."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from health_record.record import shares
from health_record.table_keys import record_keys
from tests.browser.conftest import opened
from tests.browser.journey import accessible
from tests.conftest import World
from tests.declare.links import made, token_of
from tests.declare.people import NAME, declaration, put, sign_in
from tests.declare.share_door import door
from tests.declare.test_share_contents import CARER
from tests.declare.test_summary import ALLERGY, contribute
from web.build import build_site

HOSTILE = "<img src=x onerror=alert(1)> Penicillin"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build_site("79", folder, hotline="1022")
    return folder


@pytest.fixture
def viewer(world: World, monkeypatch: pytest.MonkeyPatch, site: Path, page: Page) -> Iterator[Page]:
    """A phone in somebody else's hand, and a record to be shared."""
    with door(monkeypatch, site):
        put(sign_in())
        contribute(world, ALLERGY | {"code": {"text": HOSTILE}})
        yield page


@contextmanager
def older(viewer: Page, script: str) -> Iterator[Page]:
    """A browser of its own that `script` has made an older one."""
    assert viewer.context.browser
    with opened(viewer.context.browser, "http://127.0.0.1") as page:
        page.add_init_script(script)
        yield page


def test_a_reader_gives_a_name_and_the_passcode_and_reads(viewer: Page) -> None:
    viewer.goto(made(passcode="4071")["url"])
    accessible(viewer)
    viewer.get_by_role("button", name="Xem").click()
    expect(viewer.locator("#recipient-error")).to_have_text("Hãy điền ô này.")
    accessible(viewer)
    viewer.get_by_label("Bạn là ai?").fill("BS Thử, Trạm Y tế")
    viewer.get_by_label("Mã mở").fill("0000")
    viewer.get_by_role("button", name="Xem").click()
    expect(viewer.locator("#passcode-error")).to_have_text("Mã mở chưa đúng. Còn 4 lần thử.")
    viewer.get_by_label("Mã mở").fill("4071")
    viewer.get_by_role("button", name="Xem").click()
    shown = viewer.locator("#shown")
    expect(shown.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(shown).to_contain_text("Tăng huyết áp")
    expect(shown.locator(".hint").last).to_have_text(re.compile(r"^Lập ngày \d\d/\d\d/\d{4}\.$"))
    expect(shown).to_contain_text(f"{HOSTILE} Trạm Y tế Thử")
    assert viewer.locator("#shown img").count() == 0
    assert shown.get_by_role("heading", level=3).all_text_contents()[:2] == [
        "Người dân tự khai, chưa được xác nhận",
        "Cơ sở y tế ghi nhận",
    ]
    accessible(viewer)
    assert viewer.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("broken", ["", "#shlink:/", "#shlink:/e30", "unknown"])
def test_what_opens_nothing_says_so(viewer: Page, world: World, broken: str) -> None:
    url = made()["url"]
    address, _, link = url.partition("#")
    viewer.goto(f"{address}{broken}" if broken != "unknown" else url)
    if broken == "unknown":
        place = {"pk": record_keys.share_pk(shares.hash_token(token_of(link))), "sk": "share"}
        world.table("records").delete_item(Key=place)
        viewer.get_by_label("Bạn là ai?").fill("BS Thử")
        viewer.get_by_role("button", name="Xem").click()
    expect(viewer.get_by_role("heading", name="Liên kết này không còn dùng được")).to_be_visible()
    accessible(viewer)


def test_a_browser_that_cannot_open_the_link_is_told_so_and_uses_up_no_reading(viewer: Page, world: World) -> None:
    with older(viewer, "delete globalThis.DecompressionStream") as page:
        page.goto(made()["url"])
        expect(page.locator(".switch")).to_have_attribute("href", re.compile("#"))  # the script has run
        expect(page.locator("#too-old")).not_to_have_attribute("hidden", "")  # it appears after five seconds
        expect(page.locator("#reader")).to_be_hidden()
    (share,) = [item for item in world.items("records") if item["sk"] == "share"]
    assert share["times_read"] == 0


def test_a_browser_without_newer_ways_to_look_at_a_page_reads_as_well(viewer: Page) -> None:
    with older(viewer, "delete Element.prototype.checkVisibility") as page:
        page.goto(made()["url"])
        page.get_by_label("Bạn là ai?").fill("BS Thử")
        page.get_by_role("button", name="Xem").click()
        expect(page.locator("#shown").get_by_role("heading", level=1)).to_have_text(NAME)


def test_the_other_language_keeps_the_link(viewer: Page) -> None:
    viewer.goto(made()["url"])
    viewer.get_by_role("link", name="English").click()
    viewer.get_by_label("Who are you?").fill("Dr Test")
    viewer.get_by_role("button", name="Read").click()
    expect(viewer.get_by_role("heading", level=1, name=NAME)).to_be_visible()


@pytest.mark.parametrize("contents", ["all", "not-sensitive", "emergency-card"])
def test_whom_to_call_is_shown_whatever_the_link_shows(
    world: World, monkeypatch: pytest.MonkeyPatch, site: Path, page: Page, contents: str
) -> None:
    body = declaration(person_email={"valueString": "thu@example.vn"})
    next(each for each in body["item"] if each["linkId"] == "person")["item"].append(
        {"linkId": "person.carer", "item": CARER}
    )
    with door(monkeypatch, site):
        assert put(sign_in(), body).status == 201
        page.goto(made(contents=contents)["url"])
        page.get_by_label("Bạn là ai?").fill("BS Thử")
        page.get_by_role("button", name="Xem").click()
        expect(page.locator("#shown")).to_contain_text("Gọi cho: ")
        expect(page.locator("#shown")).to_contain_text("Trần Văn Con, 0912345678")
