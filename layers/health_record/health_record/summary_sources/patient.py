"""The Patient resource of a record (VN Core's identifier systems; `name.text` is the full name as given)."""

from health_record import wards
from health_record.identity import identifiers
from health_record.summary_sources.sources import Person, Resource

ASSURANCE_SYSTEM = "urn:x-so-suc-khoe:assurance"
ASSURANCE_WORDS = {
    "card-seen": "Cơ sở y tế đã xem giấy tờ (a facility has seen the card)",
    "declared": "Chưa xem giấy tờ: số và tên do người khai tự khai (card not seen: number and name as declared)",
}
RECORD_SYSTEM = "urn:x-so-suc-khoe:record"
JOINED_WORDS = (
    "Cơ sở y tế thấy người này đã khai hai lần; hồ sơ kia thay cho hồ sơ này, xin tra số trên giấy tờ "
    "(a facility found that this person declared twice; the other record takes the place of this one: look up the "
    "number on the card)"
)
SYSTEMS = {
    "national_id": identifiers.NATIONAL_ID,
    "insurance_number": identifiers.INSURANCE_NUMBER,
}


def build_patient(person: Person) -> Resource:
    """Who the record is about, as far as the record says."""
    identity = person.identity
    resource: Resource = {
        "resourceType": "Patient",
        "id": person.record_id,
        "meta": build_meta(person.assurance, joined=person.is_joined),
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


def build_bare_patient(record_id: str, assurance: str, *, joined: bool = False) -> Resource:
    """Only that the person was matched, and how sure that is: nothing about them."""
    return {"resourceType": "Patient", "id": record_id, "meta": build_meta(assurance, joined=joined)}


def build_meta(assurance: str, *, joined: bool) -> Resource:
    """`meta` that says whether a facility has seen the person's card, and whether another record took the place."""
    seen = {"system": ASSURANCE_SYSTEM, "code": assurance, "display": ASSURANCE_WORDS[assurance]}
    taken = {"system": RECORD_SYSTEM, "code": "joined", "display": JOINED_WORDS}
    return {"tag": [seen, taken] if joined else [seen]}


def _ward(identity: Resource) -> Resource:
    ward = wards.find(str(identity["ward"]))
    if ward is None:
        return {"text": str(identity["ward"])}
    province = wards.province_name(ward.province)
    return {"text": f"{ward.name}, {province}", "district": ward.name, "state": province}
