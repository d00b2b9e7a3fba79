"""Under which id a facility's resource is kept, where the id that the facility chose is another facility's.

A writer that may not read a record must not learn from a refusal that an id is taken: some ids can be worked out
(those of what a summary derives from a declaration), and 409 would tell what another facility confirmed. Its resource
is kept under an id that only the record's key makes, and every answer speaks of the id that the facility chose.
"""

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from functions.contribute.bundle import TransactionRequest
from health_record.fhir.invariants import find_references

type Name = tuple[str, str]  # type and id of a resource


@dataclass(frozen=True)
class KeptNames:
    """The names of one call that are kept otherwise than chosen: chosen -> kept."""

    kept: Mapping[Name, Name]

    def apply(self, request: TransactionRequest) -> TransactionRequest:
        """The same Bundle with the ids, and the references to them, under which it is kept."""
        if not self.kept:
            return request
        references = {"/".join(chosen): "/".join(kept) for chosen, kept in self.kept.items()}
        resources = {}
        for name, resource in request.resources.items():
            renamed = _with_references(resource, references)
            kept = self.kept.get(name, name)
            resources[kept] = {**renamed, "id": kept[1]}
        return replace(request, resources=resources)

    def chosen(self, kept: Name) -> Name:
        """What the facility calls the resource."""
        return next((name for name, other in self.kept.items() if other == kept), kept)


def find_names(
    request: TransactionRequest,
    owners: Mapping[Name, str],
    *,
    facility_id: str,
    record_key: bytes,
    known: AbstractSet[Name] | None,
) -> KeptNames:
    """The names of the Bundle and of its references that are kept otherwise; pure.

    `owners` is the facility of each resource of the record, `known` what this facility may know of (None: everything).
    A name that was once kept otherwise stays so, whatever the facility may read by now.
    """
    references = {each.partition("/") for resource in request.resources.values() for each in find_references(resource)}
    mentioned = {(kind, resource_id) for kind, _, resource_id in references}
    found = {}
    for name in (*request.resources, *sorted(mentioned)):
        other = _own_name(record_key, facility_id, name)
        is_hidden = known is not None and name in owners and name not in known
        if owners.get(other) == facility_id or (is_hidden and name in request.resources):
            found[name] = other
    return KeptNames(found)


def _own_name(record_key: bytes, facility_id: str, name: Name) -> Name:
    digest = hmac.new(record_key, "\0".join(("own-name", facility_id, *name)).encode(), hashlib.sha256).digest()
    return name[0], str(uuid.UUID(bytes=digest[:16], version=4))


def _with_references(element: Any, references: Mapping[str, str]) -> Any:
    if isinstance(element, list):
        return [_with_references(each, references) for each in element]
    if not isinstance(element, dict):
        return element
    return {
        name: references.get(each, each)
        if name == "reference" and isinstance(each, str)
        else _with_references(each, references)
        for name, each in element.items()
    }
