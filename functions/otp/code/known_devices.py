"""Devices that have verified an account's phone: one for each proof, ten at most, and they end with the account.

    access  account#<account> / devices     version, devices: [{name, known_until}], the one used last at the end, ttl

They stand under the account and not beside the phone, so that a phone that leads to another account knows none of them.
A name is the device's for this account (`sessions.device_name`). What a device may do, and what all of an account's
devices may do together, is in `send_policy` and `code_tries`.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from functions.otp.limits import Limits
from health_record.aws.dynamo import Item, get_items, to_wire, wire_key
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import UnavailableError
from health_record.table_keys import access_keys

WRITES = 3  # of a change that meets another one of the same account


@dataclass(frozen=True)
class KnownDevice:
    """One device; `known_until` is an instant in epoch seconds."""

    name: str
    known_until: int


@dataclass(frozen=True)
class KnownDevices:
    """The devices of `account`, as version `version` of the item has them."""

    account: str
    devices: tuple[KnownDevice, ...] = ()
    version: int = 0

    def live(self, now: int) -> list[KnownDevice]:
        """Those that are known now, the one used last at the end."""
        return [device for device in self.devices if device.known_until > now]

    def knows(self, name: str, now: int) -> bool:
        """Whether the device of that name has verified the account's phone lately."""
        return any(device.name == name for device in self.live(now))

    def with_device(self, name: str, limits: Limits, now: int) -> "KnownDevices":
        """The same with a device that verified the phone now; beyond the most, the one used least lately ends."""
        others = [device for device in self.live(now) if device.name != name]
        until = (now // 86_400 + limits.device_days) * 86_400  # midnight UTC: the item tells the day and no more
        return replace(self, devices=(*others, KnownDevice(name, until))[-limits.known_devices :])

    def only(self, names: Iterable[str]) -> "KnownDevices":
        """The same with the devices of these names alone."""
        return replace(self, devices=tuple(device for device in self.devices if device.name in set(names)))

    def put_item(self, table: str) -> dict[str, Any]:
        """What keeps them, for a TransactWriteItems call; fails if they changed since they were read."""
        condition = "version = :before" if self.version else "attribute_not_exists(version)"
        content = {
            "version": self.version + 1,
            "devices": [asdict(device) for device in self.devices],
            "ttl": max((device.known_until for device in self.devices), default=int(time.time())),
        }
        values = {"ExpressionAttributeValues": to_wire({":before": self.version})} if self.version else {}
        return {
            "Put": {
                "TableName": table,
                "Item": {**wire_key(access_keys.account_devices_key(self.account)), **to_wire(content)},
                "ConditionExpression": condition,
                **values,
            }
        }


def from_item(account: str, item: Item | None) -> KnownDevices:
    """The devices that were read; an account that has none yet has an empty list."""
    kept = item or {}
    devices = tuple(KnownDevice(device["name"], int(device["known_until"])) for device in kept.get("devices", []))
    return KnownDevices(account, devices, int(kept.get("version", 0)))


def load(table: str, account: str) -> KnownDevices:
    """The devices of the account."""
    (item,) = get_items(table, [access_keys.account_devices_key(account)])
    return from_item(account, item)


def end_others(table: str, account: str, keep: Iterable[str]) -> None:
    """Forget every device of the account but those of these names."""
    kept = set(keep)
    _change(table, account, lambda known: known.only(kept))


def end_device(table: str, account: str, name: str) -> bool:
    """Forget one device; False if the account has none of that name."""
    return _change(table, account, lambda known: known.only({each.name for each in known.devices} - {name}))


def _change(table: str, account: str, change: Callable[[KnownDevices], KnownDevices]) -> bool:
    """Whether the change left other devices than before. Raises UnavailableError where others write all the time."""
    for _ in range(WRITES):
        before = load(table, account)
        after = change(before)
        if after == before:
            return False
        transaction = Transaction()
        transaction.add("devices", after.put_item(table))
        try:
            transaction.commit()
        except ConditionFailedError:
            continue
        return True
    raise UnavailableError
