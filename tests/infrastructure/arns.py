"""What a template's references become in an account: physical names that CloudFormation would make, and ARNs."""

import json
from typing import Any

ACCOUNT = "123456789012"
REGION = "ap-southeast-1"
# Where the physical name stands in the ARN, by type of resource.
ARNS = {
    "AWS::ApiGatewayV2::Api": "arn:aws:apigateway:{region}::/apis/{name}",
    "AWS::Backup::BackupVault": "arn:aws:backup:{region}:{account}:backup-vault:{name}",
    "AWS::CloudFront::Distribution": "arn:aws:cloudfront::{account}:distribution/{name}",
    "AWS::CloudWatch::Alarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::DynamoDB::GlobalTable": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::IAM::ManagedPolicy": "arn:aws:iam::{account}:policy/{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::KMS::Key": "arn:aws:kms:{region}:{account}:key/{name}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}",
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
    "AWS::SecretsManager::Secret": "arn:aws:secretsmanager:{region}:{account}:secret:{name}",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
}
# What may stand behind an ARN and is reached by a right of its own.
BELOW = {
    "AWS::DynamoDB::GlobalTable": ("/index/by-account", "/export/1", "/backup/1"),
    "AWS::Logs::LogGroup": (":log-stream:1", ":*"),
    "AWS::S3::Bucket": ("/snapshots/1", "/insights/index.html", "/published/1", "/statistics/1"),
}
REF_IS_ARN = {"AWS::IAM::ManagedPolicy", "AWS::SNS::Topic", "AWS::SecretsManager::Secret", "AWS::Lambda::LayerVersion"}


class DeployedArns:
    """A template as if it were deployed: every name is the stack's name and the logical id."""

    def __init__(self, template: dict[str, Any], stack_name: str) -> None:
        self.resources: dict[str, dict[str, Any]] = template["Resources"]
        self._stack_name = stack_name

    def arn(self, logical_id: str) -> str:
        """The ARN of a resource; types of which nobody speaks in a policy get one that nothing matches."""
        form = ARNS.get(self.resources[logical_id]["Type"], "arn:other:{name}")
        return form.format(region=REGION, account=ACCOUNT, name=self._name(logical_id))

    def reachable(self) -> set[str]:
        """Everything of the stack that a policy could name."""
        arns = {name: self.arn(name) for name, one in self.resources.items() if one["Type"] in ARNS}
        below = {arn + end for name, arn in arns.items() for end in BELOW.get(self.resources[name]["Type"], ())}
        return {*arns.values(), *below}

    def text(self, value: Any) -> str:
        """A value of the template with its references resolved."""
        if isinstance(value, str):
            return value
        if "Ref" in value:
            return self._referred(value["Ref"])
        if "Fn::GetAtt" in value:
            logical_id, attribute = value["Fn::GetAtt"]
            return self.arn(logical_id) if attribute in ("Arn", "Id") else f"{self._name(logical_id)}.{attribute}"
        if "Fn::Join" in value:
            separator, parts = value["Fn::Join"]
            return str(separator).join(self.text(part) for part in parts)
        raise AssertionError(f"cannot resolve {json.dumps(value)}")

    def _referred(self, name: str) -> str:
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        return self.arn(name) if self.resources[name]["Type"] in REF_IS_ARN else self._name(name)

    def _name(self, logical_id: str) -> str:
        return f"{self._stack_name}-{logical_id}".lower()
