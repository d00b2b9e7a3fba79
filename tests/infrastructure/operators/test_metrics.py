"""Whatever an alarm or the dashboard reads is something that AWS documents, or that a function writes in a test."""

from functions.report.weekly_figures import FIGURES
from infrastructure.monitoring.alarm_group import METRICS
from tests import emitted_metrics
from tests.infrastructure.operators import metrics
from tests.infrastructure.operators.account import Account


def test_every_metric_of_aws_is_documented_with_these_dimensions(account: Account) -> None:
    assert metrics.faults(account) == []
    assert {one.namespace for one in metrics.read(account)} == {METRICS, *metrics.DOCUMENTED}


def test_every_metric_of_the_weekly_message_is_known(account: Account) -> None:
    for figure in FIGURES:
        if figure.namespace != METRICS:
            known = metrics.DOCUMENTED[figure.namespace]
            assert any(figure.metric in one.metrics and frozenset() in one.dimensions for one in known), figure.words


def test_every_metric_of_ours_is_written_by_the_function_that_it_names(account: Account) -> None:
    """Here: its code names it. That a test raised it is compared at the end of a whole run."""
    wanted = {(one.service, one.name) for one in metrics.read(account) if one.namespace == METRICS}
    wanted |= {(figure.service or "", figure.metric) for figure in FIGURES if figure.namespace == METRICS}

    assert {("otp", "SmsBudgetUsed"), ("aggregate", "StatisticsSucceeded"), ("report", "BackupAgeHours")} <= wanted
    assert emitted_metrics.not_in_code(wanted) == []
    emitted_metrics.wanted.update(wanted)
