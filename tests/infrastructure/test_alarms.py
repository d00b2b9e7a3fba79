"""What wakes somebody, and that it reaches them."""

from tests.infrastructure.synthesis import Synthesized


def test_every_alarm_speaks_to_the_operators_topic_and_sleeps_without_data(aws_stack: Synthesized) -> None:
    (topic,) = aws_stack.of_type("AWS::SNS::Topic")
    alarms = aws_stack.properties("AWS::CloudWatch::Alarm")

    assert {path: alarm["Threshold"] for path, alarm in alarms.items()} == {
        "Alarms/DeadLetters": 1,
        "Alarms/Errors": 1,
        "Alarms/SmsBudget50": 50,
        "Alarms/SmsBudget80": 80,
        "Alarms/SmsBudget100": 100,
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


def test_the_error_alarm_adds_up_all_functions(aws_stack: Synthesized) -> None:
    alarm = aws_stack.properties("AWS::CloudWatch::Alarm")["Alarms/Errors"]
    (total,) = [metric for metric in alarm["Metrics"] if "Expression" in metric]

    assert total["Expression"] == "errors0 + errors1 + errors2 + errors3 + errors4"
    watched = [metric["MetricStat"]["Metric"] for metric in alarm["Metrics"] if "MetricStat" in metric]
    assert {metric["MetricName"] for metric in watched} == {"Errors"}
    assert {aws_stack.path(metric["Dimensions"][0]["Value"]["Ref"]) for metric in watched} == set(
        aws_stack.properties("AWS::Lambda::Function")
    )


def test_the_topic_is_encrypted_and_reaches_the_duty(aws_stack: Synthesized) -> None:
    (topic,) = aws_stack.properties("AWS::SNS::Topic").values()
    (subscription,) = aws_stack.properties("AWS::SNS::Subscription").values()

    assert aws_stack.path(topic["KmsMasterKeyId"]["Fn::GetAtt"][0]) == "Keys/Storage"
    assert "TopicName" not in topic, "a fixed name would block the next try"
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "van-hanh@hososuckhoe.tphcm.example")
