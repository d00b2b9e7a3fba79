"""The QR code of a citizen card: each part by its form, newer and shorter ones too, and what is none is none."""

from typing import Any

import pytest

from tests.web import modules

CARD = {"number": "079157000123", "name": "Nguyễn Thị Thử", "birthDate": "1957-04-09", "gender": "female", "unread": 0}
ADDRESS = "12 Bình Quới, Phường 27, Bình Thạnh, TP. Hồ Chí Minh"


@pytest.mark.parametrize(
    ("text", "differs"),
    [
        (f"079157000123|023456789|Nguyễn Thị Thử|09041957|Nữ|{ADDRESS}|25122021", {}),
        (f"079157000123||Nguyễn Thị Thử|09041957|Nữ|{ADDRESS}|25122021", {}),
        (f"079157000123|Nguyễn Thị Thử|09041957|Nữ|{ADDRESS}|25122021", {}),
        (f"079157000123||Nguyễn Thị Thử|09041957|Nam|{ADDRESS}|25122021\r\n", {"gender": "male"}),
        (f"079157000123||Nguyễn Thị Thử|00001957|Nữ|{ADDRESS}|25122021", {"birthDate": "1957"}),
        (f"079157000123||Nguyễn Thị Thử|00041957|Nữ|{ADDRESS}|25122021", {"birthDate": "1957-04"}),
        (f"079157000123||Nguyễn Thị Thử|09041957|Nữ|{ADDRESS}|25122021|||", {}),
        (f"079157000123||Nguyễn Thị Thử|09041957|Nữ|{ADDRESS}|25122021|A|B", {"unread": 2}),
        ("079157000123||Nguyễn Thị Thử|09041957", {"gender": "", "unread": 1}),
        (f"079157000123|023456789||09041957|Nữ|{ADDRESS}|25122021", {"name": "", "unread": 1}),
        # Composed and decomposed letters are one name.
        (f"079157000123||Nguye\u0302\u0303n Thị Thử|09041957|Nu\u031b\u0303|{ADDRESS}|25122021", {}),
    ],
)
def test_a_card_is_read_by_the_form_of_its_parts(text: str, differs: dict[str, Any]) -> None:
    assert modules.run("station/citizen-card", [("readCitizenCard", [text])]) == [CARD | differs]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "079157000123",
        "https://suckhoe.example/share.html#shlink:/eyJ",
        "07915700012||Nguyễn Thị Thử|09041957|Nữ",
        "079157000123||Nguyễn Thị Thử|1957|Nữ",
        "079157000123||Nguyễn Thị Thử|09131957|Nữ",
        "079157000123||Nguyễn Thị Thử|32041957|Nữ",
        "079157000123||Nguyễn Thị Thử|09041857|Nữ",
    ],
)
def test_what_is_no_card_is_none(text: str) -> None:
    assert modules.run("station/citizen-card", [("readCitizenCard", [text])]) == [None]


@pytest.mark.parametrize(
    ("typed", "system"),
    [
        ("079 157 000 123", "national_id"),
        ("GD4797999000123", "insurance_number"),
        ("gd 4 79 79990 00123", "insurance_number"),
        ("7999000123", "insurance_number"),
        ("07915700012", None),
        ("abc", None),
    ],
)
def test_a_number_is_known_by_its_form(typed: str, system: str | None) -> None:
    (found,) = modules.run("station/identifiers", [("identifierOf", [typed])])
    assert (found and found["system"].rpartition("/")[2]) == system
