"""`$verify` tells of other people what a look-up by the same pair tells, at the same cost and with the same lines."""

import itertools
from typing import Any

import pytest
import time_machine

from health_record.facility.read_bounds import bounds_of
from tests.conftest import World
from tests.contribute.cards import NATIONAL_ID, verify
from tests.declare import people
from tests.facility_desk import Desk, register

HERS, BORN = "079156000123", "1956-03-04"
SHE, THIEF = people.OTHER_ID, people.RECORD_ID
THIRD = "3d1e2b9a-93d4-4a5e-8a57-0b6f6f0c2d33"
NOW = "2026-11-30T02:00:00Z"
SIZE = 40
CALLS = [
    "Query",  # the facility
    *("BatchGetItem", "Decrypt"),  # the record
    *("BatchGetItem", "Query"),  # for whom the number is verified, and who claims it
    "BatchGetItem",  # the accounts of those, or of nobody
    *("UpdateItem", "UpdateItem"),  # the reads of the facility and of the practitioner
    "TransactWriteItems",
    *("UpdateItem",) * 6,  # budgets of the notice, one of them what one facility may cause
    "Publish",  # who never declared the number is told
    *("Query", "TransactWriteItems"),  # what is counted
]


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(world: World) -> Desk:
    """A station that may verify and may not override."""
    return register(world, "79002", permissions=["read", "write", "verify"], daily_patients=SIZE)


def declare(account: str, record_id: str, number: str | None, born: str, **changes: Any) -> None:
    body = people.declaration(
        identity_national_id={"valueString": number} if number else None,
        identity_insurance_number=None,
        identity_birth_date={"valueDate": born},
        **changes,
    )
    assert people.put(people.sign_in(account), body, record_id=record_id).status == 201


@pytest.fixture
def strangers(world: World) -> None:
    """A woman with a number, and a record of somebody else that says no more than a year."""
    declare(people.ALICE, SHE, HERS, BORN)
    declare(people.BOB, THIEF, None, "1956")


def told(answer: Any) -> list[str]:
    return [
        each["valueReference"]["reference"].removeprefix("Patient/")
        for each in answer.json["parameter"]
        if each["name"] == "candidate"
    ]


def lines(world: World, record_id: str) -> list[tuple[str, str]]:
    return [(item["action"], item["outcome"]) for item in world.items("audit") if item.get("record_id") == record_id]


def spent(world: World, name: str) -> int:
    items = {item["pk"]: item for item in world.items("access") if item["sk"] == "window"}
    return int(items.get(f"budget#{name}", {}).get("n3600", 0))


def word(answer: Any) -> tuple[int, str]:
    return answer.status, answer.json["issue"][0]["diagnostics"]


@pytest.mark.parametrize("guessed", ["1956-01-01", "1956-03-05", "1956-04", "1956-12"])
def test_nobody_is_told_of_whose_birth_date_the_card_does_not_give(
    world: World, desk: Desk, strangers: None, guessed: str
) -> None:
    answer = verify(desk, THIEF, HERS, guessed, permit_pin=False)
    if answer.status == 200:
        assert told(answer) == []
    assert lines(world, SHE) == []
    settled = verify(desk, THIEF, HERS, guessed, permit_pin=False, settle={SHE: "release"})
    assert settled.status in (404, 422)
    assert ("national-id", SHE) in people.claims_of(world)


def test_who_is_told_of_costs_a_read_and_finds_a_line(world: World, desk: Desk, strangers: None) -> None:
    answer = verify(desk, THIEF, HERS, BORN, permit_pin=False)
    assert told(answer) == [SHE]
    assert lines(world, SHE) == [("claim-told", "allowed")]
    assert (spent(world, "reads#79002"), spent(world, "misses#79002")) == (2, 0)


@pytest.mark.parametrize("guessed", ["1956", "1956-03"])
def test_who_is_meant_by_a_vague_date_is_not_named_finds_a_line_and_costs_a_read(
    world: World, desk: Desk, strangers: None, guessed: str
) -> None:
    for settle in ({}, {SHE: "release"}):
        refused = verify(desk, THIEF, HERS, guessed, permit_pin=False, settle=settle)
        assert word(refused) == (409, "birth-date-not-whole")
        assert SHE not in refused.body.decode()
    assert lines(world, SHE) == [("verify", "denied")] * 2
    assert (spent(world, "reads#79002"), spent(world, "misses#79002")) == (4, 0)
    assert ("national-id", SHE) in people.claims_of(world)


@pytest.mark.parametrize("is_claimed", [False, True])
def test_a_number_of_nobody_and_one_that_the_card_does_not_fit_cost_alike(
    world: World, desk: Desk, counted: list[str], is_claimed: bool
) -> None:
    declare(people.ALICE, SHE, HERS if is_claimed else "079156000999", BORN)
    declare(people.BOB, THIEF, None, "1956")
    counted.clear()
    answer = verify(desk, THIEF, HERS, "1956-12-31", permit_pin=False)
    assert counted == CALLS
    assert (answer.status, told(answer)) == (200, [])
    assert (spent(world, "reads#79002"), spent(world, "misses#79002")) == (1, 0)


def test_a_number_verified_elsewhere_that_the_card_does_not_fit_is_nobodys_and_a_miss(
    world: World, desk: Desk, strangers: None
) -> None:
    assert verify(desk, SHE, HERS, BORN, permit_pin=False).status == 200
    for spending in range(1, 4):
        refused = verify(desk, THIEF, HERS, "1956-01-01", permit_pin=False)
        assert word(refused) == (404, "no-such-person")
        assert refused.body == verify(desk, THIRD, HERS, BORN, permit_pin=False).body
        assert spent(world, "misses#79002") == 2 * spending
    assert lines(world, SHE) == [("verify", "allowed")]


def test_a_number_verified_elsewhere_that_the_card_fits_is_told_of_with_a_line_and_as_a_read(
    world: World, desk: Desk, strangers: None
) -> None:
    assert verify(desk, SHE, HERS, BORN, permit_pin=False).status == 200
    before = spent(world, "reads#79002")
    assert word(verify(desk, THIEF, HERS, BORN, permit_pin=False)) == (409, "verified-elsewhere")
    assert spent(world, "reads#79002") == before + 2
    assert sorted(lines(world, SHE)) == [("verify", "allowed"), ("verify", "denied")]


def test_a_record_with_a_number_of_its_own_asks_about_no_other(world: World, desk: Desk, strangers: None) -> None:
    declare("c" * 64, THIRD, "079156000777", "1956-07-07")
    assert verify(desk, THIEF, "079156000888", "1956-08-08", permit_pin=False).status == 200
    assert verify(desk, THIRD, "079156000777", "1956-07-07", permit_pin=False).status == 200
    asked = [(HERS, BORN), ("079156000777", "1956-07-07"), ("079156000999", "1956-09-09")]
    refused = [verify(desk, THIEF, number, born, permit_pin=False) for number, born in asked]
    assert {answer.body for answer in refused} == {refused[0].body}
    assert word(refused[0]) == (404, "no-such-person"), "the card that was seen says another date"
    of_that_date = verify(desk, THIEF, "079156000999", "1956-08-08", permit_pin=False)
    assert word(of_that_date) == (409, "other-number-verified")
    assert (lines(world, SHE), len(lines(world, THIRD))) == ([], 1)


def test_reads_and_misses_bound_it_also_in_an_emergency(world: World) -> None:
    desk = register(world, "79002", permissions=["read", "verify", "emergency", "override"], daily_patients=SIZE)
    declare(people.BOB, THIEF, None, "1956")
    limit = bounds_of(SIZE).facility[0].limit or 0
    numbers = (f"079156{number:06d}" for number in itertools.count())
    world.table("access").update_item(
        Key={"pk": "budget#reads#79002", "sk": "window"},
        UpdateExpression="SET n3600 = :n, until3600 = :until, n86400 = :n, until86400 = :until",
        ExpressionAttributeValues={":n": limit - 1, ":until": 1_796_004_000 + 600},
    )
    assert verify(desk, THIEF, next(numbers), "1956-01-01", permit_pin=False, reason="a card").status == 200
    for in_emergency in (False, True):
        number = next(numbers)
        refused = verify(
            desk, THIEF, number, "1956-01-01", permit_pin=False, reason="a card", in_emergency=in_emergency
        )
        assert word(refused) == (429, "too-many-reads")


def test_a_refused_replay_costs_nothing(world: World, desk: Desk, strangers: None) -> None:
    from tests.facility_desk import call_through

    body = (
        b'{"resourceType":"Parameters","parameter":[{"name":"identifier","valueString":"'
        + f'{NATIONAL_ID}|{HERS}"'.encode()
        + b'},{"name":"birthdate","valueDate":"1956-03-04"}]}'
    )
    message = desk.sign_call("POST", f"Patient/{THIEF}/$verify", body)
    assert [call_through(message).status for _ in range(3)] == [200, 401, 401]
    assert spent(world, "reads#79002") == 2


def test_a_clerk_verifies_twenty_people_in_a_row_whose_numbers_nobody_claims(world: World, desk: Desk) -> None:
    for number in range(20):
        account = f"{number:064x}"
        record_id = f"3d1e2b9a-93d4-4a5e-8a57-{number:012x}"
        declare(account, record_id, f"0791560{number:05d}", "1956")
        answer = verify(desk, record_id, f"0791560{number:05d}", f"1956-05-{number + 1:02d}")
        assert (answer.status, told(answer)) == (200, [])


@pytest.mark.parametrize("action", ["keep", "join", "release"])
def test_a_claim_that_says_only_the_year_is_told_of_and_settled(world: World, desk: Desk, action: str) -> None:
    declare(people.ALICE, SHE, HERS, BORN)
    declare(people.BOB, THIEF, HERS, "1956")
    answer = verify(desk, SHE, HERS, BORN, permit_pin=False)
    assert told(answer) == [THIEF]
    assert verify(desk, SHE, HERS, BORN, permit_pin=False, settle={THIEF: action}).status == 200
    assert (("national-id", THIEF) in people.claims_of(world)) is (action == "keep")


def test_a_record_that_the_card_does_not_fit_is_not_settled_and_the_try_is_a_miss(
    world: World, desk: Desk, strangers: None
) -> None:
    declare("c" * 64, THIRD, HERS, "1957-03-04")
    for named in (THIRD, "00000000-0000-4000-8000-000000000000", THIEF):
        before = spent(world, "misses#79002")
        assert verify(desk, THIEF, HERS, BORN, permit_pin=False, settle={named: "release"}).status == 422
        assert spent(world, "misses#79002") == before + 1
    assert people.verified_numbers(world) == []
