"""SMART Health Links: made, shown again, read by a plain client, and over when they are over."""

import time
from typing import Any

import pytest
import time_machine
from botocore.client import BaseClient

from functions.declare.handler import handler
from functions.declare.share import link_manifest
from health_record.aws.envelope_encryption import DataKey, DecryptionError
from health_record.record import record_items, shares
from tests.conftest import Answer, World, call_handler
from tests.declare.links import SHARES, document, made, payload_of, read, refused, share, token_of
from tests.declare.people import BOB, NAME, RECORD, RECORD_ID, call, declaration, dump, put, sign_in
from tests.declare.test_faults import THROTTLED, Fault
from tests.declare.test_summary import contribute

NOW = "2026-11-23T03:00:00Z"
STOP = "/v1/records/{id}/shares/{share}"


def stop(cookies: dict[str, str], share_id: str) -> Answer:
    return call_handler(handler, "DELETE", STOP, path={"id": RECORD_ID, "share": share_id}, cookies=cookies)


@time_machine.travel(NOW, tick=False)
def test_a_link_says_where_with_which_key_until_when_and_no_more(world: World) -> None:
    put(sign_in())
    found = made(label="  Khám tại Bình Quới ", passcode="4071")
    link = found["shlink"]
    assert found == {
        "id": found["id"],
        "label": "Khám tại Bình Quới",
        "contents": "all",
        "passcode": True,
        "locked": False,
        "created_at": "2026-11-23T03:00:00.000Z",
        "expires_at": "2026-11-23T03:30:00.000Z",
        "shlink": link,
        "url": f"http://127.0.0.1:8000/share.html#{link}",
        "qr_svg": found["qr_svg"],
    }
    payload = payload_of(link)
    assert payload == {
        "url": f"http://127.0.0.1:8000/v1/shares/{token_of(link)}",
        "key": payload["key"],
        "exp": 1795404600,
        "flag": "P",
        "label": "Khám tại Bình Quới",
        "v": 1,
    }
    assert len(payload["key"]) == len(token_of(link)) == 43
    assert len(payload["url"]) <= 128
    assert set(payload_of(made()["shlink"])) == {"url", "key", "exp", "v"}


@time_machine.travel(NOW, tick=False)
def test_whoever_holds_the_link_reads_the_summary_as_it_is_now(world: World) -> None:
    put(sign_in())
    contribute(world)
    link = made()["shlink"]
    answer = read(token_of(link))
    (file,) = answer.json["files"]
    assert (answer.status, set(answer.json)) == (200, {"files"})
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {name: value for name, value in file.items() if name != "embedded"} == {
        "contentType": "application/fhir+json",
        "lastUpdated": "2026-11-23T03:00:00.000Z",
        "fhirVersion": "4.0.1",
    }
    bundle = document(link)
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "document")
    assert NAME in str(bundle)
    assert "Penicillin" in str(bundle)
    with time_machine.travel("2026-11-23T03:10:00Z", tick=False):
        renamed = declaration(identity_full_name={"valueString": "Trần Thử"})
        assert put(sign_in(level=2), renamed, version=1).status == 200
        assert "Trần Thử" in str(document(link))


def test_each_reading_is_encrypted_anew(world: World) -> None:
    put(sign_in())
    token = token_of(made()["shlink"])
    nonces = {read(token).json["files"][0]["embedded"].split(".")[2] for _ in range(3)}
    assert len(nonces) == 3


def test_what_a_reader_said_of_themselves_ends_with_the_record(world: World) -> None:
    put(sign_in())
    assert read(token_of(made()["shlink"]), recipient="Bác sĩ của bà Thử").status == 200
    assert "Thử" not in dump(world.items("audit"))
    seen = call("GET", "/v1/records/{id}/accesses", cookies := sign_in(level=2)).json["accesses"]
    assert seen[0]["recipient"] == "Bác sĩ của bà Thử"
    (noted,) = [one for one in world.items("audit") if one["action"] == "share-read"]
    assert call("DELETE", RECORD, cookies).status == 204
    with pytest.raises(DecryptionError):
        record_items.decrypt_recipient(DataKey(bytes(32)), RECORD_ID, noted["share_id"], noted["recipient"])


def test_neither_token_nor_key_nor_label_is_in_any_table_or_log(world: World, written: Any) -> None:
    put(sign_in())
    link = made(label="Khám thai", passcode="bí mật 1")["shlink"]
    read(token_of(link), passcode="bí mật 1", recipient="BS Lê Thị Kín")
    secret = [token_of(link), payload_of(link)["key"], "Khám thai", "bí mật 1"]
    everything = "".join(dump(world.items(name)) for name in ("access", "records", "keys", "facts", "audit"))
    log = written()
    assert [one for one in secret if one in everything] == []
    assert [one for one in [*secret, "Lê Thị Kín", NAME] if one in log] == []


def test_a_reading_is_noted_before_it_is_answered_and_the_resident_sees_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(sign_in())
    found = made(passcode="4071")
    token = token_of(found["shlink"])
    with time_machine.travel(shared_at := "2026-11-23T03:05:00Z", tick=False), monkeypatch.context() as patch:
        world.table("records").update_item(
            Key={"pk": f"share#{shares.hash_token(token)}", "sk": "share"},
            UpdateExpression="SET expires_at = :later",
            ExpressionAttributeValues={":later": 4_000_000_000},
        )
        read(token, passcode="0000", recipient="Người lạ")
        read(token, passcode="4071", recipient="BS Thử, Trạm Y tế")
        Fault(patch, 6, THROTTLED, after=False)  # the audit line cannot be written
        answer = read(token, passcode="4071")
    assert (answer.status, "files" in answer.json) == (503, False)
    common = {"at": shared_at.replace("Z", ".000Z"), "action": "share-read", "share": found["id"], "emergency": False}
    accesses = call("GET", f"{RECORD}/accesses", sign_in(level=2)).json["accesses"]
    assert sorted(accesses, key=lambda one: str(one["outcome"])) == [
        {**common, "recipient": "BS Thử, Trạm Y tế", "outcome": "allowed"},
        {**common, "recipient": "Người lạ", "outcome": "denied"},
    ]


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 404), (61, 404)])
def test_a_link_ends_by_the_clock(world: World, seconds: int, status: int) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        put(sign_in())
        token = token_of(made(minutes=1)["shlink"])
        clock.shift(seconds)
        assert read(token).status == status
        assert len(call("GET", SHARES, sign_in(level=2)).json["shares"]) == (1 if status == 200 else 0)


def test_what_is_no_live_link_answers_alike(world: World) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    stopped, open_one = made(), made()
    assert stop(cookies, stopped["id"]).status == 204
    answers = [read(token_of(stopped["shlink"])), read("A" * 43), read("short"), read("ä" * 43)]
    assert call("PUT", f"{RECORD}/restriction", cookies, body={"restricted": True}).status == 204
    answers.append(read(token_of(open_one["shlink"])))
    for answer in answers:
        refused(answer, 404, "share-not-active")
        assert (answer.body, answer.headers) == (answers[0].body, answers[0].headers)
    assert call("PUT", f"{RECORD}/restriction", cookies, body={"restricted": False}).status == 204
    assert read(token_of(open_one["shlink"])).status == 200


def test_stopping_ends_a_link_at_once_and_no_other(world: World) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    first, second = made(), made()
    assert stop(cookies, first["id"]).status == 204
    assert [one["id"] for one in call("GET", SHARES, cookies).json["shares"]] == [second["id"]]
    assert (read(token_of(first["shlink"])).status, read(token_of(second["shlink"])).status) == (404, 200)
    for unknown in (first["id"], RECORD_ID, "not-a-uuid", "x" * 3000):
        assert stop(cookies, unknown).status == 404, unknown[:40]
    assert stop(sign_in(BOB, level=2), second["id"]).status == 404


def test_the_list_shows_the_links_again_newest_first(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        put(sign_in())
        found = [made()]
        clock.shift(1)
        found.append(made(label="hai", passcode="4071"))
        assert call("GET", SHARES, sign_in(level=2)).json == {"shares": found[::-1]}


def test_erasing_the_record_ends_its_links_even_in_a_restored_backup(world: World) -> None:
    put(sign_in())
    link = made()["shlink"]
    backup = world.items("records")
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    assert world.items("records") == []
    refused(read(token_of(link)), 404, "share-not-active")
    for item in backup:
        world.table("records").put_item(Item=item)
    refused(read(token_of(link)), 404, "share-not-active")


def test_an_erasure_that_broke_after_its_mark_shows_nothing_by_link(world: World) -> None:
    put(sign_in())
    token = token_of(made()["shlink"])
    world.table("records").update_item(
        Key={"pk": f"record#{RECORD_ID}", "sk": "meta"},
        UpdateExpression="SET erasing = :yes",
        ExpressionAttributeValues={":yes": True},
    )
    refused(read(token), 404, "share-not-active")


def test_the_sweep_of_an_erasure_takes_every_link(world: World) -> None:
    put(sign_in())
    for number in range(70):
        token_hash = f"{number:064x}"
        pointer = {"pk": f"record#{RECORD_ID}", "sk": f"share#{number:03}", "token_hash": token_hash, "expires_at": 1}
        world.table("records").put_item(Item=pointer)
        world.table("records").put_item(Item={"pk": f"share#{token_hash}", "sk": "share"})
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    assert world.items("records") == []


@pytest.mark.parametrize(
    ("wish", "pointers"),
    [
        ({"minutes": 0}, ["/minutes"]),
        ({"minutes": 1441}, ["/minutes"]),
        ({"minutes": None}, ["/minutes"]),
        ({"minutes": 1.5}, ["/minutes"]),
        ({"label": "a" * 81}, ["/label"]),
        ({"label": "a\u202eb"}, ["/label"]),
        ({"passcode": "123"}, ["/passcode"]),
        ({"passcode": "1" * 65}, ["/passcode"]),
        ({"passcode": "   1   "}, ["/passcode"]),
        ({"minutes": 0, "label": 1, "passcode": 1, "flag": "U"}, ["/minutes", "/label", "/passcode", ""]),
    ],
)
def test_a_wish_is_refused_with_every_wrong_place(world: World, wish: dict[str, Any], pointers: list[str]) -> None:
    put(sign_in())
    answer = share(sign_in(level=2), **wish)
    assert (answer.status, [one["pointer"] for one in answer.json["errors"]]) == (422, pointers)


@pytest.mark.parametrize(
    "wish",
    [
        {"minutes": 1},
        {"minutes": 1440},
        {"label": "a" * 80},
        {"label": ""},
        {"passcode": "1234"},
        {"label": None, "passcode": None},
    ],
)
def test_a_wish_is_granted_up_to_its_limits(world: World, wish: dict[str, Any]) -> None:
    put(sign_in())
    assert share(sign_in(level=2), **wish).status == 201


def test_a_restricted_record_is_not_shared(world: World) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    call("PUT", f"{RECORD}/restriction", cookies, body={"restricted": True})
    answer = share(cookies)
    assert (answer.status, answer.json["type"]) == (403, "/problems/record-restricted")


def test_eight_links_at_a_time_and_those_that_are_over_make_room(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        put(sign_in())
        cookies = sign_in(level=2)
        for number in range(8):
            assert share(cookies, minutes=1 if number < 2 else 60).status == 201
        answer = share(cookies)
        assert (answer.status, answer.json["type"]) == (403, "/problems/too-many-shares")
        clock.shift(60)
        assert share(cookies).status == 201
    lying = [one for one in world.items("records") if one["sk"] == "share"]
    assert len(lying) == 7


@pytest.mark.parametrize("text", [None, "", "  ", 7, ["x"], "x" * 201, "a\nb"])
def test_a_reader_says_who_they_are(world: World, text: Any) -> None:
    put(sign_in())
    answer = read(token_of(made()["shlink"]), recipient=text)
    refused(answer, 422, "invalid-content")
    assert [one["pointer"] for one in answer.json["errors"]] == ["/recipient"]


def test_a_link_is_read_so_often_and_no_more(world: World) -> None:
    put(sign_in())
    token = token_of(made()["shlink"])
    world.table("records").update_item(
        Key={"pk": f"share#{shares.hash_token(token)}", "sk": "share"},
        UpdateExpression="SET times_read = :n",
        ExpressionAttributeValues={":n": 199},
    )
    assert read(token).status == 200
    refused(read(token), 404, "share-not-active")


def test_other_sites_are_told_that_they_may_ask(world: World) -> None:
    headers: Any = {"x-requested-with": None, "origin": "https://viewer.example"}
    answer = call_handler(handler, "OPTIONS", "/v1/shares/{token}", path={"token": "A" * 43}, headers=headers)
    assert (answer.status, answer.body) == (204, "")
    assert answer.headers == {
        "cache-control": "no-store",
        **{name.lower(): value for name, value in link_manifest.PREFLIGHT.items()},
        "access-control-allow-origin": "*",
    }


def test_a_share_appearing_while_the_record_goes_is_not_made(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    put(sign_in())
    cookies, others = sign_in(level=2), sign_in(level=2)
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def overtaken(self: Any, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems":
            monkeypatch.setattr(BaseClient, "_make_api_call", real)
            assert call("DELETE", RECORD, others).status == 204
        return real(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", overtaken)
    assert share(cookies).status == 404
    assert world.items("records") == []


def test_calls_to_aws_are_counted(world: World, counted: list[str]) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    counted.clear()
    found = share(cookies, passcode="4071").json
    assert counted == ["UpdateItem", "BatchGetItem", "Decrypt", "Query", "TransactWriteItems"]
    counted.clear()
    call("GET", SHARES, cookies)
    assert counted == ["UpdateItem", "BatchGetItem", "Query", "BatchGetItem", "Decrypt", "PutItem"]
    counted.clear()
    read(token_of(found["shlink"]), passcode="4071")
    assert counted == ["UpdateItem", "UpdateItem", "Query", "BatchGetItem", "Decrypt", "PutItem", "PutItem"]
    counted.clear()
    stop(cookies, found["id"])
    assert counted == ["UpdateItem", "BatchGetItem", "GetItem", "TransactWriteItems"]
    bare = token_of(share(cookies).json["shlink"])
    counted.clear()
    read(bare)
    assert counted == ["UpdateItem", "Query", "BatchGetItem", "Decrypt", "PutItem", "PutItem"]


@pytest.mark.parametrize("at", range(1, 8))
def test_a_fault_while_reading_shows_nothing_and_costs_no_try(
    world: World, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    put(sign_in())
    token = token_of(made(passcode="4071")["shlink"])
    with monkeypatch.context() as patch:
        Fault(patch, at, THROTTLED, after=False)
        answer = read(token, passcode="4071")
    assert (answer.status, "files" in answer.json) == (503, False)
    left = read(token).json["remainingAttempts"]
    assert left == (4 if at == 2 else 5)  # the try that could not be given back is gone: the safe side


def test_a_facility_at_the_desk_reads_by_the_token_for_thirty_minutes(world: World) -> None:
    with time_machine.travel(NOW, tick=False):
        put(sign_in())
        token, short = token_of(made(minutes=60)["shlink"]), token_of(made(minutes=10)["shlink"])
        locked = token_of(made(passcode="4071")["shlink"])
        start = int(time.time())
        found = shares.find_desk_share("records", token, start + 1799)
        assert found is not None
        assert found.record_id == RECORD_ID
        assert shares.find_desk_share("records", token, start + 1800) is None
        assert shares.find_desk_share("records", short, start + 599) is not None
        assert shares.find_desk_share("records", short, start + 600) is None
        for other in (locked, "A" * 43, "x"):
            assert shares.find_desk_share("records", other, start) is None
