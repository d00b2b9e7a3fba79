"""Finding one person, and deciding what of them this call may see."""

import datetime
import time
import unicodedata
from dataclasses import dataclass
from typing import NoReturn
from zoneinfo import ZoneInfo

from functions.lookup.settings import LookupSettings
from health_record import budgets, opening, shares
from health_record.budgets import BudgetSpentError, Window
from health_record.dynamo import Item
from health_record.errors import ForbiddenError, NotFoundError, TooManyRequestsError
from health_record.facility_calls import FacilityCall
from health_record.language import Text
from health_record.macs import Macs
from health_record.observe import count
from health_record.opening import Opened
from health_record.wanted import Wanted

# A facility that types this many wrong pairs is trying numbers; a busy desk stays far below.
MISSES = (Window(3600, 60), Window(86400, 300))


@dataclass(frozen=True)
class Finder:
    """Looks people up for one call."""

    config: LookupSettings
    call: FacilityCall

    def find(self, wanted: Wanted) -> Opened | None:
        """The person, if number and birth date are theirs. A miss counts against the facility's budget.

        Raises TooManyRequestsError once the budget is spent, also for a hit.
        """
        macs = Macs(self.config.mac_key_id, self.config.province)
        found = opening.record_of(self.config.table_records, macs, wanted.pointer) if wanted.pointer else None
        opened, spent = (None, {}) if found is None else self._open(found)
        self._refuse_if_spent(spent)
        if opened is None or not wanted.is_born(opened.identity.birth_date):
            self._miss(spent)
            return None
        self.call.record_id = opened.record_id
        return opened

    def by_id(self, record_id: str) -> Opened:
        """The person with this id. Raises NotFoundError."""
        opened, spent = self._open(record_id)
        self._refuse_if_spent(spent)
        if opened is None:
            self._miss(spent)
            raise no_such_person()
        self.call.record_id = opened.record_id
        return opened

    def may_see(self, opened: Opened) -> bool:
        """Whether the person's consent lets this facility see more than the match itself."""
        until = opened.meta.sharing_until
        return until is not None and not opened.meta.restricted and until >= self._today()

    def admit(self, opened: Opened) -> None:
        """Open the health data by consent, by an emergency, which is marked, or by a share. Raises ForbiddenError."""
        if self.call.purpose == "ETREAT":
            self.call.require("emergency")
            self.call.emergency = True
            count("EmergencyAccess")
        elif not self.may_see(opened) and not self._shared(opened):
            raise ForbiddenError(
                Text(
                    "Người này chưa đồng ý chia sẻ hồ sơ với cơ sở y tế.",
                    "This person has not consented to sharing the record with facilities.",
                ),
                type="consent-missing",
            )

    def _shared(self, opened: Opened) -> bool:
        """Whether the resident's QR, shown at the desk, opens this record now."""
        if self.call.share is None or opened.meta.restricted:
            return False
        share = shares.at_desk(self.config.table_records, self.call.share, int(time.time()))
        return share is not None and share.record_id == opened.record_id

    def _open(self, record_id: str) -> tuple[Opened | None, Item]:
        return opening.open_record(self.config, record_id, self._budget)

    @property
    def _budget(self) -> str:
        return f"misses#{self.call.facility.id}"

    def _refuse_if_spent(self, spent: Item) -> None:
        now = int(datetime.datetime.now(datetime.UTC).timestamp())
        try:
            budgets.refuse_if_spent(spent, MISSES, 1, now)
        except BudgetSpentError as error:
            self._too_many(error)

    def _miss(self, spent: Item) -> None:
        count("LookupMissed")
        try:
            budgets.take(self.config.table_access, self._budget, MISSES, seen=spent or None)
        except BudgetSpentError as error:
            self._too_many(error)

    def _too_many(self, error: BudgetSpentError) -> NoReturn:
        count("LookupEnumeration")
        raise TooManyRequestsError(
            Text("Quá nhiều lần tra cứu sai.", "Too many look-ups that found nobody."),
            type="too-many-misses",
            headers={"Retry-After": str(error.retry_after)},
        ) from error

    def _today(self) -> str:
        return datetime.datetime.now(ZoneInfo(self.config.time_zone)).date().isoformat()


def no_such_person() -> NotFoundError:
    """The answer for an unknown number, another birth date and an unknown id alike."""
    return NotFoundError(
        Text("Không có hồ sơ nào khớp cả mã số và ngày sinh.", "No record matches this identifier and birth date."),
        type="no-such-person",
    )


def agrees(wanted: Wanted, opened: Opened) -> bool:
    """Whether name and gender, where given, are the person's own: only then is a match certain."""
    identity = opened.identity
    if wanted.gender is not None and wanted.gender != identity.sex:
        return False
    return wanted.name is None or _folded(wanted.name) == _folded(identity.full_name)


def _folded(name: str) -> list[str]:
    bare = unicodedata.normalize("NFD", name.casefold()).replace("đ", "d")
    return sorted("".join(each for each in bare if not unicodedata.combining(each)).split())
