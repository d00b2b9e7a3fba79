"""A plain number beyond a published critical limit is told so; one of another sample, unit or name is not."""

from typing import Any

import pytest

from health_record.rendering.critical_values import BEYOND, beyond

HIGH = [
    ("Kali", 8.1, "mmol/L"),
    ("Kali", "6.5", "mmol/l"),
    ("Định lượng Kali [Máu]", 7, "mmol/L"),
    ("K+", 7.0, "mEq/L"),
    ("Điện giải đồ (K+)", 7, "mmol/L"),
    ("Kali máu toàn phần", 7, "mmol/L"),
    ("Natri", 168, "mmol/L"),
    ("Glucose", 31.5, "mmol/L"),
    ("Đường huyết mao mạch", 30, "mmol/L"),
    ("Định lượng Glucose [Máu]", 560, "mg/dL"),
    ("Canxi toàn phần", 3.9, "mmol/L"),
    ("INR", 12, ""),
    ("PT-INR", 6, "INR"),
    ("Lactat", 9.5, "mmol/L"),
    ("Lithium", 2.4, "mmol/L"),
    ("pH máu", 7.71, ""),
]
LOW = [
    ("Kali", 1.9, "mmol/L"),
    ("Na+", 112, "mmol/L"),
    ("Glucose lúc đói", 1.1, "mmol/L"),
    ("Glucose", 30, "mg/dL"),
    ("Ca++ ion hóa", 0.6, "mmol/L"),
    ("HGB", 52, "g/L"),
    ("Huyết sắc tố", 5.2, "g/dL"),
    ("Số lượng tiểu cầu", 8, "G/L"),
    ("PLT", 8, "10^9/L"),
    ("PLT", 8, "K/µL"),
    ("NEUT#", 0.1, "10*9/L"),
    ("pH (khí máu động mạch)", 6.95, ""),
    ("HCO3-", 6, "mmol/L"),
]
NEITHER = [
    ("Kali", 4.2, "mmol/L"),
    ("Kali", 6.4, "mmol/L"),
    ("Kali", 8.1, ""),
    ("Kali", 8.1, "mg"),
    ("Kali niệu", 80, "mmol/L"),
    ("Kali [niệu]", 80, "mmol/L"),
    ("Glucose", 24.9, "mmol/L"),
    ("Glucose", 100, "mg/dL"),
    ("Glucose dịch não tuỷ", 1.1, "mmol/L"),
    ("Glucose (nước tiểu)", 28, "mmol/L"),
    ("pH", 5.5, ""),
    ("pH nước tiểu", 5.5, ""),
    ("Hemoglobin", 70, "g/L"),
    ("HbA1c", 5.2, "%"),
    ("NEU%", 0.1, "%"),
    ("Vitamin K", 8, "mmol/L"),
    ("CA 125", 900, "U/mL"),
    ("INR", 4.9, ""),
    ("Kali clorid uống", 8, "mmol/L"),
    ("Tiểu cầu túi máu", 8, "G/L"),
]


def result(name: str, value: Any, unit: str, **other: Any) -> dict[str, Any]:
    amount = {"value": value, **({"unit": unit} if unit else {})}
    return {"resourceType": "Observation", "code": {"text": name}, "valueQuantity": amount, **other}


@pytest.mark.parametrize(("name", "value", "unit"), HIGH)
def test_what_is_too_high_is_told(name: str, value: Any, unit: str) -> None:
    assert beyond(result(name, value, unit)) is BEYOND["high"]


@pytest.mark.parametrize(("name", "value", "unit"), LOW)
def test_what_is_too_low_is_told(name: str, value: Any, unit: str) -> None:
    assert beyond(result(name, value, unit)) is BEYOND["low"]


@pytest.mark.parametrize(("name", "value", "unit"), NEITHER)
def test_what_is_not_surely_so_is_not_told(name: str, value: Any, unit: str) -> None:
    assert beyond(result(name, value, unit)) is None


def test_a_loinc_code_says_what_is_measured_and_no_other_code_does() -> None:
    blood = {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]}
    assert beyond(result("", 8, "mmol/L", code=blood)) is BEYOND["high"]
    urine = {"text": "Kali", "coding": [{"system": "http://loinc.org", "code": "2828-2"}]}
    assert beyond(result("", 80, "mmol/L", code=urine)) is None


@pytest.mark.parametrize(
    "beside",
    [
        {"category": [{"text": "Tổng phân tích nước tiểu"}]},
        {"specimen": {"display": "Nước tiểu 24 giờ"}},
        {"focus": [{"display": "mẹ"}]},
        {"interpretation": [{"coding": [{"code": "HH"}]}]},
    ],
    ids=["service", "specimen", "of another", "the laboratory says so"],
)
def test_another_sample_person_or_judgement_leaves_it_alone(beside: dict[str, Any]) -> None:
    assert beyond(result("Glucose", 30, "mmol/L", **beside)) is None


@pytest.mark.parametrize(
    ("comparator", "value", "told"), [("<", 2.5, "low"), (">", 2.5, None), (">", 7, "high"), ("<", 7, None)]
)
def test_a_comparator_is_read(comparator: str, value: Any, told: str | None) -> None:
    found = result("Kali", value, "mmol/L")
    found["valueQuantity"]["comparator"] = comparator
    assert beyond(found) is (BEYOND[told] if told else None)
