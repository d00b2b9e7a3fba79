"""How a record lies in the tables: keys of its items, its meta item, and the sealed identity.

records  record#<uuid>      meta | version#000001 | consent#<purpose>#<time> | contribution#... | share...
records  account#<account>  account {records} | record#<uuid>
records  identifier#<national-id|insurance-number>#<mac>   claim#<uuid> | verified {record_id}
records  erasing / record#<uuid>                           an erasure that has begun and is not over
keys     record#<uuid>      wrapped
keys     erased#<sha256 of the uuid>   erased_at, so that nobody takes the id again
facts    resident#<pseudonym>                              resident | diagnosis#...
"""

import base64
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from health_record import exact_json
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, to_wire
from health_record.aws.envelope_encryption import DataKey, decrypt, seal
from health_record.aws.keyed_hash import Macs
from health_record.errors import UnavailableError
from health_record.identity.identifiers import Pointer, pointers

META, ACCOUNT, VERIFIED, RESIDENT = "meta", "account", "verified", "resident"
ERASING = "erasing"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Identity:
    """Who the record is of: the sealed part of the meta item. `birth_date` may be a year or a month alone.

    `phone` is the account's, for notices only: no answer ever holds it.
    """

    full_name: str
    birth_date: str
    sex: str
    national_id: str | None
    insurance_number: str | None
    ward: str
    pseudonym: str
    phone: str | None = None

    @property
    def pointers(self) -> tuple[Pointer, ...]:
        """What facilities can find this person by."""
        return pointers(self.national_id, self.insurance_number)


@dataclass(frozen=True)
class Meta:
    """The meta item. `sharing_until` is a local day; `session` the hash of the session that created the record."""

    record_id: str
    account: str
    session: str
    relation: str
    version: int
    created_at: str
    updated_at: str
    sealed: bytes
    sharing_until: str | None = None
    statistics: bool = False
    notices: bool = False
    restricted: bool = False
    erasing: bool = False


def record_id_of(text: str) -> str | None:
    """A record id in its canonical form (lower case), or None for what is no UUID."""
    found = text.lower()
    return str(uuid.UUID(found)) if _UUID.fullmatch(found) else None


def record_pk(record_id: str) -> str:
    """`record#0b8f...`, in `records` and in `keys`."""
    return f"record#{record_id}"


def erased_pk(record_id: str) -> str:
    """`erased#<sha256 of the record id>`, in `keys`: the id itself is in no table but the audit."""
    return f"erased#{hashlib.sha256(record_id.encode()).hexdigest()}"


def version_sk(version: int) -> str:
    """`version#000001`"""
    return f"version#{version:06d}"


def account_pk(account: str) -> str:
    """`account#<phone mac>`"""
    return f"account#{account}"


def claim_sk(record_id: str) -> str:
    """`claim#0b8f...`, under an identifier."""
    return f"claim#{record_id}"


def identifier_pk(macs: Macs, pointer: Pointer) -> str:
    """`identifier#national-id#<mac>`: what a number is found by, without the number."""
    return f"identifier#{pointer.short}#{macs.of('identifier', pointer.short, pointer.value)}"


def resident_pk(pseudonym: str) -> str:
    """`resident#<pseudonym>`, in `facts`."""
    return f"resident#{pseudonym}"


def meta_item(meta: Meta) -> Item:
    """The whole item of `meta`."""
    item = asdict(meta)
    item["pk"], item["sk"] = record_pk(item.pop("record_id")), META
    return item


def meta_from(item: Item) -> Meta:
    """The other way round; attributes that others keep beside ours are left alone."""
    known = {name: item[name] for name in Meta.__dataclass_fields__ if name in item}
    return Meta(record_id=item["pk"].removeprefix("record#"), **known)


def seal_identity(key: DataKey, record_id: str, identity: Identity) -> bytes:
    """The identity, sealed for its record's meta item."""
    return seal_json(key, record_id, META, asdict(identity))


def open_identity(key: DataKey, meta: Meta) -> Identity:
    """The identity of an opened record. Raises SealBrokenError."""
    return Identity(**open_json(key, meta.record_id, META, meta.sealed))


def seal_json(key: DataKey, record_id: str, sk: str, content: dict[str, Any]) -> bytes:
    """Any JSON object, sealed for the item `sk` of a record."""
    return seal(key, record_pk(record_id), sk, exact_json.dumps(content).encode())


def body_mac(key: DataKey, body: str) -> str:
    """What tells one body of a declaration from another, and says nothing once the record's key is gone."""
    return hmac.new(key.plain, f"body/{body}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def open_json(key: DataKey, record_id: str, sk: str, blob: bytes) -> dict[str, Any]:
    """What `seal_json` sealed. Raises SealBrokenError."""
    content: dict[str, Any] = json.loads(decrypt(key, record_pk(record_id), sk, blob))
    return content


def seal_recipient(key: DataKey, record_id: str, share_id: str, recipient: str) -> str:
    """What a reader by a share said of themselves, for the audit item of the reading."""
    sealed = seal_json(key, record_id, f"recipient#{share_id}", {"recipient": recipient})
    return base64.b64encode(sealed).decode()


def open_recipient(key: DataKey, record_id: str, share_id: str, sealed: str) -> str:
    """What `seal_recipient` sealed. Raises SealBrokenError."""
    return str(open_json(key, record_id, f"recipient#{share_id}", base64.b64decode(sealed))["recipient"])


def open_exact(key: DataKey, record_id: str, sk: str, blob: bytes) -> dict[str, Any]:
    """The same with decimals as they were sent, for what facilities wrote."""
    content: dict[str, Any] = exact_json.loads(decrypt(key, record_pk(record_id), sk, blob))
    return content


def load(table_records: str, table_keys: str, record_id: str) -> tuple[Meta, bytes] | None:
    """The record's meta and its wrapped key, read consistently in one call; None unless both are there.

    Raises UnavailableError if DynamoDB left one of them unread.
    """
    return load_beside(table_records, table_keys, record_id, {})[0]


def load_beside(
    table_records: str, table_keys: str, record_id: str, beside: Mapping[str, Any], sks: Sequence[str] = ()
) -> tuple[tuple[Meta, bytes] | None, dict[str, list[Any]]]:
    """The same, and the wire items by table of what else the same call is to read.

    That are items of the record (`sks`), and of other tables (`beside`, requests by table).
    """
    pk = record_pk(record_id)
    places = [to_wire({"pk": pk, "sk": sk}) for sk in (META, *sks)]
    answer = client("dynamodb").batch_get_item(
        RequestItems={
            table_records: {"Keys": places, "ConsistentRead": True},
            table_keys: {"Keys": [to_wire({"pk": pk})], "ConsistentRead": True},
            **beside,
        }
    )
    if answer.get("UnprocessedKeys"):
        raise UnavailableError
    found: dict[str, list[Any]] = answer["Responses"]
    metas = [item for item in found.get(table_records, []) if item["sk"]["S"] == META]
    keys = found.get(table_keys, [])
    if not metas or not keys:
        return None, found
    return (meta_from(from_wire(metas[0])), from_wire(keys[0])["wrapped"]), found
