"""The signed digests of a province, and whether the audit table still says what they say."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from health_record.audit import audit_entries, digest_document
from health_record.aws.dynamo import Item
from ops.audit_checks.locked_objects import LockedObjects
from ops.deployment import Deployment
from ops.errors import OpsError

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
GRACE_DAYS = 3  # the job makes up for as many days
MADE_WITHIN = timedelta(hours=2)  # after midnight; until then yesterday's need not be there


class Finding(NamedTuple):
    """What is not as it must be on a facility's day."""

    facility: str
    day: str
    what: str


class CheckResult(NamedTuple):
    """How many days were checked, everything that is wrong with them, and whether any was ever kept."""

    days: int
    findings: list[Finding]
    begun: bool = True


@dataclass(frozen=True)
class AuditDigests:
    """The bucket, the public half of the key that signs, and the table they speak of."""

    dynamodb: Any
    s3: Any
    table: str
    bucket: str
    public_key: bytes

    @classmethod
    def from_deployment(cls, where: Deployment) -> "AuditDigests":
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

    def list_items(self, facility_id: str, day: str) -> Iterator[Item]:
        """The audit items of a facility's local day."""
        return audit_entries.query_facility_day(self.dynamodb, self.table, facility_id, day)

    def check_facility(self, facility_id: str, since: date | None, now: datetime) -> CheckResult:
        """The digests of a facility, at a local time."""
        kept = self._load_locked(facility_id)
        strays = sorted(day for day in kept.versions if not DAY.fullmatch(day))
        findings = [Finding(facility_id, stray, "is no day's digest") for stray in strays]
        if not stored_days(kept):
            return CheckResult(0, findings + self._check_without_digests(facility_id, since, now), begun=False)
        days = due_days(kept, since, now)
        previous = kept.read_first_version(previous_day(days[0])) if days else None
        for day in days:
            content = kept.read_first_version(day)
            told = [*self._check_day(facility_id, day, content, previous), *kept.list_later_changes(day)]
            findings += [Finding(facility_id, day, each) for each in told]
            previous = content
        return CheckResult(len(days), findings)

    def _load_locked(self, facility_id: str) -> LockedObjects:
        return LockedObjects.load(self.s3, self.bucket, f"{digest_document.FOLDER}/{facility_id}")

    def _check_without_digests(self, facility_id: str, since: date | None, now: datetime) -> list[Finding]:
        """A new facility has no calls of a day for which the job ran; the links' digests say for which it did."""
        days = due_days(self._load_locked(audit_entries.LINKS), since, now)[-GRACE_DAYS:]
        return [
            Finding(facility_id, day, "has items and no digest")
            for day in days
            if any(self.list_items(facility_id, day))
        ]

    def _check_day(self, facility_id: str, day: str, content: bytes | None, previous: bytes | None) -> list[str]:
        if content is None:
            return ["has items and no digest"] if any(self.list_items(facility_id, day)) else ["has no digest"]
        try:
            digest, signature = digest_document.parse_document(content)
        except ValueError:
            return ["is no digest"]
        if not digest_document.is_genuine(digest, signature, self.public_key):
            return ["carries a wrong signature"]
        if (digest["facility"], digest["day"]) != (facility_id, day):
            return ["is the digest of another day or facility"]
        told = [
            f"item {one.key} was {one.what}"
            for one in digest_document.find_differences(digest, self.list_items(facility_id, day))
        ]
        if digest["previous"] != (None if previous is None else hashlib.sha256(previous).hexdigest()):
            told.append("does not follow the digest before")
        return told


def stored_days(kept: LockedObjects) -> list[str]:
    """The days that have something, oldest first."""
    return sorted(name for name in kept.versions if DAY.fullmatch(name))


def due_days(kept: LockedObjects, since: date | None, now: datetime) -> list[str]:
    """Every day from the first that is there until yesterday, which is left out where it is neither there nor due."""
    known = stored_days(kept)
    if not known:
        return []
    first, today = max(known[0], str(since or "")), now.date()
    start = date.fromisoformat(first)
    days = [(start + timedelta(days=n)).isoformat() for n in range((today - start).days)]
    due = (now - MADE_WITHIN).date().isoformat()
    return [day for day in days if day < due or day in kept.versions]


def previous_day(day: str) -> str:
    """`2026-11-22` -> `2026-11-21`"""
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
