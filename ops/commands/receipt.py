"""`ssk receipt 79-K3C7-TM4A`: for who answers the hotline, what became of a declaration whose number somebody has.

Nothing is opened: no name, no number, no health, and not who may read the record.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from health_record.aws.dynamo import from_wire, to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.instants import HOME_ZONE
from health_record.record import receipts
from health_record.record.record_items import Meta, parse_meta
from health_record.table_keys import record_keys
from ops.deployment import Deployment, add_province_argument, find_deployment, province_of
from ops.drills.pointers import OperatorsHash
from ops.errors import OpsError

READ = {"pk", "sk", *Meta.__dataclass_fields__} - {"record_id", "sealed"}


@dataclass(frozen=True)
class Received:
    """A version that was received, and where its record stands today; instants as they are kept."""

    at: str
    version: int
    newest: int
    changed_at: str
    state: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("number", help="as it is written down, with or without hyphens")
    add_province_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")


def run(arguments: argparse.Namespace) -> int:
    """Look, and say it; 1 where no record has the number."""
    where, province = find_deployment(arguments), province_of(arguments)
    read = receipts.read_receipt(arguments.number)
    if read is None:
        raise OpsError("A receipt's number has two digits and eight signs, such as 79-K3C7-TM4A.")
    if read[0] not in (None, province):
        raise OpsError(f"This number is of province {read[0]}, not of {province}.")
    identifiers, phones = where.outputs["MacKeyId"], where.outputs["PhoneMacKeyId"]
    macs = OperatorsHash(where.client("kms"), province, phones=phones, identifiers=identifiers)
    found = list(find_received(where, macs, read[1]))
    for each in found:
        print(_sentence(each))
    if not found:
        print("No record has this number: it was written down wrongly, or the record was erased.")
    if len(found) > 1:
        print("Two records have this number by chance: ask on which day it was given.")
    if arguments.json:
        print(json.dumps({"found": [asdict(each) for each in found]}))
    return 0 if found else 1


def find_received(where: Deployment, macs: KeyedHash, read: str) -> Iterator[Received]:
    """Every version with the number: the table is read whole, since no table holds the numbers."""
    client, table, matches = where.client("dynamodb"), where.outputs["TableRecords"], receipts.matcher(macs, read)
    for meta in _metas(client, table):
        for version in range(1, meta.version + 1):
            if not matches(meta.record_id, version):
                continue
            key = wire_key((record_keys.record_pk(meta.record_id), record_keys.version_sk(version)))
            answer = client.get_item(TableName=table, Key=key, ProjectionExpression="authored")
            at = from_wire(answer["Item"])["authored"] if "Item" in answer else meta.created_at
            yield Received(at, version, meta.version, meta.updated_at, _state(meta))


def _metas(client: Any, table: str) -> Iterator[Meta]:
    names = {f"#{name}": name for name in sorted(READ)}
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="sk = :meta",
        ExpressionAttributeValues=to_wire({":meta": record_keys.META}),
        ProjectionExpression=", ".join(names),
        ExpressionAttributeNames=names | {"#sk": "sk"},
    )
    for page in pages:
        yield from (parse_meta(from_wire(item) | {"sealed": b""}) for item in page["Items"])


def _state(meta: Meta) -> str:
    if meta.erasing:
        return "being erased"
    return "put out of use by its person" if meta.restricted else "in use"


def _sentence(found: Received) -> str:
    later = f"corrected since, the last time on {_day(found.changed_at)}"
    now = later if found.newest > found.version else "not corrected since"
    return f"Received on {_day(found.at)} as version {found.version}; {now}; the record is {found.state}."


def _day(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone(HOME_ZONE):%d/%m/%Y}"
