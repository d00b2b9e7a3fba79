"""Keys that were disabled, that wait to be deleted, or that nobody may ask about: counted, so that somebody is told."""

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from functions.report import key_states
from functions.report.handler import handler
from health_record.aws import clients
from tests.conftest import aws
from tests.report.test_report import Backups, backups

__all__ = ["backups"]  # the fixture


@pytest.fixture
def keys(backups: Backups, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    made = [aws("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2)]
    made.append(aws("kms").create_key(KeyUsage="GENERATE_VERIFY_MAC", KeySpec="HMAC_256")["KeyMetadata"]["Arn"])
    monkeypatch.setenv("SSK_WATCHED_KEY_ARNS", ",".join(made))
    return made


def id_of(key_arn: str) -> str:
    """moto changes a key by its id alone."""
    return key_arn.rpartition("/")[2]


def unusable() -> int:
    count: int = handler({"task": "measure-backups"}, None)["keys_not_usable"]
    return count


def test_a_province_whose_keys_all_work_has_none(keys: list[str], written: Callable[[], str]) -> None:
    assert unusable() == 0
    assert '"KeysNotUsable":[0.0]' in written()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_each_key_that_cannot_be_used_counts(keys: list[str], place: int, written: Callable[[], str]) -> None:
    aws("kms").disable_key(KeyId=id_of(keys[place]))
    assert unusable() == 1
    aws("kms").schedule_key_deletion(KeyId=id_of(keys[place - 1]), PendingWindowInDays=30)
    assert unusable() == 2
    assert '"KeysNotUsable":[2.0]' in written()


def test_one_that_was_called_back_works_only_when_it_is_switched_on_again(keys: list[str]) -> None:
    aws("kms").schedule_key_deletion(KeyId=id_of(keys[0]), PendingWindowInDays=30)
    aws("kms").cancel_key_deletion(KeyId=id_of(keys[0]))
    assert unusable() == 1
    aws("kms").enable_key(KeyId=id_of(keys[0]))
    assert unusable() == 0


class _Refusing:
    def __init__(self, code: str, status: int) -> None:
        self.response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}

    def describe_key(self, *, KeyId: str) -> None:  # noqa: N803 - as boto3 names it
        raise ClientError(self.response, "DescribeKey")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["AccessDeniedException", "NotFoundException", "KMSInvalidStateException"])
def test_a_key_that_nobody_may_ask_about_is_no_key(keys: list[str], monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Its policy was changed, or it is gone."""
    monkeypatch.setattr(key_states, "client", lambda _: _Refusing(code, 400))
    assert unusable() == len(keys)


@pytest.mark.parametrize(("code", "status"), [("ThrottlingException", 400), ("KMSInternalException", 500)])
def test_a_moment_in_which_kms_does_not_answer_is_no_lost_key(
    keys: list[str], monkeypatch: pytest.MonkeyPatch, code: str, status: int
) -> None:
    monkeypatch.setattr(key_states, "client", lambda _: _Refusing(code, status))
    with pytest.raises(ClientError):
        unusable()
    monkeypatch.setattr(key_states, "client", clients.client)
    assert unusable() == 0
