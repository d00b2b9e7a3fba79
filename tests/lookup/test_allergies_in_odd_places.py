"""An allergy wherever hospitals write it: it is named among the allergies and speaks against "none known"."""

from typing import Any

import pytest

from tests.conftest import World
from tests.contribute.bundles import status
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.visits import BORN, rows_set, send, stay, visit
from tests.lookup.doctor import allergy, condition, medicine, read, result, write

ALLERGIES, DIFFERING = "48765-2", "differing"
SNOMED, ICD_10 = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10"
NONE = allergy("x", code={"coding": [{"system": SNOMED, "code": "716186003"}], "text": "Không dị ứng"})
JUDGED = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def text(words: str) -> list[dict[str, Any]]:
    return [{"text": words}]


def dose(state: str = "completed", **members: Any) -> dict[str, Any]:
    made = {"resourceType": "Immunization", "status": state, "vaccineCode": {"text": "Cúm"}}
    return {**made, "occurrenceDateTime": "2026-01-01", **members}


def procedure(state: str = "completed", **members: Any) -> dict[str, Any]:
    return {"resourceType": "Procedure", "status": state, "code": {"text": "Chụp CT"}, **members}


def left(**members: Any) -> dict[str, Any]:
    kind = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"}
    made = {"resourceType": "Encounter", "status": "finished", "class": kind, "period": {"start": "2026-06-01"}}
    return {**made, "hospitalization": members}


def paper(**members: Any) -> dict[str, Any]:
    file = {"contentType": "application/pdf", "title": "Giấy", "url": "https://example.vn/1.pdf"}
    made = {"resourceType": "DocumentReference", "status": "current", "type": {"text": "Giấy"}}
    return {**made, "content": [{"attachment": file}], **members}


def checked(name: str, group: str = "laboratory", **members: Any) -> dict[str, Any]:
    category = [status("observation-category", group)]
    return {**result(name, "2026-06-01"), "category": category, **members}


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


TELLING = {
    "what came of a procedure": (procedure(complication=text("Sốc phản vệ với Iohexol")), "Sốc phản vệ với Iohexol"),
    "its code": (procedure(complication=[coded(SNOMED, "39579001")]), "Chụp CT"),
    "a rash of it": (procedure(complication=text("Nổi mề đay toàn thân")), "Nổi mề đay toàn thân"),
    "why not": (procedure("not-done", statusReason={"text": "Dị ứng thuốc cản quang"}), "Dị ứng thuốc cản quang"),
    "planned": (procedure("preparation", note=text("dị ứng latex")), "dị ứng latex"),
    "stopped for": (medicine("Cefixim", "stopped", statusReason=text("Dị ứng")), "Cefixim: Dị ứng"),
    "stopped for a rash": (medicine("Lamotrigin", "stopped", statusReason=text("Phát ban")), "Lamotrigin: Phát ban"),
    "stopped for SJS": (
        medicine("Allopurinol", "stopped", statusReason=text("Hội chứng Stevens-Johnson")),
        "Hội chứng Stevens-Johnson",
    ),
    "stopped for angioedema": (medicine("Enalapril", "stopped", statusReason=text("Phu Quincke")), "Phu Quincke"),
    "not taken for": (medicine("Ibuprofen", "not-taken", statusReason=text("allergic reaction")), "allergic reaction"),
    "not given for": (dose("not-done", statusReason={"text": "Dị ứng trứng nặng"}), "Dị ứng trứng nặng"),
    "a discharge": (left(dischargeDisposition={"text": "dặn dò: dị ứng Augmentin"}), "dị ứng Augmentin"),
    "a diet": (left(dietPreference=text("Dị ứng sữa bò")), "Dị ứng sữa bò"),
    "a title": (paper(content=[{"attachment": {"title": "Thẻ dị ứng Penicillin", "url": "https://a.vn"}}]), "Thẻ dị"),
    "a type": (paper(type={"text": "Thẻ dị ứng: Penicillin"}), "Thẻ dị ứng: Penicillin"),
    "a note of images": (
        {
            "resourceType": "ImagingStudy",
            "status": "available",
            "note": text("nổi mề đay toàn thân, tụt HA sau tiêm Ultravist"),
        },
        "tụt HA sau tiêm Ultravist",
    ),
    "a skin test": (checked("Test lẩy da Ceftriaxon", valueString="Dương tính"), "Test lẩy da Ceftriaxon"),
    "without marks": (checked("Test lay da Ceftriaxon", valueString="Duong tinh"), "Test lay da Ceftriaxon"),
    "a test of a medicine": (checked("Thử phản ứng thuốc Lidocain", valueString="(+)"), "Lidocain"),
    "a coded answer": (
        checked("Skin prick test: latex", valueCodeableConcept=coded(SNOMED, "10828004")),
        "Skin prick test: latex",
    ),
    "one of a panel": (
        checked("Panel dị nguyên", component=[{"code": {"text": "Tôm"}, "valueString": "Dương tính"}]),
        "Panel dị nguyên: Tôm",
    ),
    "an amount that is high": (
        checked(
            "IgE đặc hiệu lạc",
            valueQuantity={"value": 85, "unit": "kU/L"},
            interpretation=[coded(JUDGED, "H")],
        ),
        "IgE đặc hiệu lạc",
    ),
    "a question in a laboratory's report": (checked("Tiền sử dị ứng", valueString="Penicillin"), "Penicillin"),
    "a diagnosis of a report": (
        {**checked("Khám"), "resourceType": "DiagnosticReport", "conclusionCode": text("Dị ứng hải sản")},
        "Dị ứng hải sản",
    ),
}
SILENT = {
    "a negative test": checked("Test lẩy da Ceftriaxon", valueString="Âm tính"),
    "of tuberculosis": checked("Test nội bì Mantoux (lao)", valueString="Dương tính"),
    "a normal amount": checked("IgE đặc hiệu lạc", valueQuantity={"value": 0.1}, interpretation=[coded(JUDGED, "N")]),
    "of drugs": checked("Test thuốc phiện (opiat)", valueString="Dương tính"),
    "of blood": checked("Thử phản ứng chéo", valueString="Dương tính"),
    "another test": checked("HBsAg", valueString="Dương tính"),
    "stopped for else": medicine("Warfarin", "stopped", statusReason=text("Xuất huyết")),
    "a denial as reason": medicine("Cefixim", "stopped", statusReason=text("Không dị ứng, hết đợt")),
    "a rash denied": procedure(complication=text("Không phát ban")),
    "a denied note": procedure(note=text("Không nổi mề đay sau tiêm thuốc")),
    "in error": {**procedure(complication=text("Sốc phản vệ")), "status": "entered-in-error"},
    "refuted": condition("Dị ứng penicillin", "refuted"),
    "a panel's other one": checked("Panel dị nguyên", component=[{"code": {"text": "Tôm"}, "valueString": "Âm tính"}]),
    "a disease with a rash": condition("Sốt phát ban"),
}


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


@pytest.mark.parametrize(("written", "words"), TELLING.values(), ids=TELLING)
def test_an_allergy_is_named_among_the_allergies_wherever_it_stands(
    person: str, desk: Desk, written: dict[str, Any], words: str
) -> None:
    for said in ([written], [NONE]):
        write(desk, person, *said)
        (told,) = read(desk, person)[ALLERGIES]
        assert words in told
    (against,) = [row for row in read(desk, person)[DIFFERING] if row.startswith("Không dị ứng")]
    assert words in against


@pytest.mark.parametrize("written", SILENT.values(), ids=SILENT)
def test_what_is_none_leaves_none_known_alone(person: str, desk: Desk, written: dict[str, Any]) -> None:
    write(desk, person, written, NONE)
    (told,) = read(desk, person)[ALLERGIES]
    assert told.startswith("Không dị ứng")


PAPERS = [
    ("XML5", "DIEN_BIEN_LS", "Mạch 90. Sốc phản vệ sau tiêm Ceftriaxon lúc 8h.", "Sốc phản vệ sau tiêm Ceftriaxon"),
    ("XML5", "HOI_CHAN", "Dị ứng Penicillin nên đổi kháng sinh", "Dị ứng Penicillin"),
    ("XML7", "GHI_CHU", "Đang dùng Sintrom, có máy tạo nhịp. Dị ứng iod", "Dị ứng iod"),
    ("XML8", "QT_BENHLY", "Tiền sử: dị ứng Vancomycin (hội chứng người đỏ)", "dị ứng Vancomycin"),
    ("XML8", "GHI_CHU", "DI UNG VANCOMYCIN", "DI UNG VANCOMYCIN"),
    ("XML1", "GHI_CHU", "BN DI UNG CEFTRIAXON", "BN DI UNG CEFTRIAXON"),
    ("XML1", "PP_DIEU_TRI", "Ngừng Augmentin vì dị ứng", "Ngừng Augmentin vì dị ứng"),
    ("XML1", "CHAN_DOAN_VAO", "Phản vệ độ II nghi do Diclofenac", "Phản vệ độ II nghi do Diclofenac"),
]


@pytest.mark.parametrize(("table", "name", "words", "told"), PAPERS, ids=[f"{one[0]}.{one[1]}" for one in PAPERS])
def test_an_allergy_in_a_paper_of_a_hospitals_file_is_named(
    world: World, table: str, name: str, words: str, told: str
) -> None:
    desk, person = register(world, provider_code="79999"), store_resident(world, Resident(**BORN))
    write(desk, person, NONE)
    send(desk, rows_set(stay("20261012", "B1"), table, 1, **{name: words}))
    found = read(desk, person)
    assert told in found[ALLERGIES][0]
    assert any(row.startswith("Không dị ứng") and told in row for row in found[DIFFERING])
    send(desk, visit("20261105", "A2", MA_BENH_CHINH="K35.8", CHAN_DOAN_RV="Tái khám sau mổ", MA_BENH_KT="I10"))
    assert told in read(desk, person)[ALLERGIES][0]


def test_a_paper_that_denies_tells_of_none(world: World) -> None:
    desk, person = register(world, provider_code="79999"), store_resident(world, Resident(**BORN))
    send(desk, rows_set(stay("20261012", "B1"), "XML8", 1, QT_BENHLY="Tiền sử không dị ứng thuốc. Mổ ngày 12."))
    found = read(desk, person)
    assert "Chưa hỏi" in found[ALLERGIES][0]
    assert not any("giấy tờ của đợt ghi" in row for row in found["11450-4"])
