"""Text messages about credentials, numbers and visits, within budgets of their own.

    access  budget#credential-notices#<phone> / window      to one phone: its MAC
    access  budget#credential-notices#unshown#<phone> / window   the same by sessions that did not show the phone
    access  budget#credential-notices#<account>#<kind> / window  of one kind by facilities
    access  budget#credential-notices / window              messages of the whole province
    access  budget#credential-notices-again / window        those after the first of the day: half of them at most
    access  budget#credential-notices-of#<facility> / window    those that one facility causes: a quarter at most

What a stranger does spends nothing of what tells an owner that something was taken away. Whoever changes a PIN again
and again, also under one new account after another, leaves half of the province's messages to first ones, and a stolen
key of a facility leaves three quarters. What facilities cause is counted by kind, so that no harmless one crowds out
that a PIN was permitted. A first is one of each counter: the phone's, that without the phone, and each kind's.
A notice never fails what it tells about, and names no person.
"""

import datetime
from zoneinfo import ZoneInfo

from health_record import settings
from health_record.aws import rate_limits
from health_record.aws.rate_limits import Consumption, RateLimitExceededError, Window
from health_record.identity import message_texts
from health_record.identity.message_texts import CredentialChange
from health_record.observability import count_metric, log_event
from health_record.sms import delivery
from health_record.sms.channel_settings import SmsSettings
from health_record.sms.message import SmsOutcomeUnknownError, SmsRefusedError

DAY = 86_400
OF_PHONE = (Window(DAY, 4),)
AGAIN = "credential-notices-again"
PART_OF_FACILITY = 4


def send(phone: str | None, kind: CredentialChange, *, counted_by: str, facility_id: str | None = None) -> None:
    """Tell the account's phone (E.164; None where none is known). Raises nothing.

    `counted_by` is whose messages are counted: the phone's MAC, which outlives an account, and for a facility's
    function, which has no such key, the account. `facility_id` is the facility whose call is told of.
    """
    if phone is None:
        log_event("credential_notice", outcome="no_phone")
        return
    try:
        _send_within_budgets(phone, kind, counted_by, facility_id)
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


def _send_within_budgets(phone: str, kind: CredentialChange, counted_by: str, facility_id: str | None) -> None:
    config, of_sms = settings.read_once(settings.ApiSettings), settings.read_once(SmsSettings)
    spent: list[Consumption] = []
    try:
        counter = f"{counted_by}#{kind}" if facility_id else counted_by
        budgets = _budgets(of_sms.sms_notices_daily, counter, facility_id)
        for name, windows in budgets.items():
            if name == AGAIN and spent[0].counts[DAY] == 1:
                continue
            spent.append(rate_limits.consume(config.table_access, name, windows))
        moment = datetime.datetime.now(ZoneInfo(config.time_zone))
        delivery.send(message_texts.credential_message(phone, kind, moment))
    except (RateLimitExceededError, SmsRefusedError):
        for consumption in spent:
            rate_limits.refund(consumption)
        raise


def _budgets(daily: int, counter: str, facility_id: str | None) -> dict[str, tuple[Window, ...]]:
    by_facility = {f"credential-notices-of#{facility_id}": (Window(DAY, daily // PART_OF_FACILITY),)}
    return {
        f"credential-notices#{counter}": OF_PHONE,
        AGAIN: (Window(DAY, daily // 2),),
        **(by_facility if facility_id else {}),
        "credential-notices": (Window(DAY, daily),),
    }
