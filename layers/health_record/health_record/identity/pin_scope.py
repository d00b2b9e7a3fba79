"""What level 2 reaches: a PIN or passkey opens the records of its own generation, as long as the account has that.

    access  account#<account> / pin    slots: each generation by its name, with the records that it opens (`opened_by`)

A record that is declared at level 2 is written into its generation as an attribute `opened#<record>` of its own, which
needs no reading before: DynamoDB adds to a set at the top of an item only. Whoever writes the generation next puts it
into the set `opened`.

A phone is not a person, and numbers are given to others. So what one holder declared is not opened by what another
holder set, in neither direction (decision 0011). A record that no generation opens waits for its card at a facility.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from health_record import settings
from health_record.aws.dynamo import Item, WireItem, to_wire, wire_key
from health_record.identity.sessions import Session
from health_record.table_keys.access_keys import account_pin_key

_RECORD = "opened#"


@dataclass(frozen=True)
class PinScope:
    """What the account's generations open: the records of each, by its name."""

    opened: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def is_elevated(self, session: Session) -> bool:
        """Whether the session is of level 2 by a generation of the account that has not been replaced since."""
        known = session.generation in self.opened if self.opened else session.generation is None
        return session.level >= 2 and known

    def excludes(self, session: Session, record_id: str) -> bool:
        """Whether what lifted the session does not open the record."""
        return session.generation is not None and record_id not in self.opened.get(session.generation, frozenset())


def key(account: str) -> WireItem:
    """Where an account's PINs and passkeys are kept."""
    return wire_key(account_pin_key(account))


def opened_by(slot: Mapping[str, Any]) -> frozenset[str]:
    """The records that a stored generation opens."""
    declared = (name.removeprefix(_RECORD) for name in slot if name.startswith(_RECORD))
    return frozenset(slot.get("opened", ())).union(declared)


def without_record(slot: Mapping[str, Any], record_id: str) -> dict[str, Any]:
    """The stored generation that no longer opens the record; the others stand in its set."""
    others = {name: value for name, value in slot.items() if name != "opened" and not name.startswith(_RECORD)}
    opened = opened_by(slot) - {record_id}
    return others | ({"opened": opened} if opened else {})


def batch_request(account: str) -> dict[str, Any]:
    """What a BatchGetItem call asks of `access`."""
    return {
        "Keys": [key(account)],
        "ConsistentRead": True,
        "ProjectionExpression": "#slots",
        "ExpressionAttributeNames": {"#slots": "slots"},
    }


def from_item(item: Mapping[str, Any] | None) -> PinScope:
    """The reach of an account's generations, their item read as a whole or by `batch_request`."""
    slots: Mapping[str, Any] = (item or {}).get("slots", {})
    return PinScope({generation: opened_by(slot) for generation, slot in slots.items()})


def from_batch_response(items: list[Item]) -> PinScope:
    """The same from the items that a BatchGetItem call gave for `access`."""
    return from_item(items[0] if items else None)


def open_record_item(session: Session, record_id: str) -> dict[str, Any] | None:
    """What lets the generation of a level-2 session open a record made in it, for a TransactWriteItems call.

    None at level 1. Its condition fails where the generation has been replaced.
    """
    if session.generation is None:
        return None
    return {
        "Update": {
            "TableName": settings.read_once(settings.ApiSettings).table_access,
            "Key": key(session.account),
            "UpdateExpression": "SET slots.#generation.#record = :opened ADD #version :one",
            "ConditionExpression": "attribute_exists(slots.#generation)",
            "ExpressionAttributeNames": {
                "#generation": session.generation,
                "#record": _RECORD + record_id,
                "#version": "version",
            },
            "ExpressionAttributeValues": to_wire({":opened": True, ":one": 1}),
        }
    }
