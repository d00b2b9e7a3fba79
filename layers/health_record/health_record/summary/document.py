"""The document Bundle: Composition, Patient, and what the sections and their entries point to (IPS 2.0.0)."""

from collections import Counter, deque

from health_record import exact_json
from health_record.fhir.invariants import PAGES
from health_record.http.response_size import LARGEST_PAYLOAD, payload_size
from health_record.ips.fitting import fill_defaults, without_dangling
from health_record.language import Translated
from health_record.reconciliation.disputes import disputed
from health_record.reconciliation.precedence import Reconciled, reconcile
from health_record.reconciliation.statements import DECLARED, Statement
from health_record.rendering import moments
from health_record.rendering.datatypes import Resolve
from health_record.summary import excerpts, narrative
from health_record.summary.empty_sections import Empty, both, count_left_out, told_elsewhere, told_of, why_empty
from health_record.summary.order import in_order
from health_record.summary.refusals import with_refusals
from health_record.summary.sections import DIFFERING, ENCOUNTERS, MEDICATIONS, SECTIONS, Section, find_section
from health_record.summary.size_limit import LIGHT, cut_texts, leave_out_oldest
from health_record.summary.stays import medicines_of_stays, told_at_the_top, with_death
from health_record.summary_sources import coded
from health_record.summary_sources.from_declaration import build_described_patient, derive_resources
from health_record.summary_sources.patient import ASSURANCE_WORDS, JOINED_WORDS
from health_record.summary_sources.sources import LOINC, Person, Record, Resource, contributed_meta

# Where no reference is: pages, and labels and tags.
UNREFERRING = PAGES | {"meta"}
PRIMITIVES = frozenset({"code", "display", "system", "userSelected", "version"})  # of a Coding
STEP, MOST_LEFT_OUT = 10, 90  # percent
SECTION_NOTE = "http://hl7.org/fhir/StructureDefinition/note"
IPS = "http://hl7.org/fhir/uv/ips/StructureDefinition/"


def build_document(record: Record) -> Resource:
    """The person's International Patient Summary as a FHIR R4 document Bundle."""
    found, unknown = current_resources(record)
    found = excerpts.cut_down(record.excerpt, found)
    of_episodes = Counter(
        {code: n for code, n in record.left_out.items() if excerpts.has_section(record.excerpt, code)}
    )
    bundle = _bundle(record, found, unknown, of_episodes)
    if record.weight < LIGHT or _fits(bundle):
        return bundle
    cut = Reconciled([cut_texts(each) for each in found.standing], [cut_texts(each) for each in found.differing])
    bundle, share = _bundle(record, cut, unknown, of_episodes), 0
    while not _fits(bundle) and share < MOST_LEFT_OUT:
        share += STEP
        kept, left_out = leave_out_oldest(cut.standing, share)
        differing, of_differing = leave_out_oldest(cut.differing, share)
        left_out[DIFFERING] = of_differing.total()
        bundle = _bundle(record, Reconciled(kept, differing), unknown, left_out + of_episodes)
    return bundle


def _fits(bundle: Resource) -> bool:
    return payload_size(exact_json.dumps(bundle)) <= LARGEST_PAYLOAD


def _bundle(record: Record, found: Reconciled, unknown: frozenset[str], left_out: Counter[str]) -> Resource:
    patient = build_described_patient(record.person, record.declaration)
    told = (*found.standing, *found.differing)
    patient = with_death(with_refusals(patient, told, record.time_zone), told, record.time_zone)
    people = [excerpts.describe(record.excerpt, patient), _author(record)]
    names = {_name_of(each) for each in [*people, *found.standing, *found.differing]}
    references: dict[str, list[str]] = {}
    found = Reconciled(*(_in_words(several, names, references) for several in (found.standing, found.differing)))
    by_section = _by_section(found, record.time_zone)
    known = {_name_of(each): each for each in [*people, *found.standing, *found.differing]}
    composition = _composition(record, by_section, unknown, known.get, left_out, told_at_the_top(patient))
    ordered = [composition, *_reachable(composition, known, references)]
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


def without_moment(bundle: Resource, mark: str) -> Resource:
    """The document with marks in place of the moment at which it was made, and of what is derived of that."""
    composition, *others = bundle["entry"]
    dated = {**composition, "resource": {**composition["resource"], "date": f"{mark}-moment"}}
    return {
        **bundle,
        "id": f"{mark}-id",
        "meta": {**bundle["meta"], "lastUpdated": f"{mark}-moment"},
        "identifier": {**bundle["identifier"], "value": f"urn:uuid:{mark}-identifier"},
        "timestamp": f"{mark}-moment",
        "entry": [dated, *others],
    }


def with_moment(text: str, mark: str, record_id: str, now: str) -> str:
    """The JSON of `without_moment` as the document that is made now: `now` is an ISO time."""
    person = Person(record_id, {})
    made = {"moment": now, "id": person.derived_id("bundle", now), "identifier": person.derived_id(now)}
    for name, value in made.items():
        text = text.replace(f'{mark}-{name}"', f'{value}"')
    return text


def full_url(base_url: str, resource: Resource) -> str:
    """Where the resource would be, so that relative references resolve inside the Bundle."""
    return f"{base_url}/{resource['resourceType']}/{resource['id']}"


def current_resources(record: Record) -> tuple[Reconciled, frozenset[str]]:
    """What stands today of what the person and facilities said, and what differs from it.

    Also the sections that the declaration answered with "I do not know".
    """
    derived = derive_resources(record.person, record.declaration) if record.declaration else None
    authored = record.declaration.authored if record.declaration else ""
    statements = [Statement(each, DECLARED, authored) for each in (derived.resources if derived else [])]
    for contribution in record.contributions:
        resource = {**contribution.resource, "meta": contributed_meta(contribution)}
        resource = disputed(fill_defaults(resource, contribution.facility_name), record.disputes)
        statements.append(Statement(resource, contribution.facility_id, contribution.recorded))
    if record.excerpt is not None:
        resources = [each.resource for each in statements]
        shown = {_name_of(each) for each in excerpts.hide_sensitive(record.excerpt, resources)}
        statements = [each for each in statements if _name_of(each.resource) in shown]
    found = reconcile(statements, record.time_zone, moments.local_date(record.now, record.time_zone))
    return found, derived.unknown_sections if derived else frozenset()


def _by_section(found: Reconciled, zone: str) -> dict[str, list[Resource]]:
    by_section: dict[str, list[Resource]] = {}
    for resource in found.standing:
        if (code := find_section(resource)) is not None:
            by_section.setdefault(code, []).append(resource)
    if found.differing:
        by_section[DIFFERING] = found.differing
    return {code: in_order(code, resources, zone) for code, resources in by_section.items()}


def _composition(
    record: Record,
    by_section: dict[str, list[Resource]],
    unknown: frozenset[str],
    resolve: Resolve,
    left_out: Counter[str],
    at_the_top: list[str],
) -> Resource:
    told = {each.code: told_of(each.code, by_section, record.time_zone) for each in SECTIONS}
    today = moments.local_date(record.now, record.time_zone)
    told[MEDICATIONS] += medicines_of_stays(by_section.get(ENCOUNTERS, ()), record.time_zone, today)
    sections = [
        _with_note(_filled(each, resources, record, resolve), [*told[each.code], *count_left_out(left_out[each.code])])
        if (resources := by_section.get(each.code))
        else _empty(
            each,
            why_empty(
                is_hidden=excerpts.may_hide(record.excerpt, each.code),
                is_unknown=each.code in unknown,
                elsewhere=told_elsewhere(each.code, by_section),
                left_out=left_out[each.code],
                told=told[each.code],
            ),
        )
        for each in SECTIONS
        if each.required or each.code in by_section or each.code in unknown or left_out[each.code]
    ]
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
        "text": narrative.render_sentences(
            *at_the_top,
            ASSURANCE_WORDS[record.person.assurance],
            *([JOINED_WORDS] if record.person.is_joined else []),
            *([excerpts.WORDS[record.excerpt]] if record.excerpt else []),
        ),
        "section": sections,
    }


def _filled(section: Section, resources: list[Resource], record: Record, resolve: Resolve) -> Resource:
    entries = [{"reference": f"{each['resourceType']}/{each['id']}"} for each in resources]
    table = narrative.render_table(resources, record.time_zone, resolve)
    return {**_headed(section), "text": table, "entry": entries}


def _with_note(section: Resource, told: list[Translated]) -> Resource:
    """The section, and what others tell of its subject or it leaves out: in words, and as IPS's `section-note`."""
    if not told:
        return section
    note = {"url": SECTION_NOTE, "valueAnnotation": {"text": both(told)}}
    return {**section, "extension": [note], "text": narrative.with_sentence(section["text"], both(told))}


def _empty(section: Section, why: Empty) -> Resource:
    reason = {**coded.status_concept("list-empty-reason", why.code), "text": why.text}
    return {**_headed(section), "text": narrative.render_sentences(why.text), "emptyReason": reason}


def _headed(section: Section) -> Resource:
    return {
        "title": f"{section.vi} ({section.en})",
        "code": coded.make_concept(section.system, section.code, section.vi, section.en),
    }


def _author(record: Record) -> Resource:
    return {
        "resourceType": "Device",
        "id": record.person.derived_id("author"),
        "deviceName": [{"name": "Sổ sức khỏe", "type": "user-friendly-name"}],
        "type": {"text": "Phần mềm (software)"},
    }


def _name_of(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def _in_words(resources: list[Resource], names: set[str], references: dict[str, list[str]]) -> list[Resource]:
    """The resources, their references to what is not in the document as words: so they are told, and so they stand.

    What they refer to then is kept in `references`, by the resource's name.
    """
    made = []
    for resource in resources:
        found = _references(resource, [])
        if not names.issuperset(found) and any(one not in names and not one.startswith("#") for one in found):
            made.append(without_dangling(resource, names))
            found = [one for one in found if one in names]
        else:
            made.append(resource)
        references[_name_of(resource)] = found
    return made


def _reachable(composition: Resource, known: dict[str, Resource], references: dict[str, list[str]]) -> list[Resource]:
    """Patient first, then what the Composition and its entries refer to, each once."""
    order: dict[str, Resource] = {}
    waiting = deque(_references(composition, []))
    while waiting:
        reference = waiting.popleft()
        if reference not in known or reference in order:
            continue
        order[reference] = known[reference]
        waiting.extend(references.get(reference, ()))  # a person and an author refer to nothing
    return list(order.values())


def _references(element: Resource, found: list[str]) -> list[str]:
    """`found` with every reference inside the element, in their order. Each resource of a document is walked."""
    for name, each in element.items():
        kind = type(each)
        if kind is str:
            if name == "reference":
                found.append(each)
        elif name in UNREFERRING:
            continue
        elif kind is dict:
            _references(each, found)
        elif kind is list and not (name == "coding" and all(map(PRIMITIVES.issuperset, each))):
            for one in each:  # elements or plain values: FHIR has no lists of lists
                if type(one) is dict:
                    _references(one, found)
    return found
