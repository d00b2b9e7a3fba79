"""Reads a snapshot through its manifest, and believes no file that differs from it."""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from functions.aggregate import buckets
from functions.aggregate.errors import BrokenSnapshotError

BATCH_ITEMS = 400_000


@dataclass(frozen=True)
class DataFile:
    """One data file as the manifest names it."""

    key: str
    items: int
    md5: str


def list_data_files(bucket: str, summary_key: str) -> list[DataFile]:
    """The snapshot's data files that hold anything, in the order of the manifest.

    Raises BrokenSnapshotError where manifests are missing or contradict each other.
    """
    summary = json.loads(_need(bucket, summary_key))
    lines = _need(bucket, summary["manifestFilesS3Key"]).decode().splitlines()
    files = [
        DataFile(key=found["dataFileS3Key"], items=int(found["itemCount"]), md5=found["md5Checksum"])
        for found in map(json.loads, filter(None, lines))
    ]
    if sum(file.items for file in files) != int(summary["itemCount"]):
        raise BrokenSnapshotError("the manifests of the snapshot count different items")
    return [file for file in files if file.items]


def split_batches(files: list[DataFile]) -> Iterator[list[DataFile]]:
    """Runs of files that are read together, so that memory and disk stay the same however large the table is."""
    batch: list[DataFile] = []
    for file in files:
        if batch and sum(each.items for each in batch) + file.items > BATCH_ITEMS:
            yield batch
            batch = []
        batch.append(file)
    if batch:
        yield batch


def fetch_batch(bucket: str, batch: list[DataFile], folder: Path) -> list[Path]:
    """Download the files into `folder`. Raises BrokenSnapshotError where one is not what the manifest says."""
    paths = []
    for place, file in enumerate(batch):
        path = folder / f"{place:04d}.json.gz"
        if not buckets.download_file(bucket, file.key, path):
            raise BrokenSnapshotError("a data file of the snapshot is missing")
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, lambda: hashlib.md5(usedforsecurity=False)).digest()
        if base64.b64encode(digest).decode() != file.md5:
            raise BrokenSnapshotError("a data file of the snapshot differs from its manifest")
        paths.append(path)
    return paths


def _need(bucket: str, key: str) -> bytes:
    content = buckets.get_object(bucket, key)
    if content is None:
        raise BrokenSnapshotError("a manifest of the snapshot is missing")
    return content
