"""Which province a command speaks to: what it says where it is not there, and what it tells to type next."""

import argparse
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops import deployment, ssk
from ops.deployment import province_words

ABSENT = ClientError(
    {"Error": {"Code": "ValidationError", "Message": "Stack with id ssk-79 does not exist"}}, "DescribeStacks"
)


class CloudFormation:
    """A client that knows one stack in one state, or none."""

    def __init__(self, state: str | None, **members: Any) -> None:
        self._state, self._members = state, members

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 names it
        if self._state is None:
            raise ABSENT
        return {"Stacks": [{"StackName": StackName, "StackStatus": self._state, **self._members}]}


@pytest.mark.parametrize(
    "words", [["facility", "list"], ["event", "list"], ["signals"], ["audit", "verify"], ["receipt", "79-K3C7-TM4A"]]
)
@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "ssk-79 is not deployed in this account (ap-southeast-1): name the profile"),
        ("ROLLBACK_COMPLETE", "ssk-79 is ROLLBACK_COMPLETE and never came to life: `ssk deploy --province 79`"),
        ("CREATE_IN_PROGRESS", "ssk-79 is CREATE_IN_PROGRESS and never came to life: `ssk deploy --province 79`"),
    ],
)
def test_a_province_that_is_not_there_is_told_with_what_to_do(
    words: list[str],
    state: str | None,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(deployment.boto3, "client", lambda *_, **__: CloudFormation(state))
    assert ssk.main([*words, "--province", "79"]) == 1
    assert capsys.readouterr().err.startswith(f"ssk: {said}")


@pytest.mark.parametrize("state", ["CREATE_COMPLETE", "UPDATE_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_province_that_runs_is_found_whatever_is_done_to_it(state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = [{"OutputKey": "TableAudit", "OutputValue": "audit"}]
    monkeypatch.setattr(deployment.boto3, "client", lambda *_, **__: CloudFormation(state, Outputs=outputs))
    found = deployment.find_deployment(argparse.Namespace(province="79"))
    assert (found.outputs, found.is_local) == ({"TableAudit": "audit"}, False)


@pytest.mark.parametrize(("province", "words"), [(None, ""), ("79", " --province 79")])
def test_what_is_to_be_typed_next_acts_where_this_command_did(province: str | None, words: str) -> None:
    assert province_words(argparse.Namespace(province=province)) == words
