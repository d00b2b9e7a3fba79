"""What one PUT of a declaration asks for, checked as far as it can be without the record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.declare import clock, own_record, precondition
from functions.declare.clock import Moment
from functions.declare.settings import form, ward_here
from health_record.errors import InvalidContentError
from health_record.http.entry_point import Event, header, json_body
from health_record.identity.sessions import Session
from health_record.language import Language, Text, preferred
from health_record.observability import count, info
from health_record.questionnaire import Declaration, judge


@dataclass(frozen=True)
class Wish:
    """Who declares what, in which language, standing on which version; `body` is what was sent, in one spelling."""

    session: Session
    record_id: str
    stands_on: int
    declaration: Declaration
    body: str
    language: Language
    moment: Moment


def read(event: Event, session: Session) -> Wish:
    """Read the request. Raises the refusals for path, precondition and content, in this order."""
    record_id, stands_on, moment = own_record.record_id(event), precondition.read(event), clock.now()
    body = json_body(event)
    return Wish(
        session=session,
        record_id=record_id,
        stands_on=stands_on,
        declaration=_judged(body, moment),
        body=json.dumps(body, sort_keys=True),
        language=preferred(header(event, "accept-language")),
        moment=moment,
    )


def _judged(body: Mapping[str, Any], moment: Moment) -> Declaration:
    verdict = judge(form(), body, today=moment.day, ward=ward_here)
    if verdict.declaration is None:
        count("DeclarationRefused")
        info("declaration refused", faults=len(verdict.faults))
        raise InvalidContentError(
            Text(
                "Xin xem lại các câu trả lời được nêu. Chưa có gì được lưu.",
                "Please look at the answers named. Nothing was stored.",
            ),
            faults=list(verdict.faults),
        )
    return verdict.declaration
