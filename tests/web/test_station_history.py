"""What a station's page says of visits and results: every kind of value, every status, and what is drawn."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from health_record import exact_json
from health_record.episode import derive
from health_record.fhir.validator import definitions
from tests.hospital_file.files import OUTPATIENT
from tests.hospital_file.kept import kept
from tests.web import modules
from web.build import HERE

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
TEXTS: dict[str, str] = tomllib.loads((HERE / "texts/station/vi.toml").read_text("utf-8"))["script"]
VALUES: dict[str, tuple[Any, str]] = {
    "valueQuantity": ({"value": 6.1, "unit": "mmol/L", "comparator": "<"}, "< 6,1 mmol/L"),
    "valueCodeableConcept": ({"coding": [{"code": "O"}], "text": "Nhóm O"}, "Nhóm O"),
    "valueString": ("âm tính", "âm tính"),
    "valueBoolean": (False, "không"),
    "valueInteger": (0, "0"),
    "valueRange": ({"low": {"value": 1}, "high": {"value": 2, "unit": "g"}}, "1 – 2 g"),
    "valueRatio": ({"numerator": {"value": 1}, "denominator": {"value": 128}}, "1 / 128"),
    "valueSampledData": ({"origin": {"value": 0}}, "đường ghi, không hiện ở đây"),
    "valueTime": ("08:30:00", "08:30:00"),
    "valueDateTime": ("2026-05", "05/2026"),
    "valuePeriod": ({"start": "2026-05-01"}, "01/05/2026 – …"),
}
SHOWN = (
    "Encounter",
    "Condition",
    "Immunization",
    "MedicationRequest",
    "MedicationStatement",
    "Procedure",
    "Observation",
)
# By which an entry is as one expects it; of all others the page says which.
EXPECTED = {
    "Encounter": {"finished", "planned"},
    "Condition": {"active", "confirmed"},
    "Immunization": {"completed"},
    "MedicationRequest": {"active", "completed"},
    "MedicationStatement": {"active", "completed"},
    "Procedure": {"completed"},
    "Observation": {"final", "amended", "corrected"},
}


def run(*calls: tuple[str, list[Any]]) -> list[Any]:
    return modules.run("station_history", list(calls), folder=Path(__file__).parent)


def observation(code: str, value: float | None = None, unit: str = "kg", **more: Any) -> dict[str, Any]:
    quantity = {} if value is None else {"valueQuantity": {"value": value, "unit": unit, "code": unit, "system": UCUM}}
    concept = {"coding": [{"system": LOINC, "code": code}], "text": code}
    day = {"effectiveDateTime": "2026-10-05T23:30:00Z"}
    return {"resourceType": "Observation", "id": "a", "status": "final", "code": concept, **day, **quantity, **more}


def pressure(systolic: float, diastolic: float, **more: Any) -> dict[str, Any]:
    parts = [observation(code, value, "mm[Hg]") for code, value in (("8480-6", systolic), ("8462-4", diastolic))]
    return observation(
        "85354-9", component=[{key: part[key] for key in ("code", "valueQuantity")} for part in parts], **more
    )


def statuses(kind: str) -> dict[str, list[str]]:
    """The codes of each member that says how an entry stands, from HL7's definitions."""
    if kind not in definitions().types:  # hospitals' files alone make it, and no facility writes it
        return {"status": ["active", "on-hold", "cancelled", "completed", "stopped", "draft", "unknown"]}
    found = {}
    for member in ("status", "verificationStatus", "clinicalStatus"):
        if member in (types := definitions().types[kind]):
            codes = definitions().codes[types[member].extra].values()
            found[member] = [code for each in codes for code in each]
    return found


def test_every_kind_of_value_is_told() -> None:
    defined = {name for name in definitions().types["Observation"] if name.startswith("value")}
    assert set(VALUES) == defined
    told = run(*(("value", [{"code": {}, name: value}, TEXTS]) for name, (value, _) in VALUES.items()))
    assert dict(zip(VALUES, told, strict=True)) == {name: words for name, (_, words) in VALUES.items()}


def test_components_judgement_usual_range_and_absence_are_told() -> None:
    judged = observation("x", 7.8, "mmol/L", interpretation=[{"text": "cao"}], referenceRange=[{"text": "3,9–6,4"}])
    absent = observation("x", dataAbsentReason={"text": "máy hỏng"})
    told = run(*(("value", [each, TEXTS]) for each in (pressure(130, 80), judged, absent, observation("x"))))
    assert told == [
        "8480-6 130 mm[Hg], 8462-4 80 mm[Hg]",
        "7,8 mmol/L (cao; bình thường: 3,9–6,4)",
        "máy hỏng",
        "chưa có kết quả",
    ]


# A number as it was sent, and what stands in the pages of both languages.
NUMBERS: list[tuple[Any, str, str]] = [
    (7.2, "7,2", "7.2"),
    (3.255, "3,255", "3.255"),
    (0.00012, "0,00012", "0.00012"),
    (7, "7", "7"),
    (1250000, "1250000", "1250000"),
    (-0.5, "-0,5", "-0.5"),
    ("7.2", "7.2", "7.2"),  # words of another program
]


@pytest.mark.parametrize(("language", "place"), [("vi", 1), ("en", 2)])
def test_a_number_has_the_decimal_sign_of_the_page_and_every_digit(language: str, place: int) -> None:
    texts = tomllib.loads((HERE / f"texts/station/{language}.toml").read_text("utf-8"))["script"]
    values = [{"value": row[0], "unit": "g"} for row in NUMBERS]
    ranges = [{"low": value, "high": value} for value in values]
    told = run(
        *(("value", [{"code": {}, "valueQuantity": value}, texts]) for value in values),
        *(("value", [{"code": {}, "valueRange": value}, texts]) for value in ranges),
        *(("value", [{"code": {}, "valueString": "pH 7.2"}, texts]) for _ in range(1)),
    )
    said = [str(row[place]) for row in NUMBERS]
    assert told == [*(f"{each} g" for each in said), *(f"{each} g – {each} g" for each in said), "pH 7.2"]


@pytest.mark.parametrize("kind", SHOWN)
def test_each_status_that_is_not_the_expected_one_is_told_in_words(kind: str) -> None:
    for member, codes in statuses(kind).items():
        shown = [code for code in codes if code != "entered-in-error"]
        values = [code if member == "status" else {"coding": [{"code": code}]} for code in shown]
        told = run(*(("reservations", [{"resourceType": kind, member: value}, TEXTS]) for value in values))
        silent = {code for code, words in zip(shown, told, strict=True) if not words}
        assert silent == EXPECTED[kind] & set(shown), member
        assert not [words for words in told if set(words) & set(codes)], member


def test_what_was_taken_back_is_nowhere_and_a_dispute_and_another_person_are_told() -> None:
    wrong = observation("29463-7", 50, status="entered-in-error")
    refused = {"resourceType": "MedicationRequest", "status": "active", "doNotPerform": True, "meta": {"tag": [
        {"system": "urn:x-so-suc-khoe:dispute", "code": "disputed"}]}}  # fmt: skip
    (results, reservations, about_another) = run(
        ("results", [[wrong], TEXTS]),
        ("reservations", [refused, TEXTS]),
        ("reservations", [observation("x", focus=[{"reference": "RelatedPerson/b"}]), TEXTS]),
    )
    assert (results, reservations) == ([], ["không làm", "người bệnh nói là sai"])
    assert about_another == ["về người khác"]


def test_an_instant_is_told_in_the_province_and_a_day_stays_as_known() -> None:
    moments = ("2026-10-05T23:30:00Z", "2026-10-05", "2026-10", "2026")
    assert run(*(("moment", [at]) for at in moments)) == ["06/10/2026 06:30", "05/10/2026", "10/2026", "2026"]


def test_only_sure_whole_numbers_of_known_units_about_the_person_are_drawn() -> None:
    sound = [pressure(130, 80, effectiveDateTime="2026-10-07"), pressure(128, 79, effectiveDateTime="2026-10-06")]
    unsure = [
        pressure(130, 80, status="preliminary"),
        pressure(130, 80, effectiveDateTime="2026-10"),
        pressure(130, 80, focus=[{"reference": "RelatedPerson/b"}]),
        observation("85354-9"),
    ]
    weights = [observation("29463-7", 3200, "g"), observation("29463-7", 120, "[lb_av]"), observation("29463-7", 52.5)]
    below = observation("15074-8", 3, "mmol/L")
    below["valueQuantity"]["comparator"] = "<"
    glucoses = [
        observation("2339-0", 99, "mg/dL"),
        observation("15074-8", 6.1, "mmol/L"),
        below,
        observation("5792-7", 9, "mg/dL"),
    ]
    drawn = run(
        *(
            ("points", [each, kind])
            for kind, each in (("pressure", [*sound, *unsure]), ("weight", weights), ("glucose", glucoses))
        )
    )
    values = [[point["values"] for point in points] for points in drawn]
    assert values == [[[128, 79], [130, 80]], [[3.2], [52.5]], [[5.5], [6.1]]]


def test_a_hospitals_visit_has_its_diagnoses_and_medicines_and_its_blood_glucose_is_drawn() -> None:
    resources = json.loads(exact_json.dumps(derive.resources(kept(OUTPATIENT))))
    found, results, points = run(
        ("visits", [resources, TEXTS]), ("results", [resources, TEXTS]), ("points", [resources, "glucose"])
    )
    (visit,) = found["visits"]
    assert (visit["at"], visit["until"]) == ("05/10/2026 08:00", "05/10/2026 10:10")
    assert (visit["title"], visit["reason"]) == ("Khám bệnh", "Tái khám tăng huyết áp")
    assert [line.partition(";")[0] for line in visit["parts"]["medicines"]][0] == "Amlodipin Thử 5mg, Viên nén"
    assert any("E11.9" in line for line in visit["parts"]["diagnoses"])
    assert found["loose"] == []
    assert [point["values"] for point in points] == [[7.8]]
    assert {result["name"] for result in results if result["kind"] == "glucose"} == {"Glucose"}
    assert sum(result["kind"] == "other" for result in results) == len(results) - 2  # and its weight
    told = {result["name"]: result["value"] for result in results}
    assert "Dày nhẹ vách liên thất" in told["Siêu âm Doppler tim, van tim"]
    assert "Điện tim trong giới hạn bình thường" in told["Điện tim thường"]


def report(**more: Any) -> dict[str, Any]:
    day = {"effectiveDateTime": "2026-10-05"}
    return {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "status": "final",
        "code": {"text": "X quang"},
        **day,
        **more,
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"conclusion": "Bình thường"}, ["Bình thường"]),
        ({"conclusion": "Viêm phổi", "result": [{"reference": "Observation/a"}]}, ["Viêm phổi"]),
        ({"conclusionCode": [{"text": "Viêm phổi"}]}, ["Viêm phổi"]),
        ({"presentedForm": [{"title": "Phim phổi"}]}, ["Phim phổi"]),
        ({"presentedForm": [{"contentType": "image/png"}]}, ["chỉ có tệp đính kèm, không hiện ở đây"]),
        ({"status": "registered"}, ["chưa có kết quả"]),
        ({"result": [{"reference": "Observation/a"}]}, []),
        ({"conclusion": "Bình thường", "status": "entered-in-error"}, []),
    ],
)
def test_a_report_is_told_by_its_own_words_where_its_results_do_not_say_all(
    content: dict[str, Any], words: list[str]
) -> None:
    (told,) = run(("results", [[report(**content)], TEXTS]))
    assert [result["value"] for result in told] == words


def entry(kind: str, **content: Any) -> dict[str, Any]:
    visit = {"reference": "Encounter/v"}
    return {
        "resourceType": kind,
        "id": "e",
        ("context" if kind == "MedicationStatement" else "encounter"): visit,
        **content,
    }


MEASLES = {"status": "completed", "vaccineCode": {"text": "Sởi"}}
SECOND_DOSE = {"lotNumber": "A1", "protocolApplied": [{"doseNumberPositiveInt": 2}]}
PULSE: dict[str, Any] = {"code": {"text": "Mạch"}, "valueQuantity": {"value": 80, "unit": "/min"}}
AT_ANOTHER_TIME: list[tuple[str, dict[str, Any], str]] = [
    ("Immunization", MEASLES | {"occurrenceDateTime": "2019"}, "Sởi · 2019"),
    ("Immunization", MEASLES | {"occurrenceDateTime": "2019-05"}, "Sởi · 05/2019"),
    ("Immunization", MEASLES | {"occurrenceDateTime": "2026"}, "Sởi · 2026"),
    ("Immunization", MEASLES | {"occurrenceDateTime": "2026-10-05"}, "Sởi"),
    ("Immunization", MEASLES | {"occurrenceDateTime": "2026-10-06"}, "Sởi"),  # the second day of the stay
    ("Immunization", MEASLES | SECOND_DOSE | {"occurrenceDateTime": "2026-10-05"}, "Sởi; mũi 2; A1"),
    ("Condition", {"code": {"text": "Hen"}, "onsetDateTime": "2010"}, "Hen · 2010"),
    ("Condition", {"code": {"text": "Hen"}, "recordedDate": "2010-01-01"}, "Hen"),
    ("Procedure", {"code": {"text": "Khâu"}, "performedDateTime": "2025-01-02"}, "Khâu · 02/01/2025"),
    (
        "MedicationStatement",
        {"medicationCodeableConcept": {"text": "A"}, "effectiveDateTime": "2026-09"},
        "A · 09/2026",
    ),
    ("Observation", PULSE | {"effectiveDateTime": "2026-10-05T09:00:00+07:00"}, "Mạch: 80 /min"),
    ("Observation", PULSE | {"effectiveDateTime": "2026-10-01"}, "Mạch: 80 /min · 01/10/2026"),
]


@pytest.mark.parametrize(("kind", "content", "line"), AT_ANOTHER_TIME)
def test_what_was_at_another_time_than_its_visit_says_when(kind: str, content: dict[str, Any], line: str) -> None:
    period = {"start": "2026-10-05T08:00:00+07:00", "end": "2026-10-07T07:00:00+07:00"}
    visit = {"resourceType": "Encounter", "id": "v", "status": "finished", "class": {"code": "IMP"}, "period": period}
    (found,) = run(("visits", [[visit, entry(kind, **content)], TEXTS]))
    assert list(found["visits"][0]["parts"].values()) == [[line]]


def test_a_value_of_no_visit_stands_among_the_results_alone() -> None:
    (found,) = run(("visits", [[observation("29463-7", 52)], TEXTS]))
    assert found == {"visits": [], "loose": []}
