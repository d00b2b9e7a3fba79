"""Whether a response is a valid declaration: every fault in it, by the form and by the rules of its fixed items."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from health_record.errors import Fault
from health_record.identity import identifiers
from health_record.language import Translated
from health_record.questionnaire import dates, texts
from health_record.questionnaire.answers import Answers, find_dates_before_birth, read_response
from health_record.questionnaire.coded import Coded
from health_record.questionnaire.declaration import (
    BIRTH_DATE,
    FULL_NAME,
    INSURANCE_NUMBER,
    NATIONAL_ID,
    WARD,
    Declaration,
    from_answers,
)
from health_record.questionnaire.form import Form
from health_record.questionnaire.values import Rules


@dataclass(frozen=True)
class Verdict:
    """Either a declaration or faults."""

    declaration: Declaration | None
    faults: tuple[Fault, ...]


def validate_declaration(
    form: Form, body: Mapping[str, Any], *, today: datetime.date, ward: Callable[[str], Coded | None]
) -> Verdict:
    """Validate the QuestionnaireResponse `body`. `ward` finds a ward of the province by its code. Never raises."""
    answers = read_response(form, body, Rules(today, {WARD: ward}))
    faults = [*answers.faults, *_fixed_item_faults(answers)]
    birth = dates.parse_span(answers.first(BIRTH_DATE) or "")
    if birth is not None:
        faults.extend(find_dates_before_birth(answers, birth))
    if faults:
        return Verdict(None, tuple(faults))
    return Verdict(from_answers(form, answers), ())


def _fixed_item_faults(answers: Answers) -> Iterator[Fault]:
    yield from _rewritten(
        answers,
        FULL_NAME,
        lambda name: " ".join(name.split()) if _has_letter(name) else None,
        lambda _: texts.EMPTY_TEXT,
    )
    yield from _rewritten(answers, NATIONAL_ID, identifiers.parse_national_id, _national_id_message)
    yield from _rewritten(
        answers, INSURANCE_NUMBER, identifiers.parse_insurance_number, lambda _: texts.INSURANCE_NUMBER
    )
    for answer in answers.all("consent.record"):
        if answer.value is not True:
            yield Fault(answer.pointer, texts.CONSENT_NEEDED, "consent.record")


def _rewritten(
    answers: Answers, link_id: str, rewrite: Callable[[str], str | None], message: Callable[[str], Translated]
) -> Iterator[Fault]:
    """Bring answers into their canonical form; those that have none are faults."""
    for answer in answers.all(link_id):
        rewritten = rewrite(answer.value)
        if rewritten is None:
            yield Fault(answer.pointer, message(answer.value), link_id)
        else:
            answer.value = rewritten


def _has_letter(name: str) -> bool:
    return any(character.isalpha() for character in name)


def _national_id_message(text: str) -> Translated:
    return texts.OLD_CARD if identifiers.parse_citizen_id(text) else texts.NATIONAL_ID_DIGITS
