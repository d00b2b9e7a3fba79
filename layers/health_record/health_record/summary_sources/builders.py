"""From one answer that names a thing to the FHIR resource of its section: a disease, an allergy, a vaccine."""

from collections.abc import Callable
from dataclasses import dataclass

from health_record.ips.fitting import UNKNOWN
from health_record.summary_sources import coded
from health_record.summary_sources.answers import Answered, bare_value
from health_record.summary_sources.sources import LOINC, Declaration, Person, Resource

ALLERGY_CATEGORIES = {"drug": "medication", "food": "food", "chemical": "environment"}
NO_KNOWN_ALLERGY = "716186003"
NO_KNOWN_IMMUNIZATIONS = "787482006"
RECORDED = {
    "Condition": "recordedDate",
    "AllergyIntolerance": "recordedDate",
    "MedicationStatement": "dateAsserted",
    "Immunization": "recorded",
    "FamilyMemberHistory": "date",
}
ASSERTED = {
    "Condition": "asserter",
    "AllergyIntolerance": "asserter",
    "Procedure": "asserter",
    "MedicationStatement": "informationSource",
}


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
        coding = {"coding": [self.coding]} if "code" in self.coding else {}
        return {**coding, "text": ": ".join([text, "; ".join(self.details)]) if self.details else text}


def make_choice(question: Answered, answer: Resource) -> Choice:
    """A coded or a free answer as what it names."""
    if "valueCoding" in answer:
        coding = question.option(answer)
        return Choice(question, coding, question.details.get(str(coding.get("code")), []))
    return Choice(question, {"display": str(bare_value(answer))}, [])


def recorded_members(kind: str, person: Person, declaration: Declaration) -> Resource:
    """When it was declared and by whom, in the members that the resource type has for it."""
    found: Resource = {RECORDED[kind]: declaration.authored} if kind in RECORDED else {}
    return found | ({ASSERTED[kind]: declaration.asserter(person)} if kind in ASSERTED else {})


def _condition(category: Resource, clinical: str) -> Callable[[Person, Choice], Resource]:
    def build(person: Person, choice: Choice) -> Resource:
        return {
            "resourceType": "Condition",
            "clinicalStatus": coded.status_concept("condition-clinical", clinical),
            "verificationStatus": coded.status_concept("condition-ver-status", "unconfirmed"),
            "category": [category],
            "code": choice.concept,
            "subject": person.reference,
        }

    return build


def _allergy(person: Person, choice: Choice) -> Resource:
    known_absent = choice.coding.get("code") == NO_KNOWN_ALLERGY
    category = ALLERGY_CATEGORIES.get(str(choice.coding.get("code")))
    concept = choice.concept if known_absent else {"text": choice.concept["text"]}
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": coded.status_concept("allergyintolerance-clinical", "active"),
        "verificationStatus": coded.status_concept("allergyintolerance-verification", "unconfirmed"),
        **({"category": [category]} if category else {}),
        "code": concept,
        "patient": person.reference,
    }


def _medication(person: Person, choice: Choice) -> Resource:
    return {
        "resourceType": "MedicationStatement",
        "status": "unknown" if choice.coding.get("code") == "787481004" else "active",
        "medicationCodeableConcept": choice.concept,
        "subject": person.reference,
        "_effectiveDateTime": UNKNOWN,
    }


def _immunization(person: Person, choice: Choice) -> Resource:
    return {
        "resourceType": "Immunization",
        "status": "not-done" if choice.coding.get("code") == NO_KNOWN_IMMUNIZATIONS else "completed",
        "vaccineCode": choice.concept,
        "patient": person.reference,
        "occurrenceString": "Không rõ ngày (date unknown)",
        "primarySource": False,
        "reportOrigin": coded.status_concept("immunization-origin", "recall"),
    }


def _procedure(person: Person, choice: Choice) -> Resource:
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": choice.concept,
        "subject": person.reference,
        "_performedDateTime": UNKNOWN,
    }


def _family(person: Person, choice: Choice) -> Resource:
    who = str(choice.question.item.get("text", "Người trong gia đình"))
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
            "text": who,
            "_text": coded.translation_extension(who, "family member"),
        },
        "condition": [{"code": choice.concept}],
    }


PROBLEM = coded.status_concept("condition-category", "problem-list-item")
BUILDERS: dict[str, Callable[[Person, Choice], Resource]] = {
    "11450-4": _condition(PROBLEM, "active"),
    "11348-0": _condition(PROBLEM, "inactive"),
    "47420-5": _condition(coded.make_concept(LOINC, "47420-5", "Tình trạng chức năng", "Functional status"), "active"),
    "48765-2": _allergy,
    "10160-0": _medication,
    "11369-6": _immunization,
    "47519-4": _procedure,
    "10157-6": _family,
    "8670-2": _family,
}
