"""Long backups: which tables, how long, in a vault that nobody empties, by a role that reaches nothing else."""

import json
from typing import Any

from tests.infrastructure.synthesis import SynthesizedStack


def one(stack: SynthesizedStack, kind: str) -> dict[str, Any]:
    (found,) = stack.properties(kind).values()
    return found


def statements(stack: SynthesizedStack) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stack.properties("AWS::IAM::ManagedPolicy")["RoleMay"]["PolicyDocument"]["Statement"]
    return found


def test_only_tables_that_may_be_kept_for_long_are_in_it(backup_stack: SynthesizedStack) -> None:
    """Keys and facts must be gone from every copy within the law's 20 days."""
    selected = one(backup_stack, "AWS::Backup::BackupSelection")["BackupSelection"]["Resources"]

    tables = [arn["Fn::Join"][1][-1]["Ref"] for arn in selected]
    assert tables == ["TableRecords", "TableFacilities", "TableAudit"]


def test_what_it_is_told_are_outputs_of_the_province(
    backup_stack: SynthesizedStack, aws_stack: SynthesizedStack
) -> None:
    told = set(backup_stack.template["Parameters"]) - {"BootstrapVersion"}

    assert told == {"TableRecords", "TableFacilities", "TableAudit", "StorageKeyArn", "AlarmTopicArn"}
    assert told <= set(aws_stack.template["Outputs"])
    assert not [name for name in told if "Default" in backup_stack.template["Parameters"][name]]


def test_every_day_is_kept_for_35_days_and_every_month_for_a_year(backup_stack: SynthesizedStack) -> None:
    plan = one(backup_stack, "AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]

    assert [
        (
            rule["RuleName"],
            rule["ScheduleExpression"],
            rule["ScheduleExpressionTimezone"],
            rule["Lifecycle"]["DeleteAfterDays"],
        )
        for rule in plan
    ] == [
        ("daily", "cron(0 1 * * ? *)", "Asia/Ho_Chi_Minh", 35),
        ("monthly", "cron(30 1 1 * ? *)", "Asia/Ho_Chi_Minh", 365),
    ]


def test_nobody_empties_the_vault_and_it_outlives_the_stack(backup_stack: SynthesizedStack) -> None:
    (vault,) = backup_stack.of_type("AWS::Backup::BackupVault").values()
    properties = vault["Properties"]
    (refusal,) = properties["AccessPolicy"]["Statement"]

    assert (vault["DeletionPolicy"], vault["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert properties["LockConfiguration"] == {"MinRetentionDays": 35, "MaxRetentionDays": 365}
    assert (refusal["Effect"], refusal["Principal"]) == ("Deny", {"AWS": "*"})
    assert "backup:DeleteRecoveryPoint" in refusal["Action"]
    assert "AWS::StackId" in json.dumps(properties["BackupVaultName"]), "a fixed name would block the next try"
    assert backup_stack.path(properties["EncryptionKeyArn"]["Fn::GetAtt"][0]) == "Key"


def test_the_role_reaches_these_tables_their_key_and_the_vault_only(backup_stack: SynthesizedStack) -> None:
    role = backup_stack.properties("AWS::IAM::Role")["Role"]
    resources = json.dumps([part["Resource"] for part in statements(backup_stack)])

    assert "backup.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
    assert [list(arn) for arn in role["ManagedPolicyArns"]] == [["Ref"]], (
        "no policy of AWS's own, which is on everything"
    )
    assert resources.count("/backup/*") == 3
    assert resources.count(":recovery-point:*") == 1
    assert resources.count("*") == 4
    assert not [part for part in statements(backup_stack) for action in _listed(part["Action"]) if "*" in action]


def test_the_tables_key_is_used_through_dynamodb_only(backup_stack: SynthesizedStack) -> None:
    found = {
        action: part.get("Condition")
        for part in statements(backup_stack)
        for action in _listed(part["Action"])
        if action.startswith("kms:")
    }

    through = {"StringEquals": {"kms:ViaService": "dynamodb.ap-southeast-1.amazonaws.com"}}
    assert found == {
        **dict.fromkeys(["kms:Decrypt", "kms:GenerateDataKey"], through),
        "kms:DescribeKey": None,
        "kms:CreateGrant": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
    }


def test_the_role_that_restores_writes_into_restored_tables_only(backup_stack: SynthesizedStack) -> None:
    policies = backup_stack.properties("AWS::IAM::ManagedPolicy")
    rights = policies["RestoreRoleMay"]["PolicyDocument"]["Statement"]
    role = backup_stack.properties("AWS::IAM::Role")["RestoreRole"]
    on_items = next(part for part in rights if "dynamodb:DeleteItem" in part["Action"])

    assert "backup.amazonaws.com" in json.dumps(role["AssumeRolePolicyDocument"])
    assert [list(arn) for arn in role["ManagedPolicyArns"]] == [["Ref"]]
    assert json.dumps(on_items["Resource"]).count(":table/ssk-79-restored-*") == 1
    assert isinstance(on_items["Resource"], dict), "one pattern, which no table in use fits"
    assert not [part for part in rights for action in _listed(part["Action"]) if "*" in action]


def test_whoever_restores_finds_the_role_and_the_vault(backup_stack: SynthesizedStack) -> None:
    assert set(backup_stack.template["Outputs"]) == {"RestoreRoleArn", "VaultName"}


def test_no_table_in_use_can_have_the_name_of_a_restored_one(aws_stack: SynthesizedStack) -> None:
    """CloudFormation's name is the stack's, the logical id and letters: ssk-79-TablesRecords..."""
    tables = aws_stack.of_type("AWS::DynamoDB::GlobalTable")

    assert tables
    assert not [name for name, one in tables.items() if name.lower().startswith("restored")]
    assert not [name for name, one in tables.items() if "TableName" in one["Properties"]]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
