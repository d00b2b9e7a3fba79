"""One facility's digest of one day: read what is there, sign it, put it away once."""

import datetime
from typing import Any

from functions.digest.settings import DigestSettings
from health_record import audit, audit_digest
from health_record.clients import client
from health_record.dynamo import error_code, from_wire

ABSENT = ("NoSuchKey", "404")


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
    if _content(config, key) is not None:
        return False
    before = (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat()
    previous = _content(config, audit_digest.key_of(facility_id, before))
    items = audit.of_facility_day(client("dynamodb"), config.table_audit, facility_id, day)
    digest = audit_digest.of_day(config.province, facility_id, day, items, previous)
    document = audit_digest.document(digest, config.digest_key_id, _signature(config, digest))
    client("s3").put_object(
        Bucket=config.digest_bucket, Key=key, Body=document, ContentType="application/json", IfNoneMatch="*"
    )
    return True


def _signature(config: DigestSettings, digest: dict[str, Any]) -> bytes:
    answer = client("kms").sign(
        KeyId=config.digest_key_id,
        Message=audit_digest.signed_line(digest),
        MessageType="RAW",
        SigningAlgorithm=audit_digest.ALGORITHM,
    )
    return bytes(answer["Signature"])


def _content(config: DigestSettings, key: str) -> bytes | None:
    try:
        return bytes(client("s3").get_object(Bucket=config.digest_bucket, Key=key)["Body"].read())
    except Exception as error:
        if error_code(error) in ABSENT:
            return None
        raise
