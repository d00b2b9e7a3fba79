"""The row of `facts` that a declaration makes: codes only, generic over the form.

What a code means is the form's business: a question or option with a code counts without touching this module.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from health_record.questionnaire import Coded, Declaration, Form, Item
from health_record.questionnaire.answers import iterate_nodes
from health_record.table_keys import fact_keys

ASKED_UNKNOWN = "http://terminology.hl7.org/CodeSystem/data-absent-reason|asked-unknown"
FAMILY_HISTORY = {"http://loinc.org|10157-6", "http://loinc.org|8670-2"}  # what relatives have is not what I have
LOINC = "http://loinc.org"
YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"
NUMBERS = ("integer", "decimal", "quantity")
# Who somebody is and what they consented to is never counted by code.
PERSONAL = ("identity.", "consent.")


@dataclass
class _Counted:
    yes: set[str] = field(default_factory=set)
    no: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    choices: dict[str, str] = field(default_factory=dict)
    measures: dict[str, float] = field(default_factory=dict)


def build_resident_row(
    form: Form,
    declaration: Declaration,
    *,
    pseudonym: str,
    account: str | None,
    card_seen: bool,
    declared_on: str,
    updated_on: str,
    synthetic: bool = False,
) -> dict[str, Any]:
    """The whole item: `resident#<pseudonym>` / `resident`. Days are `YYYY-MM-DD`.

    `yes`, `no` and `unknown` are lists of `system|code`; `choices` maps the question's to the answer's; `measures`
    maps a LOINC code to the number in the form's unit. What was not answered is in none of them. `account` is the
    account's random tag, None where it has none yet.
    """
    counted = _Counted()
    for item, values in _answered(form, declaration):
        _count(counted, item, values)
    return {
        "pk": fact_keys.resident_pk(pseudonym),
        "sk": fact_keys.RESIDENT,
        "account": account,
        "card_seen": card_seen,
        "ward": declaration.ward,
        "sex": declaration.sex,
        "birth_year": declaration.birth_year,
        "declared_on": declared_on,
        "updated_on": updated_on,
        "yes": sorted(counted.yes),
        "no": sorted(counted.no - counted.yes),
        "unknown": sorted(counted.unknown - counted.yes - counted.no),
        "choices": counted.choices,
        "measures": counted.measures,
        "synthetic": True if synthetic else None,
    }


def _answered(form: Form, declaration: Declaration) -> Iterator[tuple[Item, list[Any]]]:
    for node in iterate_nodes(declaration.answers.nodes):
        item = form.by_link_id[node.item.link_id]
        if node.answers and item.counted and not item.link_id.startswith(PERSONAL):
            yield item, [answer.value for answer in node.answers]


def _count(counted: _Counted, item: Item, values: list[Any]) -> None:
    codes = [code.key for code in item.codes]
    if FAMILY_HISTORY.intersection(codes):
        return
    if item.type in ("choice", "open-choice"):
        _count_choice(counted, item, values, codes)
    elif item.type == "boolean":
        (counted.yes if values[0] else counted.no).update(codes)
    elif item.type in NUMBERS:
        number = values[0]["value"] if isinstance(values[0], dict) else values[0]
        counted.measures.update({code.code: number for code in item.codes if code.system == LOINC})


def _count_choice(counted: _Counted, item: Item, values: list[Any], codes: list[str]) -> None:
    chosen = {value.key for value in values if isinstance(value, Coded)}
    if item.repeats:
        _count_ticks(counted, item, chosen)
    elif ASKED_UNKNOWN in chosen:
        counted.unknown.update(codes)
    elif f"{YES_NO}|Y" in chosen:
        counted.yes.update(codes)
    elif f"{YES_NO}|N" in chosen:
        counted.no.update(codes)
    else:
        counted.choices.update({code: key for code in codes for key in chosen})


def _count_ticks(counted: _Counted, item: Item, chosen: set[str]) -> None:
    options = [option for option in item.options if isinstance(option.value, Coded)]
    listed = {option.value.key for option in options if not option.exclusive and option.value.key != ASKED_UNKNOWN}
    if ASKED_UNKNOWN in chosen:
        counted.unknown.update(listed - chosen)
        counted.yes.update(listed & chosen)
    elif chosen:
        counted.yes.update(listed & chosen)
        counted.no.update(listed - chosen)
