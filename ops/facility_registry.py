"""The registry of facilities: who may call, with which public keys. Private keys never come here.

A key's number is the end of its key id on the wire: key 2 of facility 79001 signs as `79001.2`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from health_record.aws.dynamo import from_wire, to_wire
from ops.errors import OpsError

PERMISSIONS = ("read", "write", "emergency", "verify", "override")
KEY_LIFE = timedelta(days=397)
MOST_KEYS = 9999
OVERLAP = timedelta(days=30)
REVOKED_AT_ONCE = 98  # of the 100 members of one transaction, beside the facility and its new key


@dataclass(frozen=True)
class FacilitySize:
    """What a facility's files are known by (MA_CSKCB), and its patients a day, from which its limits follow."""

    provider_code: str | None = None
    daily_patients: int | None = None

    @property
    def attributes(self) -> dict[str, Any]:
        """As the table holds them; what is not known is absent."""
        found = {"provider_code": self.provider_code, "daily_patients": self.daily_patients}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True)
class Device:
    """One browser of a facility: how people call it, what it may do, and how long."""

    label: str
    permissions: list[str]
    life: timedelta
    poster: str | None = None

    @property
    def attributes(self) -> dict[str, Any]:
        """As the table holds them beside the key."""
        poster = {} if self.poster is None else {"poster": self.poster}
        return {"label": self.label, "permissions": self.permissions, **poster}


@dataclass(frozen=True)
class FacilityRegistry:
    """The `facilities` table of one province. `dynamodb` is a boto3 client."""

    dynamodb: Any
    table: str

    def add(
        self,
        facility_id: str,
        name: str,
        permissions: list[str],
        public_key_pem: str,
        now: datetime,
        size: FacilitySize | None = None,
    ) -> str:
        """Register a facility with its first key; returns the key id. Raises OpsError when the id or key is taken."""
        key = _key_item(facility_id, 1, public_key_pem, now)
        if not self._items(facility_id):
            self._refuse_known(public_key_pem)
        facility = {
            "pk": f"facility#{facility_id}",
            "sk": "facility",
            "name": name,
            "status": "active",
            "permissions": permissions,
            **(size.attributes if size else {}),
        }
        try:
            self.dynamodb.transact_write_items(
                TransactItems=[{"Put": self._new(item)} for item in (facility, key)],
            )
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            raise OpsError(f"Facility {facility_id} is registered already; rotate its key instead.") from error
        return f"{facility_id}.1"

    def rotate(self, facility_id: str, public_key_pem: str, now: datetime, overlap: timedelta = OVERLAP) -> str:
        """Add a key; the active ones end after `overlap`, so that the facility can change over. Returns the key id.

        Where the key is the newest already and an earlier one does not end in time, a rotation that broke goes on.
        """
        known = self._items(facility_id)
        number = _next_number(facility_id, known)
        key = _key_item(facility_id, number, public_key_pem, now)
        last_moment = _instant_text(now + overlap)
        active = {
            int(sk.removeprefix("key#")): item
            for sk, item in known.items()
            if sk.startswith("key#") and "label" not in item and item["status"] == "active"
        }
        late = {each for each, item in active.items() if item["not_after"] > last_moment}
        newest = max(active, default=number)
        if late - {newest} and _is_key(active[newest], public_key_pem):
            number = newest
        else:
            self._refuse_known(public_key_pem)
            self._put_new(key)
        for each in sorted(late - {number}):
            self._set(facility_id, f"key#{each}", "not_after", last_moment)
        return f"{facility_id}.{number}"

    def add_device(self, facility_id: str, device: Device, public_key_pem: str, now: datetime) -> str:
        """Add the key that a device made for itself; no other key changes. Returns the key id.

        Raises OpsError for a permission that the facility lacks, and for a key that any facility has or had.
        """
        known = self._items(facility_id)
        number = _next_number(facility_id, known)
        missing = sorted(set(device.permissions) - set(known["facility"]["permissions"]))
        if missing:
            raise OpsError(f"Facility {facility_id} itself may not {', '.join(missing)}.")
        self._refuse_known(public_key_pem)
        item = _key_item(facility_id, number, public_key_pem, now, device.life)
        self._put_new({**item, **device.attributes})
        return f"{facility_id}.{number}"

    def resize(self, facility_id: str, size: FacilitySize) -> None:
        """Write down the provider code or the patients a day of a registered facility. Functions know in a minute."""
        for attribute, value in size.attributes.items():
            self._set(facility_id, "facility", attribute, value)

    def permit(self, facility_id: str, permissions: Sequence[str]) -> None:
        """What the facility may do from now on, instead of what it might before. Functions know within a minute."""
        self._set(facility_id, "facility", "permissions", permissions)

    def lift_bounds(self, facility_id: str, until: datetime) -> None:
        """Lift the facility's bounds for reading until then. Functions know within a minute."""
        self._set(facility_id, "facility", "bounds_lifted_until", _instant_text(until))

    def restore(self, facility_id: str, public_key_pem: str, now: datetime) -> str:
        """Let a revoked facility call again, by a new key alone: returns its id.

        Every earlier key is revoked, in the same transaction or before it: why the facility was revoked may be that
        they are known to others. Raises OpsError for a facility that is not revoked, or that somebody else restores at
        the moment, and for a key that any facility has or had.
        """
        known = self._items(facility_id)
        if "facility" not in known:
            raise OpsError(f"There is no facility {facility_id}.")
        if known["facility"]["status"] != "revoked":
            raise OpsError(f"Facility {facility_id} is not revoked; rotate its key instead.")
        keys = [sk for sk, item in known.items() if sk.startswith("key#") and item["status"] != "revoked"]
        number = _next_number(facility_id, known)
        key = _key_item(facility_id, number, public_key_pem, now)
        self._refuse_known(public_key_pem)
        for sk in keys[REVOKED_AT_ONCE:]:
            self._set(facility_id, sk, "status", "revoked")
        members = [
            {"Update": self._status(facility_id, "facility", "active", before="revoked")},
            {"Put": self._new(key)},
            *({"Update": self._status(facility_id, sk, "revoked")} for sk in keys[:REVOKED_AT_ONCE]),
        ]
        try:
            self.dynamodb.transact_write_items(TransactItems=members)
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            raise OpsError("Somebody else changed this facility just now; list it and try again.") from error
        return f"{facility_id}.{number}"

    def revoke(self, facility_id: str, number: str | None = None) -> None:
        """Revoke one key, or without a number the facility with all its keys. Functions know within a minute."""
        self._set(facility_id, f"key#{number}" if number else "facility", "status", "revoked")

    def _refuse_known(self, public_key_pem: str) -> None:
        """Raise OpsError for a key that any facility has or had: a revoked one would sign again under a new number."""
        asked = _key_material(public_key_pem)
        for item in self._all_items():
            if item["sk"].startswith("key#") and _key_material(item["public_key_pem"]) == asked:
                number = f"{item['pk'].removeprefix('facility#')}.{item['sk'].removeprefix('key#')}"
                raise OpsError(f"This key is {number} already ({item['status']}): ask for a key that was never used.")

    def _all_items(self) -> list[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True)
        return [from_wire(item) for page in pages for item in page["Items"]]

    def list(self) -> list[dict[str, Any]]:
        """Every facility with its keys, by id."""
        items = self._all_items()
        facilities = {
            item["pk"].removeprefix("facility#"): {
                "id": item["pk"].removeprefix("facility#"),
                "name": item["name"],
                "status": item["status"],
                "permissions": sorted(item["permissions"]),
                **FacilitySize(item.get("provider_code"), item.get("daily_patients")).attributes,
                **({"bounds_lifted_until": lifted} if (lifted := item.get("bounds_lifted_until")) else {}),
                "keys": [],
            }
            for item in items
            if item["sk"] == "facility"
        }
        for item in sorted(items, key=lambda item: (len(item["sk"]), item["sk"])):
            facility_id = item["pk"].removeprefix("facility#")
            if item["sk"].startswith("key#") and facility_id in facilities:
                names = ("algorithm", "not_before", "not_after", "status", "label", "permissions")
                shown = {name: item[name] for name in names if name in item}
                facilities[facility_id]["keys"].append({"id": f"{facility_id}.{item['sk'][4:]}", **shown})
        return [facilities[facility_id] for facility_id in sorted(facilities)]

    def _items(self, facility_id: str) -> dict[str, dict[str, Any]]:
        answer = self.dynamodb.query(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"facility#{facility_id}"}},
            ConsistentRead=True,
        )
        return {item["sk"]: item for item in map(from_wire, answer["Items"])}

    def _new(self, item: dict[str, Any]) -> dict[str, Any]:
        return {"TableName": self.table, "Item": to_wire(item), "ConditionExpression": "attribute_not_exists(pk)"}

    def _put_new(self, item: dict[str, Any]) -> None:
        try:
            self.dynamodb.put_item(**self._new(item))
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            raise OpsError("Another rotation of this facility came first; list its keys and try again.") from error

    def _status(self, facility_id: str, sk: str, status: str, before: str | None = None) -> dict[str, Any]:
        return {
            "TableName": self.table,
            "Key": to_wire({"pk": f"facility#{facility_id}", "sk": sk}),
            "UpdateExpression": "SET #status = :status",
            "ConditionExpression": "#status = :before" if before else "attribute_exists(pk)",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": to_wire({":status": status, **({":before": before} if before else {})}),
        }

    def _set(self, facility_id: str, sk: str, attribute: str, value: str | int | Sequence[str]) -> None:
        try:
            self.dynamodb.update_item(
                TableName=self.table,
                Key=to_wire({"pk": f"facility#{facility_id}", "sk": sk}),
                UpdateExpression="SET #attribute = :value",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeNames={"#attribute": attribute},
                ExpressionAttributeValues=to_wire({":value": value}),
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException as error:
            missing = "facility" if sk == "facility" else f"key {sk.removeprefix('key#')} of facility"
            raise OpsError(f"There is no {missing} {facility_id}.") from error


def key_algorithm(public_key_pem: str) -> str:
    """The one signature algorithm of a public key. Raises OpsError for any other kind of key, or a private one."""
    if "PRIVATE KEY" in public_key_pem:
        raise OpsError("This is a private key: it must not leave the facility. Ask for the public key.")
    try:
        key = load_pem_public_key(public_key_pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise OpsError("The file holds no public key in PEM form.") from error
    if isinstance(key, Ed25519PublicKey):
        return "ed25519"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return "ecdsa-p256-sha256"
    raise OpsError("The key must be Ed25519 or ECDSA P-256.")


def _key_material(public_key_pem: str) -> bytes:
    """The key itself, however its PEM is broken into lines."""
    key = load_pem_public_key(public_key_pem.encode())
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _is_key(item: dict[str, Any], public_key_pem: str) -> bool:
    return _key_material(item["public_key_pem"]) == _key_material(public_key_pem)


def _next_number(facility_id: str, known: dict[str, dict[str, Any]]) -> int:
    """The number of the next key. Raises OpsError without a facility, or when its numbers are used up."""
    if "facility" not in known:
        raise OpsError(f"There is no facility {facility_id}.")
    number = max(int(sk.removeprefix("key#")) for sk in known if sk.startswith("key#")) + 1
    if number > MOST_KEYS:
        raise OpsError(f"Facility {facility_id} has had {MOST_KEYS} keys; register it under another id.")
    return number


def _key_item(
    facility_id: str, number: int, public_key_pem: str, now: datetime, life: timedelta = KEY_LIFE
) -> dict[str, Any]:
    return {
        "pk": f"facility#{facility_id}",
        "sk": f"key#{number}",
        "algorithm": key_algorithm(public_key_pem),
        "public_key_pem": public_key_pem,
        "not_before": _instant_text(now),
        "not_after": _instant_text(now + life),
        "status": "active",
    }


def _instant_text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
