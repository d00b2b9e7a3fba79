"""`ssk rebuild-pointers`: after a restore, make what leads to records anew from what is sealed in them."""

import argparse
import json

from ops.deployment import add_province_argument, find_deployment, province_of
from ops.drills import pointers
from ops.drills.pointers import OperatorsHash
from ops.drills.table_dump import TableStore


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_province_argument(parser)
    parser.add_argument("--write", action="store_true", help="write them; without it the command only counts")
    parser.add_argument("--json", action="store_true", help="print the counts as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Count, and write where that is asked for; 1 where a record is dark."""
    where, province = find_deployment(arguments), province_of(arguments)
    store = TableStore.from_deployment(where, province)
    phones, identifiers = where.outputs["PhoneMacKeyId"], where.outputs["MacKeyId"]
    changes = pointers.find_changes(store, OperatorsHash(store.kms, province, phones=phones, identifiers=identifiers))
    put, deleted = changes.count(changes.put), changes.count(changes.deleted)
    if arguments.write:
        pointers.apply_changes(store, changes)
    for kind in pointers.KINDS:
        print(f"{kind}: {put[kind]:,} to put, {deleted[kind]:,} to delete")
    print(f"dark, with no key that opens them: {changes.dark:,} records")
    if arguments.json:
        print(json.dumps({"put": put, "deleted": deleted, "dark": changes.dark, "written": arguments.write}))
    return 1 if changes.dark else 0
