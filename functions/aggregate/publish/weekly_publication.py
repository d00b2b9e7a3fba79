"""Writes a release: the week's folder, the newest week's, and the copy that the site shows."""

import datetime as dt
import json
import tempfile
from pathlib import Path

from functions.aggregate import buckets, day_statistics
from functions.aggregate.count import engine
from functions.aggregate.publish import page, release
from functions.aggregate.publish.tables import Frame
from functions.aggregate.settings import AggregateSettings
from health_record import observability

SITE_FOLDER = "insights"
CACHING = "public, max-age=300"


def publish_week(settings: AggregateSettings, day: dt.date, *, forced: bool = False) -> list[str]:
    """Publish the statistics of `day`; the keys written in the insights bucket.

    A week is published once, by the first run in it, because releases that follow each other closely can be
    subtracted from each other. The same day may be published again; `forced` publishes any day. A week older than the
    newest is left alone.
    """
    if not _is_due(settings, day, forced=forced):
        _set_status(settings, None)
        observability.log_event("nothing_to_publish", date=day.isoformat(), week=buckets.iso_week(day))
        return []
    made = _build_release(settings, day)
    files = page.page_files(made)
    week = buckets.published_prefix(settings.province, f"week={made.week}")
    latest = buckets.published_prefix(settings.province, "latest")
    written = [
        _put(settings.insights_bucket, week, name, body) for name, body in files.items() if name.endswith(".csv")
    ]
    written += [_put(settings.insights_bucket, latest, name, body) for name, body in files.items()]
    for name, body in files.items():
        _put(settings.site_bucket, SITE_FOLDER, name, body)
    removed = _remove_others(settings, week, {*written}) + _remove_others(
        settings, latest, {*written}, also_on_site=True
    )
    observability.log_event("week_published", week=made.week, files=len(written), removed=removed)
    return written


def _remove_others(settings: AggregateSettings, folder: str, written: set[str], *, also_on_site: bool = False) -> int:
    """Delete what an earlier release left in `folder` and this one does not have; how many files.

    Last of all, so that no page ever misses a file that it names. The bucket's own copy goes after the site's: what a
    failure leaves is found and removed by the next release.
    """
    left = [key for key in buckets.list_keys(settings.insights_bucket, f"{folder}/") if key not in written]
    for key in left:
        if also_on_site:
            buckets.delete_object(settings.site_bucket, f"{SITE_FOLDER}/{key.removeprefix(f'{folder}/')}")
        buckets.delete_object(settings.insights_bucket, key)
    return len(left)


def mark_late(settings: AggregateSettings, day: dt.date) -> None:
    """Say on the newest page, if there is one, that the run of `day` failed; the tables stay as they are."""
    _set_status(settings, day)


def _set_status(settings: AggregateSettings, late: dt.date | None) -> None:
    latest = buckets.published_prefix(settings.province, "latest")
    shown = buckets.get_object(settings.insights_bucket, f"{latest}/index.html")
    if shown is None or (marked := page.set_status(shown, late)) == shown:
        return
    _put(settings.insights_bucket, latest, "index.html", marked)
    _put(settings.site_bucket, SITE_FOLDER, "index.html", marked)


def _is_due(settings: AggregateSettings, day: dt.date, *, forced: bool) -> bool:
    summary = buckets.get_object(
        settings.insights_bucket, f"{buckets.published_prefix(settings.province, 'latest')}/summary.json"
    )
    if summary is None:
        return True
    before: dict[str, str] = json.loads(summary)
    if buckets.iso_week(day) == before["week"]:
        return forced or settings.synthetic or before["date"] == day.isoformat()
    return buckets.iso_week(day) > before["week"]


def _build_release(settings: AggregateSettings, day: dt.date) -> release.Release:
    with tempfile.TemporaryDirectory() as name:
        connection = engine.connect(Path(name))
        try:
            day_statistics.load_statistics(connection, settings, day, Path(name))
            by_ward = connection.execute("SELECT count(*) > 0 FROM population").fetchone()[0]
            frame = Frame(province=settings.province, day=day, by_ward=by_ward)
            return release.build_release(connection, frame, week=buckets.iso_week(day), synthetic=settings.synthetic)
        finally:
            connection.close()


def _put(bucket: str, prefix: str, name: str, body: bytes) -> str:
    key = f"{prefix}/{name}"
    buckets.put_object(bucket, key, body, caching=CACHING)
    return key
