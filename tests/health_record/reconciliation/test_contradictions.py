"""Statements under different ids that speak of one thing: every pair of what two sources may say of it."""

import itertools
import time
from typing import Any

import pytest

from health_record.reconciliation.precedence import Reconciled, reconcile
from health_record.reconciliation.same_things import names_of
from health_record.reconciliation.statements import DECLARED, Statement
from health_record.rendering.phrases import bilingual
from health_record.rendering.source_words import objections

ZONE, TODAY = "Asia/Ho_Chi_Minh", "2026-11-23"
LATER = "2026-11-22T01:00:00.000Z"
SNOMED, ICD_10 = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{TERMINOLOGY}{system}", "code": code}]}


def clinical(kind: str, code: str) -> dict[str, Any]:
    name = "condition-clinical" if kind == "Condition" else "allergyintolerance-clinical"
    return {"clinicalStatus": concept(name, code)}


def verified(kind: str, code: str) -> dict[str, Any]:
    name = "condition-ver-status" if kind == "Condition" else "allergyintolerance-verification"
    return {"verificationStatus": concept(name, code)}


def disease(kind: str) -> dict[str, dict[str, Any]]:
    found = {
        "there": clinical(kind, "active"),
        "unconfirmed": verified(kind, "unconfirmed") | clinical(kind, "active"),
        "over": clinical(kind, "resolved"),
        "inactive": clinical(kind, "inactive"),
        "ruled out": verified(kind, "refuted") | clinical(kind, "active"),
    }
    if kind == "Condition":
        found["there again"] = clinical(kind, "recurrence")
        found["in remission"] = clinical(kind, "remission")
        found["perhaps"] = verified(kind, "differential") | clinical(kind, "active")
        found["unsaid"] = {}
    return found


SAID = {
    "AllergyIntolerance": disease("AllergyIntolerance"),
    "Condition": disease("Condition"),
    "MedicationStatement": {
        status: {"status": status}
        for status in ("active", "unknown", "intended", "completed", "stopped", "on-hold", "not-taken")
    },
}
THERE = {"there", "unconfirmed", "there again", "perhaps", "unsaid", "active", "unknown"}
OVER = {"over", "inactive", "in remission"}
NOT = {"ruled out", "completed", "stopped", "on-hold", "not-taken"}
PAIRS = [(kind, *pair) for kind, words in SAID.items() for pair in itertools.combinations(words, 2)]
THING = {"AllergyIntolerance": "code", "Condition": "code", "MedicationStatement": "medicationCodeableConcept"}


def said(kind: str, word: str, number: int, source: str = "79001", at: str = LATER, **members: Any) -> Statement:
    resource = {
        "resourceType": kind,
        "id": f"6f5a3b1e-3a51-4a3c-9b56-{number:012}",
        THING[kind]: {"text": "Warfarin"},
        **SAID[kind][word],
        **members,
    }
    return Statement(resource, source, at)


def words(found: Reconciled) -> list[str]:
    return [bilingual(objections(each)) for each in [*found.standing, *found.differing]]


def rank(word: str) -> int | None:
    return next((place for place, some in enumerate((THERE, OVER, NOT)) if word in some), None)


@pytest.mark.parametrize("sources", [("79001", "79002"), (DECLARED, "79001"), ("79001", "79001")])
@pytest.mark.parametrize(("kind", "one", "other"), PAIRS)
def test_what_is_so_keeps_its_place_and_what_denies_it_stands_beside(
    kind: str, one: str, other: str, sources: tuple[str, str]
) -> None:
    statements = [said(kind, one, 1, sources[0]), said(kind, other, 2, sources[1])]
    ranks = rank(one), rank(other)
    differ = None not in ranks and ranks[0] != ranks[1]
    for order in (statements, statements[::-1]):
        found = reconcile(order, ZONE, TODAY)
        assert [bool(each) for each in words(found)] == [differ, differ]
        assert len(found.differing) == int(differ)
        if differ:
            stays = 1 if ranks[0] < ranks[1] else 2  # type: ignore[operator]
            assert found.standing[0]["id"][-1] == str(stays)


# One thing in two ways of saying it, and two things.
SAME = [
    ("AllergyIntolerance", {"text": "Penicillin"}, {"text": "Thuốc: Penicillin"}, True),
    ("AllergyIntolerance", {"text": "Dị ứng penicillin"}, {"text": "PENICILLIN "}, True),
    ("AllergyIntolerance", {"text": "Allergy to penicillin"}, {"text": "Penicillin"}, True),
    ("AllergyIntolerance", {"coding": [{"system": SNOMED, "code": "764146007"}]}, {"text": "764146007"}, False),
    (
        "AllergyIntolerance",
        {"coding": [{"system": SNOMED, "code": "764146007"}], "text": "Penixilin"},
        {"coding": [{"system": SNOMED, "code": "764146007"}], "text": "Penicillin"},
        True,
    ),
    ("AllergyIntolerance", {"text": "Thuốc: Penicillin, amoxicillin và aspirin"}, {"text": "Aspirin"}, True),
    ("AllergyIntolerance", {"text": "Penicillin gây sốc phản vệ"}, {"text": "penicillin"}, True),
    ("AllergyIntolerance", {"text": "Penicillin (sốc) - 2019"}, {"text": "penicillin"}, True),
    ("AllergyIntolerance", {"text": "Penicillin"}, {"text": "Aspirin"}, False),
    ("AllergyIntolerance", {"text": "Thuốc: không nêu rõ (not specified)"}, {"text": "Thực phẩm: không nêu rõ"}, False),
    (
        "AllergyIntolerance",
        {"text": "Thuốc: không nêu rõ (not specified)"},
        {"text": "Thực phẩm: không nêu rõ (not specified)"},
        False,
    ),
    ("AllergyIntolerance", {"coding": [{"display": "Penicillin"}]}, {"text": "penicillin"}, True),
    ("AllergyIntolerance", {"text": "Penicillin: không phát hiện"}, {"text": "Aspirin: KHÔNG phát hiện"}, False),
    ("AllergyIntolerance", {"text": "Penicillin: không phát hiện"}, {"text": "Penicillin"}, True),
    ("AllergyIntolerance", {"text": "Penicillin: dương tính"}, {"text": "Latex: dương tính"}, False),
    ("Condition", {"text": "Lao phổi: chưa xác định"}, {"text": "Viêm gan B: chưa xác định"}, False),
    ("Condition", {"text": "HBsAg: negative"}, {"text": "HCV: negative"}, False),
    (
        "Condition",
        {"coding": [{"system": ICD_10, "code": "E11"}]},
        {"coding": [{"system": ICD_10, "code": "E11.9"}]},
        True,
    ),
    (
        "Condition",
        {"coding": [{"system": ICD_10, "code": "E11.2"}]},
        {"coding": [{"system": ICD_10, "code": "E11.9"}]},
        False,
    ),
    (
        "Condition",
        {"coding": [{"system": "urn:x", "code": "E11"}]},
        {"coding": [{"system": ICD_10, "code": "E11"}]},
        False,
    ),
    ("MedicationStatement", {"text": "Warfarin 5 mg"}, {"text": "warfarin 2mg, viên nén"}, True),
    ("MedicationStatement", {"text": "Vitamin B12"}, {"text": "Vitamin B1"}, False),
    ("MedicationStatement", {"text": "Mixtard 30 100IU/ml"}, {"text": "Mixtard"}, True),
]


@pytest.mark.parametrize(("kind", "one", "other", "is_same"), SAME)
def test_one_thing_is_one_however_it_is_written(
    kind: str, one: dict[str, Any], other: dict[str, Any], *, is_same: bool
) -> None:
    there, denied = next(iter(SAID[kind])), "ruled out" if kind != "MedicationStatement" else "stopped"
    for first, second in ((one, other), (other, one)):
        found = reconcile(
            [said(kind, there, 1, **{THING[kind]: first}), said(kind, denied, 2, "79002", **{THING[kind]: second})],
            ZONE,
            TODAY,
        )
        assert bool(found.differing) is is_same


def test_a_medicine_that_a_resource_of_its_own_names_is_the_same_medicine() -> None:
    medication = {"resourceType": "Medication", "id": "m1", "code": {"text": "Warfarin"}}
    taken = said("MedicationStatement", "active", 1)
    for reference, inside in (("Medication/m1", []), ("#m1", [medication])):
        stopped = said("MedicationStatement", "stopped", 2, "79002", contained=inside)
        del stopped.resource["medicationCodeableConcept"]
        stopped.resource["medicationReference"] = {"reference": reference}
        beside = [] if inside else [Statement(medication, "79002", LATER)]
        assert len(reconcile([taken, stopped, *beside], ZONE, TODAY).differing) == 1


@pytest.mark.parametrize(
    ("taken", "stopped", "differ"),
    [
        ({"effectiveDateTime": "2026-01-01"}, {"effectivePeriod": {"start": "2026-01-01", "end": "2026-11-01"}}, True),
        ({"effectiveDateTime": "2026-11-02"}, {"effectivePeriod": {"start": "2026-01-01", "end": "2026-11-01"}}, False),
        ({"effectiveDateTime": "2026-11"}, {"effectivePeriod": {"end": "2026-11-01"}}, True),
        ({"effectivePeriod": {"start": "2025-05-01"}}, {}, True),
        ({}, {"dateAsserted": "2026-01-01"}, True),
        ({}, {"effectivePeriod": {"end": "2026-11-01"}}, True),
        ({"dateAsserted": "2026-11-20"}, {"effectivePeriod": {"end": "2026-11-01"}}, True),
        ({"effectivePeriod": {"end": "2027-01-01"}}, {"effectivePeriod": {"end": "2026-11-01"}}, True),
        ({"effectivePeriod": {"start": "2026-11-02"}}, {"dateAsserted": "2026-11-01"}, False),
        ({"dateAsserted": "2025-12-31"}, {"dateAsserted": "2026-01-01"}, True),
    ],
)
def test_a_course_that_ended_before_another_began_contradicts_nothing(
    taken: dict[str, Any], stopped: dict[str, Any], *, differ: bool
) -> None:
    kind = "MedicationStatement"
    found = reconcile([said(kind, "active", 1, **taken), said(kind, "stopped", 2, "79002", **stopped)], ZONE, TODAY)
    assert bool(found.differing) is differ


def test_a_disease_that_was_over_and_came_back_contradicts_nothing() -> None:
    over = said("Condition", "over", 1, abatementDateTime="2024-05")
    again = said("Condition", "there", 2, "79002", onsetDateTime="2026-11-01")
    found = reconcile([over, again], ZONE, TODAY)
    assert (len(found.standing), words(found)) == (2, ["", ""])


def test_thousands_of_entries_of_one_name_are_compared_in_a_moment() -> None:
    half = 3000
    statements = [said("Condition", "there", number) for number in range(half)]
    statements += [said("Condition", "ruled out", half + number, "79002") for number in range(half)]
    begin = time.process_time()
    found = reconcile(statements, ZONE, TODAY)
    assert time.process_time() - begin < 20  # every pair would take minutes
    assert (len(found.standing), len(found.differing)) == (half, half)


@pytest.mark.parametrize("answer", ["con không", "thức ăn không", "không", "có"])
def test_a_part_that_only_answers_is_no_substance_of_two_allergies(answer: str) -> None:
    one, other = (
        names_of({"resourceType": "AllergyIntolerance", "code": {"text": f"{name}, {answer}"}}, lambda _: None)
        for name in ("Mẹ bị tôm", "Mẹ bị cua")
    )
    assert not one.meet(other)
