"""The same call several times at once: a page on a bad line, or a double tap. All of them are answered alike."""

import uuid

import pytest

from tests.conftest import Answer, World
from tests.otp.conftest import Browser, wrong
from tests.otp.test_pins import PIN, declare, put
from tests.otp.test_races import atomic as atomic
from tests.otp.test_races import together


def at_once(browser: Browser, many: int, method: str, route: str, **body: str) -> list[Answer]:
    """Each from a browser with the same cookies, which none of the answers has reached yet."""
    attempt = str(uuid.uuid4())

    def call() -> Answer:
        copy = Browser(browser.world, browser.client, dict(browser.cookies))
        return copy.call(method, route, body={**body, "attempt": attempt})

    return together([call] * many)


@pytest.mark.parametrize("many", [2, 3, 12])
def test_the_same_right_code_is_answered_alike(world: World, browser: Browser, atomic: None, many: int) -> None:
    asked = browser.ask().json["challenge_id"]
    answers = at_once(browser, many, "POST", "/v1/otp/verify", challenge_id=asked, code=browser.code())
    assert {(answer.status, answer.body) for answer in answers} == {(200, answers[0].body)}
    tokens = {answer.cookie("__Host-session") for answer in answers}
    live = [token for token in tokens if session_of(browser, token).status == 200]
    assert len(live) == 1
    assert len({answer.cookie("__Host-device") for answer in answers}) == 1


def session_of(browser: Browser, token: str) -> Answer:
    return Browser(browser.world, cookies={"__Host-session": token}).call("GET", "/v1/session")


@pytest.mark.parametrize("many", [2, 3, 12])
def test_the_same_wrong_code_costs_one_try(world: World, browser: Browser, atomic: None, many: int) -> None:
    asked, code = browser.ask().json["challenge_id"], browser.code()
    for _ in range(4):
        answers = at_once(browser, many, "POST", "/v1/otp/verify", challenge_id=asked, code=wrong(code))
        assert {answer.status for answer in answers} == {401}
    assert browser.verify(asked, code).status == 200


@pytest.mark.parametrize("many", [2, 3])
def test_the_same_right_pin_is_answered_alike(world: World, browser: Browser, atomic: None, many: int) -> None:
    browser.sign_in()
    declare(browser)
    assert put(browser).status == 204
    answers = at_once(browser, many, "POST", "/v1/pin/verify", pin=PIN)
    assert [answer.status for answer in answers] == [204] * many


def test_a_repeat_that_has_no_try_left_opens_nothing(world: World, browser: Browser) -> None:
    """A call is free the second time only where it was counted the first time."""
    asked, code = browser.ask().json["challenge_id"], browser.code()
    for _ in range(5):
        browser.verify(asked, wrong(code))
    body = {"challenge_id": asked, "code": code, "attempt": str(uuid.uuid4())}
    assert [browser.call("POST", "/v1/otp/verify", body=body).status for _ in range(3)] == [401] * 3
