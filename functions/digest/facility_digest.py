"""One facility's digest of one day: read what is there, sign it, put it away once."""

import datetime
from typing import Any

from functions.digest import signed_objects
from functions.digest.settings import DigestSettings
from health_record.audit import audit_trail, daily_digest
from health_record.aws.clients import client
from health_record.aws.dynamo import from_wire


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
    key = daily_digest.key_of(facility_id, day)
    if signed_objects.content(config.digest_bucket, key) is not None:
        return False
    previous = signed_objects.content(config.digest_bucket, daily_digest.key_of(facility_id, day_before(day)))
    items = audit_trail.of_facility_day(client("dynamodb"), config.table_audit, facility_id, day)
    digest = daily_digest.of_day(config.province, facility_id, day, items, previous)
    signature = signed_objects.signature(config, daily_digest.signed_line(digest))
    signed_objects.put_once(config.digest_bucket, key, daily_digest.document(digest, config.digest_key_id, signature))
    return True


def day_before(day: str) -> str:
    """`2026-11-22` -> `2026-11-21`"""
    return (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat()
