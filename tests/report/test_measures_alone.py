"""A measure that fails hides no other: each of the keys, the backups, and what the weekly message tells."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from functions.report import backup_age, key_states, weekly_figures, weekly_message
from functions.report.handler import handler
from health_record.aws import clients
from tests.conftest import aws
from tests.report.test_keys import id_of, keys
from tests.report.test_report import Backups, alarm, backups, sent

__all__ = ["backups", "keys"]  # the fixtures

TASK = {"task": "measure-backups"}
FAILURES: dict[str, Exception] = {
    "throttled": ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "AnyCall"),
    "their own fault": ClientError(
        {"Error": {"Code": "KMSInternalException", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 500}},  # type: ignore[typeddict-item]
        "AnyCall",
    ),
    "no connection": EndpointConnectionError(endpoint_url="https://kms.invalid"),
    "no answer": ConnectTimeoutError(endpoint_url="https://kms.invalid"),
}
NAMES = {"BackupAgeHours": "backups", "KeysNotUsable": "keys"}
Failing = Callable[[str, Exception], None]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, backups: Backups) -> Failing:
    """Let a service fail, or KMS for the one key that ends so."""

    def fail(service: str, error: Exception) -> None:
        name, _, only = service.partition(":")
        for room in (backup_age, key_states):
            before = room.client

            def client(asked: str, before: Callable[[str], Any] = before) -> Any:
                return _Failing(before(asked), only, error) if asked == name else before(asked)

            monkeypatch.setattr(room, "client", client)

    return fail


class _Failing:
    def __init__(self, client: Any, only: str, error: Exception) -> None:
        self.client, self.only, self.error = client, only, error

    def describe_key(self, *, KeyId: str) -> Any:  # noqa: N803 - as boto3 names it
        if KeyId.endswith(self.only):
            raise self.error
        return self.client.describe_key(KeyId=KeyId)

    def describe_table(self, **_: str) -> None:
        raise self.error

    def get_paginator(self, _: str) -> None:
        raise self.error


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize(
    ("service", "told", "missing"),
    [
        ("kms", "BackupAgeHours", "KeysNotUsable"),
        ("backup", "KeysNotUsable", "BackupAgeHours"),
        ("dynamodb", "KeysNotUsable", "BackupAgeHours"),
    ],
)
def test_a_measure_that_fails_alone_hides_no_other(
    keys: list[str],
    failing: Failing,
    written: Callable[[], str],
    failure: str,
    service: str,
    told: str,
    missing: str,
) -> None:
    """And the call fails, so that it is tried again and an alarm tells."""
    failing(service, FAILURES[failure])
    with pytest.raises(type(FAILURES[failure])):
        handler(TASK, None)
    assert f'"{told}":[' in written()
    assert f'"{missing}":[' not in written()
    assert f'"measure":"{NAMES[missing]}"' in written()


def test_measures_that_all_fail_are_all_named(keys: list[str], failing: Failing, written: Callable[[], str]) -> None:
    failing("kms", FAILURES["throttled"])
    failing("backup", FAILURES["no answer"])
    with pytest.raises(ConnectTimeoutError):
        handler(TASK, None)
    assert '"measure":"backups"' in written()
    assert '"measure":"keys"' in written()


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_key_that_is_not_answered_for_hides_no_other_that_is_lost(
    keys: list[str], failing: Failing, written: Callable[[], str], failure: str, place: int
) -> None:
    aws("kms").disable_key(KeyId=id_of(keys[place - 1]))
    failing(f"kms:{id_of(keys[place])}", FAILURES[failure])
    assert handler(TASK, None)["keys_not_usable"] == 1
    assert '"KeysNotUsable":[1.0]' in written()
    assert '"key_not_asked"' in written()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_keys_of_which_one_is_not_answered_for_are_not_said_to_work(
    keys: list[str], failing: Failing, written: Callable[[], str], place: int
) -> None:
    failing(f"kms:{id_of(keys[place])}", FAILURES["throttled"])
    with pytest.raises(ClientError):
        handler(TASK, None)
    assert '"KeysNotUsable":[' not in written()


@pytest.mark.parametrize("failure", FAILURES)
def test_figures_that_cannot_be_read_hide_no_alarm(
    backups: Backups, monkeypatch: pytest.MonkeyPatch, written: Callable[[], str], failure: str
) -> None:
    class NoFigures:
        def get_metric_data(self, **_: Any) -> None:
            raise FAILURES[failure]

    alarm("ssk-79-a", "Half of the money is spent.", "ALARM")
    monkeypatch.setattr(weekly_figures, "client", lambda _: NoFigures())
    subject, lines = sent(backups)
    assert subject == "So Suc Khoe 79: 1 alarm ringing"
    assert lines[2:] == ["Ringing: Half of the money is spent.", "", "The week's figures could not be read."]
    assert '"weekly_figures_failed"' in written()


def test_alarms_that_cannot_be_read_are_not_told_as_a_good_week(
    backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoAlarms:
        def get_paginator(self, _: str) -> None:
            raise FAILURES["throttled"]

    monkeypatch.setattr(
        weekly_message, "client", lambda service: NoAlarms() if service == "cloudwatch" else clients.client(service)
    )
    with pytest.raises(ClientError):
        sent(backups)
