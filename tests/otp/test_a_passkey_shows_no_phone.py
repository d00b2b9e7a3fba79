"""Who signs in by a passkey or a code on paper shows no phone: the number may be somebody else's by now.

What is given to the phone's holder stays hers, however the session is carried on.
"""

import re
from collections.abc import Callable

import pytest
import time_machine

from functions.otp.limits import Limits
from tests.conftest import World
from tests.contribute.cards import verify
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.hospital_file.files import episode_file
from tests.otp.authenticator import Authenticator
from tests.otp.conftest import Browser
from tests.otp.test_paper_codes import issue, use
from tests.otp.test_passkeys import OTHER, add, anew, sign_in
from tests.otp.test_pins import PIN, lift, put
from tests.otp.test_recycled_numbers import FORMER, NEW, NUMBERS, declare, next_holder, reached, show_card

LIMITS = Limits()

BORN, PHONE = "1960-05-17", "0901234567"
DAY = 86_400
OF_FORMER = people.OTHER_ID


@pytest.fixture
def hospital(world: World) -> Desk:
    return register(world, "79001", provider_code="79999")


@pytest.fixture
def former(world: World, browser: Browser, clock: time_machine.Traveller) -> Browser:
    """Whoever held the number until a month ago, signed in by the passkey of then."""
    device = Authenticator()
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert (put(browser).status, lift(browser).status) == (204, 204)
    assert add(browser, device).status == 201
    clock.shift(30 * DAY)
    later = anew(world)
    assert sign_in(later, device).status == 200
    return later


def sent(hospital: Desk) -> tuple[str, bool]:
    """Her hospital's file with her own phone and the card seen: its status, and whether the card is noted."""
    file = re.sub(
        rb"<NGAYLAP>\d+<", b"<NGAYLAP>20261120<", episode_file(NUMBERS[NEW], BORN, f"Người Thử {NEW[:2]}", PHONE)
    )
    response = hospital.hospital_file(file, card_seen=[f"LK{NUMBERS[NEW]}"]).json["entry"][0]["response"]
    words = [issue.get("diagnostics") for issue in response["outcome"]["issue"]]
    return response["status"][:3], "card-not-confirmed" not in words


def on_paper(world: World, hospital: Desk) -> Browser:
    """The former holder again, by a code on paper that an honest desk gave for the own card."""
    browser = Browser(world, client="192.0.2.55")
    assert use(browser, issue(hospital, FORMER, permitPin=False)).status == 200
    return browser


def by_passkey(former: Browser) -> Browser:
    return former


def by_passkey_and_an_own_pin(former: Browser) -> Browser:
    assert put(former, OTHER, PIN).status == 204
    assert lift(former, OTHER).status == 204
    return former


CARRIED_ON = [by_passkey, by_passkey_and_an_own_pin]


@pytest.mark.parametrize("carry_on", CARRIED_ON)
def test_the_permission_of_the_numbers_next_holder_is_not_the_former_ones(
    world: World, former: Browser, hospital: Desk, carry_on: Callable[[Browser], Browser]
) -> None:
    former = carry_on(former)
    holder = next_holder(world)
    assert declare(holder, NEW).status == 201
    show_card(hospital, NEW)
    before = reached(former)
    assert former.call("PUT", "/v1/pin", body={"pin": "294857"}).status in (204, 403), "the own PIN is the own"
    assert reached(former) == before
    fresh = next_holder(world)
    assert fresh.call("PUT", "/v1/pin", body={"pin": "720591"}).status == 204, "and the permission still hers"


@pytest.mark.parametrize("carry_on", [*CARRIED_ON, None])
def test_a_record_that_was_declared_without_the_phone_is_of_no_phone(
    world: World, former: Browser, hospital: Desk, carry_on: Callable[[Browser], Browser] | None
) -> None:
    former = carry_on(former) if carry_on else on_paper(world, hospital)
    assert declare(former, NEW).status == 201
    assert sent(hospital) == ("201", False)
    assert verify(hospital, NEW, NUMBERS[NEW], BORN, permit_pin=False, phone_ending=PHONE[-3:]).status == 404
    if carry_on:
        shown = people.call("GET", "/v1/records/{id}/episodes", former.cookies, record_id=NEW)
        assert shown.json["episodes"] == []
    assert verify(hospital, NEW, NUMBERS[NEW], BORN, permit_pin=False).status == 200, "staff decides without a phone"


@pytest.mark.parametrize("born", [BORN, "1960"])
@pytest.mark.parametrize("is_first", [True, False])
def test_of_one_number_a_file_chooses_no_record_declared_by_passkey_before_the_holders(
    world: World, former: Browser, hospital: Desk, clock: time_machine.Traveller, is_first: bool, born: str
) -> None:
    def of_former() -> None:
        assert declare(former, OF_FORMER, person=NEW).status == 201

    def of_holder() -> None:
        assert declare(next_holder(world), NEW, born=born).status == 201

    for work in (of_former, of_holder) if is_first else (of_holder, of_former):
        work()
        clock.shift(LIMITS.cooldown_seconds)
    assert sent(hospital)[0] == "409", "only a card tells whose it is"
    assert verify(hospital, NEW, NUMBERS[NEW], BORN, permit_pin=False).status == 200
    assert sent(hospital)[0] == "201"
    assert [item["pk"] for item in world.items("records") if item["sk"].startswith("episode#")] == [f"record#{NEW}"]


def test_a_record_that_was_declared_by_the_phones_code_is_of_the_phone(world: World, hospital: Desk) -> None:
    assert declare(next_holder(world), NEW).status == 201
    assert sent(hospital) == ("201", True)


def test_paper_washes_nothing_off_a_record_that_was_declared_by_passkey(
    world: World, former: Browser, hospital: Desk
) -> None:
    assert declare(former, NEW).status == 201
    paper = on_paper(world, hospital)
    assert lift(paper).status == 204
    assert declare(paper, NEW, version=1).status == 200
    assert verify(hospital, NEW, NUMBERS[NEW], BORN, permit_pin=False, phone_ending=PHONE[-3:]).status == 404


@pytest.mark.parametrize("days", [0, 1])
@pytest.mark.parametrize("has_pin", [False, True])
def test_a_code_on_paper_uses_the_permission_of_its_own_card_alone(
    world: World, browser: Browser, clock: time_machine.Traveller, hospital: Desk, has_pin: bool, days: int
) -> None:
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    if has_pin:
        assert (put(browser).status, lift(browser).status) == (204, 204)
    clock.shift(30 * DAY)
    holder = next_holder(world)
    assert declare(holder, NEW).status == 201
    show_card(hospital, NEW)
    clock.shift(days * (DAY + LIMITS.cooldown_seconds))
    paper = on_paper(world, hospital)
    assert put(paper, OTHER).status == 403
    if not days:
        assert next_holder(world).call("PUT", "/v1/pin", body={"pin": "720591"}).status == 204, "hers is still hers"


def test_permissions_for_two_cards_are_used_up_each_for_its_own(
    world: World, browser: Browser, clock: time_machine.Traveller, hospital: Desk
) -> None:
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    clock.shift(30 * DAY)
    assert declare(next_holder(world), NEW).status == 201
    show_card(hospital, NEW)
    paper = Browser(world, client="192.0.2.55")
    assert use(paper, issue(hospital, FORMER, permitPin=True)).status == 200
    assert (put(paper, OTHER).status, lift(paper, OTHER).status) == (204, 204)
    assert reached(paper) == [FORMER]
    fresh = next_holder(world)
    assert (fresh.call("PUT", "/v1/pin", body={"pin": "720591"}).status, lift(fresh, "720591").status) == (204, 204)
    assert reached(fresh) == [NEW]
