"""Text messages about events that take something away, within budgets of their own.

    access  budget#credential-notices#<account> / window    messages to one account
    access  budget#credential-notices / window              messages of the whole province
    access  budget#second-claim-notices[#<account>] / window    the same for second claims, which strangers cause

What a stranger does spends nothing of what tells an owner that something was taken away. A notice never fails what it
tells about, and names no person.
"""

import datetime
from zoneinfo import ZoneInfo

from health_record import settings
from health_record.aws import rate_limits
from health_record.aws.rate_limits import RateLimitExceededError, Window
from health_record.identity import message_texts
from health_record.identity.message_texts import CredentialChange
from health_record.observability import count_metric, log_event
from health_record.sms import delivery
from health_record.sms.channel_settings import SmsSettings
from health_record.sms.message import SmsOutcomeUnknownError, SmsRefusedError

DAY = 86_400
OF_ACCOUNT = (Window(DAY, 4),)
CLAIMS_OF_ACCOUNT = (Window(DAY, 1), Window(30 * DAY, 3))
CLAIMS_SHARE = 4  # a quarter of the province's messages of a day


def send(account: str, phone: str | None, kind: CredentialChange) -> None:
    """Tell the account's phone (E.164; None where none is known). Raises nothing."""
    if phone is None:
        log_event("credential_notice", outcome="no_phone")
        return
    try:
        _send_within_budgets(account, phone, kind)
    except RateLimitExceededError:
        count_metric("CredentialNoticeRefused")
        log_event("credential_notice", outcome="over_budget")
    except SmsOutcomeUnknownError:  # it may have arrived, so what it took is spent
        count_metric("CredentialNoticeRefused")
        log_event("credential_notice", outcome="unknown")
    except Exception as error:  # noqa: BLE001 - the change is made, and stands in the account's events
        count_metric("CredentialNoticeRefused")
        log_event("credential_notice", outcome="refused", error=type(error).__name__)
    else:
        count_metric("CredentialNoticeSent")


def _send_within_budgets(account: str, phone: str, kind: CredentialChange) -> None:
    config, of_sms = settings.read_once(settings.ApiSettings), settings.read_once(SmsSettings)
    spent = []
    try:
        for name, windows in _budgets(account, kind, of_sms.sms_notices_daily).items():
            spent.append(rate_limits.consume(config.table_access, name, windows))
        moment = datetime.datetime.now(ZoneInfo(config.time_zone))
        delivery.send(message_texts.credential_message(phone, kind, moment))
    except (RateLimitExceededError, SmsRefusedError):
        for consumption in spent:
            rate_limits.refund(consumption)
        raise


def _budgets(account: str, kind: CredentialChange, daily: int) -> dict[str, tuple[Window, ...]]:
    if kind == "second-claim":
        name = "second-claim-notices"
        return {f"{name}#{account}": CLAIMS_OF_ACCOUNT, name: (Window(DAY, daily // CLAIMS_SHARE),)}
    return {
        f"credential-notices#{account}": OF_ACCOUNT,
        "credential-notices": (Window(DAY, daily),),
    }
