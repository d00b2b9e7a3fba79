"""What becomes of the other records that claim a number, once a facility saw the card: keep, join or release.

    keep     the claim stays; look-ups lead to the record whose card was seen
    join     the same person declared twice: the other record says that this one took its place, and does not count
    release  the claim was wrong: the number goes from the other record

Each leaves a line in both records. The other record stays its account's own.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal, cast, get_args

from health_record.audit import audit_entries, replay_guard
from health_record.aws.dynamo import Item, to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import Transaction
from health_record.errors import Fault, InvalidContentError
from health_record.facility import patient_query
from health_record.facility.signed_call import FacilityCall
from health_record.http.event import Event
from health_record.identity.identifiers import Pointer
from health_record.language import Translated
from health_record.record import access_policy, identifier_claims, joined_records, record_items
from health_record.record.record_items import Identity, Meta, parse_record_id
from health_record.record.record_reader import DecryptedRecord
from health_record.table_keys import record_keys

type Action = Literal["keep", "join", "release"]
ACTIONS: tuple[Action, ...] = get_args(Action.__value__)
UNDERSTOOD = (*patient_query.PAIR, "phoneEnding", "permitPin", "paperCode", "reason", "settle")  # of `$verify`
MOST = 10  # with what the card itself writes within the 100 members of one transaction
DETAILS: dict[Action, str] = {"keep": "claim-kept", "join": "claim-joined", "release": "claim-released"}


@dataclass(frozen=True)
class Settlement:
    """What staff decided of another record that claims the number of the card."""

    record_id: str
    action: Action


@dataclass(frozen=True)
class Settled:
    """The same with the other record opened, and the number that is settled."""

    other: DecryptedRecord
    action: Action
    pointer: Pointer

    @property
    def identity(self) -> Identity:
        """What the other record's identity becomes, but for which record it is joined to."""
        identity = self.other.identity.forget_card(self.pointer)
        return identity.release(self.pointer) if self.action == "release" else identity

    @property
    def meta(self) -> Meta:
        """What the other record's meta becomes, but for what is sealed in it."""
        before = access_policy.attested_as(self.other.meta, self.identity)
        return replace(before, joined=self.action == "join" or before.joined)


def parse_settlements(event: Event) -> list[Settlement]:
    """The `settle` members of a `$verify`. Raises InvalidContentError."""
    members = [member for member in patient_query.read_parameters(event, UNDERSTOOD) if member.get("name") == "settle"]
    found = [_parse(member.get("part")) for member in members]
    settlements = [settlement for settlement in found if settlement is not None]
    named = {settlement.record_id for settlement in settlements}
    if len(settlements) < len(members) or len(named) < len(members) or len(members) > MOST:
        raise settle_error()
    return settlements


def settle_error() -> InvalidContentError:
    """The one answer to a `settle` that cannot be read or names no other record with this number."""
    message = Translated(
        f"Mỗi settle gồm record (hồ sơ khác cùng khai số này) và action ({', '.join(ACTIONS)}); nhiều nhất {MOST}.",
        f"Each settle has record (another one that claims this number) and action ({', '.join(ACTIONS)}); "
        f"at most {MOST}.",
    )
    return InvalidContentError(message, faults=[Fault("", message, expression="Parameters.parameter")])


def add_settlement(
    transaction: Transaction,
    tables: "Tables",
    call: FacilityCall,
    macs: KeyedHash,
    settled: Settled,
    *,
    pointer: Pointer,
    winner: DecryptedRecord,
    entry: Item,
) -> None:
    """Everything that one settlement writes, on the condition that the other record is as it was read."""
    other, pk = settled.other, identifier_claims.identifier_pk(macs, pointer)
    if settled.action != "keep":
        transaction.add("other claim", identifier_claims.drop_claim(tables.keys, pk, other.record_id))
    transaction.add("other", _update_other(tables.records, settled, winner.record_id))
    if settled.action == "join":
        transaction.add(
            "joined", joined_records.put_joined(tables.records, winner.record_id, winner.key, other.record_id)
        )
    line = replace(call, record_id=other.record_id).audit_entry(DETAILS[settled.action], "allowed")
    line["pk"] = audit_entries.further_key(entry["pk"], other.record_id)
    transaction.add("other line", replay_guard.put_in_transaction(tables.audit, line))


@dataclass(frozen=True)
class Tables:
    """The names of the tables that a settlement writes."""

    records: str
    keys: str
    audit: str


def _update_other(table: str, settled: Settled, winner: str) -> dict[str, Any]:
    other, meta = settled.other, settled.other.meta
    identity = settled.identity
    if settled.action == "join":
        identity = replace(identity, joined_to=winner)
    values: dict[str, Any] = {
        ":sealed": record_items.encrypt_identity(other.key, meta.record_id, identity),
        ":before": meta.sealed,
        ":no": False,
        ":seen": settled.meta.card_seen,
        ":attested": settled.meta.attested,
        ":joined": settled.meta.joined,
    }
    return {
        "Update": {
            "TableName": table,
            "Key": wire_key((record_keys.record_pk(meta.record_id), record_keys.META)),
            "UpdateExpression": "SET sealed = :sealed, card_seen = :seen, attested = :attested, joined = :joined",
            "ConditionExpression": "sealed = :before AND erasing = :no",
            "ExpressionAttributeValues": to_wire(values),
        }
    }


def _parse(parts: Any) -> Settlement | None:
    values = (
        {str(part.get("name")): part for part in parts if isinstance(part, dict)} if isinstance(parts, list) else {}
    )
    if set(values) != {"record", "action"}:
        return None
    record = values["record"].get("valueString") or values["record"].get("valueId")
    if isinstance(reference := values["record"].get("valueReference"), dict):
        record = str(reference.get("reference")).removeprefix("Patient/")
    action = values["action"].get("valueCode") or values["action"].get("valueString")
    record_id = parse_record_id(record) if isinstance(record, str) else None
    if record_id is None or action not in ACTIONS:
        return None
    return Settlement(record_id, cast("Action", action))
