"""Who wrote an entry, of what kind and when, ends with the record's key: no item of `records` shows it."""

import re
from typing import Any

import pytest
import time_machine

from tests.conftest import World
from tests.contribute.bundles import CONDITION_ID, OBSERVATION_ID, bundle, encounter, observation, visit
from tests.contribute.cards import NUMBER, verify
from tests.declare import people
from tests.declare.people import dump
from tests.facility_desk import Desk, register
from tests.hospital_file.files import episode_file

BORN = "1960-05-17"
FACILITY, NAME, PRACTITIONER = "79321", "Bệnh viện Thử Nghiệm", "BS-4711"
DAY = "2026-11-25"  # on which facilities write; the person declared before
FILE = episode_file(NUMBER, BORN, people.NAME)


@pytest.fixture
def person(world: World) -> str:
    with time_machine.travel("2026-11-23T03:00:00Z", tick=False):
        body = people.declaration(identity_national_id={"valueString": NUMBER}, identity_insurance_number=None)
        assert people.put(people.sign_in(), body).status == 201
    return people.RECORD_ID


@pytest.fixture
def desk(world: World) -> Desk:
    desk = register(world, FACILITY, name=NAME, provider_code="79999")
    desk.practitioner = PRACTITIONER
    return desk


def written(world: World) -> list[dict[str, Any]]:
    """What lies under the record of what facilities wrote, and of what the person says of it."""
    kinds = ("contribution#", "episode#", "~episode#", "dispute#")
    return [item for item in world.items("records") if item["sk"].startswith(kinds)]


def dispute(resource: str, cookies: dict[str, str] | None = None) -> int:
    body = {"resource": resource, "reason": "Không phải tôi"}
    return people.call("POST", "/v1/records/{id}/disputes", cookies or people.sign_in(level=2), body=body).status


def test_no_item_shows_who_wrote_what_and_when(world: World, desk: Desk, person: str) -> None:
    with time_machine.travel(f"{DAY}T03:00:00Z", tick=False):
        assert desk.transaction(visit(person)).status == 200
        assert desk.hospital_file(FILE).json["entry"][0]["response"]["status"] == "201 Created"
        assert verify(desk, person, born=BORN).status == 200
        assert dispute(f"Condition/{CONDITION_ID}") == 204
    items = written(world)
    assert len(items) >= 6
    shown = dump(items)
    for secret in (FACILITY, "79999", NAME, PRACTITIONER, DAY, "Condition", "Observation", OBSERVATION_ID, "20261005"):
        assert secret not in shown, secret
    pointers = [item["pk"] for item in world.items("keys") if item["pk"].startswith("episode#")]
    assert len(pointers) == 1
    assert pointers[0].removeprefix("episode#") not in shown
    assert {name for item in items for name in item} == {
        "pk", "sk", "sealed", "provenance", "version", "parts", "derivation"
    }  # fmt: skip


def test_what_was_written_is_read_with_who_wrote_it(world: World, desk: Desk, person: str) -> None:
    desk.transaction(visit(person))
    desk.transaction(visit(person, onsetDateTime="2026-11-19"))
    found = {
        each["resource"]["resourceType"]: each["resource"]
        for each in desk.everything(person).json["entry"]
        if each["resource"]["resourceType"] != "Patient"
    }
    assert found["Condition"]["meta"]["versionId"] == "2"
    assert found["Observation"]["meta"]["versionId"] == "1"
    assert NAME in str(found["Condition"]["meta"])


def test_an_entry_of_another_record_or_place_opens_nothing(world: World, desk: Desk, person: str) -> None:
    desk.transaction(visit(person))
    first, second, *_ = [item for item in written(world) if item["sk"].startswith("contribution#")]
    world.table("records").put_item(Item={**first, "provenance": second["provenance"]})
    assert desk.everything(person).status == 500


def old_entry(world: World, person: str) -> str:
    """One entry as it lay in the table before: its type, id and source in clear. Gives its sort key."""
    from health_record.aws import envelope_encryption
    from health_record.aws.clients import client
    from health_record.aws.dynamo import to_wire
    from health_record.record import record_items

    found = record_items.load("records", "keys", person)
    assert found is not None
    key = envelope_encryption.decrypt_data_key(world.data_key_id, "79", person, found[1])
    sk = f"contribution#Observation#{OBSERVATION_ID}#000001"
    item = {
        "pk": f"record#{person}",
        "sk": sk,
        "sealed": record_items.encrypt_json(key, person, sk, observation(person)),
        "mac": "of something else",
        "recorded": "2026-11-23T02:00:00.000Z",
        "facility_id": FACILITY,
        "facility_name": NAME,
        "practitioner": PRACTITIONER,
    }
    client("dynamodb").put_item(TableName="records", Item=to_wire(item))
    return sk


def test_an_entry_from_before_is_read_corrected_and_disputed(world: World, desk: Desk, person: str) -> None:
    sk = old_entry(world, person)
    verify(desk, person, born=BORN)
    assert dispute(f"Observation/{OBSERVATION_ID}") == 204
    corrected = observation(person, valueQuantity={"value": 151, "unit": "10*3/uL"})
    answer = desk.transaction(bundle(encounter(person), corrected))
    assert [entry["response"]["etag"] for entry in answer.json["entry"]] == ['W/"1"', 'W/"2"']
    (read,) = [
        each["resource"]
        for each in desk.everything(person).json["entry"]
        if each["resource"]["resourceType"] == "Observation" and each["resource"]["id"] == OBSERVATION_ID
    ]
    assert (read["meta"]["versionId"], read["valueQuantity"]["value"]) == ("2", 151)
    assert "disputed" in str(read["meta"])
    assert sk in people.sort_keys(world)


def test_a_dispute_from_before_is_replaced_and_taken_back(world: World, desk: Desk, person: str) -> None:
    from functions.declare.handler import handler
    from tests.conftest import call_handler

    desk.transaction(visit(person))
    verify(desk, person, born=BORN)
    former = {"pk": f"record#{person}", "sk": f"dispute#Condition#{CONDITION_ID}", "sealed": b"x"}
    route = "/v1/records/{id}/disputes/{type}/{entry}"
    path = {"id": person, "type": "Condition", "entry": CONDITION_ID}
    world.table("records").put_item(Item=former)
    assert dispute(f"Condition/{CONDITION_ID}") == 204
    assert len([item for item in written(world) if item["sk"].startswith("dispute#")]) == 1
    world.table("records").put_item(Item=former)
    assert call_handler(handler, "DELETE", route, path=path, cookies=people.sign_in(level=2)).status == 204
    assert [item for item in written(world) if item["sk"].startswith("dispute#")] == []


def test_the_day_of_a_file_that_says_the_same_is_kept_sealed(world: World, desk: Desk, person: str) -> None:
    def send(prepared: str) -> str:
        file = re.sub(rb"<NGAYLAP>\d+<", f"<NGAYLAP>{prepared}<".encode(), FILE)
        return str(desk.hospital_file(file).json["entry"][0]["response"]["status"])

    assert send("20261006") == "201 Created"
    assert send("20261008") == "200 OK"
    (head,) = [item for item in written(world) if item["sk"].startswith("episode#")]
    assert "20261008" not in dump([head])
    assert "touched" in head


def test_an_erasure_takes_the_pointer_that_lay_sealed(world: World, desk: Desk, person: str) -> None:
    desk.hospital_file(FILE)
    assert [item for item in world.items("keys") if item["pk"].startswith("episode#")]
    assert people.call("DELETE", people.RECORD, people.sign_in(level=2)).status == 204
    assert [sorted(item) for item in world.items("keys") if not item["pk"].startswith("phone#")] == [
        ["erased_at", "pk"]
    ]


def test_reading_and_writing_take_the_calls_they_took_before(
    world: World, desk: Desk, person: str, counted: list[str]
) -> None:
    desk.transaction(visit(person))
    verify(desk, person, born=BORN)
    counted.clear()
    assert desk.transaction(visit(person, onsetDateTime="2026-11-18")).status == 200
    assert counted == ["Query", "BatchGetItem", "Decrypt", "UpdateItem", "TransactWriteItems"]
    counted.clear()
    assert desk.everything(person).status == 200
    assert counted == ["BatchGetItem", "Decrypt", "UpdateItem", "UpdateItem", "Query", "PutItem"]
    cookies = people.sign_in(level=2)
    counted.clear()
    assert dispute(f"Condition/{CONDITION_ID}", cookies) == 204
    assert counted == ["UpdateItem", "BatchGetItem", "Decrypt", "Query", "TransactWriteItems"]
