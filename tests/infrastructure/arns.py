"""What a template's references become in an account: physical names that CloudFormation would make, and ARNs."""

import json
from collections.abc import Callable
from typing import Any

ACCOUNT = "123456789012"
REGION = "ap-southeast-1"
# Where the physical name stands in the ARN, by type of resource.
ARNS = {
    "AWS::ApiGatewayV2::Api": "arn:aws:apigateway:{region}::/apis/{name}",
    "AWS::Backup::BackupVault": "arn:aws:backup:{region}:{account}:backup-vault:{name}",
    "AWS::CloudFront::Distribution": "arn:aws:cloudfront::{account}:distribution/{name}",
    "AWS::Budgets::Budget": "arn:aws:budgets::{account}:budget/{name}",
    "AWS::CloudTrail::Trail": "arn:aws:cloudtrail:{region}:{account}:trail/{name}",
    "AWS::CloudWatch::Alarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::CloudWatch::CompositeAlarm": "arn:aws:cloudwatch:{region}:{account}:alarm:{name}",
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
REF_IS_ARN = {
    "AWS::IAM::ManagedPolicy",
    "AWS::Lambda::LayerVersion",
    "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret",
    "AWS::StepFunctions::StateMachine",
}


class DeployedArns:
    """A template as if it were deployed: every name is the stack's name and the logical id.

    `told` gives the value of a parameter.
    """

    def __init__(
        self,
        template: dict[str, Any],
        stack_name: str,
        *,
        region: str = REGION,
        told: Callable[[str], str] | None = None,
    ) -> None:
        self.template = template
        self.resources: dict[str, dict[str, Any]] = template["Resources"]
        self.region = region
        self.stack_name, self._told = stack_name, told

    def arn(self, logical_id: str) -> str:
        """The ARN of a resource; types of which nobody speaks in a policy get one that nothing matches."""
        form = ARNS.get(self.resources[logical_id]["Type"], "arn:other:{name}")
        return form.format(region=self.region, account=ACCOUNT, name=self._name(logical_id))

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
            return (
                self.arn(logical_id)
                if attribute in ("Arn", "BackupVaultArn", "Id")
                else f"{self._name(logical_id)}.{attribute}"
            )
        if "Fn::Join" in value:
            separator, parts = value["Fn::Join"]
            return str(separator).join(self.text(part) for part in parts)
        if "Fn::Select" in value:
            place, parts = value["Fn::Select"]
            return self._split(parts)[int(place)]
        raise AssertionError(f"cannot resolve {json.dumps(value)}")

    def resolved(self, value: Any) -> Any:
        """The same with every reference resolved, at any depth."""
        if isinstance(value, dict):
            if len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref")):
                return self.text(value)
            return {name: self.resolved(part) for name, part in value.items()}
        return [self.resolved(part) for part in value] if isinstance(value, list) else value

    def arn_of(self, value: Any) -> str:
        """The ARN of what a property names, by whatever attribute."""
        reference = value.get("Ref") or value.get("Fn::GetAtt", [""])[0] if isinstance(value, dict) else ""
        return self.arn(reference) if reference in self.resources else self.text(value)

    def _split(self, value: Any) -> list[str]:
        separator, text = value["Fn::Split"]
        return self.text(text).split(separator)

    def _referred(self, name: str) -> str:
        pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": self.region,
            "AWS::StackId": f"arn:aws:cloudformation:{self.region}:{ACCOUNT}:stack/{self.stack_name}/1-2-3-4-5",
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name in pseudo:
            return pseudo[name]
        if self._told and name not in self.resources:
            return self._told(name)
        return self.arn(name) if self.resources[name]["Type"] in REF_IS_ARN else self._name(name)

    def _name(self, logical_id: str) -> str:
        """The name that the template gives a log group, else one that CloudFormation would make."""
        given = self.resources[logical_id].get("Properties", {}).get("LogGroupName")
        return self.text(given) if given else f"{self.stack_name}-{logical_id}".lower()
