"""The stack of one province in us-east-1, where CloudFront demands its certificate and web ACL, and costs are known."""

from aws_cdk import CfnOutput, Duration, Environment, Stack, aws_certificatemanager, aws_cloudwatch
from constructs import Construct

from infrastructure.api.web_acl import WebAcl
from infrastructure.config.deployment_target import DeploymentTarget
from infrastructure.config.settings import Province
from infrastructure.config.tags import add_tags
from infrastructure.data.keys import create_symmetric_key
from infrastructure.monitoring.alarm_group import AT_MOST, FIVE_MINUTES, AlarmGroup
from infrastructure.monitoring.alarm_topic import create_operators_topic, grant_publish
from infrastructure.monitoring.cost_budget import BUDGETS, budget_arns, create_cost_budget
from infrastructure.monitoring.logs import grant_logs_key_use

REGION = "us-east-1"
BLOCKED_CALLS = 1_000
DAYS_TO_RENEW = 30


class EdgeStack(Stack):
    """Certificate, web ACL and cost budget. Its outputs are parameters of the province stack (decision 0010).

    The certificate is proven by a DNS record that the domain's owner adds; the first deployment waits for it.
    """

    def __init__(self, scope: Construct, *, province: Province, target: DeploymentTarget) -> None:
        super().__init__(
            scope,
            f"{province.stack_name}-edge",
            stack_name=f"{province.stack_name}-edge",
            env=Environment(region=REGION),
            description=f"So Suc Khoe: certificate and web ACL of {province.name}",
            termination_protection=True,
            synthesizer=target.synthesizer,
        )
        add_tags(self, province)
        key = create_symmetric_key(self, "Key", f"{province.stack_name}: logs and alarms at the edge")
        grant_logs_key_use(key)
        certificate = aws_certificatemanager.Certificate(
            self,
            "Certificate",
            domain_name=province.domain,
            validation=aws_certificatemanager.CertificateValidation.from_dns(),
        )
        web_acl = WebAcl(self, "WebAcl", province=province, key=key)
        alarms = AlarmGroup(self, "Alarms", runbooks=province.alarms.runbooks)
        topic = create_operators_topic(alarms, "Topic", receiver=province.alarms.receiver, key=key)
        grant_publish(topic, key, service=BUDGETS, source=budget_arns(self))
        create_cost_budget(self, "CostBudget", usd=province.alarms.monthly_budget_usd, topic=topic)
        alarms.topic = topic
        alarms.add_alarm(
            "CallsBlocked",
            aws_cloudwatch.Metric(
                namespace="AWS/WAFV2",
                metric_name="BlockedRequests",
                dimensions_map={"WebACL": web_acl.metric_name, "Rule": "ALL"},
                statistic="Sum",
                period=FIVE_MINUTES,
            ),
            BLOCKED_CALLS,
            "The web ACL refuses many calls: an attack, or a rule that hits honest people.",
            page="calls-blocked",
        )
        alarms.add_alarm(
            "CertificateExpires",
            certificate.metric_days_to_expiry(period=Duration.days(1), statistic="Minimum"),
            DAYS_TO_RENEW,
            "The certificate was not renewed and ends within a month: its DNS record is gone.",
            page="certificate-expires",
            when=AT_MOST,
        )
        CfnOutput(self, "CertificateArn", value=certificate.certificate_arn)
        CfnOutput(self, "AlarmTopicArn", value=topic.topic_arn)
        CfnOutput(self, "WebAclArn", value=web_acl.acl.attr_arn)
