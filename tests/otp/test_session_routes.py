"""Sessions through their routes: state, longer idle, sign-out, the account's other sessions."""

import base64
import re
from typing import Any

import pytest
import time_machine

from health_record.identity import sessions
from tests.conftest import World
from tests.otp.conftest import START, Browser
from tests.put_at_once import put_session

IDLE = 900
ROUTES = [
    ("PUT", "/v1/pin", {}),
    ("POST", "/v1/pin/verify", {}),
    ("GET", "/v1/session", {}),
    ("POST", "/v1/session/extend", {}),
    ("DELETE", "/v1/session", {}),
    ("GET", "/v1/sessions", {}),
    ("DELETE", "/v1/sessions/{id}", {"id": "0" * 64}),
]


@pytest.mark.parametrize("token", [None, "A" * 43])
def test_without_a_live_session_every_route_is_the_same_401(browser: Browser, token: str | None) -> None:
    browser.cookies = {"__Host-session": token} if token else {}
    for method, route, path in ROUTES:
        answer = browser.call(method, route, path=path, body={"pin": "493817"} if method != "GET" else None)
        assert (answer.status, answer.json["type"]) == (401, "/problems/signed-out")
        assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"


def test_a_token_of_any_form_is_only_looked_for(browser: Browser) -> None:
    for token in ("", "x", "A" * 5000, "\u00e9", "\ud800", "session#x"):
        browser.cookies = {"__Host-session": token}
        assert browser.call("GET", "/v1/session").status == 401


def test_the_cookie_is_read_from_the_list_and_from_the_header(world: World, browser: Browser) -> None:
    browser.sign_in()
    token = browser.cookies["__Host-session"]
    by_header = Browser(world).call("GET", "/v1/session", headers={"cookie": f"a=b; __Host-session={token}; c=d"})
    by_list = Browser(world, cookies={"a": "b", "__Host-session": token}).call("GET", "/v1/session")
    assert (by_header.status, by_list.status) == (200, 200)


def test_the_state_of_a_fresh_session(browser: Browser) -> None:
    scope = browser.sign_in().json["draft_scope"]
    assert browser.call("GET", "/v1/session").json == {
        "level": 1,
        "pin_set": False,
        "pin_permitted": False,
        "draft_scope": scope,
        "idle_expires_in": 900,
        "expires_in": 43_200,
    }


def test_a_draft_scope_is_the_accounts_own_and_says_nothing_about_it(world: World, browser: Browser) -> None:
    mine = browser.sign_in().json["draft_scope"]
    neighbour = Browser(world, client="203.0.113.9", cookies=dict(browser.cookies))
    theirs = neighbour.sign_in("0912345678").json["draft_scope"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", mine)
    assert mine != theirs
    again = browser.sign_in().json["draft_scope"]
    assert (again, browser.call("POST", "/v1/session/extend").json["draft_scope"]) == (mine, mine)
    raw = base64.urlsafe_b64decode(mine + "=").hex()
    assert raw not in repr(world.items("access"))


@pytest.mark.parametrize(("idle", "status"), [(899, 200), (900, 401), (901, 401)])
def test_a_session_ends_after_fifteen_idle_minutes(
    browser: Browser, clock: time_machine.Traveller, idle: int, status: int
) -> None:
    browser.sign_in()
    clock.move_to(START + idle)
    assert browser.call("GET", "/v1/sessions").status == status


@pytest.mark.parametrize("dead", [30, 101])
def test_live_sessions_are_listed_behind_newer_ones_that_are_dead(
    browser: Browser, clock: time_machine.Traveller, dead: int
) -> None:
    browser.sign_in()
    account = sessions.read_session(
        {"headers": {}, "cookies": [f"{n}={v}" for n, v in browser.cookies.items()]}
    ).account
    clock.shift(0.001)
    _, beside = put_session(account)
    for _ in range(dead):
        clock.shift(0.001)
        put_session(account, expires_at=START + 60)
    clock.move_to(START + 61)
    listed = browser.call("GET", "/v1/sessions").json["sessions"]
    assert [(one["level"], one["current"]) for one in listed] == [(1, False), (1, True)]
    assert listed[0]["id"] == beside.token_hash


def test_looking_does_not_lengthen_and_extending_does(browser: Browser, clock: time_machine.Traveller) -> None:
    browser.sign_in()
    clock.shift(800)
    assert browser.call("GET", "/v1/session").json["idle_expires_in"] == 100
    assert browser.call("POST", "/v1/session/extend").json["idle_expires_in"] == 900
    clock.shift(899)
    assert browser.call("GET", "/v1/session").json["idle_expires_in"] == 1


def test_any_signed_in_call_starts_the_idle_time_anew(browser: Browser, clock: time_machine.Traveller) -> None:
    browser.sign_in()
    for _ in range(3):
        clock.shift(30)
        assert browser.call("GET", "/v1/sessions").status == 200
    clock.shift(899)
    assert browser.call("GET", "/v1/sessions").status == 200


@pytest.mark.parametrize(("age", "status"), [(43_199, 200), (43_200, 401), (43_201, 401)])
def test_a_session_ends_after_twelve_hours_however_busy(
    browser: Browser, clock: time_machine.Traveller, age: int, status: int
) -> None:
    browser.sign_in()
    for instant in range(0, 43_200, 890):
        clock.move_to(START + instant)
        assert browser.call("POST", "/v1/session/extend").status == 200
    clock.move_to(START + age)
    answer = browser.call("POST", "/v1/session/extend")
    assert answer.status == status
    if status == 200:
        assert answer.json["idle_expires_in"] == answer.json["expires_in"] == 1


def test_signing_out_ends_the_session_on_the_server(world: World, browser: Browser) -> None:
    browser.sign_in()
    kept = Browser(world, cookies=dict(browser.cookies))
    answer = browser.call("DELETE", "/v1/session")
    assert (answer.status, answer.body) == (204, "")
    assert answer.cookies == ["__Host-session=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"]
    assert "__Host-device" in browser.cookies
    assert kept.call("GET", "/v1/session").status == 401
    assert [item for item in world.items("access") if item["sk"] == "session"] == []


def signed_in_twice(world: World, clock: time_machine.Traveller) -> tuple[Browser, Browser]:
    first, second = Browser(world), Browser(world, client="203.0.113.9")
    first.sign_in()
    clock.shift(60)
    second.sign_in()
    return first, second


def test_the_accounts_sessions_are_listed_newest_first(world: World, clock: time_machine.Traveller) -> None:
    first, _ = signed_in_twice(world, clock)
    Browser(world, client="192.0.2.1").sign_in("0912345678")
    listed: list[dict[str, Any]] = first.call("GET", "/v1/sessions").json["sessions"]
    assert [set(one) for one in listed] == [{"id", "level", "created_at", "current", "expires_in"}] * 2
    assert [(one["current"], one["expires_in"], one["created_at"]) for one in listed] == [
        (False, 43_200, "2026-11-23T02:01:00.000Z"),
        (True, 43_140, "2026-11-23T02:00:00.000Z"),
    ]


def test_a_session_that_is_over_is_not_listed(world: World, clock: time_machine.Traveller) -> None:
    _, second = signed_in_twice(world, clock)
    clock.shift(850)
    assert len(second.call("GET", "/v1/sessions").json["sessions"]) == 1


def test_another_session_is_ended_by_its_id(world: World, clock: time_machine.Traveller) -> None:
    first, second = signed_in_twice(world, clock)
    (other,) = [one["id"] for one in first.call("GET", "/v1/sessions").json["sessions"] if not one["current"]]
    assert first.call("DELETE", "/v1/sessions/{id}", path={"id": other}).status == 204
    assert second.call("GET", "/v1/session").status == 401
    assert first.call("GET", "/v1/session").status == 200
    assert first.call("DELETE", "/v1/sessions/{id}", path={"id": other}).status == 404


def test_a_session_of_another_account_or_none_is_404(
    world: World, browser: Browser, clock: time_machine.Traveller
) -> None:
    browser.sign_in()
    stranger = Browser(world, client="203.0.113.9")
    stranger.sign_in("0912345678")
    (strange,) = [one["id"] for one in stranger.call("GET", "/v1/sessions").json["sessions"]]
    for wanted in ("0" * 64, "x", "session", "%2e%2e", "a" * 3000, strange):
        answer = browser.call("DELETE", "/v1/sessions/{id}", path={"id": wanted})
        assert (answer.status, answer.json["type"]) == (404, "/problems/not-found")
    assert stranger.call("GET", "/v1/session").status == 200


def test_a_session_that_a_page_still_shows_is_ended_though_it_was_idle_for_too_long(
    world: World, clock: time_machine.Traveller
) -> None:
    first, second = Browser(world), Browser(world, client="203.0.113.9")
    first.sign_in()
    clock.shift(60)
    second.sign_in()
    shown = [one["id"] for one in second.call("GET", "/v1/sessions").json["sessions"] if not one["current"]]
    clock.shift(IDLE - 60)
    for one in shown:
        assert second.call("DELETE", "/v1/sessions/{id}", path={"id": one}).status == 204
    assert len(shown) == 1


def test_the_id_of_a_session_does_not_open_it(world: World, browser: Browser) -> None:
    browser.sign_in()
    (one,) = browser.call("GET", "/v1/sessions").json["sessions"]
    assert Browser(world, cookies={"__Host-session": one["id"]}).call("GET", "/v1/session").status == 401
    assert browser.cookies["__Host-session"] not in repr(world.items("access"))


def test_signing_in_again_in_the_same_browser_ends_the_session_before(world: World, browser: Browser) -> None:
    browser.sign_in()
    before = Browser(world, cookies=dict(browser.cookies))
    browser.sign_in()
    assert before.call("GET", "/v1/session").status == 401
    assert browser.call("GET", "/v1/session").status == 200


def test_a_state_change_needs_the_header_and_the_public_origin(world: World, browser: Browser) -> None:
    browser.sign_in()
    before = world.items("access")
    for method, route, path in ROUTES:
        for headers in ({"x-requested-with": None}, {"origin": "https://evil.example"}):
            if method != "GET":
                answer = browser.call(method, route, path=path, body={"pin": "493817"}, headers=headers)
                assert answer.status == 403
    assert world.items("access") == before
