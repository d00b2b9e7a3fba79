"""A look-up that finds nobody, by why it does: their own times must not tell whether a number is somebody's."""

import statistics
from collections.abc import Callable
from functools import partial

from benchmarks.measure import Row, measure_in_turn, median_row
from benchmarks.meter import Meter, run_metered
from tests.conftest import World, province_world
from tests.declare import people
from tests.facility_desk import Desk, register

SECTION = "a look-up that finds nobody"
SYSTEM, WRONG = "http://fhir.ehealth.gov.vn/core/sid/national_id", "1960-05-18"
KNOWN = "a known number with another birth date"
NUMBERS = {KNOWN: people.NATIONAL_ID, "an unknown number": "079160099999", "a malformed number": "12"}


def rows(times: int = 300) -> list[Row]:
    """Our handler's own time of each, in turn, with its ratio to the one that opens somebody's identity."""
    with province_world() as world, run_metered() as meter:
        people.put(people.sign_in())
        desk = register(world)
        rivals: dict[str, Callable[[], float]] = {name: partial(_once, world, desk, meter, name) for name in NUMBERS}
        figures = measure_in_turn(rivals, times)
        known = statistics.median(figures[KNOWN])
        return [
            median_row(
                SECTION,
                name,
                found,
                "CPU ms",
                ratio=statistics.median(found) / known,
                against="known",
                note=f"{meter.calls[name]} AWS calls",
            )
            for name, found in figures.items()
        ]


def _once(world: World, desk: Desk, meter: Meter, name: str) -> float:
    """One search; what it spent of the facility's budget is given back."""
    meter.run(name, lambda: desk.search(SYSTEM, NUMBERS[name], WRONG))
    for item in world.items("access"):
        if item["pk"].startswith("budget#misses"):
            world.table("access").delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    return meter.own[name][-1]
