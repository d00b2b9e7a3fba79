"""Audit: what one item says for every read, write, denial and emergency. `replay_guard` writes them."""

import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from health_record.audit import access_log
from health_record.aws.dynamo import Item, from_wire, read_pages
from health_record.instants import HOME_ZONE, format_instant

UNAUTHENTICATED_RETENTION_SECONDS = 90 * 86400
LINKS = "_links"  # in a facility's place for readings by a link; no facility's id has this character
Outcome = Literal["allowed", "denied", "failed"]


def further_key(key: str, *parts: object) -> str:
    """The key of a further line of one call, made from its key or nonce: by a space, which no caller's nonce has."""
    return " ".join((key, *map(str, parts)))


def facility_entry(
    *,
    key_id: str,
    nonce: str,
    action: str,
    outcome: Outcome,
    practitioner: str,
    purpose: str,
    facility_name: str | None = None,
    reason: str | None = None,
    record_id: str | None = None,
    seal_key: str | None = None,
    emergency: bool = False,
    detail: str | None = None,
    led_by: Sequence[str] | None = None,
) -> Item:
    """The audit item of a facility's call with a valid signature; `failed` is one that broke off here.

    `action` names the operation (`summary`, `search`, `transaction`), `detail` the kind of refusal, `seal_key` the key
    of the record's seals (`access_log.derive_key`). `led_by` names the numbers that led to the record and were on no
    card (`access_policy.name_unseen`), None where that is not known.
    """
    facility_id = key_id.partition(".")[0]
    now = datetime.now(UTC)
    day = _local_day(now)
    return {
        "pk": f"{key_id}#{nonce}",
        "at": format_instant(now),
        "action": action,
        "outcome": outcome,
        "detail": detail,
        "record_id": record_id,
        "facility_id": facility_id,
        "facility_name": facility_name,
        "facility_day": f"{facility_id}#{day}",
        "seal": access_log.compute_seal(seal_key, day) if seal_key else None,
        "key_id": key_id,
        "practitioner": practitioner,
        "purpose": purpose,
        "reason": reason,
        "emergency": True if emergency else None,
        "led_by": None if led_by is None else list(led_by),
    }


def unauthenticated_entry(*, action: str, detail: str) -> Item:
    """The audit item of a call refused before its signature was found valid: it is nobody's, and kept for 90 days."""
    return {
        "pk": f"unproven#{secrets.token_hex(16)}",
        "at": format_instant(datetime.now(UTC)),
        "action": action,
        "outcome": "denied",
        "detail": detail,
        "ttl": int(time.time()) + UNAUTHENTICATED_RETENTION_SECONDS,
    }


def resident_entry(
    *,
    action: str,
    outcome: Outcome = "allowed",
    record_id: str | None = None,
    detail: str | None = None,
    account: str | None = None,
) -> Item:
    """The audit item of what a resident did (`read`, `declare`, `consent`, `share`, `erase`, `pin`).

    What is of an account and of no record (`pin`) names the account, a random id. The record is named
    by an attribute of its own, so that the index by record holds what others did and nothing else.
    """
    return {
        "pk": f"resident#{secrets.token_hex(16)}",
        "at": format_instant(datetime.now(UTC)),
        "action": action,
        "outcome": outcome,
        "detail": detail,
        "own_record": record_id,
        "account": account,
    }


def share_entry(
    *,
    outcome: Outcome,
    record_id: str,
    seal_key: str,
    share_id: str,
    recipient: str | None = None,
    detail: str | None = None,
) -> Item:
    """The audit item of a reading by a link; `recipient` is what the reader said of themselves, sealed for the record.

    Who erases a record erases these words with it: only that the link was read stays.
    """
    now = datetime.now(UTC)
    day = _local_day(now)
    return {
        "pk": f"share#{secrets.token_hex(16)}",
        "at": format_instant(now),
        "action": "share-read",
        "outcome": outcome,
        "detail": detail,
        "record_id": record_id,
        "share_id": share_id,
        "recipient": recipient,
        "facility_day": f"{LINKS}#{day}",
        "seal": access_log.compute_seal(seal_key, day),
    }


def query_facility_day(dynamodb: Any, table: str, facility_id: str, day: str) -> Iterator[Item]:
    """Every item of a facility's calls of a local day, oldest first; of LINKS, those of readings by a link.

    `dynamodb` is a boto3 client.
    """
    request: dict[str, Any] = {
        "TableName": table,
        "IndexName": "by-facility-day",
        "KeyConditionExpression": "facility_day = :day",
        "ExpressionAttributeValues": {":day": {"S": f"{facility_id}#{day}"}},
    }
    for page in read_pages(dynamodb.query, request):
        yield from map(from_wire, page)


def _local_day(moment: datetime) -> str:
    return moment.astimezone(HOME_ZONE).date().isoformat()
