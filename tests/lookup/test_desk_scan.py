"""A resident without consent to sharing shows a QR at the desk: the facility reads by the share's token."""

import dataclasses
import time
from collections.abc import Iterator

import pytest
import time_machine

from health_record.aws.clients import client
from health_record.aws.dynamo import to_wire
from health_record.record import shares
from tests.conftest import World
from tests.facility_desk import Resident, register, store_resident

START = 1_795_399_200  # 23 November 2026, 09:00 in Vietnam
TOKEN = "T" * 43
PRIVATE = Resident(sharing=False)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def open_share(record_id: str, **changes: str) -> None:
    share = shares.Share(
        id="share-1",
        record_id=record_id,
        token_hash=shares.hash_token(TOKEN),
        created_at=int(time.time()),
        expires_at=int(time.time()) + 3600,
        tries=0,
    )
    item = shares.share_item(dataclasses.replace(share, **changes))
    client("dynamodb").put_item(TableName="records", Item=to_wire(item))


def test_an_open_share_shows_what_consent_does_not(clock: time_machine.Traveller, world: World) -> None:
    record_id = store_resident(world, PRIVATE)
    desk = register(world)
    open_share(record_id)
    assert desk.summary_by_id(record_id).status == 403
    answer = desk.summary_by_id(record_id, share=TOKEN)
    assert (answer.status, answer.json["resourceType"], answer.json["type"]) == (200, "Bundle", "document")
    allowed = [item for item in world.items("audit") if item["outcome"] == "allowed"]
    assert [item["record_id"] for item in allowed] == [record_id]


@pytest.mark.parametrize(("after", "status"), [(1799, 200), (1800, 403)])
def test_it_opens_for_thirty_minutes(clock: time_machine.Traveller, world: World, after: int, status: int) -> None:
    record_id = store_resident(world, PRIVATE)
    desk = register(world)
    open_share(record_id)
    clock.move_to(START + after)
    assert desk.summary_by_id(record_id, share=TOKEN).status == status


def test_a_share_of_another_record_opens_nothing(clock: time_machine.Traveller, world: World) -> None:
    record_id = store_resident(world, PRIVATE)
    open_share("7c1e2b9a-93d4-4a5e-8a57-0b6f6f0c2d22")
    assert register(world).summary_by_id(record_id, share=TOKEN).status == 403


def test_a_share_with_a_passcode_or_an_unknown_token_opens_nothing(clock: time_machine.Traveller, world: World) -> None:
    record_id = store_resident(world, PRIVATE)
    desk = register(world)
    open_share(record_id, salt="salt", mac="mac")
    assert desk.summary_by_id(record_id, share=TOKEN).status == 403
    assert desk.summary_by_id(record_id, share="U" * 43).status == 403


def test_a_restricted_record_stays_shut(clock: time_machine.Traveller, world: World) -> None:
    record_id = store_resident(world, dataclasses.replace(PRIVATE, restricted=True))
    open_share(record_id)
    assert register(world).summary_by_id(record_id, share=TOKEN).status == 403
