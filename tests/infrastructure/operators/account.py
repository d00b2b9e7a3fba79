"""The stacks of one province as if they were deployed in an account: references become ARNs, also across stacks."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.infrastructure.arns import ACCOUNT, DeployedArns
from tests.infrastructure.operators.policies import Call, listed, matches
from tests.infrastructure.synthesis import SynthesizedStack, path_of

REGIONS = {"": "ap-southeast-1", "-edge": "us-east-1", "-backup": "ap-southeast-1"}  # by the end of a stack's name
Statement = dict[str, Any]
# Where a resource's own policy stands: the type, the document, and the property that names what it is for.
POLICIES = {
    "AWS::SNS::TopicPolicy": ("PolicyDocument", "Topics"),
    "AWS::S3::BucketPolicy": ("PolicyDocument", "Bucket"),
    "AWS::SQS::QueuePolicy": ("PolicyDocument", "Queues"),
}


@dataclass
class Account:
    """Three templates by the name of their stack. Tests change a copy (`changed`) and look again."""

    templates: dict[str, dict[str, Any]]

    def changed(self) -> "Account":
        return Account(copy.deepcopy(self.templates))

    @cached_property
    def stacks(self) -> dict[str, DeployedArns]:
        stacks: dict[str, DeployedArns] = {}
        for name, template in self.templates.items():
            stacks[name] = DeployedArns(
                template, name, region=REGIONS[name[len("ssk-79") :]], told=lambda key: self._output(key)
            )
        return stacks

    def _output(self, name: str) -> str:
        """A parameter of one stack is the output of another of the same name."""
        for stack in self.stacks.values():  # the province's before the edge's, which has a topic of its own
            if output := stack.template.get("Outputs", {}).get(name):
                return stack.text(output["Value"])
        return f"told-{name}"

    def each(self, *kinds: str) -> Iterator[tuple[DeployedArns, str, dict[str, Any]]]:
        """Stack, logical id and properties of every resource of these types, or of all."""
        for stack in self.stacks.values():
            for name, resource in stack.resources.items():
                if not kinds or resource["Type"] in kinds:
                    yield stack, name, resource.get("Properties", {})

    def path(self, stack: DeployedArns, logical_id: str) -> str:
        return path_of(stack.resources[logical_id])

    @cached_property
    def own_policies(self) -> list[tuple[str, str, Statement]]:
        """ARN of the resource, where it stands, and each statement of policies on resources (not on roles)."""
        found: list[tuple[str, str, Statement]] = []
        for stack, name, properties in self.each():
            kind, where = stack.resources[name]["Type"], self.path(stack, name)
            if kind in POLICIES:
                document, target = POLICIES[kind]
                found += [
                    (stack.arn_of(one), where, stack.resolved(statement))
                    for one in listed(properties[target])
                    for statement in properties[document]["Statement"]
                ]
            elif kind == "AWS::KMS::Key":
                found += [(stack.arn(name), where, stack.resolved(one)) for one in properties["KeyPolicy"]["Statement"]]
            elif kind == "AWS::IAM::Role":
                trust = properties["AssumeRolePolicyDocument"]["Statement"]
                found += [(stack.arn(name), where, stack.resolved(one)) for one in trust]
            elif kind == "AWS::Lambda::Permission":
                found.append(_of_permission(stack, where, properties))
        return found

    def policy_on(self, arn: str) -> list[Statement]:
        """The statements that guard a resource, or an object of a bucket."""
        return [statement for owner, _, statement in self.own_policies if arn == owner or arn.startswith(owner + "/")]

    @cached_property
    def roles(self) -> dict[str, list[Statement]]:
        """What each role may do, by its ARN."""
        may: dict[str, list[Statement]] = {}
        for stack, name, properties in self.each("AWS::IAM::Role"):
            arns = [stack.resources[one["Ref"]]["Properties"] for one in properties.get("ManagedPolicyArns", [])]
            statements = [one for policy in arns for one in policy["PolicyDocument"]["Statement"]]
            may[stack.arn(name)] = [stack.resolved(one) for one in statements]
        return may

    def role_may(self, call: Call) -> bool:
        """Whether a role may make the call: its own policies, and for a key the key's policy too."""
        if not any(matches(one, call, of_identity=True) for one in self.roles[call.principal]):
            return False
        if ":kms:" not in call.resource:
            return True
        root = Call(f"arn:aws:iam::{ACCOUNT}:root", call.action, call.resource, call.context)
        return any(matches(one, root) for one in self.policy_on(call.resource))


def _of_permission(stack: DeployedArns, where: str, properties: dict[str, Any]) -> tuple[str, str, Statement]:
    """`AWS::Lambda::Permission` in the words of a policy."""
    function = stack.arn_of(properties["FunctionName"])
    condition = {"ArnLike": {"aws:SourceArn": stack.text(properties["SourceArn"])}} if "SourceArn" in properties else {}
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": properties["Principal"]},
        "Action": properties["Action"],
        "Resource": function,
        "Condition": condition,
    }
    return function, where, statement


def account_of(stack: SynthesizedStack, province: str = "79") -> Account:
    """The account of a province."""
    names = [f"ssk-{province}{ending}" for ending in REGIONS]
    return Account({name: json.loads(json.dumps(stack.beside(name).template)) for name in names})
