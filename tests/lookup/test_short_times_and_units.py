"""A time is told as shortly as it was meant, and a unit of another country as the one that it is."""

from typing import Any

import pytest

from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.lookup.doctor import medicine, read, result, write

MEDICINES, RESULTS, PROCEDURES = "10160-0", "30954-2", "47519-4"
UCUM = "http://unitsofmeasure.org"
CONTRADICT = "ĐƠN VỊ MÂU THUẪN"


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


def stents(**performed: Any) -> dict[str, Any]:
    return {"resourceType": "Procedure", "status": "completed", "code": {"text": "Đặt stent"}, **performed}


@pytest.mark.parametrize(
    ("written", "section", "words"),
    [
        (result("Thử", "2026", valueString="x"), RESULTS, "|2026|"),
        (result("Thử", "2026-10", valueString="x"), RESULTS, "|10/2026|"),
        (stents(performedPeriod={"start": "2019-05", "end": "2019-05"}), PROCEDURES, "|05/2019|"),
        (stents(performedPeriod={"start": "2019-05", "end": "2019-06"}), PROCEDURES, "từ (from) 05/2019 đến (to) 06/"),
        (
            medicine("x", dosage=[{"timing": {"repeat": {"timeOfDay": ["08:00:00", "20:30:00", "22:00:15"]}}}]),
            MEDICINES,
            "08:00, 20:30, 22:00:15",
        ),
    ],
    ids=str,
)
def test_a_time_is_told_as_it_was_meant(
    person: str, desk: Desk, written: dict[str, Any], section: str, words: str
) -> None:
    write(desk, person, written)
    (row,) = read(desk, person)[section]
    assert words in row


@pytest.mark.parametrize(
    ("unit", "code", "words", "contradict"),
    [
        ("°F", "[degF]", "101 °F|", False),
        ("lb", "[lb_av]", "101 lb|", False),
        ("°F", "Cel", "101 °F [", True),
        ("lb", "kg", "101 lb [", True),
    ],
)
def test_a_unit_of_another_country_is_known(
    person: str, desk: Desk, unit: str, code: str, words: str, contradict: bool
) -> None:
    value = {"value": 101, "unit": unit, "system": UCUM, "code": code}
    write(desk, person, result("Thử", "2026-11-20", valueQuantity=value))
    (row,) = read(desk, person)[RESULTS]
    assert words in row
    assert (CONTRADICT in row) is contradict


def test_the_forms_own_words_have_their_english_and_no_code_beside_them(world: World, desk: Desk) -> None:
    yes = {"valueCoding": {"system": "http://terminology.hl7.org/CodeSystem/v2-0136", "code": "Y"}}
    person = store_resident(world, Resident(answers={"family.any": [yes]}))
    told = " ".join(read(desk, person)["81338-6"])
    assert "Người thân (family member)" in told
    assert "mã ghi" not in told
