"""The day that a diagnosis counts for: any moment that FHIR permits has one."""

import pytest

from tests.conftest import World
from tests.contribute.bundles import bundle, condition
from tests.facility_desk import Resident, register, store_resident


@pytest.mark.parametrize(
    ("onset", "day"),
    [
        ("2026-11-20", "2026-11-20"),
        ("2026-11-20T16:59:59Z", "2026-11-20"),
        ("2026-11-20T17:00:00Z", "2026-11-21"),
        ("2026-11-20T23:59:60Z", "2026-11-21"),  # a leap second, which Python does not know
        ("2016-12-31T16:59:60.5Z", "2016-12-31"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01"),  # in UTC the year before the first
        ("9999-12-31T23:59:59-12:00", "9999-12-31"),
    ],
)
def test_a_diagnosis_counts_for_the_local_day_of_its_onset(world: World, onset: str, day: str) -> None:
    person = store_resident(world, Resident())
    answer = register(world).transaction(bundle(condition(person, onsetDateTime=onset, encounter={"display": "x"})))
    assert answer.status == 200, answer.body
    assert [row["onset"] for row in world.items("facts") if row["sk"].startswith("diagnosis#")] == [day]
