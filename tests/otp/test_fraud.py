"""What one network may cause: work, runs of numbers, its share of the money; proof opens, and crowds get through."""

from typing import Any

import pytest
import time_machine

from functions.otp.limits import Limits
from tests.conftest import Answer, World
from tests.otp.conftest import START, Aws, Browser, phone_number, solve, throttled, wrong

LIMITS = Limits()

WORK_NEEDED = "/problems/work-needed"


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """Three messages in five minutes from one address: for tests of what comes after."""
    monkeypatch.setenv("SSK_NETWORK_SOFT", "3")


def crowd(browser: Browser, size: int, *, start: int = 0) -> list[Answer]:
    return [browser.ask(phone_number(number)) for number in range(start, start + size)]


def already(world: World, **counters: Any) -> None:
    """Let the one network seen so far have caused so many messages."""
    (network,) = ledgers(world)
    world.table("access").put_item(Item=network | counters)


def ledgers(world: World) -> list[dict[str, Any]]:
    return [item for item in world.items("access") if item["pk"].startswith("budget#network#")]


def test_the_26th_message_in_five_minutes_from_one_address_needs_work(world: World, browser: Browser) -> None:
    assert {answer.status for answer in crowd(browser, 25)} == {202}
    answer = browser.ask(phone_number(25))
    assert (answer.status, answer.json["type"], len(world.sms())) == (429, WORK_NEEDED, 25)
    assert set(answer.json) == {"type", "title", "status", "detail", "work"}
    assert answer.json["work"]["bits"] == 16
    done = browser.ask(phone_number(25), work=solve(answer.json["work"]))
    assert (done.status, len(world.sms())) == (202, 26)


@pytest.mark.usefixtures("three")
def test_asking_in_vain_keeps_nothing(world: World, browser: Browser) -> None:
    crowd(browser, 3)
    before = world.items("access")
    for number in range(30, 40):
        assert browser.ask(phone_number(number)).status == 429
    assert world.items("access") == before


@pytest.mark.usefixtures("three")
def test_two_people_behind_one_address_get_work_of_their_own(browser: Browser) -> None:
    crowd(browser, 3)
    works = [browser.ask(phone_number(number)).json["work"] for number in (25, 26)]
    for number, work in zip((25, 26), works, strict=True):
        assert browser.ask(phone_number(number), work=solve(work)).status == 202


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(("later", "status"), [(600, 202), (660, 429)])
def test_work_is_good_for_ten_minutes(browser: Browser, clock: time_machine.Traveller, later: int, status: int) -> None:
    crowd(browser, 3)
    work = solve(browser.ask(phone_number(25)).json["work"])
    clock.move_to(START + later)
    crowd(browser, 3, start=50)
    assert browser.ask(phone_number(25), work=work).status == status


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


def test_numbers_far_from_each_other_are_no_run(browser: Browser) -> None:
    assert {browser.ask(f"09012{number:02d}456").status for number in range(12)} == {202}


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


def test_in_the_next_five_minutes_no_work_is_needed(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    crowd(browser, 25)
    for later, status in ((299, 429), (300, 202)):
        clock.move_to(START + later)
        assert browser.ask(phone_number(25)).status == status


@pytest.mark.usefixtures("three")
def test_work_counts_once(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    crowd(browser, 3)
    work = solve(browser.ask(phone_number(25)).json["work"])
    assert browser.ask(phone_number(25), work=work).status == 202
    clock.shift(LIMITS.cooldown_seconds)
    again = browser.ask(phone_number(25), work=work)
    assert (again.status, again.json["type"], len(world.sms())) == (429, WORK_NEEDED, 4)
    assert browser.ask(phone_number(25), work=solve(again.json["work"])).status == 202


@pytest.mark.usefixtures("three")
def test_work_that_is_wrong_forged_or_for_another_phone_does_not_count(world: World, browser: Browser) -> None:
    crowd(browser, 3)
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
    assert browser.ask(phone_number(26), work=right).status == 429
    assert browser.ask(phone_number(25), work=right).status == 202


@pytest.mark.usefixtures("three")
def test_work_begun_on_one_network_counts_on_another(world: World, browser: Browser) -> None:
    """A phone that leaves the Wi-Fi of the hall for its own data has not worked in vain."""
    outside = Browser(world, client="203.0.113.9")
    crowd(browser, 3)
    crowd(outside, 3, start=100)
    work = solve(browser.ask(phone_number(25)).json["work"])
    assert outside.ask(phone_number(25), work=work).status == 202


def test_a_run_of_consecutive_numbers_needs_work_from_its_eleventh(world: World, browser: Browser) -> None:
    answers = [browser.ask(f"0901234{number:03d}") for number in range(100, 115)]
    assert [answer.status for answer in answers] == [202] * 10 + [429] * 5
    assert len(world.sms()) == 10


@pytest.mark.parametrize(
    ("neighbour", "is_counted"), [("2001:db8:1:2:ffff::1", True), ("2001:db8:1:fff::1", True), ("2001:db8:2::1", False)]
)
def test_a_network_of_48_bits_is_one_ledger(world: World, browser: Browser, neighbour: str, is_counted: bool) -> None:
    """Who rents a /48 has 65,536 networks of 64 bits: together they have one share."""
    Browser(world, client="2001:db8:1:2::1").ask(phone_number(0))
    Browser(world, client=neighbour).ask(phone_number(1))
    assert sorted(int(item["open"]) for item in ledgers(world)) == ([2] if is_counted else [1, 1])


def prove(world: World, clock: time_machine.Traveller, people: int, client: str = "198.51.100.7") -> None:
    for number in range(people):
        Browser(world, client=client).sign_in(phone_number(9_000 + number))


@pytest.mark.parametrize(("proven", "is_open"), [(5, True), (4, False)])
def test_a_network_with_half_its_codes_proven_gets_no_work_however_many_come(
    world: World, browser: Browser, clock: time_machine.Traveller, proven: int, is_open: bool
) -> None:
    prove(world, clock, proven)
    already(world, **{f"b{START // 300}": 1_000})
    assert browser.ask(phone_number(1)).status == (202 if is_open else 429)


def test_a_proof_gives_the_network_back_what_its_messages_took(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    first = browser.ask().json["challenge_id"]
    clock.shift(LIMITS.cooldown_seconds)
    asked = browser.ask().json["challenge_id"]
    assert int(ledgers(world)[0]["open"]) == 2
    assert browser.verify(asked, browser.code(), earlier=[first]).status == 200
    (ledger,) = ledgers(world)
    assert (int(ledger["open"]), int(ledger["proven"])) == (0, 2)


@pytest.mark.parametrize(
    ("hour", "caused", "status"),
    [(9, 2_147, 202), (9, 2_148, 429), (12, 2_342, 202), (12, 2_343, 429), (23, 3_058, 202), (23, 3_059, 429)],
)
def test_a_network_that_proves_nothing_has_five_percent_of_the_days_money_half_of_it_over_the_day(
    world: World, browser: Browser, clock: time_machine.Traveller, hour: int, caused: int, status: int
) -> None:
    """3,125 messages of 800 VND are 5 % of 50 million; there is no way past it by work, and it grows again soon."""
    clock.shift((hour - 9) * 3600)
    browser.ask(phone_number(0))
    already(world, open=caused)
    answer = browser.ask(phone_number(1))
    assert answer.status == status
    if status == 429:
        assert (answer.json["type"], "work" in answer.json) == ("/problems/network-share", False)
        assert 0 < int(answer.headers["retry-after"]) <= 56  # 1,563 messages come over a day
        assert "dữ liệu di động" in answer.json["detail"]
        assert Browser(world, client="203.0.113.9").ask(phone_number(1)).status == 202


@pytest.mark.parametrize(("unproven", "status"), [(17_186_700, 202), (17_186_701, 429)])
def test_networks_that_prove_nothing_have_half_of_the_days_money_together_half_of_it_over_the_day(
    world: World, browser: Browser, clock: time_machine.Traveller, unproven: int, status: int
) -> None:
    browser.ask(phone_number(0))
    already(world, open=3)
    today = {"pk": "budget#sms#2026-11-23", "sk": "window"}
    world.table("access").put_item(Item={**today, "spent": unproven, "unproven": unproven})
    assert browser.ask(phone_number(1)).status == status
    assert Browser(world, client="203.0.113.9").ask(phone_number(2)).status == 202
    hall = "203.0.113.77"
    prove(world, clock, 5, client=hall)
    assert {Browser(world, client=hall).ask(phone_number(50 + n)).status for n in range(5)} == {202}


@pytest.mark.parametrize(("unproven", "status"), [(25_780_450, 202), (25_780_451, 429)])
def test_first_messages_of_networks_count_too_and_leave_a_quarter_to_whoever_proves(
    world: World, browser: Browser, clock: time_machine.Traveller, unproven: int, status: int
) -> None:
    """From 134 addresses with three messages each all of a day's 400 messages were sent, and no share was touched."""
    hall = "203.0.113.77"
    prove(world, clock, 5, client=hall)
    today = {"pk": "budget#sms#2026-11-23", "sk": "window"}
    world.table("access").put_item(Item={**today, "spent": 0, "unproven": unproven})
    assert browser.ask(phone_number(1)).status == status
    assert {Browser(world, client=hall).ask(phone_number(50 + n)).status for n in range(5)} == {202}


def test_what_new_networks_cause_is_counted_and_given_back_by_proof(world: World, browser: Browser) -> None:
    asked = browser.ask(phone_number(1))
    (today,) = (item for item in world.items("access") if item["pk"] == "budget#sms#2026-11-23")
    assert (int(today["spent"]), int(today["unproven"])) == (800, 800)
    assert browser.verify(asked.json["challenge_id"], browser.code()).status == 200
    (today,) = (item for item in world.items("access") if item["pk"] == "budget#sms#2026-11-23")
    assert (int(today["spent"]), int(today["unproven"])) == (800, 0)


@pytest.mark.parametrize("asked_before", [False, True], ids=["nobody asked", "the owner asked just now"])
@pytest.mark.parametrize("counters", [{"open": 3_000}, {"wrong": 60, "open": 3}], ids=["share", "guesses"])
def test_a_network_that_is_refused_does_not_learn_whether_somebody_asks_for_a_number(
    world: World, browser: Browser, asked_before: bool, counters: dict[str, int]
) -> None:
    stranger = Browser(world, client="203.0.113.9")
    stranger.ask(phone_number(7))
    already(world, **counters)
    if asked_before:
        assert browser.ask(phone_number(1)).status == 202
    refused = stranger.ask(phone_number(1))
    assert (refused.status, len(world.sms())) == (429, 1 + asked_before)


def test_a_thousand_people_behind_one_address_are_never_refused(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """Eighty of them truly sign in, two in three seconds; the rest is in the ledger. Every fourth asks twice."""
    for number in range(80):
        person = Browser(world)
        clock.move_to(START + number * 70)
        asked = person.ask(phone_number(number))
        if asked.status == 429:
            asked = person.ask(phone_number(number), work=solve(asked.json["work"]))
        assert asked.status == 202
        if number % 4 == 0:
            clock.shift(LIMITS.cooldown_seconds)
            asked = person.ask(phone_number(number))
        assert person.verify(asked.json["challenge_id"], person.code()).status == 200
    (ledger,) = ledgers(world)
    world.table("access").put_item(Item=ledger | {"proven": 1_000, "open": 250, f"b{START // 300 + 20}": 900})
    clock.move_to(START + 6_000)
    assert {browser.ask(phone_number(500 + number)).status for number in range(10)} == {202}


@pytest.mark.parametrize(("wrong_codes", "status"), [(59, 202), (60, 429)])
def test_who_guesses_at_many_numbers_from_one_address_works_for_each_further_message(
    world: World, browser: Browser, clock: time_machine.Traveller, wrong_codes: int, status: int
) -> None:
    guess_at(world, clock, wrong_codes)
    answer = browser.ask(phone_number(900))
    assert answer.status == status
    if status == 429:
        assert Browser(world, client="203.0.113.9").ask(phone_number(901)).status == 202
        assert browser.ask(phone_number(900), work=solve(answer.json["work"])).status == 202  # nobody is refused


def test_two_hundred_wrong_guesses_over_forty_numbers_cost_work_and_stop_no_owner(
    world: World, clock: time_machine.Traveller
) -> None:
    """After sixty wrong codes each message from the address costs work; an owner behind it is in with theirs."""
    numbers = guess_at(world, clock, 200)
    assert numbers == 40
    owner = Browser(world)
    asked = owner.ask(phone_number(902))
    assert asked.status == 429
    owner.sign_in(phone_number(902), work=solve(asked.json["work"]))


def test_a_wrong_code_is_refused_alike_where_it_cannot_be_counted_for_the_network(
    world: World, browser: Browser, aws: Aws
) -> None:
    asked = browser.ask().json["challenge_id"]
    aws.fail("UpdateItem", throttled("UpdateItem"), from_call=2)
    answer = browser.verify(asked, wrong(browser.code()))
    aws.work()
    assert (answer.status, answer.json["type"]) == (401, "/problems/code-refused")
    assert browser.verify(asked, browser.code()).status == 200


def test_an_address_whose_codes_are_proven_may_mistype_as_many(world: World, clock: time_machine.Traveller) -> None:
    for number in range(60):
        clock.shift(30)
        asked = Browser(world).ask(phone_number(number)).json["challenge_id"]
        code = Browser(world).code()
        Browser(world).verify(asked, wrong(code))
        assert Browser(world).verify(asked, code).status == 200
    assert Browser(world).ask(phone_number(903)).status == 202


def guess_at(world: World, clock: time_machine.Traveller, guesses: int) -> int:
    """Guess wrong at new numbers from one address, five times at each, slowly; how many numbers it took."""
    numbers = 0
    for guess in range(guesses):
        if guess % 5 == 0:
            clock.shift(30)
            asked = Browser(world).ask(phone_number(numbers))
            if "work" in asked.json:
                asked = Browser(world).ask(phone_number(numbers), work=solve(asked.json["work"]))
            numbers += 1
        Browser(world).verify(asked.json["challenge_id"], wrong(Browser(world).code()))
    return numbers


def test_nothing_tells_a_stranger_that_a_number_was_active_today(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    """In the cooldown, after it, proven, silenced for the day, never used: one and the same answer but for the id."""
    silenced = [Browser(world, client=f"192.0.{number}.1") for number in range(5)]
    for stranger in silenced:
        stranger.ask(phone_number(1))
        clock.shift(LIMITS.cooldown_seconds + 1)
    browser.sign_in(phone_number(2))
    browser.ask(phone_number(3))
    clock.shift(LIMITS.cooldown_seconds + 1)
    browser.ask(phone_number(4))
    seen = [Browser(world, client=f"203.0.113.{number}").ask(phone_number(number)) for number in range(1, 6)]
    assert {answer.status for answer in seen} == {202}
    assert {(answer.json["resend_after"], answer.json["expires_in"]) for answer in seen} == {
        (LIMITS.cooldown_seconds, LIMITS.code_seconds)
    }
    assert len({len(answer.body) for answer in seen}) == 1
