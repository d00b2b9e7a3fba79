"""What wakes somebody, and that it reaches them."""

import pytest

from tests.infrastructure.synthesis import Synthesized


def test_every_alarm_speaks_to_the_operators_topic_and_sleeps_without_data(aws_stack: Synthesized) -> None:
    (topic,) = aws_stack.of_type("AWS::SNS::Topic")
    alarms = aws_stack.properties("AWS::CloudWatch::Alarm")

    assert {path: alarm["Threshold"] for path, alarm in alarms.items()} == {
        "Alarms/DeadLetters": 1,
        "Alarms/OtpErrors": 1,
        "Alarms/DeclareErrors": 1,
        "Alarms/LookupErrors": 1,
        "Alarms/ContributeErrors": 1,
        "Alarms/AggregateErrors": 1,
        "Alarms/SmsBudget50": 50,
        "Alarms/SmsBudget80": 80,
        "Alarms/SmsBudget100": 100,
        "Alarms/CodesUnverified": 50,
    }
    for alarm in alarms.values():
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        assert alarm["TreatMissingData"] == "notBreaching"
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm["AlarmDescription"].endswith(".")


def test_the_money_alarm_watches_what_otp_measures(aws_stack: Synthesized) -> None:
    alarm = aws_stack.properties("AWS::CloudWatch::Alarm")["Alarms/SmsBudget80"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("SoSucKhoe", "SmsBudgetUsed", "Maximum")
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "otp"}]


def test_codes_that_nobody_uses_wake_somebody_after_a_quarter_of_an_hour(aws_stack: Synthesized) -> None:
    alarm = aws_stack.properties("AWS::CloudWatch::Alarm")["Alarms/CodesUnverified"]

    assert (alarm["MetricName"], alarm["Statistic"]) == ("OtpUnverified", "Maximum")
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (300, 3)


@pytest.mark.parametrize("function", ["Otp", "Declare", "Lookup", "Contribute", "Aggregate"])
def test_an_error_alarm_watches_its_function(aws_stack: Synthesized, function: str) -> None:
    alarm = aws_stack.properties("AWS::CloudWatch::Alarm")[f"Alarms/{function}Errors"]
    (dimension,) = alarm["Dimensions"]

    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/Lambda", "Errors", "Sum")
    assert (dimension["Name"], aws_stack.path(dimension["Value"]["Ref"])) == ("FunctionName", f"{function}/Function")


def test_the_topic_is_encrypted_and_reaches_the_duty(aws_stack: Synthesized) -> None:
    (topic,) = aws_stack.properties("AWS::SNS::Topic").values()
    (subscription,) = aws_stack.properties("AWS::SNS::Subscription").values()

    assert aws_stack.path(topic["KmsMasterKeyId"]["Fn::GetAtt"][0]) == "Keys/Storage"
    assert "TopicName" not in topic, "a fixed name would block the next try"
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "van-hanh@hososuckhoe.tphcm.example")
