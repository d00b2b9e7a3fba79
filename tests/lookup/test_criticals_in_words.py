"""A result that says in words that it is critical stands first, wherever its hospital wrote that."""

from typing import Any

import pytest

from tests.conftest import World
from tests.contribute.bundles import status
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.visits import BORN, rows_set, send, visit
from tests.lookup.doctor import read, result, write
from tests.lookup.test_what_an_emergency_doctor_reads import RESULTS

pytestmark = pytest.mark.usefixtures("clock")
NEWEST = result("Ure", "2026-11-29", valueString="5")


def judged(**interpretation: Any) -> list[dict[str, Any]]:
    return [interpretation]


HIGH = status("v3-ObservationInterpretation", "HH")
CRITICAL = {
    "a note": result("Kali", "2026-11-27", valueString="7.9", note=[{"text": "Giá trị nguy kịch, đã báo BS"}]),
    "a value": result("Kali", "2026-11-27", valueString="7.9 mmol/L - NGUY HIỂM"),
    "a value in brackets": result("Kali", "2026-11-27", valueString="7.2 (HH)"),
    "without marks": result("Kali", "2026-11-27", valueString="7.2, bao dong do"),
    "a judgement": result("Kali", "2026-11-27", valueString="7.9", interpretation=judged(text="Rất cao - báo động")),
    "arrows": result("Kali", "2026-11-27", valueString="7.9", interpretation=judged(text="↑↑")),
    "very low": result("Kali", "2026-11-27", valueString="1.9", interpretation=judged(text="Rất thấp")),
    "a component": result(
        "Kali", "2026-11-27", component=[{"code": {"text": "K"}, "valueString": "7.9", "interpretation": [HIGH]}]
    ),
    "a conclusion": {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "Kali"},
        "effectiveDateTime": "2026-11-27",
        "conclusion": "Nguy kịch: đã gọi khoa cấp cứu",
    },
}
CALM = {
    "denied": result("Kali", "2026-11-27", valueString="4.0", note=[{"text": "Không nguy kịch"}]),
    "a limit": result("Kali", "2026-11-27", valueString="4.0", note=[{"text": "Ngưỡng báo động > 6,5"}]),
    "none found": result(
        "Kali", "2026-11-27", valueString="4", interpretation=judged(text="Không có giá trị báo động")
    ),
    "high": result("Kali", "2026-11-27", valueString="5.2", interpretation=judged(text="Cao")),
}


@pytest.mark.parametrize("critical", CRITICAL.values(), ids=CRITICAL)
def test_a_critical_result_stands_above_a_newer_one(person: str, desk: Desk, critical: dict[str, Any]) -> None:
    write(desk, person, NEWEST, critical)
    assert read(desk, person)[RESULTS][0].startswith("Kali")


@pytest.mark.parametrize("calm", CALM.values(), ids=CALM)
def test_any_other_result_stands_by_its_day(person: str, desk: Desk, calm: dict[str, Any]) -> None:
    write(desk, person, NEWEST, calm)
    assert read(desk, person)[RESULTS][0].startswith("Ure")


def test_a_hospital_files_conclusion_puts_its_result_first(world: World) -> None:
    person, desk = store_resident(world, Resident(**BORN)), register(world, provider_code="79999")
    fields = {"TEN_CHI_SO": "Kali", "GIA_TRI": "7.9", "DON_VI_DO": "mmol/L", "KET_LUAN": "Giá trị báo động"}
    send(desk, rows_set(visit("20261120", "A1"), "XML4", 4, **fields))
    assert read(desk, person)[RESULTS][0].startswith("Kali: 7,9 (7.9)")


@pytest.mark.parametrize(("name", "value"), [("Que thử thai", "(+)"), ("QST", "2 vạch"), ("Beta hCG", "Dương tính")])
def test_a_positive_test_of_pregnancy_stands_above_a_newer_result(
    person: str, desk: Desk, name: str, value: str
) -> None:
    write(desk, person, NEWEST, result(name, "2026-11-25", valueString=value))
    assert read(desk, person)[RESULTS][0].startswith(name)


def test_a_negative_test_of_pregnancy_stands_by_its_day(person: str, desk: Desk) -> None:
    write(desk, person, NEWEST, result("Que thử thai", "2026-11-25", valueString="Âm tính"))
    assert read(desk, person)[RESULTS][0].startswith("Ure")


def test_a_plain_number_beyond_the_programmes_limit_stands_first_and_says_whose_limit_it_is(world: World) -> None:
    person, desk = store_resident(world, Resident(**BORN)), register(world, provider_code="79999")
    file = rows_set(visit("20261120", "A1"), "XML4", 4, TEN_CHI_SO="Kali", GIA_TRI="8,1", DON_VI_DO="mmol/L")
    send(desk, file)
    first = read(desk, person)[RESULTS][0]
    assert first.startswith("Kali: 8,1 (8.1) mmol/L")
    assert "CAO NGUY HIỂM theo danh mục của chương trình, không phải lời của phòng xét nghiệm" in first
    assert "DANGEROUSLY HIGH by the programme's list, not in the laboratory's words" in first
