"""`$verify`: the card was seen, so the number is this record's, a conflict is settled, a new PIN is permitted."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from botocore.client import BaseClient

from tests.conftest import World
from tests.contribute.cards import BORN, NATIONAL_ID, NUMBER, verify
from tests.declare import people
from tests.facility_desk import Resident, new_uuid, register, store_resident

NOW, EPOCH = "2026-11-23T01:30:00Z", 1795397400


def verified(world: World) -> list[str]:
    return people.verified_numbers(world)


def permits(world: World) -> list[dict[str, Any]]:
    return [item for item in world.items("access") if item["pk"].startswith("permit#")]


def test_a_verified_number_is_the_records_and_the_account_may_set_a_pin_for_a_day(world: World) -> None:
    person = store_resident(world, Resident())
    with time_machine.travel(NOW, tick=False):
        answer = verify(register(world), person)
    assert (answer.status, answer.json) == (
        200,
        {
            "resourceType": "Parameters",
            "parameter": [
                {"name": "verified", "valueBoolean": True},
                {"name": "pinPermittedUntil", "valueInstant": "2026-11-24T01:30:00Z"},
            ],
        },
    )
    assert verified(world) == [person]
    (permit,) = permits(world)
    assert (permit["pk"], permit["until"]) == ("permit#account-mac", 1795483800)
    (audited,) = world.items("audit")
    assert (audited["action"], audited["outcome"], audited["record_id"]) == ("verify", "allowed", person)


def test_verifying_again_changes_nothing(world: World) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    assert [verify(desk, person).status for _ in range(2)] == [200, 200]
    assert verified(world) == [person]


def test_a_number_verified_for_another_record_moves_to_whom_the_card_belongs(world: World) -> None:
    first = store_resident(world, Resident())
    second = store_resident(world, Resident(record_id=new_uuid()))
    desk = register(world)
    verify(desk, first)
    settled = verify(desk, second)
    assert settled.status == 200
    assert first not in settled.body.decode()
    assert verified(world) == [second]
    trail = sorted((item["action"], item["record_id"]) for item in world.items("audit"))
    assert trail == sorted([("verify", first), ("verify", second), ("verified-elsewhere", first)])
    found = desk.search(NATIONAL_ID, NUMBER, BORN).json["entry"]
    assert [entry["resource"]["id"] for entry in found] == [second]


def test_a_number_the_record_did_not_name_is_taken_from_the_card(world: World) -> None:
    thief = store_resident(world, Resident())
    desk = register(world)
    verify(desk, thief)
    victim = store_resident(
        world, Resident(record_id=new_uuid(), national_id="079185001299", full_name="Nguyễn Thị Thật")
    )
    assert desk.search(NATIONAL_ID, "079185001299", BORN).json["total"] == 1
    assert verify(desk, victim).status == 200
    (entry,) = desk.search(NATIONAL_ID, NUMBER, BORN).json["entry"]
    assert (entry["resource"]["id"], entry["resource"]["identifier"][0]["value"]) == (victim, NUMBER)
    assert desk.search(NATIONAL_ID, "079185001299", BORN).json["total"] == 0


def test_an_insurance_card_is_verified_alike(world: World) -> None:
    person = store_resident(world, Resident(insurance_number=None))
    desk = register(world)
    system = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"
    assert verify(desk, person, "DN4797512345678", system=system).status == 200
    assert desk.search(system, "7512345678", BORN).json["total"] == 1


@pytest.mark.parametrize(("number", "born"), [(NUMBER, "1985-03-03"), ("123", BORN), (NUMBER, "1985")])
def test_a_card_that_is_not_this_records_verifies_nothing(world: World, number: str, born: str) -> None:
    person = store_resident(world, Resident())
    answer = verify(register(world), person, number, born)
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (404, "no-such-person")
    assert (verified(world), permits(world)) == ([], [])


def test_an_unknown_record_and_an_unknown_operation_are_not_found(world: World) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    assert verify(desk, new_uuid()).status == 404
    assert verify(desk, "nobody").status == 404
    from tests.contribute.raw import post

    answer = post(desk, f"Patient/{person}/$purge", b"{}")
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (404, "no-such-operation")


def test_wrong_cards_spend_the_facilitys_budget(world: World) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    with time_machine.travel(NOW, tick=False):
        world.table("access").put_item(
            Item={"pk": "budget#misses#79001", "sk": "window", "n3600": 59, "until3600": EPOCH + 60, "n86400": 59}
            | {"until86400": EPOCH + 60}
        )
        assert verify(desk, person, born="1985-03-03").status == 404
        refused = verify(desk, person)
    assert (refused.status, refused.json["issue"][0]["diagnostics"]) == (429, "too-many-misses")
    assert verified(world) == []


def test_verifying_needs_its_permission(world: World) -> None:
    person = store_resident(world, Resident())
    answer = verify(register(world, permissions=["read", "write", "emergency"]), person)
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (403, "permission-missing")
    assert verified(world) == []


class Meanwhile:
    """Lets `change` happen just before each of the first `times` transactions."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, change: Callable[[], object], times: int = 1) -> None:
        self.seen = 0
        real: Any = BaseClient._make_api_call  # type: ignore[attr-defined]

        def changing(client: Any, operation: str, arguments: Any) -> Any:
            if operation == "TransactWriteItems":
                self.seen += 1
                if self.seen <= times:
                    with monkeypatch.context() as patch:
                        patch.setattr(BaseClient, "_make_api_call", real)
                        change()
            return real(client, operation, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", changing)


def corrected(weight: int, version: int) -> int:
    body = people.declaration(measurements_weight={"valueDecimal": weight}, identity_national_id=None)
    return people.put(people.sign_in(level=2), body, version=version).status


def test_a_correction_at_the_same_moment_is_taken_in(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert people.put(people.sign_in()).status == 201
    desk = register(world)
    with monkeypatch.context() as patch:
        meanwhile = Meanwhile(patch, lambda: corrected(60, 1))
        answer = verify(desk, people.RECORD_ID, born="1960-05-17")
    assert (answer.status, meanwhile.seen) == (200, 2)
    (entry,) = desk.search(NATIONAL_ID, NUMBER, "1960-05-17").json["entry"]
    assert [each["value"] for each in entry["resource"]["identifier"]] == [NUMBER, people.INSURANCE]
    assert people.meta_of(world)["version"] == 2  # type: ignore[index]
    assert [item["action"] for item in world.items("audit")].count("verify") == 1


@pytest.mark.parametrize(("changes", "status"), [(2, 200), (3, 503)])
def test_a_record_that_never_rests_is_given_up(
    world: World, monkeypatch: pytest.MonkeyPatch, changes: int, status: int
) -> None:
    people.put(people.sign_in())
    versions = iter(range(1, 9))
    with monkeypatch.context() as patch:
        Meanwhile(patch, lambda: corrected(60, next(versions)), changes)
        assert verify(register(world), people.RECORD_ID, born="1960-05-17").status == status
    assert len(verified(world)) == (status == 200)


def test_a_record_whose_erasure_begins_meanwhile_is_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = store_resident(world, Resident())
    table = world.table("records")

    def erase() -> None:
        table.update_item(
            Key={"pk": f"record#{person}", "sk": "meta"},
            UpdateExpression="SET erasing = :yes",
            ExpressionAttributeValues={":yes": True},
        )

    Meanwhile(monkeypatch, erase)
    answer = verify(register(world), person)
    assert (answer.status, answer.json["issue"][0]["diagnostics"]) == (404, "no-such-person")
    assert (verified(world), permits(world)) == ([], [])
    assert [item["outcome"] for item in world.items("audit")] == ["denied"]


def test_who_lost_a_number_may_have_the_right_one_verified(world: World) -> None:
    loser, owner = store_resident(world, Resident()), store_resident(world, Resident(record_id=new_uuid()))
    desk = register(world)
    assert [verify(desk, loser).status, verify(desk, owner).status] == [200, 200]
    assert verify(desk, loser, "079185001299").status == 200
    assert sorted(verified(world)) == sorted([owner, loser])
    assert [e["resource"]["id"] for e in desk.search(NATIONAL_ID, NUMBER, BORN).json["entry"]] == [owner]
    assert [e["resource"]["id"] for e in desk.search(NATIONAL_ID, "079185001299", BORN).json["entry"]] == [loser]
