"""Budgets: windows that start with the first spending, limits as conditions, and giving back."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from health_record.aws import rate_limits
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, get_items
from health_record.aws.rate_limits import RateLimitExceededError, Window, consume, refund
from health_record.table_keys import access_keys
from tests.conftest import World

START = 1_795_399_200
THREE_A_MINUTE = [Window(60, 3)]
TWO_WINDOWS = [Window(60, 3), Window(3600, 4)]


@pytest.fixture(autouse=True)
def clock(world: World) -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def item(name: str = "x") -> Item:
    (found,) = get_items("access", [access_keys.rate_limit_key(name)])
    return found or {}


@pytest.mark.parametrize("reads_first", [True, False])
def test_the_limit_is_met_exactly_and_opens_when_the_window_ends(
    clock: time_machine.Traveller, reads_first: bool
) -> None:
    def spend() -> rate_limits.Consumption:
        return consume("access", "x", THREE_A_MINUTE, seen=item() if reads_first else None)

    for second in (0, 10, 20):
        clock.move_to(START + second)
        spend()
    for second, left in ((20, 40), (59, 1)):
        clock.move_to(START + second)
        with pytest.raises(RateLimitExceededError) as refused:
            spend()
        assert refused.value.retry_after == left
    clock.move_to(START + 60)
    spend()
    assert (item()["n60"], item()["until60"]) == (1, START + 120)


def test_both_windows_count_and_the_longer_one_goes_on(clock: time_machine.Traveller) -> None:
    for _ in range(3):
        consume("access", "x", TWO_WINDOWS)
    clock.shift(60)
    consume("access", "x", TWO_WINDOWS)
    with pytest.raises(RateLimitExceededError) as refused:
        consume("access", "x", TWO_WINDOWS)
    assert (refused.value.window.seconds, refused.value.retry_after) == (3600, 3540)
    assert (item()["n60"], item()["n3600"]) == (1, 4)


def test_a_window_without_a_limit_only_counts() -> None:
    for _ in range(5):
        consume("access", "x", [Window(60, None)])
    assert item()["n60"] == 5


def test_an_amount_that_does_not_fit_spends_nothing() -> None:
    consume("access", "x", THREE_A_MINUTE, amount=2)
    with pytest.raises(RateLimitExceededError):
        consume("access", "x", THREE_A_MINUTE, amount=2)
    consume("access", "x", THREE_A_MINUTE)
    assert item()["n60"] == 3


def test_an_amount_above_the_limit_never_fits() -> None:
    for seen in ({}, None):
        with pytest.raises(RateLimitExceededError):
            consume("access", "x", THREE_A_MINUTE, amount=4, seen=seen)
    assert item() == {}


def test_what_was_seen_may_be_old(clock: time_machine.Traveller) -> None:
    before = item()
    for _ in range(3):
        consume("access", "x", THREE_A_MINUTE, seen=before)
    with pytest.raises(RateLimitExceededError):
        consume("access", "x", THREE_A_MINUTE, seen=before)
    clock.shift(61)
    stale = item()
    consume("access", "x", THREE_A_MINUTE, seen=stale)
    consume("access", "x", THREE_A_MINUTE, seen=stale)
    assert item()["n60"] == 2


def test_giving_back_undoes_a_spending_and_says_what_was_counted() -> None:
    consume("access", "x", TWO_WINDOWS, seen=item())
    spent = consume("access", "x", TWO_WINDOWS, amount=2, seen=item())
    assert spent.counts == {60: 3, 3600: 3}
    assert refund(spent) is True
    kept = item()
    assert (kept["n60"], kept["n3600"]) == (1, 1)


def test_giving_back_after_the_window_changes_nothing(clock: time_machine.Traveller) -> None:
    spent = consume("access", "x", THREE_A_MINUTE)
    clock.shift(60)
    consume("access", "x", THREE_A_MINUTE)
    assert refund(spent) is False
    assert item()["n60"] == 1


def test_a_fresh_window_takes_one_call_when_it_was_read_and_a_running_one_always(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[dict[str, Any]] = []
    real = client("dynamodb").update_item
    monkeypatch.setattr(client("dynamodb"), "update_item", lambda **request: calls.append(request) or real(**request))
    consume("access", "x", THREE_A_MINUTE, seen={})
    consume("access", "x", THREE_A_MINUTE)
    assert len(calls) == 2


def test_several_items_are_read_in_their_order_and_the_same_one_twice(world: World) -> None:
    world.table("access").put_item(Item={"pk": "a", "sk": "b", "n": 1})
    found = get_items("access", [("x", "y"), ("a", "b"), ("a", "b")])
    assert found == [None, {"pk": "a", "sk": "b", "n": 1}, {"pk": "a", "sk": "b", "n": 1}]
    assert get_items("access", []) == []
