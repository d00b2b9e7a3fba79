"""`ssk series`: the department's series as they are published, and taking back one whose file was wrong."""

import argparse
import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

from ops.deployment import Deployment, add_province_argument, find_deployment, province_words
from ops.errors import OpsError

HOME = ZoneInfo("Asia/Ho_Chi_Minh")
Periods = dict[str, dict[str, int]]


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
    where = find_deployment(arguments)
    folder = _folder(where)
    state = _read(where, f"{folder}state.json") or {}
    given: Periods = state.get("given", {})
    withdrawn: dict[str, str] = (_read(where, f"{folder}series.json") or {}).get("withdrawn", {})
    if arguments.do != "list":
        filed = arguments.do == "withdraw" and _is_filed(where, arguments.name)
        known = {**given, **({arguments.name: {}} if filed else {})}
        said = _DO[arguments.do](known, withdrawn, arguments.name, province_words(arguments))
        body = json.dumps({"withdrawn": withdrawn}).encode()
        where.client("s3").put_object(Bucket=_bucket(where), Key=f"{folder}series.json", Body=body)
        print(said)
    found = {name: _describe(given.get(name, {}), withdrawn.get(name)) for name in sorted({*given, *withdrawn})}
    if not found:
        print("No series of the department is published.")
    for name, one in found.items():
        since = f", withdrawn on {one['withdrawn']}" if one["withdrawn"] else ""
        print(f"{name}: {one['periods']} closed periods published, {one['first']} to {one['last']}{since}")
    if arguments.json:
        print(json.dumps(found))
    return 0


def _withdraw(given: Periods, withdrawn: dict[str, str], name: str | None, words: str) -> str:
    if name is None or name not in {*given, *withdrawn}:
        raise OpsError(f"Nothing is published of a series {name}. `ssk series list{words}` shows all.")
    withdrawn.setdefault(name, dt.datetime.now(HOME).date().isoformat())
    return (
        f"The page and the archive follow at the next daily run, or by `ssk aggregate{words}` now.\n"
        f"Then put the right file to reference/series/{name}.csv, and `ssk series restore {name}{words}`."
    )


def _restore(given: Periods, withdrawn: dict[str, str], name: str | None, words: str) -> str:
    if name not in withdrawn:
        raise OpsError(f"The series {name} is not withdrawn. `ssk series list{words}` shows all.")
    if name in given:
        raise OpsError(f"What was published of {name} is not taken back yet: `ssk aggregate{words}` first.")
    del withdrawn[name]
    return "The next release draws all its periods from the file that lies there then."


_DO = {"withdraw": _withdraw, "restore": _restore}


def _describe(periods: dict[str, int], since: str | None) -> dict[str, Any]:
    first, last = (min(periods), max(periods)) if periods else (None, None)
    return {"periods": len(periods), "first": first, "last": last, "withdrawn": since}


def _bucket(where: Deployment) -> str:
    return where.outputs["InsightsBucket"]


def _folder(where: Deployment) -> str:
    """Where the province keeps what it has released."""
    listed = where.client("s3").list_objects_v2(Bucket=_bucket(where), Prefix="released/")
    keys: list[str] = [found["Key"] for found in listed.get("Contents", []) if found["Key"].endswith("/state.json")]
    if not keys:
        raise OpsError("Nothing has been released yet, so nothing can be taken back.")
    return keys[0].removesuffix("state.json")


def _is_filed(where: Deployment, name: str | None) -> bool:
    """Whether a file of the series lies where the next release reads it, also if nothing of it is published yet."""
    key = f"reference/series/{name}.csv"
    listed = where.client("s3").list_objects_v2(Bucket=_bucket(where), Prefix=key, MaxKeys=1).get("Contents", [])
    return [found["Key"] for found in listed] == [key]


def _read(where: Deployment, key: str) -> dict[str, Any] | None:
    client = where.client("s3")
    try:
        found: dict[str, Any] = json.loads(client.get_object(Bucket=_bucket(where), Key=key)["Body"].read())
    except client.exceptions.NoSuchKey:
        return None
    return found
