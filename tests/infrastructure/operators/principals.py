"""Who must be let in: what AWS's services do for the templates, read from the templates' own references.

Each type of resource has a reader of the properties by which it names something else: an alarm its actions, a log group
its key, a schedule its role, target and queue. A type without a reader must stand in `NAMES_NOBODY`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.infrastructure.arns import ACCOUNT, DeployedArns
from tests.infrastructure.operators import managed_policies
from tests.infrastructure.operators.account import Account
from tests.infrastructure.operators.policies import Call, allows, listed, matches

STRANGER = "999999999999"
# A service's principal comes with these; a stranger's resource would come with another account in them.
LOG_KEY_ACTIONS = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
LOG_DELIVERY_ACTIONS = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
SMS_LOG_ACTIONS = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "logs:PutMetricFilter",
    "logs:PutRetentionPolicy",
)
EXPORT_ACTIONS = ("s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl")
TOPIC_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
NAMES_NOBODY = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Route",  # read by its integration
    "AWS::ApiGatewayV2::Stage",  # its log's permission is made by API Gateway itself
    "AWS::Backup::BackupPlan",
    "AWS::CDK::Metadata",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudFront::CachePolicy",
    "AWS::CloudFront::Function",
    "AWS::CloudFront::OriginAccessControl",
    "AWS::CloudFront::ResponseHeadersPolicy",
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::GlobalTable",  # its key is used with the caller's rights, read from the roles
    "AWS::Glue::Database",
    "AWS::Glue::Table",
    "AWS::IAM::ManagedPolicy",  # read from the roles
    "AWS::KMS::Alias",
    "AWS::KMS::Key",
    "AWS::Lambda::LayerVersion",
    "AWS::Logs::MetricFilter",  # CloudWatch Logs counts its own lines
    "AWS::Lambda::Permission",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",  # read by those that publish
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::Secret",
    "AWS::WAFv2::LoggingConfiguration",  # its log's permission is made by WAF itself
    "AWS::WAFv2::WebACL",
}


@dataclass(frozen=True)
class Need:
    """Something that must be allowed, and which reference says so."""

    why: str
    call: Call


type Reader = Callable[[Account, DeployedArns, str, dict[str, Any]], Iterator[Need]]


def needs(account: Account) -> list[Need]:
    """Everything that the templates need of AWS's services."""
    found: list[Need] = []
    for stack, name, properties in account.each():
        kind = stack.resources[name]["Type"]
        assert kind in READERS or kind in NAMES_NOBODY, f"say in {__name__} whom {kind} names"
        if kind in READERS:
            found += READERS[kind](account, stack, name, properties)
    return found


def faults(account: Account) -> list[str]:
    """What is needed and not allowed, what a stranger could do too, and what is allowed to a service and not needed."""
    wanted = needs(account)
    return [
        *(f"{need.why}: {_told(need.call)} is not allowed" for need in wanted if not _allowed(account, need.call)),
        *(f"{need.why}: a stranger's account may do it too" for need in wanted if _open_to_strangers(account, need)),
        *_unneeded_on_resources(account, wanted),
        *_unneeded_of_roles(account, wanted),
    ]


def _told(call: Call) -> str:
    return f"{call.action} on {call.resource.rpartition(':')[2]} by {call.principal.rpartition(':')[2]}"


def _allowed(account: Account, call: Call) -> bool:
    return (
        account.role_may(call) if call.principal.startswith("arn:") else allows(account.policy_on(call.resource), call)
    )


def _open_to_strangers(account: Account, need: Need) -> bool:
    """Whether a service may do the same for somebody else's resource: the confused deputy."""
    theirs = {key: value.replace(ACCOUNT, STRANGER) for key, value in need.call.context.items()}
    if need.call.principal.startswith("arn:") or theirs == need.call.context:
        return False
    call = Call(need.call.principal, need.call.action, need.call.resource, theirs)
    return allows(account.policy_on(call.resource), call)


def _unneeded_on_resources(account: Account, wanted: list[Need]) -> Iterator[str]:
    for owner, where, statement in account.own_policies:
        if statement["Effect"] != "Allow" or "Service" not in statement["Principal"]:
            continue
        for service in listed(statement["Principal"]["Service"]):
            for action in listed(statement["Action"]):
                narrow = {**statement, "Principal": {"Service": service}, "Action": action}
                if not any(_within(owner, need.call) and matches(narrow, need.call) for need in wanted):
                    yield f"{where}: {action} is allowed to {service}, and nothing needs it"


def _within(owner: str, call: Call) -> bool:
    return call.resource == owner or call.resource.startswith(owner + "/")


def _unneeded_of_roles(account: Account, wanted: list[Need]) -> Iterator[str]:
    """Of the roles that only services take; tests count what functions need (`tests/unused_rights.py`)."""
    for stack, name, properties in account.each("AWS::IAM::Role"):
        if "lambda.amazonaws.com" in json.dumps(properties["AssumeRolePolicyDocument"]):
            continue
        arn = stack.arn(name)
        for statement in account.roles[arn]:
            for action in listed(statement["Action"]):
                narrow = {**statement, "Action": action}
                calls = (need.call for need in wanted if need.call.principal == arn)
                if not any(matches(narrow, call, of_identity=True) for call in calls):
                    yield f"{account.path(stack, name)}: {action} is granted, and nothing needs it"


def _of_account(source: str) -> dict[str, str]:
    return {
        "aws:SourceAccount": ACCOUNT,
        "aws:SourceArn": source,
        "aws:SecureTransport": "true",
        "s3:TlsVersion": "1.3",
    }


def _publishing(account: Account, why: str, service: str, source: str, topic_arn: str) -> Iterator[Need]:
    """To a topic, and with the topic's key where it has one of ours."""
    context = _of_account(source)
    yield Need(why, Call(service, "sns:Publish", topic_arn, context))
    key = _key_of(account, topic_arn)
    for action in TOPIC_KEY_ACTIONS if key else ():
        yield Need(f"{why}, by the topic's key", Call(service, action, str(key), context))


def _key_of(account: Account, arn: str) -> str | None:
    """The customer's key by which a resource is encrypted."""
    for stack, name, properties in account.each(*_KEYS):
        if stack.arn(name) == arn:
            reference = _KEYS[stack.resources[name]["Type"]](properties)
            return stack.arn_of(reference) if reference else None
    return None


def _key_of_bucket(properties: Mapping[str, Any]) -> Any:
    rules = properties.get("BucketEncryption", {}).get("ServerSideEncryptionConfiguration", [])
    return next((key for rule in rules if (key := rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID"))), None)


_KEYS: dict[str, Callable[[Mapping[str, Any]], Any]] = {
    "AWS::DynamoDB::GlobalTable": lambda table: table["Replicas"][0].get("SSESpecification", {}).get("KMSMasterKeyId"),
    "AWS::S3::Bucket": _key_of_bucket,
    "AWS::SNS::Topic": lambda topic: topic.get("KmsMasterKeyId"),
    "AWS::SecretsManager::Secret": lambda secret: secret.get("KmsKeyId"),
}


def _alarm(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    for event in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for action in properties.get(event, []):
            why = f"alarm {account.path(stack, name)}"
            yield from _publishing(account, why, "cloudwatch.amazonaws.com", stack.arn(name), stack.arn_of(action))


def _budget(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    for notification in properties.get("NotificationsWithSubscribers", []):
        for subscriber in notification["Subscribers"]:
            if subscriber["SubscriptionType"] == "SNS":
                why, topic = f"budget {account.path(stack, name)}", stack.arn_of(subscriber["Address"])
                yield from _publishing(account, why, "budgets.amazonaws.com", stack.arn(name), topic)


def _log_group(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    arn, why = stack.arn(name), f"log group {account.path(stack, name)}"
    if "KmsKeyId" in properties:
        context = {"kms:EncryptionContext:aws:logs:arn": arn}
        for action in LOG_KEY_ACTIONS:
            call = Call(f"logs.{stack.region}.amazonaws.com", action, stack.arn_of(properties["KmsKeyId"]), context)
            yield Need(f"{why}, by its key", call)
    if re.match(r"sns/.+/DirectPublishToPhoneNumber", stack.text(properties.get("LogGroupName", ""))):
        role = stack.text(stack.template["Outputs"]["SmsDeliveryRoleArn"]["Value"])
        yield _taking("sns.amazonaws.com", role, why)
        for action in SMS_LOG_ACTIONS:
            yield Need(why, Call(role, action, f"{arn}:log-stream:1"))


def _taking(service: str, role: str, why: str) -> Need:
    """A stranger cannot hand our role to a service: that takes `iam:PassRole` in our account."""
    return Need(f"{why}, its role", Call(service, "sts:AssumeRole", role))


def _distribution(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    for origin in properties["DistributionConfig"]["Origins"]:
        if "OriginAccessControlId" not in origin:
            continue
        bucket = stack.arn_of(origin["DomainName"])
        why, context = f"distribution {account.path(stack, name)}", _of_account(stack.arn(name))
        yield Need(why, Call("cloudfront.amazonaws.com", "s3:GetObject", f"{bucket}/index.html", context))
        yield Need(f"{why}, to say 404", Call("cloudfront.amazonaws.com", "s3:ListBucket", bucket, context))
        if key := _key_of(account, bucket):
            yield Need(f"{why}, by the bucket's key", Call("cloudfront.amazonaws.com", "kms:Decrypt", key, context))


STARTS = {"lambda": "lambda:InvokeFunction", "states": "states:StartExecution"}


def _schedule(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    target, why = properties["Target"], f"schedule {account.path(stack, name)}"
    role, started = stack.arn_of(target["RoleArn"]), stack.arn_of(target["Arn"])
    yield _taking("scheduler.amazonaws.com", role, why)
    yield Need(why, Call(role, STARTS[started.split(":")[2]], started))
    queue = stack.arn_of(target["DeadLetterConfig"]["Arn"])
    yield Need(f"{why}, what failed", Call(role, "sqs:SendMessage", queue, {"aws:SecureTransport": "true"}))


def _state_machine(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    role, why = stack.arn_of(properties["RoleArn"]), f"state machine {account.path(stack, name)}"
    yield _taking("states.amazonaws.com", role, why)
    states = json.loads(stack.text(properties["DefinitionString"]))["States"]
    for resource in {state["Resource"] for state in states.values() if state["Type"] == "Task"}:
        yield Need(why, Call(role, "lambda:InvokeFunction", resource))
    if properties.get("LoggingConfiguration", {}).get("Destinations"):
        for action in LOG_DELIVERY_ACTIONS:
            yield Need(f"{why}, its log", Call(role, action, "*"))


def _function(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    role, why = stack.arn_of(properties["Role"]), f"function {account.path(stack, name)}"
    yield _taking("lambda.amazonaws.com", role, why)
    group = stack.arn_of(properties["LoggingConfig"]["LogGroup"])
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        yield Need(f"{why}, its log", Call(role, action, f"{group}:log-stream:1"))
    if "DeadLetterConfig" in properties:
        queue = stack.arn_of(properties["DeadLetterConfig"]["TargetArn"])
        yield Need(f"{why}, what failed", Call(role, "sqs:SendMessage", queue, {"aws:SecureTransport": "true"}))


def _integration(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    function = stack.arn_of(properties["IntegrationUri"])
    for other, route, said in account.each("AWS::ApiGatewayV2::Route"):
        if name in json.dumps(said["Target"]):
            method, path = said["RouteKey"].split(" ")
            source = f"arn:aws:execute-api:{stack.region}:{ACCOUNT}:{stack.text(said['ApiId'])}/$default/{method}{path}"
            call = Call("apigateway.amazonaws.com", "lambda:InvokeFunction", function, {"aws:SourceArn": source})
            yield Need(f"route {account.path(other, route)}", call)


def _bucket(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    if logging := properties.get("LoggingConfiguration"):
        place = f"{stack.arn_of(logging['DestinationBucketName'])}/{logging.get('LogFilePrefix', '')}1"
        call = Call("logging.s3.amazonaws.com", "s3:PutObject", place, _of_account(stack.arn(name)))
        yield Need(f"bucket {account.path(stack, name)}, its log", call)


def _trail(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    bucket, why = stack.arn_of(properties["S3BucketName"]), f"trail {account.path(stack, name)}"
    context = _of_account(stack.arn(name))
    yield Need(why, Call("cloudtrail.amazonaws.com", "s3:GetBucketAcl", bucket, context))
    yield Need(why, Call("cloudtrail.amazonaws.com", "s3:PutObject", f"{bucket}/AWSLogs/{ACCOUNT}/1", context))


def _backups(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    """What AWS's own role may do, on the tables of the selection, their key, and the vaults of the plan."""
    selection, why = properties["BackupSelection"], f"backups {account.path(stack, name)}"
    role = stack.arn_of(selection["IamRoleArn"])
    yield _taking("backup.amazonaws.com", role, why)
    vaults = [
        (stack.arn(key), stack.arn_of(one["EncryptionKeyArn"]))
        for _, key, one in account.each("AWS::Backup::BackupVault")
    ]
    for table in (stack.text(arn) for arn in selection["Resources"]):
        for vault, vault_key in vaults:
            for call in managed_policies.backup_calls(role, table, str(_key_of(account, table)), vault, vault_key):
                yield Need(why, call)


def _restores(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    """What AWS's own role may do, from copies of the vault's tables into tables with the name of restored ones."""
    role, why = (
        stack.text(stack.template["Outputs"]["RestoreRoleArn"]["Value"]),
        f"restores {account.path(stack, name)}",
    )
    yield _taking("backup.amazonaws.com", role, why)
    vault_key = stack.arn_of(properties["EncryptionKeyArn"])
    for _, _, selection in account.each("AWS::Backup::BackupSelection"):
        for table in (stack.text(arn) for arn in selection["BackupSelection"]["Resources"]):
            restored = f"{table.rpartition('/')[0]}/{stack.stack_name.removesuffix('-backup')}-restored-records"
            for call in managed_policies.restore_calls(role, table, str(_key_of(account, table)), vault_key, restored):
                yield Need(why, call)


def _role(account: Account, stack: DeployedArns, name: str, properties: dict[str, Any]) -> Iterator[Need]:
    """What a function's rights bring with them: the key of what it may touch, and what an export writes in its name."""
    arn = stack.arn(name)
    for statement in account.roles[arn]:
        for action in listed(statement["Action"]):
            for resource in listed(statement.get("Resource", [])):
                yield from _behind(account, stack, f"{account.path(stack, name)} {action}", Call(arn, action, resource))


# Calls that read or write nothing that a key of ours protects.
WITHOUT_KEY = (
    "dynamodb:CreateBackup",
    "dynamodb:DeleteBackup",
    "dynamodb:Describe",
    "dynamodb:ExportTable",
    "dynamodb:ListTags",
    "dynamodb:StartAwsBackupJob",
    "s3:Abort",
    "s3:DeleteObject",
    "s3:List",
)


def _behind(account: Account, stack: DeployedArns, why: str, call: Call) -> Iterator[Need]:
    if call.action == "dynamodb:ExportTableToPointInTime":
        (place,) = {one for one in _places(account, call.principal) if "/snapshots/" in one}
        for action in EXPORT_ACTIONS:
            yield Need(f"{why}, what it writes", Call(call.principal, action, place))
    key = None if call.action.startswith(WITHOUT_KEY) else _key_of(account, _owner(call.resource))
    if key:
        via = {"kms:ViaService": f"{call.resource.split(':')[2]}.{stack.region}.amazonaws.com"}
        yield Need(f"{why}, by the key of what it touches", Call(call.principal, "kms:Decrypt", key, via))


def _owner(resource: str) -> str:
    """The table of an index, the bucket of an object."""
    service = resource.split(":")[2] if resource.startswith("arn:") else ""
    parts = resource.split("/")
    return "/".join(parts[: {"dynamodb": 2, "s3": 1}.get(service, len(parts))])


def _places(account: Account, role: str) -> Iterator[str]:
    for statement in account.roles[role]:
        if "s3:PutObject" in listed(statement["Action"]):
            yield from (one.replace("*", "1") for one in listed(statement["Resource"]))


READERS: dict[str, Reader] = {
    "AWS::ApiGatewayV2::Integration": _integration,
    "AWS::Backup::BackupSelection": _backups,
    "AWS::Backup::BackupVault": _restores,
    "AWS::Budgets::Budget": _budget,
    "AWS::CloudFront::Distribution": _distribution,
    "AWS::CloudTrail::Trail": _trail,
    "AWS::CloudWatch::Alarm": _alarm,
    "AWS::CloudWatch::CompositeAlarm": _alarm,
    "AWS::IAM::Role": _role,
    "AWS::Lambda::Function": _function,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::S3::Bucket": _bucket,
    "AWS::Scheduler::Schedule": _schedule,
    "AWS::StepFunctions::StateMachine": _state_machine,
}
