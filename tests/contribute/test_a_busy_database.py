"""A hospital file while DynamoDB is busy: what passes by itself is told for the episode, anything else is a fault."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from health_record.aws.clients import client
from tests.conftest import World
from tests.contribute.test_hospital_files import WOMAN, outcome, send
from tests.facility_desk import register, store_resident
from tests.hospital_file.files import TWO


@pytest.mark.parametrize(
    ("code", "reason", "status"),
    [
        ("TransactionCanceledException", "TransactionConflict", 200),
        ("TransactionCanceledException", "ThrottlingError", 200),
        ("ThrottlingException", None, 200),
        ("TransactionCanceledException", "ValidationError", 500),
        ("ValidationException", None, 500),
    ],
)
def test_what_passes_by_itself_is_this_episodes_503_and_nothing_else_is(
    world: World, monkeypatch: pytest.MonkeyPatch, code: str, reason: str | None, status: int
) -> None:
    store_resident(world, WOMAN)
    desk = register(world, provider_code="79999")
    reasons = [{"Code": reason}] if reason else []
    response: Any = {"Error": {"Code": code}, "CancellationReasons": reasons}

    def busy(**_request: Any) -> Any:
        raise ClientError(response, "TransactWriteItems")

    with monkeypatch.context() as broken:
        broken.setattr(client("dynamodb"), "transact_write_items", busy)
        answer = desk.hospital_file(TWO)
    assert answer.status == status
    if status == 200:
        assert [outcome(entry)[0] for entry in answer.json["entry"]] == ["404", "503"]
    assert send(desk, TWO) == [("404", "no-such-record"), ("201", "kept")]
