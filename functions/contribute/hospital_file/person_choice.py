"""Which record an episode is about, by the claims on the numbers that its file names: one pure decision.

Its table stands in docs/access.md, made from here. A name, number or birth date that somebody declared can be copied,
so none of them chooses between accounts whose cards nobody has seen. A card that was seen does, with its name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from health_record.record.identifier_claims import ClaimedRecord

type Several = Literal["several"]


@dataclass(frozen=True)
class Chosen:
    """The record, and which of the numbers led to it (0 for the first)."""

    record_id: str
    number: int


def choose(claims: Sequence[Sequence[ClaimedRecord]]) -> Chosen | Several | None:
    """The record that the numbers lead to; `several` where only a card could tell, None where they lead to nobody.

    `claims` has for each number of the file whoever claims it for a person of this birth date: those alone whose card
    was seen with it, if there are any. Each account's best record comes first.
    """
    with_name = {
        claim.record_id: number
        for number, of_number in reversed(list(enumerate(claims)))
        for claim in of_number
        if claim.is_verified and claim.has_name
    }
    if len(with_name) == 1:
        return Chosen(*with_name.popitem())
    leading = [(number, of_number) for number, of_number in enumerate(claims) if of_number]
    if not leading:
        return None
    if any(len({claim.account for claim in of_number}) > 1 for _, of_number in leading):
        return "several"
    shared = set.intersection(*({claim.record_id for claim in of_number} for _, of_number in leading))
    number, of_number = leading[0]
    best = next((claim.record_id for claim in of_number if claim.record_id in shared), None)
    return "several" if best is None else Chosen(best, number)
