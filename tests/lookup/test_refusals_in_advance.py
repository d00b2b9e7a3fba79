"""What the person refused or asked for in advance stands at the top of `$summary`, on paper and as a tag."""

from typing import Any

import pytest

from functions.declare.view import summary_lines
from tests.conftest import World
from tests.contribute.bundles import status
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.visits import BORN, rows_set, send, stay
from tests.lookup import doctor
from tests.lookup.doctor import condition, result, rows, write

SAID = "NGƯỜI BỆNH CÓ ĐIỀU TỪ CHỐI HOẶC DẶN TRƯỚC"
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def procedure(name: str, state: str = "completed", **members: Any) -> dict[str, Any]:
    return {"resourceType": "Procedure", "status": state, "code": {"text": name}, **members}


def paper(state: str = "current", **members: Any) -> dict[str, Any]:
    file = {"attachment": {"contentType": "application/pdf", "title": "Giấy", "url": "https://example.vn/1.pdf"}}
    made = {"resourceType": "DocumentReference", "status": state, "type": {"text": "Giấy"}}
    return {**made, "content": [file], **members}


def surveyed(name: str, **members: Any) -> dict[str, Any]:
    return {**result(name, "2026-11-20"), "category": [status("observation-category", "survey")], **members}


def top(desk: Desk, person: str) -> str:
    return rows(desk.summary_by_id(person).json["entry"][0]["resource"]["text"]["div"])[0]


TOLD = {
    "a disease": (condition("Không hồi sức tim phổi (DNR)"), "Không hồi sức tim phổi"),
    "its code": (condition("x", code=coded(SNOMED, "304253006")), "không hồi sức"),
    "a note": (condition("Ung thư phổi", note=[{"text": "gia đình và BN từ chối hồi sức"}]), "từ chối hồi sức"),
    "without marks": (condition("Tu choi truyen mau"), "Tu choi truyen mau"),
    "a result": (surveyed("Tình trạng hồi sức", valueString="Không ép tim"), "Không ép tim"),
    "its LOINC": (
        surveyed("x", code=coded(LOINC, "100822-6"), valueCodeableConcept={"text": "Không"}),
        "y lệnh hồi sức",
    ),
    "a paper": (paper(description="Từ chối truyền máu, Nhân chứng Giê-hô-va"), "Từ chối truyền máu"),
    "a kind of paper": (paper(type=coded(LOINC, "42348-3")), "ý nguyện định trước"),
    "why not done": (
        procedure("Truyền máu", "not-done", statusReason={"text": "Từ chối nhận máu vì tôn giáo"}),
        "Từ chối nhận máu",
    ),
    "in English": (condition("Refuses blood transfusion (Jehovah's Witness)"), "Refuses blood transfusion"),
}
IN_PLAIN_WORDS = [
    "Xin không đặt nội khí quản",
    "Không đồng ý truyền máu và chế phẩm máu",
    "Đừng hồi sức cho tôi",
    "Xin không cấp cứu ngưng tim",
    "Xin đừng truyền máu cho tôi vì lý do tôn giáo",
    "Gia đình cam kết không thở máy",
    "BN từ chối đặt NKQ",
    "Khong chap nhan truyen mau",
    "Chăm sóc giảm nhẹ, không can thiệp xâm lấn",
    "Nguyện vọng không hồi sức tim phổi",
    "Gia đình đề nghị không ép tim, không sốc điện",
    "GĐ ko đồng ý đặt NKQ, xin về",
    "Thống nhất với gia đình: không HSTP nếu ngừng tim",
    "Không hồi sinh tim phổi, không thở máy",
    "BN không nhận truyền máu [tôn giáo]",
    "Từ chối mọi biện pháp hồi sức cấp cứu",
    "BN từ chối lọc máu",
]
NOT_TOLD = {
    "agreed": condition("Đồng ý truyền máu khi cần"),
    "never had any": condition("Không truyền máu lần nào"),
    "the end of a resuscitation": condition("Dừng hồi sức sau 45 phút"),
    "used": condition("Chưa từng dùng thở máy"),
    "a course": condition("Viêm phổi", note=[{"text": "Tự thở, không đặt nội khí quản, không thở máy"}]),
    "a wish for its use": condition("Viêm phổi", note=[{"text": "Gia đình đồng ý dùng thở máy"}]),
    "a wish for it": condition("Viêm phổi", note=[{"text": "Gia đình xin cấp cứu, đồng ý đặt nội khí quản"}]),
    "refuted": condition("Không hồi sức", "refuted"),
    "over": condition("Từ chối truyền máu", clinical="resolved"),
    "superseded": paper("superseded", description="Từ chối truyền máu"),
    "in error": paper("entered-in-error", description="Từ chối truyền máu"),
    "a resuscitation": procedure("Hồi sức tim phổi thành công"),
    "blood given": procedure("Truyền máu"),
    "an anaesthesia": procedure("Gây tê, không đặt nội khí quản"),
    "an operation": procedure("Mổ, không truyền máu"),
    "not refused": condition("Thiếu máu", note=[{"text": "không từ chối truyền máu"}]),
    "another refusal": condition("Thiếu máu", note=[{"text": "từ chối nằm viện"}]),
}


@pytest.mark.parametrize(("written", "words"), TOLD.values(), ids=TOLD)
def test_a_refusal_stands_at_the_top_with_who_wrote_it(
    person: str, desk: Desk, written: dict[str, Any], words: str
) -> None:
    write(desk, person, written)
    said = top(desk, person)
    assert SAID in said
    assert words in said
    assert "Trung tâm Y tế Bình Quới" in said
    document = desk.summary_by_id(person).json
    (patient,) = [each["resource"] for each in document["entry"] if each["resource"]["resourceType"] == "Patient"]
    (tag,) = [each for each in patient["meta"]["tag"] if each["code"] == "refuses"]
    assert tag["system"] == "urn:x-so-suc-khoe:record"
    assert any(line.text == tag["display"] for line in summary_lines.build_lines(document, "Asia/Ho_Chi_Minh"))


@pytest.mark.parametrize("words", IN_PLAIN_WORDS)
def test_a_refusal_in_the_words_of_its_person_stands_at_the_top(person: str, desk: Desk, words: str) -> None:
    write(desk, person, condition("Ung thư phổi", note=[{"text": words}]))
    assert words in top(desk, person)


@pytest.mark.parametrize(
    "words",
    [
        "Xin đừng truyền máu cho tôi vì lý do tôn giáo",
        "Tôi theo đạo, không được truyền máu cho tôi trong mọi trường hợp",
        "Xin đừng đặt ống cho tôi, tôi muốn ra đi nhẹ nhàng",
    ],
)
def test_a_declared_refusal_stands_at_the_top(world: World, words: str) -> None:
    person = store_resident(world, Resident(answers={"other.note": [{"valueString": words}]}))
    assert words in top(register(world), person)


@pytest.mark.parametrize(
    ("table", "field", "words"),
    [
        ("XML7", "GHI_CHU", "Gia đình ký cam kết không hồi sức tim phổi"),
        ("XML5", "HOI_CHAN", "BN là Nhân chứng Giê-hô-va, từ chối truyền máu"),
        ("XML5", "DIEN_BIEN_LS", "Gia đình xin không đặt nội khí quản"),
        ("XML8", "GHI_CHU", "Từ chối thở máy"),
        ("XML5", "DIEN_BIEN_LS", "GĐ ký cam kết từ chối thủ thuật đặt NKQ"),
    ],
)
def test_a_refusal_in_the_papers_of_a_file_stands_at_the_top(world: World, table: str, field: str, words: str) -> None:
    person, desk = store_resident(world, Resident(**BORN)), register(world, provider_code="79999")
    send(desk, rows_set(stay("20261012", "S1"), table, 1, **{field: f"Bệnh tỉnh. {words}. Da niêm hồng"}))
    said = top(desk, person)
    assert words in said
    assert "Da niêm hồng" not in said


def test_a_difficult_airway_of_an_operation_note_is_told(world: World) -> None:
    person, desk = store_resident(world, Resident(**BORN)), register(world, provider_code="79999")
    words = "Cắt lách. Đặt NKQ khó (Cormack 4). Không biến chứng"
    send(desk, rows_set(stay("20261012", "S1"), "XML5", 2, PHAU_THUAT=words))
    assert any("Đặt NKQ khó (Cormack 4)" in row for row in doctor.read(desk, person)["11450-4"])


@pytest.mark.parametrize("written", NOT_TOLD.values(), ids=NOT_TOLD)
def test_what_is_no_refusal_does_not(person: str, desk: Desk, written: dict[str, Any]) -> None:
    write(desk, person, written)
    assert SAID not in top(desk, person)


def test_the_persons_own_words_do(world: World, desk: Desk) -> None:
    own = {"other.note": [{"valueString": "Tôi không nhận máu, theo đạo Giê-hô-va"}]}
    said = top(desk, store_resident(world, Resident(answers=own)))
    assert SAID in said
    assert "Tôi không nhận máu" in said


def test_of_many_the_newest_are_named_and_the_others_counted(person: str, desk: Desk) -> None:
    days = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01")
    write(desk, person, *(condition(f"Không hồi sức, lần {day}", recordedDate=day) for day in days))
    said = top(desk, person)
    assert [day in said for day in days] == [False, False, True, True, True]
    assert "và 2 mục nữa" in said
