"""The calendar file of a re-examination, by RFC 5545."""

from typing import Any

import pytest

from tests.web.modules import run

NOW = 1_796_000_000_000


def written(at: str, facility: str = "Bệnh viện Thử, khoa; Nội", title: str = "Khám lại") -> str:
    visit: dict[str, Any] = {"id": "a" * 32, "appointment": at, "facility": facility}
    return str(run("record/visits/appointment-file", [("calendarFile", [visit, title, NOW])])[0])


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize(
    ("at", "line"),
    [
        ("2026-11-02", "DTSTART;VALUE=DATE:20261102"),
        ("2026-11-02T00:30:00+07:00", "DTSTART:20261101T173000Z"),
        ("2026-11-02T08:00:00.000Z", "DTSTART:20261102T080000Z"),
    ],
)
def test_a_day_without_an_hour_is_all_day_and_an_instant_is_in_utc(at: str, line: str) -> None:
    assert line in unfolded(written(at))


def test_texts_are_escaped_and_each_appointment_has_one_id() -> None:
    lines = unfolded(written("2026-11-02"))
    assert "LOCATION:Bệnh viện Thử\\, khoa\\; Nội" in lines
    assert f"UID:{'a' * 32}@so-suc-khoe" in lines
    assert (lines[0], lines[-2:], lines.count("BEGIN:VALARM")) == ("BEGIN:VCALENDAR", ["END:VCALENDAR", ""], 1)


def test_no_line_is_longer_than_75_octets_and_no_text_makes_a_line_of_its_own() -> None:
    text = written("2026-11-02", facility="Ệ" * 300, title="a\r\nATTACH:http://x")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert not [line for line in unfolded(text) if line.startswith("ATTACH")]
