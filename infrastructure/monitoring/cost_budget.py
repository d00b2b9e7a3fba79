"""What the account should cost in a month, and who is told before it costs more."""

from aws_cdk import Stack, aws_budgets, aws_sns
from constructs import Construct

BUDGETS = "budgets.amazonaws.com"
TOLD_AT = (("ACTUAL", 80), ("FORECASTED", 100))  # percent


def budget_arns(stack: Stack) -> str:
    """The budgets of the stack's account, as a condition names what publishes to a topic."""
    return f"arn:{stack.partition}:budgets::{stack.account}:*"


def create_cost_budget(scope: Construct, construct_id: str, *, usd: int, topic: aws_sns.ITopic) -> None:
    """A budget over everything in the account. AWS reckons it a few times a day, so it is no brake."""
    kinds = aws_budgets.CfnBudget
    kinds(
        scope,
        construct_id,
        budget=kinds.BudgetDataProperty(
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=kinds.SpendProperty(amount=usd, unit="USD"),
        ),
        notifications_with_subscribers=[
            kinds.NotificationWithSubscribersProperty(
                notification=kinds.NotificationProperty(
                    notification_type=kind,
                    comparison_operator="GREATER_THAN",
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                ),
                subscribers=[kinds.SubscriberProperty(subscription_type="SNS", address=topic.topic_arn)],
            )
            for kind, percent in TOLD_AT
        ],
    )
