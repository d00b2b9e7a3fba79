"""Many accounts claim one number: whatever staff decide of them, the card is seen in one transaction."""

import itertools
import uuid

import pytest

from functions.contribute import settlement
from tests.conftest import World
from tests.contribute.cards import INSURANCE_NUMBER, verify
from tests.declare import people
from tests.facility_desk import Desk, register

BORN = "1960-05-17"
CLAIMS = 2 * settlement.MOST + 2  # accounts, more than an answer names beside as many as are settled


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, "79001", provider_code="79999", bounds_lifted_until="2027-11-23")


def declared_by(account: str) -> str:
    record_id = str(uuid.uuid4())
    assert people.put(people.sign_in(account), record_id=record_id).status == 201
    return record_id


@pytest.mark.parametrize(
    ("action", "is_held"), [*itertools.product(settlement.ACTIONS, (False, True))], ids=lambda each: str(each)
)
def test_a_card_is_seen_whoever_claims_its_number(world: World, desk: Desk, action: str, is_held: bool) -> None:
    """Every member that the transaction can have: another holder, an own number replaced, a PIN, a code on paper."""
    own = declared_by("f" * 64)
    others = [declared_by(f"{number:064x}") for number in range(CLAIMS)]
    if is_held:
        assert verify(desk, others[0], people.NATIONAL_ID, BORN, reason="moved").status == 200
    assert verify(desk, own, "DN4790123456780", BORN, INSURANCE_NUMBER, reason="another card").status == 200
    settle = dict.fromkeys(others[-settlement.MOST :], action)
    answer = verify(desk, own, people.NATIONAL_ID, BORN, reason="seen", paper_code=True, settle=settle)
    assert answer.status == 200, answer.body
    again = verify(desk, own, people.NATIONAL_ID, BORN, permit_pin=False)
    named = [each for each in again.json["parameter"] if each["name"] == "candidate"]
    assert len(named) == settlement.MOST, "the others are named by the next call"


@pytest.mark.parametrize("settled", [0, 1, settlement.MOST])
def test_of_those_whom_staff_did_not_decide_of_some_are_named_beside(world: World, desk: Desk, settled: int) -> None:
    own = declared_by("f" * 64)
    others = [declared_by(f"{number:064x}") for number in range(settlement.MOST + 2)]
    settle = dict.fromkeys(others[:settled], "keep")
    answer = verify(desk, own, people.NATIONAL_ID, BORN, settle=settle, permit_pin=False)
    named = [each for each in answer.json["parameter"] if each["name"] == "candidate"]
    assert len(named) == settlement.MOST - settled
