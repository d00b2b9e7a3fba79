"""Who claimed a number first is told that somebody else claims it as well, with the same birth date.

    records  claiming / record#<uuid>     a record that claimed numbers; this hourly work takes it out again

Whoever claims later learns nothing by it: every declaration with a number leaves the same item, in its own transaction,
and what comes of it happens afterwards. An earlier claimant is told once of each later record.
"""

import datetime

from functions.contribute.settings import ContributeSettings
from health_record import settings
from health_record.aws import idempotent_write
from health_record.aws.clients import client
from health_record.aws.dynamo import is_condition_failure, query_all, to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import UnavailableError
from health_record.identity import account_events, account_notices
from health_record.instants import format_instant
from health_record.observability import count_metric, log_event, metrics
from health_record.record import identifier_claims, record_reader
from health_record.record.record_reader import DecryptedRecord
from health_record.table_keys import record_keys

AT_ONCE = 400  # in the time that the function has; the rest is for the next hour


def tell_all() -> dict[str, int]:
    """Look at every record that claimed numbers since. One that fails stops no other; raises the last fault's kind."""
    config, failed = settings.read_once(ContributeSettings), False
    waiting = _find_waiting(config.table_records)
    for record_id in waiting[:AT_ONCE]:
        try:
            _tell_of(config, record_id)
            key = wire_key((record_keys.CLAIMING, record_keys.record_pk(record_id)))
            client("dynamodb").delete_item(TableName=config.table_records, Key=key)
        except Exception as error:  # noqa: BLE001 - raised again below, so that the alarm of failures tells
            log_event("second_claim_failed", error=type(error).__name__)
            failed = True
    if not failed:
        count_metric("SecondClaimsSucceeded")  # an alarm rings when it is not counted for three hours
    metrics().flush_metrics()
    if failed:
        raise UnavailableError
    return {"claiming": len(waiting)}


def _find_waiting(table: str) -> list[str]:
    items = query_all(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=to_wire({":pk": record_keys.CLAIMING}),
    )
    return [record_keys.record_id_from(item["sk"]) for item in items]


def _tell_of(config: ContributeSettings, record_id: str) -> None:
    later = _open(config, record_id)
    if later is None:  # erased meanwhile, and its claims with it
        return
    macs, table = KeyedHash.from_settings(config), config.table_keys
    pks = [identifier_claims.identifier_pk(macs, pointer) for pointer in later.identity.pointers]
    earlier = {pk: identifier_claims.select_earlier(identifier_claims.list_claims(table, pk), record_id) for pk in pks}
    for earlier_id in sorted({str(claim["record_id"]) for claims in earlier.values() for claim in claims}):
        _tell(config, earlier_id)
    for pk in (pk for pk, claims in earlier.items() if claims):
        _mark_told(table, pk, record_id)


def _mark_told(table: str, pk: str, record_id: str) -> None:
    at = format_instant(datetime.datetime.now(datetime.UTC))
    try:
        idempotent_write.update_item(identifier_claims.mark_told(table, pk, record_id, at))
    except Exception as error:
        if not is_condition_failure(error):  # the claim was given up meanwhile
            raise


def _tell(config: ContributeSettings, record_id: str) -> None:
    earlier = _open(config, record_id)
    if earlier is None:
        return
    count_metric("SecondClaim")
    account_events.put(earlier.meta.account, "second-claim", record_id)
    account_notices.send(earlier.meta.account, earlier.identity.phone, "second-claim")


def _open(config: ContributeSettings, record_id: str) -> DecryptedRecord | None:
    locked = record_reader.load_locked(config, [record_id], ())[0].get(record_id)
    return None if locked is None else record_reader.decrypt_locked(config, locked)
