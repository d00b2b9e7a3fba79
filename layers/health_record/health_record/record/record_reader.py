"""Opening a record for a facility's call: find it by a number, read its items, open what is sealed."""

import datetime
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from health_record.aws import envelope_encryption
from health_record.aws.dynamo import Item, batch_get, keys_request, query_all, to_wire, wire_key
from health_record.record import access_policy, attachments, provenance, record_items, summarised
from health_record.record.access_policy import Action
from health_record.record.record_items import Identity, Meta
from health_record.summary_sources.sources import Contribution, Declaration, Excerpt, Person, Record
from health_record.table_keys import access_keys, record_keys


class RecordStoreSettings(Protocol):
    """The settings that opening a record needs."""

    @property
    def province(self) -> str: ...  # noqa: D102
    @property
    def data_key_id(self) -> str: ...  # noqa: D102
    @property
    def table_records(self) -> str: ...  # noqa: D102
    @property
    def table_keys(self) -> str: ...  # noqa: D102
    @property
    def table_access(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class DecryptedRecord:
    """A record with its key open. `items` are all items of the record by sort key, their contents still
    sealed; who wrote them, and when, is open.

    `budgets` are those that were read on the way, by their names ({} for one that was never spent).
    `by_declared_number` says that a number led to it that was on no card.
    """

    meta: Meta
    identity: Identity
    key: envelope_encryption.DataKey
    items: dict[str, Item]
    budgets: Mapping[str, Item] = field(default_factory=dict)
    by_declared_number: bool = False

    @property
    def record_id(self) -> str:
        """The record's id, which is the Patient's."""
        return self.meta.record_id


@dataclass(frozen=True)
class StoredRecord:
    """A record with its key open. `items` are all its items by sort key, as they lie in the table."""

    meta: Meta
    identity: Identity
    key: envelope_encryption.DataKey
    items: dict[str, Item]
    by_declared_number: bool

    def reveal(self) -> DecryptedRecord:
        """The record with who wrote its items, and when, open as well."""
        items = provenance.reveal_all(self.key, self.meta.record_id, self.items)
        return DecryptedRecord(self.meta, self.identity, self.key, items, by_declared_number=self.by_declared_number)


@dataclass(frozen=True)
class LockedRecord:
    """A record's meta item with its key still wrapped."""

    meta: Meta
    wrapped: bytes


def load_identity(
    settings: RecordStoreSettings,
    record_id: str | None,
    budgets: Sequence[str],
    check_budgets: Callable[[Mapping[str, Item]], object],
) -> tuple[DecryptedRecord | None, Mapping[str, Item]]:
    """The record with its identity open but without its items; None if there is none or it is being erased.

    The same calls are made for nobody (None), so that nothing tells a known id from an unknown one. `check_budgets`
    judges the items of the `budgets` by name ({} for one that was never spent), read on the way, before anything is
    opened; they are returned as well.
    """
    records, seen = load_locked(settings, [] if record_id is None else [record_id], budgets)
    check_budgets(seen)
    if not records:
        envelope_encryption.decrypt_decoy(settings.data_key_id, settings.province)
        return None, seen
    (record,) = records.values()
    return replace(decrypt_locked(settings, record), budgets=seen), seen


def load_locked(
    settings: RecordStoreSettings, record_ids: Sequence[str], budgets: Sequence[str]
) -> tuple[dict[str, LockedRecord], dict[str, Item]]:
    """The records with these ids (at most 40), and the budgets by name ({} for one that was never spent), in one call.

    Those that are not there or are being erased are left out.
    """
    name_of = {access_keys.rate_limit_key(name): name for name in budgets}
    pks = [record_keys.record_pk(record_id) for record_id in record_ids]
    requests = {
        settings.table_records: keys_request(wire_key((pk, record_keys.META)) for pk in pks),
        settings.table_keys: keys_request(to_wire({"pk": pk}) for pk in pks),
        settings.table_access: keys_request(map(wire_key, name_of)),  # what led a facility here a moment ago, too
    }
    found = batch_get({table: request for table, request in requests.items() if request["Keys"]})
    wrapped = {item["pk"]: item["wrapped"] for item in found.get(settings.table_keys, [])}
    metas = {item["pk"]: record_items.parse_meta(item) for item in found.get(settings.table_records, [])}
    records = {
        meta.record_id: LockedRecord(meta, wrapped[pk])
        for pk, meta in metas.items()
        if pk in wrapped and not meta.erasing
    }
    spent = {name_of[item["pk"], item["sk"]]: item for item in found.get(settings.table_access, [])}
    return records, {name: spent.get(name, {}) for name in budgets}


def decrypt_locked(settings: RecordStoreSettings, record: LockedRecord) -> DecryptedRecord:
    """The record with its identity open but without its items."""
    meta = record.meta
    key = envelope_encryption.decrypt_data_key(settings.data_key_id, settings.province, meta.record_id, record.wrapped)
    return DecryptedRecord(meta, record_items.decrypt_identity(key, meta), key, {})


def load_items(settings: RecordStoreSettings, identified: DecryptedRecord) -> StoredRecord | None:
    """The unlocked record as it is now, with all its items; None if it is being erased meanwhile."""
    items = _items(settings.table_records, identified.record_id)
    if record_keys.META not in items:
        return None
    meta = record_items.parse_meta(items[record_keys.META])
    if meta.erasing:
        return None
    identity = record_items.decrypt_identity(identified.key, meta)
    return StoredRecord(meta, identity, identified.key, items, identified.by_declared_number)


def load_record(settings: RecordStoreSettings, record_id: str) -> DecryptedRecord | None:
    """The record with all its items, or None if there is none or it is being erased."""
    items = _items(settings.table_records, record_id)
    if record_keys.META not in items:
        return None
    meta = record_items.parse_meta(items[record_keys.META])
    wrapped = _wrapped_key(settings, record_id)
    if wrapped is None or meta.erasing:
        return None
    key = envelope_encryption.decrypt_data_key(settings.data_key_id, settings.province, record_id, wrapped)
    return DecryptedRecord(
        meta, record_items.decrypt_identity(key, meta), key, provenance.reveal_all(key, meta.record_id, items)
    )


def decrypt_record(settings: RecordStoreSettings, meta: Meta, wrapped: bytes) -> DecryptedRecord:
    """A record whose meta item and wrapped key were read before, with all its items."""
    key = envelope_encryption.decrypt_data_key(settings.data_key_id, settings.province, meta.record_id, wrapped)
    items = provenance.reveal_all(key, meta.record_id, _items(settings.table_records, meta.record_id))
    return DecryptedRecord(meta, record_items.decrypt_identity(key, meta), key, items)


def hide_unverified(record: DecryptedRecord, day: datetime.date) -> DecryptedRecord:
    """The record as its account, and whoever it gives a link to, may see it on `day`.

    What facilities wrote is about whoever the number is of; until a facility has seen the card, that may be another
    person than the one who declared.
    """
    if access_policy.is_allowed(record.meta, Action.SEE_WRITTEN, day):
        items = {sk: item for sk, item in record.items.items() if _is_shown(record.identity, sk, item)}
        return replace(record, items=items)
    return replace(record, items=drop_written(record.items))


def _is_shown(identity: Identity, sk: str, item: Item) -> bool:
    is_written = sk.startswith(record_keys.WRITTEN_PREFIXES)
    return not is_written or access_policy.may_see_entry(identity, item.get("numbers"))


def drop_written(items: Mapping[str, Item]) -> dict[str, Item]:
    """The items of a record but those that facilities wrote."""
    return {sk: item for sk, item in items.items() if not sk.startswith(record_keys.WRITTEN_PREFIXES)}


def read_declaration(record: DecryptedRecord, questionnaire: dict[str, Any]) -> Declaration | None:
    """The newest version of what the person declared."""
    sk = record_keys.version_sk(record.meta.version)
    item = record.items.get(sk)
    if item is None:
        return None
    response = record_items.decrypt_json(record.key, record.record_id, sk, item["sealed"])
    return Declaration(questionnaire, response, item["authored"], record.meta.version)


def read_contributions(record: DecryptedRecord) -> list[Contribution]:
    """The newest version of each resource that facilities wrote, of each facility that wrote it."""
    return [_contribution(record, item["sk"]) for item in newest_items(record)]


def newest_items(record: DecryptedRecord) -> list[Item]:
    """The same as items, which were revealed and are not open yet."""
    newest = {
        (provenance.entry_of(item), item["facility_id"]): item for item in provenance.list_contributions(record.items)
    }
    return list(newest.values())


def disputes_of(record: DecryptedRecord) -> dict[tuple[str, str], str]:
    """Why the person says that entries of facilities are wrong, by (type, id)."""
    found: dict[tuple[str, str], str] = {}
    for sk, item in record.items.items():
        if sk.startswith(record_keys.DISPUTE_PREFIX):
            said = record_items.decrypt_json(record.key, record.record_id, sk, item["sealed"])
            kind, _, resource_id = said.get("resource", "").partition("/")
            if not kind:  # from before
                _, kind, resource_id = sk.split("#")
            names = [(kind, resource_id), *(tuple(each.split("/")) for each in said.get("also", ()))]
            found |= dict.fromkeys(names, str(said["reason"]))
    return found


def build_summary_record(
    table_records: str,
    record: DecryptedRecord,
    questionnaire: dict[str, Any],
    *,
    public_origin: str,
    now: str,
    time_zone: str,
    excerpt: Excerpt | None = None,
) -> Record:
    """All that the summary is made of: of what facilities wrote as much as a summary takes."""
    today = datetime.datetime.fromisoformat(now).astimezone(ZoneInfo(time_zone)).date()
    episodes, left_out = _of_episodes(table_records, record, today)
    written, too_many = summarised.select(newest_items(record))
    base_url = f"{public_origin}/v1/fhir"
    return Record(
        person=person_of(record),
        base_url=base_url,
        now=now,
        declaration=read_declaration(record, questionnaire),
        contributions=[*(open_contribution(record, each["sk"], base_url) for each in written), *episodes],
        disputes=disputes_of(record),
        time_zone=time_zone,
        excerpt=excerpt,
        left_out=left_out + too_many,
        weight=sum(
            len(item["sealed"]) for sk, item in record.items.items() if sk.startswith(record_keys.CONTRIBUTION_PREFIX)
        )
        + sum(map(_weight_of_derived, episodes)),
    )


def _weight_of_derived(contribution: Contribution) -> int:
    """About how many bytes a resource of an episode takes, which is kept packed as fields."""
    notes = contribution.resource.get("note", ())
    return 1024 + len(contribution.resource.get("conclusion", "")) + sum(len(note["text"]) for note in notes)


def _of_episodes(
    table_records: str, record: DecryptedRecord, today: datetime.date
) -> tuple[list[Contribution], Counter[str]]:
    """What a summary of `today` shows of the episodes, and by section how much it leaves out.

    Most records have none, and then nothing of it is imported.
    """
    if not any(sk.startswith(record_keys.EPISODE_PREFIX) for sk in record.items):
        return [], Counter()
    from health_record.episode import extract
    from health_record.record import episodes

    extracts = list(episodes.extracts_of(table_records, record))
    return extract.summarised(extracts, today), extract.left_out(extracts, today)


def person_of(record: DecryptedRecord) -> Person:
    """Whom the record is of, and how sure that is."""
    return Person(
        record.record_id,
        asdict(record.identity),
        access_policy.assurance_of(record.meta, by_declared_number=record.by_declared_number),
        is_joined=access_policy.is_joined(record.meta),
    )


def open_contribution(record: DecryptedRecord, sk: str, base_url: str) -> Contribution:
    """What a facility wrote in one item, its attachments by their addresses."""
    contribution = _contribution(record, sk)
    if contribution.resource["resourceType"] not in attachments.HOLDERS:
        return contribution
    resource = attachments.link_attachments(contribution.resource, record.key, record.record_id, base_url)
    return replace(contribution, resource=resource)


def decrypt_resource(record: DecryptedRecord, sk: str) -> dict[str, Any]:
    """The resource of one item."""
    return record_items.decrypt_exact_json(record.key, record.record_id, sk, record.items[sk]["sealed"])


def _contribution(record: DecryptedRecord, sk: str) -> Contribution:
    item = record.items[sk]
    return Contribution(
        resource=decrypt_resource(record, sk),
        facility_id=item["facility_id"],
        facility_name=item["facility_name"],
        recorded=item["recorded"],
        version=record_keys.version_from(sk),
    )


def _items(table_records: str, record_id: str) -> dict[str, Item]:
    items = query_all(
        TableName=table_records,
        KeyConditionExpression="pk = :pk AND sk < :wholes",  # whole episodes are read one by one
        ExpressionAttributeValues=to_wire({":pk": record_keys.record_pk(record_id), ":wholes": record_keys.WHOLES}),
        ConsistentRead=True,  # a consent withdrawn counts at once
    )
    return {item["sk"]: item for item in items}


def _wrapped_key(settings: RecordStoreSettings, record_id: str) -> bytes | None:
    request = keys_request([to_wire({"pk": record_keys.record_pk(record_id)})])
    keys = batch_get({settings.table_keys: request})[settings.table_keys]
    return keys[0]["wrapped"] if keys else None
