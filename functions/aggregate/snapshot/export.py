"""A snapshot of the facts table made by DynamoDB: an export to a point in time, started once a day and waited for."""

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import Any

from functions.aggregate import buckets
from functions.aggregate.errors import ExportFailedError
from functions.aggregate.settings import AggregateSettings
from health_record import observability
from health_record.aws import clients

ATTEMPTS = 3  # exports of one day, each started when the one before has failed
LONGEST = dt.timedelta(hours=3)


@dataclass(frozen=True)
class Export:
    """An export of the day: the how many-th, and its `manifest-summary.json` when it is finished."""

    arn: str
    attempt: int
    manifest: str | None = None


def advance_export(settings: AggregateSettings, day: dt.date, known: Export | None) -> Export:
    """Start the day's export, or look at the `known` one; one that failed is followed by another.

    Raises ExportFailedError when the last one failed or one takes too long.
    """
    export = known or Export(_start(settings, day, ""), 1)
    while True:
        found: dict[str, Any] = clients.client("dynamodb").describe_export(ExportArn=export.arn)["ExportDescription"]
        status, failure = found["ExportStatus"], str(found.get("FailureCode", "unknown"))
        observability.log_event("export_checked", status=status, attempt=export.attempt)
        if status == "COMPLETED":
            return replace(export, manifest=str(found["ExportManifest"]))
        if status != "FAILED":
            _check_duration(found)
            return export
        if export.attempt >= ATTEMPTS:
            raise ExportFailedError(f"the export of the facts failed: {failure}")
        export = Export(_start(settings, day, export.arn), export.attempt + 1)


def _start(settings: AggregateSettings, day: dt.date, failed: str) -> str:
    """Start the day's export, the first or the one after `failed`, or find it if it was started already; its ARN."""
    dynamodb = clients.client("dynamodb")
    table = dynamodb.describe_table(TableName=settings.table_facts)["Table"]["TableArn"]
    answer = dynamodb.export_table_to_point_in_time(
        TableArn=table,
        ClientToken=hashlib.sha256(f"{table}/{day.isoformat()}/{failed}".encode()).hexdigest()[:36],
        S3Bucket=settings.insights_bucket,
        S3Prefix=buckets.snapshot_prefix(settings.province, day),
        ExportFormat="DYNAMODB_JSON",
        ExportType="FULL_EXPORT",
        **_encryption(settings),
    )
    return str(answer["ExportDescription"]["ExportArn"])


def _encryption(settings: AggregateSettings) -> dict[str, str]:
    """DynamoDB asks for S3's own key unless it is told the bucket's."""
    return {"S3SseAlgorithm": "KMS", "S3SseKmsKeyId": settings.storage_key_id} if settings.storage_key_id else {}


def _check_duration(found: dict[str, Any]) -> None:
    begun: dt.datetime | None = found.get("StartTime")
    if begun and dt.datetime.now(dt.UTC) - begun > LONGEST:
        raise ExportFailedError("the export of the facts takes too long")
