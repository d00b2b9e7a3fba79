"""Who looked: every access of a facility and by a link to a record, from the audit table's index by record."""

from typing import Any

from functions.declare import moments
from functions.declare.config import config, macs
from functions.declare.mine import Held
from health_record import accesses, records
from health_record.clients import client
from health_record.dynamo import Item, from_wire

AT_ONCE = 100


def of_record(held: Held) -> dict[str, Any]:
    """The newest hundred accesses, newest first, denials and emergencies marked, with the receipt of the list.

    What the residents did themselves is not in the index.
    """
    at, record_id = moments.now().at, held.meta.record_id
    request = {"TableName": config().table_audit, **accesses.query(record_id, at), "Limit": AT_ONCE}
    answer = client("dynamodb").query(**request)
    items = [from_wire(item) for item in answer["Items"]]
    recipients = _recipients(held, items)
    listed = [accesses.shown(item, recipients.get(item["pk"])) for item in items]
    receipt = accesses.unsigned_receipt(record_id, at, listed, whole="LastEvaluatedKey" not in answer)
    code = macs().of(accesses.PURPOSE, *accesses.signed_parts(receipt))
    return {"accesses": listed, "receipt": {**receipt, "code": code}}


def _recipients(held: Held, items: list[Item]) -> dict[str, str]:
    """What readers by a link said of themselves, by the key of the audit item."""
    sealed = {item["pk"]: (item["share_id"], item["recipient"]) for item in items if "recipient" in item}
    if not sealed:
        return {}
    key, record_id = held.open_key(), held.meta.record_id
    return {pk: records.open_recipient(key, record_id, *found) for pk, found in sealed.items()}
