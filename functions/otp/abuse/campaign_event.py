"""An event that operations vouch for: its posters' messages are paid from its own money, whatever the network.

    access  event#<id> / event                place, posters, begins, ends, people, messages, spent, proven
    access  event-poster#<poster> / event     event, begins, ends, messages: written by `ssk event add`

An event ends by itself: its hours and its money are conditions of the write that counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health_record.aws import idempotent_write
from health_record.aws.dynamo import is_condition_failure, to_wire, wire_key
from health_record.table_keys import access_keys


@dataclass(frozen=True)
class CampaignEvent:
    """A running event, found by a poster of it."""

    id: str

    def count_sent(self, table: str, now: int) -> bool:
        """Pay one message from the event's money; False once the money or the hours are over."""
        try:
            idempotent_write.update_item(
                {
                    "TableName": table,
                    "Key": wire_key(access_keys.event_key(self.id)),
                    "UpdateExpression": "ADD spent :one",
                    "ConditionExpression": "begins <= :now AND ends > :now AND spent < messages",
                    "ExpressionAttributeValues": to_wire({":one": 1, ":now": now}),
                }
            )
        except Exception as error:
            if is_condition_failure(error):
                return False
            raise
        return True

    def refund_sent(self, table: str) -> None:
        """Undo `count_sent`."""
        count(table, self.id, "spent", -1)


def find_running(pointer: Mapping[str, Any] | None, now: int) -> CampaignEvent | None:
    """The event that a poster belongs to, while it runs."""
    if pointer is None or not int(pointer["begins"]) <= now < int(pointer["ends"]):
        return None
    return CampaignEvent(pointer["event"])


def count(table: str, event: str, name: str, amount: int = 1) -> None:
    """Add to one of the event's counters, where the event still exists."""
    idempotent_write.update_item(
        {
            "TableName": table,
            "Key": wire_key(access_keys.event_key(event)),
            "UpdateExpression": f"ADD {name} :amount",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeValues": to_wire({":amount": amount}),
        }
    )
