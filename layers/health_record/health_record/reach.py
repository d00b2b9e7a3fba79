"""What level 2 reaches: the PIN that lifted a session says so, as long as it is the account's PIN.

    access  account#<account> / pin    generation (another with each PIN), closed (records that this PIN does not open)

A phone is not a person, and numbers are given to others. So a PIN that a facility permitted opens the records whose
cards it saw, and what is declared from then on; the account's other records stay closed (decision 0011).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health_record.clients import client
from health_record.dynamo import Item, WireItem, from_wire, to_wire
from health_record.sessions import Session

PIN = "pin"


@dataclass(frozen=True)
class Reach:
    """What the account's PIN opens: every record but `closed`; `generation` is None where there is no PIN."""

    generation: str | None = None
    closed: frozenset[str] = frozenset()

    def lifted(self, session: Session) -> bool:
        """Whether the session is of level 2 by this PIN, and not by one that has been replaced since."""
        return session.level >= 2 and session.generation == self.generation


def key(account: str) -> WireItem:
    """Where an account's PIN is kept."""
    return to_wire({"pk": f"account#{account}", "sk": PIN})


def request(account: str) -> dict[str, Any]:
    """What a BatchGetItem call asks of `access`: nothing of the PIN itself."""
    return {
        "Keys": [key(account)],
        "ConsistentRead": True,
        "ProjectionExpression": "#generation, #closed",
        "ExpressionAttributeNames": {"#generation": "generation", "#closed": "closed"},
    }


def of(item: Mapping[str, Any] | None) -> Reach:
    """The reach of a PIN's item, read as a whole or by `request`."""
    if item is None:
        return Reach()
    return Reach(item.get("generation"), frozenset(item.get("closed", ())))


def among(found: list[Any]) -> Reach:
    """The same from the wire items that a BatchGetItem call gave for `access`."""
    items: list[Item] = [from_wire(item) for item in found]
    return of(items[0] if items else None)


def read(table: str, account: str) -> Reach:
    """The reach of the account's PIN as it is now."""
    answer = client("dynamodb").batch_get_item(RequestItems={table: request(account)})
    return among(answer["Responses"].get(table, []))
