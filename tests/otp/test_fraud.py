"""What one address may cause: soft and hard limits, work, runs of numbers, IPv6 networks; crowds get through."""

from typing import Any

import pytest
import time_machine

from tests.conftest import Answer, World
from tests.otp.conftest import START, Aws, Browser, phone_number, solve, throttled

WORK_NEEDED = "/problems/work-needed"


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """Three messages in five minutes from one address: for tests of what comes after."""
    monkeypatch.setenv("SSK_ADDRESS_SOFT", "3")


def crowd(browser: Browser, size: int, *, start: int = 0) -> list[Answer]:
    return [browser.ask(phone_number(number)) for number in range(start, start + size)]


def already(world: World, **counters: Any) -> None:
    """Let the one address seen so far have caused so many messages."""
    (address,) = [item for item in world.items("access") if item["pk"].startswith("budget#address#")]
    world.table("access").put_item(Item=address | counters)


def test_the_26th_message_in_five_minutes_from_one_address_needs_work(world: World, browser: Browser) -> None:
    assert {answer.status for answer in crowd(browser, 25)} == {202}
    answer = browser.ask(phone_number(25))
    assert (answer.status, answer.json["type"], len(world.sms())) == (429, WORK_NEEDED, 25)
    assert set(answer.json) == {"type", "title", "status", "detail", "work"}
    assert answer.json["work"]["bits"] == 16
    done = browser.ask(phone_number(25), work=solve(answer.json["work"]))
    assert (done.status, len(world.sms())) == (202, 26)


def test_after_five_minutes_no_work_is_needed(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    crowd(browser, 1)
    already(world, n300=25)
    for later, status in ((299, 429), (300, 202)):
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
    already(world, n3600=298)
    assert [browser.ask(phone_number(number)).status for number in (1, 2)] == [202, 202]
    stopped = browser.ask(phone_number(3))
    assert (stopped.status, stopped.headers["retry-after"], "work" in stopped.json) == (429, "3600", False)
    assert stopped.json["type"] == "/problems/too-many-requests"
    clock.move_to(START + 3599)
    assert browser.ask(phone_number(3)).headers["retry-after"] == "1"
    clock.move_to(START + 3600)
    assert browser.ask(phone_number(3)).status == 202
    assert len(world.sms()) == 4


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


@pytest.mark.usefixtures("three")
def test_a_queue_of_people_at_one_address_gets_through_by_work(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    worked = 0
    for number in range(5):
        clock.move_to(START + number * 4)
        person = Browser(world)
        answer = person.ask(phone_number(number))
        if answer.status == 429:
            answer = person.ask(phone_number(number), work=solve(answer.json["work"]))
            worked += 1
        assert answer.status == 202
        assert person.verify(answer.json["challenge_id"], person.code()).status == 200
    assert worked == 2


def test_a_run_of_consecutive_numbers_counts_tenfold_from_its_tenth(world: World, browser: Browser) -> None:
    answers = [browser.ask(f"0901234{number:03d}") for number in range(100, 115)]
    assert [answer.status for answer in answers] == [202] * 10 + [429] * 5
    assert len(world.sms()) == 10


def test_a_run_meets_the_hard_stop_soon_even_with_work(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """9 + 29 x 10 = 299: the 39th number of a run is refused."""
    monkeypatch.setenv("SSK_WORK_BITS", "4")
    assert {browser.ask(f"0901234{number:03d}").status for number in range(100, 110)} == {202}
    (address,) = [item for item in world.items("access") if item["pk"].startswith("budget#address#")]
    assert address["n3600"] == 9 + 10
    already(world, n3600=9 + 28 * 10, runs=dict.fromkeys(address["runs"], 37))
    statuses = []
    for number in (137, 138):
        work = browser.ask(f"0901234{number}").json.get("work")
        statuses.append(browser.ask(f"0901234{number}", work=solve(work)).status if work else 429)
    assert statuses == [202, 429]


def test_numbers_far_from_each_other_are_no_run(browser: Browser) -> None:
    assert {browser.ask(f"09012{number:02d}456").status for number in range(12)} == {202}


@pytest.mark.parametrize(
    ("neighbour", "soft"),
    [("2001:db8:1:2:ffff::1", 25), ("2001:db8:1:3::1", 50), ("2001:db8:1:fff::1", 100), ("2001:db8:2:2::1", None)],
)
def test_an_ipv6_household_is_one_address_and_the_networks_around_it_have_limits_too(
    world: World, browser: Browser, neighbour: str, soft: int | None
) -> None:
    """A /64 has what an address has, a /56 twice that, a /48 four times: who owns a /48 has 65,536 of the first."""
    Browser(world, client="2001:db8:1:2::1").ask(phone_number(0))
    (network,) = [item for item in world.items("access") if item["pk"].startswith("budget#address#")]
    assert [len(network[name]) for name in ("p300", "p3600")] == [2, 2]
    for used in (24, 25, 49, 50, 99, 100):
        parts = {name: min(used, 25 if name[0] == "n" else 50) for name in network["p300"]}
        world.table("access").put_item(Item=network | {"n300": used, "p300": parts})
        status = Browser(world, client=neighbour).ask(phone_number(used)).status
        assert status == (429 if soft is not None and used >= soft else 202), used
        world.table("access").put_item(Item=network)


def test_a_network_of_48_bits_has_a_hard_stop_however_many_addresses_it_uses(world: World, browser: Browser) -> None:
    Browser(world, client="2001:db8:1::1").ask(phone_number(0))
    already(world, n3600=1199)
    assert Browser(world, client="2001:db8:1:77::1").ask(phone_number(1)).status == 202
    stopped = Browser(world, client="2001:db8:1:78::1").ask(phone_number(2))
    assert (stopped.status, "work" in stopped.json, stopped.headers["retry-after"]) == (429, False, "3600")


def test_what_a_refused_message_took_of_an_ipv6_network_is_given_back(world: World, browser: Browser, aws: Aws) -> None:
    person = Browser(world, client="2001:db8:1:2::1")
    person.ask(phone_number(0))
    (before,) = [item for item in world.items("access") if item["pk"].startswith("budget#address#")]
    aws.fail("Publish", throttled("Publish"))
    assert person.ask(phone_number(1)).status == 503
    (after,) = [item for item in world.items("access") if item["pk"].startswith("budget#address#")]
    counts = ("n300", "n3600", "p300", "p3600")
    assert [after[name] for name in counts] == [before[name] for name in counts]


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
