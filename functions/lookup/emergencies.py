"""`ETREAT`: a facility opens a record without the person's consent; bounded, marked, and told to the person.

    access  budget#emergencies#<facility> / window          how often this facility did so
    access  budget#notice#<record>#<facility> / window      how often the person was told of this facility

A record that its person restricted stays closed (decision 0016). The notice goes out after the audit line is written
and before the answer; whatever becomes of it, the answer is given.
"""

import datetime
from zoneinfo import ZoneInfo

from functions.lookup.settings import LookupSettings
from health_record import budgets, sms
from health_record.budgets import BudgetSpentError, Window
from health_record.errors import ForbiddenError, TooManyRequestsError
from health_record.facility_calls import FacilityCall
from health_record.language import Text
from health_record.observe import count, info
from health_record.opening import Opened

# Above what the busiest emergency department opens; far below what copying records would need.
EMERGENCIES = (Window(3600, 30), Window(86400, 120))
NOTICES = (Window(3600, 1), Window(86400, 3))


def admit(config: LookupSettings, call: FacilityCall, opened: Opened) -> None:
    """Let the call in as an emergency. Raises ForbiddenError, or TooManyRequestsError above the facility's budget."""
    call.require("emergency")
    if opened.meta.restricted:
        raise ForbiddenError(
            Text(
                "Người này đã hạn chế mọi việc xử lý hồ sơ, kể cả khi cấp cứu.",
                "This person has restricted all processing of the record, emergencies included.",
            ),
            type="record-restricted",
        )
    try:
        budgets.take(config.table_access, f"emergencies#{call.facility.id}", EMERGENCIES)
    except BudgetSpentError as error:
        count("EmergencyRefused")
        raise TooManyRequestsError(
            Text("Quá nhiều lần truy cập khẩn cấp.", "Too many emergency accesses."),
            type="too-many-emergencies",
            headers={"Retry-After": str(error.retry_after)},
        ) from error
    call.emergency = True
    call.afterwards.append(lambda: tell(config, call, opened))
    count("EmergencyAccess")


def tell(config: LookupSettings, call: FacilityCall, opened: Opened) -> None:
    """The notice by SMS, if the person consented to notices. Raises nothing that is theirs to know."""
    phone = opened.identity.phone
    if not opened.meta.notices or phone is None:
        info("emergency notice", became="not wanted" if phone else "no phone")
        return
    try:
        spent = budgets.take(config.table_access, f"notice#{opened.record_id}#{call.facility.id}", NOTICES)
    except BudgetSpentError:
        info("emergency notice", became="told already")
        return
    try:
        sms.send(sms.emergency_message(phone, _local_time(config), config.public_origin))
    except Exception as error:
        budgets.give_back(spent)  # so that the next emergency tells
        if not isinstance(error, sms.SmsRefusedError):
            raise
        count("EmergencyNoticeRefused")
        info("emergency notice", became="refused")
    else:
        count("EmergencyNoticeSent")


def _local_time(config: LookupSettings) -> datetime.datetime:
    return datetime.datetime.now(ZoneInfo(config.time_zone))
