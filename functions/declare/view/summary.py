"""The International Patient Summary of a resident's own record, the same document that facilities get."""

import dataclasses
import functools
from typing import Any

from functions.declare import clock
from functions.declare.own_record import Held
from functions.declare.settings import config
from health_record.identity.sessions import Session
from health_record.questionnaire import questionnaire_of
from health_record.record import contributions, record_reader
from health_record.record.record_reader import Opened
from health_record.summary.document import document


def own(session: Session, held: Held) -> dict[str, Any]:
    """The caller's document. Level 1 shows what its session created, and facilities' contributions are not that."""
    opened = record_reader.open_held(config(), held.meta, held.wrapped)
    if session.level < 2:
        items = {
            sk: item for sk, item in opened.items.items() if not sk.startswith(contributions.WRITTEN_BY_FACILITIES)
        }
        opened = dataclasses.replace(opened, items=items)
    return of_opened(opened)


def of_opened(opened: Opened) -> dict[str, Any]:
    """The document of a record that was opened for the call."""
    origin, now = config().public_origin, clock.now().at
    record = record_reader.record_for_summary(
        config().table_records,
        opened,
        _questionnaire(config().province),
        public_origin=origin,
        now=now,
        time_zone=config().time_zone,
    )
    return document(record)


@functools.cache
def _questionnaire(province: str) -> dict[str, Any]:
    return questionnaire_of(province)
