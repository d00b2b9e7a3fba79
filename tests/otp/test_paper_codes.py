"""A code on paper, for a phone that gets no message: who gives it, what it opens, and what guessing costs."""

import json
from typing import Any

import pytest
import time_machine

from functions.otp.limits import Limits
from tests.conftest import Answer, World
from tests.facility_desk import Desk, register
from tests.otp.conftest import START, Aws, Browser, throttled
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_recycled_numbers import FACILITY, FORMER, NEW, NUMBERS, declare, reached, show_card

LIMITS = Limits()

PHONE = "0901234567"
ATTEMPT = "5f0e8c1a-4d6b-4a57-9a8e-6a1a3a0d7c42"


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, FACILITY)


@pytest.fixture
def owner(world: World, browser: Browser) -> Browser:
    """Who has declared, and whose phone gets no message any more."""
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    return browser


def issue(desk: Desk, record_id: str = FORMER, **more: Any) -> str:
    parameters = {each["name"]: each for each in show_card(desk, record_id, paperCode=True, **more)["parameter"]}
    assert "paperCodeUntil" in parameters
    return str(parameters["paperCode"]["valueString"])


def use(browser: Browser, number: object, phone: object = PHONE, **more: Any) -> Answer:
    return browser.call("POST", "/v1/otp/verify", body={"phone": phone, "paper_code": number, **more})


def at_network(world: World, number: int) -> Browser:
    return Browser(world, client=f"198.18.{number}.7")


def wrong(number: str, step: int = 1) -> str:
    return f"{(int(number) + step) % 10**10:010d}"


def test_a_code_on_paper_proves_the_phone_without_a_message(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    number, sent = issue(desk, permitPin=True), len(world.sms())
    assert (len(number), number.isdigit()) == (10, True)
    clock.shift(3600)
    phone = Browser(world, client="203.0.113.9")
    answer = use(phone, f"{number[:5]} {number[5:]}", "+84 90 123 45 67")
    assert (answer.status, answer.json["level"], answer.json["pin_set"]) == (200, 1, False)
    assert len(world.sms()) == sent
    assert phone.cookies["__Host-device"]
    assert put(phone, PIN).status == 204
    assert (lift(phone, PIN).status, reached(phone)) == (204, [FORMER])


def test_it_gives_level_1_alone(world: World, owner: Browser, desk: Desk) -> None:
    phone = Browser(world, client="203.0.113.9")
    assert use(phone, issue(desk, permitPin=False)).status == 200
    assert (reached(phone), put(phone, PIN).status) == ([], 403)


def test_it_is_good_once_and_the_newest_alone(world: World, owner: Browser, desk: Desk) -> None:
    first, second = issue(desk), issue(desk)
    assert use(Browser(world), first).status == 401
    assert [use(Browser(world), second).status for _ in range(2)] == [200, 401]


@pytest.mark.parametrize(("later", "status"), [(86_399, 200), (86_400, 401)])
def test_it_is_good_for_24_hours(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller, later: int, status: int
) -> None:
    number = issue(desk)
    clock.move_to(START + later)
    assert use(Browser(world), number).status == status


@pytest.mark.parametrize(("tries", "status"), [(4, 200), (5, 401)])
def test_one_network_has_five_tries_and_takes_none_of_anothers(
    world: World, owner: Browser, desk: Desk, tries: int, status: int
) -> None:
    number = issue(desk)
    assert [use(at_network(world, 1), wrong(number)).status for _ in range(tries)] == [401] * tries
    assert use(at_network(world, 1), number).status == status
    if status == 401:
        assert use(at_network(world, 2), number).status == 200


@pytest.fixture
def twelve_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSK_PAPER_SHARED_TRIES", "12")


@pytest.mark.usefixtures("twelve_for_all")
def test_a_known_device_has_tries_of_its_own_that_no_hundred_networks_use_up(
    world: World, owner: Browser, desk: Desk
) -> None:
    number = issue(desk)
    for network in range(4):
        assert {use(at_network(world, network), wrong(number, 1 + 5 * network + n)).status for n in range(5)} == {401}
    assert use(at_network(world, 9), number).status == 401  # twelve are made by all networks together
    owner.forget_session()
    assert use(owner, number).status == 200


def test_guessing_where_no_code_lives_is_answered_alike_and_stores_nothing_of_the_phone(
    world: World, owner: Browser, desk: Desk
) -> None:
    before = {item["pk"] for item in world.items("access")}
    without = use(at_network(world, 1), "0123456789")
    unknown = use(at_network(world, 1), "0123456789", "0912345678")
    (counter,) = {item["pk"] for item in world.items("access")} - before
    assert counter.startswith("budget#paper-typed#")
    assert "0123456789" not in counter
    issue(desk)
    guessed = use(at_network(world, 1), "0123456789")
    assert (without.status, without.body) == (unknown.status, unknown.body) == (guessed.status, guessed.body)


@pytest.mark.parametrize(("phones", "status"), [(4, 200), (5, 401)])
def test_who_holds_a_code_does_not_find_its_owner_among_many_phones(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller, phones: int, status: int
) -> None:
    number = issue(desk)
    for other in range(phones):  # each from a network of its own
        assert use(at_network(world, other), number, f"09876543{other:02d}").status == 401
    assert use(at_network(world, 99), number).status == status
    clock.shift(LIMITS.cooldown_seconds)
    assert use(at_network(world, 99), issue(desk)).status == 200, "another code is tried anew"


def test_a_lost_answer_repeats_and_a_repeated_wrong_code_costs_one_try(
    world: World, owner: Browser, desk: Desk
) -> None:
    number = issue(desk)
    for _ in range(9):
        assert use(at_network(world, 1), wrong(number), attempt=ATTEMPT).status == 401
    lost, phone = at_network(world, 1), at_network(world, 1)
    answers = [use(one, number, attempt=ATTEMPT) for one in (lost, phone)]
    assert [(answer.status, answer.json) for answer in answers] == [(200, answers[0].json)] * 2
    assert (lost.call("GET", "/v1/session").status, phone.call("GET", "/v1/session").status) == (401, 200)


def test_it_opens_the_account_it_was_given_for_and_no_other(world: World, owner: Browser, desk: Desk) -> None:
    number = issue(desk)
    other = at_network(world, 3)
    other.sign_in("0912345678")
    assert declare(other, NEW).status == 201
    assert use(at_network(world, 4), number, "0912345678").status == 401
    assert use(at_network(world, 4), number).status == 200


def test_a_desk_leaves_no_device_behind_and_may_set_the_first_pin(world: World, owner: Browser, desk: Desk) -> None:
    number = issue(desk, permitPin=True)
    station = at_network(world, 5)
    assert use(station, number, assisted=True).status == 200
    assert "__Host-device" not in station.cookies
    assert put(station, OTHER).status == 204


def test_whoever_can_be_hurt_is_told_and_nothing_stored_shows_the_code(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    assert put(owner, PIN).status == 204
    number = issue(desk, permitPin=False)
    assert number not in repr([world.items(table) for table in ("access", "records", "keys", "audit")])
    clock.shift(LIMITS.cooldown_seconds)
    lift(owner)
    assert "paper-code" in {event["kind"] for event in owner.call("GET", "/v1/events").json["events"]}


def test_a_facility_without_the_permission_gets_none(world: World, owner: Browser) -> None:
    powerless = register(world, "79002", permissions=["read"])
    identifier = {"system": "http://fhir.ehealth.gov.vn/core/sid/national_id", "value": NUMBERS[FORMER]}
    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "identifier", "valueIdentifier": identifier},
            {"name": "birthdate", "valueDate": "1960-05-17"},
            {"name": "paperCode", "valueBoolean": True},
        ],
    }
    answer = powerless.call("POST", f"Patient/{FORMER}/$verify", json.dumps(body).encode())
    assert answer.status == 403
    assert [item for item in world.items("access") if item["pk"].startswith("paper#")] == []


NO_CODES: list[tuple[object, object, int]] = [
    ("123456789", PHONE, 401),
    ("12345678901", PHONE, 401),
    ("abcdefghij", PHONE, 401),
    (1234567890, PHONE, 400),
    (None, PHONE, 400),
    ("1234567890", None, 400),
    ("1234567890", "02838123456", 400),
    ("1234567890", 901234567, 400),
]


@pytest.mark.parametrize(("number", "phone", "status"), NO_CODES)
def test_what_is_no_code_or_no_mobile_is_refused(world: World, number: object, phone: object, status: int) -> None:
    assert use(Browser(world), number, phone).status == status


def test_a_known_device_and_a_repeated_call_spend_no_try_of_the_same_digits(
    world: World, owner: Browser, desk: Desk
) -> None:
    number = issue(desk)
    for _ in range(9):  # one call, its answers lost, at a phone that was typed wrongly
        assert use(at_network(world, 1), number, "0987654399", attempt=ATTEMPT).status == 401
    for other in range(5):
        assert use(at_network(world, 2), number, f"09876543{other:02d}").status == 401
    assert use(at_network(world, 3), number).status == 401
    owner.forget_session()
    assert use(owner, number).status == 200


def test_what_failed_here_spends_no_try_of_the_same_digits(world: World, owner: Browser, desk: Desk, aws: Aws) -> None:
    number = issue(desk)
    aws.fail("TransactWriteItems", throttled("TransactWriteItems"))
    assert {use(at_network(world, 1), number, attempt=ATTEMPT).status for _ in range(6)} == {503}
    aws.work()
    assert use(at_network(world, 1), number, attempt=ATTEMPT).status == 200
