"""A poster's counters: spread over rows where transactions take part, and dispensable there."""

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

from health_record import funnel
from health_record.transaction import Transaction
from tests.conftest import World

POSTER, DAY = "26911-01-k7w2m9qd", "2026-11-23"


def test_what_transactions_count_is_spread_over_sixteen_rows_and_sums_up(world: World) -> None:
    for _ in range(200):
        transaction = Transaction()
        funnel.count_with(transaction, "facts", POSTER, DAY, "codes")
        transaction.commit()
    rows = world.items("facts")
    assert {(row["pk"], row["sk"]) for row in rows} <= {(f"poster#{POSTER}", f"day#{DAY}#{row}") for row in range(16)}
    assert (len(rows) > 8, sum(row["codes"] for row in rows)) == (True, 200)


@pytest.mark.parametrize("told", [None, "InternalServerError"])
def test_a_visit_that_may_have_been_counted_raises_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, told: str | None
) -> None:
    silence: Exception = ReadTimeoutError(endpoint_url="https://aws.example")
    error = ClientError({"Error": {"Code": told}}, "UpdateItem") if told else silence

    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr(BaseClient, "_make_api_call", failing)
    funnel.count_visit("facts", POSTER, DAY)


@pytest.mark.parametrize(
    "error", [ClientError({"Error": {"Code": "ThrottlingException"}}, "UpdateItem"), KeyError("x")]
)
def test_a_visit_that_was_refused_raises(world: World, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def failing(*_: object) -> None:
        raise error

    monkeypatch.setattr(BaseClient, "_make_api_call", failing)
    with pytest.raises(type(error)):
        funnel.count_visit("facts", POSTER, DAY)
