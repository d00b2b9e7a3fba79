"""Today is the day in Vietnam, wherever the device believes to be: also between midnight and seven, and at new year."""

import re

import pytest

from tests.web.modules import run
from web.build import HERE

ZONES = ("UTC", "Asia/Ho_Chi_Minh", "America/Los_Angeles", "Pacific/Auckland")
# An instant, what day it is in Vietnam then, and the day after.
INSTANTS = {
    "half past midnight": ("2026-11-22T17:30:00Z", (23, 11, 2026), (24, 11, 2026)),
    "ten to seven": ("2026-11-22T23:50:00Z", (23, 11, 2026), (24, 11, 2026)),
    "ten past seven": ("2026-11-23T00:10:00Z", (23, 11, 2026), (24, 11, 2026)),
    "ten to midnight": ("2026-11-23T16:50:00Z", (23, 11, 2026), (24, 11, 2026)),
    "half past midnight of new year": ("2026-12-31T17:30:00Z", (1, 1, 2027), (2, 1, 2027)),
    "ten to midnight of the old year": ("2026-12-31T16:50:00Z", (31, 12, 2026), (1, 1, 2027)),
}
CARD = "079160012345||Nguyễn Thị Thử|{:02}{:02}{}|Nữ|Phường Thử|01012022"


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("what", INSTANTS)
def test_a_date_of_today_is_taken_and_one_of_tomorrow_lies_in_the_future(what: str, zone: str) -> None:
    now, today, tomorrow = INSTANTS[what]
    asked = [dict(zip(("day", "month", "year"), map(str, date), strict=True)) for date in (today, tomorrow)]
    iso = "{2}-{1:02}-{0:02}".format(*today)
    found = run("values/dates", [("readDate", [parts]) for parts in asked], at=(now, zone))
    assert found == [{"value": iso}, {"fault": "in_future"}]
    cards = run("scan/citizen-card", [("readCard", [CARD.format(*date)]) for date in (today, tomorrow)], at=(now, zone))
    assert ["birthDate" in card for card in cards] == [True, False]
    (age,) = run("form/rules", [("isEnabled", [KNOWN, FROM_27, BORN_IN_2000])], at=(now, zone))
    assert age is (today[2] >= 2027)


KNOWN = {"items": {}, "parents": {}}
FROM_27 = {"linkId": "x", "fromAge": 27}
BORN_IN_2000 = {"values": {"identity.birth-date": {"year": "2000"}}}


def test_no_page_makes_a_day_of_an_instant_by_itself() -> None:
    """`local-day.js` does, and the station's clock, which has the service's time."""
    cut = re.compile(r"toISOString\(\)\.slice|new Date\(\)\.get|Date\.now\(\)\)\.get")
    found = {
        str(path.relative_to(HERE / "src")) for path in (HERE / "src").rglob("*.js") if cut.search(path.read_text())
    }
    assert found == {"local-day.js", "station/clock.js"}
