"""The public record of accesses: does each document say what the audit table says, and is it what people are served?"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from health_record.audit import access_log, public_access_log
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import compute_mac, derive_root, derive_subkey
from health_record.aws.service_errors import error_code
from ops.audit_checks.daily_digests import AuditDigests, CheckResult, Finding, due_days, previous_day, stored_days
from ops.audit_checks.locked_objects import LockedObjects
from ops.deployment import Deployment

LOG_NAME = "accesses"  # in a facility's place where findings are told


@dataclass(frozen=True)
class PublicAccessLog:
    """The locked documents, those that the site serves, and the key of all seals."""

    digests: AuditDigests
    locked: LockedObjects
    province: str
    site_bucket: str
    seal_key: bytes

    @classmethod
    def from_deployment(cls, where: Deployment, province: str, digests: AuditDigests) -> "PublicAccessLog":
        """Those of a deployed province."""
        kept = LockedObjects.load(digests.s3, digests.bucket, public_access_log.FOLDER)
        root = derive_root(where.client("kms"), where.outputs["MacKeyId"], province)
        return cls(digests, kept, province, where.outputs["SiteBucket"], derive_subkey(root, access_log.PURPOSE))

    def check_days(self, owners: Sequence[str], since: date | None, now: datetime) -> CheckResult:
        """The documents at a local time; `owners` are all that may have items."""
        if not stored_days(self.locked):
            return CheckResult(0, [], begun=False)
        days = due_days(self.locked, since, now)
        findings = [
            Finding(LOG_NAME, "key", each)
            for each in self._check_served("key", public_access_log.build_key_file(self._key))
        ]
        previous = self.locked.read_first_version(previous_day(days[0])) if days else None
        for day in days:
            content = self.locked.read_first_version(day)
            told = [*self._check_day(day, content, previous, owners), *self.locked.list_later_changes(day)]
            findings += [Finding(LOG_NAME, day, each) for each in told]
            previous = content
        return CheckResult(len(days), findings)

    @property
    def _key(self) -> bytes:
        return self.digests.public_key

    def _check_day(
        self, day: str, content: bytes | None, previous: bytes | None, owners: Sequence[str]
    ) -> Iterator[str]:
        if content is None:
            yield "has no document"
            return
        try:
            payload, hashes = public_access_log.parse_document(content, self._key)
        except ValueError as error:
            yield f"has {error}"
            return
        if (payload["province"], payload["day"]) != (self.province, day):
            yield "has the document of another day or province"
        if payload["previous"] != (None if previous is None else public_access_log.hash_shard(previous)):
            yield "does not follow the document before"
        yield from self._check_served(day, content)
        items = [item for owner in owners for item in self.digests.list_items(owner, day)]
        yield from (
            f"item {item['pk']} has not its record's seal" for item in items if not self._has_valid_seal(item, day)
        )
        yield from self._check_leaves(day, hashes, items)

    def _check_served(self, name: str, content: bytes) -> list[str]:
        """What is wrong with the site's copy."""
        try:
            found = self.digests.s3.get_object(Bucket=self.site_bucket, Key=f"{public_access_log.FOLDER}/{name}.json")[
                "Body"
            ].read()
        except Exception as error:
            if error_code(error) != "NoSuchKey":
                raise
            return ["is not served to the public"]
        return [] if found == content else ["is served to the public otherwise than it was made"]

    def _has_valid_seal(self, item: Item, day: str) -> bool:
        """Whether the item can be found by the person of its record, if it is of any."""
        record_id = item.get("record_id")
        sealed = access_log.compute_seal(compute_mac(self.seal_key, record_id), day) if record_id else None
        return bool(item.get("seal") == sealed)

    def _check_leaves(self, day: str, hashes: Sequence[str], items: Sequence[Item]) -> Iterator[str]:
        """What the document says of each record, against what it would say of the items as they are now."""
        now = public_access_log.build_entries(public_access_log.group_leaf_hashes(items))
        then: dict[str, Any] = {}
        for part_hash in hashes:
            name = f"{day}/{part_hash}"
            part = self.locked.read_first_version(name)
            if part is None or public_access_log.hash_shard(part) != part_hash:
                yield f"has no part {part_hash}"
                return
            yield from self._check_served(name, part)
            then |= json.loads(part)
        for mark in sorted(then.keys() | now.keys()):
            if then.get(mark) != now.get(mark):
                what = "removed" if mark not in now else "changed" if mark in then else "added"
                yield f"the accesses of mark {mark} were {what}"
