"""How operators hear of trouble: one topic to a duty's e-mail, and what may publish to it.

`enforce_ssl` gives a topic a policy of one Deny, which takes the place of SNS's default one; every service that
publishes therefore needs an Allow of its own, on the topic and on the key that encrypts it.
"""

from aws_cdk import Stack, aws_iam, aws_kms, aws_sns
from aws_cdk.aws_sns_subscriptions import EmailSubscription
from constructs import Construct


def create_operators_topic(scope: Construct, construct_id: str, *, receiver: str, key: aws_kms.Key) -> aws_sns.Topic:
    """A topic to the operators, encrypted with `key`, to which this account's alarms publish."""
    topic = aws_sns.Topic(scope, construct_id, master_key=key, enforce_ssl=True)
    topic.add_subscription(EmailSubscription(receiver))
    stack = Stack.of(scope)
    alarms = f"arn:{stack.partition}:cloudwatch:{stack.region}:{stack.account}:alarm:*"
    grant_publish(topic, key, service="cloudwatch.amazonaws.com", source=alarms)
    return topic


def grant_publish(topic: aws_sns.Topic, key: aws_kms.Key, *, service: str, source: str) -> None:
    """Let an AWS service publish for resources of this account that match `source`, and use the topic's key for it."""
    principal = aws_iam.ServicePrincipal(service)
    conditions = {
        "StringEquals": {"aws:SourceAccount": Stack.of(topic).account},
        "ArnLike": {"aws:SourceArn": source},
    }
    topic.add_to_resource_policy(
        aws_iam.PolicyStatement(
            principals=[principal], actions=["sns:Publish"], resources=[topic.topic_arn], conditions=conditions
        )
    )
    key.add_to_resource_policy(
        aws_iam.PolicyStatement(
            principals=[principal],
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=["*"],  # in a key's own policy this is the key
            conditions=conditions,
        )
    )
