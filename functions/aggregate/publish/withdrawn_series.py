"""A series of the department that is taken back because its file was wrong: shown nowhere, in the archive neither.

`ssk series` names it in `released/province=79/series.json`. What was published of its closed periods is forgotten, so
that the right file's are drawn once more when it is restored. Nothing else of a release changes.
"""

import csv
import json
from collections.abc import Callable, Collection

from functions.aggregate import buckets
from functions.aggregate.protect.cells import SERIES, Noisy
from functions.aggregate.publish import open_data
from functions.aggregate.publish.released import Released
from functions.aggregate.settings import AggregateSettings

SCORES = "forecasts_rate"
Row = list[str]


def read_names(settings: AggregateSettings) -> frozenset[str]:
    """The series that are withdrawn now."""
    content = buckets.get_object(settings.insights_bucket, buckets.withdrawn_series_key(settings.province))
    return frozenset(json.loads(content)["withdrawn"]) if content else frozenset()


def forget(before: Released, names: Collection[str]) -> bool:
    """Take out what was released of these series; whether there was anything."""
    known = [name for name in names if name in before.given]
    for name in known:
        del before.given[name]
    return bool(known)


def without(noisy: Noisy, names: Collection[str]) -> Noisy:
    """The noisy counts but those of these series."""
    return {name: people for name, people in noisy.items() if name[0] != SERIES or name[1] not in names}


def clean_archive(settings: AggregateSettings, site_folder: str, names: Collection[str]) -> None:
    """Take these series out of every week's folder, in the bucket and on the site.

    A week's own file of a series goes last: what a failure leaves is found by it and done by the next run.
    """
    own = {f"{_table(name)}.csv" for name in names}
    whole = buckets.published_prefix(settings.province, "week=")
    for key in buckets.list_keys(settings.insights_bucket, whole) if names else []:
        week, _, name = key.removeprefix(whole).partition("/")
        if name not in own:
            continue
        _keep(settings, site_folder, week, open_data.DATA, lambda row: not _is_line_of(row, names))
        _keep(settings, site_folder, week, f"{SCORES}.csv", lambda row: row[0].split(" ")[0] not in names)
        buckets.delete_object(settings.site_bucket, f"{site_folder}/releases/{week}/{name}")
        buckets.delete_object(settings.insights_bucket, key)


def _table(name: str) -> str:
    return f"forecast_{name}"


def _is_line_of(row: Row, names: Collection[str]) -> bool:
    """Whether a line of `data.csv` is of one of these series, by its table or, in the scores, by its row."""
    found = dict(zip(open_data.COLUMNS, row, strict=True))
    return any(found["table"] == _table(name) or (found["table"], found["row"]) == (SCORES, name) for name in names)


def _keep(settings: AggregateSettings, site_folder: str, week: str, name: str, is_kept: Callable[[Row], bool]) -> None:
    """Write a week's CSV file again, in the bucket and on the site, with its heading and the lines that are kept."""
    key = f"{buckets.published_prefix(settings.province, f'week={week}')}/{name}"
    content = buckets.get_object(settings.insights_bucket, key)
    if content is None:
        return
    heading, *lines = content.decode().splitlines(keepends=True)
    kept = "".join((heading, *(line for line in lines if is_kept(next(csv.reader([line])))))).encode()
    buckets.put_object(settings.site_bucket, f"{site_folder}/releases/{week}/{name}", kept, caching=buckets.PUBLIC)
    buckets.put_object(settings.insights_bucket, key, kept, caching=buckets.PUBLIC)
