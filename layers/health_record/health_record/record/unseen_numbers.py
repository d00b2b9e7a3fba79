"""Which facilities were led to a record by a number of it that was on no card, beside one that was.

    access  budget#unseen-number#<record>#<facility> / window    how often, within 90 days of the first time

Such a number may be another person's. What the facility then writes by the record's id may be about that person, so
that it waits until the card with this number was seen.
"""

import time

from health_record.aws import rate_limits
from health_record.aws.dynamo import batch_get, keys_request, wire_key
from health_record.aws.rate_limits import Window
from health_record.record.record_items import SOME_NUMBERS, Identity
from health_record.table_keys import access_keys

REMEMBERED = Window(90 * 86_400, None)


def note(table_access: str, record_id: str, facility_id: str) -> None:
    """Remember that such a number led the facility to the record."""
    rate_limits.consume(table_access, _name(record_id, facility_id), (REMEMBERED,))


def has_led(table_access: str, identity: Identity, record_id: str, facility_id: str) -> bool:
    """Whether one did. Nothing is read of a record whose numbers were all seen, or none."""
    if identity.attestation != SOME_NUMBERS:
        return False
    key = wire_key(access_keys.rate_limit_key(_name(record_id, facility_id)))
    found = batch_get({table_access: keys_request([key])})[table_access]
    return any(rate_limits.count_consumed(item, REMEMBERED.seconds, int(time.time())) for item in found)


def _name(record_id: str, facility_id: str) -> str:
    return f"unseen-number#{record_id}#{facility_id}"
