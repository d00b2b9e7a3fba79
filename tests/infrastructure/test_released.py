"""No template drops or replaces what the last release filled with data."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from infrastructure.checks.stateful_resources import (
    RELEASED_FILE,
    STACKS,
    STATEFUL_TYPES,
    find_losses,
    outlives_its_stack,
    stateful_resources,
)
from tests.infrastructure.synthesis import SynthesizedStack

RELEASED = json.loads(RELEASED_FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", STACKS)
def test_this_version_keeps_everything_that_the_last_release_filled(aws_stack: SynthesizedStack, name: str) -> None:
    template = aws_stack.beside(name).template

    assert find_losses(RELEASED[name], template) == []
    assert RELEASED[name], "nothing is compared"


def test_tables_keys_and_buckets_of_the_release_are_known() -> None:
    kinds = {one["type"] for one in RELEASED["ssk-79"].values()}

    assert {"AWS::DynamoDB::GlobalTable", "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"} <= kinds
    assert sum(one["type"] == "AWS::DynamoDB::GlobalTable" for one in RELEASED["ssk-79"].values()) == 6


def first(template: dict[str, Any], kind: str) -> str:
    return next(name for name, one in template["Resources"].items() if one["Type"] == kind)


def drop(template: dict[str, Any]) -> None:
    del template["Resources"][first(template, "AWS::DynamoDB::GlobalTable")]


def rename(template: dict[str, Any]) -> None:
    """Another construct id: the same table for a reader, a new and empty one for CloudFormation."""
    name = first(template, "AWS::DynamoDB::GlobalTable")
    template["Resources"][f"Better{name}"] = template["Resources"].pop(name)


def other_key(template: dict[str, Any]) -> None:
    table = template["Resources"][first(template, "AWS::DynamoDB::GlobalTable")]
    table["Properties"]["KeySchema"][0]["AttributeName"] = "id"


def named(template: dict[str, Any]) -> None:
    template["Resources"][first(template, "AWS::DynamoDB::GlobalTable")]["Properties"]["TableName"] = "access"


def elsewhere(template: dict[str, Any]) -> None:
    table = template["Resources"][first(template, "AWS::DynamoDB::GlobalTable")]
    table["Properties"]["Replicas"][0]["Region"] = "ap-southeast-3"


def deletable(template: dict[str, Any]) -> None:
    template["Resources"][first(template, "AWS::DynamoDB::GlobalTable")]["DeletionPolicy"] = "Delete"


def other_type(template: dict[str, Any]) -> None:
    template["Resources"][first(template, "AWS::DynamoDB::GlobalTable")]["Type"] = "AWS::S3::Bucket"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (drop, "is gone"),
        (rename, "is gone"),
        (other_key, "would be replaced: KeySchema changed"),
        (named, "would be replaced: TableName changed"),
        (elsewhere, "would be replaced: Regions changed"),
        (deletable, "is no longer retained"),
        (other_type, "has become AWS::S3::Bucket"),
    ],
)
def test_a_template_that_would_empty_a_table_is_refused(
    aws_stack: SynthesizedStack, change: Callable[[dict[str, Any]], None], told: str
) -> None:
    released = stateful_resources(aws_stack.template)
    template = copy.deepcopy(aws_stack.template)
    name = first(template, "AWS::DynamoDB::GlobalTable")
    change(template)

    assert find_losses(released, template) == [f"AWS::DynamoDB::GlobalTable {name} {told}"]


def test_a_new_secret_value_counts_as_a_loss(aws_stack: SynthesizedStack) -> None:
    template = copy.deepcopy(aws_stack.template)
    name = first(template, "AWS::SecretsManager::Secret")
    template["Resources"][name]["Properties"]["GenerateSecretString"]["PasswordLength"] = 65

    assert find_losses(stateful_resources(aws_stack.template), template) == [
        f"AWS::SecretsManager::Secret {name} would be replaced: GenerateSecretString changed"
    ]


def test_what_is_added_or_may_change_is_welcome(aws_stack: SynthesizedStack) -> None:
    template = copy.deepcopy(aws_stack.template)
    template["Resources"]["Another"] = {"Type": "AWS::S3::Bucket", "Properties": {}}
    template["Resources"][first(template, "AWS::KMS::Key")]["Properties"]["Description"] = "other words"

    assert find_losses(stateful_resources(aws_stack.template), template) == []


@pytest.mark.parametrize("name", STACKS)
def test_everything_that_outlives_its_stack_is_watched_and_has_a_name_of_its_own(
    aws_stack: SynthesizedStack, name: str
) -> None:
    """What stays behind after a failed try must not stand in the way of the next one."""
    stack = aws_stack.beside(name)
    kept = {path: one for path, one in stack.template["Resources"].items() if outlives_its_stack(one)}

    assert kept
    for path, one in kept.items():
        assert one["Type"] in STATEFUL_TYPES, path
        names = {key: value for key, value in one.get("Properties", {}).items() if key.endswith("Name")}
        fixed = [key for key, value in names.items() if key != "DomainName" and "AWS::StackId" not in json.dumps(value)]
        assert fixed == [], f"{path} has a fixed name"
