"""What strangers do never closes the door: whoever proves a phone locks no device on which its PIN was given."""

import itertools

import pytest
import time_machine

from functions.otp.limits import Limits
from functions.otp.pin import pin_tries
from functions.otp.pin.generations import Credentials, Generation, StoredPin
from functions.otp.pin.pin_tries import CountedTry
from tests.conftest import Answer, World
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.otp.conftest import START, Browser
from tests.otp.test_pins import OTHER, PIN, lift, put
from tests.otp.test_recycled_numbers import FACILITY, FORMER, NEW, declare, reached, show_card

ATTEMPT = "5f0e8c1a-4d6b-4a57-9a8e-6a1a3a0d7c42"
SECOND_ATTEMPT = "6f0e8c1a-4d6b-4a57-9a8e-6a1a3a0d7c42"


def one(name: str, *devices: str, has_pin: bool = True) -> Generation:
    pin = StoredPin("00", name, START, START) if has_pin else None
    return Generation(name, frozenset({"r"}), START, "s", devices, pin)


def known(*generations: Generation) -> Credentials:
    return Credentials({generation.name: generation for generation in generations})


def tried(credentials: Credentials, device: str | None, times: int, now: int = START) -> CountedTry:
    for _ in range(times):
        counted = pin_tries.count_try(credentials, credentials.with_pin, device, Limits(), now)
        credentials = counted.credentials
    return counted


@pytest.mark.parametrize(
    ("strangers", "mine", "device"), [*itertools.product((0, 5, 50), (1, 4, 5, 6), ("phone", "tablet"))]
)
def test_a_known_device_is_locked_by_its_own_tries_alone(strangers: int, mine: int, device: str) -> None:
    credentials = known(one("a", "phone", "tablet"))
    for stranger in [None, "elsewhere", "phone" if device == "tablet" else "tablet"]:
        if strangers:
            credentials = tried(credentials, stranger, strangers).credentials
    assert bool(tried(credentials, device, mine).compared) is (mine <= 5)


def test_all_who_are_not_known_share_five_tries_and_the_day_gives_them_back() -> None:
    credentials = tried(known(one("a", "phone")), None, 3).credentials
    credentials = tried(credentials, "elsewhere", 2).credentials
    locked = tried(credentials, "third", 1, START + 86_399)
    assert (locked.compared, locked.retry_after) == ([], 1)
    again = tried(credentials, "third", 1, START + 86_400)
    assert ([generation.name for generation in again.compared], again.remaining) == (["a"], 4)


def test_a_new_pin_begins_anew_beside_one_that_is_locked() -> None:
    locked = tried(known(one("a")), None, 5).credentials
    both = Credentials({**locked.generations, "b": one("b")}, None, locked.tries, locked.tries_until)
    counted = tried(both, None, 1)
    assert ([generation.name for generation in counted.compared], counted.remaining) == (["b"], 4)


def test_ones_own_right_pin_takes_back_the_try_at_the_one_beside_it_and_forgives_nothing_there() -> None:
    counted = tried(known(one("a", "phone"), one("b")), "phone", 3)
    after = pin_tries.forgive(counted.credentials, one("a", "phone"), counted.compared, "phone")
    assert after.tries == {"b/others": 2}


def test_what_is_shared_is_not_forgiven_by_a_right_pin() -> None:
    counted = tried(known(one("a")), None, 4)
    assert pin_tries.forgive(counted.credentials, one("a"), counted.compared, None).tries == {"a/others": 3}


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, FACILITY)


@pytest.fixture
def owner(world: World, browser: Browser) -> Browser:
    browser.sign_in()
    assert declare(browser, FORMER).status == 201
    assert put(browser).status == 204
    return browser


def stranger(world: World, owner: Browser) -> Browser:
    """Somebody with the phone's SIM in another browser."""
    other = Browser(world, client="203.0.113.9")
    other.sign_in()
    return other


def guess(browser: Browser, times: int) -> list[int]:
    return [lift(browser, f"{271830 + number:06d}").status for number in range(times)]


def test_a_stranger_with_the_phone_locks_themselves_out_and_not_the_owners_device(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    clock.shift(600)
    other = stranger(world, owner)
    assert guess(other, 7) == [401] * 5 + [403] * 2
    clock.shift(600)
    third = Browser(world, client="192.0.2.77")
    third.sign_in()
    assert lift(third, PIN).status == 403  # all who are not known are one
    clock.shift(600)
    owner.sign_in()
    assert (lift(owner, PIN).status, reached(owner)) == (204, [FORMER])


def test_a_device_on_which_the_pin_was_given_is_known_from_then_on(
    world: World, owner: Browser, clock: time_machine.Traveller
) -> None:
    clock.shift(600)
    tablet = Browser(world, client="192.0.2.77")
    tablet.sign_in()
    assert lift(tablet, PIN).status == 204
    clock.shift(600)
    assert guess(stranger(world, owner), 5) == [401] * 5
    clock.shift(600)
    tablet.sign_in()
    assert lift(tablet, PIN).status == 204


@pytest.mark.parametrize("wrong", [0, 4, 5, 9])
@pytest.mark.parametrize("with_other_card", [False, True])
def test_a_permitted_pin_works_at_once_whatever_was_wrong_before(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller, wrong: int, with_other_card: bool
) -> None:
    if with_other_card:
        assert declare(owner, NEW).status == 201
        assert lift(owner).status == 204  # the PIN opens both; one card of the two is seen
    clock.shift(600)
    owner.sign_in()
    guess(owner, wrong)
    clock.shift(600)
    other = stranger(world, owner)
    guess(other, wrong)
    show_card(desk, FORMER)
    clock.shift(600)
    owner.sign_in()
    assert put(owner, OTHER).status == 204
    assert (lift(owner, OTHER).status, reached(owner)) == (204, [FORMER])


def test_a_number_unused_for_a_year_opens_at_once_by_a_permitted_pin(
    world: World, owner: Browser, desk: Desk, clock: time_machine.Traveller
) -> None:
    clock.move_to(START + 400 * 86_400)
    owner.sign_in()
    assert lift(owner).json["type"] == "/problems/number-unused"
    show_card(desk, FORMER)
    assert (put(owner, OTHER).status, lift(owner, OTHER).status) == (204, 204)


def call_pin(browser: Browser, method: str, route: str, **body: str) -> Answer:
    return browser.call(method, route, body=body)


def test_a_lost_answer_of_the_lift_repeats_with_a_fresh_session_of_equal_rights(world: World, owner: Browser) -> None:
    lost = Browser(world, cookies=dict(owner.cookies))
    body = {"pin": PIN, "attempt": ATTEMPT}
    assert call_pin(lost, "POST", "/v1/pin/verify", **body).status == 204
    again = call_pin(owner, "POST", "/v1/pin/verify", **body)
    assert (again.status, again.body) == (204, "")
    assert (reached(owner), lost.call("GET", "/v1/session").status) == ([FORMER], 401)
    assert put(owner, OTHER, PIN).status == 204


@pytest.mark.parametrize(("later", "status"), [(119, 204), (120, 401)])
def test_the_lift_repeats_for_two_minutes(
    world: World, owner: Browser, clock: time_machine.Traveller, later: int, status: int
) -> None:
    lost = Browser(world, cookies=dict(owner.cookies))
    call_pin(lost, "POST", "/v1/pin/verify", pin=PIN, attempt=ATTEMPT)
    clock.shift(later)
    assert call_pin(owner, "POST", "/v1/pin/verify", pin=PIN, attempt=ATTEMPT).status == status


def test_a_repeated_wrong_pin_costs_one_try_and_another_pin_or_attempt_is_no_repeat(owner: Browser) -> None:
    answers = [call_pin(owner, "POST", "/v1/pin/verify", pin=OTHER, attempt=ATTEMPT) for _ in range(7)]
    assert {(answer.status, answer.json["remaining"]) for answer in answers} == {(401, 4)}
    assert call_pin(owner, "POST", "/v1/pin/verify", pin=OTHER, attempt=SECOND_ATTEMPT).json["remaining"] == 3
    assert call_pin(owner, "POST", "/v1/pin/verify", pin="271831", attempt=ATTEMPT).json["remaining"] == 2


def test_a_lost_answer_of_setting_repeats_for_a_first_and_for_a_changed_pin(world: World, browser: Browser) -> None:
    browser.sign_in()
    declare(browser, FORMER)
    first = {"pin": PIN, "attempt": ATTEMPT}
    assert [call_pin(browser, "PUT", "/v1/pin", **first).status for _ in range(3)] == [204] * 3
    assert lift(browser).status == 204
    changed = {"pin": OTHER, "current_pin": PIN, "attempt": SECOND_ATTEMPT}
    assert [call_pin(browser, "PUT", "/v1/pin", **changed).status for _ in range(3)] == [204] * 3
    assert len([item for item in world.items("audit") if item["action"] == "pin"]) == 2
    wrong = changed | {"current_pin": "271830", "attempt": ATTEMPT}
    assert {call_pin(browser, "PUT", "/v1/pin", **wrong).json["remaining"] for _ in range(3)} == {4}


def test_a_stranger_with_the_attempt_but_another_session_repeats_nothing(world: World, owner: Browser) -> None:
    other = stranger(world, owner)
    assert call_pin(owner, "POST", "/v1/pin/verify", pin=PIN, attempt=ATTEMPT).status == 204
    assert call_pin(other, "POST", "/v1/pin/verify", pin=OTHER, attempt=ATTEMPT).status == 401
    assert people.call("GET", people.RECORD, other.cookies, record_id=FORMER).status == 403
