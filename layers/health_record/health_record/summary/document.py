"""The document Bundle: Composition, Patient, and what the sections and their entries point to (IPS 2.0.0)."""

from health_record.summary import coded, narrative
from health_record.summary.from_declaration import derive_resources
from health_record.summary.ips_defaults import drop_repeats, fill_defaults
from health_record.summary.patient import build_described_patient
from health_record.summary.sections import SECTIONS, Section, find_section
from health_record.summary.sources import LOINC, Record, Resource

EMPTY = {"unavailable": "Người khai không biết. (Not known.)", "notasked": "Chưa có thông tin. (No information yet.)"}
IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition/"


def build_document(record: Record) -> Resource:
    """The person's International Patient Summary as a FHIR R4 document Bundle."""
    resources, unknown = current_resources(record)
    by_section = _by_section(resources)
    composition = _composition(record, by_section, unknown)
    author = _author(record)
    known = {
        f"{each['resourceType']}/{each['id']}": each
        for each in [build_described_patient(record.person, record.declaration), author, *resources]
    }
    ordered = [composition, *_reachable(composition, known)]
    return {
        "resourceType": "Bundle",
        "id": record.person.derived_id("bundle", record.now),
        "meta": {"profile": [IPS + "Bundle-uv-ips"], "lastUpdated": record.now},
        "language": "vi",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{record.person.derived_id(record.now)}"},
        "type": "document",
        "timestamp": record.now,
        "entry": [{"fullUrl": full_url(record.base_url, each), "resource": each} for each in ordered],
    }


def full_url(base_url: str, resource: Resource) -> str:
    """Where the resource would be, so that relative references resolve inside the Bundle."""
    return f"{base_url}/{resource['resourceType']}/{resource['id']}"


def current_resources(record: Record) -> tuple[list[Resource], frozenset[str]]:
    """What stands today: the declaration's resources, each replaced by a facility's of the same type and id.

    Also the sections that the declaration answered with "I do not know". What was entered in error is left out.
    """
    derived = derive_resources(record.person, record.declaration) if record.declaration else None
    found = {(each["resourceType"], each["id"]): each for each in (derived.resources if derived else [])}
    for contribution in record.contributions:
        resource = fill_defaults(contribution)
        found[resource["resourceType"], resource["id"]] = resource
    standing = [each for each in found.values() if not coded.is_error(each)]
    return drop_repeats(standing), derived.unknown_sections if derived else frozenset()


def _by_section(resources: list[Resource]) -> dict[str, list[Resource]]:
    by_section: dict[str, list[Resource]] = {}
    for resource in resources:
        if (code := find_section(resource)) is not None:
            by_section.setdefault(code, []).append(resource)
    return by_section


def _composition(record: Record, by_section: dict[str, list[Resource]], unknown: frozenset[str]) -> Resource:
    sections = [_section(each, by_section.get(each.code, []), each.code in unknown) for each in SECTIONS]
    return {
        "resourceType": "Composition",
        "id": record.person.derived_id("composition"),
        "meta": {"profile": [IPS + "Composition-uv-ips"]},
        "language": "vi",
        "status": "final",
        "type": {
            "coding": [coded.make_coding(LOINC, "60591-5", "Tóm tắt hồ sơ sức khỏe", "Patient summary Document")],
            "text": "Tóm tắt hồ sơ sức khỏe",
        },
        "subject": record.person.reference,
        "date": record.now,
        "author": [{"reference": f"Device/{record.person.derived_id('author')}"}],
        "title": "Tóm tắt hồ sơ sức khỏe (Patient summary)",
        "section": [each for each in sections if each is not None],
    }


def _section(section: Section, resources: list[Resource], unknown: bool) -> Resource | None:
    if not resources and not section.required and not unknown:
        return None
    found: Resource = {
        "title": f"{section.vi} ({section.en})",
        "code": coded.make_concept(LOINC, section.code, section.vi, section.en),
    }
    if resources:
        entries = [{"reference": f"{each['resourceType']}/{each['id']}"} for each in resources]
        return {**found, "text": narrative.render_table(resources), "entry": entries}
    reason = "unavailable" if unknown else "notasked"
    empty = {**coded.status_concept("list-empty-reason", reason), "text": EMPTY[reason]}
    return {**found, "text": narrative.render_sentence(EMPTY[reason]), "emptyReason": empty}


def _author(record: Record) -> Resource:
    return {
        "resourceType": "Device",
        "id": record.person.derived_id("author"),
        "deviceName": [{"name": "Sổ sức khỏe", "type": "user-friendly-name"}],
        "type": {"text": "Phần mềm (software)"},
    }


def _reachable(composition: Resource, known: dict[str, Resource]) -> list[Resource]:
    """Patient first, then what the Composition and its entries refer to, each once."""
    order: dict[str, Resource] = {}
    waiting = [composition]
    while waiting:
        for reference in _references(waiting.pop(0), []):
            if reference in known and reference not in order:
                order[reference] = known[reference]
                waiting.append(known[reference])
    return list(order.values())


def _references(element: Resource, found: list[str]) -> list[str]:
    """`found` with every reference inside the element, in their order."""
    for name, each in element.items():
        if isinstance(each, str):
            if name == "reference":
                found.append(each)
        elif isinstance(each, dict):
            _references(each, found)
        elif isinstance(each, list):  # of elements or of plain values: FHIR has no lists of lists
            for one in each:
                if isinstance(one, dict):
                    _references(one, found)
    return found
