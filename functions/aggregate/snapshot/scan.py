"""A snapshot of the facts table made by reading it: the same files as DynamoDB's own export to S3.

Layout (DynamoDB developer guide, "DynamoDB table export output format"):
`<prefix>/AWSDynamoDB/<id>/{_started,manifest-summary.json,manifest-files.json,data/*.json.gz}`, each data file gzip
JSON lines `{"Item": {...}}`. The id is the day, so that a second run of a day replaces the first.
"""

import base64
import datetime as dt
import gzip
import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from functions.aggregate import buckets
from functions.aggregate.settings import AggregateSettings
from health_record import observability
from health_record.aws import clients
from health_record.aws.dynamo import read_pages

SEGMENTS = 4
FILE_ITEMS = 50_000


def scan_table(settings: AggregateSettings, day: dt.date) -> str:
    """Write the snapshot; the key of its `manifest-summary.json`."""
    root = f"{buckets.snapshot_prefix(settings.province, day)}/AWSDynamoDB/scan-{day.isoformat()}"
    buckets.put_object(settings.insights_bucket, f"{root}/_started", b"")
    with ThreadPoolExecutor(SEGMENTS) as pool:
        written = list(pool.map(lambda segment: _segment(settings, root, segment), range(SEGMENTS)))
    files = [file for segment in written for file in segment]
    key = _write_manifests(settings, root, day, files)
    observability.log_event("snapshot_written", items=sum(file["itemCount"] for file in files), files=len(files))
    return key


def _segment(settings: AggregateSettings, root: str, segment: int) -> list[dict[str, Any]]:
    """Read one segment of the table into data files; their lines of the manifest."""
    files: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for item in _items(settings.table_facts, segment):
        items.append(item)
        if len(items) == FILE_ITEMS:
            files.append(_write(settings.insights_bucket, f"{root}/data/{segment:02d}-{len(files):04d}.json.gz", items))
            items = []
    files.append(_write(settings.insights_bucket, f"{root}/data/{segment:02d}-{len(files):04d}.json.gz", items))
    return files


def _items(table: str, segment: int) -> Iterator[dict[str, Any]]:
    request = {"TableName": table, "Segment": segment, "TotalSegments": SEGMENTS}
    for page in read_pages(clients.client("dynamodb").scan, request):
        yield from page


def _write(bucket: str, key: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    lines = "".join(json.dumps({"Item": item}, ensure_ascii=False, separators=(",", ":")) + "\n" for item in items)
    body = gzip.compress(lines.encode(), compresslevel=4, mtime=0)
    buckets.put_object(bucket, key, body)
    digest = hashlib.md5(body, usedforsecurity=False)
    return {
        "itemCount": len(items),
        "md5Checksum": base64.b64encode(digest.digest()).decode(),
        "etag": digest.hexdigest(),
        "dataFileS3Key": key,
    }


def _write_manifests(settings: AggregateSettings, root: str, day: dt.date, files: list[dict[str, Any]]) -> str:
    lines = "".join(json.dumps(file) + "\n" for file in files).encode()
    moment = f"{day.isoformat()}T00:00:00.000Z"
    summary = {
        "version": "2020-06-30",
        "exportArn": f"scan:{settings.table_facts}/{day.isoformat()}",
        "startTime": moment,
        "endTime": moment,
        "tableArn": settings.table_facts,
        "exportTime": moment,
        "s3Bucket": settings.insights_bucket,
        "s3Prefix": buckets.snapshot_prefix(settings.province, day),
        "manifestFilesS3Key": f"{root}/manifest-files.json",
        "itemCount": sum(file["itemCount"] for file in files),
        "outputFormat": "DYNAMODB_JSON",
        "exportType": "FULL_EXPORT",
    }
    for name, body in (("manifest-files", lines), ("manifest-summary", json.dumps(summary, indent=1).encode())):
        buckets.put_object(settings.insights_bucket, f"{root}/{name}.json", body)
        checksum = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest())
        buckets.put_object(settings.insights_bucket, f"{root}/{name}.checksum", checksum)
    return f"{root}/manifest-summary.json"
