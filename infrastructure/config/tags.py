"""The province's tags on every resource that can carry them."""

from aws_cdk import Stack, Tags

from infrastructure.config.settings import Province


def add_tags(stack: Stack, province: Province) -> None:
    """Write the tags into each resource of the template.

    A stack's own tags do not reach `AWS::DynamoDB::GlobalTable`, whose tags stand in its replicas.
    """
    for name, value in province.all_tags.items():
        Tags.of(stack).add(name, value)
