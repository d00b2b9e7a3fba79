"""One random tag in the facts of all records of an account, so that one phone cannot make up a cell."""

from typing import Any

from tests.conftest import World
from tests.declare.conftest import Race
from tests.declare.people import (
    ALICE,
    BOB,
    NATIONAL_ID,
    OTHER_ID,
    RECORD,
    RECORD_ID,
    call,
    declaration,
    dump,
    put,
    sign_in,
)
from tests.facility_desk import Resident, store_resident

THIRD_ID = "b52d4f13-0a68-4d4b-9a56-6f0a5f1c7d33"
NUMBERLESS = declaration(identity_national_id=None, identity_insurance_number=None)


def tags(world: World) -> list[str | None]:
    return [row.get("account") for row in world.items("facts") if row["sk"] == "resident"]


def test_all_records_of_an_account_share_one_tag_and_no_other_account_has_it(world: World) -> None:
    for record_id in (RECORD_ID, OTHER_ID):
        assert put(sign_in(), NUMBERLESS, record_id=record_id).status == 201
    (first, second) = tags(world)
    assert first is not None
    assert first == second
    assert put(sign_in(BOB), NUMBERLESS, record_id=THIRD_ID).status == 201
    assert sorted(map(tags(world).count, set(tags(world)))) == [1, 2]


def test_a_correction_keeps_the_tag_and_no_other_table_shows_it(world: World) -> None:
    put(sign_in(), NUMBERLESS)
    (before,) = tags(world)
    assert put(sign_in(level=2), version=1).status == 200
    assert tags(world) == [before]
    others = dump([item for name in ("records", "keys", "audit", "access") for item in world.items(name)])
    assert str(before) not in others


def test_two_first_records_at_the_same_moment_share_one_tag(world: World, race: Race) -> None:
    cookies = [sign_in(), sign_in()]

    def write(number: int) -> int:
        return put(cookies[number], NUMBERLESS, record_id=(RECORD_ID, OTHER_ID)[number]).status

    assert race(write, 2) == [201, 201]
    first, second = tags(world)
    assert first == second


def test_a_further_record_takes_six_aws_calls(world: World, counted: list[str]) -> None:
    cookies = sign_in()
    put(cookies, NUMBERLESS)
    counted.clear()
    assert put(cookies, NUMBERLESS, record_id=OTHER_ID).status == 201
    assert counted == [
        "UpdateItem",
        "GenerateDataKey",
        "TransactWriteItems",
        "BatchGetItem",
        "Decrypt",
        "TransactWriteItems",
    ]


def test_the_tag_outlives_the_record_that_it_was_last_given_to(world: World) -> None:
    for record_id in (RECORD_ID, OTHER_ID):
        put(sign_in(), NUMBERLESS, record_id=record_id)
    assert call("DELETE", RECORD, sign_in(level=2), record_id=OTHER_ID).status == 204
    assert put(sign_in(), NUMBERLESS, record_id=THIRD_ID).status == 201
    first, second = tags(world)
    assert first == second


def test_an_account_that_begins_anew_has_another_tag(world: World) -> None:
    put(sign_in(), NUMBERLESS)
    (before,) = tags(world)
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    assert put(sign_in(), NUMBERLESS, record_id=OTHER_ID).status == 201
    assert tags(world) != [before]


def old_record(world: World, record_id: str = RECORD_ID) -> None:
    """A record of ALICE as it was written before there were tags."""
    store_resident(world, Resident(account=ALICE, record_id=record_id, national_id=NATIONAL_ID))
    world.table("records").put_item(
        Item={"pk": f"account#{ALICE}", "sk": f"record#{record_id}", "record_id": record_id}
    )
    account: dict[str, Any] = {"Key": {"pk": f"account#{ALICE}", "sk": "account"}}
    world.table("records").update_item(
        **account, UpdateExpression="ADD held :one", ExpressionAttributeValues={":one": 1}
    )


def test_a_record_without_a_tag_gets_one_by_its_correction_and_passes_it_on(world: World) -> None:
    old_record(world)
    assert put(sign_in(level=2), NUMBERLESS, version=1).status == 200
    assert put(sign_in(), NUMBERLESS, record_id=OTHER_ID).status == 201
    first, second = tags(world)
    assert first is not None
    assert first == second


def test_a_new_record_brings_the_tag_into_an_account_without_one(world: World) -> None:
    old_record(world)
    assert put(sign_in(), NUMBERLESS, record_id=OTHER_ID).status == 201
    assert put(sign_in(level=2), NUMBERLESS, version=1).status == 200
    first, second = tags(world)
    assert first is not None
    assert first == second
