"""How a record lies in the tables: keys of its items, its meta item, and the sealed identity.

records  record#<uuid>      meta | version#000001 | consent#<purpose>#<time> | contribution#... | share...
records  account#<account>  account {records} | record#<uuid>
records  erasing / record#<uuid>                           an erasure that has begun and is not over
records  record#<uuid>      joined#<keyed id>              sealed: another record that was joined to this one
records  recounting / record#<uuid>                        a change of what is counted that is not yet counted
keys     record#<uuid>      wrapped
keys     erased#<sha256 of the uuid>   erased_at, so that nobody takes the id again
facts    resident#<pseudonym>                              resident | diagnosis#...
"""

import base64
import hashlib
import hmac
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from health_record import exact_json
from health_record.aws.dynamo import Item, batch_get, keys_request, query_all, to_wire, wire_key
from health_record.aws.envelope_encryption import DataKey, decrypt, encrypt
from health_record.identity.full_names import fold_name
from health_record.identity.identifiers import Pointer, declaration_pointers
from health_record.table_keys import record_keys

ALL_NUMBERS, SOME_NUMBERS, NO_NUMBERS = "all", "some", "none"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class SeenCard:
    """What stood on a card: a number as `name_number` writes it, the birth date, and the record's name, folded.

    Empty date and name are those of a card that does not fit what was declared since.
    """

    number: str
    birth_date: str
    full_name: str

    def fits(self, birth_date: str, full_name: str) -> bool:
        """Whether the card may be of somebody so declared: dates agree as far as both are known, and the name."""
        length = min(len(self.birth_date), len(birth_date))
        return length > 0 and _dates_agree(self.birth_date, birth_date) and self.full_name == fold_name(full_name)


@dataclass(frozen=True)
class Identity:
    """Who the record is of: the sealed part of the meta item. `birth_date` may be a year or a month alone.

    `phone` is the account's, for notices only: no answer ever holds it. `account_tag` is the random tag that rows of
    `facts` of all the account's records share; None in a record made before there were tags. `released` names numbers
    that a facility took out of the record, as `national-id#079160012345`: typing them again claims nothing.
    `joined_to` is the record of the same person that took this one's place. `seen` are the cards that facilities saw.
    `former` names numbers that the record had and that it has no more. `without_phone` says that
    name, birth date and numbers are as somebody declared them who did not show the phone (`Session.shows_phone`).
    """

    full_name: str
    birth_date: str
    sex: str
    national_id: str | None
    insurance_number: str | None
    ward: str
    pseudonym: str
    phone: str | None = None
    account_tag: str | None = None
    released: tuple[str, ...] = ()
    joined_to: str | None = None
    seen: tuple[SeenCard, ...] = ()
    former: tuple[str, ...] = ()
    without_phone: bool = False

    @property
    def proven_phone(self) -> str | None:
        """The phone as a sign of whose record it is: None where whoever declared it did not show the phone."""
        return None if self.without_phone else self.phone

    @property
    def pointers(self) -> tuple[Pointer, ...]:
        """What facilities can find this person by."""
        return declaration_pointers(self.national_id, self.insurance_number)

    def release(self, pointer: Pointer) -> "Identity":
        """The identity without what leads to the number, however it was written."""
        return replace(self, released=tuple(sorted({*self.released, name_number(pointer)}))).drop_released()

    def drop_released(self) -> "Identity":
        """The identity without the numbers that a facility took out of the record."""
        national = declaration_pointers(self.national_id, None)
        insurance = declaration_pointers(None, self.insurance_number)
        return replace(
            self,
            national_id=None if any(map(self.has_released, national)) else self.national_id,
            insurance_number=None if any(map(self.has_released, insurance)) else self.insurance_number,
        )

    def has_released(self, pointer: Pointer) -> bool:
        """Whether a facility took the number out of the record."""
        return name_number(pointer) in self.released

    @property
    def seen_numbers(self) -> frozenset[Pointer]:
        """Those of its numbers that stood on a card of somebody with this birth date and name."""
        numbers = {card.number for card in self._fitting}
        return frozenset(pointer for pointer in self.pointers if name_number(pointer) in numbers)

    @property
    def known_birth_date(self) -> str:
        """The birth date as far as it is known: the one on a card, where that says more than was declared."""
        return max([self.birth_date, *(card.birth_date for card in self._fitting)], key=len)

    def may_show_card(self, pointer: Pointer, birth_date: str) -> bool:
        """Whether a card with the number and the date may be of the person whose cards with other numbers were seen."""
        others = (card for card in self._fitting if card.number != name_number(pointer))
        return all(_dates_agree(card.birth_date, birth_date) for card in others)

    def drop_cards_against(self, pointer: Pointer, birth_date: str) -> "Identity":
        """The identity without the other numbers whose cards say another birth date than this card."""
        others = {card.number for card in self._fitting if card.number != name_number(pointer)}
        against = {card.number for card in self.seen if not _dates_agree(card.birth_date, birth_date)} & others
        national = declaration_pointers(self.national_id, None)
        insurance = declaration_pointers(None, self.insurance_number)
        return replace(
            self,
            national_id=None if against & set(map(name_number, national)) else self.national_id,
            insurance_number=None if against & set(map(name_number, insurance)) else self.insurance_number,
            seen=tuple(card for card in self.seen if card.number not in against),
        )

    def declared_without_phone(self, before: "Identity") -> "Identity":
        """The identity as a session declares it that did not show the phone: what was not changed stays as proven."""
        same = all(getattr(self, name) == getattr(before, name) for name in ("full_name", "birth_date", "pointers"))
        return replace(self, without_phone=before.without_phone if same else True)

    def follow(self, before: "Identity") -> "Identity":
        """The identity that comes after `before`, with the numbers of that which it lost.

        By each of them facilities may have been led here for another person, and may keep the record's id; also by one
        that stood on a card, which then was not this person's.
        """
        had, kept = (set(map(name_number, each.pointers)) for each in (before, self))
        return replace(self, former=tuple(sorted({*before.former, *had} - kept)))

    @property
    def lost_numbers(self) -> frozenset[str]:
        """The names of numbers that the record had and has no more."""
        return frozenset((*self.former, *self.released))

    def void_numbers_as(self, birth_date: str, full_name: str) -> tuple[Pointer, ...]:
        """Those of its numbers whose card was seen and does not fit somebody so declared."""
        void = {card.number for card in self.seen if not card.fits(birth_date, full_name)}
        return tuple(pointer for pointer in self.pointers if name_number(pointer) in void)

    @property
    def _fitting(self) -> tuple[SeenCard, ...]:
        return tuple(card for card in self.seen if card.fits(self.birth_date, self.full_name))

    @property
    def attestation(self) -> str:
        """What the meta item says of it: `all` of the numbers that it ever had are attested, `some`, or `none`."""
        if not self.seen_numbers:
            return NO_NUMBERS
        return ALL_NUMBERS if self.seen_numbers == set(self.pointers) and not self.lost_numbers else SOME_NUMBERS

    def see_card(self, pointer: Pointer, birth_date: str) -> "Identity":
        """The identity once a card with the number and the birth date was seen for it."""
        card = SeenCard(name_number(pointer), birth_date, fold_name(self.full_name))
        return replace(self, seen=(*self._seen_without(pointer), card))

    def forget_card(self, pointer: Pointer) -> "Identity":
        """The identity whose number a facility saw on somebody else's card."""
        return replace(self, seen=self._seen_without(pointer))

    def void_other_cards(self) -> "Identity":
        """The identity with the cards that do not fit it worth nothing, also if it is changed back."""
        return replace(
            self,
            seen=tuple(
                card if card.fits(self.birth_date, self.full_name) else SeenCard(card.number, "", "")
                for card in self.seen
            ),
        )

    def _seen_without(self, pointer: Pointer) -> tuple[SeenCard, ...]:
        return tuple(card for card in self.seen if card.number != name_number(pointer))

    def take_back(self, pointer: Pointer) -> "Identity":
        """The identity of a record whose card was seen with the number."""
        name = name_number(pointer)
        released, former = (tuple(one for one in names if one != name) for names in (self.released, self.former))
        return replace(self, released=released, former=former)


@dataclass(frozen=True)
class Meta:
    """The meta item. `sharing_until` is a local day; `session` the hash of the session that created the record.

    `card_seen` says that a facility saw the person's card and verified a number for this record, and `attested` that
    what the card said is what the record says now: of `all` numbers that it ever had or of `some`. A record from
    before has no `attested`, and its card is to be seen again. `joined` says that another record of the same person
    took this one's place (its sealed identity names it).
    """

    record_id: str
    account: str
    session: str
    relation: str
    version: int
    created_at: str
    updated_at: str
    sealed: bytes
    sharing_until: str | None = None
    statistics: bool = False
    notices: bool = False
    restricted: bool = False
    erasing: bool = False
    card_seen: bool = False
    joined: bool = False
    attested: str | None = None


def _dates_agree(one: str, other: str) -> bool:
    """Whether two birth dates are the same as far as both are known."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def name_number(pointer: Pointer) -> str:
    """`national-id#079160012345`, as the sealed part names numbers."""
    return f"{pointer.short}#{pointer.value}"


def parse_record_id(text: str) -> str | None:
    """A record id in its canonical form (lower case), or None for what is no UUID."""
    found = text.lower()
    return str(uuid.UUID(found)) if _UUID.fullmatch(found) else None


def meta_item(meta: Meta) -> Item:
    """The whole item of `meta`."""
    item = asdict(meta)
    item["pk"], item["sk"] = record_keys.record_pk(item.pop("record_id")), record_keys.META
    return item


def parse_meta(item: Item) -> Meta:
    """The other way round; attributes that others keep beside ours are left alone."""
    known = {name: item[name] for name in Meta.__dataclass_fields__ if name in item}
    return Meta(record_id=record_keys.record_id_from(item["pk"]), **known)


def encrypt_identity(key: DataKey, record_id: str, identity: Identity) -> bytes:
    """The identity, sealed for its record's meta item."""
    return encrypt_json(key, record_id, record_keys.META, asdict(identity))


def decrypt_identity(key: DataKey, meta: Meta) -> Identity:
    """The identity of an opened record. Raises DecryptionError."""
    members = decrypt_json(key, meta.record_id, record_keys.META, meta.sealed)
    seen = tuple(SeenCard(**card) for card in members.get("seen", ()))
    names = {name: tuple(members.get(name, ())) for name in ("released", "former")}
    return Identity(**members | names | {"seen": seen})


def encrypt_json(key: DataKey, record_id: str, sk: str, content: dict[str, Any]) -> bytes:
    """Any JSON object, sealed for the item `sk` of a record."""
    return encrypt(key, record_keys.record_pk(record_id), sk, exact_json.dumps(content).encode())


def body_mac(key: DataKey, body: str) -> str:
    """What tells one body of a declaration from another, and says nothing once the record's key is gone."""
    return hmac.new(key.plain, f"body/{body}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def decrypt_json(key: DataKey, record_id: str, sk: str, blob: bytes) -> dict[str, Any]:
    """What `encrypt_json` encrypted. Raises DecryptionError."""
    content: dict[str, Any] = json.loads(decrypt(key, record_keys.record_pk(record_id), sk, blob).decode())
    return content


def encrypt_recipient(key: DataKey, record_id: str, share_id: str, recipient: str) -> str:
    """What a reader by a share said of themselves, for the audit item of the reading."""
    sealed = encrypt_json(key, record_id, f"recipient#{share_id}", {"recipient": recipient})
    return base64.b64encode(sealed).decode()


def decrypt_recipient(key: DataKey, record_id: str, share_id: str, sealed: str) -> str:
    """What `encrypt_recipient` encrypted. Raises DecryptionError."""
    return str(decrypt_json(key, record_id, f"recipient#{share_id}", base64.b64decode(sealed))["recipient"])


def decrypt_exact_json(key: DataKey, record_id: str, sk: str, blob: bytes) -> dict[str, Any]:
    """The same with decimals as they were sent, for what facilities wrote."""
    content: dict[str, Any] = exact_json.loads(decrypt(key, record_keys.record_pk(record_id), sk, blob))
    return content


def list_of_account(table_records: str, account: str) -> list[Item]:
    """What the account keeps of each of its records: `sk` is the record's `pk`, and `record_id`."""
    return query_all(
        TableName=table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :record)",
        ExpressionAttributeValues=to_wire(
            {":pk": record_keys.account_pk(account), ":record": record_keys.RECORD_PREFIX}
        ),
        ConsistentRead=True,
    )


def load(table_records: str, table_keys: str, record_id: str) -> tuple[Meta, bytes] | None:
    """The record's meta and its wrapped key, read consistently in one call; None unless both are there.

    Raises UnavailableError if DynamoDB left one of them unread.
    """
    return load_with_items(table_records, table_keys, record_id, {})[0]


def load_with_items(
    table_records: str, table_keys: str, record_id: str, beside: Mapping[str, Any], sks: Sequence[str] = ()
) -> tuple[tuple[Meta, bytes] | None, dict[str, list[Item]]]:
    """The same, and the items by table of what else the same call is to read.

    That are items of the record (`sks`), and of other tables (`beside`, requests by table).
    """
    pk = record_keys.record_pk(record_id)
    found = batch_get(
        {
            table_records: keys_request(wire_key((pk, sk)) for sk in (record_keys.META, *sks)),
            table_keys: keys_request([to_wire({"pk": pk})]),
            **beside,
        }
    )
    metas = [item for item in found[table_records] if item["sk"] == record_keys.META]
    keys = found[table_keys]
    if not metas or not keys:
        return None, found
    return (parse_meta(metas[0]), keys[0]["wrapped"]), found
