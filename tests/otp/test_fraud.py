"""Nobody can make the province pay: addresses, runs of numbers, breakers, the money cap; honest crowds get through."""

from typing import Any

import pytest
import time_machine

from tests.conftest import Answer, World
from tests.otp.conftest import START, Browser, phone_number, solve
from tests.posters import poster

WORK_NEEDED = "/problems/work-needed"
TODAY = "budget#sms#2026-11-23"
BUCKET = START // 600


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """Three messages in five minutes from one address: for tests of what comes after."""
    monkeypatch.setenv("SSK_ADDRESS_SOFT", "3")


def crowd(browser: Browser, size: int, *, start: int = 0) -> list[Answer]:
    return [browser.ask(phone_number(number)) for number in range(start, start + size)]


def spend(world: World, vnd: int) -> None:
    world.table("access").put_item(Item={"pk": "budget#sms#2026-11-23", "sk": "window", "spent": vnd})


def test_the_26th_message_in_five_minutes_from_one_address_needs_work(world: World, browser: Browser) -> None:
    assert {answer.status for answer in crowd(browser, 25)} == {202}
    answer = browser.ask(phone_number(25))
    assert (answer.status, answer.json["type"], len(world.sms())) == (429, WORK_NEEDED, 25)
    assert set(answer.json) == {"type", "title", "status", "detail", "work"}
    assert answer.json["work"]["bits"] == 16
    done = browser.ask(phone_number(25), work=solve(answer.json["work"]))
    assert (done.status, len(world.sms())) == (202, 26)


@pytest.mark.parametrize(("later", "status"), [(299, 429), (300, 202)])
def test_after_five_minutes_no_work_is_needed(
    browser: Browser, clock: time_machine.Traveller, later: int, status: int
) -> None:
    crowd(browser, 25)
    clock.move_to(START + later)
    assert browser.ask(phone_number(25)).status == status


@pytest.mark.usefixtures("three")
def test_asking_in_vain_keeps_nothing(world: World, browser: Browser) -> None:
    crowd(browser, 3)
    before = world.items("access")
    for number in range(30, 40):
        assert browser.ask(phone_number(number)).status == 429
    assert world.items("access") == before


@pytest.mark.usefixtures("three")
def test_work_counts_once(world: World, browser: Browser) -> None:
    crowd(browser, 3)
    work = solve(browser.ask(phone_number(25)).json["work"])
    assert browser.ask(phone_number(25), work=work).status == 202
    again = browser.ask(phone_number(26), work=work)
    assert (again.status, again.json["type"], len(world.sms())) == (429, WORK_NEEDED, 4)
    assert again.json["work"]["seed"] != work["seed"]
    assert browser.ask(phone_number(26), work=solve(again.json["work"])).status == 202


@pytest.mark.usefixtures("three")
def test_two_people_behind_one_address_get_work_of_their_own(browser: Browser) -> None:
    crowd(browser, 3)
    works = [browser.ask(phone_number(number)).json["work"] for number in (25, 26)]
    for number, work in zip((25, 26), works, strict=True):
        assert browser.ask(phone_number(number), work=solve(work)).status == 202


@pytest.mark.usefixtures("three")
def test_work_that_is_wrong_forged_or_of_another_address_does_not_count(world: World, browser: Browser) -> None:
    other = Browser(world, client="203.0.113.9")
    crowd(browser, 3)
    crowd(other, 3, start=100)
    work = browser.ask(phone_number(25)).json["work"]
    right = solve(work)
    attempts: list[dict[str, Any]] = [
        {"seed": work["seed"], "nonce": right["nonce"] + "x"},
        {"seed": work["seed"], "nonce": ""},
        {"seed": "made-up", "nonce": right["nonce"]},
        solve({"seed": work["seed"][:-1] + ("0" if work["seed"][-1] != "0" else "1"), "bits": 16}),
    ]
    for attempt in attempts:
        assert browser.ask(phone_number(25), work=attempt).status == 429
    assert other.ask(phone_number(26), work=right).status == 429
    assert browser.ask(phone_number(25), work=right).status == 202


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(("later", "status"), [(600, 202), (660, 429)])
def test_work_is_good_for_ten_minutes(browser: Browser, clock: time_machine.Traveller, later: int, status: int) -> None:
    crowd(browser, 3)
    work = solve(browser.ask(phone_number(25)).json["work"])
    clock.move_to(START + later)
    crowd(browser, 3, start=50)
    assert browser.ask(phone_number(25), work=work).status == status


def test_the_301st_message_in_an_hour_from_one_address_is_a_hard_stop(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    assert browser.ask(phone_number(0)).status == 202
    (address,) = [item for item in world.items("access") if item["pk"].startswith("budget#address#")]
    world.table("access").put_item(Item=address | {"n3600": 298})
    assert [browser.ask(phone_number(number)).status for number in (1, 2)] == [202, 202]
    stopped = browser.ask(phone_number(3))
    assert (stopped.status, stopped.headers["retry-after"], "work" in stopped.json) == (429, "3600", False)
    assert stopped.json["type"] == "/problems/too-many-requests"
    clock.move_to(START + 3599)
    assert browser.ask(phone_number(3)).headers["retry-after"] == "1"
    clock.move_to(START + 3600)
    assert browser.ask(phone_number(3)).status == 202
    assert len(world.sms()) == 4


@pytest.mark.usefixtures("many")
def test_150_honest_people_in_an_hour_behind_one_address_all_get_through(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    for number in range(150):
        person = Browser(world)
        clock.move_to(START + number * 24)
        asked = person.ask(phone_number(number))
        assert asked.status == 202
        if number % 5 == 0:
            assert person.verify(asked.json["challenge_id"], person.code()).status == 200
    assert len(world.sms()) == 150


@pytest.mark.usefixtures("many")
def test_a_queue_of_people_at_one_address_gets_through_by_work(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    worked = 0
    for number in range(30):
        clock.move_to(START + number * 4)
        person = Browser(world)
        answer = person.ask(phone_number(number))
        if answer.status == 429:
            answer = person.ask(phone_number(number), work=solve(answer.json["work"]))
            worked += 1
        assert answer.status == 202
        assert person.verify(answer.json["challenge_id"], person.code()).status == 200
    assert worked == 5


def test_a_run_of_consecutive_numbers_counts_tenfold_from_its_tenth(world: World, browser: Browser) -> None:
    answers = [browser.ask(f"0901234{number:03d}") for number in range(100, 115)]
    assert [answer.status for answer in answers] == [202] * 10 + [429] * 5
    assert len(world.sms()) == 10


@pytest.mark.usefixtures("many")
def test_a_run_meets_the_hard_stop_soon_even_with_work(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_WORK_BITS", "4")
    statuses = []
    for number in range(100, 145):
        answer = browser.ask(f"0901234{number:03d}")
        if "work" in answer.json:
            answer = browser.ask(f"0901234{number:03d}", work=solve(answer.json["work"]))
        statuses.append(answer.status)
    assert statuses == [202] * 38 + [429] * 7  # 9 + 29 x 10 = 299


def test_numbers_far_from_each_other_are_no_run(browser: Browser) -> None:
    assert {browser.ask(f"09012{number:02d}456").status for number in range(25)} == {202}


def test_an_ipv6_household_is_one_address(world: World, browser: Browser) -> None:
    for number in range(25):
        Browser(world, client=f"2001:db8:1:2::{number:x}").ask(phone_number(number))
    assert Browser(world, client="2001:db8:1:2:ffff::1").ask(phone_number(25)).status == 429
    assert Browser(world, client="2001:db8:1:3::1").ask(phone_number(25)).status == 202


@pytest.mark.usefixtures("three")
def test_a_header_that_a_client_can_write_is_not_its_address(browser: Browser) -> None:
    crowd(browser, 3)
    answer = browser.call(
        "POST",
        "/v1/otp",
        body={"phone": phone_number(25)},
        headers={"x-forwarded-for": "192.0.2.99", "forwarded": "for=192.0.2.99", "x-real-ip": "192.0.2.99"},
    )
    assert answer.status == 429


def counted(world: World, scope: str, sent: int, verified: int = 0) -> None:
    """So many codes were sent in the ten minutes from START, and so many of these verified."""
    world.table("access").put_item(
        Item={"pk": scope, "sk": "window", "spent": 0, f"s{BUCKET}": sent, f"v{BUCKET}": verified}
    )


@pytest.mark.parametrize(
    ("sent", "age", "status"), [(30, 1200, 202), (31, 1199, 202), (31, 1200, 429), (31, 4799, 429), (31, 4800, 202)]
)
def test_a_posters_breaker_asks_for_work_above_30_unverified_codes_an_hour(
    world: World, browser: Browser, clock: time_machine.Traveller, sent: int, age: int, status: int
) -> None:
    counted(world, f"budget#sms-poster#{poster()}#2026-11-23", sent)
    clock.move_to(START + age)
    answer = browser.ask("0987654321", poster=poster())
    assert answer.status == status
    if status == 429:
        assert browser.ask("0987654321", poster=poster(), work=solve(answer.json["work"])).status == 202
    assert Browser(world).ask("0976543210", poster=poster("13")).status == 202


@pytest.mark.usefixtures("many")
def test_a_posters_breaker_counts_codes_that_were_truly_sent_and_not_verified(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    for number in range(34):
        person = Browser(world, client=f"10.0.{number}.1")
        asked = person.ask(phone_number(number), poster=poster())
        if number < 3:
            clock.move_to(START + 599)
            assert person.verify(asked.json["challenge_id"], person.code()).status == 200
            clock.move_to(START)
    clock.move_to(START + 1200)
    assert browser.ask("0987654321", poster=poster()).status == 429


@pytest.mark.parametrize(("sent", "verified", "status"), [(64, 32, 202), (65, 32, 429), (80, 0, 429), (900, 500, 202)])
def test_a_breaker_needs_more_than_half_unverified(
    world: World, browser: Browser, clock: time_machine.Traveller, sent: int, verified: int, status: int
) -> None:
    counted(world, f"budget#sms-poster#{poster()}#2026-11-23", sent, verified)
    clock.move_to(START + 1200)
    assert browser.ask("0987654321", poster=poster()).status == status


@pytest.mark.parametrize(("sent", "age", "status"), [(200, 1200, 202), (201, 1199, 202), (201, 1200, 429)])
def test_the_provinces_breaker_asks_for_work_above_200_unverified_codes_an_hour(
    world: World, browser: Browser, clock: time_machine.Traveller, sent: int, age: int, status: int
) -> None:
    counted(world, TODAY, sent)
    clock.move_to(START + age)
    answer = browser.ask("0987654321")
    assert answer.status == status
    if status == 429:
        assert browser.ask("0987654321", work=solve(answer.json["work"])).status == 202


def test_the_breakers_look_back_over_midnight(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    midnight = START + 15 * 3600
    last = midnight // 600 - 1
    world.table("access").put_item(
        Item={"pk": f"budget#sms-poster#{poster()}#2026-11-23", "sk": "window", f"s{last}": 31}
    )
    clock.move_to(midnight + 600)
    assert browser.ask("0987654321", poster=poster()).status == 429
    clock.move_to(midnight + 4200)
    assert browser.ask("0987654321", poster=poster()).status == 202


@pytest.mark.usefixtures("many")
def test_a_rehearsal_from_one_poster_passes_at_several_a_second(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """As 5,400 residents do: each from an address of its own, verifying at once, over the breakers' whole look-back."""
    for number in range(60):
        clock.move_to(START + number * 24)
        person = Browser(world, client=f"127.1.{number // 250 + 1}.{number % 250 + 1}")
        assert person.sign_in(phone_number(number), poster=poster()).status == 200


def test_the_days_money_is_a_cap(world: World, browser: Browser) -> None:
    spend(world, 50_000_000 - 801)
    assert browser.ask(phone_number(1)).status == 202
    refused = browser.ask(phone_number(2))
    assert (refused.status, refused.json["type"]) == (503, "/problems/sms-budget")
    assert refused.headers["retry-after"] == str(15 * 3600)
    assert "trạm y tế" in refused.json["detail"]
    assert len(world.sms()) == 1


@pytest.mark.parametrize(("left", "status"), [(799, 503), (800, 202), (801, 202)])
def test_the_cap_is_exact(world: World, browser: Browser, left: int, status: int) -> None:
    spend(world, 50_000_000 - left)
    assert browser.ask(phone_number(1)).status == status


def test_the_cap_opens_at_the_provinces_midnight(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    spend(world, 50_000_000)
    clock.move_to(START + 15 * 3600 - 1)
    assert browser.ask(phone_number(1)).headers["retry-after"] == "1"
    clock.move_to(START + 15 * 3600)
    assert browser.ask(phone_number(1)).status == 202
