"""What the tables hold at one moment: keys and counts only, nothing that names a person."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from health_record.aws.dynamo import from_wire
from ops.pilot.checking.expected import ExpectedFacts
from ops.pilot.target import PilotTarget


@dataclass
class TableSnapshot:
    """The rows of a province, counted by what they belong to. Record ids are those of `record#<uuid>`."""

    metas: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    pointers: Counter[str] = field(default_factory=Counter)
    claims: Counter[str] = field(default_factory=Counter)
    accounts: set[str] = field(default_factory=set)
    keys: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)
    posters: Counter[tuple[str, str]] = field(default_factory=Counter)  # (poster, what was counted)
    audits: Counter[tuple[str, str]] = field(default_factory=Counter)  # (record id, action)


def take_snapshot(target: PilotTarget) -> TableSnapshot:
    """Read all of `records`, `keys`, `facts` and `audit` (consistently, one page after another)."""
    picture = TableSnapshot()
    for row in _scan(target, "records", "pk", "sk"):
        _record_row(picture, row["pk"], row["sk"])
    for row in _scan(target, "keys", "pk", "identifier", "record_id"):
        if "identifier" in row:
            picture.claims[row["record_id"]] += 1
        elif row["pk"].startswith("record#"):
            picture.keys[row["pk"].removeprefix("record#")] += 1
    for row in _scan(target, "facts"):
        _facts_row(picture, row)
    for row in _scan(target, "audit", "record_id", "own_record", "action"):
        record = row.get("record_id") or row.get("own_record")  # what others did, what the resident did
        if record:
            picture.audits[(record, row["action"])] += 1
    return picture


def _record_row(picture: TableSnapshot, pk: str, sk: str) -> None:
    kind, _, name = pk.partition("#")
    sort, _, rest = sk.partition("#")
    if kind == "record" and sort == "meta":
        picture.metas[name] += 1
    elif kind == "record" and sort == "version":
        picture.versions[name] += 1
    elif kind == "account" and sort == "account":
        picture.accounts.add(name)
    elif kind == "account" and sort == "record":
        picture.pointers[rest] += 1


def _facts_row(picture: TableSnapshot, row: dict[str, Any]) -> None:
    kind, _, name = str(row["pk"]).partition("#")
    if kind == "poster":
        for what in ("visits", "codes", "submissions"):
            picture.posters[(name, what)] += int(row.get(what, 0))
    elif row["sk"] == "resident":
        picture.facts[parse_facts(row).canonical] += 1


def parse_facts(row: dict[str, Any]) -> ExpectedFacts:
    """A resident's row of the table `facts`, as this program thinks of it."""
    return ExpectedFacts(
        ward=row["ward"],
        sex=row["sex"],
        birth_year=row["birth_year"],
        yes=set(row["yes"]),
        no=set(row["no"]),
        unknown=set(row["unknown"]),
        choices=row["choices"],
        measures=row["measures"],
    )


def _scan(target: PilotTarget, table: str, *attributes: str) -> Iterator[dict[str, Any]]:
    request: dict[str, Any] = {"TableName": target.tables[table], "ConsistentRead": True}
    if attributes:
        names = {f"#{place}": name for place, name in enumerate(attributes)}
        request |= {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    for page in target.aws("dynamodb").get_paginator("scan").paginate(**request):
        yield from map(from_wire, page["Items"])
