"""A whole file: read, checked for its facility, then each of its episodes for itself."""

import datetime
import time
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from functions.contribute import verification
from functions.contribute.hospital_file import answers, card_seen, file_request, person_match, unknown_people
from functions.contribute.hospital_file.answers import EpisodeAnswer
from functions.contribute.hospital_file.episode_writes import Sent, Written, write
from functions.contribute.hospital_file.person_match import Match
from functions.contribute.settings import ContributeSettings
from health_record.audit import audit_entries, replay_guard
from health_record.errors import ServiceError, UnavailableError
from health_record.facility.signed_call import FHIR_JSON, FacilityCall
from health_record.hospital_file.episode import Episode, provider_codes
from health_record.hospital_file.faults import FileFault
from health_record.http import entry_point
from health_record.http.event import Event, read_header
from health_record.http.routing import Response
from health_record.language import Translated, negotiate_language
from health_record.record import access_policy
from health_record.record.access_policy import Action, Request
from health_record.record.record_reader import DecryptedRecord

ACTION = "hospital-file"
ENOUGH_SECONDS = 20  # of the function's 29: what is left is answered 503, so that the sender repeats it


@dataclass(frozen=True)
class _Intake:
    """One call's work: what it has and until when."""

    config: ContributeSettings
    call: FacilityCall
    until: float
    seen_keys: frozenset[str]
    today: datetime.date


def take_in(config: ContributeSettings, call: FacilityCall, event: Event) -> Response:
    """Keep every episode that can be kept, and answer for each.

    The call's own audit line is written before anything is looked for; each episode has one of its own.
    Raises BadRequestError, ForbiddenError, TooLargeError for a file of which nothing can be taken.
    """
    call.require("write")
    seen = card_seen.read_keys(event, call)
    today = datetime.datetime.now(ZoneInfo(config.time_zone)).date()
    file = file_request.read(event, call, today)
    found = file_request.episodes(file, today.isoformat())
    named = {code for each in found if isinstance(each, Episode) for code in provider_codes(each)}
    file_request.require_own(call, named)
    replay_guard.put_entry(config.table_audit, call.audit_entry(ACTION, "allowed"))
    call.audited = True
    intake = _Intake(config, call, time.monotonic() + ENOUGH_SECONDS, seen, today)
    answered = [_answer(intake, each, number, file.prepared, file.sha256) for number, each in enumerate(found, 1)]
    language = negotiate_language(read_header(event, "accept-language"))
    return entry_point.respond(200, answers.bundle(answered, file.warnings, language), content_type=FHIR_JSON)


def _answer(
    intake: _Intake, found: Episode | list[FileFault], number: int, prepared: str, sha256: str
) -> EpisodeAnswer:
    if not isinstance(found, Episode):
        return answers.faulty(found)
    # What led to a record is known of each episode for itself.
    intake = replace(intake, call=replace(intake.call, led_by={}))
    try:
        if time.monotonic() > intake.until:
            raise UnavailableError
        match = person_match.find(intake.config, intake.call, found.person, number)
        if match is None:
            unknown_people.add(intake.config.table_access, intake.call.facility)
            return answers.unknown()
        written = _keep(intake, match, Sent(found, number, prepared, sha256, match.pointer))
        warnings = [*found.warnings, *_confirm(intake, found, match, number)]
    except ServiceError as refusal:
        return answers.refused(refusal)
    return answers.kept(written, warnings)


def _keep(intake: _Intake, match: Match, sent: Sent) -> Written:
    """Write the episode. What tells of a record and keeps nothing is a read, with a line in the person's list.

    Raises ServiceError.
    """
    record, record_id = match.record, match.record.record_id
    names = access_policy.names_unseen(record.identity, record.key, match.pointer)
    match.read.call.led_by[record_id] = names
    try:
        _require_writable(record, intake.call, intake.today)
        written = write(intake.config, intake.call, record, sent)
    except UnavailableError:
        raise
    except ServiceError as refusal:
        match.read.tell([record_id], refusal.type)
        raise
    if written.is_of_another:
        match.read.count([record_id])
    return written


def _require_writable(record: DecryptedRecord, call: FacilityCall, today: datetime.date) -> None:
    """Raise what the policy says where nothing may be written to the record."""
    refusal = access_policy.decide(
        access_policy.state_of(record.meta, today), Request(Action.WRITE, permissions=call.facility.permissions)
    )
    if refusal is not None:
        raise access_policy.refusal_error(refusal)


def _confirm(intake: _Intake, episode: Episode, match: Match, number: int) -> list[FileFault]:
    """Take note of the card seen at reception, after the episode is kept."""
    if episode.key not in intake.seen_keys:
        return []
    nonce = audit_entries.further_key(intake.call.nonce, number, "card")
    call = replace(intake.call, record_id=match.record.record_id, nonce=nonce)
    if verification.confirm_card(intake.config, call, match.record, match.pointer, episode.person):
        return []
    reason = Translated(
        "chưa ghi nhận đã xem thẻ: họ tên trong hồ sơ khác, hồ sơ khác cùng có số này, tệp không ghi đủ ngày sinh, "
        "hoặc DIEN_THOAI không phải số điện thoại của tài khoản; hãy dùng $verify",
        "the card is not noted as seen: the record has another name, another record has the number, the file gives no "
        "whole birth date, or DIEN_THOAI is not the account's phone; use $verify",
    )
    return [FileFault("card-not-confirmed", reason, "XML1", 1, "SO_CCCD")]
