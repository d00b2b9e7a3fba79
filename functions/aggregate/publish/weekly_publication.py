"""Writes a release: the week's folder, the newest week's, and the copy that the site shows."""

import dataclasses
import datetime as dt
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from functions.aggregate import buckets, day_statistics
from functions.aggregate.count import engine
from functions.aggregate.protect import cells, release_calendar
from functions.aggregate.publish import open_data, release, released, signal_notices, withdrawn_series
from functions.aggregate.publish.page import document
from functions.aggregate.publish.released import Released
from functions.aggregate.publish.tables import Frame
from functions.aggregate.settings import AggregateSettings
from health_record import observability, wards

SITE_FOLDER = "insights"
NEEDED = ("coverage", "population")


def publish_week(settings: AggregateSettings, day: dt.date, *, repair: bool = False, full: bool = False) -> list[str]:
    """Publish the statistics of `day`; the keys written in the insights bucket.

    A release follows the one before by at least seven days, because releases that follow each other closely can be
    subtracted from each other. What a week has published it publishes again, with the same figures, on the same day or
    as a `repair`. Invented people may be published at any time. `full` writes all tables whatever the week.
    A series that was taken back goes at once: where no release is due, the newest is written again without it.
    """
    before = released.read(settings.province, settings.insights_bucket)
    out = before.date is not None and buckets.iso_week(before.date) == buckets.iso_week(day)
    withdrawn = withdrawn_series.read_names(settings)
    taken_back = withdrawn_series.forget(before, withdrawn) and not release_calendar.is_due(day, before.date)
    again = taken_back or (out and (repair or before.date == day))
    if not (again or settings.synthetic or release_calendar.is_due(day, before.date)):
        _set_status(settings, None, day)
        observability.log_event("nothing_to_publish", date=day.isoformat(), week=buckets.iso_week(day))
        return []
    shown = before.date if again and before.date and not settings.synthetic else day
    full = full or settings.synthetic or release_calendar.is_full(shown)
    made = _release(settings, shown, before, withdrawn, full=full)
    notices = signal_notices.notices_html(signal_notices.find_signals(settings, before, made.frame.noisy, shown), day)
    withdrawn_series.clean_archive(settings, SITE_FOLDER, withdrawn)
    written = _write(settings, made, notices)
    before.date = shown
    released.write(settings.province, settings.insights_bucket, before)
    observability.log_event("week_published", week=made.week, files=len(written))
    return written


def _write(settings: AggregateSettings, made: release.Release, notices: str) -> list[str]:
    files = document.page_files(made)
    files["index.html"] = document.set_signals(files["index.html"], notices)
    week = buckets.published_prefix(settings.province, f"week={made.week}")
    latest = buckets.published_prefix(settings.province, "latest")
    own = _own_files(made, files)
    written = [_put(settings.insights_bucket, week, name, body) for name, body in own.items()]
    written += [_put(settings.insights_bucket, latest, name, body) for name, body in files.items()]
    for name, body in files.items():
        _put(settings.site_bucket, SITE_FOLDER, name, body)
    for name, body in own.items():
        _put(settings.site_bucket, f"{SITE_FOLDER}/releases/{made.week}", name, body)
    _remove_others(settings, week, {*written})
    _remove_others(settings, latest, {*written}, also_on_site=True)
    _write_index(settings)
    return written


def _own_files(made: release.Release, files: dict[str, bytes]) -> dict[str, bytes]:
    """What the week's own folder keeps for good: its tables, all of them in long form too."""
    own = {f"{name}.csv": files[f"{name}.csv"] for name in made.own}
    own[open_data.DATA] = open_data.data_csv(made.weeks, made.frame.province, made.own)
    own[open_data.DESCRIPTION] = open_data.description(made.week, wards.province_name(made.frame.province))
    return own


def _write_index(settings: AggregateSettings) -> None:
    """Name every release there is, for machines."""
    keys = buckets.list_keys(settings.insights_bucket, buckets.published_prefix(settings.province, "week="))
    index = open_data.releases_json(settings.province, keys)
    _put(settings.insights_bucket, buckets.published_prefix(settings.province, "archive"), "releases.json", index)
    _put(settings.site_bucket, SITE_FOLDER, "releases.json", index)


def _remove_others(settings: AggregateSettings, folder: str, written: set[str], *, also_on_site: bool = False) -> None:
    """Delete what an earlier release left in `folder` and this one does not have.

    Last of all, so that no page ever misses a file that it names. The bucket's own copy goes after the site's: what a
    failure leaves is found and removed by the next release.
    """
    for key in buckets.list_keys(settings.insights_bucket, f"{folder}/"):
        if key in written:
            continue
        if also_on_site:
            buckets.delete_object(settings.site_bucket, f"{SITE_FOLDER}/{key.removeprefix(f'{folder}/')}")
        buckets.delete_object(settings.insights_bucket, key)


def mark_late(settings: AggregateSettings, day: dt.date) -> None:
    """Say on the newest page, if there is one, that the run of `day` failed; the tables stay as they are."""
    _set_status(settings, day, day)


def _set_status(settings: AggregateSettings, late: dt.date | None, day: dt.date) -> None:
    """Bring the notices of the newest page up to date: a failure of `late`, and the signals that are shown on `day`."""
    latest = buckets.published_prefix(settings.province, "latest")
    shown = buckets.get_object(settings.insights_bucket, f"{latest}/index.html")
    if shown is None:
        return
    notices = signal_notices.notices_html(signal_notices.read_notices(settings), day)
    marked = document.set_signals(document.set_status(shown, late), notices)
    if marked == shown:
        return
    _put(settings.insights_bucket, latest, "index.html", marked)
    _put(settings.site_bucket, SITE_FOLDER, "index.html", marked)


def _release(
    settings: AggregateSettings, day: dt.date, before: Released, withdrawn: Collection[str], *, full: bool
) -> release.Release:
    with tempfile.TemporaryDirectory() as name:
        connection = engine.connect(Path(name))
        try:
            day_statistics.load_statistics(connection, settings, day, Path(name), NEEDED)
            noisy = withdrawn_series.without(_noisy(connection, settings, day, Path(name)), withdrawn)
            before.close(noisy, day)
            by_ward = connection.execute("SELECT count(*) > 0 FROM population").fetchone()[0]
            frame = Frame(province=settings.province, day=day, noisy=noisy, by_ward=by_ward, full=full)
            made = release.build_release(connection, frame, before, synthetic=settings.synthetic)
            return dataclasses.replace(made, watched=tuple(signal_notices.watched(before)))
        finally:
            connection.close()


def _noisy(connection: Any, settings: AggregateSettings, day: dt.date, folder: Path) -> cells.Noisy:
    """The week's noisy counts: those of its first release, which a repair says again, else the day's."""
    kept = (
        f"{buckets.released_prefix(settings.province)}/week={buckets.iso_week(day)}/{day_statistics.PERTURBED}.parquet"
    )
    path = folder / f"{day_statistics.PERTURBED}.parquet"
    if settings.synthetic or not buckets.download_file(settings.insights_bucket, kept, path):
        buckets.download_file(
            settings.insights_bucket, day_statistics.key(settings, day, day_statistics.PERTURBED), path
        )
        buckets.put_object(settings.insights_bucket, kept, path.read_bytes())
    engine.read_parquet(connection, day_statistics.PERTURBED, path)
    return cells.load(connection)


def _put(bucket: str, prefix: str, name: str, body: bytes) -> str:
    key = f"{prefix}/{name}"
    buckets.put_object(bucket, key, body, caching=buckets.PUBLIC)
    return key
