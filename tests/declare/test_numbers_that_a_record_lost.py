"""Who declared a stranger's number, then becomes oneself and shows an honest card, learns nothing of the time before.

By such a number facilities were led to the record, and some keep its id. Whichever way the number leaves the record,
what they did and do because of it stays hidden; whoever came by the number on the card is told of.
"""

from collections.abc import Callable

import pytest

from tests.conftest import World
from tests.contribute.bundles import bundle, observation, visit
from tests.contribute.cards import INSURANCE_NUMBER, NATIONAL_ID, verify
from tests.declare import people
from tests.declare.people import ALICE, BOB, OTHER_ID
from tests.facility_desk import Desk, register

HERS, HER_INSURANCE, BORN, HER_NAME = "079156000123", "9876543210", "1956-03-04", "Trần Thị Bà"
OWN, OWN_INSURANCE, OWN_BORN, OWN_NAME = "079090000777", "0123456789", "1990-07-07", "Kẻ Tấn Công"
ME = people.RECORD_ID
OF_THE_DESK = "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1c09"


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, "79001")


@pytest.fixture
def hers(world: World) -> Desk:
    """The hospital that treats her."""
    return register(world, "79002", name="Bệnh viện Ung Bướu")


def declare(
    national: str | None,
    insurance: str | None = None,
    born: str = BORN,
    name: str = OWN_NAME,
    *,
    version: int = 0,
    account: str = ALICE,
    record_id: str = ME,
) -> None:
    body = people.declaration(
        identity_national_id={"valueString": national} if national else None,
        identity_insurance_number={"valueString": insurance} if insurance else None,
        identity_birth_date={"valueDate": born},
        identity_full_name={"valueString": name},
    )
    answer = people.put(people.sign_in(account, level=2), body, version=version, record_id=record_id)
    assert answer.status in (200, 201), answer.body


def see(desk: Desk, number: str, born: str = BORN, system: str = NATIONAL_ID) -> None:
    assert verify(desk, ME, number, born, system, permit_pin=False).status == 200


def look_up(hers: Desk, number: str = HERS, system: str = NATIONAL_ID) -> None:
    assert hers.search(system, number, BORN).json["total"] >= 1
    assert hers.summary_by_id(ME).status == 200


def told() -> str:
    """Everything that the account may ask of its record."""
    cookies = people.sign_in(level=2)
    routes = ("accesses", "summary", "episodes")
    return "".join(people.call("GET", f"/v1/records/{{id}}/{name}", cookies).body for name in routes)


def become_oneself(desk: Desk, hers: Desk) -> None:
    declare(HERS, born=BORN, name=HER_NAME)
    look_up(hers)
    declare(OWN, born=OWN_BORN, version=1)
    see(desk, OWN, OWN_BORN)


def leave_the_second_number_out(desk: Desk, hers: Desk) -> None:
    declare(OWN, HER_INSURANCE)
    see(desk, OWN)
    look_up(hers, HER_INSURANCE, INSURANCE_NUMBER)
    declare(OWN, version=1)


def go_through_a_record_without_numbers(desk: Desk, hers: Desk) -> None:
    declare(HERS, name=HER_NAME)
    look_up(hers)
    declare(None, version=1)
    assert hers.transaction(visit(ME)).status == 200
    declare(OWN, version=2)
    see(desk, OWN)


def show_a_card_in_its_place(desk: Desk, hers: Desk) -> None:
    """The number was declared as the personal number, and the own card replaces it."""
    declare(HERS, OWN_INSURANCE)
    look_up(hers)
    see(desk, OWN_INSURANCE, system=INSURANCE_NUMBER)
    see(desk, OWN)


def have_it_released(desk: Desk, hers: Desk) -> None:
    """Her own hospital sees her card and takes the number out of the other record."""
    declare(OWN, HER_INSURANCE)
    see(desk, OWN)
    declare(HERS, HER_INSURANCE, name=HER_NAME, account=BOB, record_id=OTHER_ID)
    look_up(hers, HER_INSURANCE, INSURANCE_NUMBER)
    settle = {ME: "release"}
    assert verify(hers, OTHER_ID, HER_INSURANCE, BORN, INSURANCE_NUMBER, permit_pin=False, settle=settle).status == 200


def declare_it_once_more_and_leave_it_out_again(desk: Desk, hers: Desk) -> None:
    leave_the_second_number_out(desk, hers)
    declare(OWN, HER_INSURANCE, version=2)
    declare(OWN, version=3)


WAYS: tuple[Callable[[Desk, Desk], None], ...] = (
    become_oneself,
    leave_the_second_number_out,
    go_through_a_record_without_numbers,
    show_a_card_in_its_place,
    have_it_released,
    declare_it_once_more_and_leave_it_out_again,
)


@pytest.mark.parametrize("lose", WAYS, ids=lambda way: way.__name__)
def test_a_number_that_leaves_the_record_leaves_nothing_to_be_read(desk: Desk, hers: Desk, lose: object) -> None:
    assert callable(lose)
    lose(desk, hers)
    assert hers.transaction(visit(ME)).status == 200, "by the id that her number led to"
    assert hers.summary_by_id(ME).status == 200
    shown = told()
    assert ("Ung Bướu" in shown, "Tiểu cầu" in shown, '"receipt"' in shown) == (False, False, False)
    assert desk.search(NATIONAL_ID, OWN, OWN_BORN if lose is become_oneself else BORN).json["total"] == 1
    assert desk.transaction(bundle(observation(ME, id=OF_THE_DESK))).status == 200
    shown = told()
    assert ("Tiểu cầu" in shown, '"search"' in shown) == (True, True), "who came by the card that was seen is told of"


def test_the_card_of_a_number_that_was_left_out_brings_all_of_it(desk: Desk, hers: Desk) -> None:
    """A mistyped line left out, and found to be right at the desk."""
    leave_the_second_number_out(desk, hers)
    see(desk, HER_INSURANCE, system=INSURANCE_NUMBER)
    assert ("Ung Bướu" in told(), '"receipt"' in told()) == (True, True)


def give_it_to_her(desk: Desk, settle: dict[str, str]) -> None:
    """A facility that may override sees her card, which another one had taken for this record's."""
    declare(None, name=HER_NAME, account=BOB, record_id=OTHER_ID)
    given = verify(desk, OTHER_ID, HERS, BORN, permit_pin=False, reason="she stands here", settle=settle)
    assert given.status == 200
    declare(OWN, born=OWN_BORN, version=1)
    see(desk, OWN, OWN_BORN)


def correct_it_away(desk: Desk) -> None:
    declare(OWN, born=OWN_BORN, version=1)
    see(desk, OWN, OWN_BORN)


def replace_it(desk: Desk) -> None:
    assert verify(desk, ME, OWN, BORN, permit_pin=False, reason="the card lies here").status == 200


TAKEN: dict[str, Callable[[Desk], None]] = {
    "kept as a claim": lambda desk: give_it_to_her(desk, {ME: "keep"}),
    "released": lambda desk: give_it_to_her(desk, {ME: "release"}),
    "joined": lambda desk: give_it_to_her(desk, {ME: "join"}),
    "corrected": correct_it_away,
    "replaced": replace_it,
}


@pytest.mark.parametrize("way", TAKEN)
def test_a_card_that_was_taken_for_the_wrong_record_leads_nobody_there_any_more(
    desk: Desk, hers: Desk, way: str
) -> None:
    """Her hospital found the record by a number that stood on a card then, and its software keeps the id."""
    declare(HERS, name=HER_NAME)
    see(desk, HERS)
    look_up(hers)
    TAKEN[way](desk)
    before = told().count("Ung Bướu")
    assert hers.transaction(visit(ME)).status == 200
    assert hers.summary_by_id(ME).status == 200
    shown = told()
    assert (shown.count("Ung Bướu"), "Tiểu cầu" in shown, '"receipt"' in shown) == (before, False, False)
    assert desk.search(NATIONAL_ID, OWN, BORN if way == "replaced" else OWN_BORN).json["total"] == 1
    assert desk.transaction(bundle(observation(ME, id=OF_THE_DESK))).status == 200
    assert "Tiểu cầu" in told(), "who came by the card that was seen is told of"
