"""Writes a release: the week's folder, the newest week's, and the copy that the site shows."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from functions.aggregate import buckets, day_statistics
from functions.aggregate.count import engine
from functions.aggregate.protect import cells, release_calendar
from functions.aggregate.publish import page, release, released
from functions.aggregate.publish.released import Released
from functions.aggregate.publish.tables import Frame
from functions.aggregate.settings import AggregateSettings
from health_record import observability

SITE_FOLDER = "insights"
CACHING = "public, max-age=300"
NEEDED = ("coverage", "population")


def make(chosen: AggregateSettings, day: dt.date, *, repair: bool = False, full: bool = False) -> list[str]:
    """Publish the statistics of `day`; the keys written in the insights bucket.

    A release follows the one before by at least seven days, because releases that follow each other closely can be
    subtracted from each other. What a week has published it publishes again, with the same figures, on the same day or
    as a `repair`. Invented people may be published at any time. `full` writes all tables whatever the week.
    """
    before = released.read(chosen.province, chosen.insights_bucket)
    out = before.date is not None and buckets.iso_week(before.date) == buckets.iso_week(day)
    again = out and (repair or before.date == day)
    if not (again or chosen.synthetic or release_calendar.is_due(day, before.date)):
        _set_status(chosen, None)
        observability.info("nothing to publish", date=day.isoformat(), week=buckets.iso_week(day))
        return []
    shown = before.date if again and before.date and not chosen.synthetic else day
    made = _release(chosen, shown, before, full=full or chosen.synthetic or release_calendar.is_full(day))
    written = _write(chosen, made)
    before.date = shown
    released.write(chosen.province, chosen.insights_bucket, before)
    observability.info("week published", week=made.week, files=len(written))
    return written


def _write(chosen: AggregateSettings, made: release.Release) -> list[str]:
    files = page.files(made)
    week = buckets.published_prefix(chosen.province, f"week={made.week}")
    latest = buckets.published_prefix(chosen.province, "latest")
    own = {f"{name}.csv" for name in made.own}
    written = [_put(chosen.insights_bucket, week, name, body) for name, body in files.items() if name in own]
    written += [_put(chosen.insights_bucket, latest, name, body) for name, body in files.items()]
    for name, body in files.items():
        _put(chosen.site_bucket, SITE_FOLDER, name, body)
    _remove_others(chosen, week, {*written})
    _remove_others(chosen, latest, {*written}, also_on_site=True)
    return written


def _remove_others(chosen: AggregateSettings, folder: str, written: set[str], *, also_on_site: bool = False) -> None:
    """Delete what an earlier release left in `folder` and this one does not have.

    Last of all, so that no page ever misses a file that it names. The bucket's own copy goes after the site's: what a
    failure leaves is found and removed by the next release.
    """
    for key in buckets.keys_under(chosen.insights_bucket, f"{folder}/"):
        if key in written:
            continue
        if also_on_site:
            buckets.delete(chosen.site_bucket, f"{SITE_FOLDER}/{key.removeprefix(f'{folder}/')}")
        buckets.delete(chosen.insights_bucket, key)


def say_late(chosen: AggregateSettings, day: dt.date) -> None:
    """Say on the newest page, if there is one, that the run of `day` failed; the tables stay as they are."""
    _set_status(chosen, day)


def _set_status(chosen: AggregateSettings, late: dt.date | None) -> None:
    latest = buckets.published_prefix(chosen.province, "latest")
    shown = buckets.get(chosen.insights_bucket, f"{latest}/index.html")
    if shown is None or (marked := page.with_status(shown, late)) == shown:
        return
    _put(chosen.insights_bucket, latest, "index.html", marked)
    _put(chosen.site_bucket, SITE_FOLDER, "index.html", marked)


def _release(chosen: AggregateSettings, day: dt.date, before: Released, *, full: bool) -> release.Release:
    with tempfile.TemporaryDirectory() as name:
        connection = engine.connect(Path(name))
        try:
            day_statistics.load(connection, chosen, day, Path(name), NEEDED)
            noisy = _noisy(connection, chosen, day, Path(name))
            before.close(noisy, day)
            by_ward = connection.execute("SELECT count(*) > 0 FROM population").fetchone()[0]
            frame = Frame(province=chosen.province, day=day, noisy=noisy, by_ward=by_ward, full=full)
            return release.make(connection, frame, before, synthetic=chosen.synthetic)
        finally:
            connection.close()


def _noisy(connection: Any, chosen: AggregateSettings, day: dt.date, folder: Path) -> cells.Noisy:
    """The week's noisy counts: those of its first release, which a repair says again, else the day's."""
    kept = f"{buckets.released_prefix(chosen.province)}/week={buckets.iso_week(day)}/{day_statistics.PERTURBED}.parquet"
    path = folder / f"{day_statistics.PERTURBED}.parquet"
    if chosen.synthetic or not buckets.download(chosen.insights_bucket, kept, path):
        buckets.download(chosen.insights_bucket, day_statistics.key(chosen, day, day_statistics.PERTURBED), path)
        buckets.put(chosen.insights_bucket, kept, path.read_bytes())
    engine.read_parquet(connection, day_statistics.PERTURBED, path)
    return cells.load(connection)


def _put(bucket: str, prefix: str, name: str, body: bytes) -> str:
    key = f"{prefix}/{name}"
    buckets.put(bucket, key, body, caching=CACHING)
    return key
