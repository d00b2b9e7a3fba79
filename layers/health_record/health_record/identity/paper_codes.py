"""A code on paper, for a phone that gets no message: made by `contribute` at `$verify`, used up by `otp`.

    access  paper#<phone mac> / code    account, seed, mac, until, ttl

Ten digits, good once and for 24 hours, one at a time; only a MAC is kept. It stands for the code of a message and opens
what that opens: a session of level 1.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health_record.aws.dynamo import to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.table_keys.access_keys import paper_code_key

LIVE_SECONDS = 24 * 3600
DIGITS = 10


@dataclass(frozen=True)
class PaperCode:
    """A code as it was issued: the account it opens, and the name under which tries are counted (`seed`)."""

    phone_mac: str
    account: str
    seed: str
    mac: str

    def matches(self, macs: KeyedHash, number: str) -> bool:
        """Whether it is this code."""
        return macs.verify(self.mac, "paper-code", self.phone_mac, self.seed, number)


def issue(table: str, macs: KeyedHash, phone_mac: str, account: str) -> tuple[str, dict[str, Any]]:
    """The ten digits, and what keeps them for a TransactWriteItems call; a code of before ends by it."""
    number, seed = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}", secrets.token_hex(16)
    until = int(time.time()) + LIVE_SECONDS
    content = {
        "account": account,
        "seed": seed,
        "mac": macs.compute("paper-code", phone_mac, seed, number),
        "until": until,
        "ttl": until,
    }
    return number, {"Put": {"TableName": table, "Item": {**wire_key(paper_code_key(phone_mac)), **to_wire(content)}}}


def usable(phone_mac: str, item: Mapping[str, Any] | None) -> PaperCode | None:
    """The code, if it can still be used."""
    if item is None or int(item["until"]) <= int(time.time()):
        return None
    return PaperCode(phone_mac, item["account"], item["seed"], item["mac"])


def consume_item(table: str, code: PaperCode) -> dict[str, Any]:
    """What uses the code up, for a TransactWriteItems call; it fails if that was done, or its time is over."""
    return {
        "Delete": {
            "TableName": table,
            "Key": wire_key(paper_code_key(code.phone_mac)),
            "ConditionExpression": "seed = :seed AND #until > :now",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": to_wire({":seed": code.seed, ":now": int(time.time())}),
        }
    }
