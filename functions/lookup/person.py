"""Finding people, and deciding what of them this call may see."""

import datetime
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from functions.lookup import emergencies
from functions.lookup.settings import LookupSettings
from health_record.aws.dynamo import Item
from health_record.aws.keyed_hash import KeyedHash
from health_record.errors import ConflictError, Fault, NotFoundError
from health_record.facility import read_bounds
from health_record.facility.failed_lookups import MissBudget
from health_record.facility.read_bounds import Reader
from health_record.facility.signed_call import FacilityCall
from health_record.identity import account_events
from health_record.language import Translated
from health_record.record import access_policy, identifier_claims, kept_summary, record_reader, unseen_numbers
from health_record.record.access_policy import Action, Assurance, Refusal, Request
from health_record.record.identifier_claims import Candidate, PatientQuery
from health_record.record.record_items import Meta
from health_record.record.record_reader import DecryptedRecord, StoredRecord

MOST_TOLD = 20  # candidates in one answer; the rest are on further pages


@dataclass(frozen=True)
class FoundPatient:
    """One candidate as this call may see it: `opened` only where the person's consent lets it see who they are."""

    candidate: Candidate
    meta: Meta
    opened: DecryptedRecord | None

    @property
    def assurance(self) -> Assurance:
        """How sure it is that the record is of the person whom the asked number names."""
        return access_policy.assurance_of(self.meta, by_declared_number=not self.candidate.is_verified)


@dataclass(frozen=True)
class PatientFinder:
    """Looks people up for one call. Who was found has no items yet: `load_items` reads them.

    `for_summary` reads with the person what is kept of a summary made today (`kept_summary`).
    """

    config: LookupSettings
    call: FacilityCall
    for_summary: bool = False

    def find(
        self, queries: Sequence[PatientQuery], *, count: int, offset: int, only_certain: bool = False
    ) -> tuple[list[FoundPatient], int]:
        """A page of those whom the numbers, birth date, name and gender lead to, and how many they are in all.

        With `only_certain` those whose card with the number was seen; whom it leaves out is neither told nor read.
        Each number that leads to nobody is one miss of the facility's budget, and each person on the page one read. A
        page behind the last says how many there are, so it counts those of the first and is told to them.
        Raises TooManyRequestsError once either is spent, also for somebody; an emergency beyond its reads is told who
        matches, and not who they are.
        """
        candidates, missed = self._find_candidates(queries)
        if only_certain:
            candidates = [candidate for candidate in candidates if candidate.is_verified]
        wanted = candidates[offset : offset + count]
        named = wanted or candidates[:MOST_TOLD]
        locked, budgets = record_reader.load_locked(
            self.config, [candidate.record_id for candidate in named], self._budget_names
        )
        has_room = self._check_budgets(budgets, misses=len(queries), reads=max(1, len(locked)))
        if missed:
            self._record_failed_lookups(missed, budgets)
        self._count_reads(budgets, [name for name in (each.record_id for each in named) if name in locked])
        self._note_numbers([candidate for candidate in named if candidate.record_id in locked])
        found = [
            FoundPatient(candidate, record.meta, self._open_if_shown(record) if has_room else None)
            for candidate in wanted
            if (record := locked.get(candidate.record_id)) is not None
        ]
        opened = {each.candidate.record_id: each.opened for each in found}
        for candidate in named:
            self._note_lead(candidate, opened.get(candidate.record_id))
        return found, len(candidates)

    def find_one(self, query: PatientQuery) -> DecryptedRecord:
        """The one person whom a number and birth date lead to. Raises NotFoundError, or ConflictError for several.

        Several are there, too, where a year or a month of birth could be somebody's whose whole date it does not give.
        """
        candidates, _ = self._find_candidates([query])
        if len(candidates) == 1 and candidates[0].is_only:
            opened = self.find_by_id(candidates[0].record_id)
            self._note_numbers(candidates)
            self._note_lead(candidates[0], opened)
            return replace(opened, by_declared_number=not candidates[0].is_verified)
        told = [candidate.record_id for candidate in candidates[:MOST_TOLD]]
        _, budgets = record_reader.load_locked(self.config, [], self._budget_names)
        self._check_budgets(budgets, reads=max(1, len(told)))
        if not told:
            self._record_failed_lookups(1, budgets)
            raise no_such_person_error()
        self._count_reads(budgets, told)
        self._note_numbers(candidates[:MOST_TOLD])
        raise several_records_error(told)

    def find_by_id(self, record_id: str | None) -> DecryptedRecord:
        """The person with this id, which is one read. Raises NotFoundError, TooManyRequestsError."""
        opened, budgets = self._unlock(record_id)
        if opened is None:
            self._record_failed_lookups(1, budgets)
            raise no_such_person_error()
        noted = budgets[unseen_numbers.name(opened.record_id, self.call.facility.id)]
        is_suspect = unseen_numbers.has_led(self.call.macs, opened.identity, opened.record_id, noted)
        if access_policy.is_led_by_card(opened.identity, is_suspect=is_suspect):
            self.call.led_by[opened.record_id] = []
        self._count_reads(budgets, [opened.record_id])
        return opened

    def load_items(self, opened: DecryptedRecord) -> StoredRecord:
        """The health data, by consent, by a share, or in an emergency, which is marked and told.

        What was read is decided on once more: a consent withdrawn meanwhile counts. Raises ForbiddenError,
        NotFoundError where an erasure began meanwhile, TooManyRequestsError.
        """
        share = self._is_shared(opened)
        self._require_readable(opened.meta, share=share)
        found = record_reader.load_items(self.config, opened)
        if found is None:
            raise no_such_person_error()
        self._require_readable(found.meta, share=share)
        if self.call.purpose == "ETREAT":
            emergencies.admit(self.config, self.call, opened)  # the transaction comes with the audit item
        elif share and self._decide(opened.meta, Action.READ, share=False):
            account, record_id = opened.meta.account, opened.record_id
            self.call.after_response.append(lambda: account_events.put(account, "link-opened", record_id))
        return found

    def _find_candidates(self, queries: Sequence[PatientQuery]) -> tuple[list[Candidate], int]:
        """Whom the numbers lead to, each record once, and how many numbers lead to nobody.

        Those whose card was seen come first, then the longest-standing.
        """
        macs = KeyedHash.from_settings(self.config)
        answers = [identifier_claims.find_candidates(self.config.table_keys, macs, query) for query in queries]
        by_record: dict[str, Candidate] = {}
        for candidate in sorted((each for answer in answers for each in answer), key=Candidate.sort_key):
            by_record.setdefault(candidate.record_id, candidate)
        return list(by_record.values()), sum(not answer for answer in answers)

    def _note_numbers(self, candidates: Sequence[Candidate]) -> None:
        """Remember, with the audit line of this call, whose ids it tells by which number.

        Also by one that stood on a card: it may turn out to be somebody else's.
        """
        self.call.beside_audit += [
            unseen_numbers.note(
                self.config.table_access, self.call.macs, each.record_id, self.call.facility.id, each.pointer
            )
            for each in candidates
        ]

    def _note_lead(self, candidate: Candidate, opened: DecryptedRecord | None) -> None:
        """Say in the audit line which number led there: one that stood on a card, or one that only its account may
        recognise, or nothing where the record was not opened."""
        self.call.led_by.pop(candidate.record_id, None)
        if candidate.is_verified:
            self.call.led_by[candidate.record_id] = []
        elif opened is not None:
            self.call.led_by[candidate.record_id] = [access_policy.name_unseen(opened.key, candidate.pointer)]

    def _open_if_shown(self, record: record_reader.LockedRecord) -> DecryptedRecord | None:
        refusal = self._decide(record.meta, Action.SEE_PERSON, share=False)
        return None if refusal else record_reader.decrypt_locked(self.config, record)

    def _require_readable(self, meta: Meta, *, share: bool) -> None:
        refusal = self._decide(meta, Action.READ, share=share)
        if refusal is not None:
            raise access_policy.refusal_error(refusal, absent=no_such_person_error())

    def _decide(self, meta: Meta, action: Action, *, share: bool) -> Refusal | None:
        state = access_policy.state_of(meta, datetime.datetime.now(ZoneInfo(self.config.time_zone)).date())
        purpose: access_policy.Purpose = "ETREAT" if self.call.purpose == "ETREAT" else "TREAT"
        return access_policy.decide(state, Request(action, purpose, self.call.facility.permissions, share))

    def _is_shared(self, opened: DecryptedRecord) -> bool:
        """Whether the resident's QR, shown at the desk, is of this record and fresh."""
        if self.call.share is None:
            return False
        from health_record.record import shares  # which few calls need

        share = shares.find_desk_share(self.config.table_records, self.call.share, int(time.time()))
        return share is not None and share.record_id == opened.record_id

    def _unlock(self, record_id: str | None) -> tuple[DecryptedRecord | None, Mapping[str, Item]]:
        names = self._budget_names
        if record_id is not None:
            names += (unseen_numbers.name(record_id, self.call.facility.id),)
            if self.for_summary:
                names += (kept_summary.name(record_id),)
            if self.call.purpose == "ETREAT":
                names += emergencies.budget_names(record_id, self.call.facility.id)
        return record_reader.load_identity(self.config, record_id, names, self._check_budgets)

    @property
    def _reader(self) -> Reader:
        facility = self.call.facility
        is_emergency = self.call.purpose == "ETREAT" and "emergency" in facility.permissions
        return Reader(facility, self.call.practitioner, is_emergency)

    @property
    def _budget_names(self) -> tuple[str, ...]:
        return (self._misses.name, *self._reader.budget_names)

    @property
    def _misses(self) -> MissBudget:
        return MissBudget(self.call.facility, self._reader.is_emergency)

    def _check_budgets(self, budgets: Mapping[str, Item], *, misses: int = 1, reads: int = 1) -> bool:
        """Whether there is room for so many reads. Raises TooManyRequestsError, but an emergency only for misses."""
        self._misses.check_limit(budgets[self._misses.name], misses)
        return read_bounds.check(self._reader, budgets, reads)

    def _count_reads(self, budgets: Mapping[str, Item], record_ids: Sequence[str]) -> None:
        """Count whom the answer names, and note it for the audit. Raises TooManyRequestsError."""
        if record_ids:
            counted = read_bounds.count(self.config.table_access, self._reader, budgets, len(record_ids))
            self.call.refunds += counted
        self.call.see(*record_ids)

    def _record_failed_lookups(self, amount: int, budgets: Mapping[str, Item]) -> None:
        misses = self._misses
        self.call.refunds.append(misses.record(self.config.table_access, budgets[misses.name], amount))


def no_such_person_error() -> NotFoundError:
    """The answer for an unknown number, another birth date and an unknown id alike."""
    return NotFoundError(
        Translated(
            "Không có người hay tệp này, hoặc không đúng ngày sinh.",
            "No such person or attachment, or not with this birth date.",
        ),
        type="no-such-person",
    )


def several_records_error(record_ids: Sequence[str]) -> ConflictError:
    """Several records claim the number with this birth date: which they are, so that staff can tell them apart."""
    text = Translated(
        "Nhiều hồ sơ cùng khai mã số và ngày sinh này. Hãy mở đúng hồ sơ bằng id; nếu người bệnh có mặt, xem thẻ và "
        "gọi $verify để giải quyết.",
        "Several records claim this identifier and birth date. Open the right one by its id; where the person is "
        "present, see the card and settle it by $verify.",
    )
    faults = [Fault("", text, code="several-records", diagnostics=f"Patient/{record_id}") for record_id in record_ids]
    return ConflictError(text, type="several-records", faults=faults)
