"""`ETREAT`: a facility opens a record without the person's consent; counted, marked, and told to the person.

What a facility opens so is bounded by alarm and audit: nobody's emergency is refused because of what others of the
facility opened, but at a number that no hospital of its size reaches. Operators may take the permission away.

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
from zoneinfo import ZoneInfo

from functions.lookup.settings import LookupSettings
from health_record.audit import replay_guard
from health_record.aws import rate_limits
from health_record.aws.dynamo import Item
from health_record.aws.rate_limits import Consumption, RateLimitExceededError, Window
from health_record.aws.transaction import ConditionFailedError, Transaction, WriteConflictError
from health_record.errors import TooManyRequestsError, UnavailableError
from health_record.facility.signed_call import FacilityCall
from health_record.identity import message_texts
from health_record.language import Translated
from health_record.observability import count_metric, log_event
from health_record.record import access_policy
from health_record.record.access_policy import Action
from health_record.record.record_reader import DecryptedRecord
from health_record.sms import delivery
from health_record.sms.message import SmsNotConfirmedError, SmsOutcomeUnknownError

HOUR, DAY = 3600, 86400
# No hospital opens as many without consent as twenty times all its patients of a day; copying records would.
MOST_TIMES_PATIENTS = 20
BUSIEST_HOUR = 2  # half of a day's may come in one hour: a flood, a fire, a bus
USUAL_PART, FEWEST_UNUSUAL = 5, 10  # more a day than a fifth of the patients wakes somebody, and no fewer than ten
NOTICES = (Window(3600, 1), Window(86400, 3))
ATTEMPTS = 8
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.04, 0.64


def bounds_of(patients_a_day: int) -> tuple[Window, Window]:
    """At which number a facility of this size is refused, an hour and a day: no real one comes there; pure.

    >>> bounds_of(200)
    (Window(seconds=3600, limit=2000), Window(seconds=86400, limit=4000))
    """
    a_day = MOST_TIMES_PATIENTS * patients_a_day
    return Window(HOUR, a_day // BUSIEST_HOUR), Window(DAY, a_day)


def usual_of(patients_a_day: int) -> int:
    """Up to how many a day of a facility of this size nobody is woken; pure."""
    return max(FEWEST_UNUSUAL, patients_a_day // USUAL_PART)


def budget_names(record_id: str, facility_id: str) -> tuple[str, str]:
    """The names of the facility's budget of emergencies, and of the notices about it to this record's person."""
    return f"emergencies#{facility_id}", f"notice#{record_id}#{facility_id}"


def admit(config: LookupSettings, call: FacilityCall, opened: DecryptedRecord) -> None:
    """Let in a call that the policy allows as an emergency. Raises TooManyRequestsError where no hospital comes."""
    ours, theirs = (opened.budgets[name] for name in budget_names(opened.record_id, call.facility.id))
    emergency = _Emergency(config, call, opened, ours, theirs)
    emergency.require_budget()
    call.emergency = True
    call.write_with_audit = emergency.write
    call.after_response.append(emergency.notify)


@dataclass
class _Emergency:
    """One emergency, with the facility's budget and that of the notices as they were last seen."""

    config: LookupSettings
    call: FacilityCall
    opened: DecryptedRecord
    emergencies: Item
    notice_budget: Item
    notice: Consumption | None = None
    taken: Consumption | None = None

    @property
    def windows(self) -> tuple[Window, Window]:
        """What the facility's budget ends at."""
        return bounds_of(self.call.facility.patients_a_day)

    def write(self, entry: Item) -> None:
        """Write the audit item and count, all or nothing. Raises ReplayedError, or TooManyRequestsError.

        Emergencies of one facility at the same moment are in each other's way, and are tried again.
        """
        for attempt in range(ATTEMPTS):
            try:
                self.transaction(entry).commit_once()
            except ConditionFailedError as failed:
                self.notice = None  # nothing was written, so that there is nothing to tell
                if "audit" in failed.names:
                    raise replay_guard.ReplayedError from failed
                self._refresh(failed)
            except WriteConflictError:
                self.notice = None
                longest = min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * 2**attempt)
                time.sleep(random.uniform(0, longest))  # noqa: S311 - spreads retries, guards nothing
            else:
                count_metric("EmergencyAccess")
                if self.taken and self.taken.counts[DAY] > usual_of(self.call.facility.patients_a_day):
                    count_metric("EmergenciesUnusual")
                return
        raise UnavailableError

    def transaction(self, entry: Item) -> Transaction:
        """What is written, as the budgets stand. Raises TooManyRequestsError once the facility's is spent."""
        ours, theirs = budget_names(self.opened.record_id, self.call.facility.id)
        self.require_budget()
        table = self.config.table_access
        counted, self.taken = rate_limits.consume_in_transaction(table, ours, self.windows, seen=self.emergencies)
        transaction, self.notice = Transaction(), None
        transaction.add("audit", replay_guard.put_in_transaction(self.config.table_audit, entry))
        transaction.add("emergency", counted)
        for member in self.call.beside_audit:
            transaction.add("beside", member)
        if self._is_notice_wanted() and self.opened.identity.phone:
            try:
                counted, self.notice = rate_limits.consume_in_transaction(
                    table, theirs, NOTICES, seen=self.notice_budget
                )
            except RateLimitExceededError:
                return transaction
            transaction.add("notice", counted)
        return transaction

    def notify(self) -> None:
        """The notice by SMS, if one is due. Raises nothing that is theirs to know."""
        phone = self.opened.identity.phone
        if phone is None or self.notice is None:
            wanted = self._is_notice_wanted()
            log_event(
                "emergency_notice", outcome="no_phone" if phone is None else "already_told" if wanted else "not_wanted"
            )
            return
        moment = datetime.datetime.now(ZoneInfo(self.config.time_zone))
        try:
            delivery.send(message_texts.emergency_message(phone, moment, self.config.public_origin))
        except Exception as error:
            is_unknown = isinstance(error, SmsOutcomeUnknownError)
            if not is_unknown:
                rate_limits.refund(self.notice)  # so that the next emergency tells
            if not isinstance(error, SmsNotConfirmedError):
                raise
            count_metric("EmergencyNoticeRefused")
            log_event("emergency_notice", outcome="unknown" if is_unknown else "refused")
        else:
            count_metric("EmergencyNoticeSent")

    def _is_notice_wanted(self) -> bool:
        day = datetime.datetime.now(ZoneInfo(self.config.time_zone)).date()
        is_meant = self.call.led_by.get(self.opened.record_id) == []  # else it may be another person's emergency
        return is_meant and access_policy.is_allowed(self.opened.meta, Action.NOTIFY, day)

    def _refresh(self, failed: ConditionFailedError) -> None:
        """What the budgets have become meanwhile."""
        if "emergency" in failed.names:
            self.emergencies = failed.seen.get("emergency", {})
        if "notice" in failed.names:
            self.notice_budget = failed.seen.get("notice", {})

    def require_budget(self) -> None:
        """Raise TooManyRequestsError once the facility's budget is spent."""
        try:
            rate_limits.check_limits(self.emergencies, self.windows, 1, int(time.time()))
        except RateLimitExceededError as error:
            self.call.emergency = False
            count_metric("EmergencyRefused")
            raise TooManyRequestsError(
                Translated(
                    "Số lần mở cấp cứu vượt mọi mức có thể có của cơ sở. Nếu đúng là cấp cứu, xin gọi ngay Sở Y tế để "
                    "cập nhật quy mô của cơ sở.",
                    "More emergency accesses than a facility of this size can have. If these are emergencies, call the "
                    "health department at once to have the facility's size updated.",
                ),
                type="too-many-emergencies",
                headers={"Retry-After": str(error.retry_after)},
            ) from error
