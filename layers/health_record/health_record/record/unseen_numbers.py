"""Which facilities were led to a record by a number of it that is on no card.

    access  budget#unseen-number#<record>#<facility> / window    led<mac of the number>: until when, 90 days

Such a number may be another person's. What the facility then writes or reads by the record's id may be about that
person, so that it waits until the card with this number was seen. The note is written with the audit line of the call
that told the id, whatever the number is worth by then: the record may get another card afterwards, and a number that
stood on one may turn out to be somebody else's. It is judged by the cards of the moment at which it is read.
"""

import time
from typing import Any

from health_record.aws.dynamo import Item, batch_get, keys_request, to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.identity.identifiers import Pointer
from health_record.record.record_items import SOME_NUMBERS, Identity
from health_record.table_keys import access_keys

REMEMBERED_SECONDS = 90 * 86_400
PREFIX = "led"


def name(record_id: str, facility_id: str) -> str:
    """What the item is read by, as the name of a budget."""
    return f"unseen-number#{record_id}#{facility_id}"


def note(table_access: str, macs: KeyedHash, record_id: str, facility_id: str, pointer: Pointer) -> dict[str, Any]:
    """What remembers for 90 days from now that the number led the facility there, as a member of a transaction."""
    until = int(time.time()) + REMEMBERED_SECONDS
    return {
        "Update": {
            "TableName": table_access,
            "Key": wire_key(access_keys.rate_limit_key(name(record_id, facility_id))),
            "UpdateExpression": "SET #number = :until, #ttl = :until",
            "ExpressionAttributeNames": {"#number": _name_number(macs, record_id, pointer), "#ttl": "ttl"},
            "ExpressionAttributeValues": to_wire({":until": until}),
        }
    }


def has_led(macs: KeyedHash, identity: Identity, record_id: str, item: Item) -> bool:
    """Whether one led that is on no card by now, by the item ({} where none is).

    It says nothing of a record whose numbers were all seen, or none.
    """
    if identity.attestation != SOME_NUMBERS:
        return False
    seen, now = {_name_number(macs, record_id, pointer) for pointer in identity.seen_numbers}, int(time.time())
    led = {attribute for attribute, until in item.items() if attribute.startswith(PREFIX) and int(until) > now}
    return bool(led - seen)


def read(table_access: str, macs: KeyedHash, identity: Identity, record_id: str, facility_id: str) -> bool:
    """The same with the item, which is read only of a record of whose numbers some were seen."""
    if identity.attestation != SOME_NUMBERS:
        return False
    key = wire_key(access_keys.rate_limit_key(name(record_id, facility_id)))
    found = batch_get({table_access: keys_request([key])})[table_access]
    return any(has_led(macs, identity, record_id, item) for item in found)


def _name_number(macs: KeyedHash, record_id: str, pointer: Pointer) -> str:
    return PREFIX + macs.compute("identifier-person", pointer.short, pointer.value, "led", record_id)[:32]
