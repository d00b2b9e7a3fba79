"""The person says that a facility's entry is wrong, or takes that back. The entry stays, and is marked everywhere."""

import re
from collections.abc import Iterator
from typing import Any

from functions.declare import clock, own_record, transaction_items
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config
from health_record.aws.dynamo import query_all, to_wire
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.episode import derive, extract
from health_record.episode.source import KeptEpisode
from health_record.errors import Fault, InvalidContentError, NotFoundError
from health_record.language import Translated
from health_record.reconciliation.disputes import LONGEST_REASON
from health_record.record import episodes, provenance, record_items, record_reader
from health_record.record.contributions import OF_EPISODES, TYPES
from health_record.record.record_reader import DecryptedRecord
from health_record.table_keys import record_keys

RESOURCE = re.compile(r"([A-Z][A-Za-z]+)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
EPISODE = re.compile(r"[0-9a-f]{32}")
KINDS = frozenset((*TYPES, *OF_EPISODES))
WHERE = Translated("Lần khám không đúng.", "The visit is not right.")
WHICH = Translated("Hãy nêu mục của cơ sở y tế dạng Kiểu/uuid.", "Please name a facility's entry as Type/uuid.")
WHY = Translated(
    f"Hãy viết lý do, nhiều nhất {LONGEST_REASON} ký tự.",
    f"Please give a reason of at most {LONGEST_REASON} characters.",
)


def dispute_entry(record: OwnRecord, body: dict[str, Any]) -> None:
    """Keep the person's word; a repeat replaces it. Raises InvalidContentError, or NotFoundError without the entry."""
    kind, resource_id = _named(body.get("resource"))
    reason, episode = body.get("reason"), body.get("episode")
    if not isinstance(reason, str) or not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidContentError(WHY, faults=[Fault("/reason", WHY)])
    if episode is not None and (not isinstance(episode, str) or EPISODE.fullmatch(episode) is None):
        raise InvalidContentError(WHERE, faults=[Fault("/episode", WHERE)])
    opened = record_reader.decrypt_record(config(), record.meta, record.wrapped)
    names = _names_of(record_reader.hide_unverified(opened, clock.now().day), kind, resource_id, episode)
    if not names:
        raise _no_such_entry()
    kind, resource_id = names[0].split("/")
    record_id, items = record.meta.record_id, _names(opened.key, kind, resource_id)
    sk, former = map(record_keys.dispute_sk, items)
    said = {"resource": names[0], "reason": reason.strip(), "at": clock.now().at} | _also(names[1:])
    table, pk = config().table_records, record_keys.record_pk(record_id)
    item = {"pk": pk, "sk": sk, "sealed": record_items.encrypt_json(opened.key, record_id, sk, said)}
    _commit(record, [transaction_items.put_item(table, item), transaction_items.delete_item(table, pk, former)], "on")


def withdraw_dispute(record: OwnRecord, kind: str, resource_id: str) -> None:
    """Forget the person's word, whether or not there was one. Raises NotFoundError for what names no entry."""
    if kind not in KINDS or RESOURCE.fullmatch(f"{kind}/{resource_id}") is None:
        raise _no_such_entry()
    key = record.decrypt_key()
    named = {record_keys.dispute_sk(name) for name in _names(key, kind, resource_id)}
    sks = named | _told_of(record, key, f"{kind}/{resource_id}", besides=named)
    pk = record_keys.record_pk(record.meta.record_id)
    _commit(record, [transaction_items.delete_item(config().table_records, pk, sk) for sk in sorted(sks)], "off")


def _also(names: list[str]) -> dict[str, list[str]]:
    return {"also": names} if names else {}


def _told_of(record: OwnRecord, key: DataKey, resource: str, *, besides: set[str]) -> set[str]:
    """The sort keys of disputes that call the entry by another name as well, without those that name it anyhow."""
    record_id = record.meta.record_id
    kept = query_all(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues=to_wire({":pk": record_keys.record_pk(record_id), ":sk": record_keys.DISPUTE_PREFIX}),
        ConsistentRead=True,
    )
    others = {item["sk"]: item["sealed"] for item in kept if item["sk"] not in besides}
    said = {sk: record_items.decrypt_json(key, record_id, sk, sealed) for sk, sealed in others.items()}
    return {sk for sk, one in said.items() if resource in one.get("also", ())}


def _named(resource: Any) -> tuple[str, str]:
    found = RESOURCE.fullmatch(resource) if isinstance(resource, str) else None
    if found is None or found[1] not in KINDS:
        raise InvalidContentError(WHICH, faults=[Fault("/resource", WHICH)])
    return found[1], found[2]


def _names(key: DataKey, kind: str, resource_id: str) -> list[str]:
    """What the tables call the entry, and what they called it before."""
    return [provenance.name_entry(key, kind, resource_id), f"{kind}#{resource_id}"]


def _names_of(opened: DecryptedRecord, kind: str, resource_id: str, episode: str | None) -> list[str]:
    """What the entry of a facility is called, as far as the account may know of it; empty where there is none.

    What the person declared is theirs to correct, not to dispute. Without its visit an entry of a hospital's file is
    sought where the summary takes it from.
    """
    written = tuple(map(record_keys.contribution_prefix, _names(opened.key, kind, resource_id)))
    if any(sk.startswith(written) for sk in opened.items):
        return [f"{kind}/{resource_id}"]
    for each in _episodes(opened, episode):
        if names := derive.same_entry(each, kind, resource_id):
            return names
    return []


def _episodes(opened: DecryptedRecord, episode: str | None) -> Iterator[KeptEpisode]:
    table = config().table_records
    if episode is None:
        yield from map(extract.complete, episodes.extracts_of(table, opened))
        return
    sk = record_keys.episode_sk(episode)
    wholes = (episodes.whole(table, opened, head) for head in episodes.heads_of(opened) if head["sk"] == sk)
    yield from (whole for whole in wholes if whole is not None)


def _commit(record: OwnRecord, members: list[dict[str, Any]], detail: str) -> None:
    transaction = Transaction()
    for member in members:
        transaction.add("dispute", member)
    transaction.add("key", transaction_items.check_key_exists(record.meta.record_id))
    transaction.add("audit", transaction_items.put_audit_entry("dispute", record.meta.record_id, detail))
    try:
        transaction.commit()
    except ConditionFailedError as error:  # an erasure has begun
        raise own_record.not_found_error() from error


def _no_such_entry() -> NotFoundError:
    text = Translated("Hồ sơ không có mục này của cơ sở y tế.", "The record has no such entry of a facility.")
    return NotFoundError(text)
