"""The insights and site buckets: where everything lies, and the few calls that read and write it."""

import datetime as dt
from pathlib import Path
from typing import Any

from health_record.aws import clients
from health_record.aws.service_errors import error_code

CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".parquet": "application/vnd.apache.parquet",
    ".gz": "application/gzip",
}


def statistics_prefix(province: str, day: dt.date) -> str:
    """`statistics/province=79/date=2026-11-23`."""
    return f"statistics/province={province}/date={day.isoformat()}"


def forecasts_prefix(province: str, day: dt.date) -> str:
    """`forecasts/province=79/date=2026-11-23`."""
    return f"forecasts/province={province}/date={day.isoformat()}"


def put_table(bucket: str, prefix: str, name: str, province: str, day: dt.date, body: bytes) -> None:
    """Write a table among those of its day, and once more where Athena finds all days of this one table."""
    put_object(bucket, f"{prefix}/{name}.parquet", body)
    put_object(bucket, f"athena/{name}/province={province}/date={day.isoformat()}/{name}.parquet", body)


def snapshot_prefix(province: str, day: dt.date) -> str:
    """`snapshots/province=79/date=2026-11-23`."""
    return f"snapshots/province={province}/date={day.isoformat()}"


def published_prefix(province: str, folder: str) -> str:
    """`published/province=79/latest` or `published/province=79/week=2026-W48`."""
    return f"published/province={province}/{folder}"


def iso_week(day: dt.date) -> str:
    """`2026-11-23` -> `2026-W48` (ISO 8601: the year is that of the week's Thursday)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def put_object(bucket: str, key: str, body: bytes, *, caching: str = "no-store") -> None:
    """Write one object with the content type of its name."""
    kind = CONTENT_TYPES.get(Path(key).suffix, "application/octet-stream")
    clients.client("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType=kind, CacheControl=caching)


def get_object(bucket: str, key: str) -> bytes | None:
    """The object, or None where there is none."""
    body = _body(bucket, key)
    return None if body is None else bytes(body.read())


def download_file(bucket: str, key: str, target: Path) -> bool:
    """Copy the object into the file `target`, a piece at a time; False where there is none."""
    body = _body(bucket, key)
    if body is None:
        return False
    with target.open("wb") as file:
        for piece in body.iter_chunks(1 << 20):
            file.write(piece)
    return True


def _body(bucket: str, key: str) -> Any:
    try:
        return clients.client("s3").get_object(Bucket=bucket, Key=key)["Body"]
    except Exception as error:
        if error_code(error) in ("NoSuchKey", "404"):
            return None
        raise


def delete_object(bucket: str, key: str) -> None:
    """Remove one object; nothing happens where there is none."""
    clients.client("s3").delete_object(Bucket=bucket, Key=key)


def list_keys(bucket: str, prefix: str) -> list[str]:
    """Every key that begins with `prefix`, sorted."""
    pages = clients.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return sorted(found["Key"] for page in pages for found in page.get("Contents", []))
