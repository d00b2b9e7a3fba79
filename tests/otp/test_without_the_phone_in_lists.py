"""In lists of a number, what one phone's account declared without the phone is as of one account beside it."""

import pytest
import time_machine

from functions.declare import account_records
from functions.otp.limits import Limits
from tests.conftest import World
from tests.contribute.cards import NATIONAL_ID, verify
from tests.declare import people
from tests.facility_desk import Desk, new_uuid
from tests.otp import test_a_passkey_shows_no_phone as shows_no_phone
from tests.otp.authenticator import Authenticator
from tests.otp.conftest import Browser
from tests.otp.test_a_passkey_shows_no_phone import BORN, sent
from tests.otp.test_passkeys import add, anew, sign_in
from tests.otp.test_pins import PIN, lift, put
from tests.otp.test_recycled_numbers import NEW, NUMBERS, declare

LIMITS = Limits()

hospital = shows_no_phone.hospital
NUMBER = NUMBERS[NEW]


def of(number: str | None, born: str) -> dict[str, object]:
    return people.declaration(
        identity_national_id={"valueString": number} if number else None,
        identity_insurance_number=None,
        identity_full_name={"valueString": f"Người Thử {NEW[:2]}"},
        identity_birth_date={"valueDate": born},
    )


@pytest.fixture
def squatter(world: World, browser: Browser, clock: time_machine.Traveller) -> Browser:
    """Twelve records of one SIM, each of which got her number by passkey."""
    device, ids = Authenticator(), [new_uuid() for _ in range(account_records.MAX_RECORDS)]
    browser.sign_in(phone="0987654321")
    for record_id in ids:
        assert people.put(browser.cookies, of(None, BORN), record_id=record_id).status == 201
    assert (put(browser).status, lift(browser, PIN).status) == (204, 204)
    assert add(browser, device).status == 201
    him = anew(world)
    assert sign_in(him, device).status == 200
    for place, record_id in enumerate(ids):
        clock.shift(1)
        body = of(NUMBER, BORN if place % 2 else BORN[:4])
        assert people.put(him.cookies, body, record_id=record_id, version=1).status == 200
    return him


@pytest.fixture
def person(world: World, squatter: Browser, clock: time_machine.Traveller) -> Browser:
    """She declares herself afterwards, on her own phone."""
    clock.shift(LIMITS.cooldown_seconds)
    browser = Browser(world, client="203.0.113.9")
    browser.sign_in()
    assert declare(browser, NEW).status == 201
    return browser


def shown(desk: Desk) -> list[str]:
    answer = desk.search(NATIONAL_ID, NUMBER, BORN).json
    assert answer["total"] == len(answer["entry"])
    return [entry["resource"]["id"] for entry in answer["entry"]]


@pytest.mark.usefixtures("person")
def test_a_list_shows_of_one_phone_two_that_were_declared_without_it(hospital: Desk) -> None:
    found = shown(hospital)
    assert (len(found), NEW in found) == (3, True)
    named = hospital.summary(NATIONAL_ID, NUMBER, BORN)
    assert named.status == 409
    assert f"Patient/{NEW}" in str(named.json)


@pytest.mark.usefixtures("person")
def test_staff_who_see_her_card_are_told_of_one_of_them(hospital: Desk) -> None:
    answer = verify(hospital, NEW, NUMBER, BORN, permit_pin=False)
    assert answer.status == 200
    assert str(answer.json).count("'candidate'") == 1


@pytest.mark.usefixtures("person")
def test_the_squatters_account_is_told_once_that_the_number_went(
    world: World, hospital: Desk, squatter: Browser
) -> None:
    assert verify(hospital, NEW, NUMBER, BORN, permit_pin=False).status == 200
    assert squatter.call("GET", "/v1/events").status == 200
    assert [item["kind"] for item in world.items("access") if item.get("kind") == "number-moved"] == ["number-moved"]


@pytest.mark.usefixtures("person")
def test_a_file_still_chooses_none_of_them(hospital: Desk) -> None:
    assert sent(hospital)[0] == "409"


@pytest.mark.usefixtures("squatter")
def test_a_file_chooses_none_of_several_that_one_account_declared_without_its_phone(hospital: Desk) -> None:
    assert sent(hospital)[0] == "409"


def test_what_is_declared_by_the_phones_code_again_is_of_its_account(
    world: World, squatter: Browser, hospital: Desk
) -> None:
    ids = [row["id"] for row in people.call("GET", "/v1/records", squatter.cookies).json["records"]]
    by_code = Browser(world)
    by_code.sign_in(phone="0987654321")
    assert lift(by_code, PIN).status == 204
    for record_id in ids:
        assert people.put(by_code.cookies, of(NUMBER, BORN), record_id=record_id, version=2).status == 200
    (only,) = shown(hospital)
    assert only in ids
    assert sent(hospital)[0] == "201"
    assert not [item for item in world.items("keys") if "listed_as" in item]
