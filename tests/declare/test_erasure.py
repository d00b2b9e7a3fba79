"""Erasure: the key, the pointers and the facts first, the rest by a sweep that goes on where it broke."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from botocore.client import BaseClient
from botocore.exceptions import ClientError, EndpointConnectionError

from functions.declare import erasure
from functions.declare.handler import handler
from health_record.aws import transaction
from health_record.errors import UnavailableError
from health_record.identity import pin_scope, sessions
from tests.conftest import Answer, World
from tests.declare.people import (
    ALICE,
    BOB,
    NAME,
    OTHER_ID,
    RECORD,
    RECORD_ID,
    call,
    declaration,
    dump,
    number_pks,
    put,
    put_verified,
    sign_in,
)
from tests.put_at_once import put_session

THIRD_ID = "b52d4f13-0a68-4d4b-9a56-6f0a5f1c7d33"
FOURTH_ID = "c9a0f0de-5d0a-4f43-8a52-2c1d1f7b9e44"
NUMBERLESS = declaration(identity_national_id=None, identity_insurance_number=None)
Overtaken = Callable[[Callable[[], Answer], Callable[[], Answer]], tuple[Answer, Answer]]


def everything(world: World) -> str:
    return dump([item for name in ("records", "keys", "facts") for item in world.items(name)])


def keys_of(world: World) -> list[dict[str, Any]]:
    return [one for one in world.items("keys") if one["pk"].startswith("record#")]


def resume_erasures() -> Any:
    return handler({"task": "resume-erasures"}, None)


def test_an_erased_record_leaves_nothing_but_the_audit(world: World) -> None:
    put(sign_in())
    put(sign_in(level=2), declaration(measurements_weight=None), version=1)
    for sk in [f"contribution#Observation#{number:03}#000001" for number in range(60)]:
        world.table("records").put_item(Item={"pk": f"record#{RECORD_ID}", "sk": sk, "sealed": b"x"})
    (pk,) = {one["pk"] for one in world.items("facts")}
    for number in range(60):
        world.table("facts").put_item(Item={"pk": pk, "sk": f"diagnosis#2026-11-20#{number:03}"})
    cookies = sign_in(level=2)
    answer = call("DELETE", RECORD, cookies)
    assert (answer.status, answer.body) == (204, "")
    assert [sorted(one) for one in world.items("keys")] == [["erased_at", "pk"]]
    assert world.items("facts") == world.items("records") == []
    assert [one["action"] for one in world.items("audit")].count("erase") == 1
    assert call("GET", "/v1/records", cookies).json == {"records": []}
    assert call("DELETE", RECORD, cookies).status == call("GET", RECORD, cookies).status == 404


def test_a_verified_number_is_free_after_erasure_and_another_records_is_not(world: World) -> None:
    put(sign_in())
    put(sign_in(BOB), record_id=OTHER_ID)
    pks = number_pks(world)
    put_verified(world, pks[0], RECORD_ID)
    put_verified(world, pks[1], OTHER_ID)
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    left = sorted(one["pk"] for one in world.items("keys") if one["pk"].startswith("identifier#"))
    assert left == [f"{pks[0]}#{OTHER_ID}", pks[1], f"{pks[1]}#{OTHER_ID}"]


def test_the_sessions_of_an_ended_account_go_on_elsewhere_or_are_deleted(world: World) -> None:
    """A session holds its phone beside the account, which old backups of `records` know."""
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False):
        put(sign_in())
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False):
        mine, another = sign_in(level=2), sign_in()
        assert call("DELETE", RECORD, mine).status == 204
        kept = [item for item in world.items("access") if item["pk"].startswith("session#")]
        assert len(kept) == len({item["account"] for item in kept} - {ALICE}) == 2
        assert {int(item["level"]) for item in kept} == {1}
        assert [call("GET", "/v1/records", cookies).json for cookies in (mine, another)] == [{"records": []}] * 2
        assert put(another).status == 412, "the id of an erased record is not taken again"
        assert put(another, record_id=OTHER_ID).status == 201
        assert [len(call("GET", "/v1/records", cookies).json["records"]) for cookies in (mine, another)] == [0, 1]


@pytest.mark.parametrize("survived", range(1, 20))
def test_a_broken_erasure_shows_nothing_and_is_resumed(
    world: World, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    real = BaseClient._make_api_call  # type: ignore[attr-defined]
    calls: list[str] = []

    def breaking(self: Any, operation: str, arguments: Any) -> Any:
        calls.append(operation)
        if len(calls) > survived + 1:  # the session's own call, then `survived` more
            raise EndpointConnectionError(endpoint_url="https://dynamodb")
        return real(self, operation, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", breaking)
        assert call("DELETE", RECORD, cookies).status == 503
    if survived >= 2:
        assert call("GET", RECORD, cookies).status == 404
        assert put(cookies, version=1).status == 404
        assert call("GET", "/v1/records", cookies).json == {"records": []}
    if not keys_of(world):
        assert world.items("facts") == []
        assert not [one for one in world.items("keys") if one["pk"].startswith("identifier#")]
    assert resume_erasures() == {"erasures": 1 if survived >= 2 else 0, "recounts": 0}
    assert call("DELETE", RECORD, cookies).status == (404 if survived >= 2 else 204)
    assert RECORD_ID not in everything(world)


def test_an_erasure_that_breaks_again_stops_no_other_and_is_told(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for record_id in (RECORD_ID, OTHER_ID):
        put(sign_in(), NUMBERLESS, record_id=record_id)
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def breaking(self: Any, operation: str, arguments: Any) -> Any:
        if OTHER_ID in str(arguments) and operation == "BatchGetItem" and breaks:
            raise EndpointConnectionError(endpoint_url=f"https://dynamodb/{OTHER_ID}")
        return real(self, operation, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "finish", lambda record_id: None)  # the process ends right after the mark
        for record_id in (RECORD_ID, OTHER_ID):
            assert call("DELETE", RECORD, sign_in(level=2), record_id=record_id).status == 204
    assert len(keys_of(world)) == 2
    breaks = True
    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", breaking)
        with pytest.raises(UnavailableError):
            resume_erasures()
    assert OTHER_ID not in caplog.text
    assert "ErasureSweepSucceeded" not in capsys.readouterr().out, "an alarm waits for it"
    assert [one["pk"] for one in keys_of(world)] == [f"record#{OTHER_ID}"]
    assert resume_erasures() == {"erasures": 1, "recounts": 0}
    assert '"ErasureSweepSucceeded":[1.0]' in capsys.readouterr().out
    assert resume_erasures() == {"erasures": 0, "recounts": 0}
    assert everything(world).count("record#") == 0


def test_nobody_takes_the_id_of_an_erased_record_and_reads_who_looked(world: World) -> None:
    put(sign_in())
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    assert put(sign_in(BOB), NUMBERLESS).status == 412
    assert put(sign_in(), NUMBERLESS).status == 412
    assert call("GET", "/v1/records/{id}/accesses", sign_in(BOB, level=2)).status == 404


def test_a_backup_of_records_restored_beside_it_shows_nobody(world: World) -> None:
    put(sign_in())
    backup = world.items("records")
    call("DELETE", RECORD, sign_in(level=2))
    for item in backup:
        world.table("records").put_item(Item=item)
    cookies = sign_in(level=2)
    assert call("GET", RECORD, cookies).status == 404
    assert call("GET", "/v1/records", cookies).json == {"records": []}
    assert NAME not in everything(world)


def test_erasing_one_record_of_a_family_leaves_the_others(world: World) -> None:
    put(sign_in(), NUMBERLESS)
    put(sign_in(), NUMBERLESS, record_id=OTHER_ID)
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    assert call("GET", RECORD, sign_in(level=2), record_id=OTHER_ID).status == 200
    assert len(world.items("facts")) == len(keys_of(world)) == 1
    assert put(sign_in(), NUMBERLESS, record_id=THIRD_ID).status == 201


def kept_of(world: World, account: str) -> list[str]:
    return sorted(one["sk"] for one in world.items("access") if one["pk"] == f"account#{account}")


def test_with_the_last_record_goes_what_would_bind_the_numbers_next_owner(world: World) -> None:
    put(sign_in(), NUMBERLESS)
    put(sign_in(), NUMBERLESS, record_id=OTHER_ID)
    put(sign_in(BOB), NUMBERLESS, record_id=THIRD_ID)
    for account in (ALICE, BOB):
        world.table("access").put_item(Item={"pk": f"account#{account}", "sk": "pin", "mac": "x"})
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    assert kept_of(world, ALICE) == ["pin", "state"]
    assert call("DELETE", RECORD, sign_in(level=2), record_id=OTHER_ID).status == 204
    assert kept_of(world, ALICE) == []
    assert kept_of(world, BOB) == ["pin", "state"]
    put(next_owner := sign_in(), NUMBERLESS, record_id=FOURTH_ID)
    state = next(one for one in world.items("access") if one["pk"] == f"account#{ALICE}")
    assert state["first_session"] == sessions.hash_token(next_owner[sessions.COOKIE])


@pytest.fixture
def overtaken(monkeypatch: pytest.MonkeyPatch) -> Overtaken:
    """`overtaken(erase, other)`: call `erase`, and `other` just before its key, pointers and account go."""

    def run(erase: Callable[[], Answer], other: Callable[[], Answer]) -> tuple[Answer, Answer]:
        real = BaseClient._make_api_call  # type: ignore[attr-defined]
        met: list[Answer] = []

        def meeting(self: Any, operation: str, arguments: Any) -> Any:
            if not met and operation == "TransactWriteItems" and "erasing" not in str(arguments):
                patch.setattr(BaseClient, "_make_api_call", real)
                met.append(other())
            return real(self, operation, arguments)

        with monkeypatch.context() as patch:
            patch.setattr(BaseClient, "_make_api_call", meeting)
            answer = erase()
        return answer, met[0]

    return run


def test_two_last_records_erased_at_once_leave_no_account(world: World, overtaken: Overtaken) -> None:
    put(sign_in(), NUMBERLESS)
    put(sign_in(), NUMBERLESS, record_id=OTHER_ID)
    first, second = sign_in(level=2), sign_in(level=2)
    answers = overtaken(
        lambda: call("DELETE", RECORD, first), lambda: call("DELETE", RECORD, second, record_id=OTHER_ID)
    )
    assert [answer.status for answer in answers] == [204, 204]
    assert world.items("records") == []
    assert kept_of(world, ALICE) == []


def test_a_record_made_while_the_last_one_is_erased_keeps_its_account(world: World, overtaken: Overtaken) -> None:
    put(sign_in(), NUMBERLESS)
    own, other = sign_in(level=2), sign_in()
    answers = overtaken(lambda: call("DELETE", RECORD, own), lambda: put(other, NUMBERLESS, record_id=OTHER_ID))
    assert [answer.status for answer in answers] == [204, 201]
    account = next(one for one in world.items("records") if one["sk"] == "account")
    assert account["held"] == 1
    assert kept_of(world, ALICE) == ["state"]


def test_the_pointer_of_an_episode_goes_with_its_record_and_another_persons_stays(world: World) -> None:
    put(sign_in())
    own, moved = f"episode#{'a' * 64}", f"episode#{'b' * 64}"
    for pk, record in ((own, RECORD_ID), (moved, OTHER_ID)):
        world.table("keys").put_item(Item={"pk": pk, "record_id": record, "version": 1})
        head = {"pk": f"record#{RECORD_ID}", "sk": f"episode#{pk[-4:]}", "sealed": b"x", "pointer": pk}
        world.table("records").put_item(Item=head)
        world.table("records").put_item(Item={**head, "sk": f"~{head['sk']}#000001#00"})
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    assert [item["pk"] for item in world.items("keys") if item["pk"].startswith("episode#")] == [moved]
    assert world.items("records") == []


@pytest.mark.parametrize(("later", "status"), [(299, 204), (300, 403)])
def test_five_minutes_after_the_pin_an_erasure_asks_for_it_again(world: World, later: int, status: int) -> None:
    put(sign_in())
    with time_machine.travel(1_795_399_200, tick=False) as clock:
        cookies = sign_in(level=2)
        clock.shift(later)
        answer = call("DELETE", RECORD, cookies)
    assert answer.status == status
    if status == 403:
        assert answer.json["type"] == "/problems/pin-needed-again"
        assert call("GET", RECORD, sign_in(level=2)).status == 200


def test_what_the_session_itself_created_is_erased_without_a_pin_and_nothing_else(world: World) -> None:
    cookies = sign_in()
    put(cookies)
    assert call("DELETE", RECORD, sign_in()).status == 403
    assert call("DELETE", RECORD, cookies).status == 204


def two_with_a_pin(world: World) -> dict[str, str]:
    """Two records of an account that a PIN opens; the cookies of its session."""
    put(sign_in(), NUMBERLESS)
    put(sign_in(), NUMBERLESS, record_id=OTHER_ID)
    slot = {"since": 1, "session": "x", "devices": ["d"], "opened": {OTHER_ID}, f"opened#{RECORD_ID}": True}
    alone = {"since": 2, "session": "y", "devices": [], "opened": {RECORD_ID}}
    world.table("access").put_item(
        Item={"pk": f"account#{ALICE}", "sk": "pin", "version": 1, "slots": {"one": slot, "two": alone}}
    )
    return {sessions.COOKIE: put_session(ALICE, level=2, generation="one")[0]}


def marks(world: World) -> tuple[set[str], dict[str, Any]]:
    items = {one["sk"]: one for one in world.items("access") if one["pk"] == f"account#{ALICE}"}
    made = {sessions.parse_made(mark)[0] for mark in items["state"]["made"]}
    return made, {name: pin_scope.opened_by(slot) for name, slot in items["pin"]["slots"].items()}


def test_an_erasure_that_meets_other_writes_leaves_no_mark_in_its_account(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookies, left = two_with_a_pin(world), [transaction.ATTEMPTS - 1]
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def conflicting(client: Any, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems" and "erasing" not in str(arguments) and left[0]:
            left[0] -= 1
            reasons = [{"Code": "TransactionConflict"}] + [{"Code": "None"}] * (len(arguments["TransactItems"]) - 1)
            response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(response, operation)
        return real(client, operation, arguments)

    monkeypatch.setattr(transaction, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(BaseClient, "_make_api_call", conflicting)
    assert call("DELETE", RECORD, cookies).status == 204
    assert left == [0]
    assert RECORD_ID not in str(marks(world))
    assert marks(world)[1] == {"one": {OTHER_ID}, "two": set()}


def test_a_pin_that_changes_while_a_record_is_erased_is_read_anew(world: World, overtaken: Overtaken) -> None:
    cookies = two_with_a_pin(world)

    def replace_pin() -> Answer:
        slot = {"since": 1, "session": "x", "devices": ["d", "e"], "opened": {RECORD_ID, OTHER_ID}}
        world.table("access").put_item(
            Item={"pk": f"account#{ALICE}", "sk": "pin", "version": 2, "slots": {"one": slot, "three": slot}}
        )
        return Answer(204, {}, [], "")

    answer, _ = overtaken(lambda: call("DELETE", RECORD, cookies), replace_pin)
    assert answer.status == 204
    assert marks(world)[1] == {"one": {OTHER_ID}, "three": {OTHER_ID}}
    (pin,) = [one for one in world.items("access") if one["pk"] == f"account#{ALICE}" and one["sk"] == "pin"]
    assert (pin["slots"]["one"]["devices"], pin["version"]) == (["d", "e"], 3)


def test_an_erasure_changes_a_set_at_the_top_of_an_item_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a set in a map AWS promises no ADD and no DELETE: both work on attributes at the top."""
    cookies, written = two_with_a_pin(world), []
    real = BaseClient._make_api_call  # type: ignore[attr-defined]

    def noting(client: Any, operation: str, arguments: Any) -> Any:
        written.extend(re.findall(r"(?:UpdateExpression': ')([^']*)", str(arguments)))
        return real(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", noting)
    assert call("DELETE", RECORD, cookies).status == 204
    assert any("slots." in one for one in written)
    assert not [one for one in written if re.search(r"(ADD|DELETE) [^A-Z]*\.", one)]
