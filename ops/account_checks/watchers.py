"""Whether what watches over a province is itself well: the keys of its alarms, and the trail of who did what.

https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
"""

from ops.account_checks.findings import Finding, fault, ok, warning
from ops.account_checks.inspected import EDGE, MAIN, Inspected
from ops.aws_account import EDGE_REGION


def alarm_keys(look: Inspected) -> Finding:
    """Whether the keys of both topics work: SNS takes no alarm without, and no alarm can say so."""
    lost = []
    for part, region in ((MAIN, look.province.region), (EDGE, EDGE_REGION)):
        topic = look.account.client("sns", region).get_topic_attributes(TopicArn=look.outputs(part)["AlarmTopicArn"])
        key = topic["Attributes"]["KmsMasterKeyId"]
        state = look.account.client("kms", region).describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
        if state != "Enabled":
            lost.append(f"{key} in {region} is {state}")
    if lost:
        return fault(f"No alarm arrives: {'; '.join(lost)}. See docs/operations.md, Key not usable.")
    return ok("The keys of the alarms work.")


def trail(look: Inspected) -> Finding:
    """Whether somebody writes down who uses keys and changes settings."""
    look.outputs(MAIN)  # without a stack there is no trail
    cloudtrail = look.client("cloudtrail")
    trails = cloudtrail.describe_trails(includeShadowTrails=False)["trailList"]
    ours = [one["TrailARN"] for one in trails if one["Name"].startswith(f"{look.stack_name(MAIN)}-")]
    states = [cloudtrail.get_trail_status(Name=arn) for arn in ours]
    if not any(one["IsLogging"] for one in states):
        return fault("Nobody writes down who uses keys and changes settings: the trail is gone or was stopped.")
    if errors := [one["LatestDeliveryError"] for one in states if one.get("LatestDeliveryError")]:
        return warning(f"The trail could not write its last file: {errors[0]}")
    return ok("The trail writes down who uses keys and changes settings.")
