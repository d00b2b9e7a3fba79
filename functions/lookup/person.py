"""Finding one person, and deciding what of them this call may see."""

import datetime
import time
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from functions.lookup import emergencies
from functions.lookup.settings import LookupSettings
from health_record.aws import envelope_encryption
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import ForbiddenError, NotFoundError
from health_record.facility import failed_lookups
from health_record.facility.signed_call import FacilityCall
from health_record.identity import account_events
from health_record.language import Translated
from health_record.record import identifier_claims, record_reader
from health_record.record.identifier_claims import PatientQuery
from health_record.record.record_reader import DecryptedRecord


@dataclass(frozen=True)
class PatientFinder:
    """Looks people up for one call. Who was found has no items yet: `everything_of` reads them."""

    config: LookupSettings
    call: FacilityCall

    def find(self, wanted: Iterable[PatientQuery]) -> DecryptedRecord | None:
        """The first person whose number, birth date, and name and gender where given, are as wanted.

        Finding nobody is one miss of the facility's budget. Raises TooManyRequestsError once that is spent, also for
        somebody.
        """
        macs, spent = KeyedHash(self.config.mac_key_id, self.config.province), Item()
        for query in wanted:
            candidates = identifier_claims.find_candidates(self.config.table_keys, macs, query)
            opened, spent = self._unlock(candidates[0].record_id if len(candidates) == 1 else None)
            if opened is not None:
                self.call.record_id = opened.record_id
                return opened
        self._record_failed_lookup(spent)
        return None

    def find_by_id(self, record_id: str | None) -> DecryptedRecord:
        """The person with this id. Raises NotFoundError."""
        opened, spent = self._unlock(record_id)
        if opened is None:
            self._record_failed_lookup(spent)
            raise no_such_person_error()
        self.call.record_id = opened.record_id
        return opened

    def may_see(self, opened: DecryptedRecord) -> bool:
        """Whether the person's consent lets this facility see more than the match itself."""
        until = opened.meta.sharing_until
        return until is not None and not opened.meta.restricted and until >= self._today()

    def load_items(self, opened: DecryptedRecord) -> DecryptedRecord:
        """The health data, by consent, by a share, or in an emergency, which is marked and told.

        Raises ForbiddenError, NotFoundError where an erasure began meanwhile, TooManyRequestsError.
        """
        if self.call.purpose == "ETREAT":
            emergencies.admit(self.config, self.call, opened)  # the transaction comes with the audit item
        elif not self.may_see(opened):
            if not self._is_shared(opened):
                raise ForbiddenError(
                    Translated(
                        "Người này chưa đồng ý chia sẻ hồ sơ với cơ sở y tế.",
                        "This person has not consented to sharing the record with facilities.",
                    ),
                    type="consent-missing",
                )
            account, record_id = opened.meta.account, opened.record_id
            self.call.after_response.append(lambda: account_events.put(account, "link-opened", record_id))
        found = record_reader.load_items(self.config, opened)
        if found is None:
            raise no_such_person_error()
        return found

    def _is_shared(self, opened: DecryptedRecord) -> bool:
        """Whether the resident's QR, shown at the desk, opens this record now."""
        if self.call.share is None or opened.meta.restricted:
            return False
        from health_record.record import shares  # which few calls need

        share = shares.find_desk_share(self.config.table_records, self.call.share, int(time.time()))
        return share is not None and share.record_id == opened.record_id

    def _unlock(self, record_id: str | None) -> tuple[DecryptedRecord | None, Item]:
        facility_id = self.call.facility.id
        budgets = emergencies.budget_names(record_id or envelope_encryption.DECOY_RECORD_ID, facility_id)
        beside = budgets if self.call.purpose == "ETREAT" else ()
        return record_reader.load_identity(
            self.config, record_id, failed_lookups.budget_name(facility_id), failed_lookups.check_limit, beside
        )

    def _record_failed_lookup(self, spent: Item) -> None:
        failed_lookups.record_failed_lookup(self.config.table_access, self.call.facility.id, spent)

    def _today(self) -> str:
        return datetime.datetime.now(ZoneInfo(self.config.time_zone)).date().isoformat()


def no_such_person_error() -> NotFoundError:
    """The answer for an unknown number, another birth date and an unknown id alike."""
    return NotFoundError(
        Translated(
            "Không có hồ sơ nào khớp cả mã số và ngày sinh.", "No record matches this identifier and birth date."
        ),
        type="no-such-person",
    )
