"""AWS failing under a declaration: a clear 503, nothing half written, and the same call again makes it whole."""

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError, ReadTimeoutError

from functions.declare import settings
from health_record.aws import transaction
from tests.conftest import World
from tests.declare.conftest import ApiCall
from tests.declare.people import RECORD_ID, declaration, put, sign_in, sort_keys

THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "x"}}, "any")
LOST = ReadTimeoutError(endpoint_url="https://dynamodb")


class Fault:
    """Let AWS call number `at` fail, before it is made or after (the answer is lost)."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: int, error: Exception, *, after: bool) -> None:
        self.calls = 0
        real: ApiCall = BaseClient._make_api_call  # type: ignore[attr-defined]

        def failing(client: Any, operation: str, arguments: Any) -> Any:
            self.calls += 1
            if self.calls != at:
                return real(client, operation, arguments)
            if after:
                real(client, operation, arguments)
            raise error

        monkeypatch.setattr(BaseClient, "_make_api_call", failing)


def warm_up(cookies: dict[str, str]) -> None:
    """Have the origin secret and the root of the MACs read, as any call before has."""
    put(cookies, {})
    settings.macs().compute("phone", "")
    settings.macs().compute("identifier", "")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("at", "error"), [(1, THROTTLED), (2, THROTTLED), (3, THROTTLED), (3, LOST)])
def test_a_first_declaration_is_whole_or_not_there(
    world: World, monkeypatch: pytest.MonkeyPatch, at: int, error: Exception, after: bool
) -> None:
    cookies = sign_in(poster="bq-07")
    warm_up(cookies)
    with monkeypatch.context() as patch:
        Fault(patch, at, error, after=after)
        answer = put(cookies)
    assert (answer.status, answer.json["type"]) == (503, "/problems/unavailable")
    assert answer.headers["retry-after"] == "5"
    written = at == 3 and after
    assert len(sort_keys(world)) == (6 if written else 0)
    assert len(world.items("keys")) == (4 if written else 1)  # the phone's pointer; the key, a claim on each number
    again = put(cookies)
    assert (again.status, again.json["version"]) == (201, 1)
    account = next(one for one in world.items("records") if one["sk"] == "account")
    assert account["held"] == 1


@pytest.mark.parametrize(("conflicts", "status"), [(1, 201), (4, 201), (5, 503)])
def test_a_conflict_of_transactions_is_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch, conflicts: int, status: int
) -> None:
    real: ApiCall = BaseClient._make_api_call  # type: ignore[attr-defined]
    left = [conflicts]

    def conflicting(client: Any, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems" and left[0]:
            left[0] -= 1
            reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
            response: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
            raise ClientError(response, operation)
        return real(client, operation, arguments)

    monkeypatch.setattr(transaction, "PAUSE_SECONDS", 0)
    cookies = sign_in()
    monkeypatch.setattr(BaseClient, "_make_api_call", conflicting)
    assert put(cookies).status == status


def test_a_correction_gives_up_after_three_changes_meanwhile(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    cookies = sign_in(level=2)
    put(cookies)
    real: ApiCall = BaseClient._make_api_call  # type: ignore[attr-defined]
    changes = []

    def changing(client: Any, operation: str, arguments: Any) -> Any:
        if operation == "TransactWriteItems":  # somebody restricts and unrestricts just before
            key = {"pk": f"record#{RECORD_ID}", "sk": "meta"}
            changes.append(len(changes) % 2 == 0)
            with monkeypatch.context() as patch:
                patch.setattr(BaseClient, "_make_api_call", real)
                world.table("records").update_item(
                    Key=key,
                    UpdateExpression="SET restricted = :value",
                    ExpressionAttributeValues={":value": changes[-1]},
                )
        return real(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", changing)
    assert put(cookies, declaration(measurements_weight=None), version=1).status == 412
    assert len(changes) == 3
