"""Disputes: the person says that an entry of a facility is wrong. It stays, marked for software and in words.

records  record#<uuid> / dispute#<Type>#<uuid>   sealed {reason, at}
"""

from collections.abc import Mapping
from typing import Any

from health_record.rendering.source_words import DISPUTE_SYSTEM, DISPUTED, with_tags

Resource = dict[str, Any]
PREFIX = "dispute#"
LONGEST_REASON = 500


def dispute_sk(kind: str, resource_id: str) -> str:
    """`dispute#Condition#0b8f...`"""
    return f"{PREFIX}{kind}#{resource_id}"


def disputed(resource: Resource, disputes: Mapping[tuple[str, str], str]) -> Resource:
    """The resource, with `meta.tag` `disputed` and the person's reason if they dispute it."""
    reason = disputes.get((resource["resourceType"], resource["id"])) if disputes else None
    if reason is None:
        return resource
    return with_tags(resource, [{"system": DISPUTE_SYSTEM, "code": DISPUTED, "display": reason}])
