"""`ETREAT`: a facility opens a record without the person's consent; bounded, marked, and told to the person.

    access  budget#emergencies#<facility> / window          how often this facility did so
    access  budget#notice#<record>#<facility> / window      how often the person was told of this facility

Both are spent in the transaction that writes the audit item: what is not counted is not shown, and who is to be told is
settled with it. A record that its person restricted stays closed (decision 0016). The notice goes out after the audit
line is written and before the answer; whatever becomes of it, the answer is given.
"""

import datetime
import random
import time
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from functions.lookup.settings import LookupSettings
from health_record.audit import audit_trail
from health_record.aws import rate_limits, sms
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, cancelled_at, item_seen
from health_record.aws.rate_limits import BudgetSpentError, Spent, Window
from health_record.errors import ForbiddenError, TooManyRequestsError, UnavailableError
from health_record.facility.signed_call import FacilityCall
from health_record.language import Text
from health_record.observability import count, info
from health_record.record.record_reader import Opened

# Above what the busiest emergency department opens; far below what copying records would need.
EMERGENCIES = (Window(3600, 30), Window(86400, 120))
NOTICES = (Window(3600, 1), Window(86400, 3))
ATTEMPTS = 8
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.04, 0.64
CONDITION, CONFLICT = "ConditionalCheckFailed", "TransactionConflict"
AUDIT_PLACE, EMERGENCY_PLACE, NOTICE_PLACE = 0, 1, 2


def budgets_of(record_id: str, facility_id: str) -> tuple[str, str]:
    """The names of the facility's budget of emergencies, and of the notices about it to this record's person."""
    return f"emergencies#{facility_id}", f"notice#{record_id}#{facility_id}"


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
    ours, theirs = (opened.budgets[name] for name in budgets_of(opened.record_id, call.facility.id))
    emergency = _Emergency(config, call, opened, ours, theirs)
    emergency.require_room()
    call.emergency = True
    call.write = emergency.write
    call.afterwards.append(emergency.tell)


@dataclass
class _Emergency:
    """One emergency, with the facility's budget and that of the notices as they were last seen."""

    config: LookupSettings
    call: FacilityCall
    opened: Opened
    emergencies: Item
    notices: Item
    notice: Spent | None = None

    def write(self, entry: Item) -> None:
        """Write the audit item and count, all or nothing. Raises ReplayedError, or TooManyRequestsError.

        Emergencies of one facility at the same moment are in each other's way, and are tried again.
        """
        for attempt in range(ATTEMPTS):
            try:
                client("dynamodb").transact_write_items(TransactItems=self.members(entry))
            except Exception as error:
                reasons = cancelled_at(error)
                if reasons:  # nothing was written, so that there is nothing to tell
                    self.notice = None
                if reasons.get(AUDIT_PLACE) == CONDITION:
                    raise audit_trail.ReplayedError from error
                if not {CONDITION, CONFLICT} & set(reasons.values()):
                    raise
                self._see(error, reasons, attempt)
            else:
                count("EmergencyAccess")
                return
        raise UnavailableError

    def members(self, entry: Item) -> list[dict[str, Any]]:
        """What is written, as the budgets stand. Raises TooManyRequestsError once the facility's is spent."""
        ours, theirs = budgets_of(self.opened.record_id, self.call.facility.id)
        self.require_room()
        counted, _ = rate_limits.member(self.config.table_access, ours, EMERGENCIES, seen=self.emergencies)
        found, self.notice = [audit_trail.transact_put(self.config.table_audit, entry), counted], None
        if self.opened.meta.notices and self.opened.identity.phone:
            try:
                told, self.notice = rate_limits.member(self.config.table_access, theirs, NOTICES, seen=self.notices)
            except BudgetSpentError:
                return found
            found.append(told)
        return found

    def tell(self) -> None:
        """The notice by SMS, if one is due. Raises nothing that is theirs to know."""
        phone = self.opened.identity.phone
        if phone is None or self.notice is None:
            wanted = self.opened.meta.notices
            info("emergency notice", became="no phone" if phone is None else "told already" if wanted else "not wanted")
            return
        moment = datetime.datetime.now(ZoneInfo(self.config.time_zone))
        try:
            sms.send(sms.emergency_message(phone, moment, self.config.public_origin))
        except Exception as error:
            rate_limits.give_back(self.notice)  # so that the next emergency tells
            if not isinstance(error, sms.SmsRefusedError):
                raise
            count("EmergencyNoticeRefused")
            info("emergency notice", became="refused")
        else:
            count("EmergencyNoticeSent")

    def _see(self, error: Exception, reasons: dict[int, str], attempt: int) -> None:
        """What the budgets have become meanwhile."""
        if reasons.get(EMERGENCY_PLACE) == CONDITION:
            self.emergencies = item_seen(error, EMERGENCY_PLACE) or {}
        if reasons.get(NOTICE_PLACE) == CONDITION:
            self.notices = item_seen(error, NOTICE_PLACE) or {}
        if CONFLICT in reasons.values():
            longest = min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * 2**attempt)
            time.sleep(random.uniform(0, longest))  # noqa: S311 - spreads retries, guards nothing

    def require_room(self) -> None:
        """Raise TooManyRequestsError once the facility's budget is spent."""
        try:
            rate_limits.refuse_if_spent(self.emergencies, EMERGENCIES, 1, int(time.time()))
        except BudgetSpentError as error:
            self.call.emergency = False
            count("EmergencyRefused")
            raise TooManyRequestsError(
                Text("Quá nhiều lần truy cập khẩn cấp.", "Too many emergency accesses."),
                type="too-many-emergencies",
                headers={"Retry-After": str(error.retry_after)},
            ) from error
