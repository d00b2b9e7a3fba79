"""Every service that must act for the templates is let in, no stranger's is, and nobody else."""

import pytest

from infrastructure.checks.template_rules import FULLEST_PROVINCE
from tests.infrastructure.operators import managed_policies, principals
from tests.infrastructure.operators.account import Account, account_of
from tests.infrastructure.operators.policies import Call, allows, listed
from tests.infrastructure.synthesis import SynthesizedStack

SERVICES = {
    "apigateway.amazonaws.com",
    "backup.amazonaws.com",
    "budgets.amazonaws.com",
    "cloudfront.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "cloudtrail.amazonaws.com",
    "lambda.amazonaws.com",
    "logging.s3.amazonaws.com",
    "logs.ap-southeast-1.amazonaws.com",
    "logs.us-east-1.amazonaws.com",
    "scheduler.amazonaws.com",
    "states.amazonaws.com",
}
TOPIC = "arn:aws:sns:ap-southeast-1:123456789012:topic"
OURS = {"aws:SourceAccount": "123456789012", "aws:SecureTransport": "true"}


def test_what_is_needed_is_allowed_and_what_is_allowed_is_needed(account: Account) -> None:
    assert principals.faults(account) == []


def test_so_it_is_where_every_optional_part_is_there(aws_stack: SynthesizedStack) -> None:
    account = account_of(aws_stack, FULLEST_PROVINCE)
    named = {need.call.principal for need in principals.needs(account)}

    assert principals.faults(account) == []
    assert {one for one in named if not one.startswith("arn:")} == SERVICES | {"sns.amazonaws.com"}


def test_the_walk_finds_every_service_that_acts(account: Account) -> None:
    """Else the test above could be green because it looks at nothing."""
    found = principals.needs(account)

    assert {need.call.principal for need in found if not need.call.principal.startswith("arn:")} == SERVICES
    assert {need.call.principal for need in found if need.call.principal.startswith("arn:")} <= set(account.roles)
    assert len(found) > 300


@pytest.mark.parametrize(
    ("copied", "some"),
    [
        (managed_policies.BACKUP, {"backup:TagResource", "kms:DescribeKey", "dynamodb:StartAwsBackupJob"}),
        (managed_policies.RESTORE, {"dynamodb:RestoreTableFromAwsBackup", "dynamodb:RestoreTableFromBackup"}),
    ],
    ids=["backups", "restores"],
)
def test_the_copy_of_a_policy_of_aws_leaves_out_only_what_is_named(
    copied: managed_policies.Copied, some: set[str]
) -> None:
    names = {statement["Sid"] for statement in copied.statements()}
    actions = {action for one in copied.statements() for action in listed(one["Action"])}

    assert set(copied.left_out) <= names
    assert some <= actions
    for statement in copied.statements():
        asked = statement.get("Condition") is not None and statement["Sid"] != "RecoveryPointTaggingPermissions"
        if statement["Sid"] not in copied.left_out:
            assert asked == (statement["Sid"] in copied.context), "a condition that no call brings"


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([], False),
        ([{"Effect": "Allow", "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}], True),
        ([{"Effect": "Allow", "Condition": {"StringEquals": {"AWS:sourceaccount": "123456789012"}}}], True),
        ([{"Effect": "Allow", "Condition": {"StringEquals": {"aws:SourceAccount": "999999999999"}}}], False),
        ([{"Effect": "Allow", "Condition": {"StringEquals": {"aws:SourceArn": "arn"}}}], False),
        ([{"Effect": "Allow", "Condition": {"StringEqualsIfExists": {"aws:SourceArn": "arn"}}}], True),
        ([{"Effect": "Allow"}, {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}], True),
        ([{"Effect": "Allow"}, {"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "true"}}}], False),
        ([{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}}], False),
        ([{"Effect": "Allow", "Principal": "*"}], True),
        ([{"Effect": "Allow", "Action": "SNS:publish"}], True),
        ([{"Effect": "Allow", "Action": "sns:Subscribe"}], False),
        ([{"Effect": "Allow", "Resource": f"{TOPIC}-2"}], False),
        ([{"Effect": "Allow", "Resource": "arn:aws:sns:*"}], True),
    ],
)
def test_the_evaluator_reads_policies_as_iam_does(statements: list[dict[str, object]], allowed: bool) -> None:
    whole = {"Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish", "Resource": TOPIC}

    call = Call("cloudwatch.amazonaws.com", "sns:Publish", TOPIC, OURS)
    assert allows([{**whole, **statement} for statement in statements], call) is allowed


def test_a_condition_that_nobody_knows_is_no_pass() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "*",
        "Condition": {"IpAddress": {"aws:SecureTransport": "1"}},
    }

    with pytest.raises(KeyError):
        allows([statement], Call("sns.amazonaws.com", "sns:Publish", TOPIC, OURS))
