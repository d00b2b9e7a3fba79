"""Two provinces in one account, as on one emulator: no role, no policy and no name of one reaches into the other."""

import fnmatch
import json
from collections.abc import Iterator
from typing import Any

import pytest

from infrastructure.compute.daily_state_machine import LOG_DELIVERY
from tests.infrastructure.arns import ACCOUNT, DeployedArns
from tests.infrastructure.synthesis import SynthesizedStack
from tests.roles import OTHER_CALLS

# Not names of their own, or names that AWS does not want to be unique.
MAY_BE_SHARED = {
    ("AWS::ApiGatewayV2::Api", "Name"),
    ("AWS::ApiGatewayV2::Stage", "StageName"),
    ("AWS::CloudWatch::Alarm", "MetricName"),
    ("AWS::Lambda::Permission", "FunctionName"),
}
PAIRS = [("79", "40"), ("40", "79")]


@pytest.fixture(scope="module")
def templates(aws_stack: SynthesizedStack) -> dict[str, dict[str, Any]]:
    return {code: aws_stack.beside(f"ssk-{code}").template for code in ("79", "40")}


def of(templates: dict[str, dict[str, Any]], code: str) -> DeployedArns:
    return DeployedArns(templates[code], f"ssk-{code}")


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allowed(stack: DeployedArns) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement that grants something to a role of the stack.

    The calls by which Step Functions sets up the delivery of its log take no resource, and the report asks of the whole
    account how old backups are and what was measured; all of these are on settings and figures, not on data.
    """
    for name, resource in stack.resources.items():
        if resource["Type"] in ("AWS::IAM::ManagedPolicy", "AWS::IAM::Policy"):
            for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                assert statement["Effect"] == "Allow"
                if not set(listed(statement["Action"])) <= {*LOG_DELIVERY, *OTHER_CALLS["report"]} - {"sns:Publish"}:
                    yield name, statement


def reaches(stack: DeployedArns, statement: dict[str, Any], arns: set[str]) -> set[str]:
    """Those of `arns` that the statement grants something on."""
    if "NotResource" in statement:
        services = {action.partition(":")[0] for action in listed(statement["Action"])}
        patterns = [stack.text(one) for one in listed(statement["NotResource"])]
        named = {arn for arn in arns if arn.split(":")[2] in services}
        return {arn for arn in named if not any(fnmatch.fnmatchcase(arn, pattern) for pattern in patterns)}
    patterns = [stack.text(one) for one in listed(statement["Resource"])]
    return {arn for arn in arns if any(fnmatch.fnmatchcase(arn, pattern) for pattern in patterns)}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_no_role_of_a_province_reaches_anything_of_another(
    templates: dict[str, dict[str, Any]], one: str, other: str
) -> None:
    stack, foreign = of(templates, one), of(templates, other).reachable()

    assert [(name, found) for name, part in allowed(stack) if (found := reaches(stack, part, foreign))] == []


def test_the_same_question_finds_what_a_role_does_reach(templates: dict[str, dict[str, Any]]) -> None:
    """Else the test above could be green for a wrong reason."""
    stack = of(templates, "79")
    own = stack.reachable()

    reached = set().union(*(reaches(stack, part, own) for _, part in allowed(stack)))

    tables = {arn for arn in own if ":dynamodb:" in arn and arn.count("/") == 1}
    assert len(tables) == 6
    assert tables <= reached
    everything = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:aws:dynamodb:*:*:table/*"}
    assert reaches(stack, everything, of(templates, "40").reachable())


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_nothing_of_a_province_lets_a_role_of_another_in(
    templates: dict[str, dict[str, Any]], one: str, other: str
) -> None:
    """Keys trust their account's own policies (which the test above reads), all else trusts services of AWS."""
    stack = of(templates, one)
    trusted = set()
    for resource in stack.resources.values():
        properties = resource.get("Properties", {})
        for policy in ("PolicyDocument", "KeyPolicy", "AssumeRolePolicyDocument", "ResourcePolicy"):
            for statement in properties.get(policy, {}).get("Statement", []):
                if statement["Effect"] == "Allow" and "Principal" in statement:
                    trusted |= {
                        (kind, stack.text(name))
                        for kind, names in statement["Principal"].items()
                        for name in listed(names)
                    }

    people = {name for kind, name in trusted if kind != "Service"}
    assert people == {f"arn:aws:iam::{ACCOUNT}:root"}
    assert all(name.endswith(".amazonaws.com") for kind, name in trusted if kind == "Service")


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_functions_are_told_of_nothing_that_is_another_s(
    templates: dict[str, dict[str, Any]], one: str, other: str
) -> None:
    functions = json.dumps(
        [
            found["Properties"]
            for found in templates[one]["Resources"].values()
            if found["Type"] == "AWS::Lambda::Function"
        ]
    )

    assert f"ssk-{other}" not in functions
    assert f'"SSK_PROVINCE": "{one}"' in functions


def test_two_provinces_share_no_name(templates: dict[str, dict[str, Any]]) -> None:
    """A name that both ask for would stop the second deployment."""
    names = {
        code: {
            (found["Type"], key, json.dumps(value))
            for found in template["Resources"].values()
            for key, value in found.get("Properties", {}).items()
            if key.endswith("Name") and (found["Type"], key) not in MAY_BE_SHARED and isinstance(value, str)
        }
        for code, template in templates.items()
    }

    assert {kind for kind, _, _ in names["79"]} >= {"AWS::KMS::Alias"}
    assert names["79"] & names["40"] == set()
    assert set(templates["79"]["Outputs"]) == set(templates["40"]["Outputs"])
    assert not [one for one in templates["79"]["Outputs"].values() if "Export" in one]
