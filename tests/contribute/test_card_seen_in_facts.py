"""Whatever changes that a card was seen rewrites all rows of the person in `facts`, however it is interrupted."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError

from tests.conftest import World
from tests.contribute.bundles import visit
from tests.contribute.cards import NUMBER, verify
from tests.contribute.test_many_diagnoses import many
from tests.declare import people
from tests.facility_desk import Desk, register
from tests.hospital_file.files import episode_file
from tests.put_at_once import phone_of

BORN = "1960-05-17"
WHY = "the person brought the card"
PROVIDER = "79999"


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code=PROVIDER)


def declare(account: str = people.ALICE, record_id: str = people.RECORD_ID, **changes: Any) -> str:
    body = people.declaration(identity_national_id={"valueString": NUMBER}, identity_insurance_number=None, **changes)
    assert people.put(people.sign_in(account), body, record_id=record_id).status == 201
    return record_id


def seen_in_rows(world: World, *, kind: str = "") -> list[bool]:
    return [row["card_seen"] for row in world.items("facts") if row["sk"].startswith(kind)]


def waiting(world: World) -> list[str]:
    return [item["sk"] for item in world.items("records") if item["pk"] == "recounting"]


def work_off() -> Any:
    from functions.declare.handler import handler

    return handler({"task": "resume-erasures"}, None)


def test_a_card_that_is_seen_rewrites_the_resident_and_every_diagnosis(world: World, desk: Desk) -> None:
    person = declare()
    assert desk.transaction(visit(person)).status == 200
    rows = world.items("facts")
    assert [row["card_seen"] for row in rows] == [False, False]
    assert len({row["account"] for row in rows}) == 1
    assert verify(desk, person, born=BORN).status == 200
    assert world.items("facts") == [row | {"card_seen": True} for row in rows]
    assert waiting(world) == []
    assert desk.transaction(visit(person, onsetDateTime="2026-11-19")).status == 200
    assert people.put(people.sign_in(level=2), version=1).status == 200
    assert seen_in_rows(world) == [True, True], "later rows say it too"


def test_more_rows_than_one_transaction_takes_are_all_rewritten(world: World, desk: Desk) -> None:
    person = declare()
    assert desk.transaction(many(person, 85)).status == 200
    (pk,) = {row["pk"] for row in world.items("facts")}
    for number in range(20):
        world.table("facts").put_item(Item={"pk": pk, "sk": f"diagnosis#{number:032x}", "card_seen": False})
    assert verify(desk, person, born=BORN).status == 200
    assert seen_in_rows(world) == [True] * 106
    assert waiting(world) == []


def test_a_card_seen_at_reception_rewrites_them_too(world: World, desk: Desk) -> None:
    declare()
    file = episode_file(NUMBER, BORN, people.NAME, phone_of(people.ALICE))
    assert desk.hospital_file(file, card_seen=[f"LK{NUMBER}"]).json["entry"][0]["response"]["status"][:3] == "201"
    rows = world.items("facts")
    assert len(rows) > 1
    assert {row["card_seen"] for row in rows} == {True}
    assert len({row["account"] for row in rows}) == 1


@pytest.mark.parametrize("action", ["keep", "join", "release"])
def test_whoever_loses_the_number_counts_as_declared_again(world: World, desk: Desk, action: str) -> None:
    loser, owner = declare(), declare(people.BOB, people.OTHER_ID)
    assert desk.transaction(visit(loser)).status == 200
    assert verify(desk, loser, born=BORN).status == 200
    assert sorted(seen_in_rows(world)) == [False, True, True]
    assert verify(desk, owner, born=BORN, reason=WHY, settle={loser: action}).status == 200
    assert sorted(seen_in_rows(world)) == ([True] if action == "join" else [False, False, True])
    assert waiting(world) == []


def test_who_is_not_counted_has_no_rows_and_nothing_waits(world: World, desk: Desk) -> None:
    person = declare(consent_statistics={"valueBoolean": False})
    assert verify(desk, person, born=BORN).status == 200
    assert (world.items("facts"), waiting(world)) == ([], [])


class After:
    """The AWS calls of the handlers after the transaction that saw the card: `then` is done before each of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, then: Callable[[int], None]) -> None:
        self.calls, self.done = 0, False
        real: Any = BaseClient._make_api_call  # type: ignore[attr-defined]

        def watching(client: Any, operation: str, arguments: Any) -> Any:
            if self.done:
                self.calls += 1
                then(self.calls)
            answer = real(client, operation, arguments)
            self.done = self.done or "recounting" in str(arguments)
            return answer

        monkeypatch.setattr(BaseClient, "_make_api_call", watching)


@pytest.mark.parametrize("broken", [1, 2])
def test_what_breaks_after_the_card_was_seen_is_gone_on_with_every_hour(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch, broken: int
) -> None:
    person = declare()
    desk.transaction(visit(person))

    def break_off(call: int) -> None:
        if call == broken:
            raise EndpointConnectionError(endpoint_url="https://dynamodb")

    with monkeypatch.context() as patch:
        After(patch, break_off)
        assert verify(desk, person, born=BORN, permit_pin=False).status == 200
    assert seen_in_rows(world) == [False, False]
    assert waiting(world) == [f"record#{person}"]
    assert work_off() == {"erasures": 0, "recounts": 1}
    assert seen_in_rows(world) == [True, True]
    assert (waiting(world), work_off()) == ([], {"erasures": 0, "recounts": 0})


@pytest.mark.parametrize("then", ["withdrawn", "erased"])
def test_what_waits_for_a_person_who_is_no_longer_counted_only_goes_off_the_list(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    person = declare()
    with monkeypatch.context() as patch:
        patch.setattr("health_record.record.counted_assurance.rewrite_rows", lambda *_, **__: None)
        assert verify(desk, person, born=BORN).status == 200
    assert waiting(world) == [f"record#{person}"]
    if then == "erased":
        assert people.call("DELETE", people.RECORD, people.sign_in(level=2)).status == 204
    else:
        body = {"purpose": "statistics", "given": False, "text_version": "1.0.0", "language": "vi"}
        changed = people.call("PUT", "/v1/records/{id}/consents", people.sign_in(level=2), body=body)
        assert changed.status == 200
    assert work_off() == {"erasures": 0, "recounts": 1}
    assert (world.items("facts"), waiting(world)) == ([], [])


def before_first_transaction(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    real: Any = BaseClient._make_api_call  # type: ignore[attr-defined]
    seen: list[str] = []

    def changing(client: Any, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems" and not seen:
            seen.append(operation)
            with monkeypatch.context() as patch:
                patch.setattr(BaseClient, "_make_api_call", real)
                change()
        return real(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", changing)


def test_no_row_that_is_written_at_the_same_moment_says_what_was_true_before(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = declare()
    with monkeypatch.context() as patch:
        before_first_transaction(patch, lambda: verify(desk, person, born=BORN))
        assert desk.transaction(visit(person)).status == 200
    assert seen_in_rows(world) == [True, True]


def test_no_consent_that_is_given_at_the_same_moment_says_what_was_true_before(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = declare(consent_statistics={"valueBoolean": False})
    body = {"purpose": "statistics", "given": True, "text_version": "1.0.0", "language": "vi"}
    with monkeypatch.context() as patch:
        before_first_transaction(patch, lambda: verify(desk, person, born=BORN))
        assert people.call("PUT", "/v1/records/{id}/consents", people.sign_in(level=2), body=body).status == 200
    assert seen_in_rows(world) == [True]


def test_the_rows_take_two_calls_more_and_none_where_nothing_changes(
    world: World, desk: Desk, counted: list[str]
) -> None:
    person = declare()
    assert desk.transaction(visit(person)).status == 200  # the environment is warm from here
    looked_up = ["BatchGetItem", "Decrypt", "BatchGetItem", "Query", "BatchGetItem"]
    before = [*looked_up, "UpdateItem", "UpdateItem", "TransactWriteItems"]
    for rows in (["Query", "TransactWriteItems"], []):
        counted.clear()
        assert verify(desk, person, born=BORN, permit_pin=False).status == 200
        assert counted == [*before, *rows]
