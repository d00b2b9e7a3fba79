"""Claiming numbers is no test of whose number is verified, and a body leaves nothing that can be tried afterwards."""

import hashlib
import hmac
import json

import pytest
import time_machine

from functions.declare.declaration import monthly_claims
from tests.conftest import Answer, World
from tests.declare.people import (
    ALICE,
    BOB,
    NATIONAL_ID,
    OTHER_ID,
    RECORD_ID,
    declaration,
    meta_of,
    number_pks,
    put,
    put_verified,
    sign_in,
)

MOST = 6


def with_number(number: str) -> dict[str, object]:
    return declaration(identity_national_id={"valueString": number}, identity_insurance_number=None)


def other_number(place: int) -> str:
    return f"079160{place:06}"


def corrected(number: str, version: int) -> Answer:
    return put(sign_in(BOB, level=2), with_number(number), record_id=OTHER_ID, version=version)


def verified_for_alice(world: World) -> None:
    assert put(sign_in(ALICE), with_number(NATIONAL_ID)).status == 201
    (pk,) = number_pks(world, "national-id")
    put_verified(world, pk, RECORD_ID)


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_an_account_that_tries_numbers_by_corrections_is_told_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(monthly_claims, "MOST_IN_A_MONTH", MOST)
    verified_for_alice(world)
    assert put(sign_in(BOB), with_number(other_number(0)), record_id=OTHER_ID).status == 201
    for version in range(1, MOST - 2):
        assert corrected(other_number(version), version).status == 200
    asked = [corrected(NATIONAL_ID, MOST - 2) for _ in range(2)]
    assert [(one.status, one.json["type"]) for one in asked] == [(409, "/problems/identifier-held-elsewhere")] * 2
    alike = [corrected(NATIONAL_ID, MOST - 2), corrected(other_number(MOST), MOST - 2)]
    assert [(one.status, one.json["type"]) for one in alike] == [(429, "/problems/too-many-numbers")] * 2
    assert alike[0].json["detail"] == alike[1].json["detail"]
    assert (meta_of(world, OTHER_ID) or {})["version"] == MOST - 2


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_who_has_tried_enough_still_declares_without_new_numbers_and_claims_again_next_month(world: World) -> None:
    assert put(sign_in(BOB), with_number(other_number(0)), record_id=OTHER_ID).status == 201
    (spent,) = [one for one in world.items("access") if one["pk"].startswith("budget#numbers#")]
    world.table("access").put_item(Item={**spent, "spent": monthly_claims.MOST_IN_A_MONTH})
    assert corrected(other_number(1), 1).status == 429
    assert corrected(other_number(0), 1).status == 200
    assert put(sign_in(BOB), with_number(other_number(2))).status == 429
    with time_machine.travel("2026-11-30T17:00:00Z", tick=False):  # December has begun in Vietnam
        assert corrected(other_number(1), 2).status == 200


def test_a_body_cannot_be_tried_once_the_records_key_is_gone(world: World) -> None:
    body = with_number(NATIONAL_ID)
    put(sign_in(), body)
    (kept,) = [one["body_mac"] for one in world.items("records") if one["sk"] == "version#000001"]

    sent = json.dumps(body, sort_keys=True)
    assert kept not in {
        world.macs().compute("receipt", RECORD_ID, sent),
        hashlib.sha256(sent.encode()).hexdigest(),
        hmac.new(b"", f"body/{sent}".encode(), hashlib.sha256).hexdigest(),
    }


@pytest.mark.parametrize(("claimed", "status"), [(MOST - 1, 409), (MOST, 429)])
@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_of_many_tries_at_once_no_more_are_answered_than_the_month_has_room_for(
    world: World, monkeypatch: pytest.MonkeyPatch, claimed: int, status: int
) -> None:
    """Each of them may pass the condition of its transaction before the others are counted."""
    monkeypatch.setattr(monthly_claims, "MOST_IN_A_MONTH", MOST)
    verified_for_alice(world)
    assert put(sign_in(BOB), with_number(other_number(0)), record_id=OTHER_ID).status == 201
    for each in (one for one in world.items("access") if one["pk"].startswith("budget#numbers#")):
        world.table("access").put_item(Item={**each, "spent": claimed})
    monkeypatch.setattr(monthly_claims, "consume", lambda *_: None)
    assert corrected(NATIONAL_ID, 1).status == status
