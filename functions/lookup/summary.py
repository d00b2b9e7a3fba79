"""`$summary`: the International Patient Summary of one person, by consent or in an emergency."""

import datetime
import functools
from typing import Any

from functions.lookup.person import Finder, no_such_person
from health_record.facility.patient_query import Wanted
from health_record.questionnaire import questionnaire_of
from health_record.record import record_reader
from health_record.record.record_items import record_id_of
from health_record.record.record_reader import Opened
from health_record.summary.document import document
from health_record.summary.sources import Record


def of_wanted(finder: Finder, wanted: Wanted) -> dict[str, Any]:
    """The summary of the person with this number and birth date. Raises NotFoundError or ForbiddenError."""
    opened = finder.find([wanted])
    if opened is None:
        raise no_such_person()
    return _document(finder, opened)


def of_id(finder: Finder, patient_id: str) -> dict[str, Any]:
    """The summary of the person with this id. Raises NotFoundError or ForbiddenError."""
    return _document(finder, finder.by_id(record_id_of(patient_id)))


def source(finder: Finder, opened: Opened, *, whole_episodes: bool = False) -> Record:
    """All that is kept of the person, as the summary's pure part wants it."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return record_reader.record_for_summary(
        finder.config.table_records,
        opened,
        _questionnaire(finder.config.province),
        public_origin=finder.config.public_origin,
        now=now,
        time_zone=finder.config.time_zone,
        whole_episodes=whole_episodes,
    )


def _document(finder: Finder, opened: Opened) -> dict[str, Any]:
    return document(source(finder, finder.everything_of(opened)))


@functools.cache
def _questionnaire(province: str) -> dict[str, Any]:
    return questionnaire_of(province)
