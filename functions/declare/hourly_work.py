"""Interrupted work that is resumed every hour: erasures, and rows that are out of date about their record."""

from collections.abc import Callable
from dataclasses import dataclass

from functions.declare import clock, erasure, joined_pairs, own_record
from functions.declare.consent import statistics_rows
from functions.declare.settings import config
from health_record.aws.clients import client
from health_record.aws.dynamo import query_all, to_wire
from health_record.errors import UnavailableError
from health_record.observability import count_metric, log_event, metrics
from health_record.record import access_policy, counted_assurance, record_items
from health_record.record.access_policy import Action, Refusal
from health_record.table_keys import record_keys


@dataclass(frozen=True)
class Work:
    """A list in `records` and what is done with each record on it."""

    list_pk: str
    finish: Callable[[str], None]
    resumed: str
    broke_again: str
    event: str


def resume_all() -> dict[str, int]:
    """Go on with everything that broke; what breaks again stops nothing else. Raises UnavailableError at the end."""
    works = {
        "erasures": Work(
            record_keys.ERASING, erasure.finish, "ErasureResumed", "ErasureBrokeAgain", "erasure_failed_again"
        ),
        "recounts": Work(
            record_keys.RECOUNTING, finish_recount, "RecountResumed", "RecountBrokeAgain", "recount_failed_again"
        ),
    }
    waiting = {name: _list_unfinished(work.list_pk) for name, work in works.items()}
    done = [_resume(works[name], record_id) for name, found in waiting.items() for record_id in found]
    if all(done):
        count_metric("ErasureSweepSucceeded")  # an alarm rings when it is not counted for three hours
    metrics().flush_metrics()
    if not all(done):
        raise UnavailableError
    return {name: len(found) for name, found in waiting.items()}


def finish_recount(record_id: str) -> None:
    """Let the rows of a record say what is true of it now, and take it off the list."""
    record, timestamp = own_record.load_any(record_id), clock.now()
    record = joined_pairs.restore_alone(record) if record else None
    refusal = access_policy.find_refusal(record.meta, Action.COUNT, timestamp.day) if record else Refusal.ABSENT
    if record is None or refusal not in (None, Refusal.JOINED):  # whoever withdrew it took its rows
        client("dynamodb").delete_item(**counted_assurance.take_line(config().table_records, record_id)["Delete"])
        return
    key = record.decrypt_key()
    if refusal is None:
        statistics_rows.put_missing_facts(record, key, timestamp)
    pseudonym = record_items.decrypt_identity(key, record.meta).pseudonym
    counted_assurance.rewrite_rows(config().table_records, config().table_facts, record.meta, pseudonym, timestamp.day)


def _resume(work: Work, record_id: str) -> bool:
    try:
        work.finish(record_id)
    except Exception as error:  # noqa: BLE001 - raised again at the end, so that the alarm of failures tells
        count_metric(work.broke_again)
        log_event(work.event, error=type(error).__name__)  # its text may name what must not be logged
        return False
    count_metric(work.resumed)
    return True


def _list_unfinished(list_pk: str) -> list[str]:
    items = query_all(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=to_wire({":pk": list_pk}),
        ConsistentRead=True,
    )
    return [record_keys.record_id_from(item["sk"]) for item in items]
