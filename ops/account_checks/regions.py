"""What a province's region has: regions that have to be switched on first lack some services, and refuse some tokens.

https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
"""

import boto3
import botocore

from ops.account_checks.findings import Finding, fault, ok, warning
from ops.account_checks.inspected import Inspected

# Services of the templates' types of resources, as the SDK names them.
SERVICES = {
    "AWS::ApiGatewayV2": "apigatewayv2",
    "AWS::Backup": "backup",
    "AWS::CloudTrail": "cloudtrail",
    "AWS::CloudWatch": "cloudwatch",
    "AWS::DynamoDB": "dynamodb",
    "AWS::Glue": "glue",
    "AWS::KMS": "kms",
    "AWS::Lambda": "lambda",
    "AWS::Logs": "logs",
    "AWS::S3": "s3",
    "AWS::SNS": "sns",
    "AWS::SQS": "sqs",
    "AWS::Scheduler": "scheduler",
    "AWS::SecretsManager": "secretsmanager",
    "AWS::StepFunctions": "stepfunctions",
}
OF_NO_REGION = ("AWS::Budgets", "AWS::CDK", "AWS::CloudFront", "AWS::IAM")
OFF, ON_THE_WAY = ("DISABLED", "DISABLING"), "ENABLING"
BY_DEFAULT = "ENABLED_BY_DEFAULT"
ONLY_DEFAULT_REGIONS = 1  # version of the tokens that the global endpoint of STS gives


def region(look: Inspected) -> Finding:
    """Whether the region is switched on, has every service of the templates, and takes the account's tokens."""
    name = look.province.region
    status = look.edge_client("account").get_region_opt_status(RegionName=name)["RegionOptStatus"]
    if status in OFF:
        return fault(
            f"{name} is switched off in this account: `aws account enable-region --region-name {name}`, then wait "
            "until it is on, which takes minutes to hours."
        )
    if status == ON_THE_WAY:
        return fault(f"{name} is being switched on in this account: wait, it takes minutes to hours.")
    if missing := find_missing_services(name):
        return warning(
            f"AWS's SDK ({botocore.__version__}) names no endpoint of {', '.join(missing)} in {name}: look into AWS's "
            "list of services by region before you deploy."
        )
    if status == BY_DEFAULT:
        return ok(f"{name} is on in every account.")
    return _tokens(look)


def find_missing_services(name: str) -> list[str]:
    """Services that a province needs and that the SDK knows of no endpoint in the region."""
    session = boto3.session.Session()
    return sorted(one for one in SERVICES.values() if name not in session.get_available_regions(one))


def _tokens(look: Inspected) -> Finding:
    name = look.province.region
    version = look.edge_client("iam").get_account_summary()["SummaryMap"].get("GlobalEndpointTokenVersion")
    if version == ONLY_DEFAULT_REGIONS:
        return warning(
            f"{name} was switched on, and tokens of STS's global endpoint do not hold there: use the regional one, as "
            "AWS's tools do by default, or `aws iam set-security-token-service-preferences "
            "--global-endpoint-token-version v2Token`."
        )
    return ok(f"{name} is switched on, and tokens hold there.")
