"""`ssk restore-drill`: export the running local stack, restore it into a fresh one, compare the hashes.

Then the restored `keys` lose every pointer, as an older `keys` would lack some, and get them anew from what is sealed
in `records` (`ops.drills.pointers`).

The fresh stack has an emulator of its own, so nothing can be there that was not in the export. In AWS the keys of KMS
outlive the tables, which is why sealed values are opened with the key of the first stack and the rows of the second.
"""

import argparse
import shutil
from dataclasses import replace
from typing import Any

from health_record.aws.dynamo import from_wire
from ops.drills import drill_stack, export, pointers, table_dump
from ops.drills.drill_stack import Finding
from ops.drills.pointers import OperatorsHash
from ops.drills.table_dump import TableStore
from ops.errors import OpsError
from ops.local import stack_file
from ops.local.aws import create_client, read_outputs
from ops.local.stack_location import StackLocation, read_location
from ops.progress_steps import ProgressSteps


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Drill and tell; 1 when anything is missing or does not open."""
    source_place = read_location()
    stack_file.read_stack_file(source_place)
    source = TableStore.from_local_stack(source_place)
    if not source.read_table("records"):
        raise OpsError("The stack holds no record, so a drill would show nothing: `make pilot` brings some.")
    place = drill_stack.new_location(source_place.folder, "restore-drill", source_place.province)
    files = place.folder / "export"
    try:
        with ProgressSteps() as steps:
            with steps.step("Exporting every table"):
                export.write_export(source, files)
            with drill_stack.run_stack(place, steps):
                target = TableStore.from_local_stack(place)
                with steps.step("Restoring into the fresh stack"):
                    target.delete_everything()
                    export.restore_export(target, files)
                with steps.step("Comparing and opening"):
                    findings = compare_stores(source, target)
                with steps.step("Losing the pointers and making them anew"):
                    findings.append(rebuild_lost_pointers(source, target, operators_hash(source_place)))
    finally:
        shutil.rmtree(files, ignore_errors=True)  # what people declared, though sealed
    shutil.rmtree(place.folder, ignore_errors=True)
    return drill_stack.print_findings("Restore drill", findings, as_json=arguments.json)


def operators_hash(place: StackLocation) -> OperatorsHash:
    """The MACs of the stack at `place`: KMS outlives the tables, so its roots are those of after the restore."""
    deployed = read_outputs(place)
    return OperatorsHash(
        create_client(place, "kms"),
        place.province,
        phones=deployed["PhoneMacKeyId"],
        identifiers=deployed["MacKeyId"],
    )


def rebuild_lost_pointers(source: TableStore, target: TableStore, macs: OperatorsHash) -> Finding:
    """Delete every pointer of `target`, make them anew, and compare where they lead with those of `source`.

    What only `keys` knows is lost with it: since when a number is claimed, and which was verified.
    """
    for item in target.read_table("keys"):
        if pointers.is_pointer(from_wire(item)):
            target.dynamodb.delete_item(TableName=target.tables["keys"], Key={"pk": item["pk"]})
    store = replace(target, kms=source.kms, data_key_id=source.data_key_id)
    pointers.apply_changes(store, pointers.find_changes(store, macs))
    before, after = (_leading(one.read_table("keys")) for one in (source, target))
    differing = sum(after.get(pk) != item for pk, item in before.items()) + len(after.keys() - before.keys())
    return Finding("pointers made anew lead where they led", len(before), differing)


def _leading(rows: list[table_dump.Wire]) -> dict[str, dict[str, Any]]:
    items = [item for item in map(from_wire, rows) if pointers.is_pointer(item) and not pointers.is_verified(item)]
    return {item["pk"]: {name: item[name] for name in item if name not in pointers.KEPT} for item in items}


def compare_stores(source: TableStore, target: TableStore) -> list[Finding]:
    """What was restored beside what there was, and whether it can be read."""
    findings = []
    for table in source.tables:
        before, after = source.read_table(table), target.read_table(table)
        same = table_dump.hash_items(before) == table_dump.hash_items(after)
        broken = 0 if same else max(1, table_dump.count_lost(before, after) + table_dump.count_lost(after, before))
        # An empty table is looked at as well: one look, whether it is still empty.
        findings.append(Finding(f"{table}: the same items, by hash", len(before) or 1, broken))
    found = table_dump.decrypt_values(target.read_table("records"), target.read_table("keys"), source)
    findings.append(Finding("sealed values open with the restored keys", found.sealed, found.broken))
    return findings
