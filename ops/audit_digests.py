"""The signed digests of a province, and whether the audit table still says what they say."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from health_record import audit, audit_digest
from health_record.dynamo import Item
from ops.deployment import Deployment
from ops.errors import OpsError

DELETED = None  # a delete marker in the place of a version
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
GRACE_DAYS = 3  # the job makes up for as many days


class Finding(NamedTuple):
    """What is not as it must be on a facility's day."""

    facility: str
    day: str
    what: str


@dataclass(frozen=True)
class Digests:
    """The bucket, the public half of the key that signs, and the table they speak of."""

    dynamodb: Any
    s3: Any
    table: str
    bucket: str
    public_key: bytes

    @classmethod
    def of(cls, where: Deployment) -> "Digests":
        """Those of a deployed province. Raises OpsError where it has none yet."""
        if "DigestBucket" not in where.outputs:
            raise OpsError("This province was deployed without audit digests; deploy it again.")
        key = where.client("kms").get_public_key(KeyId=where.outputs["DigestKeyId"])
        return cls(
            where.client("dynamodb"),
            where.client("s3"),
            where.outputs["TableAudit"],
            where.outputs["DigestBucket"],
            bytes(key["PublicKey"]),
        )

    def items(self, facility_id: str, day: str) -> Iterator[Item]:
        """The audit items of a facility's local day."""
        return audit.of_facility_day(self.dynamodb, self.table, facility_id, day)

    def check(self, facility_id: str, since: date | None, today: date) -> tuple[int, list[Finding]]:
        """How many days were checked, and everything that is wrong with them."""
        kept = self._versions(facility_id)
        strays = sorted(day for day in kept if not DAY.fullmatch(day))
        findings = [Finding(facility_id, stray, "is no day's digest") for stray in strays]
        known = sorted(kept.keys() - strays)
        first = since or (date.fromisoformat(known[0]) if known else today - timedelta(days=GRACE_DAYS))
        previous = self._first(facility_id, (first - timedelta(days=1)).isoformat(), kept)
        days = [(first + timedelta(days=n)).isoformat() for n in range(max(0, (today - first).days))]
        for day in days:
            content = self._first(facility_id, day, kept)
            told = self._of_day(facility_id, day, content, previous)
            if kept.get(day, ("",))[0] is DELETED:
                told.append("was deleted before it was made")
            elif len(kept.get(day, ())) > 1:
                told.append("was written again; the first is what counts")
            findings += [Finding(facility_id, day, each) for each in told]
            previous = content
        return len(days), findings

    def _of_day(self, facility_id: str, day: str, content: bytes | None, previous: bytes | None) -> list[str]:
        if content is None:
            return ["has items and no digest"] if any(self.items(facility_id, day)) else ["has no digest"]
        try:
            digest, signature = audit_digest.read(content)
        except ValueError:
            return ["is no digest"]
        if not audit_digest.is_genuine(digest, signature, self.public_key):
            return ["carries a wrong signature"]
        if (digest["facility"], digest["day"]) != (facility_id, day):
            return ["is the digest of another day or facility"]
        told = [
            f"item {one.key} was {one.what}" for one in audit_digest.differences(digest, self.items(facility_id, day))
        ]
        if previous is not None and digest["previous"] != hashlib.sha256(previous).hexdigest():
            told.append("does not follow the digest before")
        return told

    def _versions(self, facility_id: str) -> dict[str, list[str | None]]:
        """The version ids of each day's digest, oldest first; DELETED stands for a delete marker."""
        prefix = f"{audit_digest.FOLDER}/{facility_id}/"
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=prefix)
        listed = [
            each | {"VersionId": each["VersionId"] if kind == "Versions" else DELETED}
            for page in pages
            for kind in ("Versions", "DeleteMarkers")
            for each in page.get(kind, [])
        ]
        listed.reverse()  # S3 lists the newest first, and times may be equal
        found: dict[str, list[str | None]] = {}
        for each in sorted(listed, key=lambda one: one["LastModified"]):
            day = each["Key"].removeprefix(prefix).removesuffix(".json")
            found.setdefault(day, []).append(each["VersionId"])
        return found

    def _first(self, facility_id: str, day: str, kept: dict[str, list[str | None]]) -> bytes | None:
        """The digest as it was first put there."""
        versions = [version for version in kept.get(day, ()) if version is not DELETED]
        if not versions:
            return None
        key = audit_digest.key_of(facility_id, day)
        answer = self.s3.get_object(Bucket=self.bucket, Key=key, VersionId=versions[0])
        return bytes(answer["Body"].read())
