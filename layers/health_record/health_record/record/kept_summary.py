"""A large summary is kept for the day on which it was made, so that who reads it again waits for nothing.

    access  budget#summary#<record> / window    document: sealed, its state, its mark and its JSON; ttl

In a hospital several read the same summary within hours: the desk, the doctor, the pharmacy. What is kept is sealed
with the record's key, so that it ends with it, and holds the state of all that the document was made of: every item of
the record as it lies in the table, the day, and the code. Where one differs the document is made anew, so that nothing
is ever shown that is no longer so. Whether it may be read is decided before, each time. The moment at which it was made
is not kept, for it is that of somebody's reading: who reads again gets a document of their own moment.
"""

import datetime
import hashlib
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from health_record.aws.clients import client
from health_record.aws.dynamo import Item, to_wire, wire_key
from health_record.aws.envelope_encryption import DecryptionError, decrypt, encrypt
from health_record.http.response_size import LARGEST_PAYLOAD
from health_record.record import access_policy
from health_record.record.record_reader import StoredRecord
from health_record.table_keys import access_keys, record_keys

WORTH_KEEPING = 50  # entries that facilities wrote: fewer are told again in the time of keeping them
LARGEST = 350 * 1024  # bytes; an item of DynamoDB holds 400 KB
LARGEST_UNPACKED = LARGEST_PAYLOAD + 1024  # bytes, the marks among them
KEPT_SECONDS = 86_400  # a summary of another day is made anew
STATE_BYTES = hashlib.sha256().digest_size


@dataclass(frozen=True)
class Document:
    """A document as JSON, with marks where the moment of its making stood (`summary.document.without_moment`)."""

    mark: str
    text: str


def name(record_id: str) -> str:
    """What the item is read by, as the name of a budget."""
    return f"summary#{record_id}"


def compute_state(stored: StoredRecord, day: datetime.date, settings: Sequence[str]) -> bytes:
    """A hash of all that the document is made of, 32 bytes; `settings` are those of the function that makes it."""
    assurance = access_policy.assurance_of(stored.meta, by_declared_number=stored.by_declared_number)
    made_of = (tuple(settings), day.isoformat(), assurance.value, stored.items)
    # DynamoDB tells the attributes of an item in any order.
    return hashlib.sha256(orjson.dumps(made_of, _told, orjson.OPT_SORT_KEYS)).digest()


def is_worth_keeping(stored: StoredRecord) -> bool:
    """Whether facilities wrote so much that to read what was made takes less than to make it."""
    return sum(sk.startswith(record_keys.WRITTEN_PREFIXES) for sk in stored.items) >= WORTH_KEEPING


def read(stored: StoredRecord, item: Item, state: bytes) -> Document | None:
    """The document of this state; None where there is none, or what lies there cannot be opened."""
    sealed = item.get("document")
    if not isinstance(sealed, bytes):
        return None
    try:
        opened = decrypt(stored.key, *_place(stored), sealed)
        if opened[:STATE_BYTES] != state:
            return None
        unpacking = zlib.decompressobj()
        mark, _, text = unpacking.decompress(opened[STATE_BYTES:], LARGEST_UNPACKED).decode().partition("\n")
    except (DecryptionError, UnicodeDecodeError, zlib.error):
        return None
    return Document(mark, text) if text and unpacking.eof else None


def put(table_access: str, stored: StoredRecord, state: bytes, document: Document) -> None:
    """Keep the document of this state, unless it is too large for an item. The newest replaces what was kept."""
    packed = zlib.compress(f"{document.mark}\n{document.text}".encode(), level=1)
    sealed = encrypt(stored.key, *_place(stored), state + packed)
    if len(sealed) > LARGEST:
        return
    client("dynamodb", attempts=1, read_seconds=1).update_item(
        TableName=table_access,
        Key=wire_key(_key(stored)),
        UpdateExpression="SET #document = :document, #ttl = :until",
        ExpressionAttributeNames={"#document": "document", "#ttl": "ttl"},
        ExpressionAttributeValues=to_wire({":document": sealed, ":until": int(time.time()) + KEPT_SECONDS}),
    )


def _key(stored: StoredRecord) -> tuple[str, str]:
    return access_keys.rate_limit_key(name(stored.meta.record_id))


def _place(stored: StoredRecord) -> tuple[str, str]:
    """What it is sealed for: no other record's document opens in its place, and nothing else of the record."""
    return record_keys.record_pk(stored.meta.record_id), "kept-summary"


def _told(value: object) -> dict[str, object]:
    """What JSON has no word for among the attributes of an item."""
    match value:
        case bytes():
            return {"bytes": value.hex()}
        case set() | frozenset():
            return {"set": sorted(value)}
    raise TypeError(f"no attribute is a {type(value).__name__}")
