"""Bundles whose facts do not fit into one transaction: corrected, broken off between two, and repeated."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.conftest import World
from tests.contribute.bundles import bundle, condition, status
from tests.facility_desk import Desk, Resident, register, store_resident

ApiCall = Callable[[Any, str, Any], Any]
EARLIER, LATER = "2026-11-19", "2026-11-20"


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


def many(person: str, number: int, **changes: Any) -> dict[str, Any]:
    """As many Conditions, the same ids each time."""
    return bundle(
        *(
            condition(
                person, **{"id": f"0d4f8a6e-3a51-4a3c-9b56-{place:012x}", "encounter": {"display": "x"}, **changes}
            )
            for place in range(number)
        )
    )


def in_error(person: str, number: int) -> dict[str, Any]:
    wrong = many(person, number, verificationStatus=status("condition-ver-status", "entered-in-error"))
    for entry in wrong["entry"]:
        del entry["resource"]["clinicalStatus"]
    return wrong


def onsets(world: World) -> list[str]:
    return [item["onset"] for item in world.items("facts") if item["sk"].startswith("diagnosis#")]


class Writes:
    """Sees every transaction before it is made; `before(number, real)` may change the world or raise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, before: Callable[[int], None] = lambda _: None) -> None:
        self.sizes: list[int] = []
        real: ApiCall = BaseClient._make_api_call  # type: ignore[attr-defined]

        def seen(client: Any, operation: str, arguments: Any) -> Any:
            if operation == "TransactWriteItems":
                self.sizes.append(len(arguments["TransactItems"]))
                before(len(self.sizes))
            return real(client, operation, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", seen)


def correct(monkeypatch: pytest.MonkeyPatch, desk: Desk, sent: dict[str, Any]) -> list[int]:
    with monkeypatch.context() as patch:
        writes = Writes(patch)
        answer = desk.transaction(sent)
    assert answer.status == 200, answer.body
    return writes.sizes


@pytest.mark.parametrize(
    ("number", "sizes"), [(48, [98]), (49, [100]), (50, [100, 3]), (66, [100, 35]), (67, [100, 37]), (90, [100, 83])]
)
def test_corrected_diagnoses_are_counted_once_however_many(
    world: World, person: str, monkeypatch: pytest.MonkeyPatch, number: int, sizes: list[int]
) -> None:
    desk = register(world)
    assert desk.transaction(many(person, number, onsetDateTime=EARLIER)).status == 200
    assert correct(monkeypatch, desk, many(person, number, onsetDateTime=LATER)) == sizes
    assert onsets(world) == [LATER] * number
    assert correct(monkeypatch, desk, in_error(person, number)) == sizes
    assert onsets(world) == []


@pytest.mark.parametrize(
    ("wish", "left"), [(lambda p: many(p, 90, onsetDateTime=LATER), 90), (lambda p: in_error(p, 90), 0)]
)
def test_what_broke_off_between_two_transactions_is_healed_by_a_repeat(
    world: World, person: str, monkeypatch: pytest.MonkeyPatch, wish: Callable[[str], dict[str, Any]], left: int
) -> None:
    desk = register(world)
    desk.transaction(many(person, 90, onsetDateTime=EARLIER))

    def crash(number: int) -> None:
        if number == 2:
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

    with monkeypatch.context() as patch:
        Writes(patch, crash)
        assert desk.transaction(wish(person)).status == 503
    assert onsets(world).count(EARLIER) == 82
    repeated = desk.transaction(wish(person))
    assert {each["response"]["etag"] for each in repeated.json["entry"]} == {'W/"2"'}
    assert onsets(world) == [LATER] * left


def test_consent_withdrawn_between_two_transactions_counts_for_the_rest(
    world: World, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = register(world)

    def withdraw(number: int) -> None:
        if number == 2:
            world.table("records").update_item(
                Key={"pk": f"record#{person}", "sk": "meta"},
                UpdateExpression="SET #statistics = :no",
                ExpressionAttributeNames={"#statistics": "statistics"},
                ExpressionAttributeValues={":no": False},
            )

    Writes(monkeypatch, withdraw)
    assert desk.transaction(many(person, 90)).status == 200
    assert len(onsets(world)) == 8


@pytest.mark.parametrize(("conflicts", "status_", "counted"), [(4, 200, 90), (5, 503, 8)])
def test_a_conflict_in_the_rest_is_tried_again(
    world: World, person: str, monkeypatch: pytest.MonkeyPatch, conflicts: int, status_: int, counted: int
) -> None:
    desk = register(world)

    def conflict(number: int) -> None:
        if 2 <= number < 2 + conflicts:
            reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
            response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(response, "TransactWriteItems")

    Writes(monkeypatch, conflict)
    assert desk.transaction(many(person, 90)).status == status_
    assert len(onsets(world)) == counted
