"""What `ssk cost` counts as standing in a month without calls is what the templates hold."""

import tomllib
from pathlib import Path

from tests.infrastructure.synthesis import SynthesizedStack

USAGE = Path(__file__).parents[2] / "ops" / "cost" / "usage.toml"


def test_an_idle_month_counts_what_the_three_templates_hold(
    aws_stack: SynthesizedStack, edge_stack: SynthesizedStack, backup_stack: SynthesizedStack
) -> None:
    stacks = (aws_stack, edge_stack, backup_stack)

    def count(kind: str) -> int:
        return sum(len(stack.of_type(kind)) for stack in stacks)

    (acl,) = edge_stack.properties("AWS::WAFv2::WebACL").values()
    said = tomllib.loads(USAGE.read_text(encoding="utf-8"))["idle_month"]
    assert {name: said[name] for name in said if not name.startswith(("lambda_", "metrics"))} == {
        "kms_keys": count("AWS::KMS::Key"),
        "secrets": count("AWS::SecretsManager::Secret"),
        "web_acls": count("AWS::WAFv2::WebACL"),
        "web_acl_rules": len(acl["Rules"]),
        "alarms": count("AWS::CloudWatch::Alarm"),
        "composite_alarms": count("AWS::CloudWatch::CompositeAlarm"),
        "dashboards": count("AWS::CloudWatch::Dashboard"),
    }
