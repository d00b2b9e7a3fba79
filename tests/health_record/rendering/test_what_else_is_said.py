"""What a doctor needs beside the name: danger, reactions, dosage, judgement, place, reason; never an empty value."""

from typing import Any

import pytest

from health_record.rendering.entries import entry
from health_record.rendering.moments import day, moment
from health_record.rendering.phrases import bilingual

ZONE = "Asia/Ho_Chi_Minh"
UCUM = "http://unitsofmeasure.org"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def said(kind: str, **members: Any) -> str:
    made = entry({"resourceType": kind, "id": "1", **members}, ZONE)
    return bilingual((*made.headline, " | ", *made.when))


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("AllergyIntolerance", {"criticality": "high"}, "NGUY HIỂM, có thể đe dọa tính mạng"),
    ("AllergyIntolerance", {"type": "intolerance"}, "không dung nạp (intolerance)"),
    (
        "AllergyIntolerance",
        {"reaction": [{"manifestation": [{"text": "sốc phản vệ"}], "severity": "severe"}]},
        "phản ứng (reaction): sốc phản vệ, NẶNG (SEVERE)",
    ),
    ("AllergyIntolerance", {"reaction": [{"manifestation": [{}], "description": "ngất"}]}, "ngất"),
    ("AllergyIntolerance", {"onsetAge": {"value": 6, "code": "a", "system": UCUM}}, "6 tuổi (6 years)"),
    ("Condition", {"severity": {"text": "nặng"}, "bodySite": [{"text": "phổi phải"}]}, "phổi phải"),
    ("Condition", {"onsetAge": {"value": 42, "code": "a", "system": UCUM}}, "42 tuổi (42 years)"),
    ("Condition", {"stage": [{"summary": {"text": "giai đoạn 3"}}]}, "giai đoạn 3"),
    ("Condition", {"abatementString": "sau sinh"}, "hết (ended): sau sinh"),
    ("Condition", {"recordedDate": "2026-11-22T20:00:00Z"}, "ghi ngày (recorded) 23/11/2026"),
    ("Immunization", {"statusReason": {"text": "gia đình từ chối"}}, "lý do (reason): gia đình từ chối"),
    ("Immunization", {"isSubpotent": True}, "LIỀU KHÔNG ĐẠT (SUBPOTENT DOSE)"),
    ("Immunization", {"protocolApplied": [{"doseNumberString": "2 nhắc"}]}, "mũi 2 nhắc (dose 2 nhắc)"),
    (
        "MedicationStatement",
        {"medicationCodeableConcept": {"text": "Warfarin"}, "dosage": [{"text": "2 mg tối"}]},
        "Warfarin; cách dùng (dosage): 2 mg tối",
    ),
    (
        "MedicationStatement",
        {
            "medicationReference": {"reference": "#m"},
            "contained": [
                {"resourceType": "Medication", "id": "m", "ingredient": [{"itemCodeableConcept": {"text": "INSULIN"}}]}
            ],
            "dosage": [
                {
                    "doseAndRate": [{"doseQuantity": {"value": 12, "unit": "UI"}}],
                    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["HS"]}},
                    "asNeededBoolean": True,
                    "maxDosePerPeriod": {
                        "numerator": {"value": 40, "unit": "UI"},
                        "denominator": {"value": 1, "unit": "d"},
                    },
                }
            ],
        },
        "INSULIN; cách dùng (dosage): mỗi lần (dose): 12 UI, 1 lần mỗi ngày (1 time per day), "
        "trước khi đi ngủ (before sleep), khi cần (as needed), tối đa (at most): 40 UI / 1 d",
    ),
    ("MedicationStatement", {"medicationReference": {"reference": "Medication/x"}}, "không ghi (not stated)"),
    (
        "Observation",
        {
            "code": {"text": "Kali"},
            "valueQuantity": {"value": 6.9, "unit": "mmol/L"},
            "interpretation": [{"coding": [{"system": INTERPRETATION, "code": "HH"}]}],
            "referenceRange": [{"low": {"value": 3.5}, "high": {"value": 5.1, "unit": "mmol/L"}}],
        },
        "Kali: 6.9 mmol/L; CAO NGUY KỊCH (CRITICALLY HIGH); khoảng tham chiếu (reference range): 3.5 – 5.1 mmol/L",
    ),
    (  # what the fetus has is not the mother's
        "Observation",
        {"code": {"text": "Nhóm máu"}, "valueString": "B", "focus": [{"display": "Thai nhi"}]},
        "Nhóm máu: B; KHÔNG PHẢI CỦA NGƯỜI NÀY MÀ CỦA (NOT OF THIS PERSON BUT OF): Thai nhi",
    ),
    (  # a code of a hospital's own is not HL7's of the same letter
        "Observation",
        {
            "code": {"text": "GCS"},
            "valueInteger": 8,
            "interpretation": [{"coding": [{"system": "http://bv.vn/x", "code": "N", "display": "Nặng"}]}],
        },
        "GCS: 8; Nặng",
    ),
    (
        "Observation",
        {
            "code": {"text": "GCS"},
            "valueInteger": 8,
            "interpretation": [{"coding": [{"system": INTERPRETATION, "code": "L"}], "text": "hôn mê"}],
        },
        "GCS: 8; thấp (low), hôn mê",
    ),
    (  # a text beside the parts takes none of them away
        "MedicationStatement",
        {
            "medicationCodeableConcept": {"text": "Methotrexat"},
            "dosage": [
                {
                    "text": "Uống sau ăn",
                    "doseAndRate": [{"doseQuantity": {"value": 3, "unit": "viên"}}],
                    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon"]}},
                }
            ],
        },
        "Uống sau ăn, mỗi lần (dose): 3 viên, 1 lần mỗi tuần (1 time per week), thứ Hai (Monday)",
    ),
    (
        "Observation",
        {"code": {"text": "RPR"}, "valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}},
        "RPR: 1 : 128",
    ),
    ("Observation", {"code": {"text": "X"}, "valueRange": {"high": {"value": 5, "unit": "g"}}}, "X: ≤ 5 g"),
    (
        "Observation",
        {
            "code": {"text": "X"},
            "_valueQuantity": {
                "extension": [
                    {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
                ]
            },
        },
        "có nhưng được giữ kín (withheld)",
    ),
    (
        "Procedure",
        {"code": {"text": "Mổ"}, "complication": [{"text": "chảy máu"}]},
        "BIẾN CHỨNG (COMPLICATION): chảy máu",
    ),
    ("Procedure", {"code": {"text": "Mổ"}, "performedString": "hồi nhỏ"}, "hồi nhỏ"),
    (
        "Encounter",
        {"class": {"code": "EMER"}, "reasonCode": [{"text": "đau ngực"}]},
        "Cấp cứu (Emergency); vì (because of): đau ngực",
    ),
    (
        "ImagingStudy",
        {"modality": [{"code": "CT"}], "description": "Sọ não"},
        "cắt lớp vi tính (CT) (Computed Tomography): Sọ não",
    ),
    (
        "DocumentReference",
        {"type": {"text": "Giấy ra viện"}, "content": [{"attachment": {"title": "ravien.pdf"}}]},
        "ravien.pdf",
    ),
]


@pytest.mark.parametrize(("kind", "members", "expected"), CASES)
def test_it_is_said(kind: str, members: dict[str, Any], expected: str) -> None:
    assert expected in said(kind, **members)


@pytest.mark.parametrize("member", ["frequency", "duration", "count", "period"])
@pytest.mark.parametrize(
    ("lowest", "most", "expected"), [(3, None, "3"), (3, 7, "3–7"), (None, 7, "≤7"), (3, 3, "3–3")]
)
def test_the_most_of_how_often_and_how_long_is_never_told_as_what_is_taken(
    member: str, lowest: int | None, most: int | None, expected: str
) -> None:
    repeat = {"period": 1, "periodUnit": "d", "frequency": 1, "durationUnit": "h"} | {
        member: lowest,
        f"{member}Max": most,
    }
    repeat = {name: value for name, value in repeat.items() if value is not None}
    told = said("MedicationStatement", dosage=[{"timing": {"repeat": repeat}}])
    assert expected in told
    assert ("≤" in told) == (lowest is None)


@pytest.mark.parametrize("display", [{}, {"display": "Viêm ruột thừa"}])
def test_a_reason_that_was_ruled_out_is_not_told_as_one_that_is(display: dict[str, str]) -> None:
    refuted = {
        "resourceType": "Condition",
        "id": "2",
        "verificationStatus": {"coding": [{"code": "refuted"}]},
        "code": {"text": "Viêm ruột thừa"},
    }
    procedure = {"resourceType": "Procedure", "id": "1", "reasonReference": [{"reference": "Condition/2", **display}]}
    made = entry(procedure, ZONE, {"Condition/2": refuted}.get)
    assert "ĐÃ LOẠI TRỪ BỆNH (DIAGNOSIS REFUTED): Viêm ruột thừa" in bilingual(made.headline)


def test_a_text_of_pages_keeps_its_end_and_says_where_the_whole_is() -> None:
    shown = said("Condition", code={"text": "Sốt"}, note=[{"text": "Mới đầu " + "x" * 5000 + " nhưng là CARCINOM"}])
    assert len(shown) < 1300
    assert "Mới đầu" in shown
    assert "CARCINOM" in shown
    assert "toàn văn trong mục gốc ở $everything" in shown


def test_a_conclusion_is_told_whole() -> None:
    conclusion = "Không thấy tế bào ác tính. " + "Mô tả. " * 2000 + "NHƯNG CÓ CARCINOM TẠI CHỖ"
    assert conclusion in said("DiagnosticReport", code={"text": "Giải phẫu bệnh"}, conclusion=conclusion)


AMOUNTS = [
    ({"unit": "mg", "code": "ug"}, "50 mg [ĐƠN VỊ MÂU THUẪN, MÃ GHI (UNITS CONTRADICT, THE CODE SAYS): ug]"),
    ({"unit": "mg/dL", "code": "umol/L"}, "ĐƠN VỊ MÂU THUẪN"),
    ({"unit": "g/L", "code": "10*9/L"}, "ĐƠN VỊ MÂU THUẪN"),
    ({"unit": "tháng", "code": "a"}, "ĐƠN VỊ MÂU THUẪN"),
    ({"unit": "mg", "code": "1"}, "ĐƠN VỊ MÂU THUẪN"),
    ({"unit": "ống", "code": "mL"}, "50 ống [mL]"),  # nobody can say whether these are one
    ({"unit": "viên", "code": "{tbl}"}, "50 viên |"),
    ({"unit": "viên", "code": "1"}, "50 viên |"),
    ({"unit": "mcg", "code": "ug"}, "50 mcg |"),
    ({"unit": "µg", "code": "ug"}, "50 µg |"),
    ({"unit": "mmHg", "code": "mm[Hg]"}, "50 mmHg |"),
    ({"unit": "UI/mL", "code": "[IU]/mL"}, "50 UI/mL |"),
    ({"unit": "lần/phút", "code": "/min"}, "50 lần/phút |"),
    ({"unit": "beats/min", "code": "{beats}/min"}, "50 beats/min |"),
    ({"unit": "G/L", "code": "10*9/L"}, "50 G/L |"),
    ({"unit": "mEq/L", "code": "meq/L"}, "50 mEq/L |"),
    ({"unit": "°C", "code": "Cel"}, "50 °C |"),
    ({"unit": "ng/mL", "code": "ug/L"}, "50 ng/mL |"),  # one thousandth in one thousandth
    ({"unit": "K/µL", "code": "10*9/L"}, "50 K/µL |"),
    ({"unit": "x10^9/L", "code": "10*6/uL"}, "ĐƠN VỊ MÂU THUẪN"),
    ({"unit": "mo", "code": "mo"}, "50 tháng (50 months) |"),
    ({"code": "wk"}, "50 tuần (50 weeks) |"),
    ({"unit": "ngày", "code": "d"}, "50 ngày |"),
    ({"unit": "mg"}, "50 mg |"),
    ({"code": "mg"}, "50 mg |"),
]


@pytest.mark.parametrize(("members", "expected"), AMOUNTS)
def test_a_unit_and_its_code_are_both_shown_where_they_differ(members: dict[str, str], expected: str) -> None:
    shown = said("Observation", code={"text": "X"}, valueQuantity={"value": 50, "system": UCUM, **members})
    assert expected in shown


def test_an_age_whose_unit_and_code_differ_shows_both() -> None:
    age = {"value": 7, "unit": "tháng", "code": "a", "system": UCUM}
    assert "7 tháng [ĐƠN VỊ MÂU THUẪN" in said("Condition", code={"text": "Động kinh"}, onsetAge=age)


DAYS = [
    ("2026", "2026", "2026"),
    ("2026-11", "11/2026", "11/2026"),
    ("2026-11-22", "22/11/2026", "22/11/2026"),
    ("2026-11-22T16:59:59Z", "22/11/2026", "23:59 22/11/2026"),
    ("2026-11-22T17:00:00Z", "23/11/2026", "00:00 23/11/2026"),
    ("2026-11-22T23:59:60Z", "23/11/2026", "06:59 23/11/2026"),
    ("2026-11-23T00:30:00+07:00", "23/11/2026", "00:30 23/11/2026"),
    ("0001-01-01T00:00:00+14:00", "01/01/0001", "01/01/0001"),
]


@pytest.mark.parametrize(("text", "as_day", "as_moment"), DAYS)
def test_an_instant_is_told_in_the_provinces_time_and_a_date_as_it_is(text: str, as_day: str, as_moment: str) -> None:
    assert (day(text, ZONE), moment(text, ZONE)) == (as_day, as_moment)
