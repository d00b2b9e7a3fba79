"""The money of a campaign event: what its posters' messages may take before ordinary limits hold again."""

from dataclasses import dataclass
from typing import Any

from health_record import campaign_events
from health_record.aws import idempotent_write
from health_record.aws.dynamo import Item, get_items, is_condition_failure, to_wire, wire_key
from health_record.campaign_events import KEPT_SECONDS, CampaignEvent


class EventMoneySpentError(Exception):
    """Others were faster: the event has no message left."""


@dataclass(frozen=True)
class EventMoney:
    """The counters of one event that lasts."""

    table: str
    event: CampaignEvent

    def has_message(self) -> bool:
        """Whether one more message without proof is within the event's money."""
        (counted,) = get_items(self.table, [campaign_events.counter_key(self.event.event)])
        return int((counted or {}).get("open", 0)) < self.event.messages

    def count_sent(self) -> None:
        """One more message paid by the event. Raises EventMoneySpentError."""
        condition = "attribute_not_exists(#open) OR #open < :most"
        try:
            self._add({"open": 1, "sent": 1}, condition, {":most": self.event.messages})
        except Exception as error:
            if is_condition_failure(error):
                raise EventMoneySpentError from error
            raise

    def refund_sent(self) -> None:
        """Undo `count_sent`."""
        self._add({"open": -1, "sent": -1})

    def count_refusal(self, reason: str) -> None:
        """One more call that got no message, for who watches; it limits nothing."""
        self._add({f"{campaign_events.REFUSED}{reason}": 1})

    def _add(self, amounts: dict[str, int], condition: str | None = None, values: dict[str, int] | None = None) -> None:
        ttl = self.event.closes_at + KEPT_SECONDS
        add(self.table, self.event.event, amounts, ttl, condition, values)


def open_event(item: Item | None, table: str, now: int) -> EventMoney | None:
    """The event of a poster's item, while it lasts."""
    event = campaign_events.from_item(item) if item else None
    return EventMoney(table, event) if event and event.is_open(now) else None


def credit_proof(table: str, event: str, messages: int, now: int) -> None:
    """Give an event back what `messages` of a proven code took."""
    add(table, event, {"open": -messages, "proven": 1}, now + KEPT_SECONDS)


def add(
    table: str,
    event: str,
    amounts: dict[str, int],
    ttl: int,
    condition: str | None = None,
    values: dict[str, int] | None = None,
) -> None:
    """Add to an event's counters in one conditional write."""
    names = {f"#c{place}": name for place, name in enumerate(amounts)}
    counted: dict[str, Any] = {f":c{place}": amount for place, amount in enumerate(amounts.values())}
    adds = ", ".join(f"#c{place} :c{place}" for place in range(len(amounts)))
    used = {"#open": "open"} if condition else {}
    idempotent_write.update_item(
        {
            "TableName": table,
            "Key": wire_key(campaign_events.counter_key(event)),
            "UpdateExpression": f"SET #ttl = :ttl ADD {adds}",
            "ExpressionAttributeNames": {**names, **used, "#ttl": "ttl"},
            "ExpressionAttributeValues": to_wire(counted | (values or {}) | {":ttl": ttl}),
            **({"ConditionExpression": condition} if condition else {}),
        }
    )
