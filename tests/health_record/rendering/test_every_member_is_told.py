"""Every member of every accepted type, of a dosage and of a timing changes the words, or a list says why not.

The members come from HL7's definitions. Each is given two values in turn: the words must tell the two apart, and
both from a resource without it.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from health_record.fhir.validator import Spec, definitions
from health_record.record.contributions import CONTAINED, TYPES
from health_record.rendering.entries import entry
from health_record.rendering.phrases import in_language
from tests.health_record.rendering.members_not_told import EVERYWHERE, NAMES_ONLY, NOT_TOLD

ZONE = "Asia/Ho_Chi_Minh"
# Two values of each data type.
TWO: dict[str, tuple[Any, Any]] = {
    "Age": ({"value": 7, "code": "a"}, {"value": 9, "code": "a"}),
    "Annotation": ({"text": "một"}, {"text": "hai"}),
    "Attachment": ({"title": "một"}, {"title": "hai"}),
    "CodeableConcept": ({"text": "một"}, {"text": "hai"}),
    "Coding": ({"code": "1", "display": "một"}, {"code": "2", "display": "hai"}),
    "ContactPoint": ({"value": "một"}, {"value": "hai"}),
    "Duration": ({"value": 7, "code": "h"}, {"value": 9, "code": "h"}),
    "Identifier": ({"value": "một"}, {"value": "hai"}),
    "Period": ({"start": "2026-11-01"}, {"start": "2026-11-02"}),
    "Quantity": ({"value": 7, "unit": "mg"}, {"value": 9, "unit": "mg"}),
    "Range": ({"low": {"value": 7}}, {"low": {"value": 9}}),
    "Ratio": (
        {"numerator": {"value": 7}, "denominator": {"value": 1}},
        {"numerator": {"value": 9}, "denominator": {"value": 1}},
    ),
    "Reference": ({"display": "một"}, {"display": "hai"}),
    "SampledData": ({"data": "1 2"}, {"data": "1 2 3"}),
    "base64Binary": ("AAAA", "BBBB"),
    "boolean": (True, False),
    "canonical": ("urn:x:1", "urn:x:2"),
    "date": ("2026-11-01", "2026-11-02"),
    "dateTime": ("2026-11-01", "2026-11-02"),
    "decimal": (7, 9),
    "id": ("a1", "b2"),
    "instant": ("2026-11-01T08:00:00Z", "2026-11-02T08:00:00Z"),
    "integer": (7, 9),
    "positiveInt": (7, 9),
    "string": ("một", "hai"),
    "time": ("07:00:00", "09:00:00"),
    "unsignedInt": (7, 9),
    "uri": ("urn:x:1", "urn:x:2"),
}
# What stands only inside another resource, and where.
HOSTS = {
    "Device": ("Procedure", "usedReference"),
    "Medication": ("MedicationStatement", "medicationReference"),
    "Specimen": ("Observation", "specimen"),
}
# A member that says something only beside another; FHIR's own constraints want most of these.
BESIDE: dict[str, dict[str, Any]] = {
    "Timing.repeat": {"periodUnit": "d", "durationUnit": "h", "duration": 1, "period": 1},
    "DocumentReference": {"type": {"text": "Giấy"}},
}
# Where the values of a member are said by the absence of words, as the plain case.
PLAIN = {
    "AllergyIntolerance.type": 1,
    "Dosage.asNeededBoolean": 1,
    "Immunization.isSubpotent": 1,
    "Immunization.primarySource": 1,
    "Immunization.reaction.reported": 1,
    "Medication.ingredient.isActive": 1,
}


def leaves(kind: str, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], tuple[Spec, ...]]]:
    """Every member below a type that has no members of its own, with the definitions on the way."""
    for name, spec in definitions().types[kind].items():
        if name in EVERYWHERE and (path or kind in NOT_TOLD or name in ("id", "extension")) and name != "text":
            continue
        if name == "text" and spec.kind == "Narrative":
            continue
        if spec.kind in TWO or isinstance(spec.extra, str) or spec.kind == "code":
            yield (*path, name), (spec,)
        elif spec.kind in definitions().types and spec.kind not in (kind, "Extension"):
            for below, specs in leaves(spec.kind, (*path, name)):
                yield below, (spec, *specs)


def values(spec: Spec) -> list[Any]:
    """Every code of a required value set, else two values of the type."""
    if isinstance(spec.extra, str):
        codes = [(system, code) for system, found in definitions().codes[spec.extra].items() for code in found]
        if spec.kind == "code":
            return [code for _, code in codes]
        return [{"coding": [{"system": system, "code": code}]} for system, code in codes]
    return ["abc", "xyz"] if spec.kind == "code" else list(TWO[spec.kind])


def made(kind: str, path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """An element of `kind` with what it must have, and `value` at the end of the path; without it for None."""
    specs = definitions().types[kind]
    found: dict[str, Any] = {
        name: wrapped(spec, values(spec)[0])
        for name, spec in specs.items()
        if spec.minimum and spec.kind in TWO | {"code": 0}
    }
    for name, spec in specs.items():
        if spec.choice and spec.choice_minimum and not any(specs[one].choice == spec.choice for one in found):
            found[name] = wrapped(spec, values(spec)[0])
    found |= {name: given for name, given in BESIDE.get(kind, {}).items() if (name,) != path}
    name, *rest = path
    spec = specs[name]
    inner = made(spec.kind, tuple(rest), value) if rest else value
    if inner is None:
        found.pop(name, None)
        return found
    if spec.choice:
        found = {other: given for other, given in found.items() if specs[other].choice != spec.choice}
    return found | {name: wrapped(spec, inner)}


def wrapped(spec: Spec, value: Any) -> Any:
    return [value] if spec.many else value


def words(kind: str, path: tuple[str, ...], value: Any) -> tuple[str, str]:
    element = {"resourceType": kind, "id": "1"} | made(kind, path, value)
    if kind in HOSTS:
        host, member = HOSTS[kind]
        reference = wrapped(definitions().types[host][member], {"reference": "#1"})
        element = {
            "resourceType": host,
            "id": "2",
            "status": "active",
            "code": {"text": "Tên"},
            "contained": [element],
            member: reference,
        }
    said = entry(element, ZONE)
    everything = (*said.headline, " | ", *said.when)
    return in_language(everything, "vi"), in_language(everything, "en")


def asked() -> list[tuple[str, tuple[str, ...], Spec]]:
    return [(kind, path, specs[-1]) for kind in NOT_TOLD for path, specs in leaves(kind)]


def is_told(kind: str, path: tuple[str, ...], spec: Spec) -> bool:
    """Whether each value of the member has words of its own, in both languages."""
    told = [words(kind, path, value) for value in values(spec)]
    without = [] if is_needed(kind, path) else [words(kind, path, None)]
    every = [*told, *without]
    plain = 1 if without and told_by_absence(kind, path, spec) else 0
    return all(len({said[place] for said in every}) >= len(every) - plain for place in (0, 1))


def is_needed(kind: str, path: tuple[str, ...]) -> bool:
    spec = definitions().types[kind][path[0]]
    if len(path) > 1:
        return is_needed(spec.kind, path[1:])
    return bool(spec.minimum or spec.choice)


def told_by_absence(kind: str, path: tuple[str, ...], spec: Spec) -> bool:
    """Where one value is the plain case: a status that a list means anyway, and what `PLAIN` names."""
    while len(path) > 1 and f"{kind}.{'.'.join(path)}" not in PLAIN:
        kind, path = definitions().types[kind][path[0]].kind, path[1:]
    return f"{kind}.{'.'.join(path)}" in PLAIN or path[-1].lower().endswith("status") or isinstance(spec.extra, str)


def test_every_accepted_type_is_looked_at() -> None:
    assert set(NOT_TOLD) | NAMES_ONLY == {*TYPES, *CONTAINED}


@pytest.mark.parametrize("kind", sorted(NOT_TOLD))
def test_every_member_is_told_or_the_list_says_why_not(kind: str) -> None:
    silent = {".".join(path) for found, path, spec in asked() if found == kind and not is_told(kind, path, spec)}
    assert silent == set(NOT_TOLD[kind])


def test_no_part_of_a_dosage_is_hidden_by_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text beside the parts of a dosage takes none of them away."""
    monkeypatch.setitem(BESIDE, "Dosage", {"text": "Uống sau ăn"})
    parts = [path for kind, path, _ in asked() if kind == "MedicationStatement" and path[0] == "dosage"]
    assert len(parts) > 30
    silent = [path for kind, path, spec in asked() if path in parts and not is_told(kind, path, spec)]
    assert silent == []
