"""The extract of an episode: small, and what it gives a summary is what the whole episode gives."""

import datetime
import random
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from health_record import exact_json
from health_record.episode import derive, extract, medicines
from health_record.episode.source import KeptEpisode
from health_record.record.episodes import pack_extract, unpack_extract
from tests.hospital_file.files import INPATIENT, OUTPATIENT, TWO, inside, replaced
from tests.hospital_file.kept import extracted, kept
from tests.hospital_file.test_derivation import EPISODES
from tests.hospital_file.visits import rows_set, visit

CUT = ("conclusion", "note")  # what a summary leaves out or shortens
DAY = datetime.date(2026, 10, 20)


def summarised(*episodes: KeptEpisode, day: datetime.date = DAY) -> list[dict[str, Any]]:
    return [each.resource for each in extract.summarised(map(extracted, episodes), day)]


def texts(found: list[dict[str, Any]], kind: str) -> list[str]:
    names = (
        each.get("code") or each.get("medicationCodeableConcept") for each in found if each["resourceType"] == kind
    )
    return [str(name["text"]) for name in names if name]


@pytest.mark.parametrize("name", EPISODES)
def test_what_an_extract_gives_is_what_the_whole_episode_gives(name: str) -> None:
    file, number = EPISODES[name]
    episode = kept(file, number)
    whole = {(each["resourceType"], each["id"]): each for each in derive.resources(episode)}
    found = summarised(episode)
    assert found
    for each in found:
        if each["resourceType"] != "MedicationStatement":
            same = whole[each["resourceType"], each["id"]]
            assert all(same[member] == value for member, value in each.items() if member not in CUT), each


@pytest.mark.parametrize("name", EPISODES)
def test_an_extract_has_texts_and_small_numbers_and_reads_so(name: str) -> None:
    """So that it may be read without looking for decimals."""
    episode = kept(*EPISODES[name])
    extracted_of = extract.extract_of(episode)
    assert all(type(each) in (str, int, bool) for each in _plain_values(extracted_of))
    assert extract.complete(extracted(episode)).content["tables"] == _tables_of(extracted_of)


def _tables_of(content: dict[str, Any]) -> dict[str, Any]:
    apart, tables = content[extract.APART], content["tables"]
    return {**tables, "XML3": [*tables.get("XML3", ()), *apart["XML3"]], "XML4": apart["XML4"]}


def test_an_extract_of_an_earlier_derivation_is_still_read() -> None:
    """Who rebuilds what leads to records reads of each head what names its episode."""
    before = {"content": {"key": "LK1", "tables": {}}, "file_sha256": "x"}
    assert unpack_extract(zlib.compress(exact_json.dumps(before).encode())) == before


def test_results_are_unpacked_where_a_kind_of_them_is_new_and_only_there(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked, read = [], extract._results_of

    def noted(content: dict[str, Any]) -> dict[str, Any]:
        unpacked.append(content["key"])
        return read(content)

    monkeypatch.setattr(extract, "_results_of", noted)
    days = ("20261001", "20261002", "20261003", "20261004")
    episodes = [kept(visit(day, f"A{day}")) for day in days]
    extra = {**episodes[1].content["tables"]["XML4"][1], "STT": "99", "MA_CHI_SO": "NEW", "TEN_CHI_SO": "Lạ"}
    episodes[1].content["tables"]["XML4"].append(extra)
    found = summarised(*episodes)
    assert unpacked == ["A20261004", "A20261002"]
    assert "Lạ" in texts(found, "Observation")


def _plain_values(content: Any) -> Iterator[Any]:
    if isinstance(content, dict):
        content = list(content.values())
    if isinstance(content, list):
        for each in content:
            yield from _plain_values(each)
    else:
        yield content


def test_every_dose_of_a_medicine_of_one_visit_is_said_and_older_ones_are_not() -> None:
    """Insulin in the morning and at night is two lines of one medicine."""
    morning, night = "Sáng: 20 đơn vị * 28 ngày", "Tối: 10 đơn vị * 28 ngày"
    today = OUTPATIENT
    for field in ("MA_THUOC", "TEN_THUOC", "HAM_LUONG", "SO_DANG_KY", "DANG_BAO_CHE"):
        today = replaced(replaced(today, "XML2", field, "Thử"), "XML2", field, "Thử", 2)
    today = replaced(replaced(today, "XML2", "LIEU_DUNG", morning), "XML2", "LIEU_DUNG", night, 2)
    older = replaced(inside(today, lambda text: text.replace("202610", "202609")), "XML2", "LIEU_DUNG", "30 đơn vị")
    found = summarised(kept(today), kept(older), day=datetime.date(2026, 10, 6))
    doses = [each["dosage"][0]["text"] for each in found if each["resourceType"] == "MedicationStatement"]
    assert doses[:2] == [morning, night]
    assert "30 đơn vị" not in doses


def test_the_summary_of_several_episodes_says_each_thing_once() -> None:
    found = summarised(kept(OUTPATIENT), kept(TWO, 1), day=datetime.date(2026, 11, 20))
    codes = [each["code"]["coding"][0]["code"] for each in found if each["resourceType"] == "Condition"]
    assert codes == ["I10", "E11.9", "E78.5"]
    assert texts(found, "MedicationStatement") == [
        "Amlodipin Thử 5mg, Viên nén",
        "Losartan Thử 50mg, Viên nén bao phim",
        "Metformin Thử 500mg, Viên nén bao phim",
    ]
    assert [each["status"] for each in found if each["resourceType"] == "MedicationStatement"] == [
        "active",
        "active",
        "unknown",  # the older episode's days are over, and the newer one does not prescribe it
    ]
    assert texts(found, "Observation").count("Cân nặng") == 1
    assert "Glucose" in texts(found, "Observation")
    assert "Siêu âm Doppler tim" in " ".join(texts(found, "DiagnosticReport"))


def test_the_newer_of_two_results_of_a_kind_stands() -> None:
    newer = kept(replaced(OUTPATIENT, "XML4", "GIA_TRI", "9.9", 2))
    newer.content["tables"]["XML1"][0]["NGAY_VAO"] = "202610060800"
    found = summarised(kept(OUTPATIENT), newer)
    (glucose,) = [each for each in found if each.get("code", {}).get("text") == "Glucose"]
    assert str(glucose["valueQuantity"]["value"]) == "9.9"


def test_a_newer_blood_group_hides_no_older_one_that_differs() -> None:
    newer = kept(replaced(OUTPATIENT, "XML1", "NHOM_MAU", "A Rh-"))
    named = replaced(replaced(OUTPATIENT, "XML4", "TEN_CHI_SO", "Nhóm máu ABO", 2), "XML4", "MA_CHI_SO", "ABO", 2)
    for first, second in (("O", "A"), ("O", "O")):
        older = kept(replaced(named, "XML4", "GIA_TRI", first, 2))
        beside = kept(replaced(named, "XML4", "GIA_TRI", second, 2))
        for days, episode in enumerate((beside, newer), 6):
            episode.content["tables"]["XML1"][0]["NGAY_VAO"] = f"2026100{days}0800"
        found = summarised(older, beside, newer)
        named_so = [each for each in found if each.get("code", {}).get("text", "").startswith("Nhóm máu")]
        groups = [each["valueCodeableConcept"]["text"] for each in named_so if "valueCodeableConcept" in each]
        assert groups == ["A Rh-", "O Rh+"]
        assert len([each for each in named_so if "valueString" in each]) == len({first, second})


def test_appointments_to_come_are_told_and_past_ones_are_not() -> None:
    episodes = [extracted(kept(OUTPATIENT)), extracted(kept(TWO, 1))]
    for day, expected in (("2026-11-02", ["2026-11-02", "2026-12-02"]), ("2026-11-03", ["2026-12-02"])):
        found = extract.next_appointments(episodes, datetime.date.fromisoformat(day))
        assert [each["requestedPeriod"][0]["start"] for _, each in found] == expected


def test_an_appointment_early_in_the_morning_is_of_its_local_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for start in ("2026-11-02T06:30:00+07:00", "2026-11-01T23:30:00Z"):
        early = {"resourceType": "Appointment", "status": "proposed", "requestedPeriod": [{"start": start}]}
        monkeypatch.setattr(extract.papers, "appointments", lambda _, early=early: [early])
        for day, told in (("2026-11-02", 1), ("2026-11-03", 0)):
            found = extract.next_appointments([kept(OUTPATIENT)], datetime.date.fromisoformat(day))
            assert len(found) == told


def test_sensitive_episodes_stay_labelled() -> None:
    for each in summarised(kept(replaced(OUTPATIENT, "XML1", "MA_BENH_KT", "B20"))):
        assert [label["code"] for label in each["meta"]["security"]] == ["R", "HIV"]


def test_200_episodes_are_small_and_fast() -> None:
    episodes = [kept(file, number) for file, number in EPISODES.values()]
    blobs = [pack_extract({"content": extract.extract_of(each)}) for each in episodes]
    assert max(len(blob) for blob in blobs) < 4096
    many = [
        replace(episodes[place % 4], content=unpack_extract(blobs[place % 4])["content"], version=place + 1)
        for place in range(200)
    ]
    started = time.process_time()
    for episode in many:
        episode.content["key"] = str(episode.version)
    found = extract.summarised(many, DAY)
    took = time.process_time() - started
    assert len(found) < 400
    assert took < 0.1, took  # 15 ms on a quiet machine; make bench has the figure


@pytest.mark.parametrize("ordered", ["202610050930", "202611200930", "00000000", "20261005"])
def test_what_is_long_over_is_left_out_at_once_and_nothing_else(ordered: str) -> None:
    """The longest dose there is, on each day about its last one: what is looked at closely says the same."""
    longest = replaced(
        replaced(OUTPATIENT, "XML2", "LIEU_DUNG", "1 viên/lần * 1 lần/ngày * 999 ngày"), "XML2", "NGAY_YL", ordered
    )
    episode = kept(longest)
    told = set()
    for days in range(1000, 1200):
        day = datetime.date(2026, 10, 5) + datetime.timedelta(days)
        found = medicines.Supplies(day).standing(episode)
        assert found == list(medicines.current(episode, day)), day
        told.add(len(found))
    assert told == {0, 1}


def test_inpatient_lines_are_no_current_medicines() -> None:
    assert texts(summarised(kept(INPATIENT), day=datetime.date(2026, 10, 13)), "MedicationStatement") == []


@pytest.mark.parametrize("length", [100, 5000, 20000])
def test_an_extract_fits_into_one_item_whatever_a_file_says(length: int) -> None:
    """Texts of chance do not pack: nothing but leaving some of it out keeps them small, and each says so."""
    chance = random.Random(length)
    episode = kept(OUTPATIENT)
    words = ["".join(chr(chance.randrange(0x4E00, 0x9FFF)) for _ in range(length)) for _ in range(40)]
    tables = episode.content["tables"]
    row = tables["XML4"][1]
    tables["XML4"] = [
        {
            **row,
            "STT": f"{number}",
            "MA_CHI_SO": f"{number}",
            "KET_LUAN": words[number % 40],
            "MO_TA": words[-number % 40],
        }
        for number in range(300)
    ]
    found = extract.extract_of(episode)
    assert len(pack_extract({"content": found})) < 380 * 1024
    first = found[extract.APART]["XML4"][0]
    conclusion = first["KET_LUAN"]
    assert conclusion[-20:] == words[int(first["STT"]) % 40][-20:]
    assert ("toàn văn" in conclusion) is (length > 100)


@pytest.mark.parametrize(("newer", "hidden"), [(29, 0), (30, 1)])
def test_of_very_many_remarks_those_that_tell_of_an_allergy_stand_and_the_others_are_counted(
    newer: int, hidden: int
) -> None:
    """The reason for the visits that are no longer listed is one text more."""
    shock, old = "SỐC PHẢN VỆ VỚI CEFTRIAXON", "Đang dùng Sintrom"
    remarks = [shock, old, *(f"Tái khám {number}" for number in range(newer - 1))]
    episodes = [
        kept(visit(f"2026{1 + place // 28:02}{1 + place % 28:02}", f"A{place}", GHI_CHU=remark))
        for place, remark in enumerate(remarks)
    ]
    (main,) = [each for each in summarised(*episodes) if "I10" in str(each.get("code"))]
    notes = " ".join(note["text"] for note in main["note"])
    assert shock in notes
    assert (old in notes) is (hidden == 0)
    assert (f"và {hidden} lời ghi khác ở $everything" in notes) is bool(hidden)


SUPPLIES = [
    ("90", "20261001", "3", "20261110", ["3", "90"]),  # a short one hides no long one
    ("30", "20261101", "28", "20261110", ["28"]),
    ("37", "20261101", "28", "20261110", ["28"]),  # both to the same day
    ("38", "20261101", "28", "20261110", ["28", "38"]),
    ("?", "20261101", "28", "20261110", ["28"]),
    ("?", "20261101", "3", "20261110", ["3", "?"]),
    ("28", "20261101", "?", "20261110", ["?"]),
    ("90", "20261101", "?", "20261110", ["?", "90"]),
    ("?", "20261101", "?", "20261110", ["?"]),
]


@pytest.mark.parametrize(("before", "first", "after", "second", "told"), SUPPLIES)
def test_a_newer_supply_takes_the_place_of_none_that_lasts_longer(
    before: str, first: str, after: str, second: str, told: list[str]
) -> None:
    """Days of each, `?` where the dose says none, and when it was ordered; told on 30 November."""
    doses = {days: "theo chỉ dẫn" if days == "?" else f"1 viên * {days} ngày" for days in (before, after)}
    episodes = [
        kept(rows_set(visit(day, f"A{day}"), "XML2", 1, LIEU_DUNG=doses[days], CACH_DUNG="", TEN_THUOC="Rivaroxaban"))
        for days, day in ((before, first), (after, second))
    ]
    found = summarised(*episodes, day=datetime.date(2026, 11, 30))
    of_it = [each["dosage"][0]["text"] for each in found if "Rivaroxaban" in str(each.get("medicationCodeableConcept"))]
    assert of_it == [doses[days] for days in told]


def test_lines_that_differ_in_their_advice_alone_are_two() -> None:
    same = {"MA_THUOC": "40", "TEN_THUOC": "Timolol", "HAM_LUONG": "", "LIEU_DUNG": "1 giọt * 28 ngày"}
    for field, values in (("CACH_DUNG", ("Mắt PHẢI", "Mắt TRÁI, sau mổ")), ("DUONG_DUNG", ("1.01", "6.01"))):
        file = visit("20261120", "A1")
        for row, value in enumerate(values, 1):
            file = rows_set(file, "XML2", row, **same, **{"CACH_DUNG": "", "DUONG_DUNG": "1.01", field: value})
        found = summarised(kept(file), day=datetime.date(2026, 11, 21))
        dosages = [str(each["dosage"]) for each in found if "Timolol" in str(each.get("medicationCodeableConcept"))]
        assert len(dosages) == len(values), field
        assert all(value in dosage for value, dosage in zip(values, dosages, strict=True))
