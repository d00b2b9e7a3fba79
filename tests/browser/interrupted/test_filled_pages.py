"""Every page of journey and own page, full of long values: reflow, large text, forced colours, keyboard, names."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.interrupted import filled
from tests.browser.interrupted.filled import ANSWERS, OWN_PAGES, WORD
from tests.browser.interrupted.server import Server
from tests.browser.journey import Journey

NARROW = {"width": 320, "height": 640}


def is_sound(page: Page, name: str) -> None:
    """All that must hold on a page that stands filled."""
    faults = {}
    for size in ("100%", "200%"):
        page.evaluate("(size) => { document.documentElement.style.fontSize = size; }", size)
        faults |= {f"{kind} at {size}": found for kind, found in filled.holds(page).items()}
    page.evaluate("document.documentElement.style.fontSize = ''")
    faults |= {"forced colours": filled.unseen_in_forced_colours(page)}
    faults |= {"keyboard": filled.out_of_reach(page), "names": filled.nameless(page)}
    assert {kind: found for kind, found in faults.items() if found} == {}, name


@pytest.fixture
def small(phone: Page) -> Iterator[Page]:
    phone.set_viewport_size(NARROW)  # type: ignore[arg-type]
    return phone


def walks_full_pages(small: Page, journey: Journey, prefix: str = "", **answers: str) -> set[str]:
    """Every page of the form that is asked and begins with `prefix`, filled and looked at; gives their names."""
    journey.opens()
    journey.fills_in_quickly(**{"identity.full-name": WORD} | answers)
    names = small.evaluate("[...document.querySelectorAll('section[data-page]')].map((one) => one.dataset.page)")
    seen = set()
    for name in (name for name in names if name.startswith(prefix)):
        small.evaluate("(page) => { location.hash = `#${page}`; }", name)
        small.wait_for_timeout(30)
        if journey.shown.get_attribute("data-page") == name and name not in ("check", "pin", "receipt"):
            small.evaluate(filled.FILL, WORD)
            is_sound(small, name)
            seen.add(name)
    return seen


def test_every_page_of_the_form_is_sound_when_it_is_full(small: Page, server: Server, journey: Journey) -> None:
    seen = walks_full_pages(small, journey, **{"identity.birth-date": "1988"})
    assert {
        "medicines.any",
        "identity.ward",
        "surgeries.any",
        "history.conditions",
        "reproductive.contraception",
    } <= seen


def test_what_is_asked_of_newborns_alone_is_sound_when_it_is_full(
    small: Page, server: Server, journey: Journey
) -> None:
    newborn = {"identity.birth-date": "2026", "identity.relation": "child"}
    assert "birth.delivery" in walks_full_pages(small, journey, "birth.", **newborn)


def test_the_pages_around_the_form_are_sound_when_they_are_full(small: Page, server: Server, journey: Journey) -> None:
    server.scope = None
    journey.opens()
    small.locator("#phone").fill("0912345678")
    is_sound(small, "phone")
    journey.goes_on()
    journey.arrives("code")
    small.locator("#code").fill("12345")
    small.clock.run_for("00:02")
    expect(small.locator("#resend")).to_be_visible()
    is_sound(small, "code")
    small.locator("#code").fill("123456")
    journey.fills_in_quickly(**{"identity.full-name": WORD, "identity.address": "a" * 80})
    is_sound(small, "check")
    journey.goes_on()
    journey.arrives("pin")
    for box in ("#new-pin", "#pin-again"):
        small.locator(box).fill("270519")
    is_sound(small, "pin")
    small.locator("#pin-skip a").click()
    journey.arrives("receipt")
    is_sound(small, "receipt")


@pytest.mark.parametrize("address", OWN_PAGES)
def test_every_own_page_is_sound_when_it_is_full(small: Page, server: Server, journey: Journey, address: str) -> None:
    server.level, server.pin_set = 2, True
    server.says = {call: {"json": answer} for call, answer in ANSWERS.items()}
    journey.opens(f"/records.html#{address}")
    journey.has_come(address.partition("/")[0])
    if address.startswith("visits"):
        small.get_by_role("button", name="Xem kết quả và giấy tờ").click()
        expect(small.get_by_role("table")).to_be_visible()
    for button in small.get_by_role("button", name="Báo chỗ sai").all()[:1]:
        button.click()
    is_sound(small, address)
