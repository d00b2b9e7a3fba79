"""Records that a facility joined to another one of the same person at `$verify`: that one remembers them, sealed.

    records  record#<uuid> / joined#<keyed id>    sealed: {record}

The joined record names the other one in its sealed identity. So no table and no backup joins two records of a person
in clear, and with either key what joins them is gone.
"""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from health_record.aws.dynamo import query_all, to_wire
from health_record.aws.envelope_encryption import DataKey
from health_record.record import record_items
from health_record.table_keys import record_keys


def put_joined(table_records: str, record_id: str, key: DataKey, joined_id: str) -> dict[str, Any]:
    """What the record `record_id` keeps of another one that is joined to it, as a member of a transaction."""
    keyed = hmac.new(key.plain, f"joined\0{joined_id}".encode(), hashlib.sha256).hexdigest()[:32]
    sk = record_keys.joined_sk(keyed)
    sealed = record_items.encrypt_json(key, record_id, sk, {"record": joined_id})
    item = {"pk": record_keys.record_pk(record_id), "sk": sk, "sealed": sealed}
    return {"Put": {"TableName": table_records, "Item": to_wire(item)}}


def list_joined(table_records: str, record_id: str, key: DataKey) -> Iterator[str]:
    """The records that were joined to this one, whatever became of them."""
    items = query_all(
        TableName=table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :joined)",
        ExpressionAttributeValues=to_wire(
            {":pk": record_keys.record_pk(record_id), ":joined": record_keys.JOINED_PREFIX}
        ),
        ConsistentRead=True,
    )
    for item in items:
        yield str(record_items.decrypt_json(key, record_id, item["sk"], item["sealed"])["record"])
