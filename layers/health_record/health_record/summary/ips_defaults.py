"""What IPS asks of a resource beyond FHIR R4, filled in with "unknown" where a facility left it out."""

from typing import Any

from health_record.summary.coded import list_codes
from health_record.summary.sources import LOINC, Contribution, Resource, contributed_meta

UNKNOWN = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"},
    ]
}
NAMELESS = {"text": "Không ghi (not stated)"}
TIMED = {"MedicationStatement": "effective", "Observation": "effective", "Procedure": "performed"}
CODED = ("AllergyIntolerance", "Condition", "Procedure")
AT_MOST_ONE = ("72166-2", "74013-4")  # Composition-uv-ips: one smoking status, one alcohol use


def fill_defaults(contribution: Contribution) -> Resource:
    """The resource as the summary shows it."""
    resource: Resource = {**contribution.resource, "meta": contributed_meta(contribution)}
    kind = resource["resourceType"]
    time = TIMED.get(kind)
    if time and not any(name.removeprefix("_").startswith(time) for name in resource):
        resource[f"_{time}DateTime"] = UNKNOWN
    if kind in CODED and "code" not in resource:
        resource["code"] = NAMELESS
    if kind == "Observation" and "performer" not in resource:
        resource["performer"] = [{"display": contribution.facility_name}]
    if kind == "Observation" and not _says_something(resource):
        resource["dataAbsentReason"] = {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}]
        }
    return resource


def drop_repeats(resources: list[Resource]) -> list[Resource]:
    """Only the newest of what the summary may say once, a facility's before the person's own on the same day."""
    newest: dict[str, Resource] = {}
    for resource in resources:
        if (code := _once(resource)) and (code not in newest or _rank(resource) >= _rank(newest[code])):
            newest[code] = resource
    return [each for each in resources if (code := _once(each)) is None or newest[code] is each]


def _once(resource: Resource) -> str | None:
    if resource["resourceType"] != "Observation":
        return None
    return next(
        (code for system, code in list_codes(resource.get("code")) if system == LOINC and code in AT_MOST_ONE), None
    )


def _rank(resource: Resource) -> tuple[str, bool]:
    moment: Any = resource.get("effectiveDateTime") or resource.get("effectivePeriod", {}).get("start") or ""
    return str(moment)[:10], str(resource["meta"].get("source", "")).startswith("urn:x-so-suc-khoe:facility")


def _says_something(resource: Resource) -> bool:
    names = ("value", "_value", "hasMember", "component", "dataAbsentReason")
    return any(name.startswith(names) for name in resource)
