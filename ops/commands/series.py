"""`ssk series`: the department's series as they are published, and taking back one whose file was wrong."""

import argparse
import datetime as dt
import json
from typing import Any

from health_record.instants import HOME_ZONE
from ops.deployment import add_province_argument, find_deployment, province_words
from ops.errors import OpsError
from ops.released_state import ReleasedState, find_released_state

Periods = dict[str, dict[str, int]]
Withdrawn = dict[str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_province_argument(parser)
    parser.add_argument(
        "do",
        choices=("list", *_DO),
        nargs="?",
        default="list",
        help="list series (the default), show one nowhere, or show it again",
    )
    parser.add_argument("name", nargs="?", help="which series, by its file's name without .csv (dengue)")
    parser.add_argument("--json", action="store_true", help="print the series as the last line")


def run(arguments: argparse.Namespace) -> int:
    """List what is published and what is withdrawn, or change the latter."""
    released = find_released_state(find_deployment(arguments), arguments)
    state = released.read("state.json")
    if state is None:
        raise OpsError("Nothing has been released yet, so nothing can be taken back.")
    given: Periods = state.get("given", {})
    if arguments.do != "list":
        filed = arguments.do == "withdraw" and _is_filed(released, arguments.name)
        known = {**given, **({arguments.name: {}} if filed else {})}
        act, words = _DO[arguments.do], province_words(arguments)
        released.change(
            "series.json", lambda found: {"withdrawn": act(known, _withdrawn(found), arguments.name, words)}
        )
        print(_THEN[arguments.do].format(name=arguments.name, words=words))
    withdrawn = _withdrawn(released.read("series.json"))
    found = {name: _describe(given.get(name, {}), withdrawn.get(name)) for name in sorted({*given, *withdrawn})}
    if not found:
        print("No series of the department is published.")
    for name, one in found.items():
        since = f", withdrawn on {one['withdrawn']}" if one["withdrawn"] else ""
        print(f"{name}: {one['periods']} closed periods published, {one['first']} to {one['last']}{since}")
    if arguments.json:
        print(json.dumps(found))
    return 0


def _withdrawn(kept: dict[str, Withdrawn] | None) -> Withdrawn:
    return dict((kept or {}).get("withdrawn", {}))


def _withdraw(given: Periods, withdrawn: Withdrawn, name: str | None, words: str) -> Withdrawn:
    if name is None or name not in {*given, *withdrawn}:
        raise OpsError(f"Nothing is published of a series {name}. `ssk series list{words}` shows all.")
    return {name: dt.datetime.now(HOME_ZONE).date().isoformat()} | withdrawn


def _restore(given: Periods, withdrawn: Withdrawn, name: str | None, words: str) -> Withdrawn:
    if name not in withdrawn:
        raise OpsError(f"The series {name} is not withdrawn. `ssk series list{words}` shows all.")
    if name in given:
        raise OpsError(f"What was published of {name} is not taken back yet: `ssk aggregate{words}` first.")
    return {other: day for other, day in withdrawn.items() if other != name}


_DO = {"withdraw": _withdraw, "restore": _restore}
_THEN = {
    "withdraw": "The page and the archive follow at the next daily run, or by `ssk aggregate{words}` now.\n"
    "Then put the right file to reference/series/{name}.csv, and `ssk series restore {name}{words}`.",
    "restore": "The next release draws all its periods from the file that lies there then.",
}


def _describe(periods: dict[str, int], since: str | None) -> dict[str, Any]:
    first, last = (min(periods), max(periods)) if periods else (None, None)
    return {"periods": len(periods), "first": first, "last": last, "withdrawn": since}


def _is_filed(released: ReleasedState, name: str | None) -> bool:
    """Whether a file of the series lies where the next release reads it, also if nothing of it is published yet."""
    key = f"reference/series/{name}.csv"
    listed = released.where.client("s3").list_objects_v2(Bucket=released.bucket, Prefix=key, MaxKeys=1)
    return [found["Key"] for found in listed.get("Contents", [])] == [key]
