"""The Patient resource of a record (VN Core's identifier systems; `name.text` is the full name as given)."""

from health_record import identifiers, wards
from health_record.summary.sources import Person, Resource

SYSTEMS = {
    "national_id": identifiers.NATIONAL_ID,
    "insurance_number": identifiers.INSURANCE_NUMBER,
}


def patient(person: Person) -> Resource:
    """Who the record is about, as far as the record says."""
    identity = person.identity
    resource: Resource = {
        "resourceType": "Patient",
        "id": person.record_id,
        "active": True,
        "name": [{"use": "official", "text": identity["full_name"]}],
        "gender": identity["sex"],
        "birthDate": identity["birth_date"],
    }
    known = [{"system": system, "value": identity[name]} for name, system in SYSTEMS.items() if identity.get(name)]
    if known:
        resource["identifier"] = known
    if identity.get("ward"):
        resource["address"] = [{"use": "home", "type": "physical", "country": "VN", **_ward(identity)}]
    return resource


def bare(record_id: str) -> Resource:
    """Only that the person was matched: nothing about them."""
    return {"resourceType": "Patient", "id": record_id}


def _ward(identity: Resource) -> Resource:
    ward = wards.find(str(identity["ward"]))
    if ward is None:
        return {"text": str(identity["ward"])}
    province = wards.province_name(ward.province)
    return {"text": f"{ward.name}, {province}", "district": ward.name, "state": province}
