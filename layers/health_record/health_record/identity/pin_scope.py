"""What level 2 reaches: the PIN that lifted a session says so, as long as it is a PIN of the account.

    access  account#<account> / pin    slots: each PIN by its generation, with `closed`, the records it does not open

A phone is not a person, and numbers are given to others. So a PIN that a facility permitted opens the records whose
cards it saw, and what is declared from then on; the account's other records stay with the PIN they had (decision 0011).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from health_record.aws.dynamo import Item, WireItem, wire_key
from health_record.identity.sessions import Session
from health_record.table_keys.access_keys import account_pin_key


@dataclass(frozen=True)
class PinScope:
    """What the account's PINs open: by generation, the records that each does not open."""

    closed: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_elevated(self, session: Session) -> bool:
        """Whether the session is of level 2 by a PIN of the account, and not by one that has been replaced since."""
        known = session.generation in self.closed if self.closed else session.generation is None
        return session.level >= 2 and known

    def excludes(self, session: Session, record_id: str) -> bool:
        """Whether the PIN that lifted the session does not open the record."""
        return session.generation is not None and record_id in self.closed.get(session.generation, frozenset())


def key(account: str) -> WireItem:
    """Where an account's PIN is kept."""
    return wire_key(account_pin_key(account))


def batch_request(account: str) -> dict[str, Any]:
    """What a BatchGetItem call asks of `access`."""
    return {
        "Keys": [key(account)],
        "ConsistentRead": True,
        "ProjectionExpression": "#slots",
        "ExpressionAttributeNames": {"#slots": "slots"},
    }


def from_item(item: Mapping[str, Any] | None) -> PinScope:
    """The reach of an account's PINs, their item read as a whole or by `request`."""
    slots: Mapping[str, Any] = (item or {}).get("slots", {})
    return PinScope({generation: frozenset(slot["closed"]) for generation, slot in slots.items()})


def from_batch_response(items: list[Item]) -> PinScope:
    """The same from the items that a BatchGetItem call gave for `access`."""
    return from_item(items[0] if items else None)
