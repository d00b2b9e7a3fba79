"""What wakes somebody about text messages: money that runs out, codes that nobody uses, messages that do not arrive."""

from aws_cdk import aws_cloudwatch

from infrastructure.config.routes import OTP
from infrastructure.config.settings import SNS, Sms
from infrastructure.monitoring.alarm_group import FIVE_MINUTES, HOUR, LESS_THAN, METRICS, AlarmGroup, function_metric

BUDGET_LEVELS = (50, 80, 100)  # percent of the day's money, as `otp` counts it
LIMIT_LEVELS = (50, 75, 90)  # percent of AWS's limit for the month, beyond which SNS sends nothing
UNVERIFIED_PERCENT = 50
ARRIVED_SHARE = 0.9
CARRIERS = ("viettel", "vinaphone", "mobifone", "other")  # as `health_record.identity.carriers` names them
PROVEN_PERCENT = 20
FAILED_OVER = 10  # codes in five minutes
FEWEST_CODES = 10  # of one carrier in five minutes


def add_message_alarms(alarms: AlarmGroup, sms: Sms) -> None:
    """Add the alarms. Each level of money is a message of its own, as each asks for more haste."""
    for level in BUDGET_LEVELS:
        alarms.add_alarm(
            f"SmsBudget{level}",
            function_metric(OTP, "SmsBudgetUsed", "Maximum"),
            level,
            f"{level} % of the day's money for messages is spent.",
            page="sms-budget",
        )
    if SNS in sms.channels:
        _add_sns_alarms(alarms, sms)
    alarms.add_alarm(
        "CodesUnverified",
        function_metric(OTP, "OtpUnverified", "Maximum"),
        UNVERIFIED_PERCENT,
        "Half of the last hour's codes or more were never used: they come late, or somebody pumps messages.",
        page="codes-unverified",
        periods=3,
    )
    if len(sms.channels) > 1:
        alarms.add_alarm(
            "SmsFailedOver",
            function_metric(OTP, "SmsFailedOver", "Sum"),
            FAILED_OVER,
            f"In five minutes {FAILED_OVER} codes or more went over the second channel, since the first refused them.",
            page="sms-failed-over",
        )
    for carrier in CARRIERS:
        alarms.add_share_alarm(
            f"CodesLate{carrier.capitalize()}",
            carrier_metric("CarrierCodesProven", carrier),
            carrier_metric("CarrierCodesSent", carrier),
            PROVEN_PERCENT,
            f"In five minutes less than a fifth of the codes to numbers of {carrier} were used.",
            page="codes-late",
            floor=FEWEST_CODES,
        )


def _add_sns_alarms(alarms: AlarmGroup, sms: Sms) -> None:
    for level in LIMIT_LEVELS:
        alarms.add_alarm(
            f"SmsLimit{level}",
            sms_spend_metric(),
            sms.monthly_limit_usd * level / 100,
            f"{level} % of what AWS lets this account spend on messages in a month is spent.",
            page="sms-limit",
        )
    alarms.add_alarm(
        "SmsNotArriving",
        sms_success_metric(),
        ARRIVED_SHARE,
        "For three hours more than a tenth of the messages did not arrive.",
        page="sms-not-arriving",
        periods=3,
        when=LESS_THAN,
    )


def carrier_metric(name: str, carrier: str) -> aws_cloudwatch.Metric:
    """A count of codes by carrier, which `otp` writes with no other dimension."""
    return aws_cloudwatch.Metric(
        namespace=METRICS,
        metric_name=name,
        dimensions_map={"carrier": carrier},
        statistic="Sum",
        period=FIVE_MINUTES,
    )


def sms_spend_metric() -> aws_cloudwatch.Metric:
    """Dollars since the first of the month, of the whole account: SNS writes it without a dimension."""
    return aws_cloudwatch.Metric(
        namespace="AWS/SNS", metric_name="SMSMonthToDateSpentUSD", statistic="Maximum", period=FIVE_MINUTES
    )


def sms_success_metric() -> aws_cloudwatch.Metric:
    """The share of messages to Vietnam that arrived, 0 to 1."""
    return aws_cloudwatch.Metric(
        namespace="AWS/SNS",
        metric_name="SMSSuccessRate",
        dimensions_map={"Country": "VN", "SMSType": "Transactional"},
        statistic="Average",
        period=HOUR,
    )
