"""The origin secret while it is rotated, guessed at, and while Secrets Manager is away: honest calls go on."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError, ConnectTimeoutError

from health_record.http import edge_secret
from tests.conftest import ORIGIN_SECRET, World, aws

NOON = "2026-11-23T05:00:00Z"


class SecretsManager:
    """Secrets Manager, which counts how often it is asked, and may be away."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.asked = 0
        self.fault: Exception | None = None

    def get_secret_value(self, *, SecretId: str) -> Any:  # noqa: N803 - as boto3 names it
        self.asked += 1
        if self.fault:
            raise self.fault
        return self._real.get_secret_value(SecretId=SecretId)


@pytest.fixture
def secrets_manager(world: World, monkeypatch: pytest.MonkeyPatch) -> SecretsManager:
    made = SecretsManager(aws("secretsmanager"))
    monkeypatch.setattr(edge_secret, "client", lambda _: made)
    return made


def opens(value: str) -> bool:
    return edge_secret.is_valid("origin", value)


def rotate(current: str, previous: str) -> None:
    aws("secretsmanager").put_secret_value(
        SecretId="origin", SecretString=json.dumps({"current": current, "previous": previous})
    )


def test_a_rotation_refuses_no_call_while_the_cdn_changes_over(secrets_manager: SecretsManager) -> None:
    """The pair is written, minutes later the CDN's places change one by one, and both values arrive."""
    with time_machine.travel(NOON, tick=False) as clock:
        assert opens(ORIGIN_SECRET)
        rotate("fresh", ORIGIN_SECRET)
        for second in range(600):
            clock.shift(1)
            assert opens(ORIGIN_SECRET), second
            if second > 120:
                assert opens("fresh"), second
    assert secrets_manager.asked < 10


def test_a_value_that_is_newer_than_what_was_read_is_looked_up_at_once(secrets_manager: SecretsManager) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert opens(ORIGIN_SECRET)
        rotate("fresh", ORIGIN_SECRET)
        clock.shift(edge_secret.READ_AGAIN_SECONDS)
        assert opens("fresh"), "and not when five minutes are over"
    assert secrets_manager.asked == 2


def test_guesses_cost_a_reading_every_ten_seconds_and_no_more(secrets_manager: SecretsManager) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(100):
            clock.shift(1)
            assert not opens("guess")
            assert opens(ORIGIN_SECRET)
    assert secrets_manager.asked == 10


@pytest.mark.parametrize(
    "fault",
    [
        ClientError({"Error": {"Code": "ThrottlingException"}}, "GetSecretValue"),
        ClientError({"Error": {}, "ResponseMetadata": {"HTTPStatusCode": 500}}, "GetSecretValue"),
        ConnectTimeoutError(endpoint_url="https://secretsmanager"),
    ],
)
def test_while_secrets_manager_is_away_the_pair_read_last_goes_on_to_hold(
    secrets_manager: SecretsManager, fault: Exception, written: Callable[[], str]
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert opens(ORIGIN_SECRET)
        secrets_manager.fault = fault
        clock.shift(3_600)
        assert opens(ORIGIN_SECRET)
        assert not opens("guess")
    assert "origin_secret_not_read" in written()
    assert ORIGIN_SECRET not in written()


def test_a_fault_that_does_not_pass_is_told_and_so_is_one_before_the_first_reading(
    secrets_manager: SecretsManager,
) -> None:
    refused = ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSecretValue")
    with time_machine.travel(NOON, tick=False) as clock:
        secrets_manager.fault = ConnectTimeoutError(endpoint_url="https://secretsmanager")
        with pytest.raises(ConnectTimeoutError):
            opens(ORIGIN_SECRET)
        secrets_manager.fault = None
        assert opens(ORIGIN_SECRET)
        secrets_manager.fault = refused
        clock.shift(3_600)
        with pytest.raises(ClientError):
            opens(ORIGIN_SECRET)


@pytest.mark.parametrize("sent", [None, "", " ", "origin", ORIGIN_SECRET + " ", ORIGIN_SECRET[:-1]])
def test_nothing_else_opens(secrets_manager: SecretsManager, sent: str | None) -> None:
    assert not edge_secret.is_valid("origin", sent)
