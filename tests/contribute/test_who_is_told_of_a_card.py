"""Who is told of a card that was seen: everybody for whom it changes something, once, however many they are."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from functions.contribute.card import card_events
from health_record import settings
from health_record.identity import account_events
from tests.conftest import World
from tests.contribute.cards import INSURANCE_NUMBER, NATIONAL_ID, verify
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.put_at_once import phone_of

NUMBER, DATE, CARD = "079160012399", "1960-05-17", "DN4790123456789"
SHE, ME = people.OTHER_ID, people.RECORD_ID


@pytest.fixture
def desk(world: World) -> Desk:
    """A station that may verify and may not override."""
    return register(world, "79002", permissions=["read", "write", "verify"])


def declare(
    account: str, record_id: str, number: str | None, born: str = DATE, *, version: int = 0, **more: Any
) -> int:
    body = people.declaration(
        identity_national_id={"valueString": number} if number else None,
        identity_birth_date={"valueDate": born},
        **{"identity_insurance_number": None, **more},
    )
    return people.put(people.sign_in(account, level=2), body, record_id=record_id, version=version).status


def told(world: World, account: str) -> list[str]:
    return sorted(item["kind"] for item in world.items("access") if item["pk"] == f"events#{account}")


def texts(world: World, account: str) -> list[str]:
    return [text for to, text in world.sms() if to == phone_of(account)]


def found(desk: Desk, born: str = DATE) -> list[str]:
    return [each["resource"]["id"] for each in desk.search(NATIONAL_ID, NUMBER, born).json.get("entry", [])]


def account(n: int) -> str:
    return f"{n:064x}"


def record(n: int) -> str:
    return f"0b8f5a52-6d3e-4c0f-9c7e-{n:012x}"


@pytest.mark.parametrize("settled", [False, True])
def test_the_same_card_seen_again_tells_nobody_anew(world: World, desk: Desk, settled: bool) -> None:
    """Else each visit of hers would ring at a stranger who once declared her number."""
    assert [declare(people.BOB, SHE, NUMBER), declare(people.ALICE, ME, NUMBER)] == [201, 201]
    for day in (10, 12, 15):
        with time_machine.travel(f"2026-11-{day}T02:13:14Z", tick=False):
            settle = {ME: "keep"} if settled else {}
            answer = verify(desk, SHE, NUMBER, DATE, permit_pin=False, settle=settle)
            assert answer.status == 200
            assert (ME in answer.body.decode()) is not settled, "staff still see who claims it"
    assert (told(world, people.ALICE), texts(world, people.ALICE)) == (["number-moved"], [])
    assert told(world, people.BOB) == ["card-seen"] * 3 + ["second-claim"]


def test_many_records_of_one_account_push_nobody_out_of_who_is_told(world: World, desk: Desk) -> None:
    assert {declare(people.ALICE, record(n), NUMBER) for n in range(12)} == {201}
    assert declare(people.BOB, SHE, NUMBER) == 201
    assert len(found(desk)) == 2
    answer = verify(desk, record(0), NUMBER, DATE, permit_pin=False)
    assert SHE in answer.body.decode()
    assert (found(desk), told(world, people.BOB)) == ([record(0)], ["number-moved"])


def test_many_accounts_push_nobody_out_of_who_is_told(world: World, desk: Desk) -> None:
    others = range(1, 14)
    assert {declare(account(n), record(n), NUMBER) for n in others} == {201}
    assert declare(people.BOB, SHE, NUMBER) == 201
    assert declare(account(99), record(99), NUMBER) == 201
    answer = verify(desk, record(99), NUMBER, DATE, permit_pin=False)
    assert sum(each["name"] == "candidate" for each in answer.json["parameter"]) == 10
    everybody = (people.BOB, *map(account, others))
    assert {tuple(told(world, each)) for each in everybody} == {("number-moved",)}
    assert [each for each in everybody if list(account_events.list_events(each))] == [], "none of them at once"
    later = card_events.begin_of_next_month(datetime.datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")))
    with time_machine.travel(later, tick=False):
        assert [each for each in everybody if not list(account_events.list_events(each))] == []


def test_who_declared_the_number_for_another_birth_date_is_told_and_not_named(world: World, desk: Desk) -> None:
    """A card with a made-up birth date hides her all the same."""
    assert [declare(people.BOB, SHE, NUMBER), declare(people.ALICE, ME, None, "1901-01-01")] == [201, 201]
    answer = verify(desk, ME, NUMBER, "1901-01-01", permit_pin=False)
    assert (answer.status, SHE in answer.body.decode()) == (200, False)
    assert (found(desk), told(world, people.BOB)) == ([], ["number-moved"])


def test_a_number_that_was_never_declared_is_told_by_event_and_message(world: World, desk: Desk) -> None:
    more = {"identity_insurance_number": {"valueString": CARD}}
    assert declare(people.BOB, SHE, None, **more) == 201
    assert verify(desk, SHE, CARD, DATE, INSURANCE_NUMBER, permit_pin=False).status == 200
    assert (told(world, people.BOB), texts(world, people.BOB)) == (["card-seen"], []), "it was declared"
    assert verify(desk, SHE, NUMBER, DATE, permit_pin=False).status == 200
    assert told(world, people.BOB) == ["card-seen", "card-seen", "number-added"]
    (text,) = texts(world, people.BOB)
    assert "ghi them so giay to" in text
    assert len(text) <= 160
    assert verify(desk, SHE, NUMBER, DATE, permit_pin=False).status == 200
    assert len(texts(world, people.BOB)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"identity_full_name": {"valueString": "Ai Đó"}},
        {"born": "1999-01-01"},
        {"number": "079160000001", "born": "1999-01-01"},
        {"number": None, "identity_full_name": {"valueString": "Ai Đó"}},
    ],
)
def test_a_card_that_fits_no_more_holds_no_number(world: World, desk: Desk, changes: dict[str, Any]) -> None:
    """A number verified for somebody's record, who then corrects name or date: she declares it and shows her card."""
    assert declare(people.ALICE, ME, None) == 201
    assert verify(desk, ME, NUMBER, DATE, permit_pin=False).status == 200
    assert declare(people.BOB, SHE, NUMBER) == 409
    assert declare(people.ALICE, ME, version=1, **{"number": NUMBER, **changes}) == 200
    assert people.verified_numbers(world) == []
    assert declare(people.BOB, SHE, NUMBER) == 201
    assert verify(desk, SHE, NUMBER, DATE, permit_pin=False).status == 200
    assert (found(desk), people.verified_numbers(world)) == ([SHE], [SHE])
    again = {"number": NUMBER, "version": 2}
    assert declare(people.ALICE, ME, **again) == (200 if changes.get("number", NUMBER) == NUMBER else 409)


def test_a_card_that_still_fits_holds_its_number(world: World, desk: Desk) -> None:
    assert declare(people.ALICE, ME, None, "1960") == 201
    assert verify(desk, ME, NUMBER, DATE, permit_pin=False).status == 200
    assert declare(people.ALICE, ME, None, DATE, version=1) == 200, "a date that the card says as well"
    assert declare(people.BOB, SHE, NUMBER) == 409
    assert people.verified_numbers(world) == [ME]


def test_one_facility_leaves_three_quarters_of_the_messages_to_what_others_do(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stolen key permits a PIN for everybody it finds, so that nobody is told of what comes then."""
    monkeypatch.setenv("SSK_SMS_NOTICES_DAILY", "12")
    settings.forget()
    thief, station = register(world, "79001"), register(world, "79002", permissions=["read", "write", "verify"])
    people_there = range(1, 6)
    assert {declare(account(n), record(n), f"07916000{n:04d}") for n in people_there} == {201}
    ending = {n: phone_of(account(n))[-3:] for n in people_there}

    def permit(desk: Desk, n: int) -> int:
        status: int = verify(desk, record(n), f"07916000{n:04d}", DATE, phone_ending=ending[n]).status
        return status

    assert {permit(thief, n) for n in people_there} == {200}
    assert [bool(texts(world, account(n))) for n in people_there] == [True] * 3 + [False] * 2
    assert told(world, account(5)) == ["card-seen", "pin-permitted"], "the event is there all the same"
    assert permit(station, 5) == 200
    assert len(texts(world, account(5))) == 1
