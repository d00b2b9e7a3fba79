"""Reading episode files: tolerant of how hospitals write, strict about what is meant, and nothing but named faults."""

import base64
import json
import re
import tracemalloc
from dataclasses import replace

import pytest

from health_record.hospital_file import envelope
from health_record.hospital_file.episode import Episode
from health_record.hospital_file.faults import FileRefusedError
from tests.hospital_file.deviations import SAME
from tests.hospital_file.files import INPATIENT, OUTPATIENT, TWO, contents, inside, places, read, replaced, sound

FILES = {"outpatient": OUTPATIENT, "inpatient": INPATIENT, "two": TWO}


@pytest.mark.parametrize("example", FILES)
@pytest.mark.parametrize("name", SAME)
def test_a_deviation_changes_nothing_of_what_is_read(name: str, example: str) -> None:
    clean, deviating = sound(FILES[example]), sound(SAME[name](FILES[example]))
    assert [replace(each, warnings=[]) for each in deviating] == [replace(each, warnings=[]) for each in clean]


def test_the_examples_have_no_warning() -> None:
    assert [each.warnings for file in FILES.values() for each in sound(file)] == [[]] * 4


def test_what_is_unclear_but_taken_is_remarked() -> None:
    (found,) = sound(SAME["fields nobody knows"](OUTPATIENT))
    assert {(each.place, each.code) for each in found.warnings} >= {("XML1[1]", "fields-unknown")}
    (found,) = sound(replaced(OUTPATIENT, "XML1", "MA_BENH_KT", "E11.9, E78.5"))
    assert found.tables["XML1"][0]["MA_BENH_KT"] == "E11.9;E78.5"
    assert [(each.place, each.code) for each in found.warnings] == [("XML1[1].MA_BENH_KT", "icd-10")]
    (found,) = sound(replaced(OUTPATIENT, "XML2", "SO_LUONG", "0,5", row=2))
    assert found.tables["XML2"][1]["SO_LUONG"] == "0.5"
    assert [each.place for each in found.warnings] == ["XML2[2].SO_LUONG"]


def test_windows_1258_is_read_with_a_warning_and_broken_utf_8_is_not() -> None:
    def old(data: bytes) -> str:
        text = data.decode().replace("Tái khám tăng huyết áp", "Tái khám").encode("cp1258", "xmlcharrefreplace")
        return base64.b64encode(text).decode()

    (found,) = sound(contents(OUTPATIENT, old))
    assert found.tables["XML1"][0]["LY_DO_VV"] == "Tái khám"
    assert {each.code for each in found.warnings} == {"not-utf-8"}

    def broken(data: bytes) -> str:
        return base64.b64encode(data.replace("Ă".encode(), b"\xc4", 1)).decode()

    assert places(contents(OUTPATIENT, broken)) == ["XML1 encoding"]


def test_what_is_left_at_the_door_is_in_no_episode() -> None:
    marked = inside(
        INPATIENT,
        lambda text: re.sub(
            r"<(MA_DINH_CHI_THAI|NGUYENNHAN_DINHCHI|SO_CONCHET|NGAY_CONCHET|HO_TEN_ME|MA_TTDV|DON_GIA_BV)>?[^<]*(</\1>|/>)",
            r"<\1>LEFT</\1>",
            text,
        ),
    )
    (found,) = sound(marked)
    kept = json.dumps(found.content, ensure_ascii=False)
    for gone in ("LEFT", "TRẦN VĂN MẪU", "079060000456", "GD4797999000456", "0900000456", "196008210000", "T_BHTT"):
        assert gone not in kept, gone
    assert found.emergency is True
    assert "MA_DOITUONG_KCB" not in kept


WRONG = {
    "XML1[1].NGAY_VAO date": (OUTPATIENT, "XML1", "NGAY_VAO", "202613050800"),
    "XML1[1].NGAY_RA date": (OUTPATIENT, "XML1", "NGAY_RA", "05/10/2026 10:10"),
    "XML1[1].NGAY_RA order": (OUTPATIENT, "XML1", "NGAY_RA", "202610050759"),
    "XML1[1].NGAY_VAO future": (OUTPATIENT, "XML1", "NGAY_VAO", "202612010000"),
    "XML1[1].NGAY_SINH date": (OUTPATIENT, "XML1", "NGAY_SINH", "195600120000"),
    "XML1[1].NGAY_SINH missing": (OUTPATIENT, "XML1", "NGAY_SINH", ""),
    "XML1[1].NGAY_SINH order": (OUTPATIENT, "XML1", "NGAY_SINH", "202700000000"),
    "XML1[1].SO_CCCD number": (OUTPATIENT, "XML1", "SO_CCCD", "79156000123"),
    "XML1[1].GIOI_TINH not-listed": (OUTPATIENT, "XML1", "GIOI_TINH", "Nam"),
    "XML1[1].MA_BENH_CHINH missing": (OUTPATIENT, "XML1", "MA_BENH_CHINH", ""),
    "XML1[1].MA_BENH_CHINH icd-10": (OUTPATIENT, "XML1", "MA_BENH_CHINH", "I10;E11"),
    "XML1[1].MA_BENH_KT icd-10": (OUTPATIENT, "XML1", "MA_BENH_KT", "tăng huyết áp"),
    "XML1[1].KET_QUA_DTRI not-listed": (OUTPATIENT, "XML1", "KET_QUA_DTRI", "9"),
    "XML1[1].MA_LOAI_RV not-listed": (OUTPATIENT, "XML1", "MA_LOAI_RV", "6"),
    "XML1[1].MA_LOAI_KCB not-listed": (OUTPATIENT, "XML1", "MA_LOAI_KCB", "ngoại trú"),
    "XML1[1].CAN_NANG number": (OUTPATIENT, "XML1", "CAN_NANG", "1.058,5"),
    "XML1[1].NGAY_TAI_KHAM date": (OUTPATIENT, "XML1", "NGAY_TAI_KHAM", "20261102 lúc 8 giờ"),
    "XML2[2].NGAY_YL date": (OUTPATIENT, "XML2", "NGAY_YL", "2026", 2),
    "XML2[2].STT repeated-line": (OUTPATIENT, "XML2", "STT", "1", 2),
    "XML2[3].TEN_THUOC missing": (OUTPATIENT, "XML2", "TEN_THUOC", "", 3),
    "XML2[1].MA_LK another-episode": (OUTPATIENT, "XML2", "MA_LK", "x", 1),
    "XML2[1].MA_LK missing": (OUTPATIENT, "XML2", "MA_LK", "", 1),
    "XML3[4].MA_NHOM not-listed": (OUTPATIENT, "XML3", "MA_NHOM", "19", 4),
    "XML3[1].SO_LUONG number": (OUTPATIENT, "XML3", "SO_LUONG", "hai", 1),
    "XML4[9].NGAY_KQ date": (OUTPATIENT, "XML4", "NGAY_KQ", "202610052460", 9),
    "XML5[1].DIEN_BIEN_LS missing": (OUTPATIENT, "XML5", "DIEN_BIEN_LS", "", 1),
    "XML5[1] xml-broken": (OUTPATIENT, "XML5", "DIEN_BIEN_LS", "<b>y</b>", 1),
    "XML14[1].NGAY_HEN_KL date": (OUTPATIENT, "XML14", "NGAY_HEN_KL", "tuần sau", 1),
}


@pytest.mark.parametrize("place", WRONG)
def test_a_wrong_value_is_named_by_table_row_field_and_reason(place: str) -> None:
    assert place in places(replaced(*WRONG[place]))


WEIGHTS = {  # as XML1 tells it, in kg -> whether it is remarked on; none refuses the episode
    "5250": True,  # grams of a newborn
    "3200": True,
    "500.5": True,
    "350.1": True,
    "0.2": True,
    "0": True,
    "-58": True,
    "0.3": False,
    "0.65": False,  # a child born far too early
    "5.25": False,
    "58.5": False,
    "58,5": False,
    "250": False,
    "350": False,
    "": False,
}


@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_weight_that_can_hardly_be_one_in_kilograms_is_told_and_refuses_nothing(weight: str) -> None:
    (episode,) = read(replaced(OUTPATIENT, "XML1", "CAN_NANG", weight))
    assert isinstance(episode, Episode)
    told = [fault.code for fault in episode.warnings if fault.field == "CAN_NANG"]
    assert ("weight-unlikely" in told) is WEIGHTS[weight]


LETTERS = {  # of LY_DO_VV, in a table that is sound Vietnamese elsewhere
    "T?ng huy?t áp vô c?n": True,
    "Tăng huy\ufffdt áp": True,
    "BÖnh nh©n nhËp viÖn v× ®au ngùc": True,  # TCVN3
    "Sốt cao, ho khan": False,
    "Nghi viêm phổi? theo dõi thêm?": False,
    "Sốt?ho": False,
    "Bệnh Ménière, hội chứng Sjögren": False,
    "Hội chứng Guillain-Barré": False,
    "SpO2 98%? Mạch 80?": False,
}


@pytest.mark.parametrize("text", LETTERS)
def test_a_field_that_lacks_letters_is_told_and_refuses_nothing(text: str) -> None:
    (episode,) = read(replaced(OUTPATIENT, "XML1", "LY_DO_VV", text))
    assert isinstance(episode, Episode)
    told = [each.place for each in episode.warnings if each.code == "letters-lost"]
    assert ("XML1[1].LY_DO_VV" in told) is LETTERS[text]


# What a table has that is no XML: the table, what is put for what, where it is told to be, and whether a hint helps.
NOT_XML: dict[str, tuple[str, str, str, str, bool]] = {
    "a raw ampersand": ("XML1", "khi hết thuốc", "khi & hết", "XML1[1].GHI_CHU", True),
    "a raw less-than": ("XML1", "khi hết thuốc", "khi < hết", "XML1[1].GHI_CHU", True),
    "an entity of HTML": ("XML1", "khi hết thuốc", "khi&nbsp;hết", "XML1[1].GHI_CHU", True),
    "in the second row": ("XML2", "<STT>2</STT>", "<STT>2&</STT>", "XML2[2].STT", True),
    "in the third row": ("XML3", "<STT>3</STT>", "<STT>3 & 4</STT>", "XML3[3].STT", True),
    "an element that ends elsewhere": ("XML2", "<STT>3</STT>", "<STT>3</ST>", "XML2[3].STT", False),
    "within a name that is no field": ("XML2", "<STT>3</STT>", "<STT>3</STT><NGUYEN>&</NGUYEN>", "XML2", True),
    "between the rows": ("XML2", "</DSACH_CHI_TIET_THUOC>", "& </DSACH_CHI_TIET_THUOC>", "XML2", True),
    "nothing but the beginning": ("XML5", "</CHITIEU_CHITIET_DIENBIENLAMSANG>", "", "XML5", False),
}


@pytest.mark.parametrize("what", NOT_XML)
def test_what_is_no_xml_is_named_by_table_row_and_field_and_not_mended(what: str) -> None:
    table, find, put, place, is_hinted = NOT_XML[what]
    file = inside(OUTPATIENT, lambda text: text.replace(find, put, 1), table)
    assert file != OUTPATIENT
    (faults,) = read(file)
    assert isinstance(faults, list)
    fault = next(each for each in faults if each.code == "xml-broken")
    assert fault.place == place
    for text in (fault.reason.vi, fault.reason.en):
        assert ("&amp;" in text) is is_hinted
    assert re.search(r"\(dòng [0-9]+, cột [0-9]+\)", fault.reason.vi)


def test_a_raw_ampersand_of_the_file_itself_is_told_with_its_line_and_its_field() -> None:
    with pytest.raises(FileRefusedError) as refused:
        envelope.read(OUTPATIENT.replace(b"<MACSKCB>79999<", b"<MACSKCB>79 & 999<"))
    assert "MACSKCB" in refused.value.fault.reason.vi
    assert "&amp;" in refused.value.fault.reason.vi


# A value of a date, and whether it is told as a day that there is not, or as a wrong form.
DATES: dict[tuple[str, str, str], bool] = {
    ("XML1", "NGAY_VAO", "202602310800"): True,
    ("XML1", "NGAY_VAO", "202613050800"): True,
    ("XML1", "NGAY_VAO", "202610052460"): True,
    ("XML1", "NGAY_VAO", "20260231"): True,
    ("XML1", "NGAY_VAO", "05/10/2026 08:00"): False,
    ("XML1", "NGAY_VAO", "2026"): False,
    ("XML1", "NGAY_VAO", "2026100508"): False,
    ("XML1", "NGAY_VAO", "310220260800"): False,
    ("XML1", "NGAY_TAI_KHAM", "20260231"): True,
    ("XML1", "NGAY_TAI_KHAM", "20261102;20260231"): True,
    ("XML1", "NGAY_TAI_KHAM", "20261102 lúc 8 giờ"): False,
    ("XML1", "NGAY_SINH", "195602310000"): True,
    ("XML1", "NGAY_SINH", "195613000000"): True,
    ("XML1", "NGAY_SINH", "1956"): False,
    ("XML1", "NGAY_SINH", "195600120000"): False,
    ("XML14", "NGAY_HEN_KL", "20260231"): True,
    ("XML14", "NGAY_HEN_KL", "tuần sau"): False,
    ("XML4", "NGAY_KQ", "202602310800"): True,
}


@pytest.mark.parametrize("what", DATES)
def test_a_day_that_there_is_not_is_told_as_that_and_not_as_a_wrong_form(what: tuple[str, str, str]) -> None:
    table, field, value = what
    (faults,) = read(replaced(OUTPATIENT, table, field, value))
    assert isinstance(faults, list)
    fault = next(each for each in faults if each.field == field)
    assert fault.code == "date"
    assert ("không có trong lịch" in fault.reason.vi, "does not exist" in fault.reason.en) == (DATES[what],) * 2
    assert ("yyyymm" in fault.reason.vi) is not DATES[what]


@pytest.mark.parametrize(("prepared", "is_no_day"), [("20261305", True), ("20260231", True), ("05/10/2026", False)])
def test_the_day_of_the_file_is_told_alike(prepared: str, is_no_day: bool) -> None:
    with pytest.raises(FileRefusedError) as refused:
        envelope.read(OUTPATIENT.replace(b"<NGAYLAP>20261005<", f"<NGAYLAP>{prepared}<".encode()))
    assert ("không có trong lịch" in refused.value.fault.reason.vi) is is_no_day


@pytest.mark.parametrize(("lines", "more"), [(49, 0), (50, 0), (51, 1), (120, 70)])
@pytest.mark.parametrize("is_fault", [True, False])
def test_what_is_beyond_fifty_is_counted(lines: int, more: int, is_fault: bool) -> None:
    """Faults that forbid an episode, and warnings of one that is taken."""
    wrong = "<SO_LUONG>hai</SO_LUONG>" if is_fault else "<LA>1</LA>"

    def rows(text: str) -> str:
        (row,) = re.findall(r"<CHI_TIET_THUOC>.*?</CHI_TIET_THUOC>", text, re.DOTALL)[:1]
        bare = re.sub(r"<SO_LUONG>[^<]*</SO_LUONG>", "" if is_fault else r"\g<0>", row)
        made = [
            re.sub("<STT>[0-9]+<", f"<STT>{number}<", bare).replace("</STT>", f"</STT>{wrong}")
            for number in range(lines)
        ]
        return (
            text[: text.index(row)]
            + "".join(made)
            + text[text.rindex("</CHI_TIET_THUOC>") + len("</CHI_TIET_THUOC>") :]
        )

    (found,) = read(inside(OUTPATIENT, rows, "XML2"))
    told = found if isinstance(found, list) else found.warnings
    assert isinstance(found, list) is is_fault
    assert len(told) == min(lines, 50) + bool(more)
    last = told[-1]
    if not more:
        assert last.code != "more"
        return
    assert (last.code, last.place) == ("more", "HOSO")
    assert f"còn {more} " in last.reason.vi
    assert f"{more} more" in last.reason.en


def test_the_same_field_twice_with_two_values_is_a_fault() -> None:
    doubled = inside(
        OUTPATIENT, lambda text: text.replace("<STT>1", "<MA_BENH_CHINH>J18</MA_BENH_CHINH><STT>1"), "XML1"
    )
    assert places(doubled) == ["XML1[1].MA_BENH_CHINH repeated-field"]


def test_tables_that_are_not_what_they_say_are_faults() -> None:
    assert places(OUTPATIENT.replace(b"<LOAIHOSO>XML4<", b"<LOAIHOSO>XML2<")) == ["XML2 another-table"]
    assert places(OUTPATIENT.replace(b"<LOAIHOSO>XML1<", b"<LOAIHOSO>XML99<")) == ["XML1 missing"]
    old = inside(OUTPATIENT, lambda text: text.replace("MA_BENH_CHINH", "MA_BENH"), "XML1")
    assert "XML1 old-format" in places(old)


def test_one_episode_of_two_may_be_broken_alone() -> None:
    first, second = read(inside(TWO, lambda text: text.replace("<MA_BENH_CHINH>J02.9", "<MA_BENH_CHINH>?"), "XML1"))
    assert isinstance(first, list)
    assert isinstance(second, Episode)


REFUSED = {
    "nothing": (b"", "unreadable"),
    "JSON": (b'{"a": 1}', "unreadable"),
    "half of it": (OUTPATIENT[: len(OUTPATIENT) // 2], "unreadable"),
    "half of its base64": (base64.b64encode(OUTPATIENT)[:5000], "unreadable"),
    "base64 three times": (base64.b64encode(base64.b64encode(base64.b64encode(OUTPATIENT))), "unreadable"),
    "fewer episodes than declared": (OUTPATIENT.replace(b"<SOLUONGHOSO>1<", b"<SOLUONGHOSO>2<"), "truncated"),
    "no day": (OUTPATIENT.replace(b"<NGAYLAP>20261005<", b"<NGAYLAP><"), "unreadable"),
    "a day that does not exist": (OUTPATIENT.replace(b"<NGAYLAP>20261005<", b"<NGAYLAP>20261305<"), "unreadable"),
    "certificates": (b"<HSCHUNGTU><CT03/></HSCHUNGTU>", "unreadable"),
    "a check-in": (b"<CHI_TIEU_TRANG_THAI_KCB/>", "unreadable"),
    "no episode": (b"<GIAMDINHHS><THONGTINHOSO/></GIAMDINHHS>", "unreadable"),
    "entities": (b'<!DOCTYPE a [<!ENTITY b "c">]>' + OUTPATIENT.partition(b"?>")[2], "unreadable"),
    "an external document type": (
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd">' + OUTPATIENT.partition(b"?>")[2],
        "unreadable",
    ),
    "too deep": (b"<a>" * 5000 + b"</a>" * 5000, "unreadable"),
    "too many elements": (b"<GIAMDINHHS>" + b"<a/>" * 300_000 + b"</GIAMDINHHS>", "unreadable"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_whole(name: str) -> None:
    sent, kind = REFUSED[name]
    with pytest.raises(FileRefusedError) as refused:
        envelope.read(sent)
    assert refused.value.kind == kind


def test_50_episodes_are_read_and_51_are_not() -> None:
    (one,) = re.findall(rb"<HOSO>.*</HOSO>", OUTPATIENT, re.DOTALL)
    for number, is_read in ((50, True), (51, False)):
        file = OUTPATIENT.replace(one, one * number)
        if is_read:
            assert len(envelope.read(file).episodes) == number
        else:
            with pytest.raises(FileRefusedError, match="too-many-episodes"):
                envelope.read(file)


@pytest.mark.parametrize(
    "bomb",
    [
        b"<GIAMDINHHS>" * 4000,
        b"<GIAMDINHHS>" + b"<a>" * 1_300_000,
        b"<GIAMDINHHS " + b" ".join(b'a%d="b"' % number for number in range(300_000)) + b"/>",
        b"<GIAMDINHHS>" + b"&amp;" * 800_000 + b"</GIAMDINHHS>",
        b"<GIAMDINHHS><!--" + b"-" * 4_000_000,
    ],
)
def test_bombs_of_4_mb_take_bounded_memory(bomb: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(FileRefusedError):
        envelope.read(bomb[: envelope.LARGEST_FILE])
    assert tracemalloc.get_traced_memory()[1] < 200 * 1024 * 1024
    tracemalloc.stop()
