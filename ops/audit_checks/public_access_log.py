"""The public record of accesses: does each document say what the audit table says, and is it what people are served?"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from health_record.audit import access_log, public_access_log
from health_record.aws.dynamo import Item, error_code
from health_record.aws.keyed_hash import mac_with, root_of, subkey_of
from ops.audit_checks.daily_digests import Checked, Digests, Finding, day_before, days_known, days_of
from ops.audit_checks.locked_objects import Locked
from ops.deployment import Deployment

NAME = "accesses"  # in a facility's place where findings are told


@dataclass(frozen=True)
class AccessRecords:
    """The locked documents, those that the site serves, and the key of all seals."""

    digests: Digests
    kept: Locked
    province: str
    site: str
    seals: bytes

    @classmethod
    def of(cls, where: Deployment, province: str, digests: Digests) -> "AccessRecords":
        """Those of a deployed province."""
        kept = Locked.of(digests.s3, digests.bucket, public_access_log.FOLDER)
        root = root_of(where.client("kms"), where.outputs["MacKeyId"], province)
        return cls(digests, kept, province, where.outputs["SiteBucket"], subkey_of(root, access_log.PURPOSE))

    def check(self, owners: Sequence[str], since: date | None, now: datetime) -> Checked:
        """The documents at a local time; `owners` are all that may have items."""
        if not days_known(self.kept):
            return Checked(0, [], begun=False)
        days = days_of(self.kept, since, now)
        findings = [Finding(NAME, "key", each) for each in self._served("key", public_access_log.public_key(self._key))]
        previous = self.kept.first(day_before(days[0])) if days else None
        for day in days:
            content = self.kept.first(day)
            told = [*self._of_day(day, content, previous, owners), *self.kept.later(day)]
            findings += [Finding(NAME, day, each) for each in told]
            previous = content
        return Checked(len(days), findings)

    @property
    def _key(self) -> bytes:
        return self.digests.public_key

    def _of_day(self, day: str, content: bytes | None, previous: bytes | None, owners: Sequence[str]) -> Iterator[str]:
        if content is None:
            yield "has no document"
            return
        try:
            payload, hashes = public_access_log.read(content, self._key)
        except ValueError as error:
            yield f"has {error}"
            return
        if (payload["province"], payload["day"]) != (self.province, day):
            yield "has the document of another day or province"
        if payload["previous"] != (None if previous is None else public_access_log.hash_of(previous)):
            yield "does not follow the document before"
        yield from self._served(day, content)
        items = [item for owner in owners for item in self.digests.items(owner, day)]
        yield from (f"item {item['pk']} has not its record's seal" for item in items if not self._sealed(item, day))
        yield from self._marks(day, hashes, items)

    def _served(self, name: str, content: bytes) -> list[str]:
        """What is wrong with the site's copy."""
        try:
            found = self.digests.s3.get_object(Bucket=self.site, Key=f"{public_access_log.FOLDER}/{name}.json")[
                "Body"
            ].read()
        except Exception as error:
            if error_code(error) != "NoSuchKey":
                raise
            return ["is not served to the public"]
        return [] if found == content else ["is served to the public otherwise than it was made"]

    def _sealed(self, item: Item, day: str) -> bool:
        """Whether the item can be found by the person of its record, if it is of any."""
        record_id = item.get("record_id")
        sealed = access_log.seal_of(mac_with(self.seals, record_id), day) if record_id else None
        return bool(item.get("seal") == sealed)

    def _marks(self, day: str, hashes: Sequence[str], items: Sequence[Item]) -> Iterator[str]:
        """What the document says of each record, against what it would say of the items as they are now."""
        now = public_access_log.marks_of(public_access_log.leaves_of(items))
        then: dict[str, Any] = {}
        for part_hash in hashes:
            name = f"{day}/{part_hash}"
            part = self.kept.first(name)
            if part is None or public_access_log.hash_of(part) != part_hash:
                yield f"has no part {part_hash}"
                return
            yield from self._served(name, part)
            then |= json.loads(part)
        for mark in sorted(then.keys() | now.keys()):
            if then.get(mark) != now.get(mark):
                what = "removed" if mark not in now else "changed" if mark in then else "added"
                yield f"the accesses of mark {mark} were {what}"
