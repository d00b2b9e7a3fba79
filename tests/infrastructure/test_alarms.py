"""What wakes somebody, and that it reaches them."""

import pytest

from tests.infrastructure.synthesis import SynthesizedStack

RUNBOOKS = "https://van-hanh.hososuckhoe.tphcm.example/operations"
# The threshold of each alarm and the heading of docs/operations.md that it links to.
ALARMS = {
    "Alarms/DeadLetters": (1, "dead-letters"),
    "Alarms/StatisticsMissing": (1, "statistics-missing"),
    "Alarms/AggregationFailed": (1, "statistics-missing"),
    "Alarms/AggregationTimedOut": (1, "statistics-missing"),
    "Alarms/OtpErrors": (1, "function-errors"),
    "Alarms/DeclareErrors": (1, "function-errors"),
    "Alarms/LookupErrors": (1, "function-errors"),
    "Alarms/ContributeErrors": (1, "function-errors"),
    "Alarms/AggregateErrors": (1, "function-errors"),
    "Alarms/DigestErrors": (1, "function-errors"),
    "Alarms/DigestMissing": (1, "audit-digests"),
    "Alarms/EmergencySurge": (20, "emergency-accesses"),
    "Alarms/EmergencyRefused": (1, "emergency-accesses"),
    "Alarms/NoticeLost": (1, "emergency-accesses"),
    "Alarms/EnumerationLookup": (1, "enumeration"),
    "Alarms/EnumerationContribute": (1, "enumeration"),
    "Alarms/EnumerationEpisodes": (1, "enumeration"),
    "Alarms/FunctionThrottles": (10, "function-throttles"),
    "Alarms/ApiErrors": (5, "api-errors"),
    "Alarms/ApiSlow": (3_000, "api-slow"),
    "Alarms/SmsBudget50": (50, "sms-budget"),
    "Alarms/SmsBudget80": (80, "sms-budget"),
    "Alarms/SmsBudget100": (100, "sms-budget"),
    "Alarms/CodesUnverified": (50, "codes-unverified"),
}
ALARMS_BESIDE = {
    "edge": {"Alarms/CallsBlocked": (1_000, "calls-blocked"), "Alarms/CertificateExpires": (30, "certificate-expires")},
    "backup": {"Alarms/BackupsFailed": (1, "backups-failed")},
}


def told(stack: SynthesizedStack) -> dict[str, tuple[float, str]]:
    """Threshold and page of each alarm."""
    return {
        path: (alarm["Threshold"], alarm["AlarmDescription"].partition(f". {RUNBOOKS}#")[2])
        for path, alarm in stack.properties("AWS::CloudWatch::Alarm").items()
    }


def test_every_alarm_speaks_to_the_operators_topic_and_links_to_its_page(aws_stack: SynthesizedStack) -> None:
    (topic,) = aws_stack.of_type("AWS::SNS::Topic")

    assert told(aws_stack) == ALARMS
    assert {kind: told(aws_stack.beside(f"ssk-79-{kind}")) for kind in ALARMS_BESIDE} == ALARMS_BESIDE
    for path, alarm in aws_stack.properties("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        missing = "breaching" if path in ("Alarms/StatisticsMissing", "Alarms/DigestMissing") else "notBreaching"
        assert alarm["TreatMissingData"] == missing, "a province where nobody calls wakes nobody"


def test_alarms_beside_the_province_reach_the_operators_too(
    edge_stack: SynthesizedStack, backup_stack: SynthesizedStack
) -> None:
    (topic,) = edge_stack.of_type("AWS::SNS::Topic")
    actions = [alarm["AlarmActions"] for alarm in edge_stack.properties("AWS::CloudWatch::Alarm").values()]
    (failed,) = backup_stack.properties("AWS::CloudWatch::Alarm").values()

    assert actions == [[{"Ref": topic}]] * 2
    assert failed["AlarmActions"] == [{"Ref": "AlarmTopicArn"}]
    assert "AlarmTopicArn" in backup_stack.template["Parameters"]


def test_the_api_alarms_watch_this_province_s_api(aws_stack: SynthesizedStack) -> None:
    alarms = aws_stack.properties("AWS::CloudWatch::Alarm")
    (api,) = aws_stack.of_type("AWS::ApiGatewayV2::Api")

    watched = [alarms[f"Alarms/{name}"] for name in ("ApiErrors", "ApiSlow")]
    assert [(one["Namespace"], one["MetricName"]) for one in watched] == [
        ("AWS/ApiGateway", "5xx"),
        ("AWS/ApiGateway", "Latency"),
    ]
    assert [one["Dimensions"] for one in watched] == [[{"Name": "ApiId", "Value": {"Ref": api}}]] * 2
    assert (watched[1]["ExtendedStatistic"], watched[1]["EvaluationPeriods"]) == ("p99", 3)


def test_the_money_alarm_watches_what_otp_measures(aws_stack: SynthesizedStack) -> None:
    alarm = aws_stack.properties("AWS::CloudWatch::Alarm")["Alarms/SmsBudget80"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("SoSucKhoe", "SmsBudgetUsed", "Maximum")
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "otp"}]


def test_codes_that_nobody_uses_wake_somebody_after_a_quarter_of_an_hour(aws_stack: SynthesizedStack) -> None:
    alarm = aws_stack.properties("AWS::CloudWatch::Alarm")["Alarms/CodesUnverified"]

    assert (alarm["MetricName"], alarm["Statistic"]) == ("OtpUnverified", "Maximum")
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (300, 3)


@pytest.mark.parametrize("function", ["Otp", "Declare", "Lookup", "Contribute", "Aggregate"])
def test_an_error_alarm_watches_its_function(aws_stack: SynthesizedStack, function: str) -> None:
    alarm = aws_stack.properties("AWS::CloudWatch::Alarm")[f"Alarms/{function}Errors"]
    (dimension,) = alarm["Dimensions"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Errors", "Sum")
    assert (dimension["Name"], aws_stack.path(dimension["Value"]["Ref"])) == ("FunctionName", f"{function}/Function")


def test_the_topic_is_encrypted_and_reaches_the_duty(aws_stack: SynthesizedStack) -> None:
    (topic,) = aws_stack.properties("AWS::SNS::Topic").values()
    (subscription,) = aws_stack.properties("AWS::SNS::Subscription").values()

    assert aws_stack.path(topic["KmsMasterKeyId"]["Fn::GetAtt"][0]) == "Keys/Storage"
    assert "TopicName" not in topic, "a fixed name would block the next try"
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "van-hanh@hososuckhoe.tphcm.example")
