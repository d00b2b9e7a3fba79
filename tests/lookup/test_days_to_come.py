"""Days after today of what is told as done: marked, and never above what is of today."""

from typing import Any

import pytest
import time_machine

from tests.conftest import World
from tests.facility_desk import Desk, register
from tests.lookup.doctor import allergy, condition, medicine, read, result, write
from tests.lookup.test_what_an_emergency_doctor_reads import PROBLEMS, RESULTS, SNOMED

pytestmark = pytest.mark.usefixtures("clock")

TO_COME = "NGÀY Ở TƯƠNG LAI (THE DAY IS TO COME)"
TODAY, TONIGHT, TOMORROW = "2026-11-30", "2026-11-30T16:59:59Z", "2026-11-30T17:00:00Z"


def plain(kind: str, **members: Any) -> dict[str, Any]:
    name = {"vaccineCode" if kind == "Immunization" else "code": {"text": "x"}}
    return {"resourceType": kind, "status": "completed" if kind != "DiagnosticReport" else "final", **name, **members}


def visit(**members: Any) -> dict[str, Any]:
    of = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"}
    return {"resourceType": "Encounter", "status": "finished", "class": of, **members}


def told(day: str) -> dict[str, dict[str, Any]]:
    """One resource of each type and element that holds a day."""
    start = {"start": day}
    return {
        "onset of an allergy": allergy("x", onsetDateTime=day),
        "last reaction": allergy("x", lastOccurrence=day),
        "onset": condition("x", onsetDateTime=day),
        "onset period": condition("x", onsetPeriod=start),
        "end of a disease": condition("x", clinical="resolved", abatementDateTime=day),
        "recorded": condition("x", recordedDate=day),
        "report": plain("DiagnosticReport", effectiveDateTime=day),
        "visit": visit(period=start),
        "vaccine": plain("Immunization", occurrenceDateTime=day),
        "result": result("x", day, valueString="1"),
        "operation": plain("Procedure", performedDateTime=day),
        "operation, period": plain("Procedure", performedPeriod=start),
    }


@pytest.mark.parametrize("name", told(TODAY))
def test_a_day_to_come_is_marked_to_the_day_and_the_precision(person: str, desk: Desk, name: str) -> None:
    days = ("2062-11-29", "2027", "2026-12", "2026", "2026-11", TODAY, TONIGHT, TOMORROW, "2001")
    write(desk, person, *(told(day)[name] for day in days if "T" not in day or name != "onset period"))
    rows = [row for rows in read(desk, person).values() for row in rows if TO_COME in row]
    marks = sorted(row.partition(f"{TO_COME}: ")[2].partition("|")[0] for row in rows)
    assert marks == sorted(["29/11/2062", "2027", "12/2026", *(["01/12/2026"] if name != "onset period" else [])])


def test_what_is_planned_or_a_medicine_has_its_own_words(person: str, desk: Desk) -> None:
    planned = {**plain("Procedure", performedDateTime="2027"), "status": "preparation"}
    write(
        desk,
        person,
        planned,
        visit(status="planned", period={"start": "2027"}),
        medicine("x", effectiveDateTime="2027"),
    )
    assert not [row for rows in read(desk, person).values() for row in rows if TO_COME in row]


def test_a_day_to_come_stands_by_when_it_was_sent_and_wins_nothing(person: str, desk: Desk, world: World) -> None:
    with time_machine.travel("2026-10-01T08:00:00+07:00", tick=False):
        write(
            desk,
            person,
            result("Kali", "2062-11-29", valueString="4"),
            condition("Mụn cóc", onsetDateTime="2062"),
            smokes("266919005", "2062-01-01"),
        )
    write(
        desk,
        person,
        result("Kali", "2026-11-29", valueString="7.9"),
        condition("Viêm họng", onsetDateTime="2026-11-20"),
    )
    write(register(world, "79002", name="Bệnh viện B"), person, smokes("449868002", "2026-11-20"))
    found = read(desk, person)
    assert [row.partition("|")[0].partition(" — ")[0] for row in found[RESULTS]] == ["Kali: 7.9", "Kali: 4"]
    assert [row.partition("|")[0].partition(" — ")[0] for row in found[PROBLEMS]] == ["Viêm họng", "Mụn cóc"]
    (stands,) = found["29762-2"]
    assert "20/11/2026" in stands.split("|")[1]


def smokes(code: str, day: str) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "72166-2"}]},
        "valueCodeableConcept": {"coding": [{"system": SNOMED, "code": code}]},
        "effectiveDateTime": day,
    }
