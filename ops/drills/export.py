"""An export in files, as a backup would lie somewhere: one for each table, and a manifest with their hashes."""

import gzip
import json
from pathlib import Path
from typing import Any

from ops.drills import table_dump
from ops.drills.table_dump import TableStore
from ops.errors import OpsError
from ops.local.stack_file import TABLES

MANIFEST = "manifest.json"


def write_export(store: TableStore, folder: Path) -> dict[str, int]:
    """Write every table; returns how many items each has. Nobody but this user can read the files."""
    folder.mkdir(mode=0o700)
    manifest: dict[str, dict[str, Any]] = {}
    for table in TABLES:
        items = store.read_table(table)
        with gzip.open(folder / f"{table}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(table_dump.item_to_line(item) + "\n" for item in items)
        manifest[table] = {"items": len(items), "sha256": table_dump.hash_items(items)}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return {table: entry["items"] for table, entry in manifest.items()}


def restore_export(store: TableStore, folder: Path) -> None:
    """Put every item of an export into the tables. Raises OpsError for a damaged file, before anything is written."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    tables = {table: _read(folder / f"{table}.jsonl.gz") for table in manifest}
    for table, items in tables.items():
        if table_dump.hash_items(items) != manifest[table]["sha256"]:
            raise OpsError(f"The export of {table} is not what the manifest says: it was damaged or changed.")
    for table, items in tables.items():
        store.write_items(table, items)


def _read(file: Path) -> list[table_dump.Wire]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            return [table_dump.line_to_item(line) for line in lines]
    except (OSError, EOFError, ValueError, AttributeError) as error:
        raise OpsError(f"{file.name} of the export cannot be read.") from error
