"""The Patient resource of a record (VN Core's identifier systems; `name.text` is the full name as given)."""

from health_record import wards
from health_record.identity import identifiers
from health_record.summary.answers import Answered, Row, collect_answers
from health_record.summary.coded import list_codes
from health_record.summary.rows import RELATIVES
from health_record.summary.sources import Declaration, Person, Resource

ASSURANCE_SYSTEM = "urn:x-so-suc-khoe:assurance"
ASSURANCE_WORDS = {
    "card-seen": "Cơ sở y tế đã xem giấy tờ (a facility has seen the card)",
    "declared": "Chưa xem giấy tờ: số và tên do người khai tự khai (card not seen: number and name as declared)",
}
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
        "meta": assurance_meta(person.assurance),
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


def build_described_patient(person: Person, declaration: Declaration | None) -> Resource:
    """The same with what the declaration says of them: items whose `definition` is a path of `Patient`."""
    resource = build_patient(person)
    if declaration is None:
        return resource
    for path, row in collect_answers(declaration.questionnaire, declaration.response).patient:
        if path == "contact":
            found = _contact(row)
        elif path == "telecom":
            found = _telecom(row.parts[0])
        else:
            found = {"use": "home", "text": _text(row.parts[0])}
        resource.setdefault(path.partition(".")[0], []).append(found)
    return resource


def _contact(row: Row) -> Resource:
    """Someone to call: name, relationship (that of the group itself where it has one) and telephones."""
    contact: Resource = {}
    if roles := [code for code in list_codes({"coding": row.group.get("code", [])}) if code[0] == RELATIVES]:
        contact["relationship"] = [{"coding": [{"system": roles[0][0], "code": roles[0][1]}]}]
    for part in row.parts:
        match str(part.item.get("definition", "")).rpartition(".")[2]:
            case "name":
                contact["name"] = {"text": _text(part)}
            case "relationship":
                contact["relationship"] = [{"coding": [part.option(part.answers[0])]}]
            case "telecom":
                contact.setdefault("telecom", []).append(_telecom(part))
    return contact


def _telecom(part: Answered) -> Resource:
    text = _text(part)
    return {"system": "email" if "@" in text else "phone", "value": text}


def _text(part: Answered) -> str:
    return str(part.answers[0].get("valueString", ""))


def build_bare_patient(record_id: str, assurance: str) -> Resource:
    """Only that the person was matched, and how sure that is: nothing about them."""
    return {"resourceType": "Patient", "id": record_id, "meta": assurance_meta(assurance)}


def assurance_meta(assurance: str) -> Resource:
    """`meta` that says whether a facility has seen the person's card."""
    return {"tag": [{"system": ASSURANCE_SYSTEM, "code": assurance, "display": ASSURANCE_WORDS[assurance]}]}


def _ward(identity: Resource) -> Resource:
    ward = wards.find(str(identity["ward"]))
    if ward is None:
        return {"text": str(identity["ward"])}
    province = wards.province_name(ward.province)
    return {"text": f"{ward.name}, {province}", "district": ward.name, "state": province}
