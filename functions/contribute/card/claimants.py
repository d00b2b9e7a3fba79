"""Who besides the record has to do with the number on a card, told only as far as the card fits them.

A `$verify` is a look-up too: of other people it tells what a look-up by the same number and birth date would tell.
"""

from dataclasses import dataclass

from functions.contribute.settings import ContributeSettings
from health_record.aws.keyed_hash import KeyedHash
from health_record.identity.identifiers import Pointer
from health_record.record import identifier_claims
from health_record.record.identifier_claims import PatientQuery
from health_record.record.record_items import Identity


@dataclass(frozen=True)
class Claimants:
    """What `keys` says of the number on the card, and of the numbers that it would replace.

    `holder` is another record for which the number is verified, `fitting` are the other records whose claims fit the
    number and the birth date, and `given_up` numbers that are verified for the record and not on the card.
    """

    holder: str | None
    fitting: tuple[str, ...]
    given_up: tuple[Pointer, ...]

    @property
    def fitting_holder(self) -> str | None:
        """The holder, if the card fits it."""
        return self.holder if self.holder in self.fitting else None


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
    fitting = identifier_claims.select_fitting(macs, identifier_claims.list_claims(table, pk), query)
    return Claimants(
        holder=None if holders.get(pk) == record_id else holders.get(pk),
        fitting=tuple(each for each in fitting if each != record_id),
        given_up=tuple(pointer for pk, pointer in replaced.items() if holders.get(pk) == record_id),
    )
