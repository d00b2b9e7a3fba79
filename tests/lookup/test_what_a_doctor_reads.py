"""What a doctor reads of one entry in `$summary`, as narrative and as printed line: nothing that changes it is lost."""

import html
import re
import uuid
from typing import Any

import pytest

from functions.declare.view import summary_lines
from tests.conftest import World
from tests.contribute.bundles import bundle, status
from tests.facility_desk import Desk, Resident, register, store_resident

ZONE = "Asia/Ho_Chi_Minh"
UCUM = "http://unitsofmeasure.org"


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


def told(desk: Desk, person: str, kind: str, **members: Any) -> str:
    """The printed line of the resource once it was written; its narrative says the same."""
    made = {"resourceType": kind, "id": str(uuid.uuid5(uuid.NAMESPACE_OID, kind)), **members}
    made["subject"] = {"reference": f"Patient/{person}"}
    answer = desk.transaction(bundle(made))
    assert answer.status == 200, answer.body
    document = desk.call("GET", f"Patient/{person}/$summary").json
    lines = [line.text for line in summary_lines.build_lines(document, ZONE) if line.kind == "entry"]
    (line,) = lines
    narratives = [section["text"]["div"] for section in document["entry"][0]["resource"]["section"]]
    plain = html.unescape(re.sub("<[^>]+>", "", "".join(narratives)))
    assert line in plain
    return line


def medicine(name: str, *dosages: dict[str, Any]) -> dict[str, Any]:
    return {"status": "active", "medicationCodeableConcept": {"text": name}, "dosage": list(dosages)}


def amount(value: float, unit: str, code: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "system": UCUM, "code": code}


def test_an_infusion_over_hours_is_not_told_as_an_injection(desk: Desk, person: str) -> None:
    repeat = {"duration": 2, "durationUnit": "h", "frequency": 1, "period": 1, "periodUnit": "d"}
    dose = {"route": {"text": "truyền tĩnh mạch"}, "doseAndRate": [{"doseQuantity": amount(10, "mL", "mL")}]}
    line = told(
        desk, person, "MedicationStatement", **medicine("Kali clorid 10%", {"timing": {"repeat": repeat}, **dose})
    )
    assert "mỗi lần kéo dài 2 giờ (over 2 h)" in line


def test_minutes_before_a_meal_are_told(desk: Desk, person: str) -> None:
    repeat = {"frequency": 1, "period": 1, "periodUnit": "wk", "when": ["AC"], "offset": 30}
    line = told(desk, person, "MedicationStatement", **medicine("Alendronat 70 mg", {"timing": {"repeat": repeat}}))
    assert "30 phút trước khi ăn (30 min before a meal)" in line


def test_a_taper_is_told_in_its_order(desk: Desk, person: str) -> None:
    steps = ({"sequence": 2, "text": "2 viên trong 7 ngày"}, {"sequence": 1, "text": "6 viên trong 3 ngày"})
    line = told(desk, person, "MedicationStatement", **medicine("Prednisolon 5 mg", *steps))
    assert line.endswith(
        "cách dùng, bước 1 (dosage, step 1): 6 viên trong 3 ngày; "
        "cách dùng, bước 2 (dosage, step 2): 2 viên trong 7 ngày"
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("active", "Warfarin, warfarin natri 5 mg / 1 viên"),
        ("inactive", "Warfarin, warfarin natri 5 mg / 1 viên [sản phẩm thuốc không còn lưu hành (product inactive)]"),
        (
            "entered-in-error",
            "Warfarin, warfarin natri 5 mg / 1 viên [SẢN PHẨM THUỐC GHI NHẦM (PRODUCT ENTERED IN ERROR)]",
        ),
    ],
)
def test_the_state_of_a_product_is_not_that_of_taking_it(desk: Desk, person: str, state: str, expected: str) -> None:
    strength = {"numerator": amount(5, "mg", "mg"), "denominator": {"value": 1, "unit": "viên"}}
    product = {
        "resourceType": "Medication",
        "id": "m",
        "status": state,
        "code": {"text": "Warfarin"},
        "ingredient": [{"itemCodeableConcept": {"text": "warfarin natri"}, "strength": strength}],
    }
    members = {"status": "active", "contained": [product], "medicationReference": {"reference": "#m"}}
    assert told(desk, person, "MedicationStatement", **members) == expected


def test_an_implant_is_told_with_what_is_said_of_it(desk: Desk, person: str) -> None:
    device = {
        "resourceType": "Device",
        "id": "d",
        "deviceName": [{"name": "Máy tạo nhịp KHÔNG tương thích MRI", "type": "user-friendly-name"}],
        "safety": [{"text": "cấm chụp cộng hưởng từ"}],
        "serialNumber": "SN-17",
    }
    line = told(
        desk,
        person,
        "Procedure",
        status="completed",
        code={"text": "Đặt máy tạo nhịp"},
        performedDateTime="2020-05",
        contained=[device],
        focalDevice=[{"action": {"text": "cấy"}, "manipulated": {"reference": "#d"}}],
        usedReference=[{"reference": "#d"}],
    )
    assert line == (
        "Đặt máy tạo nhịp; thiết bị (device): Máy tạo nhịp KHÔNG tương thích MRI, "
        "an toàn (safety): cấm chụp cộng hưởng từ, số máy (serial number): SN-17, cấy"
    )


def test_a_unit_against_its_code_is_told_as_a_contradiction(desk: Desk, person: str) -> None:
    dose = {"doseAndRate": [{"doseQuantity": amount(50, "mg", "ug")}]}
    line = told(desk, person, "MedicationStatement", **medicine("Levothyroxin", dose))
    assert "50 mg [ĐƠN VỊ MÂU THUẪN, MÃ GHI (UNITS CONTRADICT, THE CODE SAYS): ug]" in line


def test_the_last_sentence_of_a_long_conclusion_is_told(desk: Desk, person: str) -> None:
    conclusion = "Không thấy tế bào ác tính " + "x" * 9000 + " NHƯNG CÓ CARCINOM TẠI CHỖ"
    line = told(
        desk,
        person,
        "DiagnosticReport",
        status="final",
        category=[status("observation-category", "laboratory")],
        code={"text": "Giải phẫu bệnh"},
        effectiveDateTime="2026-11-20",
        conclusion=conclusion,
    )
    assert conclusion in line
