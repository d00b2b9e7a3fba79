"""Who looked: every access of a facility and by a link to a record, from the audit table's index by record."""

from typing import Any

from functions.declare import moments
from functions.declare.config import config, macs
from health_record import accesses
from health_record.clients import client
from health_record.dynamo import from_wire

AT_ONCE = 100
PAGES = 10


def of_record(record_id: str) -> dict[str, Any]:
    """The newest accesses first, denials and emergencies marked, with the receipt of the list.

    What the residents did themselves is left out.
    """
    at = moments.now().at
    request = {"TableName": config().table_audit, **accesses.query(record_id, at), "Limit": AT_ONCE}
    found: list[dict[str, Any]] = []
    whole = False
    for _ in range(PAGES):
        answer = client("dynamodb").query(**request)
        found += [accesses.shown(from_wire(item)) for item in answer["Items"]]
        whole = "LastEvaluatedKey" not in answer
        if whole or len(found) >= AT_ONCE:
            break
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    listed = found[:AT_ONCE]
    receipt = accesses.unsigned_receipt(record_id, at, listed, whole=whole and len(found) <= AT_ONCE)
    code = macs().of(accesses.PURPOSE, *accesses.signed_parts(receipt))
    return {"accesses": listed, "receipt": {**receipt, "code": code}}
