"""An allergy that stands among the diseases: the section of allergies in `$summary` never says that nobody asked."""

from typing import Any

import pytest

from functions.declare.view import summary_lines
from tests.conftest import World
from tests.contribute.bundles import status
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.files import OUTPATIENT, replaced
from tests.lookup.doctor import allergy, condition, medicine, read, result, write

ALLERGIES, PROBLEMS, DIFFERING = "48765-2", "11450-4", "differing"
ICD_10, SNOMED = "http://hl7.org/fhir/sid/icd-10", "http://snomed.info/sct"
NOT_ASKED = ("Chưa hỏi", "Not asked")
SEE = "xem “Bệnh đang mắc”: "


LOINC = "http://loinc.org"


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


def coded(code: str, name: str = "Bệnh") -> dict[str, Any]:
    return condition(name, code={"text": name, "coding": [{"system": ICD_10, "code": code}]})


TELLING = [
    *(coded(code) for code in ("Z88.0", "Z88", "T78.0", "T78.3", "T78.4", "T88.6", "T88.7", "L23.9")),
    condition("Dị ứng penicillin"),
    condition("Tiền sử sốc phản vệ do cephalosporin"),
    condition("Allergy to penicillin"),
    condition("Anaphylaxis after contrast"),
    condition("Không dùng penicillin vì dị ứng"),
    condition("Sốc", note=[{"text": "nghi phản vệ với lidocain"}]),
    condition("Dị ứng (tôm) đã hết", clinical="resolved"),
]
SILENT = [
    condition("Không dị ứng"),
    condition("Chưa ghi nhận tiền sử dị ứng"),
    condition("Tiền sử dị ứng: không"),
    condition("Bệnh nhân không có tiền sử dị ứng thuốc"),
    condition("No known drug allergy"),
    condition("Non-allergic rhinitis"),
    condition("Viêm mũi không dị ứng"),
    condition("Dị ứng penicillin", "refuted"),
    coded("J45.9"),
    medicine("Thuốc chống dị ứng"),
]


@pytest.mark.parametrize("written", TELLING, ids=str)
def test_a_disease_that_tells_of_an_allergy_is_named_where_no_allergy_stands(
    person: str, desk: Desk, written: dict[str, Any]
) -> None:
    write(desk, person, written)
    (said,) = read(desk, person)[ALLERGIES]
    assert not any(words in said for words in NOT_ASKED)
    assert written["code"]["text"].replace("(", "[").replace(")", "]") in said
    section = next(one for one in sections(desk, person) if one["code"]["coding"][0]["code"] == ALLERGIES)
    assert section["emptyReason"]["coding"][0]["code"] == "unavailable"


@pytest.mark.parametrize("written", SILENT, ids=str)
def test_a_denial_is_not_told_as_an_allergy(person: str, desk: Desk, written: dict[str, Any]) -> None:
    write(desk, person, written)
    (said,) = read(desk, person)[ALLERGIES]
    assert NOT_ASKED[0] in said


def observed(name: str, words: str | None = None, group: str = "exam", **members: Any) -> dict[str, Any]:
    said = {"valueString": words, "category": [status("observation-category", group)], **members}
    return {name: each for name, each in {**result(name, "2026-11-20"), **said}.items() if each is not None}


def procedure(**members: Any) -> dict[str, Any]:
    return {"resourceType": "Procedure", "status": "completed", "code": {"text": "Chụp CT"}, **members}


def note(text: str) -> list[dict[str, Any]]:
    return [{"text": text}]


def report(**members: Any) -> dict[str, Any]:
    return {**result("Siêu âm", "2026-11-20", **members), "resourceType": "DiagnosticReport"}


# By what stands in the section of allergies.
TOLD_IN_WORDS = {
    "an observation": (observed("Dị ứng", "Penicillin"), "Dị ứng: Penicillin"),
    "its name": (observed("Dị ứng penicillin"), "Dị ứng penicillin"),
    "its value": (observed("Tiền sử", "Sốc phản vệ do ceftriaxon"), "Sốc phản vệ do ceftriaxon"),
    "a concept": (observed("Tiền sử dị ứng", valueCodeableConcept={"text": "Hải sản"}), "Tiền sử dị ứng: Hải sản"),
    "yes": (observed("Dị ứng thuốc", valueBoolean=True), "Dị ứng thuốc: có"),
    "a code": (
        observed("Allergies", "Penicillin", code={"coding": [{"system": LOINC, "code": "10155-0"}]}),
        "Penicillin",
    ),
    "a component": (
        observed("Tiền sử", component=[{"code": {"text": "Dị ứng"}, "valueString": "Tôm"}]),
        "Dị ứng Tôm",
    ),
    "a note of a result": (observed("Kali", "4", "laboratory", note=note("BN dị ứng penicillin")), "dị ứng penicillin"),
    "a measured answer": (observed("Test lẩy da", "Dị ứng với tôm", "laboratory"), "Dị ứng với tôm"),
    "a note of a medicine": (medicine("Warfarin", note=note("dị ứng aspirin")), "dị ứng aspirin"),
    "a note of an operation": (procedure(note=note("Phản vệ với thuốc cản quang")), "Phản vệ với thuốc cản quang"),
    "a conclusion": (report(conclusion="Phản vệ độ II khi tiêm thuốc"), "Phản vệ độ II khi tiêm thuốc"),
    "a note of a dose": (
        {
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": {"text": "BCG"},
            "occurrenceDateTime": "2026-01-01",
            "note": note("sốc phản vệ sau tiêm"),
        },
        "sốc phản vệ sau tiêm",
    ),
}
SILENT_WORDS = {
    "denied": observed("Dị ứng", "Không"),
    "denied in words": observed("Tiền sử dị ứng thuốc", "chưa ghi nhận"),
    "no": observed("Dị ứng thuốc", valueBoolean=False),
    "not known": observed("Tiền sử dị ứng", "không rõ"),
    "a question alone": observed("Tiền sử dị ứng"),
    "of relatives": observed("Tiền sử gia đình", "Mẹ dị ứng tôm"),
    "of a child": observed("Dị ứng", "Sữa", focus=[{"display": "Con"}]),
    "measured": observed("IgE toàn phần (dị ứng)", None, "laboratory", valueQuantity={"value": 12}),
    "a negative test": observed("Panel dị ứng", "Âm tính", "laboratory"),
    "a medicine against it": medicine("Cetirizin", note=note("thuốc chống dị ứng, uống tối")),
    "cancelled": {**observed("Dị ứng", "Penicillin"), "status": "cancelled"},
    "a denial in a note": procedure(note=note("Không dị ứng thuốc cản quang")),
}


@pytest.mark.parametrize(("written", "words"), TOLD_IN_WORDS.values(), ids=TOLD_IN_WORDS)
def test_an_allergy_in_an_observation_or_a_note_is_named_and_denies_none_known(
    person: str, desk: Desk, written: dict[str, Any], words: str
) -> None:
    none = {"coding": [{"system": SNOMED, "code": "716186003"}], "text": "Không dị ứng"}
    for said in ([written], [allergy("x", code=none)]):
        write(desk, person, *said)
        (told,) = read(desk, person)[ALLERGIES]
        assert not any(asked in told for asked in NOT_ASKED)
        assert words in told
    (against,) = [row for row in read(desk, person)[DIFFERING] if row.startswith("Không dị ứng")]
    assert words in against


def test_of_a_long_note_the_part_that_tells_is_named(person: str, desk: Desk) -> None:
    long = f"Không dị ứng thức ăn. {'Bệnh nhân tỉnh. ' * 30}Dị ứng penicillin, nổi mề đay. {'Mạch đều. ' * 50}"
    write(desk, person, procedure(note=note(long)))
    (said,) = read(desk, person)[ALLERGIES]
    assert "Dị ứng penicillin, nổi mề đay." in said


@pytest.mark.parametrize("written", SILENT_WORDS.values(), ids=SILENT_WORDS)
def test_what_denies_or_is_of_another_tells_of_no_allergy(person: str, desk: Desk, written: dict[str, Any]) -> None:
    none = {"coding": [{"system": SNOMED, "code": "716186003"}], "text": "Không dị ứng"}
    write(desk, person, written, allergy("x", code=none))
    (said,) = read(desk, person)[ALLERGIES]
    assert said.startswith("Không dị ứng")


def test_an_allergy_of_a_hospital_file_is_named(world: World) -> None:
    desk = register(world, provider_code="79999")
    woman = Resident(national_id="079156000123", full_name="Nguyễn Thị Thử", birth_date="1956", insurance_number=None)
    person = store_resident(world, woman)
    desk.hospital_file(replaced(OUTPATIENT, "XML1", "CHAN_DOAN_RV", "Phản vệ độ II với ceftriaxon", 1))
    (said,) = read(desk, person)[ALLERGIES]
    assert f"{SEE}Phản vệ độ II với ceftriaxon" in said


def test_beside_other_allergies_it_is_named_for_readers_software_and_on_paper(person: str, desk: Desk) -> None:
    write(desk, person, allergy("Tôm"), condition("Dị ứng penicillin"))
    section = next(one for one in sections(desk, person) if one["code"]["coding"][0]["code"] == ALLERGIES)
    (note,) = section["extension"]
    said = note["valueAnnotation"]["text"]
    assert f"{SEE}Dị ứng penicillin" in said
    assert said in section["text"]["div"]
    printed = list(summary_lines.build_lines(desk.summary_by_id(person).json, "Asia/Ho_Chi_Minh"))
    assert summary_lines.Line("note", said) in printed


def test_none_known_is_told_as_contradicted_by_the_disease(person: str, desk: Desk) -> None:
    none = {"coding": [{"system": SNOMED, "code": "716186003"}], "text": "Không dị ứng"}
    write(desk, person, allergy("x", code=none), condition("Dị ứng penicillin"))
    found = read(desk, person)
    assert "Dị ứng penicillin" in found[ALLERGIES][0]
    (against,) = found[DIFFERING]
    assert against.startswith("Không dị ứng")
    assert "Dị ứng penicillin" in against


@pytest.mark.parametrize("name", ["Hút thuốc", "Uống rượu bia", "Smoking status"])
def test_a_habit_in_words_alone_stands_in_the_social_history(person: str, desk: Desk, name: str) -> None:
    habit = {
        "resourceType": "Observation",
        "status": "final",
        "category": [status("observation-category", "social-history")],
        "code": {"text": name},
        "effectiveDateTime": "2026-11-20",
        "valueString": "1 gói mỗi ngày",
    }
    write(desk, person, habit)
    (said,) = read(desk, person)["29762-2"]
    assert said.startswith(f"{name}: 1 gói mỗi ngày")


def sections(desk: Desk, person: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.summary_by_id(person).json["entry"][0]["resource"]["section"]
    return found
