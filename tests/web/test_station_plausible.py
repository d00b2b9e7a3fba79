"""What staff type at a station: understood, refused where it cannot be, asked about where it seldom is."""

from typing import Any

import pytest

from tests.web import modules
from web.build import HERE

TODAY = "2026-11-30"
OLD, CHILD, BABY = "1944-05-01", "2023-08-02", "2026-11-29"

PRESSURES = [
    ("130/80", [130, 80]),
    ("13/8", [130, 80]),
    ("13,5/8,5", [135, 85]),
    ("12.8/7", [128, 70]),
    ("145-95", [145, 95]),
    ("130 80", [130, 80]),
    ("130 trên 80", [130, 80]),
    ("HA 130/80", [130, 80]),
    ("HA: 130/80 mmHg", [130, 80]),
    ("Huyết áp 130/80", [130, 80]),
    ("130,5/80", None),
    ("130", None),
    ("130/80/70", None),
]

FAULTS = [
    ({"pressure": "80/130"}, "pressure_order"),
    ({"pressure": "130/8"}, "pressure_range"),
    ({"pressure": "13/80"}, "pressure_range"),
    ({"pressure": "1300/80"}, "pressure_shape"),
    ({"weight": "700"}, "weight_shape"),
    ({"pulse": "19"}, "pulse_shape"),
    ({"temperature": "372"}, "temperature_shape"),
    ({"saturation": "101"}, "saturation_shape"),
    ({"height": "20"}, "height_shape"),
    ({"glucose": "126"}, "glucose_shape"),
    ({}, "measure_missing"),
]

# values, unit, born -> what is asked
QUESTIONS: list[tuple[dict[str, Any], str, str, list[str]]] = [
    ({"pressure": [130, 80]}, "mmol/L", OLD, []),
    ({"pressure": [220, 130]}, "mmol/L", OLD, []),
    ({"pressure": [221, 130]}, "mmol/L", OLD, ["ask_pressure"]),
    ({"pressure": [250, 150]}, "mmol/L", OLD, ["ask_pressure"]),
    ({"pressure": [70, 56]}, "mmol/L", OLD, ["ask_pressure"]),
    ({"pulse": 80, "temperature": 37.2, "saturation": 98}, "mmol/L", OLD, []),
    ({"pulse": 180}, "mmol/L", OLD, ["ask_pulse"]),
    ({"pulse": 180}, "mmol/L", BABY, []),
    ({"temperature": 42}, "mmol/L", OLD, ["ask_temperature"]),
    ({"saturation": 70}, "mmol/L", OLD, ["ask_saturation"]),
    ({"weight": 52, "height": 158}, "mmol/L", OLD, []),
    ({"weight": 5.2}, "mmol/L", OLD, ["ask_weight"]),
    ({"weight": 1.052}, "mmol/L", OLD, ["ask_weight"]),
    ({"height": 49}, "mmol/L", OLD, ["ask_height"]),
    ({"weight": 3.2, "height": 49}, "mmol/L", BABY, []),
    ({"weight": 52}, "mmol/L", BABY, ["ask_weight"]),
    ({"weight": 14, "height": 95}, "mmol/L", CHILD, []),
    ({"weight": 5.2, "height": 158}, "mmol/L", CHILD, ["ask_weight", "ask_height"]),
    ({"weight": 30, "height": 200}, "mmol/L", OLD, ["ask_together"]),
    ({"weight": 52}, "mmol/L", "1944", []),
    ({"weight": 14}, "mmol/L", "2022", []),  # four or five years old: it fits one of them
    ({"glucose": 19.9}, "mmol/L", OLD, []),
    ({"glucose": 20}, "mmol/L", OLD, ["ask_glucose"]),  # or 20 mg/dL: a life in danger by the opposite
    ({"glucose": 33.3}, "mmol/L", OLD, ["ask_glucose"]),
    ({"glucose": 33.4}, "mmol/L", OLD, ["ask_glucose"]),
    ({"glucose": 60}, "mmol/L", OLD, ["ask_glucose"]),
    ({"glucose": 33.3}, "mg/dL", OLD, ["ask_glucose"]),
    ({"glucose": 34}, "mg/dL", OLD, []),
    ({"glucose": 126}, "mg/dL", OLD, []),
    ({"glucose": 0.5}, "mmol/L", OLD, ["ask_glucose_seldom"]),
    ({"glucose": 1.8}, "mmol/L", OLD, ["ask_glucose_seldom"]),
    ({"glucose": 1.9}, "mmol/L", OLD, []),
    ({"glucose": 5.6}, "mmol/L", BABY, []),
    ({"glucose": 600}, "mg/dL", OLD, []),
    ({"glucose": 601}, "mg/dL", OLD, ["ask_glucose_seldom"]),
]


def test_a_blood_pressure_is_read_as_people_say_and_write_it() -> None:
    found = modules.run("station/writing/measuring", [("pressureOf", [typed]) for typed, _ in PRESSURES])
    assert found == [meant for _, meant in PRESSURES]


def test_what_cannot_be_measured_is_refused_with_what_is_wrong_with_it() -> None:
    found = modules.run(
        "station/writing/measuring", [("readMeasures", [typed | {"unit": "mmol/L"}]) for typed, _ in FAULTS]
    )
    assert [[key for _, key in each["faults"]] for each in found] == [[key] for _, key in FAULTS]


def test_a_glucose_that_a_meter_shows_in_either_unit_is_asked_about_in_both() -> None:
    numbers = [*range(10, 61), 33.3, 33.4]  # what either unit takes
    calls = [(number, unit) for number in numbers for unit in ("mmol/L", "mg/dL")]
    read = modules.run(
        "station/writing/measuring",
        [("readMeasures", [{"glucose": str(number), "unit": unit}]) for number, unit in calls],
    )
    assert [each["values"] for each in read] == [{"glucose": number} for number, _ in calls]
    asked = modules.run(
        "station/writing/plausible",
        [("measureQuestions", [{"glucose": number}, unit, OLD, TODAY]) for number, unit in calls],
    )
    assert all(one or other for one, other in zip(asked[::2], asked[1::2], strict=True))
    in_both = [n for n, one, other in zip(numbers, asked[::2], asked[1::2], strict=True) if one and other]
    assert in_both == [*range(20, 34), 33.3]


# Of each measure: the least and the most that the form takes, which are both asked about in an adult.
ENDS = {
    "pulse": (20, 300),
    "temperature": (30, 45),
    "saturation": (30, None),  # 100 % is what most have
    "weight": (0.5, 400),
    "height": (30, 250),
    "glucose": (0.5, 60),
}


@pytest.mark.parametrize("field", ENDS)
def test_both_ends_of_what_is_taken_are_asked_about(field: str) -> None:
    ends = [value for value in ENDS[field] if value is not None]
    read = modules.run(
        "station/writing/measuring", [("readMeasures", [{field: str(value), "unit": "mmol/L"}]) for value in ends]
    )
    assert [each["values"] for each in read] == [{field: value} for value in ends]
    asked = modules.run(
        "station/writing/plausible",
        [("measureQuestions", [{field: value}, "mmol/L", OLD, TODAY]) for value in ends],
    )
    assert all(asked)


DOSES: dict[str, int | None] = {"30": 30, " 30 ngày ": 30, "mũi 2": 2, "0": 0, "1": 1, "٣": 3}
NO_DOSES = ("", "5-7", "1/3", "7,5", "2x5", "-1", "ngày", "12345")


def test_a_dose_and_days_are_one_whole_number_and_digits_are_never_put_together() -> None:
    said = modules.run("station/writing/measuring", [("wholeNumberOf", [typed]) for typed in (*DOSES, *NO_DOSES)])
    assert said == [*DOSES.values(), *(None for _ in NO_DOSES)]  # JSON has no NaN


def test_what_seldom_is_at_this_age_is_asked_about() -> None:
    calls = [("measureQuestions", [values, unit, born, TODAY]) for values, unit, born, _ in QUESTIONS]
    found = modules.run("station/writing/plausible", calls)
    assert [[key for key, _ in each] for each in found] == [keys for *_, keys in QUESTIONS]


@pytest.mark.parametrize(
    ("born", "day", "ages"),
    [
        ("1944-11-30", TODAY, [82]),
        ("1944-12-01", TODAY, [81]),
        ("1944", TODAY, [81, 82]),
        ("1944-11", TODAY, [81, 82]),
        ("1944-12", TODAY, [81]),
        ("1944-10", TODAY, [82]),
        (BABY, TODAY, [0]),
    ],
)
def test_an_age_is_as_sure_as_the_birth_date(born: str, day: str, ages: list[int]) -> None:
    assert modules.run("station/writing/plausible", [("agesOn", [born, day])]) == [ages]


@pytest.mark.parametrize(
    ("day", "born", "is_before"),
    [
        ("2020-01-01", CHILD, True),
        ("2023-08-01", CHILD, True),
        (CHILD, CHILD, False),
        ("2023", CHILD, False),
        ("2022", CHILD, True),
        ("2023-01-01", "2023", False),
    ],
)
def test_nothing_happens_before_a_birth(day: str, born: str, is_before: bool) -> None:
    assert modules.run("station/writing/plausible", [("isBefore", [day, born])]) == [is_before]


@pytest.mark.parametrize(
    ("vaccine", "born", "asks"),
    [
        ({"label": "Viêm gan B (sơ sinh)", "dose": 1}, BABY, False),
        ({"label": "Viêm gan B (sơ sinh)", "dose": 2}, BABY, True),
        ({"label": "Viêm gan B (sơ sinh)", "dose": 1}, OLD, True),
        ({"label": "Viêm gan B (sơ sinh)"}, OLD, True),
        ({"label": "Cúm"}, OLD, False),
    ],
)
def test_a_newborns_vaccine_is_asked_about_for_others(vaccine: dict[str, Any], born: str, asks: bool) -> None:
    found = modules.run("station/writing/plausible", [("vaccineQuestions", [vaccine, born, TODAY])])[0]
    assert bool(found) is asks


@pytest.mark.parametrize(
    ("name", "asks"),
    [
        ("Amlodipin 5mg, Metformin 500mg", True),
        ("amlodipin 5 mg; losartan 50 mg", True),
        ("Paracetamol 500 mg và Amoxicillin 500 mg", True),
        ("Mixtard 30/70 100 UI/ml, Gliclazid 30 mg", True),
        ("Amlodipin 5 mg", False),
        ("Perindopril 5 mg/Amlodipin 5 mg", False),
        ("Perindopril 5 mg + Amlodipin 5 mg", False),
        ("Amoxicillin 500mg/Clavulanat 125mg", False),
        ("Amlodipin 5 mg, viên nén", False),
        ("Metformin 500 mg, uống sáng 500 mg", True),
        ("Paracetamol", False),
        ("Natri clorid 0,9 % 500 ml", False),
    ],
)
def test_two_strengths_apart_are_asked_about_as_two_medicines(name: str, *, asks: bool) -> None:
    assert bool(modules.run("station/writing/plausible", [("medicineQuestions", [name])])[0]) is asks


@pytest.mark.parametrize(("day", "asks"), [("2026-12-24", False), ("2028-01-04", False), ("2028-01-05", True)])
def test_an_appointment_in_more_than_a_year_is_asked_about(day: str, asks: bool) -> None:
    assert bool(modules.run("station/writing/plausible", [("appointmentQuestions", [day, TODAY])])[0]) is asks


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        ("E11 Tăng huyết áp", True),
        ("E11.9 cao huyết áp", True),
        ("I10 đái tháo đường típ 1", True),
        ("I10 Tăng huyết áp", False),
        ("O13 tăng huyết áp thai kỳ", False),
        ("E10.9 tiểu đường", False),  # what people call all of them
        ("E11.9 Đái tháo đường típ 2 không biến chứng", False),
        ("J00 cảm", False),
        ("Z00.0 khám sức khỏe", False),
    ],
)
def test_a_code_with_the_name_of_another_disease_is_asked_about(typed: str, asks: bool) -> None:
    lines = (HERE / "data/icd10_common.txt").read_text("utf-8")
    calls = [("readDiagnoses", [lines]), ("diagnosisOf", [{"result": 0}, typed])]
    calls.append(("diagnosisQuestions", [{"result": 0}, {"result": 1}]))
    assert bool(modules.run("station/writing/diagnosis-search", calls)[2]) is asks
