"""From the declaration's answers to FHIR resources, by the questions' and options' codes alone.

A question coded as a section (LOINC 11450-4 problems, 48765-2 allergies ...) lists resources of that section, one for
each option; a group that repeats gives one for each row; any other question is an Observation, or describes the
Patient. So an item added to the form appears without a change here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from health_record.language import Translated
from health_record.rendering.phrases import bilingual
from health_record.summary_sources.answers import (
    Answered,
    ResponseAnswers,
    Row,
    bare_value,
    collect_answers,
    is_unknown,
)
from health_record.summary_sources.builders import BUILDERS, Choice, make_choice, recorded_members
from health_record.summary_sources.coded import list_codes, make_coding
from health_record.summary_sources.observations import build_observations, join_blood_pressure
from health_record.summary_sources.patient import build_patient
from health_record.summary_sources.rows import MEDICINES, RELATIVES, build_row_resources, list_named_codes
from health_record.summary_sources.sources import ICD_10, LOINC, Declaration, Person, Resource, self_declared_meta

NO_KNOWN_MEDICINES = make_coding("http://snomed.info/sct", "787481004", "Không dùng thuốc nào", "No known medications")
# What a "yes" says where nothing is named, by the section of the group that it opens.
UNNAMED = {
    "10160-0": Translated("Có dùng thuốc, không rõ tên thuốc", "takes medicines, names unknown"),
    "47519-4": Translated("Đã từng phẫu thuật, không rõ phẫu thuật gì", "had an operation, not known which"),
    "10157-6": Translated("có bệnh, không rõ bệnh gì", "has a disease, not known which"),
}
YES_UNNAMED = Translated("Có, không nêu rõ", "yes, not specified")
YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"


@dataclass(frozen=True)
class DerivedResources:
    """The resources of a declaration, and the sections whose question was answered with "I do not know"."""

    resources: list[Resource]
    unknown_sections: frozenset[str]


def derive_resources(person: Person, declaration: Declaration) -> DerivedResources:
    """The resources that the declaration says, each marked as self-declared and unconfirmed."""
    answers = collect_answers(declaration.questionnaire, declaration.response)
    unknown: set[str] = set()
    resources = list(_of_questions(person, declaration, answers, unknown))
    resources += build_row_resources(person, declaration, answers.rows)
    resources += _unnamed(person, declaration, answers.unnamed)
    unknown.update(section for group in answers.unknown for section in group.loinc)
    return DerivedResources(join_blood_pressure(person, resources), frozenset(unknown))


def build_described_patient(person: Person, declaration: Declaration | None) -> Resource:
    """Who the record is about, with the answers whose items' `definition` is a path of `Patient`."""
    resource = build_patient(person)
    if declaration is None:
        return resource
    for path, row in collect_answers(declaration.questionnaire, declaration.response).patient:
        if path == "contact":
            found = _contact(row)
        elif path == "telecom":
            found = _telecom(row.parts[0])
        else:
            found = {"use": "home", "text": _text(row.parts[0])}
        resource.setdefault(path.partition(".")[0], []).append(found)
    return resource


def _of_questions(
    person: Person, declaration: Declaration, answers: ResponseAnswers, unknown: set[str]
) -> Iterator[dict[str, Any]]:
    in_rows = list_named_codes(answers.rows)
    for question in answers.questions:
        section = _section(question)
        if section is None:
            yield from build_observations(person, declaration, question)
        elif any(_says_unknown(answer) for answer in question.answers):
            unknown.add(section)
        else:
            yield from _listed(person, declaration, question, section, in_rows)


def _section(question: Answered) -> str | None:
    """The section that the question is about: its own LOINC code, else problems if it names a disease."""
    for code in question.codes:
        if code.get("system") == LOINC and code.get("code") in BUILDERS:
            return str(code["code"])
    return "11450-4" if any(code.get("system") == ICD_10 for code in question.codes) else None


def _listed(
    person: Person, declaration: Declaration, question: Answered, section: str, in_rows: set[tuple[str, str]]
) -> Iterator[Resource]:
    """One resource for each answer; what a row tells more of is left to the row."""
    for answer in question.answers:
        choice = _choice(question, answer)
        if choice is None or (section, str(choice.coding.get("code"))) in in_rows:
            continue
        key = str(choice.coding.get("code") or choice.coding.get("display"))
        resource = BUILDERS[section](person, choice)
        kind = resource.pop("resourceType")
        yield {
            "resourceType": kind,
            "id": person.derived_id(question.link_id, key),
            "meta": self_declared_meta(declaration),
            **resource,
            **recorded_members(kind, person, declaration),
        }


def _unnamed(person: Person, declaration: Declaration, groups: list[Row]) -> Iterator[Resource]:
    """One resource for each "yes" that names nothing: there is something, and nobody said what."""
    for group in groups:
        for section in sorted(group.loinc & BUILDERS.keys()):
            words = bilingual((UNNAMED.get(section, YES_UNNAMED),))
            resource = BUILDERS[section](person, Choice(Answered(group.group, [], {}), {"display": words}, []))
            kind = resource.pop("resourceType")
            yield {
                "resourceType": kind,
                "id": person.derived_id(group.link_id, "not-named"),
                "meta": self_declared_meta(declaration),
                **resource,
                **recorded_members(kind, person, declaration),
            }


def _says_unknown(answer: Resource) -> bool:
    chosen = answer.get("valueCoding", {})
    return is_unknown(answer) or (chosen.get("system"), chosen.get("code")) == (MEDICINES, "unknown")


def _choice(question: Answered, answer: Resource) -> Choice | None:
    chosen = answer.get("valueCoding")
    if chosen is not None and chosen.get("system") == MEDICINES:
        return Choice(question, NO_KNOWN_MEDICINES, []) if chosen.get("code") == "no" else None
    if chosen is not None and chosen.get("system") != YES_NO:
        return make_choice(question, answer)
    value = chosen.get("code") == "Y" if chosen is not None else bare_value(answer)
    if value is False or value is None:
        return None
    if value is True:  # a yes/no question that names the section and the disease itself
        own = [code for code in question.codes if code.get("system") != LOINC]
        return Choice(question, own[0] if own else {"display": str(question.item.get("text", ""))}, [])
    return make_choice(question, answer)


def _contact(row: Row) -> Resource:
    """Someone to call: name, relationship (that of the group itself where it has one) and telephones."""
    contact: Resource = {}
    if roles := [code for code in list_codes({"coding": row.group.get("code", [])}) if code[0] == RELATIVES]:
        contact["relationship"] = [{"coding": [{"system": roles[0][0], "code": roles[0][1]}]}]
    for part in row.parts:
        match str(part.item.get("definition", "")).rpartition(".")[2]:
            case "name":
                contact["name"] = {"text": _text(part)}
            case "relationship":
                contact["relationship"] = [{"coding": [part.option(part.answers[0])]}]
            case "telecom":
                contact.setdefault("telecom", []).append(_telecom(part))
    return contact


def _telecom(part: Answered) -> Resource:
    text = _text(part)
    return {"system": "email" if "@" in text else "phone", "value": text}


def _text(part: Answered) -> str:
    return str(part.answers[0].get("valueString", ""))
