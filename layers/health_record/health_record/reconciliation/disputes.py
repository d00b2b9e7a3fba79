"""Disputes: the person says that an entry of a facility is wrong. It stays, marked for software and in words.

records  record#<uuid> / dispute#<Type>#<uuid>   sealed {resource, reason, at, also}
"""

from collections.abc import Mapping
from typing import Any

from health_record.rendering.source_words import DISPUTE_SYSTEM, DISPUTED, with_tags

Resource = dict[str, Any]
LONGEST_REASON = 500


def disputed(resource: Resource, disputes: Mapping[tuple[str, str], str]) -> Resource:
    """The resource, with `meta.tag` `disputed` and the person's reason if they dispute it."""
    reason = disputes.get((resource["resourceType"], resource["id"])) if disputes else None
    if reason is None:
        return resource
    return with_tags(resource, [{"system": DISPUTE_SYSTEM, "code": DISPUTED, "display": reason}])
