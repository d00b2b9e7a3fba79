"""A poster's counters: spread over rows where transactions take part, and dispensable there."""

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from health_record import funnel
from health_record.aws.transaction import Transaction
from tests.conftest import World

POSTER, DAY = "26911-01-k7w2m9qd", "2026-11-23"


def test_what_transactions_count_is_spread_over_sixteen_rows_and_sums_up(world: World) -> None:
    for _ in range(200):
        transaction = Transaction()
        funnel.count_in_transaction(transaction, "facts", POSTER, DAY, "codes")
        transaction.commit()
    rows = world.items("facts")
    assert {(row["pk"], row["sk"]) for row in rows} <= {(f"poster#{POSTER}", f"day#{DAY}#{row}") for row in range(16)}
    assert (len(rows) > 8, sum(row["codes"] for row in rows)) == (True, 200)


def told(code: str, status: int) -> ClientError:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "UpdateItem")


def visit_failing_with(error: Exception) -> None:
    def failing(*_: object) -> None:
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", failing)
        funnel.count_visit("facts", POSTER, DAY)


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://aws.example"),
        ConnectionClosedError(endpoint_url="https://aws.example"),
        told("InternalServerError", 500),
        told("503", 503),
    ],
)
def test_a_visit_that_may_have_been_counted_raises_nothing(world: World, error: Exception) -> None:
    visit_failing_with(error)


@pytest.mark.parametrize(
    "error",
    [
        told("ThrottlingException", 400),
        ConnectTimeoutError(endpoint_url="https://aws.example"),
        EndpointConnectionError(endpoint_url="https://aws.example"),
        KeyError("x"),
    ],
)
def test_a_visit_that_was_not_counted_raises(world: World, error: Exception) -> None:
    with pytest.raises(type(error)):
        visit_failing_with(error)
