"""Pointers of `keys` made anew from what is sealed in `records`, after a restore that lost some or left them older.

What leads from a phone to its account, from a number to those who claim it, and from a hospital's episode to its record
lies in `keys` alone. Wrapped keys are not made anew: a record without its key stays dark. Nor does the sealed part know
which number a facility verified: a claim that has lost that is a claim like others, until the card is seen again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from health_record.aws.dynamo import Item, from_wire, to_wire
from health_record.aws.envelope_encryption import DecryptionError
from health_record.aws.keyed_hash import ROOT_OF, KeyedHash, Root, compute_mac, derive_root, derive_subkey
from health_record.aws.service_errors import error_code
from health_record.identity import account_pointers
from health_record.record import episodes, identifier_claims, provenance, record_items
from health_record.record.record_items import Meta
from health_record.record.record_reader import DecryptedRecord
from health_record.table_keys import record_keys
from ops.drills.table_dump import NOT_THIS_KEY, TableStore

KINDS = ("phone", "identifier", "episode")  # how their partition keys begin
KEPT = ("since", "verified_at")  # what a claim has that the sealed part does not know


class OperatorsHash(KeyedHash):
    """The MACs of all purposes, whose roots the operator's own rights derive. `kms` is a client of boto3."""

    def __init__(self, kms: Any, province: str, *, phones: str, identifiers: str) -> None:
        super().__init__(province, phones=phones, identifiers=identifiers)
        key_ids = {Root.PHONES: phones, Root.IDENTIFIERS: identifiers}
        roots = {root: derive_root(kms, key_id, province) for root, key_id in key_ids.items()}
        self._subkeys = {purpose: derive_subkey(roots[root], purpose) for purpose, root in ROOT_OF.items()}

    def compute(self, purpose: str, *parts: str) -> str:
        """The MAC of `parts` for `purpose`, 64 hex digits."""
        return compute_mac(self._subkeys[purpose], *parts)


@dataclass(frozen=True)
class PointerChanges:
    """What is to be put into `keys` and what to be deleted, by partition key; and how many records are dark.

    What leads to a dark record is deleted only where the record's key is gone: one that does not open although its key
    is there may be read with the wrong key, and may open tomorrow.
    """

    put: Mapping[str, Item]
    deleted: list[str]
    dark: int

    def count(self, keys: Mapping[str, Any] | list[str]) -> dict[str, int]:
        """How many of `keys` there are of each kind."""
        counted = Counter(_kind(pk) for pk in keys)
        return {kind: counted[kind] for kind in KINDS}


def find_changes(store: TableStore, macs: KeyedHash) -> PointerChanges:
    """Compare `keys` with what the sealed records ask for. Nobody may write to the tables meanwhile."""
    rows = {item["pk"]: item for item in map(from_wire, store.read_table("keys"))}
    records, locked, dark = _open_records(store)
    wanted: dict[str, Item] = {}
    for record in sorted(records, key=lambda record: record.meta.created_at):
        attested = {identifier_claims.identifier_pk(macs, pointer) for pointer in record.identity.seen_numbers}
        for item in _pointers_of(macs, record):
            wanted[item["pk"]] = _complete(item, rows, attested)
    put = {pk: item for pk, item in wanted.items() if rows.get(pk) != item}
    kept = {name for meta in locked for name in (meta.record_id, meta.account)}
    deleted = [
        pk
        for pk, item in rows.items()
        if is_pointer(item)
        and not _is_wanted(pk, item, wanted)
        and not kept & {item.get("record_id"), item.get("account")}
    ]
    return PointerChanges(put, deleted, dark)


def apply_changes(store: TableStore, changes: PointerChanges) -> None:
    """Write them."""
    store.write_items("keys", [to_wire(item) for item in changes.put.values()])
    for pk in changes.deleted:
        store.dynamodb.delete_item(TableName=store.tables["keys"], Key=to_wire({"pk": pk}))


def is_pointer(item: Item) -> bool:
    """Whether a row of `keys` leads to a record or an account for good; a phone without records is held for a while."""
    return _kind(item["pk"]) in KINDS and "until" not in item


def is_verified(item: Item) -> bool:
    """Whether a pointer is the one of a number that a facility verified, and no claim."""
    return _kind(item["pk"]) == "identifier" and "identifier" not in item


def _open_records(store: TableStore) -> tuple[list[DecryptedRecord], list[Meta], int]:
    """The records that open and whose erasure has not begun, those whose keys are there and do not open them, and how
    many do not open at all. Raises ClientError where KMS fails for another reason than that the key is another one's.
    """
    keys = {item["pk"]["S"]: item for item in store.read_table("keys") if "wrapped" in item}
    by_record: dict[str, dict[str, Item]] = defaultdict(dict)
    for item in map(from_wire, store.read_table("records")):
        by_record[item["pk"]][item["sk"]] = item
    opened: list[DecryptedRecord] = []
    locked: list[Meta] = []
    dark = 0
    for pk, items in by_record.items():
        meta = record_items.parse_meta(items[record_keys.META]) if record_keys.META in items else None
        if meta is None or meta.erasing:
            continue
        try:
            key = store.decrypt_data_key(keys[pk])
            revealed = provenance.reveal_all(key, meta.record_id, items)
            opened.append(DecryptedRecord(meta, record_items.decrypt_identity(key, meta), key, revealed))
        except KeyError:
            dark += 1
        except (ClientError, DecryptionError) as error:
            if isinstance(error, ClientError) and error_code(error) not in NOT_THIS_KEY:
                raise
            dark += 1
            locked.append(meta)
    return opened, locked, dark


def _pointers_of(macs: KeyedHash, record: DecryptedRecord) -> Iterator[Item]:
    meta, identity = record.meta, record.identity
    if identity.phone is not None:
        phone_mac = account_pointers.phone_mac(macs, identity.phone)
        yield {"pk": record_keys.phone_pk(phone_mac), "account": meta.account}
    for pointer in identity.pointers:
        claim = identifier_claims.claim_values(
            macs, pointer, record_id=record.record_id, account=meta.account, identity=identity
        )
        pk = record_keys.claim_pk(claim["identifier"], record.record_id)
        yield {"pk": pk, **claim, "since": meta.created_at}
    for kept in episodes.named_in(record):
        name = episodes.episode_id(record.key, kept.provider_code, kept.key)
        yield {
            "pk": episodes.pointer_pk(macs, kept.provider_code, kept.key),
            "record_id": record.record_id,
            "version": kept.version,
            "prepared": kept.prepared,
            "mac": record.items[record_keys.episode_sk(name)]["mac"],
        }


def _complete(item: Item, rows: Mapping[str, Item], attested: Set[str]) -> Item:
    """The pointer with what only `keys` knows: since when a number is claimed, and whether it is verified.

    A number that was not `attested` by a card that fits the record is a claim like others.
    """
    if "identifier" not in item:
        return item
    claim, verified = rows.get(item["pk"], {}), rows.get(item["identifier"], {})
    item = item | {name: claim[name] for name in KEPT if name in claim}
    if verified.get("record_id") == item["record_id"] and item["identifier"] in attested:
        return item | {"verified_at": item.get("verified_at", verified["at"])}
    return {name: value for name, value in item.items() if name != "verified_at"}


def _is_wanted(pk: str, item: Item, wanted: Mapping[str, Item]) -> bool:
    """Whether a record asks for it, or claims the number that is verified for it."""
    return pk in wanted or (is_verified(item) and record_keys.claim_pk(pk, item["record_id"]) in wanted)


def _kind(pk: str) -> str:
    return pk.partition("#")[0]
