"""Whoever claimed a number first is told of a second claim; whoever claims later learns nothing by it."""

import contextlib
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError

from functions.contribute.handler import handler
from health_record.errors import UnavailableError
from health_record.identity import account_events, account_notices
from tests.conftest import World
from tests.declare.people import (
    ALICE,
    BOB,
    NATIONAL_ID,
    OTHER_ID,
    RECORD_ID,
    call,
    declaration,
    put,
    sign_in,
)
from tests.faults.injection import inject_faults
from tests.faults.world_state import restore, snapshot
from tests.put_at_once import phone_of

CAROL, THIRD_ID = "c" * 64, "3d1e2b9a-93d4-4a5e-8a57-0b6f6f0c2d33"
FIRST, LATER = "2026-11-23T01:00:00Z", "2026-11-23T02:00:00Z"


def tell() -> Any:
    return handler({"task": "tell-second-claims"}, None)


def events(world: World) -> list[tuple[str, str, str]]:
    return sorted(
        (item["pk"].partition("#")[2], item["kind"], item["record_id"])
        for item in world.items("access")
        if item["pk"].startswith("events#") and item["kind"] == "second-claim"
    )


def two_claims(world: World, **changes: Any) -> None:
    """Alice declares a number, and an hour later Bob does."""
    with time_machine.travel(FIRST, tick=False):
        put(sign_in(ALICE))
    with time_machine.travel(LATER, tick=False):
        put(sign_in(BOB), declaration(**changes), record_id=OTHER_ID)


def test_the_earlier_claimant_is_told_once_and_the_later_one_never(world: World) -> None:
    two_claims(world)
    sent = len(world.sms())
    assert tell() == {"claiming": 2}
    assert events(world) == [(ALICE, "second-claim", RECORD_ID)]
    (message,) = world.sms()[sent:]
    assert message[0] == phone_of(ALICE)
    assert "vua khai ma so" in message[1]
    assert NATIONAL_ID not in message[1]
    assert tell() == {"claiming": 0}
    with time_machine.travel(LATER, tick=False):
        put(
            sign_in(BOB, level=2), declaration(measurements_height={"valueDecimal": 170}), record_id=OTHER_ID, version=1
        )
    assert tell() == {"claiming": 1}
    assert (len(events(world)), len(world.sms())) == (1, sent + 1)


@pytest.mark.parametrize(
    ("birth_date", "told"),
    [
        ("1960-05-17", True),
        ("1960-05", True),
        ("1960", True),
        ("1960-05-18", False),
        ("1960-06", False),
        ("1961", False),
    ],
)
def test_a_claim_with_another_birth_date_is_nobodys_business(world: World, birth_date: str, told: bool) -> None:
    two_claims(world, identity_birth_date={"valueDate": birth_date})
    tell()
    assert bool(events(world)) is told


def test_the_same_account_that_declares_twice_is_not_told_of_itself(world: World) -> None:
    put(sign_in(ALICE))
    put(sign_in(ALICE), record_id=OTHER_ID)
    tell()
    assert events(world) == []


def test_each_earlier_claimant_is_told_of_each_later_record(world: World) -> None:
    two_claims(world)
    with time_machine.travel("2026-11-23T03:00:00Z", tick=False):
        put(sign_in(CAROL), record_id=THIRD_ID)
    tell()
    assert events(world) == [
        (ALICE, "second-claim", RECORD_ID),
        (ALICE, "second-claim", RECORD_ID),
        (BOB, "second-claim", OTHER_ID),
    ]


def test_a_number_claimed_by_a_correction_is_told_as_well(world: World) -> None:
    two_claims(world, identity_national_id=None, identity_insurance_number=None)
    assert tell() == {"claiming": 1}
    assert events(world) == []
    put(sign_in(BOB, level=2), record_id=OTHER_ID, version=1)
    tell()
    assert events(world) == [(ALICE, "second-claim", RECORD_ID)]


@pytest.mark.parametrize("erased", [RECORD_ID, OTHER_ID])
def test_whoever_erased_their_record_meanwhile_is_left_in_peace(world: World, erased: str) -> None:
    two_claims(world)
    account = ALICE if erased == RECORD_ID else BOB
    assert call("DELETE", "/v1/records/{id}", sign_in(account, level=2), record_id=erased).status == 204
    assert tell() == {"claiming": 1}
    assert events(world) == []


def test_a_declaration_makes_the_same_calls_whether_the_number_was_claimed_before_or_not(world: World) -> None:
    """Else its time would tell."""
    made = []
    put(sign_in(CAROL), declaration(identity_national_id=None, identity_insurance_number=None), record_id=THIRD_ID)
    for account, record_id in ((ALICE, RECORD_ID), (BOB, OTHER_ID)):
        cookies = sign_in(account)
        with inject_faults() as calls:
            answer = put(cookies, record_id=record_id)
        made.append((answer.status, answer.json["warnings"], [place.operation for place in calls.call_sites]))
    assert made[0] == made[1]


def test_strangers_spend_nothing_of_what_tells_an_owner_that_something_was_taken(world: World) -> None:
    two_claims(world)
    sent = len(world.sms())
    for _ in range(3):
        account_notices.send(ALICE, phone_of(ALICE), "second-claim")
    assert len(world.sms()) == sent + 1, "one a day for each account"
    for _ in range(4):
        account_notices.send(ALICE, phone_of(ALICE), "pin-changed")
    assert len(world.sms()) == sent + 5


def test_one_that_fails_stops_no_other_and_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    two_claims(world)
    real, failed = account_events.put, []

    def broken(*arguments: Any) -> None:
        if not failed:
            failed.append(arguments)
            raise RuntimeError
        real(*arguments)

    monkeypatch.setattr(account_events, "put", broken)
    with pytest.raises(UnavailableError):
        tell()
    assert events(world) == []
    assert "SecondClaimsSucceeded" not in capsys.readouterr().out, "an alarm waits for it"
    assert tell() == {"claiming": 1}
    assert '"SecondClaimsSucceeded":[1.0]' in capsys.readouterr().out
    assert events(world) == [(ALICE, "second-claim", RECORD_ID)]


@pytest.mark.parametrize("operation", ["query", "update_item", "delete_item"])
def test_work_that_breaks_at_any_call_is_done_by_the_next(world: World, operation: str) -> None:
    two_claims(world)
    before = snapshot()
    for place in range(40):  # each call of the work in turn, until the first of this kind is let fail
        restore(before)
        with inject_faults(place, "throttled") as made, contextlib.suppress(UnavailableError, ClientError):
            tell()
        if made.failed and made.call_sites[place].operation == operation:
            break
    else:
        pytest.fail(f"no {operation} was reached")
    tell()
    assert tell() == {"claiming": 0}
    assert (ALICE, "second-claim", RECORD_ID) in events(world)
    assert not [account for account, *_ in events(world) if account == BOB]
