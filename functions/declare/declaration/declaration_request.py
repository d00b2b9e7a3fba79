"""What one PUT of a declaration asks for, checked as far as it can be without the record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.declare import clock, own_record, precondition, transaction_items
from functions.declare.clock import Timestamp
from functions.declare.settings import form, macs, ward_here
from health_record.errors import InvalidContentError
from health_record.http.event import Event, read_header, read_json_body
from health_record.identity import account_pointers
from health_record.identity.sessions import Session
from health_record.language import Language, Translated, negotiate_language
from health_record.observability import count_metric, log_event
from health_record.questionnaire import Declaration, validate_declaration


@dataclass(frozen=True)
class DeclarationRequest:
    """Who declares what, in which language, standing on which version; `body` is what was sent, in one spelling.

    `phone` is the one that the session was proven by.
    """

    session: Session
    phone: str
    record_id: str
    base_version: int
    declaration: Declaration
    body: str
    language: Language
    timestamp: Timestamp

    @property
    def claimant(self) -> str:
        """Whose claims on numbers are counted: the phone's, and apart from these who did not show it."""
        phone_mac = account_pointers.phone_mac(macs(), self.phone)
        return phone_mac if self.session.shows_phone else f"unshown#{phone_mac}"


def parse_request(event: Event, session: Session) -> DeclarationRequest:
    """Read the request. Raises the refusals for path, precondition and content, in this order."""
    record_id, stands_on, timestamp = own_record.parse_record_id(event), precondition.parse_version(event), clock.now()
    body = read_json_body(event)
    return DeclarationRequest(
        session=session,
        phone=transaction_items.decrypt_phone(session),
        record_id=record_id,
        base_version=stands_on,
        declaration=_judge(body, timestamp),
        body=json.dumps(body, sort_keys=True),
        language=negotiate_language(read_header(event, "accept-language")),
        timestamp=timestamp,
    )


def _judge(body: Mapping[str, Any], timestamp: Timestamp) -> Declaration:
    verdict = validate_declaration(form(), body, today=timestamp.day, ward=ward_here)
    if verdict.declaration is None:
        count_metric("DeclarationRefused")
        log_event("declaration_refused", faults=len(verdict.faults))
        raise InvalidContentError(
            Translated(
                "Hãy xem lại các câu trả lời được nêu. Chưa có gì được lưu.",
                "Please look at the answers named. Nothing was stored.",
            ),
            faults=list(verdict.faults),
        )
    return verdict.declaration
