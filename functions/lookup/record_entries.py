"""What `$everything` is made of, in the order of its pages; what stands on another page is not opened.

Of an entry that a facility wrote in a Bundle its place is known before it is opened. What an episode of a hospital's
file is made of is known only once it is derived, so that an episode is derived where its moment is of the page.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from functions.lookup.settings import LookupSettings
from functions.lookup.summary import read_questionnaire
from health_record.aws.dynamo import Item
from health_record.reconciliation.disputes import disputed
from health_record.record import provenance, record_reader
from health_record.record.contributions import OF_EPISODES, TYPES
from health_record.record.record_reader import DecryptedRecord
from health_record.rendering.source_words import FACILITY_SYSTEM
from health_record.summary_sources.patient import build_patient
from health_record.summary_sources.sources import Contribution, Resource, contributed_meta
from health_record.table_keys import record_keys

KINDS = tuple(dict.fromkeys(("Patient", "QuestionnaireResponse", *TYPES, *OF_EPISODES)))
PARTS_OF_A_PLACE = 4
type Disputes = Mapping[tuple[str, str], str]
type Place = tuple[str, ...]  # moment, number of the type, id, source; the person first of what came at one moment


@dataclass(frozen=True)
class Entry:
    """One resource: where it stands in the order of pages, and how to read it."""

    place: Place
    kind: str
    read: Callable[[], Resource]


def list_entries(
    config: LookupSettings,
    opened: DecryptedRecord,
    is_wanted: Callable[[Entry], bool],
    *,
    first: str,
    most: int | None,
) -> list[Entry]:
    """The entries that are wanted, in their order. None of them is from before `first`, a moment.

    With `most` so many at least where there are as many, and of what comes after them not all.
    """
    disputes = record_reader.disputes_of(opened)
    entries = (*_own(config, opened), *_written(config, opened, disputes))
    found = [each for each in entries if is_wanted(each)]
    for head in _heads(opened):
        moment = head["recorded"]
        if most is not None and sum(each.place[0] < moment for each in found) >= most:
            break
        if moment >= first:
            found += filter(is_wanted, _of_episode(config, opened, head, disputes))
    return sorted(found, key=lambda entry: entry.place)


def _own(config: LookupSettings, opened: DecryptedRecord) -> Iterator[Entry]:
    """The person, and what they declared."""
    person = record_reader.person_of(opened)
    patient = build_patient(person)
    declaration = record_reader.read_declaration(opened, read_questionnaire(config.province))
    if declaration:
        meta = {"lastUpdated": declaration.authored, "versionId": str(declaration.version)}
        patient["meta"] |= meta
        response = {
            **declaration.response,
            "id": person.derived_id("declaration"),
            "meta": meta,
            "subject": person.reference,
            "authored": declaration.authored,
        }
        yield _entry(response)
    yield _entry(patient)


def _written(config: LookupSettings, opened: DecryptedRecord, disputes: Disputes) -> Iterator[Entry]:
    """What facilities wrote in Bundles."""
    base_url = f"{config.public_origin}/v1/fhir"
    for item in record_reader.newest_items(opened):
        kind, resource_id = provenance.entry_of(item)
        place = _place(item["recorded"], kind, resource_id, f"{FACILITY_SYSTEM}:{item['facility_id']}")
        yield Entry(place, kind, partial(_read, opened, item["sk"], base_url, disputes))


def _read(opened: DecryptedRecord, sk: str, base_url: str, disputes: Disputes) -> Resource:
    return _told(record_reader.open_contribution(opened, sk, base_url), disputes)


def _heads(opened: DecryptedRecord) -> list[Item]:
    """The episodes in the order of their moments. Most records have none, and then nothing of it is imported."""
    if not any(sk.startswith(record_keys.EPISODE_PREFIX) for sk in opened.items):
        return []
    from health_record.record import episodes

    return sorted(episodes.heads_of(opened), key=lambda head: str(head["recorded"]))


def _of_episode(config: LookupSettings, opened: DecryptedRecord, head: Item, disputes: Disputes) -> Iterator[Entry]:
    from health_record.episode import derive
    from health_record.record import episodes

    whole = episodes.whole(config.table_records, opened, head)
    if whole is not None:
        for contribution in derive.as_contributions(whole, derive.resources(whole)):
            yield _entry(_told(contribution, disputes))


def _told(contribution: Contribution, disputes: Disputes) -> Resource:
    return disputed({**contribution.resource, "meta": contributed_meta(contribution)}, disputes)


def _entry(resource: Resource) -> Entry:
    kind, meta = resource["resourceType"], resource.get("meta", {})
    place = _place(meta.get("lastUpdated", ""), kind, resource["id"], meta.get("source", ""))
    return Entry(place, kind, lambda: resource)


def _place(moment: str, kind: str, resource_id: str, source: str) -> Place:
    return str(moment), str(KINDS.index(kind) + 10), str(resource_id), str(source)
