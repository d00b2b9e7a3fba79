"""What becomes of each resource that holds something: at a failed first deployment, a replacement, a deleted stack.

`Retain` and `RetainExceptOnCreate` differ at the deployment that made the resource and was rolled back; a bucket with
files and a protected table cannot be deleted then, and a roll-back that tries ends as ROLLBACK_FAILED:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatereplacepolicy.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infrastructure.checks.stateful_resources import STACKS, STATEFUL_TYPES
from tests.infrastructure.synthesis import SynthesizedStack, path_of

ROOT = Path(__file__).parents[2]
# What is kept in any case, and why CloudFormation could not take it back.
ALWAYS_KEPT = {
    "Tables/Access": "protected against deletion",
    "Tables/Records": "protected against deletion",
    "Tables/Keys": "protected against deletion",
    "Tables/Facts": "protected against deletion",
    "Tables/Facilities": "protected against deletion",
    "Tables/Audit": "protected against deletion",
    "Keys/Storage": "the tables lie under it",
    "ServerLogs/Bucket": "S3 writes to it",
    "AccessTrail/Bucket": "CloudTrail writes to it",
}
# What goes with its stack: nothing is lost that the next deployment does not make again, or that has to be gone.
NOT_KEPT = {
    "AWS::CertificateManager::Certificate",
    "AWS::CloudFront::Distribution",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
}
GONE_ON_PURPOSE = {"SmsDeliveryLog/Key", "SmsDeliveryLog/Delivered", "SmsDeliveryLog/Failed"}  # lines with numbers


@pytest.fixture(scope="module")
def stacks(aws_stack: SynthesizedStack, gateway_stack: SynthesizedStack) -> list[SynthesizedStack]:
    """Every kind of stack, also of a province with a gateway."""
    return [*(aws_stack.beside(name) for name in STACKS), gateway_stack]


def stateful(stacks: list[SynthesizedStack]) -> Iterator[tuple[str, dict[str, Any]]]:
    for stack in stacks:
        for one in stack.template["Resources"].values():
            if one["Type"] in STATEFUL_TYPES:
                yield path_of(one), one


def test_everything_that_holds_data_outlives_its_stack_and_its_replacement(stacks: list[SynthesizedStack]) -> None:
    policies = {
        path: (one.get("DeletionPolicy"), one.get("UpdateReplacePolicy"))
        for path, one in stateful(stacks)
        if one["Type"] not in NOT_KEPT and path not in GONE_ON_PURPOSE
    }

    assert policies == {
        path: ("Retain" if path in ALWAYS_KEPT else "RetainExceptOnCreate", "Retain") for path in policies
    }
    assert set(ALWAYS_KEPT) <= set(policies)
    assert len(policies) > 30


def test_what_a_failed_first_deployment_takes_back_can_be_deleted_then(stacks: list[SynthesizedStack]) -> None:
    """A table that was protected, or a bucket that a service of AWS fills, would end it as ROLLBACK_FAILED."""
    protected = {
        path for path, one in stateful(stacks) if one.get("Properties", {}).get("DeletionProtectionEnabled") is True
    } | {path for path, one in stateful(stacks) if "DeletionProtection" in str(one.get("Properties", {}))}
    filled = {"ServerLogs/Bucket", "AccessTrail/Bucket"}

    assert protected | filled | {"Keys/Storage"} == set(ALWAYS_KEPT)


def test_keys_wait_so_that_one_taken_back_can_be_called_back(stacks: list[SynthesizedStack]) -> None:
    pending = {path: one["Properties"]["PendingWindowInDays"] for path, one in stateful(stacks) if "KMS" in one["Type"]}

    assert {days for path, days in pending.items() if path not in GONE_ON_PURPOSE} == {30}


def test_what_stays_of_a_failed_first_deployment_is_told_to_the_operator() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = page.partition("### A first deployment that failed")[2].partition("\n#")[0]

    for words in ("six tables", "one key", "two buckets", "DELETE_SKIPPED", "aws kms cancel-key-deletion"):
        assert words in section
