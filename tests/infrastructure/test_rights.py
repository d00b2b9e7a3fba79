"""What each function may do: one role each, actions by name, resources by name, nothing of another's."""

import re
from collections.abc import Iterable
from typing import Any

import pytest

from tests.infrastructure.synthesis import SynthesizedStack
from tests.roles import GATEWAY_SECRET, OTHER_CALLS, ROLES, Right

FUNCTIONS = ("Otp", "Declare", "Lookup", "Contribute", "Aggregate", "Digest", "Report")
MAC_ROOTS = {
    "Keys/PhoneMac": "SSK_PHONE_MAC_KEY_ID",
    "Keys/Mac": "SSK_IDENTIFIER_MAC_KEY_ID",
    "Keys/CellMac": "SSK_CELL_KEY_ID",
}
# What stands behind the name of a call in `tests.roles`, by what it is made on.
NAMED = {
    **{root: f" by {name}" for root, name in MAC_ROOTS.items()},
    "SmsGateway/Key": " by SSK_SMS_GATEWAY_SECRET_ARN",
}
AT_REST = (["Keys/Storage"], ["Keys/Alarms"])  # used by services on the functions' behalf
BY_ROOT = {
    "Keys/PhoneMac": {"Otp", "Declare"},
    "Keys/Mac": {"Declare", "Lookup", "Contribute"},
    "Keys/CellMac": {"Aggregate"},
}
# Where a `*` stands in a resource, and why it cannot be avoided.
WILDCARDS = {
    r"[A-Z][a-z]+/Logs:\*": "streams that Lambda names",
    r"Insights/Bucket/(snapshots|statistics|forecasts|published|released|reference|athena)/\*": "objects of one kind",
    r"Site/Bucket/insights/\*": "published pages",
    r"Digests/Bucket/digests/\*": "one for each facility and day",
    r"(Digests|Site)/Bucket/accesses/\*": "the public record of each day",
    r"Tables/Facts/export/\*": "exports that DynamoDB names",
    r"\*": "what is asked of the whole account: ages of backups, figures, states of alarms",
}


def text_of(stack: SynthesizedStack, value: Any) -> str:
    """A resource with references written as construct paths: `Tables/Access/index/by-account`."""
    if isinstance(value, str):
        return value
    if "Fn::GetAtt" in value:
        return stack.path(value["Fn::GetAtt"][0])
    if "Ref" in value:
        name: str = value["Ref"]
        return name if name.startswith("AWS::") else stack.path(name)
    separator, parts = value["Fn::Join"]
    return str(separator).join(text_of(stack, part) for part in parts)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(stack: SynthesizedStack, function: str) -> list[dict[str, Any]]:
    policy = stack.properties("AWS::IAM::ManagedPolicy")[f"{function}May"]
    return [
        {
            "actions": listed(part["Action"]),
            "resources": [text_of(stack, one) for one in listed(part.get("Resource", []))],
            "conditions": part.get("Condition", {}),
            "not_resources": [text_of(stack, one) for one in listed(part.get("NotResource", []))],
        }
        for part in policy["PolicyDocument"]["Statement"]
    ]


def test_every_function_has_a_role_of_its_own_with_one_policy(aws_stack: SynthesizedStack) -> None:
    roles = aws_stack.properties("AWS::IAM::Role")
    policies = aws_stack.properties("AWS::IAM::ManagedPolicy")

    assert set(roles) == {f"{name}/Role" for name in FUNCTIONS} | {
        "DailyWork/Role",
        "Schedule/Role",
        "DigestSchedule/Role",
        "ErasureSweep/Role",
        "MeasureBackups/Role",
        "WeeklyReport/Role",
    }
    at_times = {
        "DailyWorkMay",
        "ScheduleMay",
        "DigestScheduleMay",
        "ErasureSweepMay",
        "MeasureBackupsMay",
    }
    at_times |= {"WeeklyReportMay"}
    assert set(policies) == {f"{name}May" for name in FUNCTIONS} | at_times
    assert not aws_stack.of_type("AWS::IAM::Policy"), "a construct granted itself something outside the stack"
    for path, role in roles.items():
        owner = path.removesuffix("/Role")
        assert [aws_stack.path(arn["Ref"]) for arn in role["ManagedPolicyArns"]] == [f"{owner}May"]
        assert "Policies" not in role
    for path, function in aws_stack.properties("AWS::Lambda::Function").items():
        assert text_of(aws_stack, function["Role"]) == path.replace("/Function", "/Role")


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_action_has_a_star(aws_stack: SynthesizedStack, local_stack: SynthesizedStack, function: str) -> None:
    for stack in (aws_stack, local_stack):
        actions = [action for part in statements(stack, function) for action in part["actions"]]
        assert all(re.fullmatch(r"[a-z0-9]+:[A-Za-z]+", action) for action in actions), actions


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_star_in_a_resource_is_one_of_the_listed(aws_stack: SynthesizedStack, function: str) -> None:
    for part in statements(aws_stack, function):
        for resource in part["resources"]:
            assert resource != "*" or set(part["actions"]) == OTHER_CALLS["report"] - {"kms:DescribeKey", "sns:Publish"}
            assert "*" not in resource or any(re.fullmatch(known, resource) for known in WILDCARDS), resource


def name_of(resource: str) -> str:
    """`Tables/Audit/index/by-record` -> `audit/by-record`, `Insights/Bucket/reference/*` -> `insights/reference/`."""
    short = resource.replace("Tables/", "").replace("/index", "").replace("/Bucket", "").removesuffix("*")
    return short.lower()


def role_of(stack: SynthesizedStack, function: str) -> set[Right]:
    """What the template grants on tables and buckets, in the words of `tests.roles`."""
    return {
        Right(
            name_of(resource),
            frozenset(action.partition(":")[2] for action in part["actions"]),
            tuple(key.removesuffix("*") for key in leading(part)),
        )
        for part in statements(stack, function)
        for resource in part["resources"]
        if resource.startswith(("Tables/", "Insights/", "Site/", "Digests/Bucket"))
    }


def leading(part: dict[str, Any]) -> list[str]:
    keys: list[str] = part["conditions"].get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])
    return keys


def spread(rights: Iterable[Right]) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(right.on, action, right.only) for right in rights for action in right.actions}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_template_grants_what_the_tests_enforce(
    aws_stack: SynthesizedStack, local_stack: SynthesizedStack, function: str
) -> None:
    """Both ways of reading the facts together: `export` in AWS, `scan` on the local stack."""
    granted = spread(role_of(aws_stack, function) | role_of(local_stack, function))

    assert granted == spread(ROLES[function.lower()])


@pytest.mark.parametrize("function", FUNCTIONS)
def test_other_calls_are_those_that_the_tests_enforce(
    aws_stack: SynthesizedStack, gateway_stack: SynthesizedStack, function: str
) -> None:
    """The gateway's secret where the province has a gateway, and nowhere else."""
    enforced = OTHER_CALLS[function.lower()]

    assert other_calls(gateway_stack, function) == enforced
    assert other_calls(aws_stack, function) == enforced - {GATEWAY_SECRET}


def other_calls(stack: SynthesizedStack, function: str) -> set[str]:
    return {
        f"{action}{NAMED.get(part['resources'][0], '')}" if part["resources"] else action
        for part in statements(stack, function)
        for action in part["actions"]
        if action.startswith(("backup:", "cloudwatch:", "sns:", "secretsmanager:"))
        or (action.startswith("kms:") and part["resources"] not in AT_REST)
    }


@pytest.mark.parametrize(("root", "name"), MAC_ROOTS.items())
def test_who_may_use_a_root_of_macs_is_told_of_it_and_nobody_else(
    aws_stack: SynthesizedStack, root: str, name: str
) -> None:
    functions = aws_stack.properties("AWS::Lambda::Function")
    told = {
        path.removesuffix("/Function")
        for path, made in functions.items()
        if root
        in {aws_stack.path(value["Ref"]) for value in made["Environment"]["Variables"].values() if "Ref" in value}
    }
    may = {
        function
        for function in FUNCTIONS
        for part in statements(aws_stack, function)
        if "kms:GenerateMac" in part["actions"] and part["resources"] == [root]
    }

    assert (may, told) == (BY_ROOT[root], BY_ROOT[root])


def test_nobody_scans_but_for_the_facts_and_the_list_of_facilities(
    aws_stack: SynthesizedStack, local_stack: SynthesizedStack
) -> None:
    scanning = {
        (stack is local_stack, function, *part["resources"])
        for stack in (aws_stack, local_stack)
        for function in FUNCTIONS
        for part in statements(stack, function)
        if "dynamodb:Scan" in part["actions"]
    }

    assert scanning == {
        (True, "Aggregate", "Tables/Facts"),
        *((local, "Digest", "Tables/Facilities") for local in (False, True)),
    }


@pytest.mark.parametrize(
    ("function", "actions"),
    [
        ("Otp", None),
        ("Declare", ["kms:Decrypt", "kms:GenerateDataKey"]),
        ("Lookup", ["kms:Decrypt"]),
        ("Contribute", ["kms:Decrypt"]),
        ("Aggregate", None),
        ("Digest", None),
    ],
)
def test_the_key_of_records_opens_for_this_province_s_records_only(
    aws_stack: SynthesizedStack, function: str, actions: list[str] | None
) -> None:
    found = [part for part in statements(aws_stack, function) if part["resources"] == ["Keys/Data"]]

    if actions is None:
        assert found == []
    else:
        (part,) = found
        assert part["actions"] == actions
        assert part["conditions"] == {"StringEqualsIfExists": {"kms:EncryptionContext:province": "79"}}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_key_at_rest_is_used_through_the_storing_service_only(aws_stack: SynthesizedStack, function: str) -> None:
    found = [part for part in statements(aws_stack, function) if part["resources"] == ["Keys/Storage"]]

    assert bool(found) == (function != "Report"), "it reads no item"
    for part in found:
        services = part["conditions"]["StringEquals"]["kms:ViaService"]
        assert all(re.fullmatch(r"(dynamodb|s3|secretsmanager)\.ap-southeast-1\.amazonaws\.com", it) for it in services)


def test_the_key_of_alarms_is_used_through_sns_by_those_who_publish_to_the_topic(aws_stack: SynthesizedStack) -> None:
    found = {
        function: part["conditions"]
        for function in FUNCTIONS
        for part in statements(aws_stack, function)
        if part["resources"] == ["Keys/Alarms"]
    }

    through = {"StringEquals": {"kms:ViaService": "sns.ap-southeast-1.amazonaws.com"}}
    assert found == {"Report": through, "Aggregate": through}


def test_sms_go_to_phones_and_never_to_topics(aws_stack: SynthesizedStack) -> None:
    sending = {
        function: part
        for function in FUNCTIONS
        for part in statements(aws_stack, function)
        if "sns:Publish" in part["actions"]
    }

    assert set(sending) == {"Otp", "Lookup", "Contribute", "Report", "Aggregate"}
    for function in ("Report", "Aggregate"):
        assert sending.pop(function)["resources"] == ["Alarms/Topic"], "the report and signals to the operators alone"
    for part in sending.values():
        assert part["actions"] == ["sns:Publish"]
        assert part["not_resources"] == ["arn:aws:sns:*:*:*"]
        assert part["resources"] == []


@pytest.mark.parametrize(
    ("schedule", "action", "started"),
    [
        ("Schedule", "states:StartExecution", "DailyWork/Machine"),
        ("DigestSchedule", "lambda:InvokeFunction", "Digest/Function"),
        ("ErasureSweep", "lambda:InvokeFunction", "Declare/Function"),
    ],
)
def test_a_schedule_may_start_its_work_and_keep_what_failed(
    aws_stack: SynthesizedStack, schedule: str, action: str, started: str
) -> None:
    assert [(part["actions"], part["resources"]) for part in statements(aws_stack, schedule)] == [
        ([action], [started]),
        (["sqs:SendMessage"], ["DeadLetters/Queue"]),
    ]
