"""A transaction whose members have names: what is tried again, what is left out, and what is told."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from health_record.aws import transaction
from health_record.aws.dynamo import to_wire
from health_record.aws.transaction import ConditionFailedError, Transaction
from tests.conftest import World

CONFLICT, THROTTLED, CONDITION = "TransactionConflict", "ThrottlingError", "ConditionalCheckFailed"
Refuse = Callable[..., list[int]]


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Refuse:
    """`refuse([{1: code}, ...])`: each try in turn is cancelled for these members; the sizes of all tries."""
    monkeypatch.setattr(transaction, "PAUSE_SECONDS", 0)

    def refusing(reasons: list[dict[int, str]]) -> list[int]:
        real: Callable[[Any, str, Any], Any] = BaseClient._make_api_call  # type: ignore[attr-defined]
        sizes: list[int] = []

        def call(client: Any, operation: str, request: Any) -> Any:
            if operation != "TransactWriteItems":
                return real(client, operation, request)
            sizes.append(len(request["TransactItems"]))
            if len(sizes) > len(reasons):
                return real(client, operation, request)
            codes = [{"Code": reasons[len(sizes) - 1].get(place, "None")} for place in range(sizes[-1])]
            told: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": codes}
            raise ClientError(told, operation)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        return sizes

    return refusing


def put(number: int) -> dict[str, Any]:
    return {"Put": {"TableName": "records", "Item": to_wire({"pk": f"record#{number}", "sk": "meta"})}}


def made() -> Transaction:
    """Two members that must be, and one that may be."""
    found = Transaction()
    found.add("first", put(1))
    found.add("second", put(2))
    found.add("counter", put(3), dispensable=True)
    return found


def kept(world: World) -> list[str]:
    return sorted(item["pk"][-1] for item in world.items("records"))


@pytest.mark.parametrize(
    ("reasons", "sizes"),
    [
        ([], [3]),
        ([{0: CONFLICT}], [3, 3]),
        ([{0: CONFLICT}, {1: CONFLICT}], [3, 3, 3]),
        ([{0: CONFLICT}, {1: CONFLICT}] * 2, [3, 3, 3, 3, 2]),
        ([{2: CONFLICT}], [3, 3]),
        ([{2: CONFLICT}] * 4, [3, 3, 3, 3, 2]),
        ([{2: THROTTLED}], [3, 2]),
        ([{2: CONDITION}], [3, 2]),
        ([{0: CONFLICT, 2: THROTTLED}], [3, 2]),
        ([{0: CONFLICT, 2: CONFLICT}, {0: CONFLICT}], [3, 3, 3]),
        ([{2: THROTTLED}, {0: CONFLICT}], [3, 2, 2]),
    ],
)
def test_conflicts_are_tried_again_and_what_can_be_spared_is_left_out(
    world: World, refuse: Refuse, reasons: list[dict[int, str]], sizes: list[int]
) -> None:
    tried = refuse(reasons)
    made().commit()
    assert tried == sizes
    assert kept(world) == ["1", "2", "3"][: sizes[-1]]


@pytest.mark.parametrize(
    "reasons", [[{0: CONFLICT}] * 5, [{0: THROTTLED}], [{2: CONFLICT}, {0: CONFLICT}, *[{1: CONFLICT}] * 3]]
)
def test_what_goes_on_is_raised_and_nothing_is_written(
    world: World, refuse: Refuse, reasons: list[dict[int, str]]
) -> None:
    refuse(reasons)
    with pytest.raises(ClientError):
        made().commit()
    assert kept(world) == []


def test_a_condition_names_its_member_and_is_not_tried_again(world: World, refuse: Refuse) -> None:
    tried = refuse([{1: CONDITION, 2: CONDITION, 0: CONFLICT}])
    with pytest.raises(ConditionFailedError) as refused:
        made().commit()
    assert (refused.value.names, tried, kept(world)) == ({"second"}, [3], [])
