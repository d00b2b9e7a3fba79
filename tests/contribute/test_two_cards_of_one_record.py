"""A record is of one person: cards of two birth dates are never both seen for it, however vaguely it was declared.

The stranger declares the year alone, shows an own card, and adds the number of a namesake of that year.
"""

import pytest

from tests.conftest import World
from tests.contribute.cards import INSURANCE_NUMBER, NATIONAL_ID, verify
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.hospital_file.files import episode_file
from tests.put_at_once import phone_of

HERS, HER_BORN, NAME = "079156000123", "1956-03-04", "Trần Thị Bà"
OWN_INSURANCE, OWN_BORN = "0123456789", "1956-01-02"
ME = people.RECORD_ID


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999")


def declare(born: str, version: int = 0) -> int:
    body = people.declaration(
        identity_national_id={"valueString": HERS},
        identity_insurance_number={"valueString": OWN_INSURANCE},
        identity_birth_date={"valueDate": born},
        identity_full_name={"valueString": NAME},
    )
    return people.put(people.sign_in(level=2), body, version=version).status


def see_own(desk: Desk, born: str = OWN_BORN) -> int:
    status: int = verify(desk, ME, OWN_INSURANCE, born, INSURANCE_NUMBER, permit_pin=False).status
    return status


def send(desk: Desk, born: str = HER_BORN) -> tuple[str, bool]:
    """The answer to her hospital's file with the card seen, and whether that was noted."""
    file = episode_file(HERS, born, NAME, phone_of(people.ALICE))
    entry = desk.hospital_file(file, card_seen=[f"LK{HERS}"]).json["entry"][0]["response"]
    words = [issue.get("diagnostics") for issue in entry["outcome"]["issue"]]
    return entry["status"][:3], entry["status"][:3] in ("200", "201") and "card-not-confirmed" not in words


def found(desk: Desk, born: str) -> int:
    total: int = desk.search(NATIONAL_ID, HERS, born).json["total"]
    return total


@pytest.mark.parametrize("declared", ["1956", "1956-01"])
def test_a_card_with_another_day_is_not_seen_for_it(world: World, desk: Desk, declared: str) -> None:
    assert (declare(declared), see_own(desk)) == (201, 200)
    assert send(desk) == ("404", False)
    assert verify(desk, ME, HERS, HER_BORN, permit_pin=False).status == 404, "like a wrong pair"
    misses = [item for item in world.items("access") if item["pk"].startswith("budget#misses#")]
    assert misses, "and it counts as one"
    assert people.verified_numbers(world) == [ME]
    assert people.call("GET", "/v1/records/{id}/episodes", people.sign_in(level=2)).json["episodes"] == []


def test_the_first_card_that_is_seen_says_whose_the_record_is(desk: Desk) -> None:
    assert (declare("1956"), send(desk)[0]) == (201, "201")
    assert people.call("GET", "/v1/records/{id}/episodes", people.sign_in(level=2)).json["episodes"] != []
    assert see_own(desk) == 404


def test_the_card_says_the_date_that_all_numbers_go_with(desk: Desk) -> None:
    declare("1956")
    assert (found(desk, HER_BORN), found(desk, OWN_BORN)) == (1, 1)
    see_own(desk)
    assert (found(desk, HER_BORN), found(desk, OWN_BORN)) == (0, 1)
    assert declare("1956", 1) == 200
    assert (found(desk, HER_BORN), found(desk, OWN_BORN)) == (0, 1), "a correction keeps it"


@pytest.mark.parametrize("born", [OWN_BORN, "1956-01", "1956"])
def test_a_second_card_that_agrees_as_far_as_it_says_is_seen(desk: Desk, born: str) -> None:
    """Insurance cards of old people say the year."""
    assert (declare("1956"), see_own(desk, born)) == (201, 200)
    assert verify(desk, ME, HERS, OWN_BORN, permit_pin=False).status == 200


def test_the_same_card_with_its_date_put_right_is_seen_again(desk: Desk) -> None:
    assert (declare("1956"), see_own(desk, "1956-01-20"), see_own(desk)) == (201, 200, 200)
    assert verify(desk, ME, HERS, OWN_BORN, permit_pin=False).status == 200


@pytest.mark.parametrize("declared", ["1956", "1956-01"])
def test_who_may_override_puts_the_true_card_in_the_place_of_a_wrong_one(
    world: World, desk: Desk, declared: str
) -> None:
    """A key that was stolen, or an insurance card with the usual first of January, came first."""
    assert (declare(declared), see_own(desk)) == (201, 200)
    chief = register(world, "79003", provider_code="79997", permissions=["read", "verify", "override"])
    true = HER_BORN if declared == "1956" else "1956-01-09"
    assert verify(chief, ME, HERS, true, permit_pin=False).status == 404, "without a reason nobody overrides"
    assert verify(chief, ME, HERS, true, permit_pin=False, reason="the card lies here").status == 200
    assert people.verified_numbers(world) == [ME]
    assert (found(desk, true), found(desk, OWN_BORN)) == (1, 0)
    assert desk.search(INSURANCE_NUMBER, OWN_INSURANCE, OWN_BORN).json["total"] == 0
    assert send(desk, true) == ("201", True)
