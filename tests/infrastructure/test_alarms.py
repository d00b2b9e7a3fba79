"""What wakes somebody, and that it reaches them."""

import json

import pytest

from health_record.identity import carriers
from tests.infrastructure.synthesis import SynthesizedStack

RUNBOOKS = "https://van-hanh.hososuckhoe.tphcm.example/operations"
# The threshold of each alarm and the heading of docs/operations.md that it links to; a composite alarm has none.
ALARMS = {
    "Alarms/DeadLetters": (1, "dead-letters"),
    "Alarms/DeadLettersAlone": (None, "dead-letters"),
    "Alarms/StatisticsMissing": (1, "statistics-missing"),
    "Alarms/PublicationMissing": (1, "statistics-missing"),
    "Alarms/StatisticsFault": (None, "statistics-missing"),
    "Alarms/AggregationFailed": (1, "statistics-missing"),
    "Alarms/AggregationTimedOut": (1, "statistics-missing"),
    "Alarms/OtpErrors": (1, "function-errors"),
    "Alarms/DeclareErrors": (1, "function-errors"),
    "Alarms/LookupErrors": (1, "function-errors"),
    "Alarms/ContributeErrors": (1, "function-errors"),
    "Alarms/AggregateErrors": (1, "function-errors"),
    "Alarms/DigestErrors": (1, "function-errors"),
    "Alarms/ReportErrors": (1, "function-errors"),
    "Alarms/DigestMissing": (1, "audit-digests"),
    "Alarms/DigestFault": (None, "audit-digests"),
    "Alarms/ErasureSweepMissing": (1, "erasure-sweep"),
    "Alarms/KeyNotUsable": (1, "key-not-usable"),
    "Alarms/EmergencySurge": (20, "emergency-accesses"),
    "Alarms/EmergencyRefused": (1, "emergency-accesses"),
    "Alarms/EmergenciesUnusual": (1, "emergency-accesses"),
    "Alarms/OpeningsUnusual": (1, "accounts-opened-anew"),
    "Alarms/NoticeLost": (1, "emergency-accesses"),
    "Alarms/NoticeLostContribute": (1, "accounts-opened-anew"),
    "Alarms/VerifiedNumberMoved": (1, "moved-numbers"),
    "Alarms/EnumerationLookup": (1, "enumeration"),
    "Alarms/EnumerationContribute": (1, "enumeration"),
    "Alarms/EnumerationEpisodes": (1, "enumeration"),
    "Alarms/ReadBoundNear": (1, "reading-bounds"),
    "Alarms/ReadBoundNearContribute": (1, "reading-bounds"),
    "Alarms/ReadBoundReached": (1, "reading-bounds"),
    "Alarms/ReadBoundReachedContribute": (1, "reading-bounds"),
    "Alarms/ReadWithoutWriting": (1, "reading-without-writing"),
    "Alarms/FunctionThrottles": (10, "function-throttles"),
    "Alarms/ApiErrors": (5, "api-errors"),
    "Alarms/ApiSlow": (3_000, "api-slow"),
    "Alarms/ServiceFault": (None, "service-fault"),
    "Alarms/SmsBudget50": (50, "sms-budget"),
    "Alarms/SmsBudget80": (80, "sms-budget"),
    "Alarms/SmsBudget100": (100, "sms-budget"),
    "Alarms/SmsLimit50": (12_000, "sms-limit"),
    "Alarms/SmsLimit75": (18_000, "sms-limit"),
    "Alarms/SmsLimit90": (21_600, "sms-limit"),
    "Alarms/SmsNotArriving": (0.9, "sms-not-arriving"),
    "Alarms/CodesUnverified": (50, "codes-unverified"),
    "Alarms/CodesLateViettel": (20, "codes-late"),
    "Alarms/CodesLateVinaphone": (20, "codes-late"),
    "Alarms/CodesLateMobifone": (20, "codes-late"),
    "Alarms/CodesLateOther": (20, "codes-late"),
}
ALARMS_BESIDE = {
    "edge": {"Alarms/CallsBlocked": (1_000, "calls-blocked"), "Alarms/CertificateExpires": (30, "certificate-expires")},
    "backup": {
        "Alarms/BackupsFailed": (1, "backups-failed"),
        "Alarms/BackupsExpired": (1, "backups-failed"),
        "Alarms/BackupsAborted": (1, "backups-failed"),
        "Alarms/BackupsMissing": (1, "backups-failed"),
        "Alarms/BackupTooOld": (31, "backups-failed"),
        "Alarms/BackupFault": (None, "backups-failed"),
    },
}
KINDS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


def told(stack: SynthesizedStack) -> dict[str, tuple[float | None, str]]:
    """Threshold and page of each alarm."""
    return {
        path: (alarm.get("Threshold"), alarm["AlarmDescription"].partition(f". {RUNBOOKS}#")[2])
        for kind in KINDS
        for path, alarm in stack.properties(kind).items()
    }


def test_every_alarm_links_to_its_page_and_speaks_to_the_operators_topic_or_to_none(
    aws_stack: SynthesizedStack,
) -> None:
    (topic,) = aws_stack.of_type("AWS::SNS::Topic")

    assert told(aws_stack) == ALARMS
    assert {kind: told(aws_stack.beside(f"ssk-79-{kind}")) for kind in ALARMS_BESIDE} == ALARMS_BESIDE
    for kind in KINDS:
        for alarm in aws_stack.properties(kind).values():
            assert alarm.get("AlarmActions") in (None, [{"Ref": topic}])


def keys_in_use(stack: SynthesizedStack) -> dict[str, set[str]]:
    """By key: the paths of the resources that name it, without those that decide who may use it."""
    keys = stack.of_type("AWS::KMS::Key")
    deciding = ("AWS::KMS::Key", "AWS::KMS::Alias", "AWS::IAM::ManagedPolicy", "AWS::Lambda::Function")
    return {
        stack.path(key): {
            stack.path(name)
            for name, one in stack.template["Resources"].items()
            if one["Type"] not in deciding and f'"{key}"' in json.dumps(one.get("Properties", {}))
        }
        for key in keys
    }


def test_alarms_lie_under_a_key_of_their_own(aws_stack: SynthesizedStack) -> None:
    """Under a key that something else lies under, its loss would also silence whoever has to tell of it."""
    used = keys_in_use(aws_stack)

    assert used["Keys/Alarms"] == {"Alarms/Topic"}
    assert [key for key, places in used.items() if "Alarms/Topic" in places] == ["Keys/Alarms"]
    assert "Tables/Keys" in used["Keys/Storage"]


def test_every_key_of_the_province_is_looked_after(aws_stack: SynthesizedStack) -> None:
    """But for that of SNS's delivery log, which goes with its lines."""
    told = aws_stack.properties("AWS::Lambda::Function")["Report/Function"]["Environment"]["Variables"]
    parts = told["SSK_WATCHED_KEY_ARNS"]["Fn::Join"][1]
    watched = {aws_stack.path(one["Fn::GetAtt"][0]) for one in parts if one != ","}

    assert watched == set(aws_stack.properties("AWS::KMS::Key"))


def test_alarms_beside_the_province_reach_the_operators_too(
    edge_stack: SynthesizedStack, backup_stack: SynthesizedStack
) -> None:
    (topic,) = edge_stack.of_type("AWS::SNS::Topic")
    actions = [alarm["AlarmActions"] for alarm in edge_stack.properties("AWS::CloudWatch::Alarm").values()]
    (together,) = backup_stack.properties("AWS::CloudWatch::CompositeAlarm").values()

    assert actions == [[{"Ref": topic}]] * 2
    assert together["AlarmActions"] == [{"Ref": "AlarmTopicArn"}]
    assert "AlarmTopicArn" in backup_stack.template["Parameters"]


def test_costs_are_told_before_they_are_too_high(edge_stack: SynthesizedStack) -> None:
    (topic,) = edge_stack.of_type("AWS::SNS::Topic")
    (budget,) = edge_stack.properties("AWS::Budgets::Budget").values()

    assert budget["Budget"]["BudgetLimit"] == {"Amount": 24_500, "Unit": "USD"}
    assert [
        (told["Notification"]["NotificationType"], told["Notification"]["Threshold"], told["Subscribers"])
        for told in budget["NotificationsWithSubscribers"]
    ] == [
        (kind, percent, [{"Address": {"Ref": topic}, "SubscriptionType": "SNS"}])
        for kind, percent in (("ACTUAL", 80), ("FORECASTED", 100))
    ]


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

    assert aws_stack.path(topic["KmsMasterKeyId"]["Fn::GetAtt"][0]) == "Keys/Alarms"
    assert "TopicName" not in topic, "a fixed name would block the next try"
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "van-hanh@tphcm.example")


def test_a_carrier_that_delivers_nothing_rings_within_ten_minutes(aws_stack: SynthesizedStack) -> None:
    """One period of five minutes is enough, and every carrier that the function names has its alarm."""
    alarms = aws_stack.properties("AWS::CloudWatch::Alarm")
    for carrier in (*carriers.CARRIERS, carriers.OTHER):
        alarm = alarms[f"Alarms/CodesLate{carrier.capitalize()}"]
        assert (alarm["EvaluationPeriods"], alarm["ComparisonOperator"]) == (1, "LessThanThreshold")
        stats = [query["MetricStat"] for query in alarm["Metrics"] if "MetricStat" in query]
        assert {stat["Period"] for stat in stats} == {300}
        assert {(stat["Metric"]["MetricName"], stat["Metric"]["Dimensions"][0]["Value"]) for stat in stats} == {
            ("CarrierCodesSent", carrier),
            ("CarrierCodesProven", carrier),
        }
