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

WHY = "the person brought the card, and the first record is a mistake"
NOW, EPOCH = "2026-11-23T01:30:00Z", 1795397400


def verified(world: World) -> list[str]:
    return people.verified_numbers(world)


def meta(world: World, record_id: str) -> dict[str, Any]:
    return people.meta_of(world, record_id) or {}


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


def test_a_number_verified_for_another_record_moves_by_a_facility_that_may_and_says_why(world: World) -> None:
    first = store_resident(world, Resident())
    second = store_resident(world, Resident(record_id=new_uuid(), account="another account"))
    desk, powerless = register(world), register(world, "79002", permissions=["verify"])
    verify(desk, first)
    for refused in (verify(desk, second), verify(powerless, second, reason=WHY), verify(desk, second, reason=" ")):
        assert refused.status in (400, 409)
        assert first not in refused.body.decode()
        assert verified(world) == [first]
    assert verify(desk, second).json["issue"][0]["diagnostics"] == "verified-elsewhere"
    settled = verify(desk, second, reason=WHY)
    assert settled.status == 200
    assert first not in settled.body.decode()
    assert meta(world, first)["card_seen"] is False
    assert verified(world) == [second]
    trail = [(item["action"], item["record_id"]) for item in world.items("audit") if item["outcome"] == "allowed"]
    assert sorted(trail) == sorted(
        [("verify", first), ("claim-told", second)]  # who claims the number too is told of
        + [("verify", second), ("verified-elsewhere", first), ("claim-kept", first)]
    )
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
    assert verify(desk, victim, reason=WHY).status == 200
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
    assert (answer.status, meanwhile.seen) == (200, 3), "the last one rewrites what is counted"
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
    assert [verify(desk, loser).status, verify(desk, owner, reason=WHY).status] == [200, 200]
    assert verify(desk, loser, "079185001299").status == 200
    assert sorted(verified(world)) == sorted([owner, loser])
    assert [e["resource"]["id"] for e in desk.search(NATIONAL_ID, NUMBER, BORN).json["entry"]] == [owner]
    assert [e["resource"]["id"] for e in desk.search(NATIONAL_ID, "079185001299", BORN).json["entry"]] == [loser]


def two_claimants(world: World) -> tuple[str, str]:
    mother = store_resident(world, Resident())
    father = store_resident(world, Resident(record_id=new_uuid(), account="the father's"))
    return mother, father


def identity(world: World, record_id: str) -> Any:
    from health_record.aws import envelope_encryption
    from health_record.record import record_items

    found = record_items.load("records", "keys", record_id)
    assert found is not None
    key = envelope_encryption.decrypt_data_key(world.data_key_id, "79", record_id, found[1])
    return record_items.decrypt_identity(key, found[0])


def lines(world: World, record_id: str) -> list[str]:
    return [item["action"] for item in world.items("audit") if item.get("record_id") == record_id]


def test_staff_see_who_else_claims_the_number(world: World) -> None:
    mother, father = two_claimants(world)
    answer = verify(register(world), mother)
    others = [each for each in answer.json["parameter"] if each["name"] == "candidate"]
    assert others == [{"name": "candidate", "valueReference": {"reference": f"Patient/{father}"}}]


@pytest.mark.parametrize("action", ["keep", "join", "release"])
def test_another_claim_is_settled(world: World, action: str) -> None:
    mother, father = two_claimants(world)
    desk = register(world)
    assert verify(desk, mother, settle={father: action}).status == 200
    kept = action == "keep"
    assert (("national-id", father) in people.claims_of(world)) is kept
    assert identity(world, father).national_id == (None if action == "release" else NUMBER)
    assert identity(world, father).joined_to == (mother if action == "join" else None)
    assert meta(world, father)["joined"] is (action == "join")
    assert lines(world, father) == [{"keep": "claim-kept", "join": "claim-joined", "release": "claim-released"}[action]]
    assert lines(world, mother) == ["verify"]
    assert [e["resource"]["id"] for e in desk.search(NATIONAL_ID, NUMBER, BORN).json["entry"]] == [mother]
    assert desk.summary_by_id(father).status == 200, "the record that is given up stays"


def test_the_holder_of_a_number_can_be_settled_with_it(world: World) -> None:
    mother, father = two_claimants(world)
    desk = register(world)
    verify(desk, father)
    assert verify(desk, mother, reason=WHY, settle={father: "release"}).status == 200
    assert verified(world) == [mother]
    assert identity(world, father).national_id is None
    assert (meta(world, father)["card_seen"], meta(world, mother)["card_seen"]) == (False, True)


@pytest.mark.parametrize("other", ["stranger", "unknown", "itself"])
def test_only_who_claims_the_number_is_settled(world: World, other: str) -> None:
    mother, _ = two_claimants(world)
    stranger = store_resident(
        world,
        Resident(record_id=new_uuid(), national_id="079185001299", insurance_number=None, account="a stranger's"),
    )
    named = {"stranger": stranger, "unknown": new_uuid(), "itself": mother}[other]
    answer = verify(register(world), mother, settle={named: "release"})
    assert (answer.status, verified(world)) == (422, [])


def test_no_new_pin_is_permitted_unless_it_is_asked_for(world: World) -> None:
    person = store_resident(world, Resident())
    answer = verify(register(world), person, permit_pin=False)
    assert answer.json["parameter"] == [{"name": "verified", "valueBoolean": True}]
    assert permits(world) == []
