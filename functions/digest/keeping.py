"""One facility's digest of one day: read what is there, sign it, put it away once."""

import datetime
from typing import Any

from functions.digest import places
from functions.digest.settings import DigestSettings
from health_record import audit, audit_digest
from health_record.clients import client
from health_record.dynamo import from_wire


def facilities(config: DigestSettings) -> list[str]:
    """Every facility that was ever registered; a revoked one stays in the table."""
    found: set[str] = set()
    request: dict[str, Any] = {"TableName": config.table_facilities, "ProjectionExpression": "pk"}
    while True:
        answer = client("dynamodb").scan(**request)
        found.update(str(from_wire(item)["pk"]).removeprefix("facility#") for item in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return sorted(found)
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def keep(config: DigestSettings, facility_id: str, day: str) -> bool:
    """Make and keep the digest of a complete local day; False if there is one already, which stays as it is."""
    key = audit_digest.key_of(facility_id, day)
    if places.content(config.digest_bucket, key) is not None:
        return False
    previous = places.content(config.digest_bucket, audit_digest.key_of(facility_id, day_before(day)))
    items = audit.of_facility_day(client("dynamodb"), config.table_audit, facility_id, day)
    digest = audit_digest.of_day(config.province, facility_id, day, items, previous)
    signature = places.signature(config, audit_digest.signed_line(digest))
    places.put_once(config.digest_bucket, key, audit_digest.document(digest, config.digest_key_id, signature))
    return True


def day_before(day: str) -> str:
    """`2026-11-22` -> `2026-11-21`"""
    return (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat()
