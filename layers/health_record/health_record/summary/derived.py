"""From the declaration's answers to FHIR resources, by the questions' and options' codes alone.

A question coded as a section (LOINC 11450-4 problems, 48765-2 allergies ...) lists resources of that section, one for
each option; any other question is an Observation. So an item added to the form appears without a change here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from health_record.summary import coded
from health_record.summary.answers import Answered, answered, is_unknown, plain
from health_record.summary.fitting import UNKNOWN
from health_record.summary.observed import observation, panel
from health_record.summary.sources import ICD_10, LOINC, Declaration, Person, Resource, self_declared_meta

YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"
ALLERGY_CATEGORIES = {"drug": "medication", "food": "food", "chemical": "environment"}
NO_KNOWN_ALLERGY = "716186003"
NO_KNOWN_IMMUNIZATIONS = "787482006"


@dataclass(frozen=True)
class Derived:
    """The resources of a declaration, and the sections whose question was answered with "I do not know"."""

    resources: list[Resource]
    unknown_sections: frozenset[str]


@dataclass(frozen=True)
class Choice:
    """One chosen option of a question, with the free texts that explain it."""

    question: Answered
    coding: Resource
    details: list[str]

    @property
    def concept(self) -> Resource:
        """The option as a CodeableConcept; its text holds the person's own words after the form's."""
        text = str(self.coding.get("display") or self.coding.get("code", ""))
        return {"coding": [self.coding], "text": ": ".join([text, "; ".join(self.details)]) if self.details else text}


def derive(person: Person, declaration: Declaration) -> Derived:
    """The resources that the declaration says, each marked as self-declared and unconfirmed."""
    resources: list[Resource] = []
    unknown: set[str] = set()
    questions = answered(declaration.questionnaire, declaration.response)
    for question in questions:
        section = _section(question)
        if section is None:
            resources.extend(observation(person, declaration, question))
        elif any(is_unknown(answer) for answer in question.answers):
            unknown.add(section)
        else:
            resources.extend(_listed(person, declaration, question, section))
    return Derived(panel(person, resources), frozenset(unknown))


def _section(question: Answered) -> str | None:
    """The section that the question is about: its own LOINC code, else problems if it names a disease."""
    for code in question.codes:
        if code.get("system") == LOINC and code.get("code") in BUILDERS:
            return str(code["code"])
    return "11450-4" if any(code.get("system") == ICD_10 for code in question.codes) else None


def _listed(person: Person, declaration: Declaration, question: Answered, section: str) -> Iterator[Resource]:
    for answer in question.answers:
        choice = _choice(question, answer)
        if choice is None:
            continue
        key = str(choice.coding.get("code") or choice.coding.get("display"))
        resource = BUILDERS[section](person, choice)
        kind = resource.pop("resourceType")
        yield {
            "resourceType": kind,
            "id": person.derived_id(question.link_id, key),
            "meta": self_declared_meta(declaration),
            **resource,
            **_recorded(kind, declaration.authored),
        }


def _choice(question: Answered, answer: Resource) -> Choice | None:
    chosen = answer.get("valueCoding")
    if chosen is not None and chosen.get("system") != YES_NO:
        coding = question.option(answer)
        return Choice(question, coding, question.details.get(str(coding.get("code")), []))
    value = chosen.get("code") == "Y" if chosen is not None else plain(answer)
    if value is False or value is None:
        return None
    if value is True:  # a yes/no question that names the section and the disease itself
        own = [code for code in question.codes if code.get("system") != LOINC]
        return Choice(question, own[0] if own else {"display": str(question.item.get("text", ""))}, [])
    return Choice(question, {"display": str(value)}, [])


def _recorded(kind: str, authored: str) -> dict[str, Any]:
    member = {"Condition": "recordedDate", "AllergyIntolerance": "recordedDate", "MedicationStatement": "dateAsserted"}
    names = {**member, "Immunization": "recorded", "FamilyMemberHistory": "date"}
    return {names[kind]: authored} if kind in names else {}


def _condition(category: Resource, clinical: str) -> Callable[[Person, Choice], Resource]:
    def build(person: Person, choice: Choice) -> Resource:
        return {
            "resourceType": "Condition",
            "clinicalStatus": coded.status("condition-clinical", clinical),
            "verificationStatus": coded.status("condition-ver-status", "unconfirmed"),
            "category": [category],
            "code": choice.concept,
            "subject": person.reference,
            "asserter": person.reference,
        }

    return build


def _allergy(person: Person, choice: Choice) -> Resource:
    known_absent = choice.coding.get("code") == NO_KNOWN_ALLERGY
    category = ALLERGY_CATEGORIES.get(str(choice.coding.get("code")))
    concept = choice.concept if known_absent else {"text": choice.concept["text"]}
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": coded.status("allergyintolerance-clinical", "active"),
        "verificationStatus": coded.status("allergyintolerance-verification", "unconfirmed"),
        **({"category": [category]} if category else {}),
        "code": concept,
        "patient": person.reference,
        "asserter": person.reference,
    }


def _medication(person: Person, choice: Choice) -> Resource:
    return {
        "resourceType": "MedicationStatement",
        "status": "unknown" if choice.coding.get("code") == "787481004" else "active",
        "medicationCodeableConcept": choice.concept,
        "subject": person.reference,
        "_effectiveDateTime": UNKNOWN,
        "informationSource": person.reference,
    }


def _immunization(person: Person, choice: Choice) -> Resource:
    return {
        "resourceType": "Immunization",
        "status": "not-done" if choice.coding.get("code") == NO_KNOWN_IMMUNIZATIONS else "completed",
        "vaccineCode": choice.concept,
        "patient": person.reference,
        "occurrenceString": "Không rõ ngày (date unknown)",
        "primarySource": False,
        "reportOrigin": coded.status("immunization-origin", "recall"),
    }


def _procedure(person: Person, choice: Choice) -> Resource:
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": choice.concept,
        "subject": person.reference,
        "_performedDateTime": UNKNOWN,
        "asserter": person.reference,
    }


def _family(person: Person, choice: Choice) -> Resource:
    return {
        "resourceType": "FamilyMemberHistory",
        "status": "completed",
        "patient": person.reference,
        "relationship": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
                    "code": "FAMMEMB",
                    "display": "family member",
                }
            ],
            "text": str(choice.question.item.get("text", "Người trong gia đình")),
        },
        "condition": [{"code": choice.concept}],
    }


PROBLEM = coded.status("condition-category", "problem-list-item")
BUILDERS: dict[str, Callable[[Person, Choice], Resource]] = {
    "11450-4": _condition(PROBLEM, "active"),
    "11348-0": _condition(PROBLEM, "inactive"),
    "47420-5": _condition(coded.concept(LOINC, "47420-5", "Tình trạng chức năng", "Functional status"), "active"),
    "48765-2": _allergy,
    "10160-0": _medication,
    "11369-6": _immunization,
    "47519-4": _procedure,
    "10157-6": _family,
    "8670-2": _family,
}
