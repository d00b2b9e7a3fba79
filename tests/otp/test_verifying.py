"""Verifying a code: its life, its tries, and that every refusal looks the same."""

import pytest
import time_machine

from tests.conftest import World
from tests.otp.conftest import START, Browser, wrong

REFUSED = {
    "type": "/problems/code-refused",
    "title": "Chưa xác thực",
    "status": 401,
    "detail": 'Mã không đúng hoặc không còn dùng được. Hãy kiểm tra tin nhắn mới nhất, hoặc bấm "Gửi lại mã".',
}


def test_the_right_code_gives_a_session_of_level_1_and_two_cookies(browser: Browser) -> None:
    answer = browser.sign_in()
    scope = answer.json["draft_scope"]
    assert answer.json == {"level": 1, "pin_set": False, "draft_scope": scope}
    session, device = answer.cookies
    assert session.startswith("__Host-session=")
    assert device.startswith("__Host-device=")
    for line in answer.cookies:
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <= set(line.split("; "))
        assert "Domain" not in line
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("age", "status"), [(599, 200), (600, 401), (601, 401)])
def test_a_code_dies_at_600_seconds(browser: Browser, clock: time_machine.Traveller, age: int, status: int) -> None:
    challenge = browser.ask().json["challenge_id"]
    clock.move_to(START + age)
    assert browser.verify(challenge, browser.code()).status == status


@pytest.mark.parametrize(("wrong_tries", "status"), [(4, 200), (5, 401), (6, 401)])
def test_five_wrong_tries_kill_a_code(browser: Browser, wrong_tries: int, status: int) -> None:
    challenge, code = browser.ask().json["challenge_id"], browser.code()
    for _ in range(wrong_tries):
        answer = browser.verify(challenge, wrong(code))
        assert (answer.status, answer.json) == (401, REFUSED)
    assert browser.verify(challenge, code).status == status


def test_every_refusal_is_the_same(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    used = browser.ask("0901234567").json["challenge_id"]
    used_code = browser.code()
    browser.verify(used, used_code)
    exhausted = browser.ask("0912345678").json["challenge_id"]
    exhausted_code = browser.code()
    for _ in range(5):
        browser.verify(exhausted, wrong(exhausted_code))
    expired = browser.ask("0923456789").json["challenge_id"]
    expired_code = browser.code()
    clock.shift(600)
    live = browser.ask("0934567890").json["challenge_id"]
    stranger = Browser(world, client="203.0.113.9")
    answers = [
        stranger.verify(used, used_code),
        stranger.verify(exhausted, exhausted_code),
        stranger.verify(expired, expired_code),
        stranger.verify(live, wrong(browser.code())),
        stranger.verify("A" * 24, "123456"),
        stranger.verify("", "123456"),
        stranger.verify("../" * 8, "123456"),
        stranger.verify(live, "12345"),
        stranger.verify(live, "abcdef"),
        stranger.verify(live, ""),
    ]
    assert {(answer.status, answer.body) for answer in answers} == {(401, answers[0].body)}
    assert answers[0].json == REFUSED
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_a_code_is_bound_to_its_challenge(browser: Browser) -> None:
    first = browser.ask("0901234567").json["challenge_id"]
    first_code = browser.code()
    second = browser.ask("0912345678").json["challenge_id"]
    second_code = browser.code()
    if first_code != second_code:
        assert browser.verify(first, second_code).status == 401
        assert browser.verify(second, first_code).status == 401
    assert browser.verify(second, second_code).status == 200


def test_a_code_can_be_typed_with_spaces_and_in_any_digits(browser: Browser) -> None:
    challenge, code = browser.ask("0901234567").json["challenge_id"], browser.code()
    assert browser.verify(challenge, f" {code[:3]} {code[3:]}\u00a0").status == 200
    challenge, code = browser.ask("0912345678").json["challenge_id"], browser.code()
    assert browser.verify(challenge, "".join(chr(0xFF10 + int(digit)) for digit in code)).status == 200


def test_a_body_of_another_shape_is_400_with_its_place(browser: Browser) -> None:
    for body in ({}, {"challenge_id": "x"}, {"challenge_id": 1, "code": "123456"}, {"code": 123456}):
        answer = browser.call("POST", "/v1/otp/verify", body=body)
        assert (answer.status, len(answer.json["errors"])) == (400, 1)


def test_success_forgives_the_wrong_tries(world: World, browser: Browser, clock: time_machine.Traveller) -> None:
    for _ in range(3):
        stranger = Browser(world)
        challenge = stranger.ask().json["challenge_id"]
        for _ in range(4):
            stranger.verify(challenge, wrong(stranger.code()))
        assert stranger.verify(challenge, stranger.code()).status == 200
        clock.shift(500)


def test_a_used_code_opens_nothing_twice(browser: Browser) -> None:
    challenge, code = browser.ask().json["challenge_id"], browser.code()
    assert browser.verify(challenge, code).status == 200
    assert browser.verify(challenge, code).status == 401


def test_every_proof_gives_a_new_token(browser: Browser) -> None:
    browser.sign_in()
    first = dict(browser.cookies)
    browser.sign_in()
    assert browser.cookies["__Host-session"] != first["__Host-session"]
    assert browser.cookies["__Host-device"] == first["__Host-device"]
