"""Consent: what was agreed to at the first version, kept as evidence beside the record."""

from collections.abc import Iterator
from typing import Any

from functions.declare.config import config, form
from functions.declare.moments import Moment
from functions.declare.writes import put
from health_record import records
from health_record.language import Language
from health_record.questionnaire import Declaration
from health_record.questionnaire.declaration import CONSENTS
from health_record.sessions import Session


def evidence(
    record_id: str,
    purpose: str,
    *,
    given: bool,
    text_version: str,
    language: Language,
    moment: Moment,
    session: Session,
    until: str | None = None,
) -> dict[str, Any]:
    """One item `consent#<purpose>#<time>`: what was said, in which text and language, at what level."""
    return put(
        config().table_records,
        {
            "pk": records.record_pk(record_id),
            "sk": f"consent#{purpose}#{moment.at}",
            "purpose": purpose,
            "given": given,
            "text_version": text_version,
            "language": language,
            "at": moment.at,
            "level": session.level,
            "until": until,
        },
    )


def first_evidence(
    record_id: str, declaration: Declaration, language: Language, moment: Moment, session: Session, until: str | None
) -> Iterator[dict[str, Any]]:
    """The evidence of the form's own consent questions, given or not."""
    for purpose in CONSENTS:
        given = declaration.consents[purpose]
        yield evidence(
            record_id,
            purpose,
            given=given,
            text_version=form().version,
            language=language,
            moment=moment,
            session=session,
            until=until if purpose == "sharing" and given else None,
        )
