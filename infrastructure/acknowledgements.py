"""Every rule of cdk-nag, checkov, cfn-lint and CDK itself that this project answers with a reason, not a change.

A scope is a construct's path under the stack and holds for all that is in it, for checkov and cfn-lint for itself only;
`{Otp/Logs}` in a rule stands for the logical id of that construct, `(region)` for the stack's, `(province)` for the
name of the province's stack. `tests/infrastructure` counts the list and refuses an entry that nothing needs any more;
`make rules` does so for checkov and cfn-lint.
"""

import re
from dataclasses import dataclass

from aws_cdk import Acknowledgment, App, CfnResource, Stack, Validations
from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, ServerlessChecks
from constructs import IConstruct

RULE_PACKS = (AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, ServerlessChecks)
SOLUTIONS, HIPAA, NIST, SERVERLESS = (
    "AwsSolutions::AwsSolutions-",
    "HIPAA.Security::HIPAA.Security-",
    "NIST.800.53.R5::NIST.800.53.R5-",
    "Serverless::Serverless-",
)
CHECKOV, CFN_LINT, CDK = "checkov::", "cfn-lint::", "Annotation::"
API_FUNCTIONS = ("Otp", "Declare", "Lookup", "Contribute")
FUNCTIONS = (*API_FUNCTIONS, "Aggregate", "Digest", "Report")
LAMBDAS = tuple(f"{name}/Function" for name in FUNCTIONS)


@dataclass(frozen=True)
class Acknowledgement:
    """Rules that may stay broken in these scopes of a province's stack (`edge`, `province`, `backup`), and why.

    What stands in AWS alone is not looked for in a stack for the emulator, and what is `optional` only some provinces
    have by their settings.
    """

    rules: tuple[str, ...]
    scopes: tuple[str, ...]
    reason: str
    stack: str = "province"
    in_aws_alone: bool = False
    optional: bool = False


ACKNOWLEDGEMENTS = (
    Acknowledgement(
        (f"{SOLUTIONS}APIG4",),
        ("Api",),
        "Who calls is decided in the functions, by a session with levels or an RFC 9421 signature over the request; "
        "their shared entry point refuses every call that did not come through the CDN. A test walks every route.",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}CFR1",),
        ("FrontDoor/Cdn",),
        "Residents travel and have families abroad; no country is shut out. Codes go to Vietnamese numbers only.",
    ),
    Acknowledgement(
        (f"{CDK}@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk",),
        ("FrontDoor/Cdn",),
        "The right to list is asked for so that S3 answers 404; the default root object is set, the edge names the "
        "index of every folder, and queries do not reach S3, so nobody gets a list.",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}CFR3",),
        ("FrontDoor/Cdn",),
        "The CDN's standard log holds queries and addresses; a FHIR search by GET has a person's number in the query. "
        "The API's access log by route key takes its place.",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}L1", f"{SERVERLESS}LambdaLatestVersion"),
        FUNCTIONS,
        "Development, tests, bytecode in the packages and Lambda are all Python 3.13; a newer one is taken for all at "
        "once.",
    ),
    Acknowledgement(
        (f"{HIPAA}LambdaInsideVPC", f"{NIST}LambdaInsideVPC"),
        FUNCTIONS,
        "There is nothing in a VPC to reach: all data is in services with an API of their own, guarded by one role per "
        "function. A NAT gateway alone would cost more in a month than an idle province.",
    ),
    Acknowledgement(
        (f"{HIPAA}LambdaDLQ", f"{NIST}LambdaDLQ", f"{SERVERLESS}LambdaDLQ"),
        API_FUNCTIONS,
        "Called synchronously only: the caller gets the error, and a queue would keep health data of failed requests.",
    ),
    Acknowledgement(
        (f"{SERVERLESS}LambdaTracing",),
        FUNCTIONS,
        "Traces would hold paths with record ids. Latency is in the metrics and in the access log by route.",
    ),
    Acknowledgement(
        (f"{SERVERLESS}SQSRedrivePolicy",),
        ("DeadLetters/Queue",),
        "This queue is where the work of others ends that failed; an alarm watches it.",
    ),
    Acknowledgement(
        (f"{SERVERLESS}SNSRedrivePolicy",),
        ("Alarms/Topic",),
        "An alarm whose e-mail does not arrive stays visible in CloudWatch; a queue of undelivered alarms would be "
        "one more thing that nobody reads.",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}SMG4", f"{HIPAA}SecretsManagerRotationEnabled", f"{NIST}SecretsManagerRotationEnabled"),
        ("Origin/Pair",),
        "A new value has to reach the CDN as well, so rotation is a deployment during which two values are valid, and "
        "not a timer whose function could change the CDN.",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}SMG4", f"{HIPAA}SecretsManagerRotationEnabled", f"{NIST}SecretsManagerRotationEnabled"),
        ("SmsGateway/Key",),
        "The gateway has to know a new key before it is used, so an operator replaces it together with the company "
        "that runs the gateway; the functions take it within five minutes, or at the gateway's first refusal.",
        optional=True,
    ),
    Acknowledgement(
        (f"{HIPAA}S3BucketReplicationEnabled", f"{NIST}S3BucketReplicationEnabled"),
        ("Digests/Bucket",),
        "What is lost there was never personal data; the table that it speaks of has backups of its own.",
    ),
    Acknowledgement(
        (f"{HIPAA}S3BucketReplicationEnabled", f"{NIST}S3BucketReplicationEnabled"),
        ("Site/Bucket", "Insights/Bucket", "ServerLogs/Bucket"),
        "Nothing there is an only copy: pages are built from the repository, insights from the facts, logs are "
        "short-lived. A second region would be a second place of personal data.",
    ),
    Acknowledgement(
        (f"{HIPAA}S3BucketReplicationEnabled", f"{NIST}S3BucketReplicationEnabled"),
        ("AccessTrail/Bucket",),
        "Files of the trail can be validated, and CloudTrail itself keeps 90 days of management events beside them.",
        in_aws_alone=True,
    ),
    Acknowledgement(
        (
            *(f"{pack}S3DefaultEncryptionKMS" for pack in (HIPAA, NIST)),
            *(f"{pack}CloudTrailEncryptionEnabled" for pack in (HIPAA, NIST)),
        ),
        ("AccessTrail",),
        "S3's own encryption: a file names keys of items, which are MACs and random ids, and a key of ours would write "
        "its own uses into the trail without end.",
        in_aws_alone=True,
    ),
    Acknowledgement(
        tuple(f"{pack}CloudTrailCloudWatchLogsEnabled" for pack in (HIPAA, NIST)),
        ("AccessTrail",),
        "The trail is read after a breach, from its files. A copy in CloudWatch would cost half a dollar a gigabyte, "
        "and no alarm looks at it.",
        in_aws_alone=True,
    ),
    Acknowledgement(
        (f"{HIPAA}S3DefaultEncryptionKMS", f"{NIST}S3DefaultEncryptionKMS"),
        ("Site/Bucket", "ServerLogs/Bucket"),
        "Public pages, and logs that S3 writes to buckets with its own encryption only.",
    ),
    Acknowledgement(
        (f"{CHECKOV}CKV_AWS_35",),
        ("AccessTrail/Trail",),
        "S3's own encryption, as said above for cdk-nag.",
        in_aws_alone=True,
    ),
    Acknowledgement(
        (f"{CHECKOV}CKV_AWS_117",),
        LAMBDAS,
        "There is nothing in a VPC to reach, as said above for cdk-nag.",
    ),
    Acknowledgement(
        (f"{CHECKOV}CKV_AWS_116",),
        tuple(f"{name}/Function" for name in API_FUNCTIONS),
        "Called synchronously only, as said above for cdk-nag.",
    ),
    Acknowledgement(
        (f"{CHECKOV}CKV_AWS_173",),
        LAMBDAS,
        "The variables name tables, keys and limits; none is a secret, and Lambda encrypts them with its own key.",
    ),
    Acknowledgement(
        (f"{CFN_LINT}W3005",),
        LAMBDAS,
        "CDK lets a function wait for its role's policies as well; that it names the role twice harms nobody.",
    ),
    Acknowledgement(
        (f"{CHECKOV}CKV_AWS_7",),
        ("Keys/Mac", "Keys/PhoneMac", "Keys/CellMac"),
        "KMS cannot rotate HMAC keys, and another root would lose every look-up.",
    ),
    Acknowledgement(
        (f"{CHECKOV}CKV_AWS_18",),
        ("ServerLogs/Bucket",),
        "This bucket is where the access logs go; logs of logs would have no end.",
    ),
    Acknowledgement(
        (f"{CHECKOV}CKV_AWS_27",),
        ("DeadLetters/Queue",),
        "The queue is encrypted by SQS itself, and what waits in it is a schedule's empty call.",
    ),
    Acknowledgement(
        (f"{CHECKOV}CKV_AWS_86",),
        ("FrontDoor/Cdn",),
        "The CDN's standard log holds queries and addresses, as said above for cdk-nag.",
    ),
    *(
        Acknowledgement(
            (f"{SOLUTIONS}IAM5[Resource::<{{{name}/Logs}}.Arn>:*]",),
            (f"{name}May",),
            "The streams of the function's own log group, whose names Lambda makes.",
        )
        for name in FUNCTIONS
    ),
    Acknowledgement(
        tuple(
            f"{SOLUTIONS}IAM5[Resource::<{{Insights/Bucket}}.Arn>/{kind}/*]"
            for kind in ("snapshots", "statistics", "forecasts", "published", "released", "reference", "athena")
        ),
        ("AggregateMay",),
        "Files of one kind in the insights bucket; their names hold dates.",
    ),
    *(
        Acknowledgement(
            (f"{HIPAA}CloudWatchAlarmAction", f"{NIST}CloudWatchAlarmAction"),
            ("Alarms",),
            "An alarm without an action is told by a composite alarm, so that one fault is one message; a test sees "
            "that each alarm is heard exactly once.",
            stack=stack,
        )
        for stack in ("province", "backup")
    ),
    Acknowledgement(
        (f"{SOLUTIONS}IAM5[Resource::*]",),
        ("ReportMay",),
        "Ages of backups, figures and states of alarms; AWS lets these calls name no resource, or only one at a time.",
    ),
    Acknowledgement(
        tuple(f"{SOLUTIONS}IAM5[Resource::<{{SmsDeliveryLog/{kind}}}.Arn>:*]" for kind in ("Delivered", "Failed")),
        ("SmsDeliveryLogMay",),
        "The streams of the two log groups, whose names SNS makes.",
        optional=True,
    ),
    Acknowledgement(
        (f"{SOLUTIONS}IAM5[Resource::*]",),
        ("DailyWorkMay",),
        "The calls by which Step Functions sets up the delivery of its log; AWS lets none of them name a resource.",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}SF2", f"{SERVERLESS}StepFunctionStateMachineXray"),
        ("DailyWork/Machine",),
        "Five steps a day, whose every change of state is in the log; a trace would say nothing more.",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}IAM5[Resource::<{{Site/Bucket}}.Arn>/insights/*]",),
        ("AggregateMay",),
        "The published pages on the site, which the aggregation writes and nothing else.",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}IAM5[Resource::<{{Digests/Bucket}}.Arn>/digests/*]",),
        ("DigestMay",),
        "One digest for each facility and day; their names hold both.",
    ),
    Acknowledgement(
        tuple(f"{SOLUTIONS}IAM5[Resource::<{{{bucket}/Bucket}}.Arn>/accesses/*]" for bucket in ("Digests", "Site")),
        ("DigestMay",),
        "The public record of accesses: one document for each day, and its parts, named by what they hold.",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}IAM5[Resource::<{{Tables/Facts}}.Arn>/export/*]",),
        ("AggregateMay",),
        "Exports of the facts table; DynamoDB makes their names.",
    ),
    Acknowledgement(
        (f"{SERVERLESS}SNSRedrivePolicy",),
        ("Alarms/Topic",),
        "As in the province's stack: an alarm whose e-mail does not arrive stays visible in CloudWatch.",
        stack="edge",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}IAM5[Resource::arn:aws:backup:(region):<AWS::AccountId>:recovery-point:*]",),
        ("RoleMay",),
        "Copies that a job makes and tags; AWS Backup makes their names.",
        stack="backup",
    ),
    Acknowledgement(
        tuple(
            f"{SOLUTIONS}IAM5[Resource::arn:aws:dynamodb:(region):<AWS::AccountId>:table/<Table{name}>/backup/*]"
            for name in ("Records", "Facilities", "Audit")
        ),
        ("RoleMay", "RestoreRoleMay"),
        "Backups of these three tables; DynamoDB makes their names.",
        stack="backup",
    ),
    Acknowledgement(
        (f"{SOLUTIONS}IAM5[Resource::arn:aws:dynamodb:(region):<AWS::AccountId>:table/(province)-restored-*]",),
        ("RestoreRoleMay",),
        "Tables that are restored; an operator makes the rest of the name, and no table in use is called so.",
        stack="backup",
    ),
)


def add_checks(app: App) -> None:
    """Let cdk-nag judge everything in the app when it is synthesized; a finding that is not acknowledged fails it."""
    Validations.of(app).add_plugins(*(pack(app) for pack in RULE_PACKS))


def stack_kind(stack_name: str) -> str:
    """`ssk-79-edge` -> `edge`, `ssk-79` -> `province`."""
    return stack_name.split("-")[2] if stack_name.count("-") > 1 else "province"


def acknowledge(stack: Stack, *, in_aws: bool = True) -> None:
    """Write the list into the stack. Raises ValueError for a scope that is not there."""
    for entry in ACKNOWLEDGEMENTS:
        if entry.stack == stack_kind(stack.stack_name) and (in_aws or not entry.in_aws_alone):
            for scope in entry.scopes:
                if not entry.optional or stack.node.try_find_child(scope.partition("/")[0]):
                    _acknowledge(stack, _find(stack, scope), entry)


def _acknowledge(stack: Stack, construct: IConstruct, entry: Acknowledgement) -> None:
    of_nag = [rule for rule in entry.rules if not rule.startswith((CHECKOV, CFN_LINT))]
    if of_nag:
        answers = [Acknowledgment(id=_named(rule, stack), reason=entry.reason) for rule in of_nag]
        Validations.of(construct).acknowledge(*answers)
    for rule in set(entry.rules) - set(of_nag):
        _write_into_metadata(construct, rule, entry.reason)


def _write_into_metadata(construct: IConstruct, rule: str, reason: str) -> None:
    """As checkov and cfn-lint read it beside a resource."""
    resource = construct if isinstance(construct, CfnResource) else construct.node.default_child
    assert isinstance(resource, CfnResource)
    tool, _, name = rule.rpartition("::")
    if f"{tool}::" == CHECKOV:
        known = (resource.get_metadata("checkov") or {"skip": []})["skip"]
        resource.add_metadata("checkov", {"skip": [*known, {"id": name, "comment": reason}]})
    else:
        known = (resource.get_metadata("cfn-lint") or {"config": {"ignore_checks": []}})["config"]["ignore_checks"]
        resource.add_metadata("cfn-lint", {"config": {"ignore_checks": [*known, name]}})


def _named(rule: str, stack: Stack) -> str:
    named = re.sub(r"\{([\w/]+)\}", lambda match: _logical_id(stack, match[1]), rule)
    return named.replace("(region)", stack.region).replace("(province)", stack.stack_name.removesuffix("-backup"))


def _logical_id(stack: Stack, path: str) -> str:
    resource = _find(stack, path).node.default_child
    assert isinstance(resource, CfnResource)
    return str(stack.resolve(resource.logical_id))


def _find(stack: Stack, path: str) -> IConstruct:
    found: IConstruct = stack
    for step in path.split("/"):
        child = found.node.try_find_child(step)
        if child is None:
            raise ValueError(f"{path} is acknowledged in acknowledgements.py, but is not in the stack")
        found = child
    return found
