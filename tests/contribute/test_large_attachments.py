"""Attachments of a few megabytes: kept in sealed parts with what names them or not at all, read back alone."""

import base64
import hashlib
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from health_record.aws.clients import client
from health_record.record.attachments import LARGE, LARGEST, STORED
from tests.conftest import World
from tests.contribute.bundles import bundle
from tests.declare import people
from tests.facility_desk import Desk, Resident, new_uuid, register, store_resident

PREFIX = "~attachment#"


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


def scan(size: int, seed: int = 1) -> bytes:
    """A picture as a scanner makes it: nothing in it can be compressed."""
    return b"".join(hashlib.sha256(f"{seed}/{place}".encode()).digest() for place in range(size // 32 + 1))[:size]


def letter(person: str, *contents: bytes, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": new_uuid(),
        "status": "current",
        "subject": {"reference": f"Patient/{person}"},
        "content": [
            {"attachment": {"contentType": "application/pdf", "data": base64.b64encode(each).decode(), "title": "Phim"}}
            for each in contents
        ],
        **more,
    }


def parts(world: World) -> list[dict[str, Any]]:
    return [item for item in world.items("records") if item["sk"].startswith(PREFIX)]


def written(world: World) -> list[str]:
    return [item["sk"] for item in world.items("records") if item["sk"].startswith(("contribution#", PREFIX))]


def attachments(answer: Any) -> list[dict[str, Any]]:
    found = [each["resource"] for each in answer.json["entry"]]
    return [one["attachment"] for each in found for one in each.get("content", ())]


@pytest.mark.parametrize("size", [LARGE * 3 // 4, LARGE * 3 // 4 + 1, 350 * 1024, 350 * 1024 + 1, LARGEST])
def test_an_attachment_comes_back_byte_by_byte(world: World, person: str, desk: Desk, size: int) -> None:
    content = scan(size)
    assert desk.transaction(bundle(letter(person, content))).status == 200
    for answer in (desk.summary_by_id(person), desk.everything(person)):
        (attachment,) = attachments(answer)
        assert len(answer.body) < 100_000
        assert (attachment["size"], attachment["title"]) == (size, "Phim")
        assert base64.b64decode(attachment["hash"]) == hashlib.sha1(content).digest()
        binary = desk.call("GET", f"Binary/{attachment['url'].rpartition('/')[2]}")
        assert (binary.status, binary.json["contentType"]) == (200, "application/pdf")
        assert base64.b64decode(binary.json["data"]) == content
        assert len(binary.body) < 5 * 1024 * 1024
    expected = 0 if size <= LARGE * 3 // 4 else -(-size // (350 * 1024))
    assert len(parts(world)) == expected
    sealed = [bytes(item["sealed"]) for item in parts(world)]
    assert all(len(part) < 400 * 1024 and content[:64] not in part for part in sealed)


def test_one_byte_above_the_largest_is_refused_at_its_place(world: World, person: str, desk: Desk) -> None:
    sent = bundle(letter(person, scan(LARGEST + 1)))
    answer = desk.transaction(sent)
    assert (answer.status, answer.json["issue"][0]["expression"]) == (422, ["Bundle.entry[0].resource"])
    assert "2560 KB" in answer.json["issue"][0]["details"]["text"]
    told = desk.call("POST", "Bundle/$validate", json.dumps(sent).encode())
    assert told.json["issue"][0]["expression"] == ["Bundle.entry[0].resource"]
    assert written(world) == []


def test_more_than_one_transaction_holds_is_413_and_nothing_is_kept(world: World, person: str, desk: Desk) -> None:
    halves = [scan(LARGEST // 2 - 1000, seed) for seed in (1, 2)]
    assert desk.transaction(bundle(letter(person, *halves))).status == 200
    kept = len(written(world))
    many = [letter(person, scan(60_000, seed)) for seed in range(50)]  # each with a part of its own: 100 members
    answer = desk.transaction(bundle(*many))
    assert (answer.status, answer.json["resourceType"]) == (413, "OperationOutcome")
    assert len(written(world)) == kept


def test_the_largest_write_is_below_4_mb_in_base64_too(
    world: World, person: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, sizes = client("dynamodb").transact_write_items, []

    def measured(**request: Any) -> Any:
        text = json.dumps(request, default=lambda value: base64.b64encode(bytes(value)).decode())
        sizes.append(len(text.encode()))
        return real(**request)

    monkeypatch.setattr(client("dynamodb"), "transact_write_items", measured)
    largest = letter(person, scan(LARGEST))
    rest = [letter(person, scan(LARGE * 3 // 4 + 1, seed), description="x" * 3_000) for seed in range(2, 8)]
    answers = [desk.transaction(bundle(largest, *rest[:number])).status for number in range(len(rest) + 1)]
    assert answers.count(200) >= 5
    assert max(sizes) < 4 * 1024 * 1024


@pytest.mark.parametrize("code", ["TransactionConflict", "ValidationError"])
def test_a_write_that_breaks_leaves_no_part_and_a_repeat_heals(
    world: World, person: str, desk: Desk, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    sent = bundle(letter(person, scan(1_000_000)))
    response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": code}]}

    def broken(**_request: Any) -> Any:
        raise ClientError(response, "TransactWriteItems")

    with monkeypatch.context() as changed:
        changed.setattr(client("dynamodb"), "transact_write_items", broken)
        assert desk.transaction(sent).status >= 500
    assert written(world) == []
    assert desk.transaction(sent).status == 200
    assert len(parts(world)) == 3


def test_a_repeat_makes_no_version_and_the_same_scan_is_kept_once(world: World, person: str, desk: Desk) -> None:
    content = scan(400_000)
    first = letter(person, content, description="Phim phổi")
    assert desk.transaction(bundle(first, letter(person, content))).status == 200
    before = sorted(written(world))
    assert len(parts(world)) == 2
    assert desk.transaction(bundle(first)).json["entry"][0]["response"]["status"] == "200 OK"
    assert sorted(written(world)) == before
    corrected = {**first, "description": "Phim tim phổi"}
    assert desk.transaction(bundle(corrected)).status == 200
    assert len(parts(world)) == 2
    assert {each["size"] for each in attachments(desk.summary_by_id(person))} == {400_000}


def test_what_was_taken_back_is_read_no_more(world: World, person: str, desk: Desk) -> None:
    sent = letter(person, scan(100_000))
    assert desk.transaction(bundle(sent)).status == 200
    (attachment,) = attachments(desk.summary_by_id(person))
    place = f"Binary/{attachment['url'].rpartition('/')[2]}"
    assert desk.call("GET", place).status == 200
    gone = {**sent, "status": "entered-in-error", "content": [{"attachment": {"title": "gửi nhầm"}}]}
    assert desk.transaction(bundle(gone)).status == 200
    assert desk.call("GET", place).status == 404


def test_a_facility_adds_10_mb_to_a_record_in_a_day(world: World, person: str, desk: Desk) -> None:
    answers = [desk.transaction(bundle(letter(person, scan(LARGEST, seed)))) for seed in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json["issue"][0]["diagnostics"] == "too-much-for-one-record"
    assert len(parts(world)) == 24


def test_nobody_names_the_parts_of_somebody_elses_attachment(world: World, person: str, desk: Desk) -> None:
    made_up = letter(person)
    made_up["content"] = [{"attachment": {"contentType": "application/pdf", "url": f"{STORED}{'0' * 31}", "size": 9}}]
    answer = desk.transaction(bundle(made_up))
    assert (answer.status, answer.json["issue"][0]["expression"]) == (
        422,
        ["Bundle.entry[0].resource.content[0].attachment"],
    )


def test_an_attachment_needs_the_consent_that_the_summary_needs(world: World) -> None:
    person = store_resident(world, Resident(sharing=False))
    desk = register(world)
    assert desk.transaction(bundle(letter(person, scan(100_000)))).status == 200
    told = desk.call("GET", f"Patient/{person}/$summary", purpose="ETREAT", reason="unconscious")
    place = f"Binary/{attachments(told)[0]['url'].rpartition('/')[2]}"
    assert desk.call("GET", place).status == 403
    assert desk.call("GET", place, purpose="ETREAT", reason="unconscious").status == 200


def test_an_erasure_takes_the_parts(world: World) -> None:
    creator = people.sign_in()
    people.put(creator)
    desk = register(world)
    assert desk.transaction(bundle(letter(people.RECORD_ID, scan(800_000)))).status == 200
    assert len(parts(world)) == 3
    assert people.call("DELETE", "/v1/records/{id}", creator).status == 204
    assert [item["sk"] for item in world.items("records") if people.RECORD_ID in item["pk"]] == []
    assert parts(world) == []
