"""Whether a deployed province is well."""

import datetime
from typing import Any

from ops.account_checks.findings import Finding, fault, ok, unknown, warning
from ops.account_checks.inspected import EDGE, MAIN, PARTS, Inspected
from ops.aws_account import EDGE_REGION
from ops.stack_status import is_deployed, read_status

OLDEST_BACKUP = datetime.timedelta(hours=31)
BACKED_UP = ("TableRecords", "TableFacilities", "TableAudit")


def stacks(look: Inspected) -> Finding:
    """Whether all three stacks are there and at rest."""
    states = {look.stack_name(part): read_status(look.cloudformation(part), look.stack_name(part)) for part in PARTS}
    if not any(states.values()):
        return unknown(f"Nothing is deployed yet. `ssk deploy --province {look.province.code}` does it.")
    missing = [name for name, state in states.items() if state is None]
    if missing:
        return fault(f"Not deployed: {', '.join(missing)}.")
    dead = [name for name, state in states.items() if not is_deployed(state)]
    if dead:
        return fault(f"Never came to life: {', '.join(dead)}. Run `ssk deploy --province {look.province.code}` again.")
    restless = [f"{name} is {state}" for name, state in states.items() if state and not state.endswith("_COMPLETE")]
    return fault("; ".join(restless) + ".") if restless else ok("All three stacks are deployed.")


def subscriptions(look: Inspected) -> Finding:
    """Whether somebody hears the alarms of both regions."""
    unheard, by_link = [], []
    for part, region in ((MAIN, look.province.region), (EDGE, EDGE_REGION)):
        heard = _confirmed(look.account.client("sns", region), look.outputs(part)["AlarmTopicArn"])
        if not heard:
            unheard.append(region)
        elif not any(heard):
            by_link.append(region)
    if unheard:
        receiver = look.province.alarms.receiver
        return fault(f"Nobody hears alarms from {' and '.join(unheard)}: {receiver} has to confirm the e-mail of SNS.")
    if by_link:
        return warning(
            f"Alarms from {' and '.join(by_link)} end with one click in any of their e-mails: confirm anew with "
            "--authenticate-on-unsubscribe (docs/operations.md, Confirm the alarms)."
        )
    return ok("Alarms of both regions are heard.")


def _confirmed(sns: Any, topic: str) -> list[bool]:
    """Of each subscription that was confirmed: whether only who has rights in the account ends it.

    https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html
    """
    known = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    arns = [one["SubscriptionArn"] for one in known if one["SubscriptionArn"].startswith("arn:")]
    told = [sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"] for arn in arns]
    return [one.get("ConfirmationWasAuthenticated") == "true" for one in told]


def certificate(look: Inspected) -> Finding:
    """Whether browsers will accept the site."""
    arn = look.outputs(EDGE)["CertificateArn"]
    told = look.edge_client("acm").describe_certificate(CertificateArn=arn)["Certificate"]
    return ok("The certificate is issued.") if told["Status"] == "ISSUED" else fault(f"It is {told['Status']}.")


def backups(look: Inspected) -> Finding:
    """Whether each table that may be kept has a copy of the last night."""
    outputs = look.outputs(MAIN)
    seen = {name: _newest_copy(look, outputs[name]) for name in BACKED_UP}
    old = [name for name, (newest, made) in seen.items() if (newest or made) < look.now - OLDEST_BACKUP]
    if old:
        return fault(f"No backup since yesterday: {', '.join(old)}.")
    new = [name for name, (newest, _) in seen.items() if newest is None]
    return ok(f"The first night is not over: no backup yet of {', '.join(new)}." if new else "All have a fresh backup.")


def _newest_copy(look: Inspected, table: str) -> tuple[datetime.datetime | None, datetime.datetime]:
    """When the newest copy that can be restored was begun, None where there is none, and when the table was made."""
    made = look.client("dynamodb").describe_table(TableName=table)["Table"]
    pages = look.client("backup").get_paginator("list_recovery_points_by_resource")
    points = [one for page in pages.paginate(ResourceArn=made["TableArn"]) for one in page["RecoveryPoints"]]
    done = [one["CreationDate"] for one in points if one["Status"] == "COMPLETED"]
    return max(done, default=None), made["CreationDateTime"]


def alarms(look: Inspected) -> Finding:
    """Whether something rings now."""
    look.outputs(MAIN)  # without a stack no alarm is there to ring
    ringing = look.client("cloudwatch").describe_alarms(StateValue="ALARM", AlarmTypes=["MetricAlarm"])
    said = [one["AlarmDescription"].partition(" https://")[0] for one in ringing["MetricAlarms"]]
    return warning(" ".join(said)) if said else ok("No alarm rings.")


def population(look: Inspected) -> Finding:
    """Whether the department gave the figures that shares are reckoned by."""
    bucket = look.outputs(MAIN)["InsightsBucket"]
    found = look.client("s3").list_objects_v2(Bucket=bucket, Prefix="reference/population.csv")
    if not found.get("KeyCount"):
        return warning("reference/population.csv is not there: only the province's totals are published.")
    return ok("The population is known.")
