"""A declaration: a valid response with the fixed items of the form read out, and what to look at again in it."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from health_record.identity import identifiers
from health_record.language import Translated
from health_record.questionnaire import texts
from health_record.questionnaire.answers import Answers, read_response
from health_record.questionnaire.coded import Coded
from health_record.questionnaire.form import Form
from health_record.questionnaire.values import Rules

RELATION, FULL_NAME, SEX = "identity.relation", "identity.full-name", "identity.sex"
BIRTH_DATE, WARD = "identity.birth-date", "identity.ward"
NATIONAL_ID, INSURANCE_NUMBER = "identity.national-id", "identity.insurance-number"
CONSENTS = ("record", "sharing", "statistics", "notices")


@dataclass(frozen=True)
class AnswerWarning:
    """Something to look at again; it never blocks."""

    link_id: str
    message: Translated


@dataclass(frozen=True)
class Declaration:
    """What a valid response says: `response` is what is stored, the rest are its fixed items."""

    response: dict[str, Any]
    answers: Answers
    relation: str
    full_name: str
    sex: str
    birth_date: str
    ward: str
    national_id: str | None
    insurance_number: str | None
    consents: Mapping[str, bool]
    warnings: tuple[AnswerWarning, ...]

    @property
    def birth_year(self) -> int:
        """The year of birth, which every declaration has."""
        return int(self.birth_date[:4])

    @property
    def pointers(self) -> tuple[identifiers.Pointer, ...]:
        """What facilities can find this person by."""
        return identifiers.declaration_pointers(self.national_id, self.insurance_number)

    @property
    def obstacles(self) -> tuple[AnswerWarning, ...]:
        """What keeps doctors from finding or reading the record of a first declaration."""
        number = () if self.pointers else (AnswerWarning(NATIONAL_ID, texts.WARN_NOT_FOUND),)
        consent = () if self.consents["sharing"] else (AnswerWarning("consent.sharing", texts.WARN_NOT_SHARED),)
        return (*number, *consent)


def reread(
    form: Form, response: Mapping[str, Any], *, today: datetime.date, ward: Callable[[str], Coded | None]
) -> Declaration:
    """A stored response as a declaration again: it was valid when it was kept, what the form dropped is left out."""
    return from_answers(form, read_response(form, response, Rules(today, {WARD: ward})))


def from_answers(form: Form, answers: Answers) -> Declaration:
    """The fixed items of answers that have no fault."""
    return Declaration(
        response=answers.to_response(form),
        answers=answers,
        relation=answers.code(RELATION) or "",
        full_name=answers.first(FULL_NAME),
        sex=answers.code(SEX) or "",
        birth_date=answers.first(BIRTH_DATE),
        ward=answers.code(WARD) or "",
        national_id=answers.first(NATIONAL_ID),
        insurance_number=answers.first(INSURANCE_NUMBER),
        consents={purpose: answers.first(f"consent.{purpose}") is True for purpose in CONSENTS},
        warnings=tuple(_warnings(answers)),
    )


def _warnings(answers: Answers) -> Iterator[AnswerWarning]:
    number = answers.first(NATIONAL_ID)
    if number is None:
        return
    sex = answers.code(SEX)
    if sex in ("male", "female") and sex != identifiers.stated_sex(number):
        yield AnswerWarning(NATIONAL_ID, texts.WARN_SEX)
    if identifiers.stated_birth_year(number) != int(answers.first(BIRTH_DATE)[:4]):
        yield AnswerWarning(NATIONAL_ID, texts.WARN_BIRTH_YEAR)
    if number[:3] not in identifiers.REGISTRATION_PROVINCES:
        yield AnswerWarning(NATIONAL_ID, texts.WARN_PROVINCE)
    if number[6:] == "000000":
        yield AnswerWarning(NATIONAL_ID, texts.WARN_SERIAL)
