"""What the station's page writes: read from what staff type, and taken by the service as it stands."""

from typing import Any

import pytest

from tests.conftest import World
from tests.facility_desk import Resident, register, store_resident
from tests.web import modules

PERSON = Resident().record_id
VISIT = "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1c03"
AT = "2026-11-23T08:30:00+07:00"
ABOUT = {"personId": PERSON, "performer": "Trần Thị Điều Dưỡng (000123/HCM-CCHN)", "at": AT, "visit": VISIT}
NOTHING = {"pressure": "", "weight": "", "height": "", "glucose": "", "unit": "mmol/L"}


def bundle_of(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """The transaction as the page sends it, with the visit."""
    visit = {**ABOUT, "visitAt": AT}
    (encounter,) = modules.run("station/resources", [("visitResource", [visit])])
    (made,) = modules.run("station/resources", [("transactionOf", [[encounter, *resources]])])
    return dict(made)


def measures(**typed: str) -> dict[str, Any]:
    (read,) = modules.run("station/measuring", [("readMeasures", [NOTHING | typed])])
    return dict(read)


def test_all_measures_are_taken_and_a_repeat_makes_no_version(world: World) -> None:
    store_resident(world, Resident())
    read = measures(pressure="13/8", weight="52,5 kg", height="1m58", glucose="5,6")
    assert read == {"faults": [], "values": {"pressure": [130, 80], "weight": 52.5, "height": 158, "glucose": 5.6}}
    (resources,) = modules.run("station/measuring", [("measureResources", [read["values"], "mmol/L", ABOUT])])
    bundle = bundle_of(resources)
    desk = register(world)
    first, again = desk.transaction(bundle), desk.transaction(bundle)
    assert [entry["response"]["status"] for entry in first.json["entry"]] == ["201 Created"] * 5
    assert {entry["response"]["etag"] for entry in again.json["entry"]} == {'W/"1"'}


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({}, ["pressure", "measure_missing"]),
        ({"pressure": "130"}, ["pressure", "pressure_shape"]),
        ({"pressure": "80/130"}, ["pressure", "pressure_shape"]),
        ({"pressure": "321/80"}, ["pressure", "pressure_shape"]),
        ({"weight": "0,4"}, ["weight", "weight_shape"]),
        ({"weight": "401"}, ["weight", "weight_shape"]),
        ({"weight": "nặng"}, ["weight", "weight_shape"]),
        ({"height": "29"}, ["height", "height_shape"]),
        ({"height": "251"}, ["height", "height_shape"]),
        ({"glucose": "105"}, ["glucose", "glucose_shape"]),
        ({"glucose": "5,6", "unit": "mg/dL"}, ["glucose", "glucose_shape"]),
    ],
)
def test_what_cannot_be_is_told_at_its_field(typed: dict[str, str], fault: list[str]) -> None:
    assert measures(**typed)["faults"] == [fault]
