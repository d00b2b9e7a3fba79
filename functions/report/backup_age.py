"""How old the newest copy of each table is that AWS Backup can restore."""

import datetime
from typing import Any

from functions.report.settings import ReportSettings
from health_record.aws.clients import client

RESTORABLE = "COMPLETED"


def oldest_hours(config: ReportSettings, now: datetime.datetime) -> float:
    """The age of the newest copy, of the table where that is oldest.

    A table without a copy counts from its making, so that a new province is given its first night.
    """
    return max(_age(table, now) for table in config.tables) / datetime.timedelta(hours=1)


def _age(table: str, now: datetime.datetime) -> datetime.timedelta:
    made = client("dynamodb").describe_table(TableName=table)["Table"]
    copies = (point["CreationDate"] for point in _points(made["TableArn"]) if point["Status"] == RESTORABLE)
    since: datetime.datetime = max(copies, default=made["CreationDateTime"])
    return now - since


def _points(table_arn: str) -> list[dict[str, Any]]:
    """Every recovery point of the table, whichever vault it lies in."""
    pages = client("backup").get_paginator("list_recovery_points_by_resource").paginate(ResourceArn=table_arn)
    return [point for page in pages for point in page["RecoveryPoints"]]
