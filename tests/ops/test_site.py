"""The site's upload: right types and caching, nothing stale, and what the aggregation publishes stays."""

import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from ops.local import site
from tests.conftest import World, aws


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("index.html", "en/index.html", "questionnaire.json", "assets/declare-0a1b.js"):
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path / "site"


def stored() -> dict[str, Any]:
    s3 = aws("s3")
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket="site").get("Contents", [])]
    return {key: s3.get_object(Bucket="site", Key=key) for key in keys}


def test_every_file_is_stored_with_its_type_and_caching(world: World, folder: Path) -> None:
    assert site.upload_site(aws("s3"), "site", folder) == 4
    found = {key: (answer["ContentType"], answer["CacheControl"]) for key, answer in stored().items()}
    assert found == {
        "assets/declare-0a1b.js": ("text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        "en/index.html": ("text/html; charset=utf-8", "public, max-age=60"),
        "index.html": ("text/html; charset=utf-8", "public, max-age=60"),
        "questionnaire.json": ("application/json; charset=utf-8", "public, max-age=60"),
    }
    assert stored()["en/index.html"]["Body"].read() == b"en/index.html"


def test_what_is_no_longer_built_goes_and_what_is_published_stays(world: World, folder: Path) -> None:
    for key in ("old.html", "assets/declare-9999.js", "insights/index.html"):
        aws("s3").put_object(Bucket="site", Key=key, Body=b"")
    site.upload_site(aws("s3"), "site", folder)
    assert stored().keys() == {
        "assets/declare-0a1b.js",
        "assets/declare-9999.js",
        "en/index.html",
        "index.html",
        "insights/index.html",
        "questionnaire.json",
    }


@pytest.mark.parametrize(("days", "stays"), [(0, True), (30, True), (32, False)])
def test_an_old_asset_stays_a_month_for_tabs_that_are_open(world: World, folder: Path, days: int, stays: bool) -> None:
    with time_machine.travel("2026-11-23T08:00:00Z", tick=False):
        aws("s3").put_object(Bucket="site", Key="assets/worker-9999.js", Body=b"")
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False) as clock:
        clock.shift(datetime.timedelta(days=days))
        site.upload_site(aws("s3"), "site", folder)
    assert ("assets/worker-9999.js" in stored()) is stays


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.css", "text/css; charset=utf-8"),
        ("a.svg", "image/svg+xml; charset=utf-8"),
        ("a.png", "image/png"),
        ("a.webmanifest", "application/manifest+json; charset=utf-8"),
        ("a.woff2", "font/woff2"),
        ("a.unknown", "application/octet-stream"),
        ("noending", "application/octet-stream"),
    ],
)
def test_types_are_those_of_the_web(name: str, kind: str) -> None:
    assert site.content_type(name) == kind
