"""Writes that count once although their first answer was lost and botocore asks again."""

import contextlib
from collections.abc import Iterator
from typing import Any

import botocore.endpoint
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

from health_record.aws import idempotent_write
from health_record.aws.dynamo import is_condition_failure, read_conflicting_item, to_wire
from tests.conftest import World

KEY = {"pk": "budget#1", "sk": "window"}


@contextlib.contextmanager
def losing_the_first_answer(meanwhile: Any = None) -> Iterator[None]:
    """The first request is served, `meanwhile` happens, and no answer comes."""
    real, lost = BotocoreStubber.process_request, [False]

    def served(self: Any, request: Any) -> Any:
        answer = real(self, request)
        if lost[0]:
            return answer
        lost[0] = True
        if meanwhile:
            meanwhile()
        raise ReadTimeoutError(endpoint_url="https://aws.example")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BotocoreStubber, "process_request", served)
        patch.setattr(botocore.endpoint.time, "sleep", lambda _: None)
        yield


def add(limit: int = 9) -> int:
    """Count one, up to `limit`; what is counted then."""
    kept = idempotent_write.update_item(
        {
            "TableName": "access",
            "Key": to_wire(KEY),
            "UpdateExpression": "ADD n :one",
            "ConditionExpression": "attribute_not_exists(n) OR n < :limit",
            "ExpressionAttributeValues": to_wire({":one": 1, ":limit": limit}),
        }
    )
    return int(kept["n"])


def test_an_addition_whose_answer_is_lost_counts_once(world: World) -> None:
    assert add() == 1
    with losing_the_first_answer():
        assert add() == 2
    assert world.items("access")[0]["n"] == 2


def test_the_last_one_within_a_limit_is_not_refused_by_its_own_second_try(world: World) -> None:
    add()
    with losing_the_first_answer():
        assert add(limit=2) == 2
    with pytest.raises(ClientError) as refused:
        add(limit=2)
    assert is_condition_failure(refused.value)
    assert (read_conflicting_item(refused.value) or {})["n"] == 2


def test_with_another_writer_in_between_it_may_count_twice_and_never_too_little(world: World) -> None:
    with losing_the_first_answer(meanwhile=add):
        assert add() == 3
    assert world.items("access")[0]["n"] == 3


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("SET n = :n", {":n": 7}),
        ("SET n = :n REMOVE m", {":n": 7}),
        ("ADD n :n", {":n": 7}),
        ("ADD n :n SET m = :n", {":n": 7}),
    ],
)
def test_any_update_can_be_made_so(world: World, expression: str, values: dict[str, int]) -> None:
    request = {"TableName": "access", "Key": to_wire(KEY), "UpdateExpression": expression}
    with losing_the_first_answer():
        kept = idempotent_write.update_item({**request, "ExpressionAttributeValues": to_wire(values)})
    assert (kept["n"], len(kept[idempotent_write.CALL])) == (7, 16)


def test_a_new_item_whose_answer_is_lost_is_there_and_anothers_is_told(world: World) -> None:
    item = {"pk": "resident#1", "action": "read"}
    with losing_the_first_answer():
        idempotent_write.put_item("audit", to_wire(item))
    with pytest.raises(ClientError) as refused:
        idempotent_write.put_item("audit", to_wire(item))
    assert (read_conflicting_item(refused.value) or {})["action"] == "read"
    assert len(world.items("audit")) == 1
