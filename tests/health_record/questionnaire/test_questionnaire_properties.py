"""The validator against generated answers: valid ones pass, nothing makes it raise, every pointer leads somewhere."""

import datetime
import json
from typing import Any

from hypothesis import given, settings

from health_record import facts, wards
from health_record.questionnaire import Coded, Verdict, declaration_form, validate_declaration
from tests.health_record.generated import JSON, broken_responses, responses

TODAY = datetime.date(2026, 11, 23)
SETTINGS = settings(deadline=None, max_examples=50)


def ward(code: str) -> Coded | None:
    found = wards.find_in_province(code, "79")
    return found.coded if found else None


def judged(body: Any) -> Verdict:
    return validate_declaration(declaration_form(), body, today=TODAY, ward=ward)


def follow(body: Any, pointer: str) -> Any:
    """What an RFC 6901 pointer leads to; fails if it leads nowhere."""
    for step in pointer.split("/")[1:]:
        body = body[int(step)] if isinstance(body, list) else body[step]
    return body


@given(responses())
@SETTINGS
def test_a_valid_declaration_passes_and_what_is_kept_of_it_is_valid_again(body: dict[str, Any]) -> None:
    verdict = judged(body)
    assert verdict.faults == ()
    assert verdict.declaration is not None
    again = judged(verdict.declaration.response)
    assert again.declaration is not None
    assert again.declaration.response == verdict.declaration.response


@given(responses())
@SETTINGS
def test_the_facts_of_a_valid_declaration_hold_no_words_of_the_person(body: dict[str, Any]) -> None:
    declaration = judged(body).declaration
    assert declaration is not None
    row = facts.build_resident_row(
        declaration_form(),
        declaration,
        pseudonym="p",
        account=None,
        card_seen=False,
        declared_on="2026-11-23",
        updated_on="2026-11-23",
    )
    known = {code.key for item in declaration_form().by_link_id.values() for code in item.codes}
    known |= {option.value.key for item in declaration_form().by_link_id.values() for option in item.options}
    assert {*row["yes"], *row["no"], *row["unknown"], *row["choices"], *row["choices"].values()} <= known
    assert not set(row["yes"]) & set(row["no"])
    assert not set(row["unknown"]) & {*row["yes"], *row["no"]}
    assert all(isinstance(number, int | float) for number in row["measures"].values())


@given(broken_responses())
@SETTINGS
def test_a_broken_declaration_is_judged_and_every_pointer_leads_somewhere(body: Any) -> None:
    verdict = judged(body)
    assert (verdict.declaration is None) == bool(verdict.faults)
    for fault in verdict.faults:
        follow(body, fault.pointer)
        json.dumps([fault.pointer, fault.link_id], ensure_ascii=False).encode()


@given(JSON.filter(lambda body: isinstance(body, dict)))
@SETTINGS
def test_any_json_object_is_judged(body: dict[str, Any]) -> None:
    assert judged(body).faults
    assert judged({"resourceType": "QuestionnaireResponse", "item": [body], **body}).faults
