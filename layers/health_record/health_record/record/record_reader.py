"""Opening a record for a facility's call: find it by a number, read its items, open what is sealed."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from health_record.aws import envelope_encryption
from health_record.aws import rate_limits as budgets
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, to_wire
from health_record.aws.keyed_hash import Macs
from health_record.errors import UnavailableError
from health_record.identity.identifiers import Pointer
from health_record.reconciliation import disputes
from health_record.record import contributions, record_items
from health_record.record.record_items import Identity, Meta
from health_record.summary.sources import Contribution, Declaration, Person, Record

NO_NUMBER = Pointer("national-id", "")  # no record has it


class Places(Protocol):
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
class Opened:
    """A record with its key open. `items` are all items of the record by sort key, still sealed.

    `budgets` are those that were read on the way, by their names ({} for one that was never spent).
    """

    meta: Meta
    identity: Identity
    key: envelope_encryption.DataKey
    items: dict[str, Item]
    budgets: Mapping[str, Item] = field(default_factory=dict)

    @property
    def record_id(self) -> str:
        """The record's id, which is the Patient's."""
        return self.meta.record_id


def record_of(table_records: str, macs: Macs, pointer: Pointer | None) -> str | None:
    """The one record that a number leads to: the verified one, else the only claim; None if there is none.

    What is no number at all (None) takes the same query, so that its answer takes the same time.
    """
    answer = client("dynamodb").query(
        TableName=table_records,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": record_items.identifier_pk(macs, pointer or NO_NUMBER)}},
        ScanIndexForward=False,  # `verified` sorts after every `claim#`
        Limit=2,
    )
    found = [from_wire(item) for item in answer["Items"]]
    if found and found[0]["sk"] == record_items.VERIFIED:
        return str(found[0]["record_id"])
    return str(found[0]["record_id"]) if len(found) == 1 else None


def unlock(
    places: Places, record_id: str | None, budget: str, admit: Callable[[Item], None], beside: Sequence[str] = ()
) -> tuple[Opened | None, Item]:
    """The record with its identity open but without its items; None if there is none or it is being erased.

    The same calls are made for nobody (None), so that nothing tells a known number from an unknown one. `admit` judges
    the budget's item ({} if there is none), read on the way, before anything is opened; it is returned as well. The
    budgets named in `beside` are read by the same call.
    """
    meta, wrapped, seen = _meta_key_and_budgets(places, record_id or envelope_encryption.NOBODY, (budget, *beside))
    spent = seen[budget]
    admit(spent)
    if meta is None or wrapped is None or meta.erasing:
        envelope_encryption.rehearse(places.data_key_id, places.province)
        return None, spent
    key = envelope_encryption.unwrap(places.data_key_id, places.province, meta.record_id, wrapped)
    return Opened(meta, record_items.open_identity(key, meta), key, {}, seen), spent


def with_items(places: Places, unlocked: Opened) -> Opened | None:
    """The unlocked record as it is now, with all its items; None if it is being erased meanwhile."""
    items = _items(places.table_records, unlocked.record_id)
    if record_items.META not in items:
        return None
    meta = record_items.meta_from(items[record_items.META])
    return None if meta.erasing else Opened(meta, record_items.open_identity(unlocked.key, meta), unlocked.key, items)


def open_record(places: Places, record_id: str) -> Opened | None:
    """The record with all its items, or None if there is none or it is being erased."""
    items = _items(places.table_records, record_id)
    if record_items.META not in items:
        return None
    meta = record_items.meta_from(items[record_items.META])
    wrapped = _wrapped_key(places, record_id)
    if wrapped is None or meta.erasing:
        return None
    key = envelope_encryption.unwrap(places.data_key_id, places.province, record_id, wrapped)
    return Opened(meta, record_items.open_identity(key, meta), key, items)


def open_held(places: Places, meta: Meta, wrapped: bytes) -> Opened:
    """A record whose meta item and wrapped key were read before, with all its items."""
    key = envelope_encryption.unwrap(places.data_key_id, places.province, meta.record_id, wrapped)
    return Opened(meta, record_items.open_identity(key, meta), key, _items(places.table_records, meta.record_id))


def declaration_of(opened: Opened, questionnaire: dict[str, Any]) -> Declaration | None:
    """The newest version of what the person declared."""
    sk = record_items.version_sk(opened.meta.version)
    item = opened.items.get(sk)
    if item is None:
        return None
    response = record_items.open_json(opened.key, opened.record_id, sk, item["sealed"])
    return Declaration(questionnaire, response, item["authored"], opened.meta.version)


def contributions_of(opened: Opened) -> list[Contribution]:
    """The newest version of each resource that facilities wrote, of each facility that wrote it."""
    newest = {
        (sk.rpartition("#")[0], opened.items[sk]["facility_id"]): sk
        for sk in sorted(opened.items)
        if sk.startswith(contributions.PREFIX)
    }
    return [_contribution(opened, sk) for sk in newest.values()]


def disputes_of(opened: Opened) -> dict[tuple[str, str], str]:
    """Why the person says that entries of facilities are wrong, by (type, id)."""
    found = {}
    for sk, item in opened.items.items():
        if sk.startswith(disputes.PREFIX):
            _, kind, resource_id = sk.split("#")
            said = record_items.open_json(opened.key, opened.record_id, sk, item["sealed"])
            found[kind, resource_id] = str(said["reason"])
    return found


def record_for_summary(
    table_records: str,
    opened: Opened,
    questionnaire: dict[str, Any],
    *,
    public_origin: str,
    now: str,
    time_zone: str,
    whole_episodes: bool = False,
) -> Record:
    """All that the summary is made of: of hospitals' episodes what their extracts say today, or all they have."""
    today = datetime.datetime.fromisoformat(now).astimezone(ZoneInfo(time_zone)).date()
    return Record(
        person=Person(opened.record_id, asdict(opened.identity)),
        base_url=f"{public_origin}/v1/fhir",
        now=now,
        declaration=declaration_of(opened, questionnaire),
        contributions=[
            *contributions_of(opened),
            *_of_episodes(table_records, opened, None if whole_episodes else today),
        ],
        disputes=disputes_of(opened),
        time_zone=time_zone,
    )


def _of_episodes(table_records: str, opened: Opened, today: datetime.date | None) -> list[Contribution]:
    """What a summary of `today` shows of the episodes, or without a day all of them.

    Most records have none, and then nothing of it is imported.
    """
    if not any(sk.startswith(contributions.EPISODE_PREFIX) for sk in opened.items):
        return []
    from health_record.episode import derive
    from health_record.episode.extract import summarised
    from health_record.record import episodes

    if today is not None:
        return summarised(episodes.extracts_of(table_records, opened), today)
    wholes = (episodes.whole(table_records, opened, head) for head in episodes.heads_of(opened))
    return [each for whole in wholes if whole for each in derive.as_contributions(whole, derive.resources(whole))]


def _contribution(opened: Opened, sk: str) -> Contribution:
    item = opened.items[sk]
    return Contribution(
        resource=record_items.open_exact(opened.key, opened.record_id, sk, item["sealed"]),
        facility_id=item["facility_id"],
        facility_name=item["facility_name"],
        recorded=item["recorded"],
        version=int(sk.rpartition("#")[2]),
    )


def _items(table_records: str, record_id: str) -> dict[str, Item]:
    request: dict[str, Any] = {
        "TableName": table_records,
        "KeyConditionExpression": "pk = :pk AND sk < :wholes",  # whole episodes are read one by one
        "ExpressionAttributeValues": to_wire({":pk": record_items.record_pk(record_id), ":wholes": "~"}),
        "ConsistentRead": True,  # a consent withdrawn counts at once
    }
    items: dict[str, Item] = {}
    while True:
        answer = client("dynamodb").query(**request)
        items.update((item["sk"], item) for item in map(from_wire, answer["Items"]))
        if "LastEvaluatedKey" not in answer:
            return items
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _wrapped_key(places: Places, record_id: str) -> bytes | None:
    wanted = {places.table_keys: {"Keys": [to_wire({"pk": record_items.record_pk(record_id)})], "ConsistentRead": True}}
    keys = _read(wanted).get(places.table_keys, [])
    return keys[0]["wrapped"] if keys else None


def _meta_key_and_budgets(
    places: Places, record_id: str, names: Sequence[str]
) -> tuple[Meta | None, bytes | None, dict[str, Item]]:
    pk, wanted = record_items.record_pk(record_id), {budgets.key(name): name for name in names}
    windows = [to_wire({"pk": budget_pk, "sk": budget_sk}) for budget_pk, budget_sk in wanted]
    found = _read(
        {
            places.table_records: {"Keys": [to_wire({"pk": pk, "sk": record_items.META})], "ConsistentRead": True},
            places.table_keys: {"Keys": [to_wire({"pk": pk})], "ConsistentRead": True},
            places.table_access: {"Keys": windows, "ConsistentRead": False},
        }
    )
    metas, keys = (found.get(table) or [{}] for table in (places.table_records, places.table_keys))
    spent = {wanted[item["pk"], item["sk"]]: item for item in found.get(places.table_access, [])}
    seen = {name: spent.get(name, {}) for name in names}
    return (record_items.meta_from(metas[0]) if metas[0] else None), keys[0].get("wrapped"), seen


def _read(wanted: dict[str, Any]) -> dict[str, list[Item]]:
    """Items of several tables at once. Raises UnavailableError if DynamoDB left one of them unread."""
    answer = client("dynamodb").batch_get_item(RequestItems=wanted)
    if answer.get("UnprocessedKeys"):
        raise UnavailableError
    return {table: [from_wire(item) for item in items] for table, items in answer["Responses"].items()}
