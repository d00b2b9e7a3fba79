"""Facilities and their public keys: one Query answers for both, and is believed for under a minute."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire
from health_record.facility.signatures import signature_error

CACHE_SECONDS = 45
SMALLEST_PATIENTS = 30  # of a facility registered without its size: a commune station
PERMISSIONS = ("read", "write", "emergency", "verify", "override")


@dataclass(frozen=True)
class FacilityKey:
    """A registered public key. `not_before` and `not_after` are ISO 8601 times.

    A key of one device has a `label`, the `poster` under which it counts help to declare, and `permissions` of its
    own, which never exceed the facility's.
    """

    algorithm: str
    public_key_pem: bytes
    not_before: str
    not_after: str
    status: str
    label: str | None = None
    poster: str | None = None
    permissions: frozenset[str] | None = None


@dataclass(frozen=True)
class Facility:
    """A facility as the department registered it; `keys` by their number, `provider_code` is its MA_CSKCB.

    `bounds_lifted_until` is the ISO 8601 time to which an operator lifted its bounds for reading.
    """

    id: str
    name: str
    status: str
    permissions: frozenset[str]
    keys: dict[str, FacilityKey]
    provider_code: str | None = None
    daily_patients: int | None = None
    bounds_lifted_until: str | None = None

    @property
    def patients_a_day(self) -> int:
        """The size from which limits follow."""
        return self.daily_patients or SMALLEST_PATIENTS

    def has_lifted_bounds(self, now: int) -> bool:
        """Whether an operator lifted the bounds for reading and the time runs at `now` (epoch seconds)."""
        return self.bounds_lifted_until is not None and now < _epoch(self.bounds_lifted_until)


_known: dict[tuple[str, str], tuple[int, Facility]] = {}  # with the period in which each was read


def find(table: str, key_id: str) -> Facility | None:
    """The facility of a key id with its keys, or None. What it says of a key that it has may be up to 45 s old.

    A key that is not among those read last is looked for once more, so that a new one signs at once.
    """
    facility_id, _, number = key_id.partition(".")
    period = int(time.time() // CACHE_SECONDS)
    known_in, known = _known.get((table, facility_id), (None, None))
    if known is not None and known_in == period and number in known.keys:
        return known
    found = _query_facility(table, facility_id)
    if found is not None:
        _known[table, facility_id] = (period, found)
    return found


def require_signing_key(facility: Facility | None, key_id: str, now: int) -> tuple[Facility, FacilityKey]:
    """The facility and its key, if it may sign at `now` (epoch seconds). Raises UnauthenticatedError."""
    key = facility.keys.get(key_id.partition(".")[2]) if facility else None
    if facility is None or key is None:
        raise signature_error("key-unknown", "keyid này chưa được đăng ký.", "This keyid is not registered.")
    if facility.status != "active" or key.status != "active":
        raise signature_error(
            "key-revoked", "Khóa hoặc cơ sở này đã bị thu hồi.", "This key or facility has been revoked."
        )
    if now < _epoch(key.not_before):
        raise signature_error("key-not-yet", "Khóa này chưa có hiệu lực.", "This key is not valid yet.")
    if now >= _epoch(key.not_after):
        raise signature_error("key-expired", "Khóa này đã hết hiệu lực.", "This key has expired.")
    return facility, key


def permissions_of(facility: Facility, key: FacilityKey) -> frozenset[str]:
    """What a call signed by `key` may do: the facility's permissions, or fewer for a device."""
    return facility.permissions if key.permissions is None else facility.permissions & key.permissions


def forget() -> None:
    """Let the next call read the table again (tests change it)."""
    _known.clear()


def _query_facility(table: str, facility_id: str) -> Facility | None:
    answer = client("dynamodb").query(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"facility#{facility_id}"}},
    )
    items = {item["sk"]: item for item in map(from_wire, answer["Items"])}
    facility = items.pop("facility", None)
    if facility is None:
        return None
    keys = {sk.removeprefix("key#"): _key(item) for sk, item in items.items() if sk.startswith("key#")}
    permissions = frozenset(facility["permissions"])
    return Facility(
        facility_id,
        facility["name"],
        facility["status"],
        permissions,
        keys,
        provider_code=facility.get("provider_code"),
        daily_patients=facility.get("daily_patients"),
        bounds_lifted_until=facility.get("bounds_lifted_until"),
    )


def _key(item: Item) -> FacilityKey:
    pem: Any = item["public_key_pem"]
    permissions = item.get("permissions")
    return FacilityKey(
        item["algorithm"],
        pem if isinstance(pem, bytes) else pem.encode(),
        item["not_before"],
        item["not_after"],
        item["status"],
        label=item.get("label"),
        poster=item.get("poster"),
        permissions=None if permissions is None else frozenset(permissions),
    )


def _epoch(moment: str) -> float:
    parsed = datetime.fromisoformat(moment)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
