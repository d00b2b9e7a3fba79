"""Whether SNS tells what becomes of messages, and may: its log's lines hold numbers, so the settings decide.

https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html
https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

import datetime
import json
from typing import Any

from ops.account_checks.findings import Finding, ok, warning
from ops.account_checks.inspected import MAIN, Inspected

WRITES = ("logs:CreateLogStream", "logs:PutLogEvents")  # the two groups are there: the stack makes them
GROUP = "sns/{region}/{account}/DirectPublishToPhoneNumber"


def delivery_log(look: Inspected) -> Finding:
    """Whether SNS tells what becomes of messages, as the settings say: its lines hold numbers."""
    names = ["DeliveryStatusIAMRole", "DeliveryStatusSuccessSamplingRate"]
    wanted = look.province.sms.delivery_log
    attributes = look.client("sns").get_sms_attributes(attributes=names)["attributes"]
    role = look.outputs(MAIN)["SmsDeliveryRoleArn"] if wanted else ""
    if attributes.get(names[0], "") != role:
        return warning(
            f"SNS {'writes' if attributes.get(names[0]) else 'does not write'} its delivery log, sms.delivery_log "
            f"says otherwise: `aws sns set-sms-attributes --attributes {names[0]}={role},{names[1]}=100`."
        )
    if role and attributes.get(names[1], "100") != "100":
        return warning(f"SNS tells of {attributes[names[1]]} % of what was delivered: set {names[1]}=100.")
    return ok("SNS tells what becomes of each message." if role else "SNS writes no numbers into a log.")


def delivery_role(look: Inspected) -> Finding:
    """Whether SNS may take the role and write to its two groups, and when it last did."""
    if not look.province.sms.delivery_log:
        return ok("No role is needed.")
    iam, arn = look.client("iam"), look.outputs(MAIN)["SmsDeliveryRoleArn"]
    trust = iam.get_role(RoleName=arn.rpartition("/")[2])["Role"]["AssumeRolePolicyDocument"]
    if "sns.amazonaws.com" not in json.dumps(trust):
        return warning(f"SNS may not take {arn}: its trust names another service.")
    account = look.client("sts").get_caller_identity()["Account"]
    name = GROUP.format(region=look.province.region, account=account)
    groups = [f"arn:aws:logs:{look.province.region}:{account}:log-group:{name}{end}" for end in ("", "/Failure")]
    judged = iam.simulate_principal_policy(
        PolicySourceArn=arn, ActionNames=list(WRITES), ResourceArns=[f"{group}:log-stream:any" for group in groups]
    )["EvaluationResults"]
    refused = sorted({one["EvalActionName"] for one in judged if not _is_allowed(one)})
    if refused:
        return warning(f"{arn} may not {' and '.join(refused)}: deploy again.")
    return ok(f"SNS may write what became of messages. {_last_line(look, name)}")


def _is_allowed(result: dict[str, Any]) -> bool:
    """Of each resource, where IAM says it of each."""
    each = [one["EvalResourceDecision"] for one in result.get("ResourceSpecificResults", [])]
    return all(one == "allowed" for one in each or [result["EvalDecision"]])


def _last_line(look: Inspected, group: str) -> str:
    streams = look.client("logs").describe_log_streams(
        logGroupName=group, orderBy="LastEventTime", descending=True, limit=1
    )["logStreams"]
    last = streams[0].get("lastEventTimestamp") if streams else None
    if last is None:
        return "It has told of no delivered message yet; that it does is seen after the first one."
    return f"The newest line is of {datetime.datetime.fromtimestamp(last / 1000, datetime.UTC):%Y-%m-%d %H:%M} UTC."
