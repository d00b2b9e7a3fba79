"""What a summary is made of: the person, their declaration, what facilities wrote, and where each came from."""

import functools
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from health_record.rendering.moments import HOME
from health_record.rendering.source_words import BY_THEMSELVES, CONFIRMED, FACILITY_SYSTEM, SELF_DECLARED, SOURCE_SYSTEM

Resource = dict[str, Any]

# Who declares, by the answer to the question whom it is for.
BY_ANOTHER = {
    "child": "Cha hoặc mẹ khai thay (declared by a parent)",
    "parent": "Con khai thay (declared by a daughter or son)",
    "spouse": "Vợ hoặc chồng khai thay (declared by the spouse)",
    "other": "Người chăm sóc khai thay (declared by a carer)",
}
RELATION = "identity.relation"
DATA_ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"


class Excerpt(StrEnum):
    """What a copy is cut down to, where its person wants less than all; its value is what callers and links say."""

    NOT_SENSITIVE = "not-sensitive"
    EMERGENCY_CARD = "emergency-card"


@dataclass(frozen=True)
class Person:
    """Who the record is about; `identity` is the sealed part of the record's meta item.

    `assurance` says whether a facility has seen the card (`card-seen`) or not (`declared`), `is_joined` that another
    record of the same person took this one's place.
    """

    record_id: str
    identity: dict[str, Any]
    assurance: str = "declared"
    is_joined: bool = False

    @property
    def reference(self) -> dict[str, str]:
        """The FHIR reference to this person."""
        return {"reference": f"Patient/{self.record_id}"}

    def derived_id(self, *parts: str) -> str:
        """UUIDv5 of the record and `parts`: the same each time, so that confirmations stay attached."""
        return derive_uuid(self._record_bytes, "|".join(parts))

    @functools.cached_property
    def _record_bytes(self) -> bytes:
        return uuid.UUID(self.record_id).bytes


@dataclass(frozen=True)
class Declaration:
    """One version of what the person (or who declares for them) said; `authored` is an ISO time."""

    questionnaire: Resource
    response: Resource
    authored: str
    version: int = 1

    @functools.cached_property
    def by_another(self) -> str | None:
        """Who declared for the person, in words; None where they did it themselves."""
        groups = [group for group in self.response.get("item", []) if group.get("linkId") == RELATION.partition(".")[0]]
        answers = [
            answer.get("valueCoding", {}).get("code")
            for group in groups
            for item in group.get("item", [])
            if item.get("linkId") == RELATION
            for answer in item.get("answer", [])
        ]
        return BY_ANOTHER.get(answers[0]) if answers else None

    def asserter(self, person: Person) -> Resource:
        """A FHIR reference to who said so."""
        return {"display": self.by_another} if self.by_another else dict(person.reference)


@dataclass(frozen=True)
class Contribution:
    """The newest version of a resource that a facility wrote; `recorded` is an ISO time."""

    resource: Resource
    facility_id: str
    facility_name: str
    recorded: str
    version: int = 1


@dataclass(frozen=True)
class Record:
    """All that a summary needs. `base_url` is that of the FHIR service, `now` an ISO time.

    `weight` is how many bytes the record takes as it is kept.
    `disputes` are the reasons why the person says that an entry of a facility is wrong, by (type, id).
    `left_out` is by section how many entries of hospitals stand in `$everything` alone.
    `excerpt` cuts the summary down; without it everything is shown.
    """

    person: Person
    base_url: str
    now: str
    declaration: Declaration | None = None
    contributions: list[Contribution] = field(default_factory=list)
    disputes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    time_zone: str = HOME
    weight: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    excerpt: Excerpt | None = None


def derive_uuid(namespace: bytes, name: str) -> str:
    """A UUIDv5 as `uuid.uuid5` makes it, in a quarter of its time: a summary of many episodes asks for thousands.

    >>> derive_uuid(uuid.NAMESPACE_DNS.bytes, "python.org") == str(uuid.uuid5(uuid.NAMESPACE_DNS, "python.org"))
    True
    """
    found = bytearray(hashlib.sha1(namespace + name.encode(), usedforsecurity=False).digest()[:16])
    found[6], found[8] = found[6] & 0x0F | 0x50, found[8] & 0x3F | 0x80
    text = found.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def self_declared_meta(declaration: Declaration) -> Resource:
    """`meta` of a resource derived from the declaration."""
    said_by = declaration.by_another or BY_THEMSELVES
    return {
        "source": "urn:x-so-suc-khoe:declaration",
        "lastUpdated": declaration.authored,
        "tag": [{"system": SOURCE_SYSTEM, "code": SELF_DECLARED, "display": said_by}],
    }


def contributed_meta(contribution: Contribution) -> Resource:
    """`meta` of a resource that a facility wrote: where it comes from, beside the labels that its sender gave it."""
    theirs = contribution.resource.get("meta") or {}
    labels = {name: theirs[name] for name in ("profile", "security") if name in theirs} if theirs else {}
    return {
        **labels,
        "versionId": str(contribution.version),
        "lastUpdated": contribution.recorded,
        "source": f"{FACILITY_SYSTEM}:{contribution.facility_id}",
        "tag": [
            {"system": SOURCE_SYSTEM, "code": CONFIRMED, "display": "Cơ sở y tế ghi nhận"},
            {"system": FACILITY_SYSTEM, "code": contribution.facility_id, "display": contribution.facility_name},
            *theirs.get("tag", ()),
        ],
    }
