"""Identifiers and birth dates as a facility may send them: nobody is found but by the right two, and nothing breaks."""

import itertools
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from health_record.identity import identifiers
from tests.conftest import province_world
from tests.facility_desk import Desk, Resident, register, store_resident

SYSTEMS = [
    identifiers.NATIONAL_ID,
    identifiers.CITIZEN_ID,
    identifiers.INSURANCE_NUMBER,
    identifiers.PASSPORT_NUMBER,
    *identifiers.SYNONYMS,
]
PERSON = Resident()
DIGITS = st.text("0123456789\u0660\uff19 .-", min_size=6, max_size=20)
NUMBERS = st.text(max_size=40) | DIGITS | st.sampled_from([PERSON.national_id, str(PERSON.insurance_number)])
DATES = st.text(max_size=12) | st.dates().map(str) | st.sampled_from([PERSON.birth_date, "1985", "1985-03"])
SETTINGS = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def desks() -> Iterator[Iterator[Desk]]:
    """A facility for each call: one that misses too often is stopped."""
    with province_world() as world:
        store_resident(world, PERSON)
        yield itertools.cycle([register(world, f"79{number:03d}") for number in range(1, 9)])


@given(system=st.sampled_from(SYSTEMS) | st.text(max_size=20), number=NUMBERS, born=DATES)
@SETTINGS
def test_whatever_is_asked_only_the_right_number_and_date_find_somebody(
    desks: Iterator[Desk], system: str, number: str, born: str
) -> None:
    form = urlencode({"identifier": f"{system}|{number}", "birthdate": born}).encode()
    answer = next(desks).call("POST", "Patient/_search", form, content_type="application/x-www-form-urlencoded")
    assert answer.status in (200, 400), answer.body
    if sum(map(str.isdigit, number)) >= 9 and answer.json.get("total") != 1:
        assert number not in answer.body.decode()
    if answer.status == 400:
        assert answer.json["resourceType"] == "OperationOutcome"
        return
    right = (identifiers.NATIONAL_ID, PERSON.national_id), (identifiers.INSURANCE_NUMBER, PERSON.insurance_number)
    found = identifiers.parse_pointer(system, number)
    known = found in [identifiers.parse_pointer(*pair) for pair in right]
    assert answer.json["total"] == (1 if known and born == PERSON.birth_date else 0)
