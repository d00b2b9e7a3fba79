"""The number that staff type at a station is known by its form."""

import pytest

from tests.web import modules


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
    (found,) = modules.run("station/person/identifiers", [("identifierOf", [typed])])
    assert (found and found["system"].rpartition("/")[2]) == system
