"""Tries at a code: whose they are, and how many are left. Each is counted before anything is compared.

    access  phone#<phone mac> / tries#<seed>        own<id>, near<mac>, device<hash>, network<mac>, shared,
                                                    shared_devices, calls (names of calls counted), ttl
    access  phone#<phone mac> / tries#2026-11-23    shared, shared_devices, ttl: of all codes of the province's day
    access  phone#<phone mac> / tries#2026-11-23#<mac>  late, ttl: of one network that day, at codes that are over

The id whose call sent a message has tries that nobody else can spend. All other ids have those of their known device or
of their network; these are bounded for a code and for a day as well, whatever code, id or proof they come with.
"""

from dataclasses import dataclass
from typing import Any

from functions.otp import errors
from functions.otp.limits import Limits
from health_record.aws import idempotent_write
from health_record.aws.dynamo import is_condition_failure, read_conflicting_item, to_wire, wire_key
from health_record.table_keys import access_keys

KEPT_SECONDS = 2 * 86_400


@dataclass(frozen=True)
class Total:
    """What all counters of a kind have together: up to `code` for a code, up to `day` for a day (None: no end)."""

    name: str
    code: int
    day: int | None


@dataclass(frozen=True)
class Tries:
    """One counter of a code, and how far it goes."""

    counter: str
    most: int
    total: Total | None = None


def of_message(challenge: str, limits: Limits) -> Tries:
    """Those of the id whose call sent a message."""
    return Tries(f"own{challenge}", limits.code_tries)


def of_network_of_message(network: str, limits: Limits) -> Tries:
    """Those of other ids of the network that a message was for: who asks again from a reloaded page has no other id."""
    return Tries(f"near{network}", limits.reload_tries)


def of_device(device: str, limits: Limits) -> Tries:
    """Those of a known device, at a code that it did not cause."""
    total = Total("shared_devices", limits.device_tries, limits.device_day_tries)
    return Tries(f"device{device}", limits.code_tries, total)


def of_stranger(network: str, limits: Limits) -> Tries:
    """Those of a stranger's network, at a code that it did not cause."""
    return Tries(
        f"network{network}", limits.network_tries, Total("shared", limits.shared_tries, limits.shared_day_tries)
    )


def of_late_codes(limits: Limits) -> Tries:
    """Those of one network a day at codes that are over: all of a network, and none of all together."""
    return Tries("late", limits.late_tries)


@dataclass(frozen=True)
class TriedCode:
    """The code of `seed` that is tried on `day`; `call` names the call where its page may repeat it."""

    table: str
    phone_mac: str
    seed: str
    day: str
    call: str | None
    now: int

    def count(self, tries: Tries) -> None:
        """Count one try; a call that was counted already is free. Raises UnauthenticatedError where none is left."""
        total = tries.total
        self._count(self.seed, {tries.counter: tries.most} | ({total.name: total.code} if total else {}))
        if total and total.day is not None:
            self._count(self.day, {total.name: total.day})

    def _count(self, part: str, limits: dict[str, int]) -> None:
        try:
            idempotent_write.update_item(self._request(part, limits))
        except Exception as error:
            if not is_condition_failure(error):
                raise
            if self.call is None or self.call not in (read_conflicting_item(error) or {}).get("calls", ()):
                raise errors.code_refused_error() from error

    def _request(self, part: str, limits: dict[str, int]) -> dict[str, Any]:
        places = {f"c{place}": name for place, name in enumerate(limits)}
        conditions = [f"attribute_not_exists(#{place}) OR #{place} < :{place}" for place in places]
        adds = [f"#{place} :one" for place in places]
        names = {f"#{place}": name for place, name in places.items()} | {"#ttl": "ttl"}
        values: dict[str, Any] = {f":{place}": limits[name] for place, name in places.items()}
        if self.call:
            conditions.append("NOT contains(#calls, :counted)")
            adds.append("#calls :calls")
            names["#calls"] = "calls"
            values |= {":counted": self.call, ":calls": {self.call}}
        return {
            "TableName": self.table,
            "Key": wire_key(access_keys.code_tries_key(self.phone_mac, part)),
            "UpdateExpression": f"SET #ttl = :ttl ADD {', '.join(adds)}",
            "ConditionExpression": _all_of(conditions),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_wire(values | {":one": 1, ":ttl": self.now + KEPT_SECONDS}),
        }


def _all_of(conditions: list[str]) -> str:
    """The conditions as one; DynamoDB refuses parentheses that are not needed."""
    return conditions[0] if len(conditions) == 1 else " AND ".join(f"({condition})" for condition in conditions)
