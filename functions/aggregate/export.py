"""A snapshot of the facts table made by DynamoDB: an export to a point in time, started once a day and waited for."""

import datetime as dt
import hashlib
from typing import Any

from functions.aggregate import store
from functions.aggregate.settings import AggregateSettings
from health_record import clients, observe


class ExportFailedError(RuntimeError):
    """DynamoDB gave the export up."""


def start(chosen: AggregateSettings, day: dt.date) -> str:
    """Start the day's export, or find it if it was started already; its ARN."""
    dynamodb = clients.client("dynamodb")
    table = dynamodb.describe_table(TableName=chosen.table_facts)["Table"]["TableArn"]
    answer = dynamodb.export_table_to_point_in_time(
        TableArn=table,
        ClientToken=hashlib.sha256(f"{table}/{day.isoformat()}".encode()).hexdigest()[:36],
        S3Bucket=chosen.insights_bucket,
        S3Prefix=store.snapshot_prefix(chosen.province, day),
        ExportFormat="DYNAMODB_JSON",
        ExportType="FULL_EXPORT",
    )
    return str(answer["ExportDescription"]["ExportArn"])


def look(export_arn: str) -> str | None:
    """The key of the finished export's `manifest-summary.json`; None while it runs.

    Raises ExportFailedError.
    """
    found: dict[str, Any] = clients.client("dynamodb").describe_export(ExportArn=export_arn)["ExportDescription"]
    status = found["ExportStatus"]
    observe.info("export looked at", status=status)
    if status == "FAILED":
        raise ExportFailedError(f"the export of the facts failed: {found.get('FailureCode', 'unknown')}")
    return str(found["ExportManifest"]) if status == "COMPLETED" else None
