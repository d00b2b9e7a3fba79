"""Two blood groups, however they are coded, written or parted into components: neither stands among the results."""

from typing import Any

import pytest

from tests.facility_desk import Desk
from tests.lookup.doctor import read, result, write
from tests.lookup.test_what_an_emergency_doctor_reads import DIFFERS, RESULTS

pytestmark = pytest.mark.usefixtures("clock")

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
CONTRADICTS_ITSELF = "MỤC NÀY TỰ MÂU THUẪN (THIS ENTRY CONTRADICTS ITSELF)"


def coded(code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code, "display": display}]}


def group(day: str, code: dict[str, Any], **members: Any) -> dict[str, Any]:
    return result("", day, code=code, **members)


PANEL = [
    {"code": coded("883-9", "ABO group"), "valueString": "O"},
    {"code": coded("10331-7", "Rh"), "valueCodeableConcept": {"text": "Negative"}},
]
OTHERS = {
    "without marks": group("2026-11-20", {"text": "NHOM MAU"}, valueString="B"),
    "a panel of another code": group("2026-11-20", coded("34530-6", "ABO & Rh group panel"), component=PANEL),
    "components in words": group(
        "2026-11-20", {"text": "Định nhóm máu"}, component=[{"code": {"text": "Hệ ABO"}, "valueString": "AB"}]
    ),
    "a code that nobody knows": group("2026-11-20", coded("99999-9", "Blood group"), valueString="O"),
    "an English title": group("2026-11-20", {"text": "Group & Rh"}, valueString="AB"),
    "the group in the value": group("2026-11-20", {"text": "ABO"}, valueString="ABO AB, Rh âm"),
    "Rh alone": group("2026-11-20", {"text": "Nhóm máu hệ Rh"}, valueString="Rh(-)"),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_another_group_is_asked_again_however_it_is_told(person: str, desk: Desk, other: dict[str, Any]) -> None:
    write(desk, person, group("2026-11-21", {"text": "Nhóm máu"}, valueString="A Rh+"), other)
    found = read(desk, person)
    assert RESULTS not in found
    assert [DIFFERS in row for row in found["differing"]] == [True, True]


ITSELF = {
    "text against display": {
        "valueCodeableConcept": {"coding": [{"system": "urn:x", "code": "1", "display": "Blood group O"}], "text": "A"}
    },
    "text against code": {
        "valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "58460004"}], "text": "Nhóm A"}
    },
    "value against component": {"valueString": "A", "component": [{"code": {"text": "ABO"}, "valueString": "O"}]},
}


@pytest.mark.parametrize("value", ITSELF.values(), ids=ITSELF)
def test_one_value_that_says_two_groups_is_asked_again(person: str, desk: Desk, value: dict[str, Any]) -> None:
    write(desk, person, group("2026-11-21", {"text": "Nhóm máu"}, **value))
    found = read(desk, person)
    assert RESULTS not in found
    (row,) = found["differing"]
    assert CONTRADICTS_ITSELF in row


def test_the_group_of_a_mother_or_a_bag_is_nobody_elses(person: str, desk: Desk) -> None:
    titles = ("Nhóm máu mẹ", "Nhóm máu bố", "NHOM MAU ME", "Nhóm máu túi máu", "Rh C antigen")
    others = [group("2026-11-20", {"text": title}, valueString="O Rh-") for title in titles]
    write(desk, person, group("2026-11-21", {"text": "Nhóm máu"}, valueString="A Rh+"), *others)
    found = read(desk, person)
    assert len(found[RESULTS]) == len([*titles, "own"])
    assert "differing" not in found
