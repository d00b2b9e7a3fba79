"""Proof of work: what a page must compute, out of sight, before a message is sent from a place that sends many.

A seed is `minute.bits.random.mac`: it is bound to the phone, the minute and the bits, so that nothing is stored until
it is spent, and a phone that changes its network need not work again.
A nonce is right when SHA-256 of `seed:nonce` has `bits` leading zero bits.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Any

from functions.otp.limits import Limits
from health_record.aws import idempotent_write
from health_record.aws.clients import client
from health_record.aws.dynamo import WireItem, is_condition_failure, to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import BadRequestError, Fault
from health_record.http.event import Event
from health_record.language import Translated
from health_record.table_keys import access_keys

SEED = re.compile(r"([0-9]{1,12})\.([0-9]{1,2})\.([0-9a-f]{24})\.([0-9a-f]{32})")
LONGEST_NONCE = 64


class WorkSpentError(Exception):
    """The work was spent before."""


@dataclass(frozen=True)
class Work:
    """What the page sent back."""

    seed: str
    nonce: str


def new_challenge(macs: KeyedHash, phone_mac: str, bits: int, now: int) -> dict[str, Any]:
    """`{seed, bits}`: new work for this phone."""
    parts = (str(now // 60), str(bits), secrets.token_hex(12))
    return {"seed": ".".join((*parts, _mac(macs, phone_mac, *parts))), "bits": bits}


def is_solved(work: Work | None, macs: KeyedHash, phone_mac: str, bits: int, limits: Limits, now: int) -> bool:
    """Whether `work` was asked for this phone lately and is right; `spend` sees to it that it counts once.

    `bits` are needed now; work of a little less that was asked for minutes ago is not sent back.
    """
    found = SEED.fullmatch(work.seed) if work else None
    if work is None or found is None:
        return False
    minute, given, random, mac = found.groups()
    if not 0 <= now // 60 - int(minute) <= limits.work_seconds // 60 or int(given) + limits.work_bits_behind < bits:
        return False
    if not hmac.compare_digest(mac, _mac(macs, phone_mac, minute, given, random)):
        return False
    return count_leading_zero_bits(hashlib.sha256(f"{work.seed}:{work.nonce}".encode()).digest()) >= int(given)


def count_leading_zero_bits(digest: bytes) -> int:
    """How many bits of `digest` are zero before the first one."""
    return len(digest) * 8 - int.from_bytes(digest).bit_length()


def spend(table: str, work: Work, limits: Limits, now: int) -> None:
    """Spend the seed. Raises WorkSpentError the second time."""
    try:
        idempotent_write.put_item(table, _spent_item(work, limits, now))
    except Exception as error:
        if is_condition_failure(error):
            raise WorkSpentError from error
        raise


def spend_item(table: str, work: Work, limits: Limits, now: int) -> WireItem:
    """What spends the seed, for a TransactWriteItems call; fails the second time."""
    item = _spent_item(work, limits, now)
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}}


def unspend(table: str, work: Work) -> None:
    """Let the seed be spent after all."""
    client("dynamodb").delete_item(TableName=table, Key=_wire_key(work))


def parse_work(body: Event) -> Work | None:
    """The `work` member of a request. Raises BadRequestError for another shape."""
    given = body.get("work")
    if given is None:
        return None
    seed, nonce = (given.get("seed"), given.get("nonce")) if isinstance(given, dict) else (None, None)
    if not isinstance(seed, str) or not isinstance(nonce, str) or len(nonce) > LONGEST_NONCE or not nonce.isascii():
        message = Translated("Phải là {seed, nonce}, hai chuỗi ký tự.", "Must be {seed, nonce}, two strings.")
        raise BadRequestError(message, faults=[Fault("/work", message)])
    return Work(seed, nonce)


def _spent_item(work: Work, limits: Limits, now: int) -> WireItem:
    return {**_wire_key(work), **to_wire({"ttl": now + 2 * limits.work_seconds})}


def _wire_key(work: Work) -> WireItem:
    return wire_key(access_keys.spent_work_key(work.seed))


def _mac(macs: KeyedHash, phone_mac: str, minute: str, bits: str, random: str) -> str:
    return macs.compute("work", phone_mac, minute, bits, random)[:32]
