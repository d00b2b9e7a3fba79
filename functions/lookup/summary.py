"""`$summary`: the International Patient Summary of one person, by consent or in an emergency."""

import datetime
import functools
from typing import Any

from functions.lookup.person import PatientFinder
from health_record.instants import format_instant
from health_record.questionnaire import load_questionnaire
from health_record.record import record_reader
from health_record.record.identifier_claims import PatientQuery
from health_record.record.record_items import parse_record_id
from health_record.record.record_reader import DecryptedRecord
from health_record.summary.document import build_document
from health_record.summary_sources.sources import Record


def summarise_match(finder: PatientFinder, wanted: PatientQuery) -> dict[str, Any]:
    """The summary of the person with this number and birth date. Raises what `find_one` and `load_items` do."""
    return _document(finder, finder.find_one(wanted))


def summarise_id(finder: PatientFinder, patient_id: str) -> dict[str, Any]:
    """The summary of the person with this id. Raises NotFoundError or ForbiddenError."""
    return _document(finder, finder.find_by_id(parse_record_id(patient_id)))


def build_record(finder: PatientFinder, opened: DecryptedRecord, *, whole_episodes: bool = False) -> Record:
    """All that is kept of the person, as the summary's pure part wants it."""
    now = format_instant(datetime.datetime.now(datetime.UTC))
    return record_reader.build_summary_record(
        finder.config.table_records,
        opened,
        _questionnaire(finder.config.province),
        public_origin=finder.config.public_origin,
        now=now,
        time_zone=finder.config.time_zone,
        whole_episodes=whole_episodes,
    )


def _document(finder: PatientFinder, opened: DecryptedRecord) -> dict[str, Any]:
    return build_document(build_record(finder, finder.load_items(opened)))


@functools.cache
def _questionnaire(province: str) -> dict[str, Any]:
    return load_questionnaire(province)
