"""What SNS tells of each message: a log of its own under a key of its own, for a day, of which counts alone leave."""

import json
import re
from typing import Any

import pytest

from health_record.identity import carriers
from infrastructure.monitoring.sms_delivery_log import METRICS, OTHER, PREFIXES
from tests.infrastructure.synthesis import SynthesizedStack, path_of

CARRIERS = (*carriers.CARRIERS, carriers.OTHER)
CONDITION = re.compile(r'\(\$\.delivery\.destination (!?=) "(\+\d+)\*"\)')
# As AWS's page shows it, with a number of Vietnam.
LINE = {
    "notification": {"messageId": "34d9b400-c6dd-5444-820d-fbeb0f1f54cf", "timestamp": "2026-11-23 02:00:00.123"},
    "delivery": {
        "phoneCarrier": "Carrier",
        "mnc": 4,
        "mcc": 452,
        "destination": "+84961234567",
        "priceInUSD": 0.04,
        "smsType": "Transactional",
        "providerResponse": "Message has been accepted by phone carrier",
        "dwellTimeMs": 599,
        "dwellTimeMsUntilDeviceAck": 1344,
    },
    "status": "SUCCESS",
}


def filters(stack: SynthesizedStack) -> list[dict[str, Any]]:
    return [
        {**made, "group": stack.path(made["LogGroupName"]["Ref"])}
        for made in stack.properties("AWS::Logs::MetricFilter").values()
    ]


def fits(pattern: str, line: dict[str, Any]) -> bool:
    """Whether CloudWatch Logs counts the line: conditions of one kind, joined by one operator."""
    number = line["delivery"]["destination"]
    conditions = [number.startswith(prefix) is (operator == "=") for operator, prefix in CONDITION.findall(pattern)]
    joined, rest = ("&&", all) if "&&" in pattern else ("||", any)
    assert pattern == "{ " + f" {joined} ".join(match[0] for match in CONDITION.finditer(pattern)) + " }"
    return rest(conditions)


def test_the_groups_have_the_names_that_sns_gives_a_key_of_their_own_and_one_day(
    gateway_stack: SynthesizedStack,
) -> None:
    groups = {
        path: group
        for path, group in gateway_stack.properties("AWS::Logs::LogGroup").items()
        if path.startswith("SmsDeliveryLog/")
    }
    names = {path: "".join(map(str, group["LogGroupName"]["Fn::Join"][1])) for path, group in groups.items()}
    assert {path: name.rpartition("}")[2] for path, name in names.items()} == {
        "SmsDeliveryLog/Delivered": "/DirectPublishToPhoneNumber",
        "SmsDeliveryLog/Failed": "/DirectPublishToPhoneNumber/Failure",
    }
    assert all(name.startswith("sns/ap-southeast-1/") for name in names.values())
    assert {group["RetentionInDays"] for group in groups.values()} == {1}
    keys = {gateway_stack.path(group["KmsKeyId"]["Fn::GetAtt"][0]) for group in groups.values()}
    assert keys == {"SmsDeliveryLog/Key"}


def test_the_key_opens_these_groups_for_cloudwatch_logs_and_nothing_else(gateway_stack: SynthesizedStack) -> None:
    key = gateway_stack.properties("AWS::KMS::Key")["SmsDeliveryLog/Key"]
    (statement,) = [one for one in key["KeyPolicy"]["Statement"] if "Service" in one["Principal"]]
    (pattern,) = statement["Condition"]["ArnLike"].values()
    assert statement["Principal"] == {"Service": "logs.ap-southeast-1.amazonaws.com"}
    assert "".join(map(str, pattern["Fn::Join"][1])).endswith("/DirectPublishToPhoneNumber*")
    used = [
        path_of(resource)
        for resource in gateway_stack.template["Resources"].values()
        if "SmsDeliveryLogKey" in json.dumps(resource.get("Properties", {}))
    ]
    assert sorted(used) == ["SmsDeliveryLog/Delivered", "SmsDeliveryLog/Failed"]


def test_nothing_reads_the_log_but_filters_that_count(gateway_stack: SynthesizedStack) -> None:
    """No subscription, no function, no dimension: a value of a line would leave with them."""
    assert gateway_stack.of_type("AWS::Logs::SubscriptionFilter") == {}
    for made in filters(gateway_stack):
        (transformation,) = made["MetricTransformations"]
        assert transformation["MetricValue"] == "1"
        assert set(transformation) == {"MetricName", "MetricNamespace", "MetricValue"}
    policies = gateway_stack.properties("AWS::IAM::ManagedPolicy")
    reading = [path for path, policy in policies.items() if "SmsDeliveryLog" in json.dumps(policy)]
    assert reading == ["SmsDeliveryLogMay"]
    actions = policies["SmsDeliveryLogMay"]["PolicyDocument"]["Statement"][0]["Action"]
    assert not [action for action in actions if not re.match(r"logs:(Create|Put)", action)]


@pytest.mark.parametrize("prefix", [f"+84{number}" for number in range(10, 100)])
def test_each_line_is_counted_once_and_for_the_carrier_that_the_functions_name(
    gateway_stack: SynthesizedStack, prefix: str
) -> None:
    number = f"{prefix}1234567"
    line = {**LINE, "delivery": {**LINE["delivery"], "destination": number}}  # type: ignore[dict-item]
    name = carriers.carrier_of(number).capitalize()
    for group, counted in {
        "SmsDeliveryLog/Delivered": {f"SmsDelivered{name}", f"SmsReported{name}"},
        "SmsDeliveryLog/Failed": {f"SmsReported{name}"},
    }.items():
        found = [
            made["MetricTransformations"][0]["MetricName"]
            for made in filters(gateway_stack)
            if made["group"] == group and fits(made["FilterPattern"], line)
        ]
        assert sorted(found) == sorted(counted)


def test_the_carriers_are_those_that_the_functions_name() -> None:
    assert (*PREFIXES, OTHER) == CARRIERS


@pytest.mark.parametrize("carrier", CARRIERS)
def test_failures_of_a_carrier_ring_after_one_period_of_five_minutes(
    gateway_stack: SynthesizedStack, carrier: str
) -> None:
    alarm = gateway_stack.properties("AWS::CloudWatch::Alarm")[f"Alarms/SmsUndelivered{carrier.capitalize()}"]
    assert (alarm["EvaluationPeriods"], alarm["Threshold"], alarm["ComparisonOperator"]) == (1, 50, "LessThanThreshold")
    read = [query["MetricStat"] for query in alarm["Metrics"] if "MetricStat" in query]
    made = {one["MetricTransformations"][0]["MetricName"] for one in filters(gateway_stack)}
    assert {(stat["Period"], stat["Stat"], stat["Metric"]["Namespace"]) for stat in read} == {(300, "Sum", METRICS)}
    assert {stat["Metric"]["MetricName"] for stat in read} <= made


def test_a_province_that_does_not_ask_for_it_has_none_of_it(aws_stack: SynthesizedStack) -> None:
    assert "SmsDelivery" not in json.dumps(aws_stack.template)
