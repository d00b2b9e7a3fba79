"""Diagnoses as facts: one row for each Condition with an ICD-10 code, under the person's pseudonym, with consent only.

facts  resident#<pseudonym> / diagnosis#<keyed id of the Condition>   account, card_seen, ward, sex,
                                                               birth_year, code, onset, facility
"""

import datetime
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from health_record.aws.dynamo import Item, to_wire
from health_record.facility.signed_call import FacilityCall
from health_record.instants import HOME_ZONE
from health_record.record import access_policy, counted_assurance
from health_record.record.access_policy import Action
from health_record.record.record_reader import DecryptedRecord
from health_record.summary_sources.coded import is_error, list_codes
from health_record.summary_sources.sources import ICD_10
from health_record.table_keys import fact_keys

LEAP_SECOND = re.compile(r"(?<=T\d\d:\d\d):60")
NOT_MEANT = frozenset({"refuted", "differential"})
DATES = ("onsetDateTime", "recordedDate")


@dataclass(frozen=True)
class ReportedCondition:
    """One version of a Condition, when it was recorded (ISO time), and whether it corrects an earlier one."""

    condition: dict[str, Any]
    recorded: str
    corrects: bool


def build_writes(
    table: str,
    opened: DecryptedRecord,
    call: FacilityCall,
    reported: Iterable[ReportedCondition],
    day: datetime.date,
) -> list[dict[str, Any]]:
    """At most one Put or Delete for each Condition as it is now, so a repeat heals; none without consent."""
    if not access_policy.is_allowed(opened.meta, Action.COUNT, day):
        return []
    return [member for each in reported for member in _of_condition(table, opened, call, each)]


def _of_condition(
    table: str, opened: DecryptedRecord, call: FacilityCall, reported: ReportedCondition
) -> Iterator[dict[str, Any]]:
    key = {
        "pk": fact_keys.resident_pk(opened.identity.pseudonym),
        "sk": f"diagnosis#{_unlinkable(opened, reported.condition['id'])}",
    }
    row = _row(opened, call, reported)
    if row is not None:
        yield {"Put": {"TableName": table, "Item": to_wire(key | row)}}
    elif reported.corrects:
        yield {"Delete": {"TableName": table, "Key": to_wire(key)}}


def _row(opened: DecryptedRecord, call: FacilityCall, reported: ReportedCondition) -> Item | None:
    condition = reported.condition
    code = next((code for system, code in list_codes(condition.get("code")) if system == ICD_10 and code), None)
    verification = {found for _, found in list_codes(condition.get("verificationStatus"))}
    if code is None or is_error(condition) or verification & NOT_MEANT:
        return None
    identity = opened.identity
    return {
        "account": identity.account_tag,
        "card_seen": counted_assurance.is_card_seen(opened.meta),
        "ward": identity.ward,
        "sex": identity.sex,
        "birth_year": int(identity.birth_date[:4]),
        "code": code,
        "onset": _day(reported),
        "facility": call.facility.id,
    }


def _day(reported: ReportedCondition) -> str:
    """The local day of onset, else of recording by the facility, else of its arrival here."""
    for text in (*(reported.condition.get(name) for name in DATES), reported.recorded):
        if isinstance(text, str) and "T" in text:
            return _local_day(text)
        if isinstance(text, str) and len(text) == len("2026-11-23"):
            return text
    raise ValueError("recorded is no ISO time")


def _local_day(moment: str) -> str:
    """Python knows neither the leap second that FHIR permits nor a day before year 1 or after 9999."""
    try:
        return datetime.datetime.fromisoformat(LEAP_SECOND.sub(":59", moment)).astimezone(HOME_ZONE).date().isoformat()
    except OverflowError:
        return moment[: len("2026-11-23")]


def _unlinkable(opened: DecryptedRecord, resource_id: str) -> str:
    """An id that leads back to the resource only for who holds the record's key."""
    return hmac.new(opened.key.plain, f"fact\0{resource_id}".encode(), hashlib.sha256).hexdigest()[:32]
