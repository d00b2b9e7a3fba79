"""Who signs in by a passkey shows no phone: the number may be somebody else's by now, and what is hers stays hers."""

import re

import pytest
import time_machine

from tests.conftest import World
from tests.contribute.cards import verify
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.hospital_file.files import episode_file
from tests.otp.authenticator import Authenticator
from tests.otp.conftest import Browser
from tests.otp.test_passkeys import OTHER, add, anew, sign_in
from tests.otp.test_pins import lift, put
from tests.otp.test_recycled_numbers import FORMER, NEW, NUMBERS, declare, next_holder, reached, show_card

BORN, PHONE = "1960-05-17", "0901234567"
DAY = 86_400


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


def test_the_permission_of_the_numbers_next_holder_is_not_the_former_ones(
    world: World, former: Browser, hospital: Desk
) -> None:
    holder = next_holder(world)
    assert declare(holder, NEW).status == 201
    show_card(hospital, NEW)
    before = reached(former)
    assert former.call("PUT", "/v1/pin", body={"pin": OTHER}).status == 204, "the own PIN is the own"
    assert reached(former) == before
    fresh = next_holder(world)
    assert fresh.call("PUT", "/v1/pin", body={"pin": "720591"}).status == 204, "and the permission still hers"


def test_a_record_that_was_declared_by_passkey_is_of_no_phone(world: World, former: Browser, hospital: Desk) -> None:
    assert declare(former, NEW).status == 201
    assert sent(hospital) == ("201", False)
    assert verify(hospital, NEW, NUMBERS[NEW], BORN, permit_pin=False, phone_ending=PHONE[-3:]).status == 404
    shown = people.call("GET", "/v1/records/{id}/episodes", former.cookies, record_id=NEW)
    assert shown.json["episodes"] == []
    assert verify(hospital, NEW, NUMBERS[NEW], BORN, permit_pin=False).status == 200, "staff decides without a phone"


def test_a_record_that_was_declared_by_the_phones_code_is_of_the_phone(world: World, hospital: Desk) -> None:
    assert declare(next_holder(world), NEW).status == 201
    assert sent(hospital) == ("201", True)
