"""One facility's digest of one day: read what is there, sign it, put it away once."""

import datetime
from dataclasses import asdict

from functions.digest import signed_objects
from functions.digest.settings import DigestSettings
from health_record.audit import audit_entries, digest_document, reading_patterns
from health_record.aws.clients import client
from health_record.aws.dynamo import from_wire, read_pages
from health_record.observability import count_metric, log_event


def list_facilities(config: DigestSettings) -> list[str]:
    """Every facility that was ever registered; a revoked one stays in the table."""
    request = {"TableName": config.table_facilities, "ProjectionExpression": "pk"}
    pages = read_pages(client("dynamodb").scan, request)
    return sorted({str(from_wire(item)["pk"]).removeprefix("facility#") for page in pages for item in page})


def list_devices(config: DigestSettings) -> set[str]:
    """The key ids of all stations' devices that may write."""
    names = {"#sk": "sk", "#label": "label", "#permissions": "permissions"}
    request = {
        "TableName": config.table_facilities,
        "ProjectionExpression": "pk, #sk, #label, #permissions",
        "ExpressionAttributeNames": names,
    }
    return reading_patterns.list_devices(
        from_wire(item) for page in read_pages(client("dynamodb").scan, request) for item in page
    )


def tell_fishing(config: DigestSettings, facility_id: str, day: str, devices: set[str]) -> None:
    """Raise the alarm's count by each device that read many people of whom its facility wrote nothing that day."""
    ours = {key_id for key_id in devices if key_id.partition(".")[0] == facility_id}
    if not ours:
        return
    items = audit_entries.query_facility_day(client("dynamodb"), config.table_audit, facility_id, day)
    for reading in reading_patterns.count_readings(items, ours):
        if reading.is_fishing:
            count_metric("ReadWithoutWriting")
            log_event("device_read_without_writing", day=day, **asdict(reading))


def store_digest(config: DigestSettings, facility_id: str, day: str, devices: set[str]) -> bool:
    """Make and keep the digest of a complete local day; False if there is one already, which stays as it is.

    A pattern of fishing on that day is told before the digest is kept: a run that breaks off tells it again.
    """
    key = digest_document.object_key(facility_id, day)
    if signed_objects.read_object(config.digest_bucket, key) is not None:
        return False
    tell_fishing(config, facility_id, day, devices)
    previous = signed_objects.read_object(
        config.digest_bucket, digest_document.object_key(facility_id, previous_day(day))
    )
    items = audit_entries.query_facility_day(client("dynamodb"), config.table_audit, facility_id, day)
    digest = digest_document.build_digest(config.province, facility_id, day, items, previous)
    signature = signed_objects.sign_message(config, digest_document.signing_input(digest))
    signed_objects.put_if_absent(
        config.digest_bucket, key, digest_document.build_document(digest, config.digest_key_id, signature)
    )
    return True


def previous_day(day: str) -> str:
    """`2026-11-22` -> `2026-11-21`"""
    return (datetime.date.fromisoformat(day) - datetime.timedelta(days=1)).isoformat()
