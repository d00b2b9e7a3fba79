"""The International Patient Summary of a resident's own record, the same document that facilities get."""

import dataclasses
import functools
from typing import Any

from functions.declare import clock
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config
from health_record.identity.sessions import Session
from health_record.questionnaire import load_questionnaire
from health_record.record import record_reader
from health_record.record.record_reader import DecryptedRecord
from health_record.summary.document import build_document
from health_record.summary_sources.sources import Excerpt


def build_own_summary(session: Session, record: OwnRecord) -> dict[str, Any]:
    """The caller's document. Level 1 shows what its session created, and facilities' contributions are not that."""
    opened = record_reader.decrypt_record(config(), record.meta, record.wrapped)
    if session.level < 2:
        opened = dataclasses.replace(opened, items=record_reader.drop_written(opened.items))
    return build_summary(opened)


def build_summary(opened: DecryptedRecord, excerpt: Excerpt | None = None) -> dict[str, Any]:
    """The document of a record that was opened for the call, as far as its account may see it, or an excerpt."""
    origin, now = config().public_origin, clock.now()
    record = record_reader.build_summary_record(
        config().table_records,
        record_reader.hide_unverified(opened, now.day),
        _questionnaire(config().province),
        public_origin=origin,
        now=now.at,
        time_zone=config().time_zone,
        excerpt=excerpt,
    )
    return build_document(record)


@functools.cache
def _questionnaire(province: str) -> dict[str, Any]:
    return load_questionnaire(province)
