"""What `ssk cost` counts as standing in a month without calls is what the templates hold."""

import tomllib
from pathlib import Path
from typing import Any

from tests.infrastructure.synthesis import SynthesizedStack

USAGE = Path(__file__).parents[2] / "ops" / "cost" / "usage.toml"


def test_every_type_of_resource_is_priced_or_free_for_a_reason(
    aws_stack: SynthesizedStack,
    gateway_stack: SynthesizedStack,
    edge_stack: SynthesizedStack,
    backup_stack: SynthesizedStack,
) -> None:
    types = {
        resource["Type"]
        for stack in (aws_stack, gateway_stack, edge_stack, backup_stack)
        for resource in stack.template["Resources"].values()
    }
    told = tomllib.loads(USAGE.with_name("resources.toml").read_text(encoding="utf-8"))
    prices = tomllib.loads(USAGE.with_name("prices.toml").read_text(encoding="utf-8"))

    assert types - set(told["priced"]) - set(told["free"]) == set()
    assert set(told["priced"]) & set(told["free"]) == set()
    priced, used = {name for names in told["priced"].values() for name in names}, tomllib.loads(USAGE.read_text())
    assert priced <= set(prices)
    assert priced <= {name for units in used.values() for name in units}, "a price that no usage counts is no price"
    assert all(len(reason) > 10 for reason in told["free"].values())


def test_keys_that_rotate_are_those_that_become_dearer(
    aws_stack: SynthesizedStack, edge_stack: SynthesizedStack, backup_stack: SynthesizedStack
) -> None:
    keys = [
        key for stack in (aws_stack, edge_stack, backup_stack) for key in stack.properties("AWS::KMS::Key").values()
    ]
    said = tomllib.loads(USAGE.read_text(encoding="utf-8"))["rotated_year"]

    assert said["kms_keys"] == len([key for key in keys if key.get("EnableKeyRotation")])


def test_an_idle_month_counts_what_the_three_templates_hold(
    aws_stack: SynthesizedStack, edge_stack: SynthesizedStack, backup_stack: SynthesizedStack
) -> None:
    stacks = (aws_stack, edge_stack, backup_stack)

    def count(kind: str) -> int:
        return sum(len(stack.of_type(kind)) for stack in stacks)

    (acl,) = edge_stack.properties("AWS::WAFv2::WebACL").values()
    said = tomllib.loads(USAGE.read_text(encoding="utf-8"))["idle_month"]
    used = ("lambda_", "metrics", "state_transitions", "schedules", "export_gb", "kms_requests", "object_puts")
    looked_at = [alarm for stack in stacks for alarm in stack.properties("AWS::CloudWatch::Alarm").values()]
    assert {name: said[name] for name in said if not name.startswith(used)} == {
        "kms_keys": count("AWS::KMS::Key"),
        "secrets": count("AWS::SecretsManager::Secret"),
        "web_acls": count("AWS::WAFv2::WebACL"),
        "web_acl_rules": len(acl["Rules"]),
        "alarms": sum(map(metrics_of, looked_at)),
        "composite_alarms": count("AWS::CloudWatch::CompositeAlarm"),
        "dashboards": count("AWS::CloudWatch::Dashboard"),
    }


def metrics_of(alarm: dict[str, Any]) -> int:
    """An alarm is paid for each metric that it looks at; arithmetic costs nothing.

    https://aws.amazon.com/cloudwatch/pricing/, "alarms"
    """
    return sum("MetricStat" in one for one in alarm.get("Metrics", [])) or 1


def test_an_alarm_on_a_share_is_paid_as_two(aws_stack: SynthesizedStack) -> None:
    alarms = aws_stack.properties("AWS::CloudWatch::Alarm")

    assert metrics_of(alarms["Alarms/CodesLateViettel"]) == 2
    assert metrics_of(alarms["Alarms/DigestMissing"]) == 1
    assert metrics_of(alarms["Alarms/OtpErrors"]) == 1


def test_warm_throughput_is_paid_for_each_table_and_index(aws_stack: SynthesizedStack) -> None:
    tables = aws_stack.properties("AWS::DynamoDB::GlobalTable").values()
    places = sum(1 + len(table.get("GlobalSecondaryIndexes", [])) for table in tables)
    said = tomllib.loads(USAGE.read_text(encoding="utf-8"))

    assert said["one_more_read_a_second"] == {"warm_read_units": places}
    assert said["one_more_write_a_second"] == {"warm_write_units": places}
