"""Alarms of one stack: each links to a section of the runbook, and one fault makes one message.

An alarm tells the operators itself, or it is told together with others by one composite alarm. The emulator knows
neither composite alarms nor arithmetic of metrics, so locally every alarm tells for itself and heartbeats are left out.
"""

from collections.abc import Iterable, Sequence

from aws_cdk import Duration, aws_cloudwatch, aws_sns
from aws_cdk.aws_cloudwatch_actions import SnsAction
from constructs import Construct

FIVE_MINUTES = Duration.minutes(5)
HOUR = Duration.hours(1)
MEASURED_EVERY = Duration.hours(6)  # as the schedule `MeasureBackups` of the province's stack
AT_LEAST = aws_cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
AT_MOST = aws_cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD
LESS_THAN = aws_cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
METRICS = "SoSucKhoe"  # the namespace that the functions write to


class AlarmGroup(Construct):
    """Alarms that speak to one topic. None of them names a person; without data they sleep, but for heartbeats."""

    def __init__(self, scope: Construct, construct_id: str, *, runbooks: str, whole: bool = True) -> None:
        super().__init__(scope, construct_id)
        self._runbooks, self._whole = runbooks, whole
        self._alarms: dict[str, aws_cloudwatch.AlarmBase] = {}
        self.topic: aws_sns.ITopic

    def add_alarm(
        self,
        construct_id: str,
        metric: aws_cloudwatch.IMetric,
        threshold: float,
        text: str,
        *,
        page: str,
        periods: int = 1,
        when: aws_cloudwatch.ComparisonOperator = AT_LEAST,
        without_data: aws_cloudwatch.TreatMissingData = aws_cloudwatch.TreatMissingData.NOT_BREACHING,
        told_together: bool = False,
    ) -> None:
        """Add an alarm. `text` is a sentence; `page` is a heading of `docs/operations.md`, as its link spells it.

        With `told_together` it tells nobody: a composite alarm (`add_composite_alarm`) names it.
        """
        alarm = aws_cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=threshold,
            comparison_operator=when,
            evaluation_periods=periods,
            treat_missing_data=without_data,
            alarm_description=self._described(text, page),
        )
        if not (told_together and self._whole):
            alarm.add_alarm_action(SnsAction(self.topic))
        self._alarms[construct_id] = alarm

    def add_heartbeat_alarm(
        self,
        construct_id: str,
        successes: aws_cloudwatch.Metric,
        text: str,
        *,
        page: str,
        hours: int,
        told_together: bool = False,
    ) -> None:
        """Add a dead-man alarm: it rings when no success was counted for so many hours.

        Nobody counts zeros, so missing hours are filled: an alarm over missing data alone looks back further than its
        periods before it rings. `hours` leaves time for a late run; CloudWatch takes seven days at most.
        """
        if not self._whole:
            return
        filled = aws_cloudwatch.MathExpression(
            expression="FILL(successes, 0)",
            using_metrics={"successes": successes.with_(statistic="Sum", period=HOUR)},
            period=HOUR,
            label="successes in an hour",
        )
        self.add_alarm(
            construct_id,
            filled,
            1,
            text,
            page=page,
            periods=hours,
            when=LESS_THAN,
            without_data=aws_cloudwatch.TreatMissingData.BREACHING,  # a metric that never was has nothing to fill
            told_together=told_together,
        )

    def add_share_alarm(
        self,
        construct_id: str,
        part: aws_cloudwatch.Metric,
        whole: aws_cloudwatch.Metric,
        percent: float,
        text: str,
        *,
        page: str,
        floor: int,
    ) -> None:
        """Add an alarm that rings when `part` is less than `percent` of `whole` in one period of at least `floor`.

        Of fewer nothing is said, and a period without any is no data.
        """
        if not self._whole:
            return
        share = aws_cloudwatch.MathExpression(
            expression=f"IF(whole >= {floor}, 100 * FILL(part, 0) / whole, 100)",
            using_metrics={"part": part, "whole": whole},
            period=FIVE_MINUTES,
            label="percent",
        )
        self.add_alarm(construct_id, share, percent, text, page=page, when=LESS_THAN)

    def add_composite_alarm(
        self, construct_id: str, alarms: Sequence[str], text: str, *, page: str, unless: Sequence[str] = ()
    ) -> None:
        """Add a composite alarm: one message when any of `alarms` rings, none while one of `unless` has told already.

        `alarms` and `unless` are construct ids of this watch.
        """
        if not self._whole:
            return
        rule = _any(self._alarms[name] for name in alarms)
        if unless:
            told_already = _any(self._alarms[name] for name in unless)
            rule = aws_cloudwatch.AlarmRule.all_of(rule, aws_cloudwatch.AlarmRule.not_(told_already))
        composite = aws_cloudwatch.CompositeAlarm(
            self, construct_id, alarm_rule=rule, alarm_description=self._described(text, page)
        )
        composite.add_alarm_action(SnsAction(self.topic))
        self._alarms[construct_id] = composite

    def _described(self, text: str, page: str) -> str:
        return f"{text} {self._runbooks}#{page}"


def function_metric(
    function: str, name: str, statistic: str, *, period: Duration = FIVE_MINUTES
) -> aws_cloudwatch.Metric:
    """A metric that a function writes itself."""
    return aws_cloudwatch.Metric(
        namespace=METRICS,
        metric_name=name,
        dimensions_map={"service": function},
        statistic=statistic,
        period=period,
    )


def _any(alarms: Iterable[aws_cloudwatch.AlarmBase]) -> aws_cloudwatch.IAlarmRule:
    ringing = [aws_cloudwatch.AlarmRule.from_alarm(alarm, aws_cloudwatch.AlarmState.ALARM) for alarm in alarms]
    return aws_cloudwatch.AlarmRule.any_of(*ringing)
