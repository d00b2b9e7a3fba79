"""Objects of a bucket with versions as they were first put there, and what somebody did to them since."""

from dataclasses import dataclass
from typing import Any

DELETED = None  # a delete marker in the place of a version


@dataclass(frozen=True)
class LockedObjects:
    """The objects `<folder>/<name>.json`. `versions` has the ids of each name's versions, oldest first."""

    s3: Any
    bucket: str
    folder: str
    versions: dict[str, list[str | None]]

    @classmethod
    def load(cls, s3: Any, bucket: str, folder: str) -> "LockedObjects":
        """What the bucket has."""
        pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"{folder}/")
        listed = [
            each | {"VersionId": each["VersionId"] if kind == "Versions" else DELETED}
            for page in pages
            for kind in ("Versions", "DeleteMarkers")
            for each in page.get(kind, [])
        ]
        listed.reverse()  # S3 lists the newest first, and times may be equal
        found: dict[str, list[str | None]] = {}
        for each in sorted(listed, key=lambda one: one["LastModified"]):
            name = each["Key"].removeprefix(f"{folder}/").removesuffix(".json")
            found.setdefault(name, []).append(each["VersionId"])
        return cls(s3, bucket, folder, found)

    def read_first_version(self, name: str) -> bytes | None:
        """The object as it was first put there, or None."""
        versions = [version for version in self.versions.get(name, ()) if version is not DELETED]
        if not versions:
            return None
        key = f"{self.folder}/{name}.json"
        return bytes(self.s3.get_object(Bucket=self.bucket, Key=key, VersionId=versions[0])["Body"].read())

    def list_later_changes(self, name: str) -> list[str]:
        """What was done to it beside putting it there once."""
        versions = self.versions.get(name, [])
        if versions and versions[0] is DELETED:
            return ["was deleted before it was made"]
        return ["was written again; the first is what counts"] if len(versions) > 1 else []
