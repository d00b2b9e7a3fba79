"""A lost answer of `verify`: the page sends the same call again and is answered as before."""

import uuid
from typing import Any

import pytest
import time_machine

from tests.conftest import Answer, World
from tests.otp.conftest import Aws, Browser, throttled, wrong

ATTEMPT = "0b7a3a52-7d0e-4c3a-9b63-2f1d8a4f6a10"


def verify(browser: Browser, challenge: str, code: str, attempt: Any = ATTEMPT) -> Answer:
    body = {"challenge_id": challenge, "code": code, "attempt": attempt}
    return browser.call("POST", "/v1/otp/verify", body=body)


def sessions(world: World) -> list[str]:
    return [item["pk"] for item in world.items("access") if item["sk"] == "session"]


@pytest.mark.parametrize(("later", "status"), [(0, 200), (119, 200), (120, 401)])
def test_the_same_call_within_two_minutes_gets_the_same_answer_with_a_fresh_session(
    world: World, browser: Browser, clock: time_machine.Traveller, later: int, status: int
) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    lost = verify(Browser(world), asked, code)
    clock.shift(later)
    again = verify(browser, asked, code)
    assert again.status == status
    if status == 200:
        assert again.json == lost.json
        assert again.cookie("__Host-session") != lost.cookie("__Host-session")
        assert len(sessions(world)) == 1
        assert browser.call("GET", "/v1/session").status == 200
        assert browser.cookies["__Host-device"]


def test_the_session_of_the_lost_answer_is_ended(world: World, browser: Browser) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    first = Browser(world)
    verify(first, asked, code)
    assert verify(browser, asked, code).status == 200
    assert first.call("GET", "/v1/session").status == 401
    assert verify(Browser(world), asked, code).status == 200  # lost once more


def test_a_repeat_is_answered_though_the_cookies_of_the_lost_answer_arrived(world: World, browser: Browser) -> None:
    """The line broke inside the body: the browser presents the session of the answer that the page never read."""
    asked, code = browser.ask().json["challenge_id"], browser.code()
    lost = verify(browser, asked, code)
    again = verify(browser, asked, code)
    assert (again.status, again.json) == (200, lost.json)
    assert len(sessions(world)) == 1
    assert browser.call("GET", "/v1/session").status == 200


def test_another_attempt_code_or_challenge_is_no_repeat(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    other = Browser(world, client="203.0.113.9").ask().json["challenge_id"]
    assert verify(Browser(world), asked, code).status == 200
    for challenge, number, attempt in (
        (asked, code, str(uuid.uuid4())),
        (asked, wrong(code), ATTEMPT),
        (other, code, ATTEMPT),
        (asked, code, None),
    ):
        assert verify(Browser(world), challenge, number, attempt).status == 401


def test_a_repeated_wrong_code_costs_one_try(world: World, browser: Browser) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    answers = [verify(browser, asked, wrong(code)) for _ in range(9)]
    assert {(answer.status, answer.body) for answer in answers} == {(401, answers[0].body)}
    assert verify(browser, asked, code).status == 200


def test_a_repeat_after_sign_out_opens_nothing(world: World, browser: Browser) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    first = Browser(world)
    verify(first, asked, code)
    first.call("DELETE", "/v1/session")
    assert verify(browser, asked, code).status == 401
    assert sessions(world) == []


def test_an_attempt_that_is_no_uuid_is_400(browser: Browser) -> None:
    asked = browser.ask().json["challenge_id"]
    for attempt in ("x", 7, "", [ATTEMPT]):
        answer = verify(browser, asked, "123456", attempt)
        assert (answer.status, [error["pointer"] for error in answer.json["errors"]]) == (400, ["/attempt"])


def test_a_repeat_that_the_table_refuses_is_503_and_repeats_later(world: World, browser: Browser, aws: Aws) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    verify(Browser(world), asked, code)
    aws.fail("TransactWriteItems", throttled("TransactWriteItems"), times=1)
    assert verify(browser, asked, code).status == 503
    aws.work()
    assert verify(browser, asked, code).status == 200


def test_the_table_holds_no_token_code_or_attempt(world: World, browser: Browser) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    verify(browser, asked, code)
    kept = repr(world.items("access"))
    assert [secret for secret in (asked, code, ATTEMPT, browser.cookies["__Host-session"]) if secret in kept] == []
