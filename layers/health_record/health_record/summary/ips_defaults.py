"""What IPS asks of a resource beyond FHIR R4, filled in with "unknown" where a facility left it out."""

from health_record.summary.sources import Contribution, Resource, contributed_meta

UNKNOWN = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"},
    ]
}
NAMELESS = {"text": "Không ghi (not stated)"}
TIMED = {"MedicationStatement": "effective", "Observation": "effective", "Procedure": "performed"}
CODED = ("AllergyIntolerance", "Condition", "Procedure")


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


def _says_something(resource: Resource) -> bool:
    names = ("value", "_value", "hasMember", "component", "dataAbsentReason")
    return any(name.startswith(names) for name in resource)
