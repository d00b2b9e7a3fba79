"""Many at once: each AWS call is atomic, and calls of different requests come in any order."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.client
import pytest

from tests.conftest import Answer, World
from tests.otp.conftest import Aws, Browser, phone_number, solve, wrong
from tests.otp.test_pins import PIN, declare, lift, put


@pytest.fixture
def atomic(monkeypatch: pytest.MonkeyPatch) -> None:
    """DynamoDB's calls are atomic, moto's transactions are not: they restore whole tables. One call at a time."""
    lock = threading.Lock()
    real = botocore.client.BaseClient._make_api_call

    def one_at_a_time(self: Any, operation: str, parameters: dict[str, Any]) -> Any:
        with lock:
            return real(self, operation, parameters)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", one_at_a_time)


def together(calls: list[Callable[[], Answer]]) -> list[Answer]:
    """All calls at once, each in a thread of its own."""
    barrier = threading.Barrier(len(calls))

    def start(one: Callable[[], Answer]) -> Answer:
        barrier.wait()
        return one()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(start, calls))


@pytest.mark.usefixtures("atomic")
def test_of_forty_guesses_at_once_at_most_five_are_counted(world: World, browser: Browser) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    guesses = [f"{(int(code) + step) % 1_000_000:06d}" for step in range(1, 41)]
    answers = together([lambda guess=guess: Browser(world).verify(asked, guess) for guess in guesses])
    assert {answer.status for answer in answers} == {401}
    (tries,) = [item for item in world.items("access") if item["sk"].startswith("tries#")]
    assert [int(value) for name, value in tries.items() if name.startswith("own")] == [5]
    assert browser.verify(asked, browser.code()).status == 401


@pytest.mark.usefixtures("atomic")
def test_of_two_right_codes_at_once_one_wins(world: World, browser: Browser) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    answers = together([lambda: Browser(world).verify(asked, code) for _ in range(2)])
    assert sorted(answer.status for answer in answers) == [200, 401]
    assert len([item for item in world.items("access") if item["sk"] == "session"]) == 1


@pytest.mark.usefixtures("atomic")
def test_one_right_code_among_wrong_ones_opens_at_most_one_session(world: World, browser: Browser) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    calls = [lambda: Browser(world).verify(asked, wrong(code)) for _ in range(8)]
    calls += [lambda: Browser(world).verify(asked, code) for _ in range(8)]
    answers = together(calls)
    assert sum(answer.status == 200 for answer in answers) <= 1
    assert {answer.status for answer in answers} <= {200, 401}


@pytest.mark.usefixtures("atomic")
def test_of_ten_requests_for_one_phone_at_once_one_sends(world: World, browser: Browser) -> None:
    answers = together([lambda at=at: Browser(world, client=f"10.0.0.{at}").ask() for at in range(10)])
    assert {answer.status for answer in answers} == {202}
    assert len(world.sms()) == 1
    assert len({answer.json["challenge_id"] for answer in answers}) == 10
    sent = [item for item in world.items("access") if item["pk"].startswith("budget#sms#")]
    assert [item["spent"] for item in sent] == [800]


@pytest.mark.usefixtures("atomic")
def test_the_limit_of_an_address_holds_when_many_ask_at_once(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_NETWORK_SOFT", "5")
    answers = together([lambda at=at: Browser(world).ask(phone_number(at)) for at in range(9)])
    statuses = sorted(answer.status for answer in answers)
    assert set(statuses) <= {202, 429, 503}
    assert statuses.count(202) == len(world.sms()) <= 5
    (network,) = [item for item in world.items("access") if item["pk"].startswith("budget#network#")]
    assert network["open"] == len(world.sms())


@pytest.mark.usefixtures("atomic")
def test_the_money_cap_holds_when_many_ask_at_once(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_SMS_DAILY_BUDGET_VND", str(5 * 800))  # of 75 % three have come
    answers = together([lambda at=at: Browser(world, client=f"10.0.0.{at}").ask(phone_number(at)) for at in range(8)])
    assert sorted(answer.status for answer in answers) == [202] * 3 + [429] * 5  # money for proof is left
    assert len(world.sms()) == 3


@pytest.mark.usefixtures("atomic")
def test_one_work_is_spent_once_when_sent_twice_at_once(
    world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_NETWORK_SOFT", "2")
    for number in (1, 2):
        browser.ask(phone_number(number))
    work = solve(browser.ask(phone_number(3)).json["work"])
    answers = together([lambda at=at: Browser(world).ask(phone_number(at), work=work) for at in (3, 4)])
    assert sorted(answer.status for answer in answers) == [202, 429]
    assert len(world.sms()) == 3


@pytest.mark.usefixtures("atomic")
def test_of_twenty_wrong_pins_at_once_five_are_counted(world: World, browser: Browser) -> None:
    browser.sign_in()
    declare(browser)
    put(browser, PIN)
    held = dict(browser.cookies)
    guesses = [f"{(int(PIN) + 7 * step) % 1_000_000:06d}" for step in range(1, 21)]
    answers = together([lambda guess=guess: lift(Browser(world, cookies=dict(held)), guess) for guess in guesses])
    assert sorted(answer.status for answer in answers) == [401] * 5 + [403] * 15
    assert sorted(answer.json.get("remaining", -1) for answer in answers)[-5:] == [0, 1, 2, 3, 4]
    (locked,) = [item for item in world.items("audit") if item.get("detail") == "locked"]
    assert locked["outcome"] == "denied"


def test_a_right_pin_that_changes_the_counts_meanwhile_locks_nobody_out(
    world: World, browser: Browser, aws: Aws
) -> None:
    browser.sign_in()
    declare(browser)
    put(browser, PIN)
    held, seen, others = dict(browser.cookies), [], []

    def another_between_the_two_counts(name: str) -> None:
        if name.endswith("UpdateItem"):
            seen.append(name)
            if len(seen) == 2 and not others:  # the session, and the count of this try
                others.append(0)
                others.append(lift(Browser(world, cookies=dict(held)), PIN).status)

    assert lift(Browser(world, cookies=dict(held)), "407194").status == 401
    aws.failing = another_between_the_two_counts
    assert lift(Browser(world, cookies=dict(held)), PIN).status == 401  # its session was exchanged by the other one
    assert others == [0, 204]


@pytest.mark.usefixtures("atomic")
def test_of_two_right_pins_at_once_one_lifts_the_session(world: World, browser: Browser) -> None:
    browser.sign_in()
    declare(browser)
    put(browser, PIN)
    held = dict(browser.cookies)
    answers = together([lambda: lift(Browser(world, cookies=dict(held)), PIN) for _ in range(2)])
    assert sorted(answer.status for answer in answers) == [204, 401]
    assert len([item for item in world.items("access") if item["sk"] == "session"]) == 1
