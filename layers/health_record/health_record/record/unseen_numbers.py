"""Which facilities were led to a record by a number of it that was on no card, beside one that was.

    access  budget#unseen-number#<record>#<facility> / window    until when it counts: 90 days from the last time

Such a number may be another person's. What the facility then writes or reads by the record's id may be about that
person, so that it waits until the card with this number was seen.
"""

import time

from health_record.aws import idempotent_write
from health_record.aws.dynamo import Item, batch_get, keys_request, to_wire, wire_key
from health_record.record.record_items import SOME_NUMBERS, Identity
from health_record.table_keys import access_keys

REMEMBERED_SECONDS = 90 * 86_400


def name(record_id: str, facility_id: str) -> str:
    """What the item is read by, as the name of a budget."""
    return f"unseen-number#{record_id}#{facility_id}"


def note(table_access: str, record_id: str, facility_id: str) -> None:
    """Remember that such a number led the facility to the record, for 90 days from now."""
    until = int(time.time()) + REMEMBERED_SECONDS
    idempotent_write.update_item(
        {
            "TableName": table_access,
            "Key": wire_key(access_keys.rate_limit_key(name(record_id, facility_id))),
            "UpdateExpression": "SET led_until = :until, #ttl = :until",
            "ExpressionAttributeNames": {"#ttl": "ttl"},
            "ExpressionAttributeValues": to_wire({":until": until}),
        }
    )


def has_led(identity: Identity, item: Item) -> bool:
    """Whether one did, by the item ({} where none is). It says nothing of a record whose numbers were all seen."""
    return identity.attestation == SOME_NUMBERS and int(item.get("led_until", 0)) > int(time.time())


def read(table_access: str, identity: Identity, record_id: str, facility_id: str) -> bool:
    """The same with the item, which is read only of a record of whose numbers some were seen."""
    if identity.attestation != SOME_NUMBERS:
        return False
    key = wire_key(access_keys.rate_limit_key(name(record_id, facility_id)))
    found = batch_get({table_access: keys_request([key])})[table_access]
    return any(has_led(identity, item) for item in found)
