"""The insights and site buckets: where everything lies, and the few calls that read and write it.

`use` puts folders in the place of S3, for runs without AWS.
"""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from health_record.aws import clients
from health_record.aws.conditional_objects import change_object as change_in_s3
from health_record.aws.service_errors import error_code

PUBLIC = "public, max-age=300"  # how long what is published may be kept on the way
UNCACHED = "no-store"
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


def released_prefix(province: str) -> str:
    """`released/province=79`: noisy counts of earlier releases, which later ones repeat and never restate."""
    return f"released/province={province}"


def released_key(province: str) -> str:
    """`released/province=79/state.json`."""
    return f"{released_prefix(province)}/state.json"


def signals_key(province: str) -> str:
    """`released/province=79/signals.json`: signals and what the department has said of them."""
    return f"{released_prefix(province)}/signals.json"


def withdrawn_series_key(province: str) -> str:
    """`released/province=79/series.json`: the department's series that it has taken back."""
    return f"{released_prefix(province)}/series.json"


def iso_week(day: dt.date) -> str:
    """`2026-11-23` -> `2026-W48` (ISO 8601: the year is that of the week's Thursday)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


class Store(Protocol):
    """Where objects lie."""

    def put(self, bucket: str, key: str, body: bytes, *, caching: str) -> None:
        """Write one object."""

    def get(self, bucket: str, key: str) -> bytes | None:
        """The object, or None where there is none."""

    def change(self, bucket: str, key: str, change: Callable[[bytes | None], bytes]) -> None:
        """Write what `change` makes of the object; again from its start where another has written it meanwhile."""

    def download(self, bucket: str, key: str, target: Path) -> bool:
        """Copy the object into the file `target`; False where there is none."""

    def delete(self, bucket: str, key: str) -> None:
        """Remove one object; nothing happens where there is none."""

    def list_keys(self, bucket: str, prefix: str) -> list[str]:
        """Every key that begins with `prefix`, sorted."""


class S3:
    """Objects in buckets."""

    def put(self, bucket: str, key: str, body: bytes, *, caching: str) -> None:
        """Write one object with the content type of its name."""
        clients.client("s3").put_object(
            Bucket=bucket, Key=key, Body=body, ContentType=_content_type(key), CacheControl=caching
        )

    def get(self, bucket: str, key: str) -> bytes | None:
        """The object, or None where there is none."""
        body = self._body(bucket, key)
        return None if body is None else bytes(body.read())

    def change(self, bucket: str, key: str, change: Callable[[bytes | None], bytes]) -> None:
        """Write what `change` makes of the object; again from its start where another has written it meanwhile."""
        change_in_s3(clients.client("s3"), bucket, key, change, ContentType=_content_type(key), CacheControl=UNCACHED)

    def download(self, bucket: str, key: str, target: Path) -> bool:
        """Copy the object into the file `target`, a piece at a time; False where there is none."""
        body = self._body(bucket, key)
        if body is None:
            return False
        with target.open("wb") as file:
            for piece in body.iter_chunks(1 << 20):
                file.write(piece)
        return True

    def delete(self, bucket: str, key: str) -> None:
        """Remove one object; nothing happens where there is none."""
        clients.client("s3").delete_object(Bucket=bucket, Key=key)

    def list_keys(self, bucket: str, prefix: str) -> list[str]:
        """Every key that begins with `prefix`, sorted."""
        pages = clients.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return sorted(found["Key"] for page in pages for found in page.get("Contents", []))

    @staticmethod
    def _body(bucket: str, key: str) -> Any:
        try:
            return clients.client("s3").get_object(Bucket=bucket, Key=key)["Body"]
        except Exception as error:
            if error_code(error) in ("NoSuchKey", "404"):
                return None
            raise


class Folders:
    """Objects as files: each bucket is a folder, and some prefixes of a bucket may lie elsewhere."""

    def __init__(self, buckets: dict[str, Path], elsewhere: dict[str, Path] | None = None) -> None:
        self._buckets = buckets
        self._elsewhere = elsewhere or {}

    def put(self, bucket: str, key: str, body: bytes, *, caching: str) -> None:  # noqa: ARG002 - a file has no such thing
        """Write one file."""
        path = self._path(bucket, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def get(self, bucket: str, key: str) -> bytes | None:
        """The content of the file, or None where there is none."""
        path = self._path(bucket, key)
        return path.read_bytes() if path.is_file() else None

    def change(self, bucket: str, key: str, change: Callable[[bytes | None], bytes]) -> None:
        """Write what `change` makes of the file; nobody else writes here."""
        self.put(bucket, key, change(self.get(bucket, key)), caching=UNCACHED)

    def download(self, bucket: str, key: str, target: Path) -> bool:
        """Copy the file to `target`; False where there is none."""
        path = self._path(bucket, key)
        if not path.is_file():
            return False
        shutil.copyfile(path, target)
        return True

    def delete(self, bucket: str, key: str) -> None:
        """Remove one file; nothing happens where there is none."""
        self._path(bucket, key).unlink(missing_ok=True)

    def list_keys(self, bucket: str, prefix: str) -> list[str]:
        """Every key that begins with `prefix`, sorted."""
        folder = prefix.rpartition("/")[0]
        root = self._path(bucket, f"{folder}/") if folder else self._buckets[bucket]
        keys = (f"{folder}/{path.relative_to(root)}".lstrip("/") for path in root.rglob("*") if path.is_file())
        return sorted(key for key in keys if key.startswith(prefix))

    def _path(self, bucket: str, key: str) -> Path:
        first, _, rest = key.partition("/")
        return self._elsewhere[first] / rest if first in self._elsewhere else self._buckets[bucket] / key


def _content_type(key: str) -> str:
    return CONTENT_TYPES.get(Path(key).suffix, "application/octet-stream")


_store: Store = S3()


def use(store: Store) -> None:
    """Let this process read and write there."""
    global _store  # noqa: PLW0603 - one place for the whole process, said once at its start
    _store = store


def put_object(bucket: str, key: str, body: bytes, *, caching: str = UNCACHED) -> None:
    """Write one object with the content type of its name."""
    _store.put(bucket, key, body, caching=caching)


def get_object(bucket: str, key: str) -> bytes | None:
    """The object, or None where there is none."""
    return _store.get(bucket, key)


def change_object(bucket: str, key: str, change: Callable[[bytes | None], bytes]) -> None:
    """Write what `change` makes of the object; again from its start where another has written it meanwhile."""
    _store.change(bucket, key, change)


def download_file(bucket: str, key: str, target: Path) -> bool:
    """Copy the object into the file `target`; False where there is none."""
    return _store.download(bucket, key, target)


def delete_object(bucket: str, key: str) -> None:
    """Remove one object; nothing happens where there is none."""
    _store.delete(bucket, key)


def list_keys(bucket: str, prefix: str) -> list[str]:
    """Every key that begins with `prefix`, sorted."""
    return _store.list_keys(bucket, prefix)
