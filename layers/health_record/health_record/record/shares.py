"""Shares: a record's summary, open for a while to whoever holds the link.

    records  share#<sha256 of token> / share   record_id, share_id, created_at, expires_at, tries, times_read, salt, mac
                                               and excerpt, where less than all is shown
    records  record#<uuid> / share#<share id>  token_hash, created_at, expires_at, passcode, sealed {label, excerpt}

The token (in the URL) and the key (in the link only) are derived from the record's data key and the share's id: neither
is in any table, and both end with the data key. Instants are epoch seconds; expiry is a condition, never a sweep.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from health_record.aws import idempotent_write
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, is_condition_failure, read_conflicting_item, to_wire, wire_key
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.keyed_hash import KeyedHash
from health_record.record import smart_health_link
from health_record.summary_sources.sources import Excerpt
from health_record.table_keys.record_keys import SHARE, share_pk, token_hash_from

MAX_TRIES = 5  # wrong passcodes in a share's whole life
MAX_READS = 200  # who holds a link cannot fill the audit with it
DESK_SECONDS = 30 * 60  # how long after it was made a facility may read by the token alone
LIVE, OPEN = "expires_at > :now AND times_read < :reads", "attribute_not_exists(mac)"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Share:
    """One share as it is found by its token; `mac` is that of the passcode, if it has one.

    `excerpt` is what it shows where its person wants less than all.
    """

    id: str
    record_id: str
    token_hash: str
    created_at: int
    expires_at: int
    tries: int
    salt: str | None = None
    mac: str | None = None
    excerpt: Excerpt | None = None

    @property
    def is_locked(self) -> bool:
        """Whether its wrong tries are used up."""
        return self.tries >= MAX_TRIES


class ShareNotActiveError(Exception):
    """There is no such share, it is over, or its tries are used up. `seen` is its item, if there is one."""

    def __init__(self, seen: Item | None = None) -> None:
        super().__init__("not active")
        self.seen = seen


class PasscodeRequiredError(Exception):
    """The share has a passcode, and it was not said; `guessed` tells whether another one was."""

    def __init__(self, share: Share, *, guessed: bool) -> None:
        super().__init__("passcode")
        self.share = share
        self.guessed = guessed

    @property
    def tries_left(self) -> int:
        """How many wrong tries are left."""
        return MAX_TRIES - self.share.tries


def derive_token(key: DataKey, share_id: str) -> str:
    """The 256-bit token of a share's URL, 43 characters."""
    return smart_health_link.encode_base64url(_derived(key, "token", share_id))


def derive_link_key(key: DataKey, share_id: str) -> bytes:
    """The key that opens a share's files, which is in the link only."""
    return _derived(key, "key", share_id)


def hash_token(token: str) -> str:
    """What the table holds of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def passcode_mac(macs: KeyedHash, token_hash: str, salt: str, passcode: str) -> str:
    """The MAC of a share's passcode."""
    return macs.compute("passcode", token_hash, salt, passcode)


def count_read(table_records: str, token: str, now: int) -> Share:
    """The live share of `token`, this reading counted.

    Raises ShareNotActiveError, or PasscodeRequiredError if it has a passcode.
    """
    values = {":one": 1, ":now": now, ":reads": MAX_READS}
    try:
        return _share(_update(table_records, token, "ADD times_read :one", f"{LIVE} AND {OPEN}", values))
    except ShareNotActiveError as error:
        share = _live(error.seen, now)
        if share is None or share.mac is None or share.is_locked:
            raise
        raise PasscodeRequiredError(share, guessed=False) from error


def try_passcode(table_records: str, macs: KeyedHash, token: str, passcode: str, now: int) -> Share:
    """The live share of `token`, if `passcode` is its own or it has none. Raises PasscodeError, or NotActiveError.

    A try is counted before anything is compared, and given back when it was right: parallel guesses gain nothing. Only
    who knows the passcode counts as a reader, so that nobody else can use the link up by reading.
    """
    condition = f"{LIVE} AND attribute_exists(mac) AND tries < :tries"
    values = {":one": 1, ":tries": MAX_TRIES, ":now": now, ":reads": MAX_READS}
    try:
        share = _share(_update(table_records, token, "ADD tries :one", condition, values))
    except ShareNotActiveError as error:
        seen = _live(error.seen, now)
        if seen is None or seen.mac is not None:
            raise
        return count_read(table_records, token, now)
    mac = passcode_mac(macs, share.token_hash, str(share.salt), passcode)
    if not hmac.compare_digest(mac, str(share.mac)):
        raise PasscodeRequiredError(share, guessed=True)
    given_back = {":less": -1, ":one": 1, ":reads": MAX_READS}
    _update(table_records, token, "ADD tries :less, times_read :one", "times_read < :reads", given_back)
    return share


def find_desk_share(table_records: str, token: str, now: int) -> Share | None:
    """The share by which a facility may read now: made in the last 30 minutes, still live, and without a passcode.

    One that shows less than all is for reading by its link: a facility's own ways to read would show the rest.
    """
    item = _item_of(table_records, token)
    share = _share(item) if item else None
    if share is None or share.mac is not None or share.excerpt is not None:
        return None
    if now >= min(share.expires_at, share.created_at + DESK_SECONDS):
        return None
    return share


def _item_of(table_records: str, token: str) -> Item | None:
    if _TOKEN.fullmatch(token) is None:
        return None
    place = wire_key((share_pk(hash_token(token)), SHARE))
    found = client("dynamodb").get_item(TableName=table_records, Key=place, ConsistentRead=True).get("Item")
    return from_wire(found) if found else None


def share_item(share: Share) -> Item:
    """The whole item of a new share."""
    shown = {"excerpt": share.excerpt.value} if share.excerpt else {}
    return shown | {
        "pk": share_pk(share.token_hash),
        "sk": SHARE,
        "record_id": share.record_id,
        "share_id": share.id,
        "created_at": share.created_at,
        "expires_at": share.expires_at,
        "tries": 0,
        "times_read": 0,
        "salt": share.salt,
        "mac": share.mac,
    }


def _share(found: Item) -> Share:
    return Share(
        id=found["share_id"],
        record_id=found["record_id"],
        token_hash=token_hash_from(found["pk"]),
        created_at=found["created_at"],
        expires_at=found["expires_at"],
        tries=found["tries"],
        salt=found.get("salt"),
        mac=found.get("mac"),
        excerpt=Excerpt(found["excerpt"]) if "excerpt" in found else None,
    )


def _live(seen: Item | None, now: int) -> Share | None:
    return _share(seen) if seen and now < seen["expires_at"] and seen["times_read"] < MAX_READS else None


def _update(table: str, token: str, update: str, condition: str, values: dict[str, int]) -> Item:
    if _TOKEN.fullmatch(token) is None:
        raise ShareNotActiveError
    try:
        return idempotent_write.update_item(
            {
                "TableName": table,
                "Key": wire_key((share_pk(hash_token(token)), SHARE)),
                "UpdateExpression": update,
                "ConditionExpression": condition,
                "ExpressionAttributeValues": to_wire(values),
            }
        )
    except Exception as error:
        if is_condition_failure(error):
            raise ShareNotActiveError(read_conflicting_item(error)) from error
        raise


def _derived(key: DataKey, purpose: str, share_id: str) -> bytes:
    return hmac.digest(key.plain, f"share/{purpose}/{share_id}".encode(), hashlib.sha256)
