"""`$summary`: the International Patient Summary of one person, by consent or in an emergency."""

import datetime
import functools
import secrets
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from functions.lookup.person import PatientFinder
from functions.lookup.settings import LookupSettings
from health_record.http import entry_point
from health_record.instants import format_instant
from health_record.observability import log_event
from health_record.questionnaire import load_questionnaire
from health_record.record import kept_summary, record_reader
from health_record.record.identifier_claims import PatientQuery
from health_record.record.kept_summary import Document
from health_record.record.record_items import parse_record_id
from health_record.record.record_reader import DecryptedRecord, StoredRecord
from health_record.summary.document import build_document, with_moment, without_moment
from health_record.summary_sources.sources import Record


def summarise_match(finder: PatientFinder, wanted: PatientQuery) -> str:
    """The summary of the person with this number and birth date. Raises what `find_one` and `load_items` do."""
    finder = replace(finder, for_summary=True)
    return _document(finder, finder.find_one(wanted))


def summarise_id(finder: PatientFinder, patient_id: str) -> str:
    """The summary of the person with this id. Raises NotFoundError or ForbiddenError."""
    finder = replace(finder, for_summary=True)
    return _document(finder, finder.find_by_id(parse_record_id(patient_id)))


def _document(finder: PatientFinder, person: DecryptedRecord) -> str:
    """The document as JSON: the one that is kept, where nothing has changed that it was made of, or a new one."""
    stored, now = finder.load_items(person), datetime.datetime.now(datetime.UTC)
    state = _state(finder.config, stored, now)
    found = kept_summary.read(stored, person.budgets[kept_summary.name(person.record_id)], state)
    if found is None:
        made = build_document(_build_record(finder.config, stored.reveal(), now))
        mark = secrets.token_hex(16)
        found = Document(mark, entry_point.dumps(without_moment(made, mark)))
        if kept_summary.is_worth_keeping(stored):
            keep = functools.partial(_keep, finder.config.table_access, stored, state, found)
            finder.call.after_response.append(keep)
    return with_moment(found.text, found.mark, person.record_id, format_instant(now))


def _keep(table_access: str, stored: StoredRecord, state: bytes, document: Document) -> None:
    """Keep a document for who reads it again. Nobody misses it where that fails."""
    try:
        kept_summary.put(table_access, stored, state, document)
    except Exception as error:  # noqa: BLE001 - the answer is made
        log_event("summary_not_kept", error=type(error).__name__)


def _state(config: LookupSettings, stored: StoredRecord, now: datetime.datetime) -> bytes:
    """What the document depends on: the record as it lies there, the day, the code, and what is set for it."""
    day = now.astimezone(ZoneInfo(config.time_zone)).date()
    settings = (config.code_version, config.province, config.public_origin, config.time_zone)
    return kept_summary.compute_state(stored, day, settings)


def _build_record(config: LookupSettings, opened: DecryptedRecord, now: datetime.datetime) -> Record:
    return record_reader.build_summary_record(
        config.table_records,
        opened,
        read_questionnaire(config.province),
        public_origin=config.public_origin,
        now=format_instant(now),
        time_zone=config.time_zone,
    )


@functools.cache
def read_questionnaire(province: str) -> dict[str, Any]:
    """The province's form, read once."""
    return load_questionnaire(province)
