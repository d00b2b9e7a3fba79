"""Which checks are made, before a deployment and of a deployed province."""

import dataclasses
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError

from infrastructure.config.settings import SNS
from ops.account_checks import delivery, deployed, messages, preflight, regions, watchers
from ops.account_checks.findings import Finding, unknown
from ops.account_checks.inspected import Inspected, NotDeployedError

type Check = Callable[[Inspected], Finding]

BEFORE: tuple[Check, ...] = (preflight.settings, regions.region, preflight.concurrency)
BEFORE_BY_SNS: tuple[Check, ...] = (
    messages.sandbox,
    messages.monthly_limit,
    messages.message_price,
    messages.sender_id,
    messages.sender_policy,
)
DEPLOYED: tuple[Check, ...] = (
    deployed.stacks,
    deployed.subscriptions,
    watchers.alarm_keys,
    watchers.trail,
    deployed.certificate,
    deployed.backups,
    deployed.alarms,
    deployed.population,
)
DEPLOYED_BY_SNS: tuple[Check, ...] = (delivery.delivery_log, delivery.delivery_role)


def find_before(look: Inspected) -> list[Finding]:
    """What a deployment needs."""
    return _run(look, *BEFORE, *_if_by_sns(look, BEFORE_BY_SNS))


def find_all(look: Inspected) -> list[Finding]:
    """The same, and whether the deployed province is well; before it is deployed, what can be seen then."""
    return find_before(look) + _run(look, *DEPLOYED, *_if_by_sns(look, DEPLOYED_BY_SNS))


def _if_by_sns(look: Inspected, checks: tuple[Check, ...]) -> tuple[Check, ...]:
    return checks if SNS in look.province.sms.channels else ()


def _run(look: Inspected, *checks: Check) -> list[Finding]:
    return [_guarded(check, look) for check in checks]


def _guarded(check: Check, look: Inspected) -> Finding:
    """A check that may not ask is no reason to leave the others out."""
    try:
        found = check(look)
    except NotDeployedError as error:
        found = unknown(f"Seen once {error} is deployed.")
    except KeyError as error:
        found = unknown(f"There is no {error} to look at: another version is deployed.")
    except (BotoCoreError, ClientError) as error:
        found = unknown(f"Could not be looked at: {error}")
    return dataclasses.replace(found, check=check.__name__)
