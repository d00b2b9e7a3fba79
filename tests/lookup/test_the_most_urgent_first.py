"""What a doctor reads first: allergies that kill, diseases that change what is done, results that are critical now."""

from typing import Any

import pytest

from functions.declare.view import summary_lines
from tests.conftest import World
from tests.contribute.bundles import status
from tests.facility_desk import Desk, Resident, coding, store_resident
from tests.lookup.doctor import allergy, condition, read, result, write
from tests.lookup.test_what_an_emergency_doctor_reads import ALLERGIES, PROBLEMS, RESULTS, SNOMED

pytestmark = pytest.mark.usefixtures("clock")

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
CONTRADICTS_ITSELF = "MỤC NÀY TỰ MÂU THUẪN (THIS ENTRY CONTRADICTS ITSELF)"


def reacted(manifestation: dict[str, Any], **members: Any) -> list[dict[str, Any]]:
    return [{"manifestation": [manifestation], **members}]


DANGEROUS = {
    "words": allergy("Ceftriaxon", reaction=reacted({"text": "sốc phản vệ, ngừng tim"})),
    "without marks": allergy("Ceftriaxon", reaction=reacted({"text": "SOC PHAN VE"})),
    "a code": allergy("Ceftriaxon", reaction=reacted({"coding": [{"system": SNOMED, "code": "39579001"}]})),
    "a display": allergy("Ceftriaxon", reaction=reacted({"coding": [{"display": "Stevens-Johnson syndrome"}]})),
    "a description": allergy("Ceftriaxon", reaction=reacted({"text": "ban"}, description="phù Quincke")),
    "a note": allergy("Ceftriaxon", note=[{"text": "Anaphylaxis in 2020"}]),
    "the name": allergy("Ceftriaxon, sốc phản vệ phải cấp cứu"),
}
OTHERS = (allergy("Tôm", recordedDate="2026-11-29"), allergy("Bụi, không sốc phản vệ", recordedDate="2026-11-30"))


@pytest.mark.parametrize("dangerous", DANGEROUS.values(), ids=DANGEROUS)
def test_an_allergy_whose_reaction_kills_stands_first(person: str, desk: Desk, dangerous: dict[str, Any]) -> None:
    write(desk, person, {**dangerous, "recordedDate": "2001"}, *OTHERS)
    assert [row[:3] for row in read(desk, person)[ALLERGIES]] == ["Cef", "Bụi", "Tôm"]


@pytest.mark.parametrize(
    "mild", [{"criticality": "low"}, {"reaction": [{"manifestation": [{"text": "sốc"}], "severity": "mild"}]}]
)
def test_a_reaction_that_kills_and_is_called_mild_contradicts_itself(
    person: str, desk: Desk, mild: dict[str, Any]
) -> None:
    write(desk, person, {**DANGEROUS["the name"], **mild}, allergy("Tôm", criticality="low"))
    first, second = read(desk, person)[ALLERGIES]
    assert CONTRADICTS_ITSELF in first
    assert CONTRADICTS_ITSELF not in second


VITAL = {
    "severe": condition("Zona", severity={"coding": [{"system": SNOMED, "code": "24484000"}]}),
    "a code": condition("", code={"coding": [{"system": ICD_10, "code": "D66"}]}),
    "words": condition("Van tim cơ học hai lá"),
    "without marks": condition("Dai thao duong tip 2, suy than man"),
    "English": condition("Pacemaker"),
}


@pytest.mark.parametrize("vital", VITAL.values(), ids=VITAL)
def test_a_disease_that_changes_an_emergency_stands_above_newer_ones(
    person: str, desk: Desk, vital: dict[str, Any]
) -> None:
    throats = [condition(f"Viêm họng {day}", onsetDateTime=f"2026-11-{day}") for day in range(10, 20)]
    told = condition("Trật khớp", onsetDateTime="2026-11-29")
    del told["clinicalStatus"]  # of which nobody says whether it still is
    write(desk, person, *throats, told, {**vital, "onsetDateTime": "1990"})
    found = [row.partition("|")[0] for row in read(desk, person)[PROBLEMS]]
    assert found[1:] == [*(f"Viêm họng {day}" for day in range(19, 9, -1)), "Trật khớp"]


def judged(name: str, day: str, *codes: str, text: str = "") -> dict[str, Any]:
    coded = [status("v3-ObservationInterpretation", code) for code in codes]
    return result(name, day, valueString="1", interpretation=[*coded, *([{"text": text}] if text else [])])


def test_results_that_are_critical_now_stand_first(person: str, desk: Desk) -> None:
    write(
        desk,
        person,
        judged("mới", "2026-11-29T08:00:00+07:00", "N"),
        judged("nguy kịch", "2026-11-24", "HH"),
        judged("chữ", "2026-11-23T08:00:00+07:00", text="Giá trị báo động"),
        judged("nguy kịch, đã lâu", "2026-11-01", "LL"),
    )
    found = [row.partition(":")[0] for row in read(desk, person)[RESULTS]]
    assert found == ["nguy kịch", "chữ", "mới", "nguy kịch, đã lâu"]


def test_paper_keeps_the_order_whoever_said_so(world: World, desk: Desk) -> None:
    answers = {"allergies.has": [coding(SNOMED, "716186003")]}
    person = store_resident(world, Resident(answers=answers))
    write(desk, person, allergy("Penicillin", criticality="high"), allergy("Tôm", criticality="low"))
    document = desk.summary_by_id(person).json
    section = next(each for each in document["entry"][0]["resource"]["section"] if "Dị ứng" in each["title"])
    names = {entry["fullUrl"].rsplit("/", 1)[-1]: entry["resource"] for entry in document["entry"]}
    order = [names[each["reference"].rsplit("/", 1)[-1]]["code"]["text"] for each in section["entry"]]
    lines = [line.text for line in summary_lines.build_lines(document, "Asia/Ho_Chi_Minh") if line.kind == "entry"]
    assert [line.partition(";")[0] for line in lines if line.partition(";")[0] in order] == order
