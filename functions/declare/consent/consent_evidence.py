"""Consent: what was agreed to at the first version, kept as evidence beside the record."""

from collections.abc import Iterator
from typing import Any

from functions.declare.clock import Timestamp
from functions.declare.settings import config, form
from functions.declare.transaction_items import put_item
from health_record.identity.sessions import Session
from health_record.language import Language
from health_record.questionnaire import Declaration
from health_record.questionnaire.declaration import CONSENTS
from health_record.table_keys import record_keys


def put_evidence(
    record_id: str,
    purpose: str,
    *,
    given: bool,
    text_version: str,
    language: Language,
    timestamp: Timestamp,
    session: Session,
    until: str | None = None,
) -> dict[str, Any]:
    """One item `consent#<purpose>#<time>`: what was said, in which text and language, at what level."""
    return put_item(
        config().table_records,
        {
            "pk": record_keys.record_pk(record_id),
            "sk": record_keys.consent_sk(purpose, timestamp.at),
            "purpose": purpose,
            "given": given,
            "text_version": text_version,
            "language": language,
            "at": timestamp.at,
            "level": session.level,
            "until": until,
        },
    )


def put_first_evidence(
    record_id: str,
    declaration: Declaration,
    language: Language,
    timestamp: Timestamp,
    session: Session,
    until: str | None,
) -> Iterator[dict[str, Any]]:
    """The evidence of the form's own consent questions, given or not."""
    for purpose in CONSENTS:
        given = declaration.consents[purpose]
        yield put_evidence(
            record_id,
            purpose,
            given=given,
            text_version=form().version,
            language=language,
            timestamp=timestamp,
            session=session,
            until=until if purpose == "sharing" and given else None,
        )
