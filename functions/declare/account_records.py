"""Which records an account holds, and how many it may: twelve at most.

The second half is for whoever shows the phone, which may be somebody else's than the passkey's by now.
"""

from collections.abc import Iterable
from typing import Any

from functions.declare import transaction_items
from functions.declare.account_tag import AccountTag
from functions.declare.settings import config, macs
from health_record.aws.dynamo import batch_get, get_items, keys_request, to_wire, wire_key
from health_record.identity import account_pointers, pin_scope, sessions
from health_record.identity.account_pointers import AccountPointer
from health_record.identity.sessions import Session
from health_record.table_keys import access_keys, record_keys

MAX_RECORDS = 12
MAX_WITHOUT_PHONE = 6


def most_for(session: Session) -> int:
    """Up to how many records the account may hold for the session to declare one more."""
    return MAX_RECORDS if session.shows_phone else MAX_WITHOUT_PHONE


def add_to_account(account: str, record_id: str, tag: AccountTag, most: int) -> Iterable[tuple[str, dict[str, Any]]]:
    """The account's pointer to a new record, and its count of records, which ends at `most`.

    A tag that was just made is the account's only if no other record was added meanwhile; a refusal shows which was.
    """
    table, pk = config().table_records, record_keys.account_pk(account)
    condition, values = "attribute_not_exists(held)", {":one": 1, ":record": record_id}
    if tag.made_for is None:
        condition, values = f"{condition} OR held < :most", values | {":most": most}
    elif tag.made_for:
        condition, values = "held = :held AND held < :most", values | {":held": tag.made_for, ":most": most}
    yield (
        "pointer",
        transaction_items.put_item(table, {"pk": pk, "sk": record_keys.record_pk(record_id), "record_id": record_id}),
    )
    yield (
        "account",
        {
            "Update": {
                "TableName": table,
                "Key": wire_key((pk, record_keys.ACCOUNT)),
                "UpdateExpression": "SET newest = :record ADD held :one",
                "ConditionExpression": condition,
                "ExpressionAttributeValues": to_wire(values),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        },
    )


def load_account(account: str, phone: str | None) -> tuple[int, AccountPointer | None]:
    """How many records the account holds, and the pointer that leads from its phone to it, as both stand now."""
    table, keys = config().table_records, config().table_keys
    requests = {table: keys_request([wire_key((record_keys.account_pk(account), record_keys.ACCOUNT))])}
    phone_mac = account_pointers.phone_mac(macs(), phone) if phone else None
    if phone_mac:
        requests[keys] = keys_request([account_pointers.key(phone_mac)])
    found = batch_get(requests)
    held = int(found[table][0]["held"]) if found[table] else 0
    pointer = account_pointers.from_item(phone_mac, found[keys][0]) if phone_mac and found[keys] else None
    return held, pointer if pointer and pointer.account == account else None


def remove_from_account(
    account: str, record_id: str, held: int, pointer: AccountPointer | None
) -> Iterable[tuple[str, dict[str, Any]]]:
    """The other way round, for a record that is erased, on the condition that the account holds `held` of them.

    With the last one goes the account: who made its first record, the PIN, which must not bind the number's next
    owner, and what leads from its phone to it.
    """
    table, pk = config().table_records, record_keys.account_pk(account)
    yield "pointer", transaction_items.delete_item(table, pk, record_keys.record_pk(record_id))
    if held > 1:
        yield "account", _decrement_held(table, pk, held)
        return
    last = transaction_items.delete_item(table, pk, record_keys.ACCOUNT)
    last["Delete"] |= {
        "ConditionExpression": "attribute_not_exists(pk) OR held <= :one",
        "ExpressionAttributeValues": to_wire({":one": 1}),
    }
    yield "account", last
    if pointer:
        yield "phone", account_pointers.drop_item(config().table_keys, pointer)
    for sk in access_keys.OF_ACCOUNT:
        yield "access", transaction_items.delete_item(config().table_access, pk, sk)


def _decrement_held(table: str, pk: str, held: int) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table,
            "Key": wire_key((pk, record_keys.ACCOUNT)),
            "UpdateExpression": "ADD held :less",
            "ConditionExpression": "held = :held",
            "ExpressionAttributeValues": to_wire({":less": -1, ":held": held}),
        }
    }


def forget_record(account: str, record_id: str) -> Iterable[dict[str, Any]]:
    """What takes away who made a record, and which PIN or passkey opens it, where the account goes on without it.

    Were that kept, whoever makes and erases records would fill the account's items, and the phone's next holder could
    declare no more.
    """
    state_key, pin_key = access_keys.account_state_key(account), access_keys.account_pin_key(account)
    state, pin = get_items(config().table_access, [state_key, pin_key])
    if marks := {mark for mark in (state or {}).get("made", ()) if sessions.parse_made(mark)[0] == record_id}:
        yield _update(state_key, "DELETE #made :made", {"#made": "made"}, {":made": marks})
    stored = (pin or {}).get("slots", {})
    slots = {name: slot for name, slot in stored.items() if record_id in pin_scope.opened_by(slot)}
    if pin and slots:  # each is written as a whole: DynamoDB takes nothing from a set in a map
        names = {f"#g{place}": name for place, name in enumerate(slots)}
        values = {f":g{place}": pin_scope.without_record(slot, record_id) for place, slot in enumerate(slots.values())}
        yield _update(
            pin_key,
            "SET " + ", ".join(f"slots.#g{place} = :g{place}" for place in range(len(slots))) + " ADD #version :one",
            {**names, "#version": "version"},
            {**values, ":one": 1, ":before": pin["version"]},
            condition="#version = :before",
        )


def _update(
    key: tuple[str, str], change: str, names: dict[str, str], values: dict[str, Any], condition: str | None = None
) -> dict[str, Any]:
    member = {
        "TableName": config().table_access,
        "Key": wire_key(key),
        "UpdateExpression": change,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": to_wire(values),
    }
    return {"Update": member | ({"ConditionExpression": condition} if condition else {})}
