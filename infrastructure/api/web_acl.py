"""The web ACL before the CDN: what it refuses, what it only counts, and what it writes down."""

import json
from functools import partial

from aws_cdk import ArnFormat, Fn, Stack, aws_kms, aws_wafv2
from constructs import Construct

from infrastructure.config.settings import Province
from infrastructure.monitoring.logs import create_log_group

API = "/v1/"
CODES = "/v1/otp"
LOG_DAYS = 30
# Rule groups of AWS, and those of their rules that only count, as they would refuse what is right:
# a Bundle is larger than 8 KB, its narrative is XHTML, and hospital software may name no user agent.
MANAGED = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesCommonRuleSet": ("SizeRestrictions_BODY", "CrossSiteScripting_BODY", "NoUserAgent_HEADER"),
}
TOO_MANY = "too-many"
REFUSAL = {"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": "Xin thử lại sau vài phút."}
RETRY_AFTER_SECONDS = "300"
# Headers that a log line must not hold: sessions, people, tokens.
SECRET_HEADERS = ("cookie", "practitioner", "share", "signature")


class WebAcl(Construct):
    """Rate and managed rules. On `/v1/*` they block or count, never challenge: a challenge answers 202 with HTML."""

    def __init__(self, scope: Construct, construct_id: str, *, province: Province, key: aws_kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.metric_name = province.stack_name
        limits = province.web_acl
        rules = [
            _rate("codes", limits.codes_in_5_minutes, _path("EXACTLY", CODES), _refused()),
            _rate("calls", limits.calls_in_5_minutes, _path("STARTS_WITH", API), _refused()),
            _rate("pages", limits.calls_in_5_minutes, _page(), aws_wafv2.CfnWebACL.RuleActionProperty(challenge={})),
            *(_managed(name, counting) for name, counting in MANAGED.items()),
        ]
        self.acl = aws_wafv2.CfnWebACL(
            self,
            "Acl",
            scope="CLOUDFRONT",
            description=f"So Suc Khoe {province.code}",
            default_action=aws_wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            rules=[rule(priority=priority) for priority, rule in enumerate(rules)],
            custom_response_bodies={
                TOO_MANY: aws_wafv2.CfnWebACL.CustomResponseBodyProperty(
                    content=json.dumps(REFUSAL, ensure_ascii=False), content_type="APPLICATION_JSON"
                )
            },
            visibility_config=_visible(self.metric_name),
        )
        self._write_down_refusals(province, key)

    def _write_down_refusals(self, province: Province, key: aws_kms.IKey) -> None:
        """WAF demands the first part of the group's name; the last part of the stack's id makes it new each time."""
        stack = Stack.of(self)
        unique = Fn.select(4, Fn.split("-", Fn.select(2, Fn.split("/", stack.stack_id))))
        name = f"aws-waf-logs-{province.stack_name}-{unique}"
        group = create_log_group(self, "Logs", key=key, days=LOG_DAYS, name=name)
        aws_wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.attr_arn,
            log_destination_configs=[
                stack.format_arn(
                    service="logs",
                    resource="log-group",
                    resource_name=group.log_group_name,
                    arn_format=ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
            redacted_fields=_left_out(),
            logging_filter={
                "DefaultBehavior": "DROP",
                "Filters": [
                    {
                        "Behavior": "KEEP",
                        "Requirement": "MEETS_ANY",
                        "Conditions": [{"ActionCondition": {"Action": action}} for action in ("BLOCK", "CHALLENGE")],
                    }
                ],
            },
        )


def _left_out() -> list[aws_wafv2.CfnLoggingConfiguration.FieldToMatchProperty]:
    """Paths hold ids of records and tokens of shares, queries hold people's numbers."""
    field = aws_wafv2.CfnLoggingConfiguration.FieldToMatchProperty
    headers = [field(single_header={"Name": name}) for name in SECRET_HEADERS]
    return [field(uri_path={}), field(query_string={}), *headers]


type Statement = aws_wafv2.CfnWebACL.StatementProperty
type Rule = partial[aws_wafv2.CfnWebACL.RuleProperty]  # which lacks its place in the list


def _rate(name: str, limit: int, what: Statement, action: aws_wafv2.CfnWebACL.RuleActionProperty) -> Rule:
    """One address may do `what` so many times in five minutes."""
    statement = aws_wafv2.CfnWebACL.RateBasedStatementProperty(
        aggregate_key_type="IP", limit=limit, evaluation_window_sec=300, scope_down_statement=what
    )
    return partial(
        aws_wafv2.CfnWebACL.RuleProperty,
        name=name,
        action=action,
        statement=aws_wafv2.CfnWebACL.StatementProperty(rate_based_statement=statement),
        visibility_config=_visible(name),
    )


def _managed(name: str, counting: tuple[str, ...]) -> Rule:
    count = aws_wafv2.CfnWebACL.RuleActionProperty(count={})
    group = aws_wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS",
        name=name,
        rule_action_overrides=[
            aws_wafv2.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count) for rule in counting
        ],
    )
    return partial(
        aws_wafv2.CfnWebACL.RuleProperty,
        name=name,
        override_action=aws_wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=aws_wafv2.CfnWebACL.StatementProperty(managed_rule_group_statement=group),
        visibility_config=_visible(name),
    )


def _refused() -> aws_wafv2.CfnWebACL.RuleActionProperty:
    answer = aws_wafv2.CfnWebACL.CustomResponseProperty(
        response_code=429,
        custom_response_body_key=TOO_MANY,
        response_headers=[aws_wafv2.CfnWebACL.CustomHTTPHeaderProperty(name="Retry-After", value=RETRY_AFTER_SECONDS)],
    )
    return aws_wafv2.CfnWebACL.RuleActionProperty(block=aws_wafv2.CfnWebACL.BlockActionProperty(custom_response=answer))


def _path(position: str, text: str) -> Statement:
    match = aws_wafv2.CfnWebACL.ByteMatchStatementProperty(
        field_to_match=aws_wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
        positional_constraint=position,
        search_string=text,
        text_transformations=[
            aws_wafv2.CfnWebACL.TextTransformationProperty(priority=priority, type=kind)
            for priority, kind in enumerate(("URL_DECODE", "NORMALIZE_PATH"))
        ],
    )
    return aws_wafv2.CfnWebACL.StatementProperty(byte_match_statement=match)


def _page() -> Statement:
    """An HTML page; a script or a picture cannot answer a challenge. No path of the API ends so, but be sure."""
    html = aws_wafv2.CfnWebACL.OrStatementProperty(statements=[_path("ENDS_WITH", "/"), _path("ENDS_WITH", ".html")])
    not_api = aws_wafv2.CfnWebACL.NotStatementProperty(statement=_path("STARTS_WITH", API))
    both = aws_wafv2.CfnWebACL.AndStatementProperty(
        statements=[
            aws_wafv2.CfnWebACL.StatementProperty(or_statement=html),
            aws_wafv2.CfnWebACL.StatementProperty(not_statement=not_api),
        ]
    )
    return aws_wafv2.CfnWebACL.StatementProperty(and_statement=both)


def _visible(metric: str) -> aws_wafv2.CfnWebACL.VisibilityConfigProperty:
    """Counted, but without samples: a sample shows a whole request."""
    return aws_wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=metric, sampled_requests_enabled=False
    )
