"""Budgets: counters with a limit in a window of time, one item each, spent by one conditional ADD.

    access  budget#<name> / window   n<seconds>, p<seconds> (parts) and until<seconds> of each window, runs, ttl

A window starts with the first spending and is over after its seconds; the limit is a condition of the write. A budget
can have parts with limits of their own (the addresses of a network), which are counted in the same write. Items
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
    """At most `limit` in `seconds`, of the whole budget or of a `part` of it; None counts without a limit."""

    seconds: int
    limit: int | None
    part: str | None = None


@dataclass(frozen=True)
class Consumption:
    """What was taken, so that it can be given back. `ends` maps a window's seconds to its end."""

    table: str
    name: str
    amount: int
    ends: Mapping[int, int]
    tally: str | None = None
    parts: tuple[tuple[int, str], ...] = ()


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
    tally: str | None = None,
) -> Consumption:
    """Spend `amount` of the budget in all its windows at once, or nothing. Raises RateLimitExceededError.

    `seen` is the item if it has just been read ({} if there is none): then a fresh window takes one call as well.
    `tally` counts one under that name for as long as the longest window runs.
    """
    now = int(time.time())
    state = seen
    for _ in range(ATTEMPTS):
        if state is not None:
            check_limits(state, windows, amount, now)
        try:
            kept = idempotent_write.update_item(
                {"TableName": table, **_ConsumeUpdate(name, windows, amount, state, now, tally).request()}
            )
        except Exception as error:
            if not is_condition_failure(error):
                raise
            state = read_conflicting_item(error) or {}
        else:
            ends = {one.seconds: kept[f"until{one.seconds}"] for one in windows}
            parts = tuple((one.seconds, one.part) for one in windows if one.part is not None)
            return Consumption(table, name, amount, ends, tally, parts)
    raise UnavailableError


def consume_in_transaction(
    table: str, name: str, windows: Sequence[Window], *, seen: Item, amount: int = 1
) -> tuple[dict[str, Any], Consumption]:
    """The same spending as a member of a TransactWriteItems call, for a budget that few callers share.

    `seen` is the item as it was read ({} if there is none). Raises RateLimitExceededError.
    """
    now = int(time.time())
    check_limits(seen, windows, amount, now)
    request = _ConsumeUpdate(name, windows, amount, seen, now, None).request()
    request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    ends = {one.seconds: until if (until := _end(seen, one)) > now else now + one.seconds for one in windows}
    return {"Update": {"TableName": table, **request}}, Consumption(table, name, amount, ends)


def refund(consumption: Consumption) -> bool:
    """Undo a spending as long as its windows run; False if one of them is over."""
    values: dict[str, Any] = {":back": -consumption.amount}
    names: dict[str, str] = {}
    adds, sets, conditions = [], [], []
    for seconds, end in consumption.ends.items():
        values[f":until{seconds}"] = end
        adds.append(f"n{seconds} :back")
        conditions.append(f"until{seconds} = :until{seconds}")
    for place, (seconds, part) in enumerate(consumption.parts):
        names[f"#part{place}"] = part
        sets.append(f"p{seconds}.#part{place} = p{seconds}.#part{place} + :back")
    if consumption.tally:
        names["#tally"] = consumption.tally
        sets.append("runs.#tally = runs.#tally - :one")
        values[":one"] = 1
    try:
        idempotent_write.update_item(
            {
                "TableName": consumption.table,
                "Key": wire_key(rate_limit_key(consumption.name)),
                "UpdateExpression": "ADD " + ", ".join(adds) + (" SET " + ", ".join(sets) if sets else ""),
                "ConditionExpression": " AND ".join(conditions),
                "ExpressionAttributeNames": names,
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
        if one.limit is not None and count_consumed(state, one.seconds, now, one.part) + amount > one.limit:
            raise RateLimitExceededError(one, max(1, int(state.get(f"until{one.seconds}", now)) - now))


def count_consumed(state: Item, seconds: int, now: int, part: str | None = None) -> int:
    """How much of the running window of `seconds` is spent, as a whole or by a part, from the budget's item."""
    if int(state.get(f"until{seconds}", 0)) <= now:
        return 0
    return int(state.get(f"n{seconds}", 0) if part is None else state.get(f"p{seconds}", {}).get(part, 0))


def _end(state: Item, window: Window) -> int:
    return int(state.get(f"until{window.seconds}", 0))


def read_tally(state: Item, tally: str, now: int) -> int:
    """How often `tally` was counted since the longest window began, from the budget's item."""
    ends = [int(end) for name, end in state.items() if name.startswith("until")]
    return int(state.get("runs", {}).get(tally, 0)) if max(ends, default=0) > now else 0


@dataclass
class _ConsumeUpdate:
    """The update that spends if the windows stand as `state` shows them (None: hope that all of them run)."""

    name: str
    windows: Sequence[Window]
    amount: int
    state: Item | None
    now: int
    tally: str | None
    sets: list[str] = field(default_factory=list)
    adds: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=lambda: {"#ttl": "ttl"})
    values: dict[str, Any] = field(default_factory=dict)

    def request(self) -> dict[str, Any]:
        lengths = sorted({one.seconds for one in self.windows})
        for seconds in lengths:
            if self._runs(seconds):
                self._continue(seconds)
            else:
                self._begin(seconds)
        if self.tally or "runs" in (self.state or {}):
            self._count_tally(self._runs(lengths[-1]))
        self.sets.append("#ttl = :ttl")
        self.values |= {":amount": self.amount, ":ttl": self.now + lengths[-1] + KEPT_SECONDS}
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

    def _of(self, seconds: int) -> list[Window]:
        return [one for one in self.windows if one.seconds == seconds]

    def _continue(self, seconds: int) -> None:
        self.adds.append(f"n{seconds} :amount")
        self.conditions.append(f"until{seconds} > :now")
        for place, one in enumerate(self._of(seconds)):
            count = f"n{seconds}" if one.part is None else self._part(one, place)
            if one.limit is not None:
                room = f":room{seconds}x{place}"
                self.values[room] = one.limit - self.amount
                first = f"attribute_not_exists({count}) OR " if one.part is not None else ""
                self.conditions.append(f"({first}{count} <= {room})")

    def _part(self, window: Window, place: int) -> str:
        """Count for a part of a running window; where its counter is."""
        name = f"#part{window.seconds}x{place}"
        self.names[name] = str(window.part)
        count = f"p{window.seconds}.{name}"
        self.sets.append(f"{count} = if_not_exists({count}, :zero) + :amount")
        self.values[":zero"] = 0
        return count

    def _begin(self, seconds: int) -> None:
        until = f"until{seconds}"
        self.sets += [f"n{seconds} = :amount", f"{until} = :end{seconds}"]
        self.values[f":end{seconds}"] = self.now + seconds
        if parts := {one.part: self.amount for one in self._of(seconds) if one.part is not None}:
            self.sets.append(f"p{seconds} = :parts{seconds}")
            self.values[f":parts{seconds}"] = parts
        known = (self.state or {}).get(until)
        if known is None:
            self.conditions.append(f"attribute_not_exists({until})")
        else:
            self.conditions.append(f"{until} = :{until}")
            self.values[f":{until}"] = known

    def _count_tally(self, running: bool) -> None:
        if not running or "runs" not in (self.state or {}):
            self.sets.append("runs = :runs")
            self.values[":runs"] = {self.tally: 1} if self.tally else {}
        elif self.tally:
            self.sets.append("runs.#tally = if_not_exists(runs.#tally, :zero) + :one")
            self.names["#tally"] = self.tally
            self.values |= {":zero": 0, ":one": 1}
