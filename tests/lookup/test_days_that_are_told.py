"""Which day `$summary` tells: when it was; else when it was recorded; else, of what differs, when it was sent."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.lookup.doctor import allergy, condition, medicine, read, result, write

ALLERGIES, PROBLEMS, MEDICINES, RESULTS = "48765-2", "11450-4", "10160-0", "30954-2"
A, B = "Trung tâm Y tế Bình Quới", "Bệnh viện B"
DIFFERS = "MỤC KHÁC NÓI KHÁC (ANOTHER ENTRY DIFFERS)"
STOPPED = medicine("Warfarin 5 mg", "stopped", effectivePeriod={"start": "2025-01-01", "end": "2026-11-01"})
UNKNOWN = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel("2026-11-30T05:00:00Z"):
        yield


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


@pytest.fixture
def desks(world: World) -> tuple[Desk, Desk]:
    return register(world), register(world, "79002", name=B)


@pytest.mark.parametrize("members", [{}, {"dateAsserted": "2026-01-10"}, {"dateAsserted": "2026-11-20"}])
def test_an_undated_medicine_is_never_taken_to_begin_after_a_stop(
    person: str, desks: tuple[Desk, Desk], members: dict[str, Any]
) -> None:
    write(desks[0], person, medicine("Warfarin 5 mg", **members))
    write(desks[1], person, STOPPED)
    found = read(desks[0], person)
    (stands,) = found[MEDICINES]
    assert f"{DIFFERS}: {B}, từ (from) 01/01/2025 đến (to) 01/11/2026, ĐÃ NGỪNG (STOPPED): Warfarin 5 mg" in stands
    assert len(found["differing"]) == 1


@pytest.mark.parametrize(
    ("there", "day"),
    [
        (allergy("Penicillin", onsetDateTime="2024-03-01"), "01/03/2024"),
        (allergy("Penicillin", recordedDate="2024-03-01"), "ghi ngày (recorded) 01/03/2024"),
        (allergy("Penicillin"), "gửi ngày (sent on) 30/11/2026"),
    ],
)
def test_what_differs_is_told_with_its_clinical_day_and_never_with_the_day_of_sending_as_one(
    person: str, desks: tuple[Desk, Desk], there: dict[str, Any], day: str
) -> None:
    write(desks[0], person, there)
    write(desks[1], person, allergy("Penicillin", "refuted"))
    (beside,) = read(desks[0], person)["differing"]
    assert f"{DIFFERS}: {A}, {day}, Penicillin" in beside


DATED = [
    (MEDICINES, medicine("Warfarin", dateAsserted="2026-01-10")),
    (
        RESULTS,
        {**result("Kali", "2026", issued="2026-01-10T08:00:00+07:00", valueString="4"), "effectiveDateTime": None},
    ),
    (ALLERGIES, allergy("Tôm", recordedDate="2026-01-10")),
    (PROBLEMS, condition("Hen", recordedDate="2026-01-10")),
    (
        "11369-6",
        {
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": {"text": "BCG"},
            "_occurrenceDateTime": UNKNOWN,
            "recorded": "2026-01-10",
        },
    ),
]


@pytest.mark.parametrize(("section", "written"), DATED, ids=[each["resourceType"] for _, each in DATED])
def test_a_day_of_record_is_told_where_the_clinical_one_is_not_known(
    person: str, desks: tuple[Desk, Desk], section: str, written: dict[str, Any]
) -> None:
    write(desks[0], person, {name: each for name, each in written.items() if each is not None})
    (said,) = read(desks[0], person)[section]
    assert "ghi ngày (recorded) 10/01/2026" in said
    assert "không biết" not in said


@pytest.mark.parametrize(
    "planned", [{"effectivePeriod": {"start": "2026-12-01"}}, {"effectiveDateTime": "2027"}], ids=("period", "year")
)
def test_a_medicine_that_begins_later_is_marked_and_not_among_those_taken(
    person: str, desks: tuple[Desk, Desk], planned: dict[str, Any]
) -> None:
    write(desks[0], person, medicine("Aspirin 81 mg", **planned))
    write(desks[0], person, medicine("Metformin", effectivePeriod={"start": "2026-11-30"}))
    found = read(desks[0], person)
    assert [row.startswith("Metformin") for row in found[MEDICINES]] == [True]
    (said,) = found["past-medications"]
    assert "CHƯA BẮT ĐẦU (PLANNED): " in said


DOSES = [
    (medicine("Warfarin", dosage=[{"text": "5 mg mỗi tối"}]), medicine("Warfarin", dosage=[{"text": "2 mg mỗi tối"}])),
    (medicine("Apixaban 5 mg x 2"), medicine("Apixaban 2,5 mg x 2")),
]


@pytest.mark.parametrize(("one", "other"), DOSES, ids=("dosage", "name"))
def test_one_medicine_in_two_doses_is_marked_in_both_places_with_day_and_source(
    person: str, desks: tuple[Desk, Desk], one: dict[str, Any], other: dict[str, Any]
) -> None:
    write(desks[0], person, {**one, "effectivePeriod": {"start": "2026-01-05"}})
    write(desks[1], person, {**other, "effectivePeriod": {"start": "2026-11-25"}})
    later, earlier = read(desks[0], person)[MEDICINES]
    assert f"{DIFFERS}: {A}, từ (from) 05/01/2026, {one['medicationCodeableConcept']['text']}" in later
    assert f"{DIFFERS}: {B}, từ (from) 25/11/2026, {other['medicationCodeableConcept']['text']}" in earlier
    assert all(each["text"] in earlier for each in other.get("dosage", ()))


def test_the_same_dose_of_two_sources_and_two_doses_of_one_source_are_not_marked(
    person: str, desks: tuple[Desk, Desk]
) -> None:
    write(desks[0], person, DOSES[0][0], DOSES[0][1])
    write(desks[1], person, medicine("Metformin 500 mg", dosage=[{"text": "1 viên sáng"}]))
    write(desks[0], person, medicine("Metformin 500 mg", dosage=[{"text": "1  viên Sáng"}]))
    assert not [row for row in read(desks[0], person)[MEDICINES] if DIFFERS in row]


def pregnant(**members: Any) -> dict[str, Any]:
    """An Observation; without a day of its own unless `members` have one."""
    said = {
        "code": {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]},
        "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "77386006"}]},
        "category": None,
        "effectiveDateTime": None,
        **members,
    }
    return {name: each for name, each in {**result("", ""), **said}.items() if each is not None}


def in_words(name: str, words: str | None, **members: Any) -> dict[str, Any]:
    return pregnant(code={"text": name}, valueCodeableConcept=None, valueString=words, **members)


OLD, RECENT = {"effectiveDateTime": "2026-02-02"}, {"effectiveDateTime": "2026-02-04"}
Z34 = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "Z34.9"}]}
NO = {"coding": [{"system": "http://snomed.info/sct", "code": "60001007"}]}
PREGNANCIES = {
    "old": (condition("Mang thai", onsetDateTime="2026-02-02"), True),
    "recorded": (condition("Pregnant", recordedDate="2024-02-01"), True),
    "in its last week long ago": (condition("Thai 38 tuần", recordedDate="2026-08-01"), True),
    "undated": (condition("x", code=Z34), True),
    "within": (condition("Mang thai", onsetDateTime="2026-02-04"), False),
    "over": (condition("Mang thai", clinical="resolved", onsetDateTime="2020"), False),
    "another": (condition("Hen"), False),
    "observed, old": (pregnant(**OLD), True),
    "observed, old period": (pregnant(effectivePeriod={"start": "2025-01-01", "end": "2026-02-02"}), True),
    "observed, undated": (pregnant(), True),
    "observed, issued": (pregnant(issued="2025-01-01T00:00:00Z"), True),
    "observed, within": (pregnant(**RECENT), False),
    "observed, not": (pregnant(valueCodeableConcept=NO), False),
    "reported": (pregnant(code={"coding": [{"system": "http://loinc.org", "code": "11449-6"}]}, **OLD), True),
    "in words": (in_words("Tình trạng thai", "Đang mang thai", **OLD), True),
    "in words, undated": (in_words("Có thai", None), True),
    "in words, within": (in_words("Mang thai", "có", **RECENT), False),
    "in words, weeks": (in_words("Khám thai", "thai 32 tuần", effectiveDateTime="2026-08-01"), True),
    "in words, not": (in_words("Mang thai", "Không"), False),
    "in words, unknown": (in_words("Mang thai", "Không rõ"), False),
    "in words, how many": (in_words("Số lần mang thai", "3"), False),
    "in a note": (in_words("Khám", "Khỏe", note=[{"text": "Đang có thai"}], **OLD), True),
}


@pytest.mark.parametrize(("written", "doubted"), PREGNANCIES.values(), ids=PREGNANCIES)
def test_a_pregnancy_that_is_old_or_undated_is_doubted(
    person: str, desks: tuple[Desk, Desk], written: dict[str, Any], *, doubted: bool
) -> None:
    write(desks[0], person, written)
    found = read(desks[0], person)
    said = [row for rows in found.values() for row in rows if "STILL PREGNANT" in row]
    assert bool(said) is doubted
