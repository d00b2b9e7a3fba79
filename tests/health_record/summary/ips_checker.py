"""Checks a document against HL7's published IPS 2.0.0 StructureDefinitions: cardinality, fixed values, slices, types.

It reads the snapshots of the npm package `hl7.fhir.uv.ips` as they are, and knows nothing of how we build summaries.
"""

import functools
import json
import re
from collections.abc import Iterator
from typing import Any

from tests.node_packages import ips_package

Element = dict[str, Any]
IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition/"
PROFILES = {
    "AllergyIntolerance": "AllergyIntolerance-uv-ips",
    "Composition": "Composition-uv-ips",
    "Condition": "Condition-uv-ips",
    "Device": "Device-uv-ips",
    "DiagnosticReport": "DiagnosticReport-uv-ips",
    "ImagingStudy": "ImagingStudy-uv-ips",
    "Immunization": "Immunization-uv-ips",
    "Medication": "Medication-uv-ips",
    "MedicationStatement": "MedicationStatement-uv-ips",
    "Organization": "Organization-uv-ips",
    "Patient": "Patient-uv-ips",
    "Practitioner": "Practitioner-uv-ips",
    "Procedure": "Procedure-uv-ips",
    "Specimen": "Specimen-uv-ips",
}
LABORATORY = "Observation-results-laboratory-pathology-uv-ips"
RADIOLOGY = "Observation-results-radiology-uv-ips"
BY_CODE = {
    "72166-2": "Observation-tobaccouse-uv-ips",
    "74013-4": "Observation-alcoholuse-uv-ips",
    "82810-3": "Observation-pregnancy-status-uv-ips",
    "11778-8": "Observation-pregnancy-edd-uv-ips",
    "11636-8": "Observation-pregnancy-outcome-uv-ips",
}
PREGNANCY_STATUS = "Observation-pregnancy-status-uv-ips"
ENTRY_TYPES = {
    "11450-4": {"Condition"},
    "11348-0": {"Condition"},
    "47420-5": {"Condition", "ClinicalImpression"},
    "48765-2": {"AllergyIntolerance"},
    "10160-0": {"MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense"},
    "11369-6": {"Immunization"},
    "30954-2": {"Observation", "DiagnosticReport"},
    "47519-4": {"Procedure"},
    "8716-3": {"Observation"},
    "29762-2": {"Observation"},
    "10162-6": {"Observation"},
}


def faults(bundle: dict[str, Any]) -> list[str]:
    """What is wrong with an IPS document Bundle; empty if nothing is."""
    return [*_document(bundle), *(found for entry in bundle.get("entry", []) for found in _resource(entry["resource"]))]


@functools.cache
def _elements(profile: str) -> dict[str, Element]:
    path = ips_package() / f"StructureDefinition-{profile}.json"
    snapshot = json.loads(path.read_text(encoding="utf-8"))["snapshot"]["element"]
    return {element["id"]: element for element in snapshot}


def _document(bundle: dict[str, Any]) -> Iterator[str]:
    """Bundle-uv-ips and FHIR's own rules of documents (bdl-9 to bdl-12, bdl-ips-1)."""
    entries = bundle.get("entry", [])
    kinds = [entry["resource"]["resourceType"] for entry in entries]
    if bundle.get("type") != "document" or not {"system", "value"} <= bundle.get("identifier", {}).keys():
        yield "Bundle: no document with an identifier (bdl-9)"
    if "timestamp" not in bundle:
        yield "Bundle: no timestamp (bdl-10)"
    if kinds[:1] != ["Composition"] or kinds.count("Composition") != 1 or kinds.count("Patient") != 1:
        yield "Bundle: not one Composition first and one Patient (bdl-11, bdl-ips-1)"
    urls = [entry.get("fullUrl") for entry in entries]
    if None in urls or len(set(urls)) < len(urls):
        yield "Bundle: fullUrl missing or repeated (bdl-7)"
    if any({"request", "response", "search"} & entry.keys() for entry in entries):
        yield "Bundle: request, response or search in a document"
    yield from _links(entries)


def _links(entries: list[dict[str, Any]]) -> Iterator[str]:
    known = {"/".join(str(entry.get("fullUrl")).split("/")[-2:]): entry["resource"] for entry in entries}
    known |= {str(entry.get("fullUrl")): entry["resource"] for entry in entries}
    yield from _broken_references(entries, known)
    yield from _misplaced_entries(entries, known)


def _broken_references(entries: list[dict[str, Any]], known: dict[str, dict[str, Any]]) -> Iterator[str]:
    """References that lead out of the document, and resources that none leads to."""
    reached: set[str] = set()
    for entry in entries:
        for reference in _references(entry["resource"]):
            if reference in known:
                reached.add(str(known[reference].get("id")))
            elif not reference.startswith("#"):
                yield f"{entry['resource']['resourceType']}: refers to {reference}, which is not in the document"
    for entry in entries[1:]:
        if entry["resource"].get("id") not in reached:
            yield f"{entry['resource']['resourceType']}: nothing refers to it"


def _misplaced_entries(entries: list[dict[str, Any]], known: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Resources in a section that holds others."""
    for section in entries[0]["resource"].get("section", []) if entries else []:
        allowed = ENTRY_TYPES.get(section.get("code", {}).get("coding", [{}])[0].get("code"))
        for entry in section.get("entry", []):
            kind = known.get(entry["reference"], {}).get("resourceType")
            if allowed is not None and kind not in allowed | {"DocumentReference"}:
                yield f"Composition.section {section['title']}: {kind} does not belong here"


def _references(element: Any) -> Iterator[str]:
    if isinstance(element, list):
        for each in element:
            yield from _references(each)
    elif isinstance(element, dict):
        for name, each in element.items():
            if name == "reference" and isinstance(each, str):
                yield each
            elif name != "education":  # Immunization.education.reference is the uri of a leaflet
                yield from _references(each)


def profile_of(resource: dict[str, Any]) -> str | None:
    """The profile of IPS that a resource of a document has to fit, or None where any is right."""
    kind = resource["resourceType"]
    return _observation_profile(resource) if kind == "Observation" else PROFILES.get(kind)


def _resource(resource: dict[str, Any]) -> Iterator[str]:
    kind, profile = resource["resourceType"], profile_of(resource)
    if profile is None:
        return
    elements = _elements(profile)
    yield from _children(elements, kind, resource, kind)
    for inner in resource.get("contained", []):
        yield from _resource(inner)
    if kind == "Composition":
        yield from _sections(resource)
    if kind == "Patient" and not all({"family", "given", "text"} & name.keys() for name in resource.get("name", [])):
        yield "Patient.name: neither family nor given nor text (ips-pat-1)"
    if kind == "Observation":
        yield from _observation(resource, profile)


def _sections(composition: dict[str, Any]) -> Iterator[str]:
    for section in composition.get("section", []):
        if not section.get("entry") and not section.get("emptyReason") and _required(section):
            yield f"Composition.section {section.get('title')}: neither entry nor emptyReason (ips-comp-1)"
        if not re.match(r"<div [^>]*xmlns=", section.get("text", {}).get("div", "")):
            yield f"Composition.section {section.get('title')}: no narrative"


def _observation(resource: dict[str, Any], profile: str) -> Iterator[str]:
    if profile == LABORATORY and not any(
        name.startswith(("value", "hasMember", "component", "dataAbsentReason")) for name in resource
    ):
        yield "Observation: says nothing (ips-2)"
    if profile in (LABORATORY, RADIOLOGY):
        if 0 < len(resource.get("effectiveDateTime", "")) < 8:
            yield "Observation.effectiveDateTime: a year or a month alone (ips-1)"
        for component in resource.get("component", []):
            if not any(name.startswith(("value", "_value", "dataAbsentReason")) for name in component):
                yield "Observation.component: says nothing (ips-3)"
    if profile == PREGNANCY_STATUS and any("reference" not in each for each in resource.get("hasMember", [])):
        yield "Observation.hasMember: no literal reference"


def _required(section: dict[str, Any]) -> bool:
    return section.get("code", {}).get("coding", [{}])[0].get("code") in ("11450-4", "48765-2", "10160-0")


def _observation_profile(resource: dict[str, Any]) -> str | None:
    codes = {coding.get("code") for coding in resource.get("code", {}).get("coding", [])}
    categories = {c.get("code") for each in resource.get("category", []) for c in each.get("coding", [])}
    for code, profile in BY_CODE.items():
        if code in codes:
            return profile
    return LABORATORY if "laboratory" in categories else RADIOLOGY if "imaging" in categories else None


def _children(elements: dict[str, Element], parent: str, value: dict[str, Any], path: str) -> Iterator[str]:
    """Every element that stands directly below `parent` in the snapshot, slices included."""
    for element_id, element in elements.items():
        head, _, name = element_id.rpartition(".")
        if head != parent:
            continue
        base, _, slice_name = name.partition(":")
        given = _values(value, base)
        if slice_name:
            given = [one for one in given if _in_slice(elements, element_id, one)]
        yield from _one(elements, element_id, element, given, f"{path}.{name}")


def _one(elements: dict[str, Element], element_id: str, element: Element, given: list[Any], path: str) -> Iterator[str]:
    if len(given) < element["min"]:
        yield f"{path}: {len(given)} found, at least {element['min']} needed"
    if element["max"] != "*" and len(given) > int(element["max"]):
        yield f"{path}: {len(given)} found, at most {element['max']} allowed"
    for one in given:
        for name, wanted in element.items():
            if name.startswith("fixed") and one != wanted:
                yield f"{path}: is not the fixed value"
            if name.startswith("pattern") and not _fits(one, wanted):
                yield f"{path}: does not fit the pattern"
        if isinstance(one, dict):
            yield from _children(elements, element_id, one, path)


def _values(value: dict[str, Any], name: str) -> list[Any]:
    if name.endswith("[x]"):
        stem = name.removesuffix("[x]")
        names = {key.removeprefix("_") for key in value if re.fullmatch(rf"_?{stem}[A-Z]\w*", key)}
        return [value.get(key, value.get(f"_{key}")) for key in sorted(names)]
    found = value.get(name, value.get(f"_{name}"))
    return found if isinstance(found, list) else [] if found is None else [found]


def _in_slice(elements: dict[str, Element], slice_id: str, one: Any) -> bool:
    """Whether `one` belongs to the slice, by the value discriminators that IPS uses."""
    unsliced = elements[slice_id.rpartition(":")[0]]
    for discriminator in unsliced.get("slicing", {}).get("discriminator", []):
        if discriminator["type"] in ("type", "profile"):
            return False  # choices by type have the same rules as the element itself; profiles are checked by entry
        path = discriminator["path"]
        element = elements.get(slice_id if path == "$this" else f"{slice_id}.{path}")
        found = one if path == "$this" else one.get(path) if isinstance(one, dict) else None
        wanted = next((each for key, each in (element or {}).items() if key.startswith(("pattern", "fixed"))), None)
        if wanted is None or not _fits(found, wanted):
            return False
    return True


def _fits(value: Any, pattern: Any) -> bool:
    """FHIR's pattern rule: everything in the pattern is in the value."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(_fits(value.get(name), each) for name, each in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(_fits(one, each) for one in value) for each in pattern)
    return bool(value == pattern)
