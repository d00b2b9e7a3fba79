"""The static site: built by `web.build`, uploaded to the site's bucket."""

import mimetypes
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from infrastructure.config.settings import PROVINCES, read_province
from ops.errors import OpsError
from ops.local.aws import build_environment
from ops.local.command import read_failure_reason, succeeds
from ops.local.stack_location import StackLocation

PUBLISHED = ("insights/", "accesses/")  # written by the aggregation and by the digest, not by the build
ASSETS = "assets/"  # names in this folder carry a hash of the content
OLD_ASSETS_STAY = timedelta(days=31)
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
TEXT_TYPES = ("text/", "application/json", "application/manifest+json", "image/svg+xml")
CACHE_FOREVER = "public, max-age=31536000, immutable"
CACHE_BRIEFLY = "public, max-age=60"


def build_site(place: StackLocation) -> Path:
    """Build the site into the stack's folder. Raises OpsError when that fails."""
    folder = place.folder / "site"
    log = place.log("web-build")
    if not succeeds(build_command(place.province, folder), env=build_environment(place), log=log):
        raise OpsError(f"The site could not be built ({read_failure_reason(log)}); all that was said is in {log}.")
    return folder


def build_command(province: str, folder: Path) -> list[str]:
    """The program that builds a province's site, in the languages of its settings, into `folder`."""
    chosen = read_province(PROVINCES / f"{province}.toml")
    words = ["--province", province, "--hotline", chosen.hotline, "--languages", ",".join(chosen.languages)]
    words += ["--out", str(folder)]
    return [sys.executable, "-m", "web.build", *words]


def upload_site(s3: Any, bucket: str, folder: Path) -> int:
    """Put every file of `folder` into the bucket and delete what is no longer there; the number of files.

    An old asset stays a month after the upload that had it last: a tab that is open asks for its worker by that name.
    """
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    for key, path in files.items():
        caching = CACHE_FOREVER if key.startswith(ASSETS) else CACHE_BRIEFLY
        s3.put_object(
            Bucket=bucket, Key=key, Body=path.read_bytes(), ContentType=content_type(key), CacheControl=caching
        )
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    month_ago = datetime.now(UTC) - OLD_ASSETS_STAY
    for entry in (entry for page in pages for entry in page.get("Contents", [])):
        key, is_recent = entry["Key"], entry["LastModified"] > month_ago
        if key in files or key.startswith(PUBLISHED) or (key.startswith(ASSETS) and is_recent):
            continue
        s3.delete_object(Bucket=bucket, Key=key)
    return len(files)


def content_type(name: str) -> str:
    """The content type of a file, with its charset where it is text."""
    kind = TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith(TEXT_TYPES) else kind
