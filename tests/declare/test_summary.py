"""The resident's own summary: the same document as facilities get, whole at level 2."""

from typing import Any

import pytest
import time_machine

from health_record.aws import envelope_encryption
from health_record.aws.clients import client
from health_record.aws.dynamo import from_wire, to_wire
from health_record.record import record_items
from tests.conftest import World
from tests.declare.people import BOB, NAME, RECORD_ID, call, put, put_card_seen, sign_in
from tests.declare.test_faults import THROTTLED, Fault

SUMMARY = "/v1/records/{id}/summary"
ALLERGY = {
    "resourceType": "AllergyIntolerance",
    "id": "2d0c7a52-1111-4c0f-9c7e-2f4f1f0e6a11",
    "code": {"text": "Penicillin"},
    "patient": {"reference": f"Patient/{RECORD_ID}"},
}


def contribute(world: World, resource: dict[str, Any] = ALLERGY, *, card_seen: bool = True) -> None:
    """Let a facility have written a resource, as `contribute` keeps it, and seen the card."""
    if card_seen:
        put_card_seen(world)
    wrapped = from_wire(
        client("dynamodb").get_item(TableName="keys", Key=to_wire({"pk": f"record#{RECORD_ID}"}))["Item"]
    )
    key = envelope_encryption.decrypt_data_key(world.data_key_id, "79", RECORD_ID, wrapped["wrapped"])
    sk = f"contribution#{resource['resourceType']}#{resource['id']}#000001"
    item = {
        "pk": f"record#{RECORD_ID}",
        "sk": sk,
        "sealed": record_items.encrypt_json(key, RECORD_ID, sk, resource),
        "recorded": "2026-11-23T02:00:00.000Z",
        "facility_id": "79001",
        "facility_name": "Trạm Y tế Thử",
    }
    client("dynamodb").put_item(TableName="records", Item=to_wire(item))


def kinds(bundle: dict[str, Any]) -> list[str]:
    return [entry["resource"]["resourceType"] for entry in bundle["entry"]]


@time_machine.travel("2026-11-23T03:00:00Z", tick=False)
def test_the_summary_is_the_facilities_document(world: World) -> None:
    put(sign_in())
    contribute(world)
    answer = call("GET", SUMMARY, sign_in(level=2))
    assert (answer.status, answer.headers["content-type"]) == (200, "application/fhir+json; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    bundle = answer.json
    assert (bundle["resourceType"], bundle["type"], bundle["timestamp"]) == (
        "Bundle",
        "document",
        "2026-11-23T03:00:00.000Z",
    )
    assert kinds(bundle)[:2] == ["Composition", "Patient"]
    assert bundle["entry"][1]["resource"]["name"] == [{"use": "official", "text": NAME}]
    sources = {
        entry["resource"]["resourceType"]: entry["resource"]["meta"]["tag"][0]["code"]
        for entry in bundle["entry"]
        if "tag" in entry["resource"].get("meta", {})
    }
    assert sources["Condition"] == "self-declared"
    assert sources["AllergyIntolerance"] == "facility"
    assert [one["action"] for one in world.items("audit")].count("summary") == 1


def test_level_one_sees_what_its_session_created_and_no_facilitys_part(world: World) -> None:
    creator = sign_in()
    put(creator)
    contribute(world)
    answer = call("GET", SUMMARY, creator)
    assert answer.status == 200
    assert "Condition" in kinds(answer.json)
    assert "AllergyIntolerance" not in kinds(answer.json)
    assert call("GET", SUMMARY, sign_in()).status == 403
    assert call("GET", SUMMARY, sign_in(BOB, level=2)).status == 404


def test_an_erased_record_has_no_summary(world: World) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    call("DELETE", "/v1/records/{id}", cookies)
    assert call("GET", SUMMARY, cookies).status == 404


def test_a_summary_makes_five_calls(world: World, counted: list[str]) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    counted.clear()
    call("GET", SUMMARY, cookies)
    assert counted == ["UpdateItem", "BatchGetItem", "Decrypt", "Query", "PutItem"]


@pytest.mark.parametrize("at", range(1, 6))
def test_what_fails_in_between_is_a_503_and_shows_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    with monkeypatch.context() as patch:
        Fault(patch, at, THROTTLED, after=False)
        answer = call("GET", SUMMARY, cookies)
    assert (answer.status, answer.json["type"]) == (503, "/problems/unavailable")
    assert NAME not in answer.body
