"""What one statement says by itself: a blood group, "none" whose words name something, a medicine that ended."""

from typing import Any

import pytest

from health_record.clinical_words.blood_groups import blood_group
from health_record.clinical_words.none_in_words import words_that_name
from health_record.reconciliation.precedence import reconcile
from health_record.reconciliation.pregnancies import Pregnant
from health_record.reconciliation.pregnancies import test_of_pregnancy as what_a_test_says
from health_record.reconciliation.statements import DECLARED, Statement
from health_record.rendering.phrases import bilingual
from health_record.rendering.source_words import objections
from tests.health_record.reconciliation.test_contradictions import LATER, SNOMED, TODAY, ZONE, said, words

LOINC = "http://loinc.org"
A, RH_NEGATIVE = ({"coding": [{"system": SNOMED, "code": code}]} for code in ("112144000", "165746003"))
BLOOD = [
    ({"text": "Nhóm máu ABO"}, {"valueCodeableConcept": {"text": "A"}}, {"abo": "A"}),
    ({"text": "Nhóm máu"}, {"valueString": "O Rh+"}, {"abo": "O", "rh": "+"}),
    ({"text": "Nhóm máu"}, {"valueString": "0 Rh(D) dương"}, {"abo": "O", "rh": "+"}),
    ({"text": "Nhóm máu"}, {"valueCodeableConcept": {"text": "B Rh âm"}}, {"abo": "B", "rh": "-"}),
    ({"text": "Xét nghiệm nhóm máu hệ ABO"}, {"valueString": "AB+"}, {"abo": "AB", "rh": "+"}),
    ({"text": "Blood group"}, {"valueString": "A2B RhD negative"}, {"abo": "AB", "rh": "-"}),
    ({"text": "Nhóm máu"}, {"valueString": "Nhóm O, Rh: dương tính"}, {"abo": "O", "rh": "+"}),
    ({"text": "Rh"}, {"valueString": "Dương tính"}, {"rh": "+"}),
    ({"text": "Yếu tố Rh"}, {"valueString": "(-)"}, {"rh": "-"}),
    ({"coding": [{"system": LOINC, "code": "883-9"}]}, {"valueCodeableConcept": A}, {"abo": "A"}),
    (
        {"coding": [{"system": LOINC, "code": "883-9"}]},
        {"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA28449-9"}]}},
        {"abo": "AB"},
    ),
    ({"coding": [{"system": LOINC, "code": "10331-7"}]}, {"valueCodeableConcept": RH_NEGATIVE}, {"rh": "-"}),
    ({"coding": [{"system": LOINC, "code": "882-1"}]}, {"valueString": "O Rh+"}, {"abo": "O", "rh": "+"}),
    ({"text": "Nhóm máu"}, {"valueString": "chưa xác định"}, {}),
    ({"text": "Nhóm máu"}, {"valueString": "A hoặc B"}, {}),
    ({"text": "Kháng thể bất thường hệ ABO"}, {"valueString": "âm tính"}, {}),
    ({"text": "Kali"}, {"valueString": "A"}, {}),
    ({"coding": [{"system": LOINC, "code": "2339-0"}], "text": "Nhóm máu"}, {"valueString": "A"}, {"abo": "A"}),
    ({"text": "Group & Rh"}, {"valueString": "AB"}, {"abo": "AB"}),
    ({"text": "NHOM MAU"}, {"valueString": "B"}, {"abo": "B"}),
    ({"text": "ABO"}, {"valueString": "ABO AB, Rh âm"}, {"abo": "AB", "rh": "-"}),
    *(({"text": f"Nhóm máu {who}"}, {"valueString": "O Rh-"}, {}) for who in ("mẹ", "bố", "chồng", "con", "bé", "me")),
    *(
        ({"text": f"Định nhóm máu hệ ABO bằng giấy định nhóm máu {purpose}"}, {"valueString": "A"}, {"abo": "A"})
        for purpose in (
            "để truyền máu toàn phần, khối hồng cầu, khối bạch cầu",
            "để truyền chế phẩm tiểu cầu hoặc huyết tương",
        )
    ),
    *(({"text": f"Nhóm máu {what}"}, {"valueString": "B"}, {}) for what in ("chế phẩm truyền", "khối hồng cầu")),
    ({"text": "Rh C antigen"}, {"valueString": "dương tính"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "value", "expected"), BLOOD)
def test_a_blood_group_is_read_however_it_is_written(
    code: dict[str, Any], value: dict[str, Any], expected: dict[str, str]
) -> None:
    assert blood_group({"code": code, **value}) == (expected, frozenset())
    assert blood_group({"code": code, **value, "focus": [{"display": "Thai nhi"}]}) == ({}, frozenset())
    panel = {"code": {"coding": [{"system": LOINC, "code": "34530-6"}]}, "component": [{"code": code, **value}]}
    assert blood_group(panel) == (expected, frozenset())
    assert blood_group({**panel, "code": {"text": "Nhóm máu mẹ"}}) == ({}, frozenset())


@pytest.mark.parametrize(
    "title",
    [
        "Nhóm máu người cho",
        "Nhóm máu túi máu số 12",
        "Nhom mau tui mau",
        "Nhóm máu thai nhi",
        "Nhóm máu con",
        "Blood group of the donor",
        "Blood type, antibody screen",
        "Xét nghiệm nhóm máu anti-D",
        "Nhóm máu: kháng thể bất thường",
    ],
)
def test_the_group_of_somebody_or_something_else_is_not_the_persons(title: str) -> None:
    assert blood_group({"code": {"text": title}, "valueString": "A"}) == ({}, frozenset())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Dương tính", Pregnant.YES),
        ("- Dương tính", Pregnant.YES),
        ("2 vạch, 1 vạch mờ", Pregnant.YES),
        ("Có phản ứng", Pregnant.YES),
        ("Âm tính", Pregnant.NO),
        ("-", Pregnant.NO),
        ("(-)", Pregnant.NO),
        ("1 vạch", Pregnant.NO),
        ("Không có phản ứng", Pregnant.NO),
        ("Không phản ứng", Pregnant.NO),
        ("không dương tính", Pregnant.NO),
        ("Dương tính (BT: âm tính)", None),
        ("5 mIU/mL", None),
    ],
)
def test_a_test_of_pregnancy_is_read_with_its_denials(value: str, expected: Pregnant | None) -> None:
    code = {"text": "Que thử thai"}
    assert what_a_test_says({"code": code, "valueString": value}, []) is expected
    assert what_a_test_says({"code": code, "valueCodeableConcept": {"text": value}}, []) is expected


def observed(number: int, code: dict[str, Any], source: str = "79001", **members: Any) -> Statement:
    resource = {"resourceType": "Observation", "id": str(number), "status": "final", "code": code, **members}
    return Statement(resource, source, LATER)


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [("A", "O", True), ("A", "A Rh-", False), ("A Rh+", "A Rh-", True), ("O", "Rh âm", False), ("A", "chưa rõ", False)],
)
def test_of_two_blood_groups_neither_stands_and_each_names_the_other(one: str, other: str, *, differ: bool) -> None:
    code = {"text": "Nhóm máu"}
    for second in ("79002", "79001", DECLARED):
        found = reconcile(
            [observed(1, code, valueString=one), observed(2, code, second, valueString=other)], ZONE, TODAY
        )
        assert len(found.differing) == (2 if differ else 0)
        assert [bool(each) for each in words(found)] == [differ, differ]


PREGNANT, NOT_PREGNANT = "77386006", "60001007"


@pytest.mark.parametrize(("day", "differ"), [("2026-11-20", True), ("2026-02-01", True), ("2026-01-31", False)])
def test_two_words_on_a_pregnancy_differ_where_one_may_still_last(day: str, *, differ: bool) -> None:
    code = {"coding": [{"system": LOINC, "code": "82810-3"}]}
    said_now, said_then = (
        {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": value}]}} for value in (NOT_PREGNANT, PREGNANT)
    )
    found = reconcile(
        [
            observed(1, code, effectiveDateTime="2026-11-22", **said_now),
            observed(2, code, "79002", effectiveDateTime=day, **said_then),
        ],
        ZONE,
        TODAY,
    )
    assert [each["id"] for each in found.differing] == (["2"] if differ else [])
    assert [bool(each) for each in words(found)] == [differ, differ]


def test_not_knowing_who_smokes_hides_and_contradicts_nobody() -> None:
    code = {"coding": [{"system": LOINC, "code": "72166-2"}]}
    for unknown in (
        {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "266927001"}]}},
        {"dataAbsentReason": {"coding": [{"code": "asked-unknown"}]}},
    ):
        daily = {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "449868002"}]}}
        found = reconcile(
            [
                observed(1, code, effectiveDateTime="2026-11-22", **unknown),
                observed(2, code, "79002", effectiveDateTime="2025-01-01", **daily),
            ],
            ZONE,
            TODAY,
        )
        assert ([each["id"] for each in found.standing], found.differing, words(found)) == (["2"], [], [""])


NONE = {
    "AllergyIntolerance": ("code", "716186003", {}),
    "Condition": ("code", "160245001", {}),
    "Immunization": ("vaccineCode", "787482006", {"status": "not-done"}),
    "MedicationStatement": ("medicationCodeableConcept", "787481004", {"status": "unknown"}),
    "Procedure": ("code", "787480003", {"status": "completed"}),
}
DENY = (
    "Không dị ứng",
    "Không",
    "Chưa ghi nhận dị ứng thuốc, thức ăn",
    "Tiền sử: không",
    "No known allergies (NKA)",
    "None of these",
    "Không có tiền sử dị ứng thuốc và thức ăn",
    "Không dị ứng thuốc; không dị ứng thức ăn",
    "No known drug, food or environmental allergies",
    "Không mắc bệnh nào",
    "NKDA",
    "Bệnh nhân khai, không dị ứng",
)
NAME = (
    "Không dị ứng thuốc; dị ứng tôm gây khó thở",
    "Không dị ứng, trừ hải sản",
    "Không dị ứng ngoài penicillin",
    "Penicillin",
    "No known allergies except latex",
    "Dị ứng thuốc",
    "Không rõ",
    "Không hỏi được",
    "Không dị ứng gì, nghi penicillin",
    "Không nên dùng NSAID",
    "Không dị ứng thuốc có dị ứng tôm",
    "No known allergy but rash after amoxicillin",
    "Chưa rõ dị ứng",
)


@pytest.mark.parametrize("kind", NONE)
@pytest.mark.parametrize(("text", "names"), [*((each, False) for each in DENY), *((each, True) for each in NAME)])
def test_words_that_name_something_are_never_told_as_none(kind: str, text: str, *, names: bool) -> None:
    member, code, status = NONE[kind]
    coding = [{"system": SNOMED, "code": code}]
    for resource in (
        {"resourceType": kind, "id": "1", member: {"coding": coding, "text": text}, **status},
        {"resourceType": kind, "id": "1", member: {"coding": [{**coding[0], "display": text}]}, **status},
        {"resourceType": kind, "id": "1", member: {"coding": coding}, "note": [{"text": text}], **status},
    ):
        assert words_that_name(resource) == (text if names else None)
        found = reconcile([Statement(resource, "79001", LATER)], ZONE, TODAY)
        (shown,) = found.standing
        assert ("CODED AS NONE" in bilingual(objections(shown))) is names


def test_a_note_that_only_says_who_was_asked_names_nothing() -> None:
    none = {"resourceType": "AllergyIntolerance", "code": {"coding": [{"system": SNOMED, "code": "716186003"}]}}
    assert words_that_name(none | {"note": [{"text": "Hỏi bệnh nhân và người nhà, ngày 20/11/2026"}]}) is None
    assert words_that_name(none | {"reaction": [{"manifestation": [{"text": "sốc"}]}]}) == "phản ứng (reaction)"


def test_none_of_another_source_yields_to_what_only_words_name() -> None:
    coding = [{"system": SNOMED, "code": "716186003"}]
    shrimp = {
        "resourceType": "AllergyIntolerance",
        "id": "1",
        "code": {"coding": coding, "text": "Không dị ứng thuốc; dị ứng tôm"},
    }
    none = {"resourceType": "AllergyIntolerance", "id": "2", "code": {"coding": coding}}
    found = reconcile([Statement(shrimp, "79001", LATER), Statement(none, "79002", LATER)], ZONE, TODAY)
    assert [each["id"] for each in found.standing] == ["1"]
    assert [each["id"] for each in found.differing] == ["2"]


ENDED, RUNNING = (
    ("2026-11-22", "2026-10", "2025", "2026-11-22T16:59:59Z"),
    ("2026-11-23", "2026-11", "2026", "2026-11-22T17:00:00Z"),
)


@pytest.mark.parametrize("status", ["active", "unknown", "completed", "stopped", "on-hold", "intended", "not-taken"])
@pytest.mark.parametrize("day", [*ENDED, *RUNNING])
def test_a_medicine_whose_days_are_over_says_so_and_an_active_one_is_asked_again(status: str, day: str) -> None:
    for members in (
        {"effectivePeriod": {"end": day}},
        {"dosage": [{"timing": {"repeat": {"boundsPeriod": {"end": day}}}}]},
    ):
        found = reconcile([said("MedicationStatement", status, 1, **members)], ZONE, TODAY)
        over = day in ENDED and status in ("active", "unknown")
        assert len(found.differing) == int(over and status == "active")
        label = "ACTIVE BY STATUS; PERIOD ENDED ON" if status == "active" else "ENDED ON"
        assert [label in each for each in words(found)] == [over]


@pytest.mark.parametrize("letters", [1000, 1001, 5000])
def test_of_a_long_text_the_end_is_never_what_is_cut(letters: int) -> None:
    end = "nhưng sốc phản vệ với penicillin"
    text = f"Không dị ứng, {'theo lời khai của người nhà, ' * 200}"[: letters - len(end)] + end
    said = words_that_name(
        {"resourceType": "AllergyIntolerance", "code": {"text": "Không dị ứng"}, "note": [{"text": text}]}
    )
    assert said is not None
    assert said.startswith("Không dị ứng")
    assert said.endswith(end)
    assert ("$everything" in said) is (len(text) > 1000)
