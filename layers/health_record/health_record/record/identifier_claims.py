"""Which records say that a number is their person's: claims, of which a facility may have verified one.

    keys  identifier#national-id#<mac>               record_id, at, facility_id        verified: one record at most
    keys  identifier#national-id#<mac>#<record id>   identifier, since, record_id, verified_at, and MACs of the person
          index by-identifier (identifier, since)

Each claim holds MACs of its number with the day, month and year of birth as far as they are known, with the name and
the sex, and with the account (of a record declared without the phone: with the record, and `listed_as`, which all such
records of the account share). So one query answers whom a
number, a birth date and a name lead to, before anything is opened, and a wrong date leads to nobody by the same calls
as an unknown number.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from health_record.aws.dynamo import Item, batch_get, keys_request, query_all, to_wire
from health_record.aws.keyed_hash import KeyedHash
from health_record.identity.full_names import fold_name
from health_record.identity.identifiers import Pointer
from health_record.record.record_items import Identity
from health_record.table_keys import record_keys

INDEX = "by-identifier"
FREE_OR_OURS = "attribute_not_exists(pk) OR record_id = :record"
BIRTH_PARTS = {"born_year": len("1985"), "born_month": len("1985-03"), "born_day": len("1985-03-02")}
LISTED_AS = "listed_as"


@dataclass(frozen=True)
class PatientQuery:
    """A person as a facility names them. `pointer` is None for a number that cannot be anybody's."""

    pointer: Pointer | None
    birth_date: str
    name: str | None = None
    gender: str | None = None

    @property
    def has_whole_date(self) -> bool:
        """Whether the date says the day. Of old people a card may say a year alone."""
        return len(self.birth_date) == BIRTH_PARTS["born_day"]

    def matches_birth_date(self, recorded: str) -> bool:
        """Whether the date lies in what the record says, which may be a year or a month alone."""
        return self.birth_date == recorded or self.birth_date.startswith(recorded + "-")


@dataclass(frozen=True)
class Candidate:
    """A record that claims the asked number for a person of the asked birth date."""

    record_id: str
    is_verified: bool
    since: str
    pointer: Pointer  # the number that led there
    is_only: bool = True  # as far as the asked date tells: somebody else's whole date may lie in an asked year

    def sort_key(self) -> tuple[bool, str, str]:
        """Those whose card was seen come first, then the longest-standing."""
        return not self.is_verified, self.since, self.record_id


@dataclass(frozen=True)
class ClaimedRecord:
    """A record that claims a number for a person whose birth date agrees as far as it is known.

    `account` tells the accounts of one number apart where one of them is chosen, `listed_as` where they are told or
    shown, and `has_name` says that the record has the asked name.
    """

    record_id: str
    account: str
    listed_as: str
    is_verified: bool
    has_name: bool


def identifier_pk(macs: KeyedHash, pointer: Pointer) -> str:
    """`identifier#national-id#<mac>`: what a number is found by, without the number."""
    return record_keys.identifier_pk(pointer.short, macs.compute("identifier", pointer.short, pointer.value))


def find_candidates(table_keys: str, macs: KeyedHash, asked: PatientQuery) -> list[Candidate]:
    """The records that the number and the birth date lead to: the verified one alone, else at most two of each account.
    Those that an account declared without its phone are as of a second one.

    Of one account these are the longest-standing, which whoever holds the phone later cannot push aside, and the one
    with the most precise date. The longest-standing come first. What is no number takes the same query.
    """
    return select_candidates(macs, load_claims(table_keys, macs, asked.pointer), asked)


def load_claims(table_keys: str, macs: KeyedHash, pointer: Pointer | None) -> list[Item]:
    """Every claim on the number, by the same query for what is no number."""
    nobodys = record_keys.identifier_pk("national-id", secrets.token_hex(32))
    return list_claims(table_keys, identifier_pk(macs, pointer) if pointer else nobodys)


def list_claims(table_keys: str, pk: str) -> list[Item]:
    """Every claim on the number `pk`, the longest-standing first."""
    return query_all(
        TableName=table_keys,
        IndexName=INDEX,
        KeyConditionExpression="identifier = :identifier",
        ExpressionAttributeValues=to_wire({":identifier": pk}),
    )


def select_candidates(macs: KeyedHash, claims: Sequence[Item], asked: PatientQuery) -> list[Candidate]:
    """Those of a number's claims that agree with what was asked, so that a look-up may show them; pure.

    A year or a month leads to whom is known more precisely by the name alone. It says of nobody else, either, that it
    could be only them (`is_only`).
    """
    if asked.pointer is None:
        return []
    leading = _leading(claims)
    wanted = _person_macs(macs, asked.pointer, asked.birth_date, asked.name, asked.gender)
    agreeing = [claim for claim in leading if _may_be_shown(claim, wanted, asked)]
    meant = {claim["account"] for claim in leading if _may_be_meant(claim, wanted)}
    is_only = meant <= {claim["account"] for claim in agreeing}
    shown = {
        claim["record_id"]: claim
        for claim in (*_one_an_account(agreeing, _worth), *_one_an_account(agreeing, _standing))
    }
    return [
        Candidate(claim["record_id"], "verified_at" in claim, claim["since"], asked.pointer, is_only)
        for claim in sorted(shown.values(), key=_standing)
    ]


def select_claimed(macs: KeyedHash, claims: Sequence[Item], asked: PatientQuery) -> list[ClaimedRecord]:
    """Those who may be meant by number and birth date, whatever their name; pure.

    Only those for which the number is verified, if there are any; of each account its best record first.
    """
    return select_possible(macs, _leading(claims), asked)


def select_possible(macs: KeyedHash, claims: Sequence[Item], asked: PatientQuery) -> list[ClaimedRecord]:
    """Whoever of the claims may be of the asked person, dates compared as far as both are known; pure.

    So many could be meant, or be hurt where somebody else is taken for that person. What may be shown is less
    (`select_candidates`). The most precise come first, then the longest-standing.
    """
    if asked.pointer is None:
        return []
    wanted = _person_macs(macs, asked.pointer, asked.birth_date, asked.name, asked.gender)
    return [
        ClaimedRecord(
            claim["record_id"],
            claim["account"],
            read_listed_as(claim),
            "verified_at" in claim,
            claim["full_name"] == wanted.get("full_name"),
        )
        for claim in sorted(claims, key=_worth)
        if _is_same_birth(claim, wanted)
    ]


def read_listed_as(claim: Item) -> str:
    """As of which account the claim is told or shown beside others."""
    return str(claim.get(LISTED_AS, claim["account"]))


def may_show(macs: KeyedHash, claims: Sequence[Item], asked: PatientQuery, record_id: str) -> bool:
    """Whether a look-up by number and birth date might show the record, if it is the one of those `claims`."""
    assert asked.pointer is not None
    wanted = _person_macs(macs, asked.pointer, asked.birth_date, asked.name, asked.gender)
    return any(claim["record_id"] == record_id and _may_be_shown(claim, wanted, asked) for claim in claims)


def _leading(claims: Sequence[Item]) -> list[Item]:
    """The claims that a look-up goes by, the most precise first: the verified ones alone, if there are any."""
    return sorted([claim for claim in claims if "verified_at" in claim] or claims, key=_worth)


def _one_an_account(claims: Sequence[Item], key: Callable[[Item], tuple[Any, ...]]) -> Iterable[Item]:
    """Of each account, as it is listed, the first claim by `key`."""
    return {read_listed_as(claim): claim for claim in sorted(claims, key=key, reverse=True)}.values()


def _is_same_birth(claim: Item, wanted: dict[str, str]) -> bool:
    return all(claim[part] == wanted[part] for part in BIRTH_PARTS if part in claim and part in wanted)


def claim_values(
    macs: KeyedHash, pointer: Pointer, *, record_id: str, account: str, identity: Identity
) -> dict[str, str]:
    """What a claim says of its record and person, whoever verified it and since when it stands.

    Who declared without showing the phone may not be its holder: such a record counts as an account of its own. In
    lists all of them are one, beside the account: else one phone would fill a page.
    """
    holder = record_id if identity.without_phone else account
    listed = {LISTED_AS: _account_mac(macs, pointer, f"{account}#without-phone")} if identity.without_phone else {}
    return {
        "identifier": identifier_pk(macs, pointer),
        "record_id": record_id,
        "account": _account_mac(macs, pointer, holder),
        **listed,
        **_person_macs(macs, pointer, identity.known_birth_date, identity.full_name, identity.sex),
    }


def put_claim(
    table_keys: str, macs: KeyedHash, pointer: Pointer, *, record_id: str, account: str, identity: Identity, at: str
) -> dict[str, Any]:
    """The claim of a record on a number as a member of a transaction; a repeat keeps since when it stands."""
    values = claim_values(macs, pointer, record_id=record_id, account=account, identity=identity)
    dropped = [name for name in (*BIRTH_PARTS, LISTED_AS) if name not in values]
    names = {f"#{name}": name for name in (*values, *dropped, "since")}
    sets = ", ".join(f"#{name} = :{name}" for name in values)
    return {
        "Update": {
            "TableName": table_keys,
            "Key": to_wire({"pk": record_keys.claim_pk(values["identifier"], record_id)}),
            "UpdateExpression": f"SET {sets}, #since = if_not_exists(#since, :since)"
            + (" REMOVE " + ", ".join(f"#{name}" for name in dropped) if dropped else ""),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_wire(
                {f":{name}": value for name, value in values.items()} | {":since": at}
            ),
        }
    }


def put_claims(
    table_keys: str, macs: KeyedHash, *, record_id: str, account: str, identity: Identity, at: str
) -> list[dict[str, Any]]:
    """The claims of a record on all its numbers, those on attested ones marked `verified_at`, and no others."""
    members = []
    for pointer in identity.pointers:
        put = put_claim(table_keys, macs, pointer, record_id=record_id, account=account, identity=identity, at=at)
        update = put["Update"]
        if pointer in identity.seen_numbers:
            verified = "SET verified_at = if_not_exists(verified_at, :verified_at), "
            update["UpdateExpression"] = update["UpdateExpression"].replace("SET ", verified, 1)
            update["ExpressionAttributeValues"] |= to_wire({":verified_at": at})
        else:
            head, _, removed = update["UpdateExpression"].partition(" REMOVE ")
            update["UpdateExpression"] = f"{head} REMOVE {', '.join(['verified_at', *filter(None, [removed])])}"
        members.append(put)
    return members


def drop_claim(table_keys: str, pk: str, record_id: str) -> dict[str, Any]:
    """The end of a record's claim on the number `pk`."""
    return {"Delete": {"TableName": table_keys, "Key": to_wire({"pk": record_keys.claim_pk(pk, record_id)})}}


def unverify_claim(table_keys: str, pk: str, record_id: str) -> dict[str, Any]:
    """A claim that was verified until now is one like others."""
    return {
        "Update": {
            "TableName": table_keys,
            "Key": to_wire({"pk": record_keys.claim_pk(pk, record_id)}),
            "UpdateExpression": "REMOVE verified_at",
            "ConditionExpression": "attribute_exists(pk)",
        }
    }


def check_free(table_keys: str, pk: str, record_id: str) -> dict[str, Any]:
    """The condition that the number is verified for no other record."""
    return {
        "ConditionCheck": {
            "TableName": table_keys,
            "Key": to_wire({"pk": pk}),
            "ConditionExpression": FREE_OR_OURS,
            "ExpressionAttributeValues": to_wire({":record": record_id}),
        }
    }


def drop_verified(table_keys: str, pk: str, record_id: str) -> dict[str, Any]:
    """The end of a record's verified number, on the condition that it is not another's by now."""
    return {
        "Delete": {
            "TableName": table_keys,
            "Key": to_wire({"pk": pk}),
            "ConditionExpression": FREE_OR_OURS,
            "ExpressionAttributeValues": to_wire({":record": record_id}),
        }
    }


def find_verified(table_keys: str, pks: Iterable[str], record_id: str) -> list[str]:
    """Those of the numbers `pks` that a facility verified for this record (one call, and none where there are none)."""
    holders = find_holders(table_keys, pks)
    return [pk for pk, holder in holders.items() if holder == record_id]


def find_holders(table_keys: str, pks: Iterable[str]) -> dict[str, str]:
    """For which record each of the numbers `pks` was verified, read consistently."""
    wanted = sorted(set(pks))
    if not wanted:
        return {}
    items = batch_get({table_keys: keys_request(to_wire({"pk": pk}) for pk in wanted)})[table_keys]
    return {item["pk"]: str(item["record_id"]) for item in items}


def _person_macs(
    macs: KeyedHash, pointer: Pointer, birth_date: str, name: str | None, gender: str | None
) -> dict[str, str]:
    """Of the number with each part of the person that is known."""

    def mac(part: str, value: str) -> str:
        return macs.compute("identifier-person", pointer.short, pointer.value, part, value)

    found = {part: mac(part, birth_date[:length]) for part, length in BIRTH_PARTS.items() if len(birth_date) >= length}
    if name is not None:
        found["full_name"] = mac("full_name", fold_name(name))
    if gender is not None:
        found["gender"] = mac("gender", gender)
    return found


def _worth(claim: Item) -> tuple[int, str, str]:
    """Of one account's records of one person the one that says most precisely who it is, then the longest-standing."""
    return -sum(part in claim for part in BIRTH_PARTS), *_standing(claim)


def _standing(claim: Item) -> tuple[str, str]:
    return str(claim["since"]), str(claim["record_id"])


def _account_mac(macs: KeyedHash, pointer: Pointer, account: str) -> str:
    """What tells the claims of one account on a number from others, and is another one for each number."""
    return macs.compute("identifier-person", pointer.short, pointer.value, "account", account)


def _may_be_meant(claim: Item, wanted: dict[str, str]) -> bool:
    """Whether nothing that is known of both tells them apart."""
    return _is_same_birth(claim, wanted) and all(
        claim[part] == wanted[part] for part in ("full_name", "gender") if part in wanted
    )


def _may_be_shown(claim: Item, wanted: dict[str, str], asked: PatientQuery) -> bool:
    """Whether what was asked is enough to be told of the claim: a date less precise than its own needs the name."""
    is_vaguer = any(part in claim and part not in wanted for part in BIRTH_PARTS)
    return _may_be_meant(claim, wanted) and (asked.name is not None or not is_vaguer)
