"""What keeps data safe at rest: keys, recovery, protection against deletion, and how long things stay."""

from typing import Any

import pytest
from aws_cdk import Environment, Stack, aws_kms
from aws_cdk.assertions import Template

from infrastructure.config.settings import WarmThroughput
from infrastructure.data.tables import ProvinceTables
from tests.digest.conftest import LOCK
from tests.infrastructure.synthesis import SynthesizedStack

TABLES = {f"Tables/{name}" for name in ("Access", "Records", "Keys", "Facts", "Facilities", "Audit")}
STORAGE_KEY = "Keys/Storage"


def key_behind(stack: SynthesizedStack, value: dict[str, Any]) -> str:
    """The path of the key that `Fn::GetAtt` or `Ref` points to."""
    return stack.path(value["Fn::GetAtt"][0] if "Fn::GetAtt" in value else value["Ref"])


def test_there_are_the_six_tables_and_no_other(aws_stack: SynthesizedStack) -> None:
    assert set(aws_stack.properties("AWS::DynamoDB::GlobalTable")) == TABLES
    assert not aws_stack.of_type("AWS::DynamoDB::Table")


@pytest.mark.parametrize("path", sorted(TABLES))
def test_a_table_is_on_demand_with_own_key_and_deletion_protection(aws_stack: SynthesizedStack, path: str) -> None:
    table = aws_stack.properties("AWS::DynamoDB::GlobalTable")[path]
    (replica,) = table["Replicas"]

    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert key_behind(aws_stack, replica["SSESpecification"]["KMSMasterKeyId"]) == STORAGE_KEY
    assert replica["DeletionProtectionEnabled"] is True
    assert replica["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert replica["Region"] == "ap-southeast-1"
    assert "TableName" not in table, "a fixed name would block the next try"


def test_keys_facts_and_access_are_recoverable_for_15_days_only(aws_stack: SynthesizedStack) -> None:
    days = {
        path: table["Replicas"][0]["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"]
        for path, table in aws_stack.properties("AWS::DynamoDB::GlobalTable").items()
    }

    assert days == {
        "Tables/Access": 15,
        "Tables/Records": 35,
        "Tables/Keys": 15,
        "Tables/Facts": 15,
        "Tables/Facilities": 35,
        "Tables/Audit": 35,
    }


def test_what_expires_is_in_access_audit_and_keys(aws_stack: SynthesizedStack) -> None:
    expiring = {
        path: table["TimeToLiveSpecification"]
        for path, table in aws_stack.properties("AWS::DynamoDB::GlobalTable").items()
        if "TimeToLiveSpecification" in table
    }

    assert expiring == dict.fromkeys(
        ["Tables/Access", "Tables/Audit", "Tables/Keys"], {"AttributeName": "ttl", "Enabled": True}
    )


def test_tables_and_indexes_have_the_keys_that_the_functions_use(aws_stack: SynthesizedStack) -> None:
    tables = aws_stack.properties("AWS::DynamoDB::GlobalTable")

    def keys(schema: list[dict[str, str]]) -> list[str]:
        return [part["AttributeName"] for part in schema]

    assert {path: keys(table["KeySchema"]) for path, table in tables.items()} == {
        "Tables/Access": ["pk", "sk"],
        "Tables/Records": ["pk", "sk"],
        "Tables/Keys": ["pk"],
        "Tables/Facts": ["pk", "sk"],
        "Tables/Facilities": ["pk", "sk"],
        "Tables/Audit": ["pk"],
    }
    indexes = {
        (path, index["IndexName"]): (keys(index["KeySchema"]), index["Projection"]["ProjectionType"])
        for path, table in tables.items()
        for index in table.get("GlobalSecondaryIndexes", [])
    }
    assert indexes == {
        ("Tables/Access", "by-account"): (["account", "created_at"], "KEYS_ONLY"),
        ("Tables/Keys", "by-identifier"): (["identifier", "since"], "ALL"),
        ("Tables/Audit", "by-record"): (["record_id", "at"], "ALL"),
        ("Tables/Audit", "by-facility-day"): (["facility_day", "at"], "ALL"),
    }


def test_the_keys_are_of_the_right_kind(aws_stack: SynthesizedStack) -> None:
    keys = aws_stack.properties("AWS::KMS::Key")

    roots = {"Keys/Mac", "Keys/PhoneMac", "Keys/CellMac"}
    assert keys.keys() == {"Keys/Storage", "Keys/Data", "Keys/Alarms", "Digests/SigningKey"} | roots
    for root in roots:
        assert (keys[root]["KeySpec"], keys[root]["KeyUsage"]) == ("HMAC_256", "GENERATE_VERIFY_MAC")
    assert keys["Keys/Storage"]["EnableKeyRotation"] is True
    assert keys["Keys/Data"]["EnableKeyRotation"] is True
    assert keys["Keys/Alarms"]["EnableKeyRotation"] is True
    assert {key["PendingWindowInDays"] for key in keys.values()} == {30}


def test_the_keys_have_the_names_that_operators_use(aws_stack: SynthesizedStack) -> None:
    aliases = {
        alias["AliasName"]: key_behind(aws_stack, alias["TargetKeyId"])
        for alias in aws_stack.properties("AWS::KMS::Alias").values()
    }

    assert aliases == {
        "alias/ssk-79-data": "Keys/Data",
        "alias/ssk-79-mac": "Keys/Mac",
        "alias/ssk-79-phone-mac": "Keys/PhoneMac",
        "alias/ssk-79-cell-mac": "Keys/CellMac",
    }


def test_a_key_lets_in_only_its_own_account_logs_and_alarms(aws_stack: SynthesizedStack) -> None:
    outsiders = {
        (path, statement["Principal"]["Service"], *statement["Condition"])
        for path, key in aws_stack.properties("AWS::KMS::Key").items()
        for statement in key["KeyPolicy"]["Statement"]
        if "AWS" not in statement["Principal"]
    }

    assert outsiders == {
        (STORAGE_KEY, "logs.ap-southeast-1.amazonaws.com", "ArnLike"),
        ("Keys/Alarms", "cloudwatch.amazonaws.com", "StringEquals", "ArnLike"),
    }


@pytest.mark.parametrize(
    "path", ["Site/Bucket", "Insights/Bucket", "Digests/Bucket", "ServerLogs/Bucket", "AccessTrail/Bucket"]
)
def test_a_bucket_is_private_versioned_and_without_lists_of_its_own(aws_stack: SynthesizedStack, path: str) -> None:
    bucket = aws_stack.properties("AWS::S3::Bucket")[path]

    assert bucket["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"], True
    )
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert "BucketName" not in bucket, "a fixed name would block the next try"


def test_a_bucket_refuses_calls_without_tls(aws_stack: SynthesizedStack) -> None:
    policies = aws_stack.properties("AWS::S3::BucketPolicy")

    assert policies.keys() == {
        f"{name}/Bucket/Policy" for name in ("Site", "Insights", "Digests", "ServerLogs", "AccessTrail")
    }
    for policy in policies.values():
        refused = [part["Condition"] for part in policy["PolicyDocument"]["Statement"] if part["Effect"] == "Deny"]
        assert {"Bool": {"aws:SecureTransport": "false"}} in refused
        assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in refused


def test_a_digest_of_the_audit_is_locked_for_five_years(aws_stack: SynthesizedStack) -> None:
    bucket = aws_stack.properties("AWS::S3::Bucket")["Digests/Bucket"]

    assert bucket["ObjectLockEnabled"] is True
    assert bucket["ObjectLockConfiguration"] == LOCK, "what the tests of the digests try to break"
    signing = aws_stack.properties("AWS::KMS::Key")["Digests/SigningKey"]
    assert (signing["KeySpec"], signing["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")


@pytest.mark.parametrize("name", ["Insights/Bucket", "Digests/Bucket"])
def test_a_private_bucket_has_the_province_s_key(aws_stack: SynthesizedStack, name: str) -> None:
    bucket = aws_stack.properties("AWS::S3::Bucket")[name]
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert rule["BucketKeyEnabled"] is True
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert key_behind(aws_stack, rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]) == STORAGE_KEY


def test_snapshots_of_facts_are_gone_with_all_versions_within_15_days(aws_stack: SynthesizedStack) -> None:
    rules = {
        rule["Id"]: rule
        for rule in aws_stack.properties("AWS::S3::Bucket")["Insights/Bucket"]["LifecycleConfiguration"]["Rules"]
    }
    snapshots = rules["snapshots-go"]
    current, old = snapshots["ExpirationInDays"], snapshots["NoncurrentVersionExpiration"]["NoncurrentDays"]

    assert (snapshots["Prefix"], snapshots["Status"]) == ("snapshots/", "Enabled")
    assert current + 1 + old + 1 <= 15, "S3 rounds each period up to the next midnight"
    assert rules["leavings-go"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def test_every_log_group_is_encrypted_and_forgets(aws_stack: SynthesizedStack) -> None:
    groups = aws_stack.properties("AWS::Logs::LogGroup")

    assert {path: group["RetentionInDays"] for path, group in groups.items()} == {
        "Otp/Logs": 30,
        "Declare/Logs": 30,
        "Lookup/Logs": 30,
        "Contribute/Logs": 30,
        "Aggregate/Logs": 30,
        "DailyWork/Logs": 30,
        "Digest/Logs": 30,
        "Report/Logs": 30,
        "Api/AccessLog": 400,
    }
    assert {key_behind(aws_stack, group["KmsKeyId"]) for group in groups.values()} == {STORAGE_KEY}


def test_the_dead_letter_queue_is_encrypted_and_takes_tls_only(aws_stack: SynthesizedStack) -> None:
    (queue,) = aws_stack.properties("AWS::SQS::Queue").values()
    (policy,) = aws_stack.properties("AWS::SQS::QueuePolicy").values()

    assert {name: value for name, value in queue.items() if name != "Tags"} == {
        "MessageRetentionPeriod": 14 * 86_400,
        "SqsManagedSseEnabled": True,
    }
    assert [part["Effect"] for part in policy["PolicyDocument"]["Statement"]] == ["Deny"]


def test_the_origin_secret_is_made_in_the_account_and_no_template_holds_it(aws_stack: SynthesizedStack) -> None:
    (secret,) = aws_stack.properties("AWS::SecretsManager::Secret").values()

    assert "SecretString" not in secret
    assert secret["GenerateSecretString"]["SecretStringTemplate"] == '{"previous": ""}'
    assert secret["GenerateSecretString"]["GenerateStringKey"] == "current"
    assert secret["GenerateSecretString"]["PasswordLength"] == 64
    assert key_behind(aws_stack, secret["KmsKeyId"]) == STORAGE_KEY


@pytest.mark.parametrize("warm", [None, {"ReadUnitsPerSecond": 24_000, "WriteUnitsPerSecond": 8_000}])
def test_a_campaign_warms_every_table_and_index_or_says_nothing(warm: dict[str, int] | None) -> None:
    wanted = WarmThroughput() if warm is None else WarmThroughput(reads=24_000, writes=8_000)
    stack = Stack(env=Environment(region="ap-southeast-1"))
    ProvinceTables(stack, "Tables", key=aws_kms.Key(stack, "Key"), warm=wanted)
    tables = Template.from_stack(stack).find_resources("AWS::DynamoDB::GlobalTable").values()
    assert [table["Properties"].get("WarmThroughput") for table in tables] == [warm] * 6
    indexes = [one for table in tables for one in table["Properties"].get("GlobalSecondaryIndexes", [])]
    assert [index.get("WarmThroughput") for index in indexes] == [warm] * 4
