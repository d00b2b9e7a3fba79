"""Refusals that two members of a resource tell together, and an older refusal beside a newer agreement."""

from typing import Any

import pytest

from health_record.clinical_words.refused_in_advance import refuses
from tests.conftest import World
from tests.contribute.bundles import status
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.visits import BORN, rows_set, send, stay
from tests.lookup.doctor import condition, result, write
from tests.lookup.test_refusals_in_advance import SAID, SNOMED, coded, procedure, surveyed, top

LATER = "SAU ĐÓ CÓ GHI ĐỒNG Ý"


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


def not_done(name: str, why: str, state: str = "not-done") -> dict[str, Any]:
    return procedure(name, state, statusReason={"text": why})


def in_a_laboratory(name: str, **members: Any) -> dict[str, Any]:
    return {**result(name, "2026-11-20"), "category": [status("observation-category", "laboratory")], **members}


TOLD = {
    "blood": not_done("Truyền máu", "Bệnh nhân từ chối"),
    "by the family": not_done("Truyền khối hồng cầu", "Gia đình không đồng ý"),
    "a tube": not_done("Đặt nội khí quản", "người bệnh không chấp nhận"),
    "by a wish": not_done("Hồi sức tim phổi", "theo nguyện vọng người bệnh"),
    "stopped": not_done("Lọc máu", "BN từ chối", "stopped"),
    "in a note": procedure("Truyền máu", "not-done", note=[{"text": "Đã giải thích, BN từ chối"}]),
    "in English": not_done("Blood transfusion", "Patient declined", "not-done"),
    "by a wish beside another": not_done("Truyền máu", "theo nguyện vọng người bệnh, chuyển viện"),
    "by a code": procedure("Truyền máu", "not-done", statusReason=coded(SNOMED, "105480006")),
    "a question of a laboratory": in_a_laboratory("DNR", valueBoolean=True),
    "its answer": in_a_laboratory("Từ chối truyền máu", valueString="Có"),
    "a form": surveyed("Đồng ý truyền máu", valueString="Không"),
    "a form's box": surveyed("Đồng ý hồi sức tim phổi", valueBoolean=False),
    "a state": surveyed("Code status", valueString="DNR"),
}
NOT_TOLD = {
    "no need": not_done("Truyền máu", "hết chỉ định"),
    "the body": not_done("Đặt nội khí quản", "tiên lượng khó, chuyển mở khí quản"),
    "another treatment": not_done("Chụp CT", "Bệnh nhân từ chối"),
    "an operation": not_done("Cắt ruột thừa", "Gia đình không đồng ý"),
    "to be moved": not_done("Truyền máu", "nguyện vọng chuyển viện"),
    "to be moved by the family": not_done("Hồi sức tim phổi", "Theo nguyện vọng của gia đình xin chuyển tuyến"),
    "no order": not_done("Hồi sức tim phổi", "bệnh nhân tự thở lại"),
    "done": procedure("Truyền máu", note=[{"text": "lúc đầu BN từ chối mổ"}]),
    "an answer of no": in_a_laboratory("DNR", valueBoolean=False),
    "an answer of no in words": surveyed("Từ chối truyền máu", valueString="Không"),
    "an agreement": surveyed("Đồng ý truyền máu", valueString="Có"),
    "all is done": surveyed("Code status", valueString="Full code"),
    "a laboratory's own words": in_a_laboratory("Nhóm máu", valueString="O, đủ để truyền máu"),
}


@pytest.mark.parametrize("written", TOLD.values(), ids=TOLD)
def test_a_treatment_and_who_did_not_want_it_are_read_together(
    person: str, desk: Desk, written: dict[str, Any]
) -> None:
    write(desk, person, written)
    assert SAID in top(desk, person)


@pytest.mark.parametrize("written", NOT_TOLD.values(), ids=NOT_TOLD)
def test_what_nobody_refused_is_not_told(person: str, desk: Desk, written: dict[str, Any]) -> None:
    write(desk, person, written)
    assert SAID not in top(desk, person)


@pytest.mark.parametrize(
    ("refused", "agreed"),
    [
        ("Từ chối truyền máu", "Đồng ý truyền máu"),
        ("BN không nhận máu [tôn giáo]", "BN và gia đình đồng ý truyền khối hồng cầu"),
        ("DNR", "Full code"),
        ("Gia đình xin không đặt NKQ", "Gia đình đồng ý đặt nội khí quản, thở máy"),
        ("Không hồi sức tim phổi theo nguyện vọng", "Gia đình xin hồi sức tối đa"),
        ("Từ chối lọc máu", "BN đồng ý chạy thận nhân tạo"),
        ("Refuses blood transfusion", "Consents to blood transfusion"),
        ("DNR", "Đã rút lại DNR"),
        ("Từ chối truyền máu", "Rút lại cam kết từ chối truyền máu"),
    ],
)
def test_an_agreement_after_a_refusal_is_named_beside_it(person: str, desk: Desk, refused: str, agreed: str) -> None:
    notes = ((refused, "2026-01-05"), (agreed, "2026-11-20"))
    write(desk, person, *(condition("Khám", note=[{"text": text}], recordedDate=day) for text, day in notes))
    said = top(desk, person)
    assert refused in said.replace("[", "[")
    assert LATER in said
    assert agreed in said.partition(LATER)[2]
    assert "20/11/2026" in said.partition(LATER)[2]


@pytest.mark.parametrize(
    ("refused", "agreed", "days"),
    [
        ("Từ chối truyền máu", "Đồng ý truyền máu", ("2026-11-20", "2026-01-05")),
        ("Từ chối truyền máu", "Đồng ý truyền máu", ("2026-11-20", "2026-11-20")),
        ("Từ chối truyền máu", "Đồng ý phẫu thuật", ("2026-01-05", "2026-11-20")),
        ("Từ chối truyền máu", "Đồng ý đặt nội khí quản", ("2026-01-05", "2026-11-20")),
        ("Từ chối truyền máu", "Không đồng ý truyền máu", ("2026-01-05", "2026-11-20")),
        ("Từ chối truyền máu", "Chưa đồng ý truyền máu", ("2026-01-05", "2026-11-20")),
        ("Từ chối truyền máu", "Đồng ý truyền máu: □ Có ■ Không", ("2026-01-05", "2026-11-20")),
        ("DNR", "Đồng ý truyền máu", ("2026-01-05", "2026-11-20")),
        ("DNR", "Đã giải thích tình trạng bệnh", ("2026-01-05", "2026-11-20")),
        ("DNR", "Gia đình đồng ý đặt ống thông dạ dày", ("2026-01-05", "2026-11-20")),
        ("DNR", "Gia đình đồng ý can thiệp mạch vành", ("2026-01-05", "2026-11-20")),
        ("DNR", "Gia đình xin cấp cứu 115 đưa về", ("2026-01-05", "2026-11-20")),
        ("Từ chối đặt NKQ", "Gia đình đồng ý thở máy không xâm lấn", ("2026-01-05", "2026-11-20")),
        ("Từ chối truyền máu", "Gia đình đồng ý truyền dịch", ("2026-01-05", "2026-11-20")),
    ],
)
def test_no_agreement_is_told_that_nobody_gave_later(
    person: str, desk: Desk, refused: str, agreed: str, days: tuple[str, str]
) -> None:
    notes = zip((refused, agreed), days, strict=True)
    write(desk, person, *(condition("Khám", note=[{"text": text}], recordedDate=day) for text, day in notes))
    said = top(desk, person)
    assert refused in said
    assert LATER not in said


@pytest.mark.parametrize(
    ("refused", "agreed", "is_told"),
    [
        ("2026-11-19T18:00:00Z", "2026-11-20", False),
        ("2026-11-19T16:59:00Z", "2026-11-20", True),
        ("2026-11-20", "2026-11-20T18:00:00Z", True),
        ("2026-11-20T08:00:00+07:00", "2026-11-20T20:00:00+07:00", True),
        ("2026-11-20T20:00:00+07:00", "2026-11-20T08:00:00+07:00", False),
        ("2026-11-20T08:00:00+07:00", "2026-11-20T01:30:00Z", True),
        ("2026-11-20T08:00:00+07:00", "2026-11-20T00:30:00Z", False),
        ("2026-11-20T08:00:00+07:00", "2026-11-20T08:00:00+07:00", False),
        ("2026-11-20T08:00:00+07:00", "2026-11-20", False),
        ("2026-11-20", "2026-11-20T08:00:00+07:00", False),
        ("2026-11-20T00:00:00+07:00", "2026-11-20T20:00:00+07:00", False),
        ("2026-11-19T17:00:00Z", "2026-11-20T20:00:00+07:00", False),
        ("2026-11", "2026-11-20", False),
        ("2026", "2026-11-20", False),
        ("2026-11-20", "2026-11", False),
        ("2026-10-20", "2026-11", True),
        ("2025", "2026", True),
    ],
)
def test_later_is_what_is_surely_later_here(
    person: str, desk: Desk, refused: str, agreed: str, *, is_told: bool
) -> None:
    notes = ((refused, "Từ chối truyền máu"), (agreed, "Đồng ý truyền máu"))
    write(desk, person, *(condition("Khám", note=[{"text": text}], recordedDate=day) for day, text in notes))
    assert (LATER in top(desk, person)) is is_told


@pytest.mark.parametrize("members", [{}, {"recordedDate": "2026-11-20"}])
def test_who_takes_back_a_refusal_of_no_day_or_of_that_day_is_told(
    person: str, desk: Desk, members: dict[str, str]
) -> None:
    taken_back = condition("Khám", note=[{"text": "Đã rút lại DNR"}], recordedDate="2026-11-20")
    write(desk, person, condition("Khám", note=[{"text": "DNR"}], **members), taken_back)
    assert "Đã rút lại DNR" in top(desk, person).partition(LATER)[2]


@pytest.mark.parametrize(("refused", "is_told"), [("08:00", True), ("20:00", False)])
def test_who_refuses_later_that_day_took_nothing_of_it_back(
    person: str, desk: Desk, refused: str, *, is_told: bool
) -> None:
    said = {"12:00": "Đã rút lại DNR", refused: "DNR"}
    for hour, text in said.items():
        write(desk, person, condition("Khám", note=[{"text": text}], recordedDate=f"2026-11-20T{hour}:00+07:00"))
    assert (LATER in top(desk, person)) is is_told


def test_of_a_long_note_the_words_that_agree_are_quoted(person: str, desk: Desk) -> None:
    notes = {
        "2026-01-05": "Từ chối truyền máu",
        "2026-11-20": f"{BESIDE * 20}Gia đình đồng ý truyền máu. {BESIDE * 20}",
    }
    write(desk, person, *(condition("Khám", note=[{"text": text}], recordedDate=day) for day, text in notes.items()))
    assert "Gia đình đồng ý truyền máu" in top(desk, person).partition(LATER)[2]


def test_who_takes_back_a_refusal_and_refuses_anew_refuses(person: str, desk: Desk) -> None:
    said = {"2026-11-20": "Đã rút lại DNR", "2026-11-25": "DNR"}
    write(desk, person, *(condition("Khám", note=[{"text": text}], recordedDate=day) for day, text in said.items()))
    assert LATER not in top(desk, person)


def test_who_refuses_again_after_an_agreement_refuses(person: str, desk: Desk) -> None:
    notes = (
        ("Từ chối truyền máu", "2026-01-05"),
        ("Đồng ý truyền máu", "2026-03-05"),
        ("Không nhận máu", "2026-11-20"),
    )
    write(desk, person, *(condition("Khám", note=[{"text": text}], recordedDate=day) for text, day in notes))
    assert LATER not in top(desk, person)


def test_an_agreement_alone_is_not_at_the_top(person: str, desk: Desk) -> None:
    write(desk, person, condition("Khám", note=[{"text": "Đồng ý truyền máu"}], recordedDate="2026-11-20"))
    assert SAID not in top(desk, person)


BESIDE = "BN vào viện vì đau ngực, đã xử trí theo phác đồ. "


@pytest.mark.parametrize("before", [0, 1, 20])
@pytest.mark.parametrize("behind", [0, 20])
def test_of_a_long_note_the_words_that_refuse_are_quoted(person: str, desk: Desk, before: int, behind: int) -> None:
    note = f"{BESIDE * before}BN từ chối truyền máu vì lý do tôn giáo. {BESIDE * behind}"
    write(desk, person, condition("Khám", note=[{"text": note}]))
    assert "từ chối truyền máu vì lý do tôn giáo" in top(desk, person)


@pytest.mark.parametrize("between", [0, 1, 20])
@pytest.mark.parametrize(
    ("refused", "agreed"),
    [
        ("Lúc 8h gia đình từ chối đặt NKQ", "10h gia đình đồng ý đặt NKQ, thở máy"),
        ("BN từ chối truyền máu", "Sau giải thích BN đồng ý"),
        ("Từ chối truyền máu", "Chỉ khi nguy kịch mới đồng ý truyền máu"),
        ("Từ chối lọc máu", "Sau hội chẩn, gia đình chấp nhận chạy thận nhân tạo"),
    ],
)
def test_an_agreement_behind_a_refusal_in_one_text_is_quoted(
    person: str, desk: Desk, refused: str, agreed: str, between: int
) -> None:
    text = f"{refused}. {BESIDE * between}{agreed}. Da niêm hồng"
    write(desk, person, condition("Khám", note=[{"text": text}]))
    said = top(desk, person)
    assert refused in said
    assert agreed in said.partition(refused)[2]


@pytest.mark.parametrize(
    "behind",
    [
        "Gia đình không đồng ý đặt NKQ",
        "Gia đình chưa đồng ý",
        "Gia đình đồng ý phẫu thuật",
        "Gia đình đồng ý truyền máu",
        "Gia đình đồng ý đặt ống thông dạ dày",
        "Gia đình đồng ý thở máy không xâm lấn",
    ],
)
def test_no_other_agreement_is_quoted(person: str, desk: Desk, behind: str) -> None:
    write(desk, person, condition("Khám", note=[{"text": f"Từ chối đặt NKQ. {BESIDE * 9}{behind}"}]))
    assert f"… {behind}" not in top(desk, person)


@pytest.mark.parametrize(
    ("refused", "other", "is_told"),
    [
        ("Gia đình ký DNR", "Gia đình rút lại DNR", True),
        ("Gia đình từ chối đặt NKQ", "Gia đình đồng ý đặt NKQ", True),
        ("Gia đình từ chối đặt NKQ", "Gia đình không đồng ý đặt NKQ", False),
        ("Gia đình từ chối đặt NKQ", "Gia đình đồng ý truyền máu", False),
    ],
)
def test_the_papers_of_a_file_tell_an_agreement_of_another_text(
    world: World, refused: str, other: str, *, is_told: bool
) -> None:
    desk, person = register(world, provider_code="79999"), store_resident(world, Resident(**BORN))
    file = rows_set(stay("20261012", "S1"), "XML5", 1, DIEN_BIEN_LS=f"{refused}. Da niêm hồng")
    send(desk, rows_set(file, "XML5", 2, DIEN_BIEN_LS=f"Tỉnh. {other}. Ăn được"))
    said = top(desk, person)
    assert (other if refuses(other) else refused) in said, "the last word stands first"
    assert (f"cũng ghi [also]: {other}" in said) is is_told


def test_the_papers_of_a_file_tell_an_agreement_with_the_refusal_before_it(world: World) -> None:
    desk, person = register(world, provider_code="79999"), store_resident(world, Resident(**BORN))
    words = "Lúc 8h gia đình từ chối đặt NKQ. 10h giải thích lại, gia đình đồng ý đặt NKQ. Da niêm hồng"
    send(desk, rows_set(stay("20261012", "S1"), "XML5", 1, DIEN_BIEN_LS=words))
    said = top(desk, person)
    assert "từ chối đặt NKQ … 10h giải thích lại, gia đình đồng ý đặt NKQ" in said
    assert "Da niêm hồng" not in said


STAYS = [
    ("GĐ ký DNR", "GĐ rút lại DNR", True),
    ("GĐ ký DNR", "GĐ hủy DNR, đồng ý đặt NKQ", True),
    ("GĐ ký DNR", "Giải thích lại, GĐ đồng ý đặt NKQ", True),
    ("GĐ rút lại DNR", "GĐ ký DNR", False),
    ("GĐ ký DNR", "Gia đình chưa rút lại DNR", False),
    ("GĐ ký DNR", "Da niêm hồng", False),
]


@pytest.mark.parametrize(("first", "then", "is_taken_back"), STAYS)
def test_a_refusal_of_one_stay_is_taken_back_by_the_papers_of_a_later_one(
    world: World, first: str, then: str, *, is_taken_back: bool
) -> None:
    desk, person = register(world, provider_code="79999"), store_resident(world, Resident(**BORN))
    for day, key, words in (("20260105", "S1", first), ("20261012", "S2", then)):
        send(desk, rows_set(stay(day, key, NGAY_RA=f"{day}2000"), "XML5", 1, DIEN_BIEN_LS=words))
    said = top(desk, person)
    assert "DNR" in said
    assert (LATER in said) is is_taken_back
    assert not is_taken_back or then in said.partition(LATER)[2]


def test_of_one_stay_the_last_word_stands_first_and_is_taken_back_by_none_of_before(world: World) -> None:
    desk, person = register(world, provider_code="79999"), store_resident(world, Resident(**BORN))
    file = stay("20261012", "S1")
    for row, (hour, words) in enumerate((("08", "GĐ hủy DNR"), ("10", "GĐ ký lại DNR")), 1):
        file = rows_set(file, "XML5", row, DIEN_BIEN_LS=words, THOI_DIEM_DBLS=f"20261012{hour}00")
    send(desk, file)
    said = top(desk, person)
    assert "GĐ ký lại DNR" in said
    assert "GĐ hủy DNR" not in said


def test_of_one_stay_what_takes_a_refusal_back_later_is_told_with_it(world: World) -> None:
    desk, person = register(world, provider_code="79999"), store_resident(world, Resident(**BORN))
    file = stay("20261012", "S1")
    for row, (hour, words) in enumerate((("10", "GĐ hủy DNR"), ("08", "GĐ ký DNR")), 1):
        file = rows_set(file, "XML5", row, DIEN_BIEN_LS=words, THOI_DIEM_DBLS=f"20261012{hour}00")
    send(desk, file)
    assert "cũng ghi [also]: GĐ hủy DNR" in top(desk, person)


@pytest.mark.parametrize(
    ("first", "then", "is_told"),
    [
        ("BN từ chối truyền máu", "GĐ ký DNR", True),
        ("BN từ chối lọc máu", "BN từ chối truyền máu", True),
        ("GĐ ký DNR", "GĐ không đồng ý đặt NKQ", False),
    ],
)
def test_what_two_stays_refused_stands_at_the_top_each_treatment_by_its_newest_words(
    world: World, first: str, then: str, *, is_told: bool
) -> None:
    desk, person = register(world, provider_code="79999"), store_resident(world, Resident(**BORN))
    for day, key, words in (("20260105", "S1", first), ("20261012", "S2", then)):
        send(desk, rows_set(stay(day, key, NGAY_RA=f"{day}2000"), "XML5", 1, DIEN_BIEN_LS=words))
    said = top(desk, person)
    assert then in said
    assert (first in said) is is_told
    assert LATER not in said
