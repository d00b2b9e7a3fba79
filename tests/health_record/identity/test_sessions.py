"""Sessions as the other functions use them: current, levels, and the account's first record."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from health_record.aws.clients import client
from health_record.errors import ForbiddenError, UnauthenticatedError
from health_record.identity import sessions
from tests.conftest import World
from tests.put_at_once import put_session

START = 1_795_399_200
ACCOUNT = "ab" * 32
RECORD = "0b8f5a52-6d3e-4c0f-9c7e-2f4f1f0e6a11"


@pytest.fixture(autouse=True)
def clock(world: World) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def event(token: str) -> dict[str, Any]:
    return {"headers": {}, "cookies": [f"__Host-session={token}"]}


def test_the_table_holds_the_hash_of_the_token_only(world: World) -> None:
    token, session = put_session(ACCOUNT, poster="27-12")
    (item,) = world.items("access")
    assert item["pk"] == f"session#{hashlib.sha256(token.encode()).hexdigest()}" == f"session#{session.token_hash}"
    assert token not in repr(item)
    assert len(token) == 43
    assert {key: item[key] for key in ("sk", "account", "level", "poster", "created_at")} == {
        "sk": "session",
        "account": ACCOUNT,
        "level": 1,
        "poster": "27-12",
        "created_at": "2026-11-23T02:00:00.000Z",
    }
    assert (item["idle_until"], item["expires_at"], item["ttl"]) == (START + 900, START + 43_200, START + 43_200)


def test_current_gives_what_was_created_and_slides_the_idle_time(clock: time_machine.Traveller) -> None:
    token, session = put_session(ACCOUNT)
    clock.shift(100)
    found = sessions.require_session(event(token))
    assert (found.token_hash, found.account, found.level, found.poster) == (session.token_hash, ACCOUNT, 1, None)
    assert (found.idle_until, found.expires_at) == (START + 1000, START + 43_200)


@pytest.mark.parametrize("seconds", [899, 900, 901])
def test_the_idle_time_is_a_condition_not_the_tables_clean_up(
    world: World, clock: time_machine.Traveller, seconds: int
) -> None:
    token, _ = put_session(ACCOUNT)
    clock.move_to(START + seconds)
    if seconds < 900:
        assert sessions.require_session(event(token)).account == ACCOUNT
        return
    for read in (sessions.require_session, sessions.read_session):
        with pytest.raises(UnauthenticatedError):
            read(event(token))
    assert len(world.items("access")) == 1


def test_a_level_too_low_is_forbidden() -> None:
    low, _ = put_session(ACCOUNT)
    high, _ = put_session(ACCOUNT, level=2)
    with pytest.raises(ForbiddenError) as refused:
        sessions.require_session(event(low), level=2)
    assert refused.value.type == "level-too-low"
    assert sessions.require_session(event(high), level=2).level == 2


def test_an_ended_session_is_over_and_ends_once() -> None:
    token, session = put_session(ACCOUNT)
    assert [sessions.end_session("another", session.token_hash), sessions.end_session(ACCOUNT, session.token_hash)] == [
        False,
        True,
    ]
    assert sessions.end_session(ACCOUNT, session.token_hash) is False
    with pytest.raises(UnauthenticatedError):
        sessions.require_session(event(token))


def test_only_the_first_session_with_a_record_is_remembered(world: World) -> None:
    tokens = [put_session(ACCOUNT) for _ in range(2)]
    for _, session in tokens:
        client("dynamodb").transact_write_items(TransactItems=[sessions.first_record_item(ACCOUNT, session, RECORD)])
    (state,) = [item for item in world.items("access") if item["sk"] == "state"]
    assert state == {
        "pk": f"account#{ACCOUNT}",
        "sk": "state",
        "first": {"session": tokens[0][1].token_hash, "at": state["first"]["at"]},
        "first_session": tokens[0][1].token_hash,
        "made": {f"{RECORD}@{state['first']['at']}@session:{session.token_hash}" for _, session in tokens},
    }


def test_the_cookie_is_bound_to_the_host_and_hidden_from_scripts() -> None:
    assert sessions.session_cookie("t") == "__Host-session=t; Path=/; Secure; HttpOnly; SameSite=Strict"
    assert sessions.expired_cookie().endswith("Max-Age=0")


def test_two_sessions_never_share_a_token() -> None:
    assert len({sessions.new_token() for _ in range(50)}) == 50
