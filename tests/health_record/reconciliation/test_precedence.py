"""Which word stands: every pair of what the person and a facility may say of one thing, whichever came first."""

import itertools
from typing import Any

import pytest

from health_record.reconciliation.precedence import reconcile
from health_record.reconciliation.statements import DECLARED, Statement
from health_record.rendering.source_words import objections
from health_record.rendering.statuses import State, state_of

ZONE = "Asia/Ho_Chi_Minh"
TODAY = "2026-11-23"
EARLIER, LATER = "2025-03-01T01:00:00.000Z", "2026-11-23T01:00:00.000Z"
ID = "6f5a3b1e-3a51-4a3c-9b56-000000000001"
VER = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
WORDS = {
    "active": {"clinicalStatus": {"coding": [{"system": CLINICAL, "code": "active"}]}},
    "resolved": {"clinicalStatus": {"coding": [{"system": CLINICAL, "code": "resolved"}]}},
    "refuted": {"verificationStatus": {"coding": [{"system": VER, "code": "refuted"}]}},
    "error": {"verificationStatus": {"coding": [{"system": VER, "code": "entered-in-error"}]}},
}
# What stands of a declared allergy and a facility's word under the same id: by what the person and the facility say.
# "confirmed" is the facility's alone, "declared" is the person's alone; of "both" what is so keeps its place, the other
# stands among what differs, each naming the other.
TABLE = {
    ("active", "active"): "confirmed",
    ("active", "resolved"): "both",
    ("active", "refuted"): "both",
    ("active", "error"): "declared",
    ("nothing", "active"): "confirmed",
    ("nothing", "resolved"): "confirmed",
    ("nothing", "refuted"): "confirmed",
    ("nothing", "error"): "nothing",
    ("active", "nothing"): "declared",
}


def statement(source: str, at: str, said: str, key: str = ID, **members: Any) -> Statement:
    resource = {
        "resourceType": "AllergyIntolerance",
        "id": key,
        "code": {"text": "Penicillin"},
        **WORDS[said],
        **members,
    }
    return Statement(resource, source, at)


@pytest.mark.parametrize("first", ["person", "facility"])
@pytest.mark.parametrize(("declared", "written"), sorted(TABLE))
def test_the_table_of_one_thing_said_twice(declared: str, written: str, first: str) -> None:
    at = {"person": (EARLIER, LATER), "facility": (LATER, EARLIER)}[first]
    said = [statement(DECLARED, at[0], declared)] if declared != "nothing" else []
    said += [statement("79001", at[1], written)] if written != "nothing" else []
    found = reconcile(said, ZONE, TODAY)
    theirs = state_of({"resourceType": "AllergyIntolerance", **WORDS.get(written, {})})
    standing, differing = {
        "confirmed": ([theirs], []),
        "both": ([State.PRESENT], [theirs]),
        "declared": ([State.PRESENT], []),
        "nothing": ([], []),
    }[TABLE[declared, written]]
    assert [state_of(each) for each in found.standing] == standing
    assert [state_of(each) for each in found.differing] == differing
    shown = [*found.standing, *found.differing]
    assert all(bool(objections(each)) is (TABLE[declared, written] == "both") for each in shown)
    assert len({each["id"] for each in shown}) == len(shown)


@pytest.mark.parametrize(
    ("code", "is_confirmed"),
    [
        ({"text": "penicillin"}, True),
        ({"text": "Amoxicillin (không phải Penicillin)"}, False),
        ({"coding": [{"system": "urn:x", "code": "J01CE", "display": "Penicillin"}], "text": "Penicillin G"}, True),
        ({"coding": [{"system": "urn:x", "code": "J01CA"}], "text": "Ampicillin"}, False),
    ],
)
def test_another_thing_under_the_persons_id_confirms_nothing(code: dict[str, Any], *, is_confirmed: bool) -> None:
    said = [statement(DECLARED, EARLIER, "active"), statement("79001", LATER, "active", code=code)]
    standing = reconcile(said, ZONE, TODAY).standing
    assert [each["code"] for each in standing] == ([code] if is_confirmed else [code, {"text": "Penicillin"}])
    assert all(bool(objections(each)) is not is_confirmed for each in standing)


CANCER = {"system": "http://hl7.org/fhir/sid/icd-10", "code": "C80.9", "display": "Ung thư"}


@pytest.mark.parametrize(
    ("declared", "written", "is_confirmed"),
    [
        ("Ung thư: vú, đang hoá trị", "U lành tuyến giáp", False),
        ("Ung thư: vú, đang hoá trị", "Ung thư vú trái", True),
        ("Ung thư: vú, đang hoá trị", "Ung thu vu", True),
        ("Ung thư: vú, đang hoá trị", "Ung thư", True),
        ("Ung thư: vú, đang hoá trị", "Ung thư: vú, đang hoá trị", True),
        ("Ung thư", "Ung thư vú trái", True),
        ("Ung thư", "Không có ung thư", False),
        ("Ung thư", "Khong co ung thu", False),
        ("Ung thư", "Không rõ loại", True),
    ],
)
def test_a_code_of_a_group_confirms_nothing_that_the_words_tell_apart(
    declared: str, written: str, *, is_confirmed: bool
) -> None:
    own, theirs = ({"coding": [CANCER], "text": text} for text in (declared, written))
    said = [statement(DECLARED, EARLIER, "active", code=own), statement("79001", LATER, "active", code=theirs)]
    standing = reconcile(said, ZONE, TODAY).standing
    assert [each["code"] for each in standing] == ([theirs] if is_confirmed else [theirs, own])
    assert all(bool(objections(each)) is not is_confirmed for each in standing)


@pytest.mark.parametrize(("first", "then"), list(itertools.permutations(("active", "resolved", "refuted"), 2)))
def test_a_sources_newest_word_replaces_its_own(first: str, then: str) -> None:
    said = [statement("79001", EARLIER, first), statement("79001", LATER, then)]
    for order in (said, said[::-1]):
        (stands,) = reconcile(order, ZONE, TODAY).standing
        assert stands == said[1].resource


def test_what_one_facility_takes_back_takes_nothing_of_another() -> None:
    said = [statement("79001", EARLIER, "error"), statement("79002", LATER, "active")]
    for order in (said, said[::-1]):
        assert reconcile(order, ZONE, TODAY).standing == [said[1].resource]


NONE = {
    "AllergyIntolerance": ("code", "716186003", {}),
    "Condition": ("code", "160245001", {}),
    "Immunization": ("vaccineCode", "787482006", {"status": "not-done"}),
    "MedicationStatement": ("medicationCodeableConcept", "787481004", {"status": "unknown"}),
    "Procedure": ("code", "787480003", {"status": "completed"}),
}
SOMETHING = {
    "AllergyIntolerance": {},
    "Condition": {},
    "Immunization": {"status": "completed"},
    "MedicationStatement": {"status": "active"},
    "Procedure": {"status": "completed"},
}


@pytest.mark.parametrize("sources", [(DECLARED, "79001"), ("79001", DECLARED), ("79001", "79002"), ("79001", "79001")])
@pytest.mark.parametrize("kind", sorted(NONE))
def test_none_known_yields_to_something_and_says_what_contradicts_it(kind: str, sources: tuple[str, str]) -> None:
    member, code, status = NONE[kind]
    none = {"resourceType": kind, "id": ID, member: {"coding": [{"system": "http://snomed.info/sct", "code": code}]}}
    something = {"resourceType": kind, "id": ID[:-1] + "2", member: {"text": "Điều có"}, **SOMETHING[kind]}
    said = [Statement(none | status, sources[0], LATER), Statement(something, sources[1], EARLIER)]
    found = reconcile(said, ZONE, TODAY)
    assert found.standing == [something]
    (differing,) = found.differing
    assert "Điều có" in str(objections(differing))
    assert reconcile(said[:1], ZONE, TODAY).standing == [none | status]


@pytest.mark.parametrize("state", ["refuted", "resolved", "error"])
def test_none_known_stands_beside_what_is_not_so(state: str) -> None:
    none = statement(DECLARED, LATER, "active", key=ID[:-1] + "2")
    none.resource["code"] = {"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]}
    found = reconcile([none, statement("79001", EARLIER, state)], ZONE, TODAY)
    assert none.resource in found.standing
    assert found.differing == []


def smoking(key: str, day: str, code: str, source: str, at: str) -> Statement:
    system = "http://snomed.info/sct"
    resource = {
        "resourceType": "Observation",
        "id": key,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "72166-2"}]},
        "valueCodeableConcept": {"coding": [{"system": system, "code": code}]},
        **({"effectiveDateTime": day} if len(day) > 4 else {"effectivePeriod": {"start": day}}),
    }
    return Statement(resource, source, at)


@pytest.mark.parametrize("day", ["2025", "2025-06-01", "2025-06-01T08:00:00+07:00"])
def test_the_newest_of_what_is_said_once_stands_and_another_sources_different_one_is_seen(day: str) -> None:
    never = smoking(ID, day, "266919005", "79001", EARLIER)
    daily = smoking(ID[:-1] + "2", "2026-11-23", "449868002", DECLARED, LATER)
    for order in ([never, daily], [daily, never]):
        found = reconcile(order, ZONE, TODAY)
        assert [each["id"] for each in found.standing] == [daily.resource["id"]]
        assert [each["id"] for each in found.differing] == [never.resource["id"]]
        assert all(objections(each) for each in [*found.standing, *found.differing])


CATEGORIES = ("medication", "food", "environment", "biologic", None)
# By SNOMED CT code the categories whose allergies it denies; of None nobody says what the allergy is to.
DENIES = {
    "716186003": set(CATEGORIES),  # no known allergy
    "409137002": {"medication", "biologic", None},  # drug
    "429625007": {"food", None},
    "428607008": {"environment", None},
    "716184000": {"environment", "biologic", None},  # latex
    "428197003": {"environment", "biologic", None},  # insects
    "716220001": {"environment", "biologic", None},  # animals
}


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("code", DENIES)
def test_what_denies_a_part_yields_to_an_allergy_of_that_part_or_of_an_unknown_one(
    code: str, category: str | None
) -> None:
    none = statement(DECLARED, LATER, "active", key=ID[:-1] + "2")
    none.resource["code"] = {"coding": [{"system": "http://snomed.info/sct", "code": code}]}
    named = {"category": [category]} if category else {}
    found = reconcile([none, statement("79001", EARLIER, "active", **named)], ZONE, TODAY)
    contradicted = category in DENIES[code]
    assert len(found.differing) == int(contradicted)
    assert len(found.standing) == 2 - int(contradicted)


# By ICD-10 code of a disease the categories of the allergy that it tells of; None where nobody says to what.
TELLS = {
    "Z88.0": {"medication", "biologic"},
    "T88.6": {"medication"},
    "L27.0": {"medication"},
    "T80.5": {"medication", "biologic"},
    "T78.0": {"food"},
    "Z91.0": {"food", "environment"},
    "T78.2": {None},
    "T78.4": {None},
    "J45.9": set(),
    "T88.7": {"medication"},
    "L23.6": {None},
}


@pytest.mark.parametrize("said", ["present", "resolved", "refuted"])
@pytest.mark.parametrize("none", DENIES)
@pytest.mark.parametrize("code", TELLS)
def test_no_known_allergy_yields_to_a_disease_that_tells_of_one(code: str, none: str, said: str) -> None:
    denied = statement(DECLARED, LATER, "active", key=ID[:-1] + "2")
    denied.resource["code"] = {"coding": [{"system": "http://snomed.info/sct", "code": none}]}
    disease = {
        "resourceType": "Condition",
        "id": ID,
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}]},
        **({} if said == "present" else WORDS[said]),
    }
    found = reconcile([denied, Statement(disease, "79001", EARLIER)], ZONE, TODAY)
    contradicted = said != "refuted" and bool(TELLS[code] & DENIES[none])
    assert [each["id"] for each in found.differing] == ([denied.resource["id"]] if contradicted else [])


def test_what_differs_is_told_in_short_however_long_it_is_and_however_many_say_it() -> None:
    long = statement("79001", EARLIER, "active", code={"text": "x" * 100_000, "coding": [{"system": "a", "code": "b"}]})
    short = {"coding": [{"system": "a", "code": "b"}]}
    said = [statement("79002", LATER, "refuted", key=f"{ID[:-3]}{number:03}", code=short) for number in range(2, 100)]
    found = reconcile([long, *said], ZONE, TODAY)
    assert len(found.differing) == len(said)
    assert sum(len(str(objections(each))) for each in [*found.standing, *found.differing]) < 100_000
