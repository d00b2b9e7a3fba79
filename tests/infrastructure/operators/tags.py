"""Which resources carry tags, and whether they carry the province's: project, province, and those of its settings."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.infrastructure.operators.account import Account

# Where the tags of a type stand, by its page in CloudFormation's template reference; None: it takes none.
LISTED = "Tags"
TAGS: dict[str, str | None] = {
    "AWS::ApiGatewayV2::Api": LISTED,
    "AWS::ApiGatewayV2::Integration": None,
    "AWS::ApiGatewayV2::Route": None,
    "AWS::ApiGatewayV2::Stage": LISTED,
    "AWS::Backup::BackupPlan": "BackupPlanTags",
    "AWS::Backup::BackupSelection": None,
    "AWS::Backup::BackupVault": "BackupVaultTags",
    "AWS::Budgets::Budget": "ResourceTags",
    "AWS::CDK::Metadata": None,
    "AWS::CertificateManager::Certificate": LISTED,
    "AWS::CloudFront::CachePolicy": None,
    "AWS::CloudFront::Distribution": LISTED,
    "AWS::CloudFront::Function": LISTED,
    "AWS::CloudFront::OriginAccessControl": None,
    "AWS::CloudFront::ResponseHeadersPolicy": None,
    "AWS::CloudWatch::Alarm": LISTED,
    "AWS::CloudWatch::CompositeAlarm": LISTED,
    "AWS::CloudWatch::Dashboard": LISTED,
    "AWS::DynamoDB::GlobalTable": "Replicas.Tags",
    "AWS::Glue::Database": None,
    "AWS::Glue::Table": None,
    "AWS::IAM::ManagedPolicy": None,
    "AWS::IAM::Role": LISTED,
    "AWS::KMS::Alias": None,
    "AWS::KMS::Key": LISTED,
    "AWS::CloudTrail::Trail": LISTED,
    "AWS::Lambda::Function": LISTED,
    "AWS::Lambda::LayerVersion": None,
    "AWS::Lambda::Permission": None,
    "AWS::Logs::LogGroup": LISTED,
    "AWS::S3::Bucket": LISTED,
    "AWS::S3::BucketPolicy": None,
    "AWS::SNS::Subscription": None,
    "AWS::SNS::Topic": LISTED,
    "AWS::SNS::TopicPolicy": None,
    "AWS::SQS::Queue": LISTED,
    "AWS::SQS::QueuePolicy": None,
    "AWS::Scheduler::Schedule": None,
    "AWS::SecretsManager::Secret": LISTED,
    "AWS::StepFunctions::StateMachine": LISTED,
    "AWS::WAFv2::LoggingConfiguration": None,
    "AWS::WAFv2::WebACL": LISTED,
}


def faults(account: Account, wanted: Mapping[str, str]) -> list[str]:
    """Resources that could carry tags and lack one of `wanted`; a type that nobody has looked up is a fault too."""
    found = []
    for stack, name, properties in account.each():
        kind = stack.resources[name]["Type"]
        if kind not in TAGS:
            found.append(f"{kind}: look up whether it takes tags")
        elif (place := TAGS[kind]) and any(not wanted.items() <= tags.items() for tags in _tags(properties, place)):
            found.append(f"{account.path(stack, name)} ({kind}) lacks tags of the province")
    return found


def _tags(properties: Mapping[str, Any], place: str) -> Iterator[dict[str, str]]:
    if place == "Replicas.Tags":
        for replica in properties["Replicas"]:
            yield _as_mapping(replica.get("Tags", []))
    else:
        yield _as_mapping(properties.get(place, []))


def _as_mapping(tags: Any) -> dict[str, str]:
    return tags if isinstance(tags, dict) else {one["Key"]: one["Value"] for one in json.loads(json.dumps(tags))}
