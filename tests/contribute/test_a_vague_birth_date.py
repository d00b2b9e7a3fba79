"""A year or a month of birth shows nobody who is known more precisely, and decides against nobody who may be meant.

Each combination of what the card says, what the record whose card it is says, and what another record with the same
number says: nobody who was found by the number stops being found without being told.
"""

import itertools
from typing import Any

import pytest

from tests.conftest import World
from tests.contribute.cards import NATIONAL_ID, verify
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.hospital_file.files import episode_file, replaced

NUMBER, DATE, NAME = "079160012399", "1960-05-17", "Trần Thị Bà"
SHE, ME = people.OTHER_ID, people.RECORD_ID
PRECISIONS = ("1960", "1960-05", DATE)
OF_SAME_YEAR, OF_ANOTHER = "1960-12-31", "1961-05-17"
CASES = [
    (card, mine, hers)
    for mine in PRECISIONS
    for card in (*PRECISIONS, OF_SAME_YEAR)
    if card == mine or card.startswith(f"{mine}-")
    for hers in (*PRECISIONS, OF_SAME_YEAR, OF_ANOTHER)
]


@pytest.fixture
def desk(world: World) -> Desk:
    """A station that may verify and may not override."""
    return register(world, "79002", permissions=["read", "write", "verify"], provider_code="79999")


def declare(account: str, record_id: str, number: str | None, born: str, name: str = NAME, version: int = 0) -> None:
    body = people.declaration(
        identity_national_id={"valueString": number} if number else None,
        identity_insurance_number=None,
        identity_full_name={"valueString": name},
        identity_birth_date={"valueDate": born},
    )
    cookies = people.sign_in(account, level=2)
    assert people.put(cookies, body, record_id=record_id, version=version).status == (200 if version else 201)


def found(desk: Desk, born: str = DATE) -> list[tuple[str, str]]:
    entries = desk.search(NATIONAL_ID, NUMBER, born).json.get("entry", [])
    return [(each["resource"]["id"], each["search"]["extension"][0]["valueCode"]) for each in entries]


def matched(desk: Desk, name: str, born: str = DATE) -> list[str]:
    patient = {
        "resourceType": "Patient",
        "identifier": [{"system": NATIONAL_ID, "value": NUMBER}],
        "birthDate": born,
        "name": [{"text": name}],
    }
    return [each["resource"]["id"] for each in desk.match(patient).json.get("entry", [])]


def word(answer: Any) -> tuple[int, str]:
    return answer.status, answer.json["issue"][0]["diagnostics"]


def told(world: World, account: str = people.BOB) -> list[str]:
    return [item["kind"] for item in world.items("access") if item["pk"] == f"events#{account}"]


def lines(world: World, record_id: str) -> list[tuple[str, str]]:
    return [(item["action"], item["outcome"]) for item in world.items("audit") if item.get("record_id") == record_id]


def reads(world: World) -> int:
    items = [item for item in world.items("access") if item["pk"] == "budget#reads#79002"]
    return int(items[0]["n3600"]) if items else 0


def may_be_one(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


@pytest.mark.parametrize(("card", "mine", "hers"), CASES)
def test_nobody_stops_being_found_untold(world: World, desk: Desk, card: str, mine: str, hers: str) -> None:
    declare(people.BOB, SHE, NUMBER, hers)
    declare(people.ALICE, ME, None, mine)
    before = reads(world)
    answer = verify(desk, ME, NUMBER, card, permit_pin=False)
    if card != DATE and len(card) < len(DATE) and may_be_one(card, hers):
        assert word(answer) == (409, "birth-date-not-whole")
        assert SHE not in answer.body.decode()
        assert (people.verified_numbers(world), told(world)) == ([], [])
        assert (lines(world, SHE), reads(world)) == ([("verify", "denied")], before + 2)
        return
    assert answer.status == 200
    assert told(world) == ["number-moved"]
    names = [each["valueReference"]["reference"] for each in answer.json["parameter"] if each["name"] == "candidate"]
    assert names == ([f"Patient/{SHE}"] if may_be_one(card, hers) else [])
    if not may_be_one(card, hers):
        assert found(desk, hers) == [], "who has another birth date is not taken for the person of the card"


def test_the_right_that_moves_numbers_decides_by_a_year_and_both_are_told(world: World, desk: Desk) -> None:
    """An old woman whose card says no more than a year, and whose number a stranger has declared before her."""
    judge = register(world, "79001")
    declare(people.BOB, SHE, NUMBER, "1960")
    declare(people.ALICE, ME, NUMBER, DATE)
    assert word(verify(desk, SHE, NUMBER, "1960")) == (409, "birth-date-not-whole")
    assert verify(judge, SHE, NUMBER, "1960", reason="her card says no more", settle={ME: "release"}).status == 200
    assert found(desk, "1960") == [(SHE, "certain")]
    assert (told(world, people.ALICE), "second-claim" in told(world)) == (["number-moved"], True)


def test_who_has_only_a_year_on_the_card_is_served_at_every_visit(world: World, desk: Desk) -> None:
    declare(people.BOB, SHE, NUMBER, "1960")
    assert verify(desk, SHE, NUMBER, "1960").status == 200
    assert found(desk, "1960") == [(SHE, "certain")]
    file = replaced(episode_file(NUMBER, DATE, NAME), "XML1", "NGAY_SINH", "196000000000")
    assert desk.hospital_file(file).json["entry"][0]["response"]["status"].startswith("201")


def test_a_claim_from_before_asks_for_the_right_once_and_not_again(world: World, desk: Desk) -> None:
    judge = register(world, "79001")
    declare(people.ALICE, ME, NUMBER, DATE)
    declare(people.BOB, SHE, NUMBER, "1960")
    assert verify(judge, SHE, NUMBER, "1960", reason="her card says no more").status == 200
    assert verify(desk, SHE, NUMBER, "1960", permit_pin=True).status == 200, "nobody loses by what is verified already"


def test_a_look_up_by_a_year_is_never_sure_where_a_whole_date_may_be_meant(world: World, desk: Desk) -> None:
    declare(people.BOB, SHE, NUMBER, DATE)
    assert (found(desk, "1960"), found(desk, "1960-05")) == ([], []), "a year shows nobody whose day it does not give"
    declare(people.ALICE, ME, NUMBER, "1960", "Kẻ Lạ")
    assert found(desk, "1960") == [(ME, "possible")]
    refused = desk.summary(NATIONAL_ID, NUMBER, "1960")
    assert refused.status == 409
    assert [issue["diagnostics"] for issue in refused.json["issue"]] == [f"Patient/{ME}"]
    assert sorted(found(desk)) == sorted([(SHE, "possible"), (ME, "possible")])
    assert (matched(desk, NAME, "1960"), matched(desk, "Kẻ Lạ", "1960")) == ([SHE], [ME])


def test_a_year_is_sure_where_nobody_else_is_meant(world: World, desk: Desk) -> None:
    declare(people.BOB, SHE, NUMBER, OF_ANOTHER)
    declare(people.ALICE, ME, NUMBER, "1960")
    assert found(desk, "1960") == [(ME, "probable")]


@pytest.mark.parametrize("rival", [False, True])
def test_a_file_that_says_a_year_attests_no_card(world: World, desk: Desk, rival: bool) -> None:
    declare(people.ALICE, ME, NUMBER, "1960")
    if rival:
        declare(people.BOB, SHE, NUMBER, DATE)
    file = replaced(episode_file(NUMBER, DATE, NAME), "XML1", "NGAY_SINH", "196000000000")
    entry = desk.hospital_file(file, card_seen=[f"LK{NUMBER}"]).json["entry"][0]["response"]
    words = {issue.get("diagnostics") for issue in entry["outcome"]["issue"]}
    assert ("several-records" if rival else "card-not-confirmed") in words
    assert people.verified_numbers(world) == []


def test_the_date_on_the_card_stands_beside_its_number_after_a_correction_as_well(world: World, desk: Desk) -> None:
    declare(people.ALICE, ME, None, "1960")
    assert verify(desk, ME, NUMBER, OF_SAME_YEAR, permit_pin=False).status == 200
    declare(people.ALICE, ME, NUMBER, "1960", version=1)
    assert (found(desk), found(desk, OF_SAME_YEAR)) == ([], [(ME, "certain")])


@pytest.mark.parametrize(("before", "after"), [*itertools.permutations([*PRECISIONS, OF_SAME_YEAR, OF_ANOTHER], 2)])
def test_a_corrected_birth_date_leads_where_it_would_if_it_had_been_declared_so(
    world: World, desk: Desk, before: str, after: str
) -> None:
    dates = (*PRECISIONS, OF_SAME_YEAR, OF_ANOTHER)
    declare(people.BOB, SHE, NUMBER, before)
    declare(people.BOB, SHE, NUMBER, after, version=1)
    corrected = [(found(desk, date), matched(desk, NAME, date)) for date in dates]
    assert people.call("DELETE", "/v1/records/{id}", people.sign_in(people.BOB, level=2), record_id=SHE).status == 204
    declare(people.ALICE, ME, NUMBER, after)
    plain = [(found(desk, date), matched(desk, NAME, date)) for date in dates]
    assert str(corrected).replace(SHE, ME) == str(plain)
