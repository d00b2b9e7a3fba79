"""A code on paper, for a phone that gets no message: made by `contribute` at `$verify`, used up by `otp`.

    access  paper#<account> / code    seed, digest, record, until, ttl

Ten digits, good once and for 24 hours, one at a time. The two functions share no key, so that who reads
records cannot tell whose phone is whose: what is kept is a salted scrypt digest, for which trying ten thousand million
codes takes years.
The code stands for that of a message and opens what that opens: a session of level 1.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health_record.aws.dynamo import to_wire, wire_key
from health_record.table_keys.access_keys import paper_code_key

LIVE_SECONDS = 24 * 3600
DIGITS = 10
COST, BLOCK, LANES = 2**13, 8, 1  # 8 MB and some 25 ms for each try


@dataclass(frozen=True)
class PaperCode:
    """A code as it was issued: the account it opens, the record whose card staff saw, and the name under which tries
    are counted (`seed`)."""

    account: str
    seed: str
    digest: bytes
    record: str | None

    def matches(self, number: str) -> bool:
        """Whether it is this code."""
        return hmac.compare_digest(self.digest, compute_digest(self.seed, number))


def compute_digest(seed: str, number: str) -> bytes:
    """What is kept of a code."""
    return hashlib.scrypt(number.encode(), salt=bytes.fromhex(seed), n=COST, r=BLOCK, p=LANES, dklen=32)


def issue(table: str, account: str, record_id: str) -> tuple[str, dict[str, Any]]:
    """The ten digits, and what keeps them for a TransactWriteItems call; a code of before ends by it."""
    number, seed = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", secrets.token_hex(16)
    until = int(time.time()) + LIVE_SECONDS
    content = {"seed": seed, "digest": compute_digest(seed, number), "record": record_id, "until": until, "ttl": until}
    return number, {"Put": {"TableName": table, "Item": {**wire_key(paper_code_key(account)), **to_wire(content)}}}


def usable(account: str, item: Mapping[str, Any] | None) -> PaperCode | None:
    """The code, if it can still be used."""
    if item is None or int(item["until"]) <= int(time.time()):
        return None
    return PaperCode(account, item["seed"], bytes(item["digest"]), item.get("record"))


def consume_item(table: str, code: PaperCode) -> dict[str, Any]:
    """What uses the code up, for a TransactWriteItems call; it fails if that was done, or its time is over."""
    return {
        "Delete": {
            "TableName": table,
            "Key": wire_key(paper_code_key(code.account)),
            "ConditionExpression": "seed = :seed AND #until > :now",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": to_wire({":seed": code.seed, ":now": int(time.time())}),
        }
    }
