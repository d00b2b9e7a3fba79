"""A number that a facility verified leaves its record only by the right that takes it, and its account is told.

Each way out is here: another number seen for the same record, the number seen for another record (kept, joined or
released there), a correction of the number, a hospital's file, and the erasure by its own account. After a correction
of the name or the birth date the card fits the record no more (`test_who_is_told_of_a_card`).
"""

from typing import Any

import pytest
import time_machine

from functions.otp.handler import handler as otp
from tests.conftest import World, call_handler
from tests.contribute.cards import NATIONAL_ID, verify
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.hospital_file.files import episode_file
from tests.put_at_once import phone_of

HERS, FREE = "079149000555", "079149999999"
INSURANCE_SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"
WHY = "her new card"
BORN, NAME = "1949-07-08", "Trần Thị Bà"
SHE, THIEF = people.OTHER_ID, people.RECORD_ID


@pytest.fixture
def desk(world: World) -> Desk:
    """A station that may verify and may not override."""
    return register(world, "79002", permissions=["read", "write", "verify"], provider_code="79777")


@pytest.fixture
def judge(world: World) -> Desk:
    """A facility that may override."""
    return register(world, "79001", provider_code="79999")


def declare(account: str, record_id: str, number: str | None, born: str = BORN, **changes: Any) -> None:
    answers = {"valueString": number} if number else None
    body = people.declaration(
        identity_national_id=answers,
        identity_full_name={"valueString": NAME},
        identity_birth_date={"valueDate": born},
        **{"identity_insurance_number": None, **changes},
    )
    assert people.put(people.sign_in(account), body, record_id=record_id).status == 201


@pytest.fixture
def her_card(desk: Desk) -> None:
    """Her record, whose card was seen."""
    declare(people.ALICE, SHE, HERS)
    assert verify(desk, SHE, HERS, BORN, permit_pin=False).status == 200


def found(desk: Desk, number: str = HERS, born: str = BORN) -> list[str]:
    return [each["resource"]["id"] for each in desk.search(NATIONAL_ID, number, born).json.get("entry", [])]


def told(world: World, account: str = people.ALICE) -> list[str]:
    return [item["kind"] for item in world.items("access") if item["pk"] == f"events#{account}"]


def texts(world: World, account: str = people.ALICE) -> int:
    """How many messages told the account's phone that a number went."""
    return sum(
        to == phone_of(account) and "so can cuoc, bao hiem cua ho so vua bi doi" in text for to, text in world.sms()
    )


def lines(world: World, record_id: str) -> list[str]:
    return [item["action"] for item in world.items("audit") if item.get("record_id") == record_id]


def word(answer: Any) -> tuple[int, str]:
    return answer.status, answer.json["issue"][0]["diagnostics"]


def test_another_card_for_the_same_record_needs_the_right_that_moves_numbers(
    world: World, desk: Desk, judge: Desk, her_card: None
) -> None:
    declare(people.BOB, THIEF, None, "1949")
    for facility, reason in ((desk, None), (desk, WHY), (judge, None)):
        refused = verify(facility, SHE, FREE, BORN, permit_pin=False, reason=reason)
        assert word(refused) == (409, "other-number-verified")
        assert verify(desk, THIEF, HERS, "1949-07-08", permit_pin=False).status == 409
        assert (found(desk), people.verified_numbers(world), texts(world)) == ([SHE], [SHE], 0)
    assert verify(judge, SHE, FREE, BORN, permit_pin=False, reason=WHY).status == 200
    assert (found(desk), found(desk, FREE)) == ([], [SHE])
    assert (told(world).count("number-moved"), texts(world)) == (1, 1)
    assert lines(world, SHE).count("claim-released") == 1


def test_an_insurance_number_is_held_alike(world: World, desk: Desk, judge: Desk) -> None:
    declare(people.ALICE, SHE, None, identity_insurance_number={"valueString": "DN4797512345678"})
    assert verify(desk, SHE, "DN4797512345678", BORN, INSURANCE_SYSTEM, permit_pin=False).status == 200
    refused = verify(desk, SHE, "DN4797512345699", BORN, INSURANCE_SYSTEM, permit_pin=False)
    assert word(refused) == (409, "other-number-verified")
    assert verify(desk, SHE, HERS, BORN, permit_pin=False).status == 200, "a number of another kind takes nothing away"
    assert people.verified_numbers(world) == [SHE, SHE]
    assert verify(judge, SHE, "DN4797512345699", BORN, INSURANCE_SYSTEM, permit_pin=False, reason=WHY).status == 200
    assert (people.verified_numbers(world), texts(world)) == ([SHE, SHE], 1)


def test_a_number_that_was_only_declared_is_replaced_by_what_stands_on_the_card(world: World, desk: Desk) -> None:
    declare(people.ALICE, SHE, HERS)
    assert verify(desk, SHE, FREE, BORN, permit_pin=False).status == 200
    assert (found(desk), found(desk, FREE), texts(world)) == ([], [SHE], 1)


@pytest.mark.parametrize("action", [None, "keep", "join", "release"])
def test_a_number_that_goes_to_another_record_is_told_however_it_is_settled(
    world: World, desk: Desk, judge: Desk, her_card: None, action: str | None
) -> None:
    declare(people.BOB, THIEF, None, "1949")
    settle = {SHE: action} if action else {}
    for facility, reason in ((desk, WHY), (judge, None)):
        assert verify(facility, THIEF, HERS, BORN, permit_pin=False, reason=reason, settle=settle).status == 409
    assert verify(judge, THIEF, HERS, BORN, permit_pin=False, reason=WHY, settle=settle).status == 200
    assert (told(world).count("number-moved"), texts(world), texts(world, people.BOB)) == (1, 1, 0)
    assert "verified-elsewhere" in lines(world, SHE)
    assert "verify" in lines(world, THIEF)


@pytest.mark.parametrize("action", ["join", "release"])
def test_a_claim_that_was_not_verified_is_told_of_its_going_in_the_next_month(
    world: World, desk: Desk, action: str
) -> None:
    """Else whoever declared a stranger's number would learn when she was at a facility."""
    declare(people.ALICE, SHE, HERS)
    declare(people.BOB, THIEF, HERS)
    with time_machine.travel("2026-11-23T03:04:05Z", tick=False):
        assert verify(desk, THIEF, HERS, BORN, permit_pin=False, settle={SHE: action}).status == 200
    assert sorted(told(world, people.BOB)) == ["card-seen", "second-claim"], "who showed the card is told of the other"
    assert texts(world) == 0
    assert len(lines(world, SHE)) == 1

    def listed(at: str) -> list[tuple[str, str]]:
        with time_machine.travel(at, tick=False):
            cookies = people.sign_in(people.ALICE, level=2)
            events = call_handler(otp, "GET", "/v1/events", cookies=cookies).json["events"]
        return [(event["kind"], event["at"]) for event in events]

    assert listed("2026-11-30T16:59:59Z") == []
    assert listed("2026-11-30T17:00:01Z") == [("number-moved", "2026-11-30T17:00:00.000Z")], "1 December in Vietnam"


@pytest.mark.parametrize(
    "changes",
    [
        {"identity_national_id": None},
        {"identity_national_id": {"valueString": FREE}},
        {"identity_national_id": None, "identity_insurance_number": {"valueString": FREE}},
        {"identity_national_id": {"valueString": FREE}, "identity_insurance_number": {"valueString": "0123456789"}},
    ],
)
@pytest.mark.parametrize("written_as", ["national", "insurance"])
def test_a_correction_lets_no_verified_number_go(
    world: World, desk: Desk, changes: dict[str, Any], written_as: str
) -> None:
    national, insurance = (HERS, None) if written_as == "national" else (None, {"valueString": HERS})
    declare(people.ALICE, SHE, national, identity_insurance_number=insurance)
    assert verify(desk, SHE, HERS, BORN, permit_pin=False).status == 200
    body = people.declaration(
        **{"identity_full_name": {"valueString": NAME}, "identity_birth_date": {"valueDate": BORN}, **changes}
    )
    assert people.put(people.sign_in(people.ALICE, level=2), body, record_id=SHE, version=1).status == 200
    declare(people.BOB, THIEF, None, "1949")
    assert verify(desk, THIEF, HERS, BORN, permit_pin=False).status == 409
    assert people.verified_numbers(world) == [SHE]


def test_a_card_seen_at_reception_moves_nothing(world: World, desk: Desk, judge: Desk, her_card: None) -> None:
    declare(people.BOB, THIEF, "079150000111", "1950-01-02")
    file = episode_file(HERS, BORN, NAME)
    assert judge.hospital_file(file, card_seen=[f"LK{HERS}"]).json["entry"][0]["response"]["status"].startswith("201")
    assert (found(desk), people.verified_numbers(world), texts(world)) == ([SHE], [SHE], 0)


def test_only_its_own_account_ends_a_number_by_an_erasure(world: World, desk: Desk, her_card: None) -> None:
    stranger = people.sign_in(people.BOB, level=2)
    assert people.call("DELETE", people.RECORD, stranger, record_id=SHE).status == 404
    assert people.verified_numbers(world) == [SHE]
    assert people.call("DELETE", people.RECORD, people.sign_in(people.ALICE, level=2), record_id=SHE).status == 204
    assert people.verified_numbers(world) == []
