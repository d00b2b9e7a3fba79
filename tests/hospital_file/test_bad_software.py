"""What must be read of files that bad software writes: the same as of a clean one, but for what they say themselves."""

import copy
import json

import pytest

from health_record.hospital_file import letters, units, values
from tests.hospital_file.bad_software import READ, WRONG, turned, without_services
from tests.hospital_file.files import OUTPATIENT, places, sound

(CLEAN,) = sound(OUTPATIENT)


@pytest.mark.parametrize("name", READ)
def test_a_file_of_bad_software_is_read_as_it_was_meant(name: str) -> None:
    bad = READ[name]
    (found,) = sound(bad.file)
    expected = copy.deepcopy(CLEAN.tables)
    for (table, row, field), text in bad.cells.items():
        cells = expected[table][row - 1]
        cells.pop(field, None)
        if text is not None:
            cells[field] = text
    assert found.tables == expected
    assert (found.key, found.person, found.emergency) == (CLEAN.key, CLEAN.person, CLEAN.emergency)
    assert {warning.code for warning in found.warnings} == bad.warnings
    assert "SECRET" not in json.dumps(found.content)


@pytest.mark.parametrize("name", WRONG)
def test_what_could_only_be_guessed_is_refused_by_its_place(name: str) -> None:
    file, expected = WRONG[name]
    assert expected <= set(places(file))


def test_the_order_of_tables_and_lines_says_nothing() -> None:
    (found,) = sound(turned())
    for table, rows in CLEAN.tables.items():
        assert sorted(found.tables[table], key=lambda row: int(row.get("STT", "1"))) == rows


def test_results_need_no_services() -> None:
    (found,) = sound(without_services())
    assert found.tables == {table: CLEAN.tables[table] for table in ("XML1", "XML4")}


@pytest.mark.parametrize("text", ["null", "NULL", "(null)", "N/A", "NaN", "...", "…", "."])
def test_what_programs_write_for_nothing_is_nothing(text: str) -> None:
    assert values.says_nothing(text, is_result=True)
    assert values.says_nothing(text, is_result=False)


@pytest.mark.parametrize("text", ["-", "--", "(-)", "±", "nil", "Na", "NA", "none", "0", "+", "nan", "Âm tính"])
def test_what_a_result_may_say_is_not_nothing(text: str) -> None:
    assert not values.says_nothing(text, is_result=True)


@pytest.mark.parametrize(
    "text",
    [
        "Đái tháo đường típ 2",
        "Panadol® 500mg, ½ viên × 2 lần",
        "38°C, 5 µmol/L, 10⁹/L, m²",
        "NGUYỄN VĂN XÃ\u201d; XÃ\u201d; XÃ\u2026 LÃ\u2026 HÃ\u2026",
        "Müller, François, Søren, Ångström, Brønsted",
        "Viem hong cap",
        "à á â ã è é ê ì í ò ó ô õ ù ú ý",
    ],
)
def test_right_letters_are_left_as_they_are(text: str) -> None:
    whole = f"<a>{text}; Đường</a>"
    assert letters.read_once_more(whole) is None
    assert not letters.are_spoilt(whole)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"GIA_TRI": "Âm tính", "DON_VI_DO": "82"}, None),
        ({"GIA_TRI": "%", "DON_VI_DO": "cao"}, None),
        ({"GIA_TRI": "G/l", "DON_VI_DO": "5"}, None),  # giga or gram
        ({"GIA_TRI": "7.8", "DON_VI_DO": "mmol/L"}, None),
        ({"GIA_TRI": "12 con"}, None),  # a unit that nobody knows, and no field that says it
        ({"GIA_TRI": "5.9 mmol/L", "DON_VI_DO": "mg/dL"}, None),
        ({"KET_LUAN": "139"}, None),  # without a unit it may be anything
        ({"KET_LUAN": "Bình thường", "DON_VI_DO": "mmol/L"}, None),
        ({"GIA_TRI": "<0,01 ng/ml", "DON_VI_DO": "ng/mL"}, "unit-in-value"),
        ({"GIA_TRI": "U/L", "DON_VI_DO": "<5"}, "swapped"),
        ({"KET_LUAN": "139", "DON_VI_DO": "mmol/L"}, "value-elsewhere"),
    ],
)
def test_value_and_unit_are_set_right_where_one_reading_is_possible(row: dict[str, str], code: str | None) -> None:
    before = dict(row)
    found = list(units.set_right(row, 3))
    assert [fault.code for fault in found] == ([code] if code else [])
    assert (row == before) is (code is None)
    assert all(fault.place.startswith("XML4[3].") for fault in found)
