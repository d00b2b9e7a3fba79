"""The web ACL before the CDN: what it refuses, what it only counts, and what it writes down."""

import json
from functools import partial

from aws_cdk import ArnFormat, Fn, Stack, aws_kms, aws_wafv2
from constructs import Construct

from infrastructure.api.edge_rules import (
    ANSWERS,
    API,
    HEADERS,
    LARGEST_BODY,
    PUBLIC_METADATA,
    TOO_LARGE,
    TOO_MANY,
    UNSIGNED,
    paths_of,
)
from infrastructure.config.routes import CONTRIBUTE, LOOKUP, OTP
from infrastructure.config.settings import Province
from infrastructure.monitoring.logs import create_log_group

CODES = r"^/v1/otp(/verify)?$"  # asking for one and typing it, each counted by itself
LOG_DAYS = 30
# Rule groups of AWS, and those of their rules that only count, as they would refuse what is right: a Bundle is larger
# than 8 KB, its narrative is XHTML, its systems may be addresses by number or name a path upward (no function includes
# a file or fetches an address that a caller names), and hospital software may name no user agent. AWS's list of
# addresses with a bad name is left out: in Vietnam one address may be a whole carrier's.
MANAGED = {
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesCommonRuleSet": (
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "GenericLFI_BODY",
        "GenericRFI_BODY",
        "GenericRFI_QUERYARGUMENTS",
        "NoUserAgent_HEADER",
    ),
}
WINDOW_SECONDS = 300
SHARE_OF_A_THROTTLE = 3  # so that no two addresses take all of a route
SHARE_OF_SIGNING_IN = 12  # there nobody needs a key, and what is refused is the way in
# Headers that a log line must not hold: sessions, people, tokens.
SECRET_HEADERS = ("cookie", "practitioner", "share", "signature")


class WebAcl(Construct):
    """Rate and managed rules. On `/v1/*` they block or count, never challenge: a challenge answers 202 with HTML."""

    def __init__(self, scope: Construct, construct_id: str, *, province: Province, key: aws_kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.metric_name = province.stack_name
        limits, too_many = province.web_acl, _refused(429, TOO_MANY)
        facilities, signing_in = paths_of(LOOKUP, CONTRIBUTE), paths_of(OTP)
        rules = [
            _block("large", _body_is_large(), _refused(413, TOO_LARGE)),
            _block("unsigned", _is_unsigned(facilities), _refused(401, UNSIGNED)),
            _rate("codes", limits.codes_in_5_minutes, _matches(CODES), too_many, by_path=True),
            _rate("sign-in", calls_of_one_address(province, OTP), _matches(signing_in), too_many),
            _rate("facilities", calls_of_one_address(province, LOOKUP, CONTRIBUTE), _matches(facilities), too_many),
            _rate("calls", limits.calls_in_5_minutes, _path("STARTS_WITH", API), too_many),
            _rate("files", limits.calls_in_5_minutes, _file(), too_many),
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
                name: aws_wafv2.CfnWebACL.CustomResponseBodyProperty(
                    content=json.dumps(answer), content_type="APPLICATION_JSON"
                )
                for name, answer in ANSWERS.items()
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


_AS_THE_API_READS_IT = [
    aws_wafv2.CfnWebACL.TextTransformationProperty(priority=priority, type=kind)
    for priority, kind in enumerate(("URL_DECODE", "NORMALIZE_PATH"))
]
_AS_IT_IS = [aws_wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")]

type Statement = aws_wafv2.CfnWebACL.StatementProperty
type Rule = partial[aws_wafv2.CfnWebACL.RuleProperty]  # which lacks its place in the list


def _rate(
    name: str, limit: int, what: Statement, action: aws_wafv2.CfnWebACL.RuleActionProperty, *, by_path: bool = False
) -> Rule:
    """One address may do `what` so many times in five minutes, `by_path` each path of it so many times."""
    path = aws_wafv2.CfnWebACL.RateLimitUriPathProperty(text_transformations=_AS_THE_API_READS_IT)
    keys = [
        aws_wafv2.CfnWebACL.RateBasedStatementCustomKeyProperty(ip={}),
        aws_wafv2.CfnWebACL.RateBasedStatementCustomKeyProperty(uri_path=path),
    ]
    statement = aws_wafv2.CfnWebACL.RateBasedStatementProperty(
        aggregate_key_type="CUSTOM_KEYS" if by_path else "IP",
        custom_keys=keys if by_path else None,
        limit=limit,
        evaluation_window_sec=WINDOW_SECONDS,
        scope_down_statement=what,
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


def calls_of_one_address(province: Province, *functions: str) -> int:
    """What one address may call in five minutes: less than its share of what each route of these functions takes."""
    rate = min(province.throttle[function].rate for function in functions)
    share = SHARE_OF_SIGNING_IN if OTP in functions else SHARE_OF_A_THROTTLE
    return rate * WINDOW_SECONDS // share - 1


def _block(name: str, what: Statement, action: aws_wafv2.CfnWebACL.RuleActionProperty) -> Rule:
    return partial(
        aws_wafv2.CfnWebACL.RuleProperty, name=name, action=action, statement=what, visibility_config=_visible(name)
    )


def _is_unsigned(facilities: str) -> Statement:
    """A facility's call without a signature, which no function would answer; the metadata are public."""
    signed = aws_wafv2.CfnWebACL.SizeConstraintStatementProperty(
        field_to_match=aws_wafv2.CfnWebACL.FieldToMatchProperty(single_header={"Name": "signature"}),
        comparison_operator="GT",
        size=0,
        text_transformations=_AS_IT_IS,
    )
    return _all(
        _matches(facilities),
        _not(_path("EXACTLY", PUBLIC_METADATA)),
        _not(aws_wafv2.CfnWebACL.StatementProperty(size_constraint_statement=signed)),
    )


def _body_is_large() -> Statement:
    """By what the header says: WAF itself reads the first part of a body only."""
    match = aws_wafv2.CfnWebACL.RegexMatchStatementProperty(
        field_to_match=aws_wafv2.CfnWebACL.FieldToMatchProperty(single_header={"Name": "content-length"}),
        regex_string=LARGEST_BODY,
        text_transformations=_AS_IT_IS,
    )
    return _all(_path("STARTS_WITH", API), aws_wafv2.CfnWebACL.StatementProperty(regex_match_statement=match))


def _refused(status: int, body: str) -> aws_wafv2.CfnWebACL.RuleActionProperty:
    answer = aws_wafv2.CfnWebACL.CustomResponseProperty(
        response_code=status,
        custom_response_body_key=body,
        response_headers=[
            aws_wafv2.CfnWebACL.CustomHTTPHeaderProperty(name=name, value=value)
            for name, value in HEADERS[body].items()
        ],
    )
    return aws_wafv2.CfnWebACL.RuleActionProperty(block=aws_wafv2.CfnWebACL.BlockActionProperty(custom_response=answer))


def _matches(pattern: str) -> Statement:
    match = aws_wafv2.CfnWebACL.RegexMatchStatementProperty(
        field_to_match=aws_wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
        regex_string=pattern,
        text_transformations=_AS_THE_API_READS_IT,
    )
    return aws_wafv2.CfnWebACL.StatementProperty(regex_match_statement=match)


def _all(*statements: Statement) -> Statement:
    both = aws_wafv2.CfnWebACL.AndStatementProperty(statements=list(statements))
    return aws_wafv2.CfnWebACL.StatementProperty(and_statement=both)


def _not(statement: Statement) -> Statement:
    other = aws_wafv2.CfnWebACL.NotStatementProperty(statement=statement)
    return aws_wafv2.CfnWebACL.StatementProperty(not_statement=other)


def _path(position: str, text: str) -> Statement:
    match = aws_wafv2.CfnWebACL.ByteMatchStatementProperty(
        field_to_match=aws_wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
        positional_constraint=position,
        search_string=text,
        text_transformations=_AS_THE_API_READS_IT,
    )
    return aws_wafv2.CfnWebACL.StatementProperty(byte_match_statement=match)


def _page() -> Statement:
    """An HTML page; a script or a picture cannot answer a challenge. No path of the API ends so, but be sure."""
    html = aws_wafv2.CfnWebACL.OrStatementProperty(statements=[_path("ENDS_WITH", "/"), _path("ENDS_WITH", ".html")])
    return _all(aws_wafv2.CfnWebACL.StatementProperty(or_statement=html), _not(_path("STARTS_WITH", API)))


def _file() -> Statement:
    """What is neither a page nor a call: scripts, lists, published tables, each paid by its bytes."""
    others = [_path("ENDS_WITH", "/"), _path("ENDS_WITH", ".html"), _path("STARTS_WITH", API)]
    return _all(*map(_not, others))


def _visible(metric: str) -> aws_wafv2.CfnWebACL.VisibilityConfigProperty:
    """Counted, but without samples: a sample shows a whole request."""
    return aws_wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=metric, sampled_requests_enabled=False
    )
