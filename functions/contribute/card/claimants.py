"""Who besides the record has to do with the number on a card: whom it may show, and whom it may hurt.

A `$verify` is a look-up too: of other people it shows what a look-up by the same number and birth date would show. Who
loses by it are more: everybody who was found by the number until now, whatever date the card says.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from functions.contribute.settings import ContributeSettings
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.identity.identifiers import Pointer
from health_record.record import identifier_claims
from health_record.record.identifier_claims import PatientQuery
from health_record.record.record_items import Identity


@dataclass(frozen=True)
class Claimants:
    """What `keys` says of the number on the card, and of the numbers that it would replace.

    `holder` is another record for which the number is verified; `fits_holder` says that a look-up by the card would
    show it. `possible` are the other records that may be of the card's person, and `one_an_account` of them one for
    each account. `displaced` are those, one an account, that a look-up by the number found until now and will no more:
    nobody where it was verified before, as `was_verified` says of this record. `given_up` are numbers verified for the
    record and not on the card.
    """

    holder: str | None
    fits_holder: bool
    possible: tuple[str, ...]
    one_an_account: tuple[str, ...]
    displaced: tuple[str, ...]
    was_verified: bool
    given_up: tuple[Pointer, ...]

    @property
    def fitting_holder(self) -> str | None:
        """The holder, if the card fits it."""
        return self.holder if self.fits_holder else None


def load(
    config: ContributeSettings, record_id: str, query: PatientQuery, *, before: Identity, after: Identity
) -> Claimants:
    """Read them by the same two calls, whatever there is. `before` and `after` are the record's identity."""
    assert query.pointer is not None
    macs, table = KeyedHash.from_settings(config), config.table_keys
    replaced = {identifier_claims.identifier_pk(macs, each): each for each in before.pointers}
    for pointer in after.pointers:
        replaced.pop(identifier_claims.identifier_pk(macs, pointer), None)
    pk = identifier_claims.identifier_pk(macs, query.pointer)
    holders = identifier_claims.find_holders(table, [pk, *replaced])
    claims = [each for each in identifier_claims.list_claims(table, pk) if each["record_id"] != record_id]
    possible = identifier_claims.select_possible(macs, claims, query)
    likely_first = [*((each.listed_as, each.record_id) for each in possible), *map(_account_and_record, claims)]
    holder = None if holders.get(pk) == record_id else holders.get(pk)
    return Claimants(
        holder=holder,
        fits_holder=holder is not None and identifier_claims.may_show(macs, claims, query, holder),
        possible=tuple(each.record_id for each in possible),
        one_an_account=_one_an_account((each.listed_as, each.record_id) for each in possible),
        displaced=() if pk in holders else _one_an_account(likely_first),
        was_verified=holders.get(pk) == record_id,
        given_up=tuple(pointer for pk, pointer in replaced.items() if holders.get(pk) == record_id),
    )


def _account_and_record(claim: Item) -> tuple[str, str]:
    return identifier_claims.read_listed_as(claim), claim["record_id"]


def _one_an_account(records: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The first record of each account."""
    of_account: dict[str, str] = {}
    for account, record_id in records:
        of_account.setdefault(account, record_id)
    return tuple(of_account.values())
