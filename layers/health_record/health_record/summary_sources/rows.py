"""From the rows of a group that repeats to FHIR resources, by the codes of the group and its questions alone.

A group coded as a section (LOINC 47519-4 procedures, 11369-6 immunizations ...) gives one resource of that section for
each row: its first coded or written answer is the thing, its first date the time, a dose number the dose, a blood
relative the relationship, and all else notes. Any other group gives one Observation for each row, with components.
"""

from collections import Counter
from collections.abc import Iterator

from health_record.rendering.moments import HOME
from health_record.rendering.phrases import bilingual
from health_record.rendering.results import measured
from health_record.summary_sources import coded
from health_record.summary_sources.answers import Answered, Row, is_unknown, question_concept
from health_record.summary_sources.builders import BUILDERS, make_choice, recorded_members
from health_record.summary_sources.observations import answer_members
from health_record.summary_sources.sources import Declaration, Person, Resource, self_declared_meta

RELATIVES = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
DOSE_NUMBER = "30973-2"
MEDICINES = "urn:x-so-suc-khoe:medicines"  # `yes`, `no`, `unknown`, and `use` for how a medicine is taken
NOT_STATED = {"display": "Không ghi (not stated)"}
# What a row's date is in each type of resource, and what it takes the place of.
TIMES = {
    "AllergyIntolerance": ("onsetDateTime", ""),
    "Condition": ("onsetDateTime", ""),
    "Immunization": ("occurrenceDateTime", "occurrenceString"),
    "MedicationStatement": ("effectiveDateTime", "_effectiveDateTime"),
    "Procedure": ("performedDateTime", "_performedDateTime"),
}


def build_row_resources(person: Person, declaration: Declaration, rows: list[Row]) -> Iterator[Resource]:
    """One resource for each row that says something. Ids stay the same while the rows before stay."""
    seen: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if not row.parts:
            continue
        key = _key(row)
        seen[row.link_id, key] += 1
        resource = _sectioned(person, row) or _observed(person, declaration, row)
        kind = resource.pop("resourceType")
        yield {
            "resourceType": kind,
            "id": person.derived_id(row.link_id, key, str(seen[row.link_id, key])),
            "meta": self_declared_meta(declaration),
            **resource,
            **recorded_members(kind, person, declaration),
        }


def list_named_codes(rows: list[Row]) -> set[tuple[str, str]]:
    """The (section, code) pairs of the things that rows are about."""
    return {
        (section, str(thing.answers[0]["valueCoding"]["code"]))
        for row in rows
        if (thing := _thing(row)) and "valueCoding" in thing.answers[0]
        for section in row.loinc & BUILDERS.keys()
    }


def _key(row: Row) -> str:
    thing = _thing(row)
    answer = thing.answers[0] if thing else {}
    return str(answer.get("valueCoding", {}).get("code") or answer.get("valueString") or "")


def _thing(row: Row) -> Answered | None:
    """What the row is about: its first coded answer that is no relative, else its first written one."""
    coded_ones = (one for one in row.parts if "valueCoding" in one.answers[0] and not _is_relative(one))
    written = (one for one in row.parts if "valueString" in one.answers[0])
    return next(coded_ones, None) or next(written, None)


def _is_relative(part: Answered) -> bool:
    return bool(part.answers[0].get("valueCoding", {}).get("system") == RELATIVES)


def _sectioned(person: Person, row: Row) -> Resource | None:
    section = min(row.loinc & BUILDERS.keys(), default=None)
    if section is None:
        return None
    thing = _thing(row)
    named = thing or Answered(row.group, [], {})
    choice = make_choice(named, thing.answers[0] if thing else {"valueCoding": NOT_STATED})
    resource = BUILDERS[section](person, choice)
    used = {id(thing), *(id(part) for part in row.parts if _placed(resource, part))}
    notes = [{"text": _words(part)} for part in row.parts if id(part) not in used]
    return {**resource, "note": notes} if notes else resource


def _placed(resource: Resource, part: Answered) -> bool:
    """Whether the answer has a member of its own in the resource, which it then fills."""
    kind, answer = resource["resourceType"], part.answers[0]
    if kind == "FamilyMemberHistory" and _is_relative(part):
        option = part.option(answer)
        resource["relationship"] = {"coding": [option], "text": str(option.get("display", ""))}
        return True
    if kind == "Immunization" and DOSE_NUMBER in part.loinc:
        resource["protocolApplied"] = [{"doseNumberPositiveInt": answer.get("valueInteger")}]
        return True
    if kind == "MedicationStatement" and {"system": MEDICINES, "code": "use"} in part.codes:
        resource["dosage"] = [{"text": str(answer.get("valueString", ""))}]
        return True
    member, replaced = TIMES.get(kind, ("", ""))
    if not member or "valueDate" not in answer or member in resource:
        return False
    resource.pop(replaced, None)
    resource[member] = answer["valueDate"]
    return True


def _words(part: Answered) -> str:
    answers = ", ".join(bilingual(measured(answer_members(part, answer), HOME)) for answer in part.answers)
    return f"{part.concept['text']}: {answers}"


def _observed(person: Person, declaration: Declaration, row: Row) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "preliminary",
        "category": [coded.status_concept("observation-category", "social-history")],
        "code": question_concept(row.group),
        "subject": person.reference,
        "effectiveDateTime": declaration.authored,
        "performer": [declaration.asserter(person)],
        "component": [
            {"code": part.concept, **answer_members(part, answer)}
            for part in row.parts
            for answer in part.answers
            if not is_unknown(answer)
        ],
    }
