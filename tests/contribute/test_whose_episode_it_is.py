"""Among claims whose cards nobody has seen, nothing that a stranger can copy says whose an episode is."""

from dataclasses import replace

import pytest

from tests.conftest import World
from tests.contribute import episode_choice_table as table
from tests.contribute.cards import INSURANCE_NUMBER, verify
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident
from tests.hospital_file.files import episode_file, replaced

HERS = Resident(
    national_id="079156000123",
    insurance_number=None,
    full_name="Nguyễn Thị Thử",
    birth_date="1956-03-04",
    account="hers",
)
STRANGER = replace(HERS, record_id=new_uuid(), account="stranger", pseudonym="pseudonym-9")
CARD = "DN4790123456789"
NAMES = {"as in the file": "Nguyễn Thị Thử", "as she types it": "Nguyen T. Thử"}


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999")


def send(desk: Desk, name: str = HERS.full_name, *, born: str = HERS.birth_date, card: str = "") -> str:
    file = replaced(episode_file(str(HERS.national_id), born, name), "XML1", "MA_THE_BHYT", card)
    (entry,) = desk.hospital_file(file).json["entry"]
    response = entry["response"]
    return f"{response['status'][:3]} {response['outcome']['issue'][0]['diagnostics']}"


def holders(world: World) -> list[str]:
    """The records that the episodes stand in."""
    return [item["record_id"] for item in world.items("keys") if item["pk"].startswith("episode#")]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_can_be_copied_brings_no_episode_of_several_claims(world: World, desk: Desk, name: str) -> None:
    store_resident(world, replace(HERS, full_name=NAMES[name]))
    store_resident(world, replace(STRANGER, full_name="Người Lạ" if name == "as in the file" else HERS.full_name))
    assert send(desk) == "409 several-records"
    assert holders(world) == []


@pytest.mark.parametrize("born", ["1956-03-04", "1956"])
def test_a_file_sent_again_under_another_name_moves_no_episode(world: World, desk: Desk, born: str) -> None:
    store_resident(world, HERS)
    assert send(desk) == "201 kept"
    store_resident(world, replace(STRANGER, full_name="Người Lạ"))
    assert send(desk, "Người Lạ", born=born) == "409 several-records"
    assert holders(world) == [HERS.record_id]


def test_whose_card_was_seen_gets_the_episode_whatever_others_declare(world: World, desk: Desk) -> None:
    """She gave the insurance number alone; a stranger claims her personal number, with her name and birth date."""
    store_resident(world, replace(HERS, national_id=None, insurance_number=CARD))
    store_resident(world, STRANGER)
    assert send(desk, card=CARD) == "409 several-records", "nobody's card was seen"
    assert verify(desk, HERS.record_id, CARD, HERS.birth_date, INSURANCE_NUMBER, permit_pin=False).status == 200
    assert send(desk, card=CARD) == "201 kept"
    assert holders(world) == [HERS.record_id]


def test_one_account_that_declared_twice_is_no_conflict_and_its_more_precise_record_counts(
    world: World, desk: Desk
) -> None:
    store_resident(world, replace(HERS, birth_date="1956"), authored="2026-11-20T01:00:00.000Z")
    precise = replace(HERS, record_id=new_uuid(), pseudonym="pseudonym-8")
    store_resident(world, precise)
    assert send(desk) == "201 kept"
    assert holders(world) == [precise.record_id]


def expected(case: table.Case) -> str:
    """The rules as a person would say them."""
    first, second, is_one = case
    named = [which for which, state in (("first", first), ("second", second)) if state == table.SEEN_NAMED]
    if len(named) == 1 or (named and is_one):
        return "both" if is_one else named[0]
    there = [which for which, state in (("first", first), ("second", second)) if state != table.NOBODY]
    if not there:
        return "nobody"
    if table.SEVERAL in (first, second) or (len(there) == 2 and not is_one):
        return "several"
    return "both" if is_one else there[0]


def test_every_combination_is_decided_as_the_rules_say() -> None:
    assert [case for case in table.every_case() if table.decide(case) != expected(case)] == []


def test_the_page_holds_the_table_of_the_code() -> None:
    assert table.read_printed() == table.render(), "run `make matrix`"
