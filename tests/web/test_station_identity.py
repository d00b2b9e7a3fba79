"""Whose card, and whose clock: what the station's page compares before it believes."""

import re
from typing import Any

import pytest

from tests.web import modules
from web.build import HERE

NATIONAL = "http://fhir.ehealth.gov.vn/core/sid/national_id"
INSURANCE = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"
OPEN: dict[str, Any] = {
    "name": "Đặng Văn Tám",
    "gender": "male",
    "birthDate": "1945-01-01",
    "card": {"system": NATIONAL, "value": "079045007011", "birthDate": "1945-01-01"},
}
NAMELESS = OPEN | {"name": "", "gender": "", "birthDate": ""}
BY_INSURANCE = OPEN | {"card": {"system": INSURANCE, "value": "GD4797999007011", "birthDate": "1945-01-01"}}
OWN = {"system": NATIONAL, "value": "079045007011", "birthDate": "1945-01-01", "name": "ĐẶNG VĂN TÁM", "sex": "male"}
OTHER = {
    "system": NATIONAL,
    "value": "079145007012",
    "birthDate": "1945-01-01",
    "name": "Ngô Thị Chín",
    "sex": "female",
}
TYPED = {name: value for name, value in OWN.items() if name not in ("name", "sex")}


@pytest.mark.parametrize(
    ("card", "person", "parts"),
    [
        (OWN, OPEN, []),
        (TYPED, OPEN, []),
        (OWN | {"name": "Dang Van Tam"}, OPEN, []),
        (OTHER, OPEN, ["number", "name", "sex"]),
        (TYPED | {"value": "079145007012"}, OPEN, ["number"]),
        (OWN | {"name": "Đặng Văn Tâm Anh"}, OPEN, ["name"]),
        (OWN | {"sex": "female"}, OPEN, ["sex"]),
        (OWN | {"birthDate": "1945-01-02"}, OPEN, ["birthDate"]),
        (OWN | {"birthDate": "1945"}, OPEN, []),
        (OWN, NAMELESS, []),
        (OTHER, NAMELESS, ["number"]),
        (OWN | {"birthDate": "1946-01-01"}, NAMELESS, ["birthDate"]),
        (OWN, BY_INSURANCE, []),
        (TYPED, BY_INSURANCE, ["number"]),
        (OTHER, BY_INSURANCE, ["number", "name", "sex"]),
    ],
)
def test_a_card_is_compared_with_the_open_record(
    card: dict[str, Any], person: dict[str, Any], parts: list[str]
) -> None:
    assert modules.run("station/person/card-match", [("differencesOf", [card, person])]) == [parts]


SECOND = 1000
SERVED = 1_796_000_000 * SECOND


@pytest.mark.parametrize(
    ("known", "off", "took", "ahead"),
    [
        (0, 0, 200, 0),
        (0, 1, 200, 1),
        (0, 8, 20_000, 0),  # a slow answer cannot tell eight seconds
        (0, -60_000_000, 20_000, -60_000_000),
        (-60_000_000, 0, 200, 0),  # somebody set the clock right meanwhile
        (3600, 3600, 200, 3600),
    ],
)
def test_the_services_clock_is_learned_from_each_answer(known: int, off: int, took: int, ahead: int) -> None:
    asked = SERVED + 500 + off * SECOND - took / 2
    (found,) = modules.run(
        "facility-client", [("clockAhead", [known, SERVED, asked, asked + took])], HERE.parent / "sdk/js"
    )
    assert found == ahead


# What measures how long something takes, and what tells the wrong time of the device.
DEVICE_TIME = {"shift.js": "clock: Date.now()", "clock.js": "Date.now()"}


def test_nothing_at_a_station_is_dated_by_the_devices_own_clock() -> None:
    for path in sorted((HERE / "src/station").rglob("*.js")):
        source = path.read_text("utf-8").replace(DEVICE_TIME.get(path.name, "\0"), "")
        assert re.findall(r"Date\.now\(\)|new Date\(\)", source) == [], path.name
        assert re.findall(r"readDate\(dateParts\([^)]*\)\)|readDate\(parts\)|readCard\(\w+\)", source) == [], path.name
