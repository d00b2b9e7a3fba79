"""What functions may do, gathered while a stack is described and written as one managed policy for each function."""

from collections.abc import Iterable, Mapping

from aws_cdk import Stack, aws_dynamodb, aws_iam, aws_kms

from infrastructure.config.settings import Province

# What DynamoDB and S3 do with a customer-managed key on behalf of a caller who writes.
KEY_WRITE = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


class PolicyBuilder:
    """The rights of a stack's functions, by the function's name."""

    def __init__(
        self,
        stack: Stack,
        *,
        province: Province,
        roles: Mapping[str, aws_iam.IRole],
        storage_key: aws_kms.IKey,
        data_key: aws_kms.IKey,
    ) -> None:
        self._stack, self._province, self._roles = stack, province, roles
        self._storage_key, self._data_key = storage_key, data_key
        self._statements: dict[str, list[aws_iam.PolicyStatement]] = {name: [] for name in roles}

    def allow(
        self,
        function: str,
        actions: Iterable[str],
        resources: Iterable[str],
        conditions: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        """Rights on what has an ARN."""
        self._statements[function].append(statement(actions, resources, conditions))

    def on(
        self,
        function: str,
        table: aws_dynamodb.TableV2,
        actions: Iterable[str],
        *,
        index: str | None = None,
        only: list[str] | None = None,
    ) -> None:
        """Rights on a table or one index of it, with `only` limited to partition keys of these patterns."""
        resource = f"{table.table_arn}/index/{index}" if index else table.table_arn
        condition = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": only}} if only else None
        self.allow(function, [f"dynamodb:{action}" for action in actions], [resource], condition)

    def storage_key(self, function: str, actions: Iterable[str], *services: str) -> None:
        """The key at rest, only through the service that stores and never directly."""
        through = [f"{service}.{self._stack.region}.amazonaws.com" for service in services]
        self.allow(function, actions, [self._storage_key.key_arn], {"StringEquals": {"kms:ViaService": through}})

    def publish(self, function: str, topic_arn: str, key: aws_kms.IKey) -> None:
        """Messages to a topic, and the topic's own key for them."""
        through = {"StringEquals": {"kms:ViaService": f"sns.{self._stack.region}.amazonaws.com"}}
        self.allow(function, ["sns:Publish"], [topic_arn])
        self.allow(function, ["kms:Decrypt", "kms:GenerateDataKey"], [key.key_arn], through)

    def data_key(self, function: str, *actions: str) -> None:
        """The key that wraps record keys, for no record of another province.

        `IfExists`, as the emulator that enforces roles does not know this condition's key; every call has a context.
        """
        condition = {"StringEqualsIfExists": {"kms:EncryptionContext:province": self._province.code}}
        self.allow(function, actions, [self._data_key.key_arn], condition)

    def sms(self, function: str) -> None:
        """A message to a phone has no ARN, so the right is on all but topics and endpoints, which do have one."""
        others = [f"arn:{self._stack.partition}:sns:*:*:*"]
        self._statements[function].append(aws_iam.PolicyStatement(actions=["sns:Publish"], not_resources=others))

    def write(self) -> None:
        """Make the policies, each beside its function's role."""
        for name, statements in self._statements.items():
            policy = aws_iam.ManagedPolicy(self._stack, f"{name.capitalize()}May", statements=statements)
            self._roles[name].add_managed_policy(policy)


def statement(
    actions: Iterable[str],
    resources: Iterable[str],
    conditions: Mapping[str, Mapping[str, object]] | None = None,
) -> aws_iam.PolicyStatement:
    """An allowing statement."""
    return aws_iam.PolicyStatement(actions=list(actions), resources=list(resources), conditions=conditions)
