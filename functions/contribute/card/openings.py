"""Accounts that a facility opens anew, by a PIN that it permits or a code on paper: counted by the day.

    access  budget#openings#<facility> / window                     what the whole facility opened
    access  budget#openings#<facility>#<hash> / window              the same by one practitioner, without the name

Nobody at a station is refused: a campaign for old people opens many. Who opens unusually many wakes somebody, for with
a facility's key and codes on paper an account is opened without its phone.
"""

import hashlib

from functions.contribute.card.card_check import Card
from health_record.aws import rate_limits
from health_record.aws.rate_limits import Window
from health_record.facility.registry import Facility
from health_record.observability import count_metric

DAY = 86_400
USUAL_OF_PRACTITIONER = 20
USUAL_PART, FEWEST_UNUSUAL = 5, 20  # of a facility: a fifth of its patients of a day, and no fewer than twenty


def usual_of(facility: Facility) -> int:
    """Up to how many a day of a facility nobody is woken."""
    return max(FEWEST_UNUSUAL, facility.patients_a_day // USUAL_PART)


def count(card: Card) -> None:
    """Count a card that opens its account anew, for the facility and for the practitioner."""
    if not card.permit_pin and card.paper is None:
        return
    facility = card.call.facility
    person = hashlib.sha256(f"{facility.id}#{card.call.practitioner}".encode()).hexdigest()[:32]
    usual = {"": usual_of(facility), f"#{person}": USUAL_OF_PRACTITIONER}
    for whose, most in usual.items():
        name = f"openings#{facility.id}{whose}"
        taken = rate_limits.consume(card.config.table_access, name, (Window(DAY, None),))
        if taken.counts[DAY] == most + 1:
            count_metric("OpeningsUnusual")
