"""DynamoDB's export to S3 as AWS does it, manifests and all: neither moto nor the local stack writes one."""

import base64
import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from health_record import settings
from health_record.aws import clients
from tests import roles
from tests.aggregate.conftest import Province

ARN = "arn:aws:dynamodb:ap-southeast-1:123456789012:table/facts/export/0179500000000{}-a1b2c3d4"


class Exporter:
    """DynamoDB with an export; each look at one answers the next of `statuses`, the last of them for ever.

    A status may name how long ago the export began: `IN_PROGRESS 4` (hours).
    """

    def __init__(self, real: Any, s3: Any, statuses: list[str]) -> None:
        self._real = real
        self._s3 = s3
        self._statuses = statuses
        self.started: dict[str, dict[str, str]] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def export_table_to_point_in_time(self, **asked: str) -> dict[str, Any]:
        assert asked["ExportFormat"] == "DYNAMODB_JSON"
        assert asked["ExportType"] == "FULL_EXPORT"
        assert len(asked["ClientToken"]) <= 36
        roles.check("aggregate", "dynamodb", "ExportTableToPointInTime", asked)
        if asked["ClientToken"] not in self.started:
            self.started[asked["ClientToken"]] = asked
            self._write(asked)
        return {"ExportDescription": {"ExportArn": self._arn(asked["ClientToken"]), "ExportStatus": "IN_PROGRESS"}}

    def describe_export(self, ExportArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's spelling
        roles.check("aggregate", "dynamodb", "DescribeExport", {"ExportArn": ExportArn})
        asked = next(each for token, each in self.started.items() if self._arn(token) == ExportArn)
        status, _, hours = (self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]).partition(" ")
        found: dict[str, Any] = {
            "ExportArn": ExportArn,
            "ExportStatus": status,
            "StartTime": datetime.now(UTC) - timedelta(hours=float(hours or 0)),
        }
        if status == "COMPLETED":
            found["ExportManifest"] = f"{self._root(asked)}/manifest-summary.json"
        return {"ExportDescription": found | ({"FailureCode": "S3AccessDenied"} if status == "FAILED" else {})}

    def _arn(self, token: str) -> str:
        return ARN.format(list(self.started).index(token) + 1)

    def _root(self, asked: dict[str, str]) -> str:
        return f"{asked['S3Prefix']}/AWSDynamoDB/{self._arn(asked['ClientToken']).rpartition('/')[2]}"

    def _write(self, asked: dict[str, str]) -> None:
        """Three partitions of uneven size and an empty one, in an order of their own."""
        root = self._root(asked)
        items = self._real.scan(TableName="facts")["Items"][::-1]
        cut = len(items) // 4
        lines = []
        for place, part in enumerate((items[:cut], [], items[cut : cut * 3], items[cut * 3 :])):
            body = gzip.compress("".join(json.dumps({"Item": item}) + "\n" for item in part).encode())
            key = f"{root}/data/{'abcd'[place] * 26}.json.gz"
            self._s3.put_object(Bucket=asked["S3Bucket"], Key=key, Body=body)
            digest = hashlib.md5(body)
            lines.append(
                {
                    "itemCount": len(part),
                    "md5Checksum": base64.b64encode(digest.digest()).decode(),
                    "etag": f"{digest.hexdigest()}-1",
                    "dataFileS3Key": key,
                }
            )
        summary = {
            "version": "2020-06-30",
            "exportArn": self._arn(asked["ClientToken"]),
            "s3Bucket": asked["S3Bucket"],
            "s3Prefix": asked["S3Prefix"],
            "manifestFilesS3Key": f"{root}/manifest-files.json",
            "itemCount": len(items),
            "outputFormat": "DYNAMODB_JSON",
            "exportType": "FULL_EXPORT",
        }
        for name, body in (
            ("_started", b""),
            ("manifest-files.json", "\n".join(map(json.dumps, lines)).encode()),
            ("manifest-summary.json", json.dumps(summary).encode()),
        ):
            self._s3.put_object(Bucket=asked["S3Bucket"], Key=f"{root}/{name}", Body=body)


def exporting(province: Province, monkeypatch: pytest.MonkeyPatch, *statuses: str) -> Exporter:
    """From here on the aggregation asks for exports, which go as `statuses` say."""
    real = clients.client
    exporter = Exporter(real("dynamodb"), province.s3, list(statuses))
    monkeypatch.setenv("SSK_SNAPSHOT_MODE", "export")
    monkeypatch.setattr(clients, "client", lambda name: exporter if name == "dynamodb" else real(name))
    settings.forget()
    return exporter
