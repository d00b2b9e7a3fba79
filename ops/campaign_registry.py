"""Campaign events of one province as operations see them: vouch, end, and look at how a day goes."""

import re
import secrets
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from health_record import campaign_events
from health_record.aws.dynamo import from_wire, to_wire, wire_key
from health_record.campaign_events import CampaignEvent
from health_record.table_keys import access_keys, fact_keys
from ops.errors import OpsError

SENT_BUCKET, PROVEN_BUCKET = re.compile(r"s[0-9]+"), re.compile(r"v[0-9]+")  # as `otp` counts a poster's codes
MOST_POSTERS = 40  # a transaction holds 100 items


@dataclass(frozen=True)
class EventState:
    """How an event stands: `scans`, `sent`, `proven` and `declared` are those of its posters on its day."""

    event: CampaignEvent
    scans: int
    sent: int
    proven: int
    declared: int
    open_messages: int  # of the event's own money, whose codes nobody has proven (yet)
    refused: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """For `--json`; times in epoch seconds."""
        return {**vars(self), "event": vars(self.event) | {"posters": list(self.event.posters)}}


@dataclass(frozen=True)
class CampaignRegistry:
    """The events in the table `access`, their counters there and in `facts`. `dynamodb` is a boto3 client."""

    dynamodb: Any
    table_access: str
    table_facts: str

    def add(self, event: CampaignEvent, now: datetime) -> None:
        """Vouch for `event`. Raises OpsError where a poster has another event on that day that is not over."""
        condition = "attribute_not_exists(pk) OR closes_at <= :now"
        puts = [
            {
                "Put": {
                    "TableName": self.table_access,
                    "Item": {**wire_key(key), **to_wire(event.to_item())},
                    "ConditionExpression": condition,
                    "ExpressionAttributeValues": to_wire({":now": int(now.timestamp())}),
                }
            }
            for key in _keys(event)
        ]
        try:
            self.dynamodb.transact_write_items(TransactItems=puts)
        except self.dynamodb.exceptions.TransactionCanceledException as error:
            raise OpsError("One of the posters has another event on that day; end that one first.") from error

    def list(self) -> list[CampaignEvent]:
        """Every event that is kept, by its beginning."""
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table_access,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_wire({":pk": access_keys.CAMPAIGNS_PK}),
            ConsistentRead=True,
        )
        events = [campaign_events.from_item(from_wire(item)) for page in pages for item in page["Items"]]
        return sorted(events, key=lambda event: event.opens_at)

    def find(self, event_id: str) -> CampaignEvent:
        """Raises OpsError for an event that is not there."""
        for event in self.list():
            if event.event == event_id:
                return event
        raise OpsError(f"There is no event {event_id}; `ssk event list` of the same province shows all.")

    def end(self, event_id: str, now: datetime) -> CampaignEvent:
        """End an event before its time: from now on ordinary limits hold."""
        event = self.find(event_id)
        ended = replace(event, closes_at=min(event.closes_at, int(now.timestamp())))
        for pk, sk in _keys(event):
            self.dynamodb.update_item(
                TableName=self.table_access,
                Key=wire_key((pk, sk)),
                UpdateExpression="SET closes_at = :end",
                ConditionExpression="event = :event",
                ExpressionAttributeValues=to_wire({":end": ended.closes_at, ":event": event_id}),
            )
        return ended

    def watch(self, event_id: str) -> EventState:
        """How the event stands now."""
        event = self.find(event_id)
        counted = self._get(campaign_events.counter_key(event_id))
        sent, proven = self._codes(event)
        facts = self._facts(event)
        beginning = campaign_events.REFUSED
        refused = {
            name.removeprefix(beginning): int(count) for name, count in counted.items() if name.startswith(beginning)
        }
        return EventState(
            event, facts["visits"], sent, proven, facts["submissions"], int(counted.get("open", 0)), refused
        )

    def _codes(self, event: CampaignEvent) -> tuple[int, int]:
        """Codes sent from the event's posters on its day, and those of them that were proven."""
        sent = proven = 0
        for poster in event.posters:
            counted = self._get(access_keys.rate_limit_key(access_keys.poster_codes_budget(poster, event.day)))
            sent += sum(int(count) for name, count in counted.items() if SENT_BUCKET.fullmatch(name))
            proven += sum(int(count) for name, count in counted.items() if PROVEN_BUCKET.fullmatch(name))
        return sent, proven

    def _facts(self, event: CampaignEvent) -> Counter[str]:
        """The day's counters of the event's posters."""
        totals: Counter[str] = Counter()
        for poster in event.posters:
            answer = self.dynamodb.query(
                TableName=self.table_facts,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :day)",
                ExpressionAttributeValues=to_wire(
                    {":pk": fact_keys.poster_pk(poster), ":day": fact_keys.poster_day_sk(event.day)}
                ),
            )
            for item in map(from_wire, answer["Items"]):
                totals.update({name: int(item[name]) for name in ("visits", "submissions") if name in item})
        return totals

    def _get(self, key: tuple[str, str]) -> dict[str, Any]:
        answer = self.dynamodb.get_item(TableName=self.table_access, Key=wire_key(key), ConsistentRead=True)
        return from_wire(answer.get("Item", {}))


def new_event_id() -> str:
    """An id that an operator can type."""
    return secrets.token_hex(3)


def _keys(event: CampaignEvent) -> list[tuple[str, str]]:
    posters = [access_keys.campaign_poster_key(poster, event.day) for poster in event.posters]
    return [(access_keys.CAMPAIGNS_PK, event.event), *posters]
