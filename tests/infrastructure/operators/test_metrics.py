"""Whatever an alarm or the dashboard reads is something that AWS documents, or that a function writes in a test."""

import pytest

from functions.report.weekly_figures import FIGURES
from infrastructure.checks.template_rules import FULLEST_PROVINCE
from infrastructure.monitoring.alarm_group import METRICS
from tests import emitted_metrics
from tests.infrastructure.operators import metrics
from tests.infrastructure.operators.account import Account, account_of
from tests.infrastructure.synthesis import SynthesizedStack


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


def heard_of(*accounts: Account) -> set[emitted_metrics.Emitted]:
    """Function and metric of every alarm."""
    reads = [one for account in accounts for one in metrics.read(account)]
    return {(one.service, one.name) for one in reads if one.by_alarm and one.namespace == METRICS}


def test_what_an_alarm_hears_is_compared_with_every_function_that_raises_it(
    account: Account, aws_stack: SynthesizedStack
) -> None:
    """The comparison is made at the end of a whole run; here: what is heard, and that no exception is left over."""
    heard = heard_of(account, account_of(aws_stack, FULLEST_PROVINCE))

    assert {("lookup", "LookupEnumeration"), ("contribute", "LookupEnumeration"), ("otp", "SmsFailedOver")} <= heard
    assert ("otp", "OtpSent") not in heard, "only the dashboard shows it"
    for exception in emitted_metrics.UNHEARD:
        assert exception not in heard
        assert exception[1] in {metric for _, metric in heard}
    assert emitted_metrics.not_in_code(emitted_metrics.UNHEARD) == []
    emitted_metrics.heard.update(heard)


@pytest.mark.parametrize(
    ("raised", "found"),
    [
        ([("lookup", "ReadBoundNear"), ("contribute", "ReadBoundNear")], []),
        ([("declare", "ReadBoundNear")], [("declare", "ReadBoundNear")]),
        ([("declare", "OtpSent")], []),  # rings for nobody
        ([("contribute", "SmsFailedOver"), ("lookup", "SmsFailedOver")], []),  # said why
        (
            [("digest", "SmsFailedOver"), ("declare", "LookupEnumeration")],
            [("declare", "LookupEnumeration"), ("digest", "SmsFailedOver")],
        ),
    ],
)
def test_what_rings_of_another_function_only_is_found(
    account: Account,
    aws_stack: SynthesizedStack,
    raised: list[emitted_metrics.Emitted],
    found: list[emitted_metrics.Emitted],
) -> None:
    assert emitted_metrics.unheard(raised, heard_of(account, account_of(aws_stack, FULLEST_PROVINCE))) == found
