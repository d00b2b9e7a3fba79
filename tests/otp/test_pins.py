"""The PIN: who may set one, which are too weak, wrong tries, and what a number unused for a year still opens."""

import pytest
import time_machine

from functions.otp.pin.weak_pins import REPEATS, RUNS, YEAR, find_weakness
from health_record.identity import sessions
from tests.conftest import Answer, World
from tests.otp.conftest import START, Aws, Browser, throttled
from tests.put_at_once import make_first_record, permit_pin

PIN, OTHER = "493817", "806253"
RECORD = "0b8f5a52-6d3e-4c0f-9c7e-2f4f1f0e6a11"


def declare(browser: Browser) -> None:
    """What `declare` does in the transaction of a first record."""
    token = browser.cookies["__Host-session"]
    session = sessions.read_session({"headers": {}, "cookies": [f"__Host-session={token}"]})
    make_first_record(session, RECORD)


def account_of(world: World) -> str:
    return next(item["account"] for item in world.items("access") if item["sk"] == "session")


def put(browser: Browser, pin: object = PIN, current: object = None) -> Answer:
    known = {} if current is None else {"current_pin": current}
    return browser.call("PUT", "/v1/pin", body={"pin": pin, **known})


def lift(browser: Browser, pin: object = PIN) -> Answer:
    return browser.call("POST", "/v1/pin/verify", body={"pin": pin})


@pytest.fixture
def resident(world: World, browser: Browser) -> Browser:
    """Signed in, with a first record and a PIN, at level 1."""
    browser.sign_in()
    declare(browser)
    assert put(browser).status == 204
    return browser


def test_the_session_of_the_first_record_sets_the_first_pin_and_lifts_itself(world: World, browser: Browser) -> None:
    browser.sign_in()
    declare(browser)
    assert browser.call("GET", "/v1/session").json["pin_permitted"] is True
    assert (put(browser).status, put(browser).status) == (204, 403)
    before = browser.cookies["__Host-session"]
    lifted = lift(browser)
    assert (lifted.status, lifted.body) == (204, "")
    assert browser.cookies["__Host-session"] != before
    state = browser.call("GET", "/v1/session").json
    assert (state["level"], state["pin_set"], state["pin_permitted"]) == (2, True, True)


def test_the_token_of_before_is_dead_after_the_lift(world: World, resident: Browser) -> None:
    stale = Browser(world, cookies=dict(resident.cookies))
    lift(resident)
    assert stale.call("GET", "/v1/session").status == 401


def test_the_lift_does_not_lengthen_the_twelve_hours(resident: Browser, clock: time_machine.Traveller) -> None:
    clock.shift(600)
    lift(resident)
    assert resident.call("GET", "/v1/session").json["expires_in"] == 12 * 3600 - 600


def test_the_next_sign_in_knows_that_there_is_a_pin(resident: Browser) -> None:
    signed_in = resident.sign_in().json
    assert (signed_in["level"], signed_in["pin_set"]) == (1, True)
    assert lift(resident).status == 204


def test_a_session_without_a_first_record_sets_no_pin(world: World, browser: Browser) -> None:
    browser.sign_in()
    refused = put(browser)
    assert (refused.status, refused.json["type"]) == (403, "/problems/pin-not-permitted")
    assert [item for item in world.items("access") if item["sk"] == "pin"] == []


def test_at_level_2_the_pin_is_changed_and_other_sessions_end(world: World, resident: Browser) -> None:
    elsewhere = Browser(world, client="203.0.113.9")
    asked = elsewhere.ask().json["resend_after"]
    assert asked > 0
    lift(resident)
    second = Browser(world, cookies={"__Host-device": resident.cookies["__Host-device"]})
    second.sign_in()
    assert second.call("GET", "/v1/session").status == 200
    assert put(resident, OTHER, PIN).status == 204
    assert second.call("GET", "/v1/session").status == 401
    assert resident.call("GET", "/v1/session").status == 200
    assert (lift(resident, PIN).status, lift(resident, OTHER).status) == (401, 204)


def test_a_picked_up_phone_of_level_2_changes_no_pin_without_the_current_one(resident: Browser) -> None:
    lift(resident)
    refused = put(resident, OTHER)
    assert (refused.status, refused.json["type"]) == (403, "/problems/current-pin-needed")
    for current, status in ((OTHER, 401), ("12345", 400), (493817, 400), ("", 400)):
        assert put(resident, OTHER, current).status == status
    assert put(resident, OTHER, OTHER).json["remaining"] == 3
    assert put(resident, OTHER, PIN).status == 204
    assert lift(resident, PIN).json["remaining"] == 4


def test_guesses_at_the_current_pin_are_tries_like_others(resident: Browser) -> None:
    lift(resident)
    assert [put(resident, OTHER, f"90273{number}").status for number in range(6)] == [401] * 5 + [403]
    assert put(resident, OTHER, PIN).json["type"] == "/problems/pin-locked"


@pytest.mark.parametrize(("later", "status"), [(86_399, 204), (86_400, 403)])
def test_the_first_pin_may_follow_within_a_day_by_a_code_on_the_same_device(
    browser: Browser, clock: time_machine.Traveller, later: int, status: int
) -> None:
    browser.sign_in()
    declare(browser)
    browser.forget_session()
    clock.move_to(START + later)
    browser.sign_in()
    assert browser.call("GET", "/v1/session").json["pin_permitted"] is (status == 204)
    assert put(browser).status == status


def test_another_device_sets_no_first_pin(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    browser.sign_in()
    declare(browser)
    clock.shift(600)
    other = Browser(world, client="203.0.113.9")
    other.sign_in()
    declare(other)
    assert put(other).status == 403


def test_a_facility_that_saw_the_card_permits_one_new_pin(world: World, resident: Browser) -> None:
    resident.sign_in()
    assert put(resident, OTHER).status == 403
    permit_pin("access", account_of(world), RECORD)
    assert resident.call("GET", "/v1/session").json["pin_permitted"] is True
    assert (put(resident, OTHER).status, put(resident, PIN).status) == (204, 403)
    assert lift(resident, OTHER).status == 204


@pytest.mark.parametrize(("later", "status"), [(86_399, 204), (86_400, 403)])
def test_the_permission_is_good_for_24_hours(
    world: World, resident: Browser, clock: time_machine.Traveller, later: int, status: int
) -> None:
    permit_pin("access", account_of(world), RECORD)
    clock.move_to(START + later)
    resident.sign_in()
    assert put(resident, OTHER).status == status


def test_a_permission_also_opens_a_locked_pin(world: World, resident: Browser) -> None:
    for _ in range(5):
        lift(resident, OTHER)
    assert lift(resident).json["type"] == "/problems/pin-locked"
    permit_pin("access", account_of(world), RECORD)
    assert put(resident, OTHER).status == 204
    assert lift(resident, OTHER).status == 204


def test_wrong_pins_say_how_many_tries_are_left_and_the_fifth_locks(
    resident: Browser, clock: time_machine.Traveller
) -> None:
    for remaining in (4, 3, 2, 1, 0):
        answer = lift(resident, OTHER)
        assert (answer.status, answer.json["type"], answer.json["remaining"]) == (401, "/problems/pin-wrong", remaining)
    locked = lift(resident)
    assert (locked.status, locked.json["type"], locked.headers["retry-after"]) == (403, "/problems/pin-locked", "86400")
    assert resident.call("GET", "/v1/session").json["level"] == 1
    assert "thử lại sau 24 giờ," in locked.json["detail"]
    clock.move_to(START + 86_000)
    resident.sign_in()
    assert "thử lại sau 7 phút," in lift(resident).json["detail"]
    for later, status in ((86_399, 403), (86_400, 204)):
        clock.move_to(START + later)
        assert lift(resident).status == status


@pytest.mark.parametrize(("wrong", "status"), [(4, 204), (5, 403)])
def test_the_right_pin_counts_below_five_wrong_ones_and_forgives_them(
    resident: Browser, wrong: int, status: int
) -> None:
    for _ in range(wrong):
        lift(resident, OTHER)
    assert lift(resident).status == status
    if status == 204:
        assert lift(resident, OTHER).json["remaining"] == 4


@pytest.mark.parametrize(("later", "status"), [(365 * 86_400 - 1, 204), (365 * 86_400, 403)])
def test_a_number_unused_for_a_year_needs_the_facility(
    world: World, resident: Browser, clock: time_machine.Traveller, later: int, status: int
) -> None:
    clock.move_to(START + later)
    resident.sign_in()
    answer = lift(resident)
    assert answer.status == status
    if status == 403:
        assert answer.json["type"] == "/problems/number-unused"
        permit_pin("access", account_of(world), RECORD)
        assert (put(resident, OTHER).status, lift(resident, OTHER).status) == (204, 204)


def test_the_pin_of_a_number_unused_for_a_year_is_told_from_a_wrong_one_by_nothing(
    world: World, resident: Browser, clock: time_machine.Traveller
) -> None:
    clock.move_to(START + 365 * 86_400)
    resident.sign_in()
    before = [item for item in world.items("access") if item["sk"] == "pin"]
    right, wrong = lift(resident), lift(resident, OTHER)
    assert (right.status, right.json["type"]) == (403, "/problems/number-unused")
    assert right.json | {"instance": ""} == wrong.json | {"instance": ""}
    assert [lift(resident, f"49381{digit}").status for digit in range(7)] == [403] * 7
    assert [item for item in world.items("access") if item["sk"] == "pin"] == before


def test_what_is_no_pin_of_six_digits_is_400(resident: Browser) -> None:
    pins: list[object] = [None, 493817, "", "12345", "1234567", "abcdef", "49381x", ["4"], {}]
    for pin in pins:
        for answer in (put(resident, pin), lift(resident, pin)):
            assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, "/pin")


def test_a_weak_pin_is_422_with_the_reason(browser: Browser) -> None:
    browser.sign_in()
    declare(browser)
    for pin in ("111111", "654321", "198512"):
        answer = put(browser, pin)
        assert (answer.status, answer.json["type"]) == (422, "/problems/weak-pin")
        assert answer.json["errors"] == [{"pointer": "/pin", "message": answer.json["detail"]}]


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("000000", REPEATS),
        ("121212", REPEATS),
        ("123123", REPEATS),
        ("112233", REPEATS),
        ("777757", REPEATS),
        ("012345", RUNS),
        ("987654", RUNS),
        ("890123", RUNS),
        ("135791", RUNS),
        ("195007", YEAR),
        ("071950", YEAR),
        ("202601", YEAR),
        ("189901", None),
        ("202701", None),
        ("493817", None),
        ("121213", None),
        ("777577", REPEATS),
        ("777587", None),
    ],
)
def test_weak_pins_are_repeats_runs_and_years(pin: str, why: object) -> None:
    assert find_weakness(pin, 2026) == why


def test_a_pin_can_be_typed_in_any_digits(browser: Browser) -> None:
    browser.sign_in()
    declare(browser)
    assert put(browser, "\uff14\uff19\uff13 \uff18\uff11\uff17").status == 204
    assert lift(browser, PIN).status == 204


def test_the_table_holds_only_a_salted_mac_of_the_pin(world: World, resident: Browser) -> None:
    (item,) = [item for item in world.items("access") if item["sk"] == "pin"]
    (slot,) = item["slots"].values()
    assert (set(item), set(slot)) == (
        {"pk", "sk", "newest", "slots", "tries", "tries_until", "version"},
        {"salt", "mac", "opened", "set_at", "used_at", "since", "session", "devices"},
    )
    assert PIN not in repr(item)


def test_a_pin_needs_a_session(world: World, browser: Browser) -> None:
    assert (put(browser).status, lift(browser).status) == (401, 401)
    assert world.items("access") == []


@pytest.mark.parametrize("operation", ["UpdateItem", "BatchGetItem", "TransactWriteItems"])
def test_a_throttled_table_leaves_the_pin_as_it_was(resident: Browser, aws: Aws, operation: str) -> None:
    lift(resident)
    aws.fail(operation, throttled(operation))
    assert put(resident, OTHER, PIN).status == 503
    aws.work()
    assert (lift(resident, OTHER).status, lift(resident, PIN).status) == (401, 204)
