"""What wakes somebody about facilities: emergencies without number, numbers that are tried out, an audit undigested."""

from aws_cdk import Duration, aws_cloudwatch, aws_lambda

from infrastructure.monitoring.alarm_topic import LESS_THAN
from infrastructure.monitoring.alarms import Alarms, function_metric

EMERGENCIES_IN_FIVE_MINUTES = 20


def add_facility_alarms(alarms: Alarms, digest: aws_lambda.IFunction) -> None:
    """Add the alarms. The functions write their metrics without naming a facility; the audit names it."""
    alarms.add_alarm(
        "EmergencySurge",
        function_metric("lookup", "EmergencyAccess", "Sum"),
        EMERGENCIES_IN_FIVE_MINUTES,
        "Facilities opened many records as emergencies within five minutes.",
        page="emergency-accesses",
    )
    alarms.add_alarm(
        "EmergencyRefused",
        function_metric("lookup", "EmergencyRefused", "Sum"),
        1,
        "A facility has used up its emergency accesses and was refused.",
        page="emergency-accesses",
    )
    alarms.add_alarm(
        "NoticeLost",
        function_metric("lookup", "PostResponseFailed", "Sum"),
        1,
        "Somebody was not told by SMS of an emergency access: the message broke off.",
        page="emergency-accesses",
    )
    for function in ("lookup", "contribute"):
        alarms.add_alarm(
            f"Enumeration{function.capitalize()}",
            function_metric(function, "LookupEnumeration", "Sum"),
            1,
            "A facility asked for so many people who are not there that it is refused: numbers may be tried out.",
            page="enumeration",
        )
    alarms.add_alarm(
        "EnumerationEpisodes",
        function_metric("contribute", "EpisodeEnumeration", "Sum"),
        1,
        "A facility sent so many episodes of people without a record that it is refused: numbers may be tried out.",
        page="enumeration",
    )
    alarms.add_alarm(
        "DigestMissing",
        digest.metric_invocations(period=Duration.days(1)),
        1,
        "The audit was not digested for a day.",
        page="audit-digests",
        when=LESS_THAN,
        without_data=aws_cloudwatch.TreatMissingData.BREACHING,
    )
