"""A reference range is told by its words and numbers, and a value that its interpretation does not fit says so."""

from typing import Any

import pytest

from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.lookup.doctor import read, result, write

RESULTS = "30954-2"
BELOW, ABOVE = (
    "DƯỚI KHOẢNG THAM CHIẾU (BELOW THE REFERENCE RANGE)",
    "TRÊN KHOẢNG THAM CHIẾU (ABOVE THE REFERENCE RANGE)",
)
WITHIN = "TRONG KHOẢNG THAM CHIẾU (WITHIN THE REFERENCE RANGE)"
CONTRADICTION = "MÂU THUẪN"


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


def amount(value: float, unit: str | None = "mmol/L", **members: Any) -> dict[str, Any]:
    return {"value": value, **({"unit": unit} if unit else {}), **members}


def told(world: World, desk: Desk, **members: Any) -> str:
    person = store_resident(world, Resident())
    write(desk, person, result("Thử", "2026-11-20T08:00:00+07:00", **members))
    (row,) = read(desk, person)[RESULTS]
    return row


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"text": "99th percentile", "high": amount(14)}, "99th percentile, ≤ 14 mmol/L"),
        ({"text": "theo thai kỳ", "low": amount(110)}, "theo thai kỳ, ≥ 110 mmol/L"),
        ({"text": "3.5 - 5.1", "low": amount(3.5), "high": amount(5.1)}, "3.5 - 5.1|"),
        ({"text": "3,5 đến 5,1", "low": amount(3.5), "high": amount(5.1)}, "3,5 đến 5,1|"),
        ({"text": "dưới 5.1", "low": amount(3.5), "high": amount(5.1)}, "dưới 5.1, 3,5 (3.5) – 5,1 (5.1) mmol/L"),
        ({"low": amount(3.5), "high": amount(5.1)}, "3,5 (3.5) – 5,1 (5.1) mmol/L"),
        ({"text": "âm tính"}, "âm tính"),
    ],
    ids=str,
)
def test_a_range_is_told_by_its_words_and_by_its_numbers(
    world: World, desk: Desk, bounds: dict[str, Any], words: str
) -> None:
    value = {"valueString": "x"}
    assert f"khoảng tham chiếu (reference range): {words}" in told(world, desk, **value, referenceRange=[bounds])


PLAIN = [{"low": amount(3.5), "high": amount(5.1)}]


def judged(code: str) -> list[dict[str, Any]]:
    return [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": code}]}
    ]


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (amount(2), None, BELOW),
        (amount(9.9), None, ABOVE),
        (amount(3.5), None, None),
        (amount(5.1), None, None),
        (amount(9.9), "N", ABOVE),
        (amount(9.9), "L", ABOVE),
        (amount(9.9), "LL", ABOVE),
        (amount(2), "H", BELOW),
        (amount(4), "HH", WITHIN),
        (amount(4), "N", None),
        (amount(9.9), "HH", None),
        (amount(2), "LU", None),
        (amount(9.9), "A", None),
        (amount(9.9, "mg/dL"), "N", None),
        (amount(9.9, None), None, None),
        (amount(9.9, comparator=">"), None, ABOVE),
        (amount(9.9, comparator="<"), None, None),
        (amount(2, comparator="<"), None, BELOW),
        (amount(2, comparator=">"), "N", None),
    ],
    ids=str,
)
def test_a_value_outside_its_range_says_so_unless_its_interpretation_does(
    world: World, desk: Desk, value: dict[str, Any], code: str | None, expected: str | None
) -> None:
    members = {"interpretation": judged(code)} if code else {}
    row = told(world, desk, valueQuantity=value, referenceRange=PLAIN, **members)
    assert [words for words in (BELOW, ABOVE, WITHIN) if words.partition(" (")[0] in row] == (
        [expected] if expected else []
    )
    assert (CONTRADICTION in row) is bool(expected and code)


@pytest.mark.parametrize(
    "ranges",
    [
        [{**PLAIN[0], "appliesTo": [{"text": "Nữ"}]}],
        [{**PLAIN[0], "age": {"low": {"value": 60, "unit": "tuổi"}}}],
        [{**PLAIN[0], "type": {"text": "điều trị"}}],
        [*PLAIN, {"low": amount(8), "high": amount(11)}],
        [{"text": "3.5 - 5.1"}],
    ],
    ids=["of a sex", "of an age", "of another meaning", "one of two", "in words"],
)
def test_a_range_that_is_not_for_everybody_judges_nothing(
    world: World, desk: Desk, ranges: list[dict[str, Any]]
) -> None:
    row = told(world, desk, valueQuantity=amount(9.9), referenceRange=ranges)
    assert "KHOẢNG THAM CHIẾU" not in row
