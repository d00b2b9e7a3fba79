"""Observations from single answers: habits, measurements, and the blood pressure panel of its two halves."""

from collections.abc import Iterator
from typing import Any

from health_record.summary_sources import coded
from health_record.summary_sources.answers import Answered, bare_value, is_unknown
from health_record.summary_sources.sources import LOINC, Declaration, Person, Resource, self_declared_meta

SYSTOLIC, DIASTOLIC, BLOOD_PRESSURE = "8480-6", "8462-4", "85354-9"
# http://hl7.org/fhir/R4/observation-vitalsigns.html, table of codes.
VITAL_SIGNS = frozenset(
    {SYSTOLIC, DIASTOLIC, BLOOD_PRESSURE, "8302-2", "29463-7", "39156-5", "8310-5", "8867-4", "9279-1", "2708-6"}
    | {"59408-5", "9843-4", "85353-1", "8287-5", "3137-7", "8306-3"}
    | {"8280-0"}  # waist, which Vietnam's form lists with them
)
# Observation-pregnancy-* profiles of IPS 2.0.0.
PREGNANCY = frozenset(
    {"82810-3", "11778-8", "11779-6", "11780-4", "11636-8", "11637-6", "11638-4", "11639-2", "11640-0"}
    | {"11612-9", "11613-7", "11614-5", "33065-4"}
)
LABORATORY = frozenset({"882-1", "883-9", "10331-7"})
# Sections that a group of the form may name for its observations (Composition-uv-ips).
OF_GROUPS = {
    "29762-2": ("Thói quen và lối sống", "Social history"),
    "10162-6": ("Thai sản", "History of pregnancies"),
    "81338-6": ("Thông tin khác", "Patient story"),
}


def find_category(codes: set[str]) -> str:
    """The Observation category of LOINC codes: vital-signs, laboratory or social-history."""
    if codes & VITAL_SIGNS:
        return "vital-signs"
    return "laboratory" if codes & LABORATORY else "social-history"


def build_observations(person: Person, declaration: Declaration, question: Answered) -> Iterator[Resource]:
    """One Observation for each answer that says something."""
    category = coded.status_concept("observation-category", find_category(question.loinc))
    place_of = {"category": [category]}
    if question.section in OF_GROUPS and find_category(question.loinc) == "social-history":
        place_of["category"].append(coded.make_concept(LOINC, question.section, *OF_GROUPS[question.section]))
    for place, answer in enumerate(question.answers):
        key = str(answer.get("valueCoding", {}).get("code") or (place or "value"))
        if not question.item.get("repeats"):
            key = "value"  # the same id whatever is answered: a later answer replaces, a confirmation stays
        yield {
            "resourceType": "Observation",
            "id": person.derived_id(question.link_id, key),
            "meta": self_declared_meta(declaration),
            "status": "preliminary",
            **place_of,
            "code": question.concept,
            "subject": person.reference,
            "effectiveDateTime": declaration.authored,
            "performer": [declaration.asserter(person)],
            **answer_members(question, answer),
        }


def answer_members(question: Answered, answer: Resource) -> dict[str, Any]:
    """The answer as members of an Observation or of a component: a value, or that it is not known."""
    if is_unknown(answer):
        return {"dataAbsentReason": coded.status_concept("data-absent-reason", answer["valueCoding"]["code"])}
    if "valueCoding" in answer:
        chosen = question.option(answer)
        words = [
            str(chosen.get("display") or chosen.get("code", "")),
            *question.details.get(chosen.get("code", ""), []),
        ]
        return {"valueCodeableConcept": {"coding": [chosen], "text": ": ".join(words)}}
    value = bare_value(answer)
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int | float):
        return {"valueQuantity": {"value": value, **question.unit}}
    if "valueDate" in answer or "valueDateTime" in answer:
        return {"valueDateTime": value}
    if "valueQuantity" in answer:
        return {"valueQuantity": value}
    return {"valueTime": value} if "valueTime" in answer else {"valueString": str(value)}


def join_blood_pressure(person: Person, resources: list[Resource]) -> list[Resource]:
    """The resources with systolic and diastolic pressure joined into the panel 85354-9, a missing half said so."""
    halves = {code: each for each in resources for code in (SYSTOLIC, DIASTOLIC) if _is(each, code)}
    if not halves:
        return resources
    first = next(iter(halves.values()))
    joined = {
        **{name: value for name, value in first.items() if not name.startswith("value")},
        "id": person.derived_id("blood-pressure", BLOOD_PRESSURE),
        "code": coded.make_concept(LOINC, BLOOD_PRESSURE, "Huyết áp", "Blood pressure"),
        "component": [_half(halves.get(code), code) for code in (SYSTOLIC, DIASTOLIC)],
    }
    return [each for each in resources if each not in halves.values()] + [joined]


def _is(resource: Resource, code: str) -> bool:
    return resource["resourceType"] == "Observation" and (LOINC, code) in coded.list_codes(resource["code"])


def _half(found: Resource | None, code: str) -> Resource:
    if found and "valueQuantity" in found:
        return {"code": found["code"], "valueQuantity": found["valueQuantity"]}
    names = {SYSTOLIC: ("Huyết áp tâm thu", "Systolic"), DIASTOLIC: ("Huyết áp tâm trương", "Diastolic")}
    missing = coded.status_concept("data-absent-reason", "not-asked" if found is None else "asked-unknown")
    return {"code": coded.make_concept(LOINC, code, *names[code]), "dataAbsentReason": missing}
