"""Budgets: counters with a limit in a window of time, one item each, spent by one conditional ADD.

    access  budget#<name> / window   n<seconds> and until<seconds> of each window, ttl

A window starts with the first spending and is over after its seconds; the limit is a condition of the write. Items
shared by many people are never part of a transaction: what was spent in vain is given back.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from health_record.aws import idempotent_write
from health_record.aws.dynamo import Item, is_condition_failure, read_conflicting_item, to_wire, wire_key
from health_record.errors import UnavailableError
from health_record.table_keys.access_keys import rate_limit_key

ATTEMPTS = 4
KEPT_SECONDS = 3600  # after the last window, until TTL may collect the item


@dataclass(frozen=True)
class Window:
    """At most `limit` in `seconds`; None counts without a limit."""

    seconds: int
    limit: int | None


@dataclass(frozen=True)
class Consumption:
    """What was taken, so that it can be given back. By a window's seconds: `ends` its end, `counts` what is spent."""

    table: str
    name: str
    amount: int
    ends: Mapping[int, int]
    counts: Mapping[int, int] = field(default_factory=dict)


class RateLimitExceededError(Exception):
    """The limit of `window` is reached; it is open again in `retry_after` seconds."""

    def __init__(self, window: Window, retry_after: int) -> None:
        super().__init__(f"more than {window.limit} in {window.seconds} s")
        self.window = window
        self.retry_after = retry_after


def consume(
    table: str,
    name: str,
    windows: Sequence[Window],
    *,
    amount: int = 1,
    seen: Item | None = None,
) -> Consumption:
    """Spend `amount` of the budget in all its windows at once, or nothing. Raises RateLimitExceededError.

    `seen` is the item if it has just been read ({} if there is none): then a fresh window takes one call as well.
    """
    now = int(time.time())
    state = seen
    for _ in range(ATTEMPTS):
        if state is not None:
            check_limits(state, windows, amount, now)
        try:
            kept = idempotent_write.update_item(
                {"TableName": table, **_ConsumeUpdate(name, windows, amount, state, now).request()}
            )
        except Exception as error:
            if not is_condition_failure(error):
                raise
            state = read_conflicting_item(error) or {}
        else:
            ends = {window.seconds: int(kept[f"until{window.seconds}"]) for window in windows}
            counts = {window.seconds: int(kept[f"n{window.seconds}"]) for window in windows}
            return Consumption(table, name, amount, ends, counts)
    raise UnavailableError


def consume_in_transaction(
    table: str, name: str, windows: Sequence[Window], *, seen: Item, amount: int = 1
) -> tuple[dict[str, Any], Consumption]:
    """The same spending as a member of a TransactWriteItems call, for a budget that few callers share.

    `seen` is the item as it was read ({} if there is none), and `counts` of what is taken stand on it. Raises
    RateLimitExceededError.
    """
    now = int(time.time())
    check_limits(seen, windows, amount, now)
    request = _ConsumeUpdate(name, windows, amount, seen, now).request()
    request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    ends = {one.seconds: until if (until := _end(seen, one)) > now else now + one.seconds for one in windows}
    counts = {one.seconds: count_consumed(seen, one.seconds, now) + amount for one in windows}
    return {"Update": {"TableName": table, **request}}, Consumption(table, name, amount, ends, counts)


def refund(consumption: Consumption) -> bool:
    """Undo a spending as long as its windows run; False if one of them is over."""
    values: dict[str, Any] = {":back": -consumption.amount}
    adds, conditions = [], []
    for seconds, end in consumption.ends.items():
        values[f":until{seconds}"] = end
        adds.append(f"n{seconds} :back")
        conditions.append(f"until{seconds} = :until{seconds}")
    try:
        idempotent_write.update_item(
            {
                "TableName": consumption.table,
                "Key": wire_key(rate_limit_key(consumption.name)),
                "UpdateExpression": "ADD " + ", ".join(adds),
                "ConditionExpression": " AND ".join(conditions),
                "ExpressionAttributeValues": to_wire(values),
            }
        )
    except Exception as error:
        if is_condition_failure(error):
            return False
        raise
    return True


def check_limits(state: Item, windows: Sequence[Window], amount: int, now: int) -> None:
    """Raise RateLimitExceededError if `amount` more would exceed a window of the budget as `state` shows it."""
    for one in windows:
        if one.limit is not None and count_consumed(state, one.seconds, now) + amount > one.limit:
            raise RateLimitExceededError(one, max(1, int(state.get(f"until{one.seconds}", now)) - now))


def count_consumed(state: Item, seconds: int, now: int) -> int:
    """How much of the running window of `seconds` is spent, from the budget's item."""
    return int(state.get(f"n{seconds}", 0)) if int(state.get(f"until{seconds}", 0)) > now else 0


def _end(state: Item, window: Window) -> int:
    return int(state.get(f"until{window.seconds}", 0))


@dataclass
class _ConsumeUpdate:
    """The update that spends if the windows stand as `state` shows them (None: hope that all of them run)."""

    name: str
    windows: Sequence[Window]
    amount: int
    state: Item | None
    now: int
    sets: list[str] = field(default_factory=list)
    adds: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=lambda: {"#ttl": "ttl"})
    values: dict[str, Any] = field(default_factory=dict)

    def request(self) -> dict[str, Any]:
        for window in self.windows:
            if self._runs(window.seconds):
                self._continue(window)
            else:
                self._begin(window.seconds)
        self.sets.append("#ttl = :ttl")
        self.values |= {
            ":amount": self.amount,
            ":ttl": self.now + max(window.seconds for window in self.windows) + KEPT_SECONDS,
        }
        if any("> :now" in condition for condition in self.conditions):
            self.values[":now"] = self.now
        return {
            "Key": wire_key(rate_limit_key(self.name)),
            "UpdateExpression": "SET " + ", ".join(self.sets) + (" ADD " + ", ".join(self.adds) if self.adds else ""),
            "ConditionExpression": " AND ".join(self.conditions),
            "ExpressionAttributeNames": self.names,
            "ExpressionAttributeValues": to_wire(self.values),
        }

    def _runs(self, seconds: int) -> bool:
        return self.state is None or int(self.state.get(f"until{seconds}", 0)) > self.now

    def _continue(self, window: Window) -> None:
        seconds = window.seconds
        self.adds.append(f"n{seconds} :amount")
        self.conditions.append(f"until{seconds} > :now")
        if window.limit is not None:
            self.values[f":room{seconds}"] = window.limit - self.amount
            self.conditions.append(f"n{seconds} <= :room{seconds}")

    def _begin(self, seconds: int) -> None:
        until = f"until{seconds}"
        self.sets += [f"n{seconds} = :amount", f"{until} = :end{seconds}"]
        self.values[f":end{seconds}"] = self.now + seconds
        known = (self.state or {}).get(until)
        if known is None:
            self.conditions.append(f"attribute_not_exists({until})")
        else:
            self.conditions.append(f"{until} = :{until}")
            self.values[f":{until}"] = known
