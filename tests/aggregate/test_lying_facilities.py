"""What facilities that lie can do to signals: make one up, or hide the outbreak that is there."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from functions.aggregate.forecast import outbreaks, series
from functions.aggregate.publish import signal_notices
from functions.aggregate.publish.signal_notices import DISMISSED, NEW, PUBLISHED, Notice
from tests.aggregate.conftest import Province, diagnosis
from tests.aggregate.signal_mail import WEEKS, keep_release, quiet_weeks
from tests.aggregate.test_elsewhere import CLINIC, HOSPITAL, ONSET, count, usual

SHOWN = "cao hơn mức thường"
# Status of an earlier notice, whether one facility made it, and whether one makes the next -> weeks until that is told.
TOLD_AFTER = {
    (NEW, False, False): 8,
    (NEW, False, True): 8,
    (NEW, True, False): 0,
    (NEW, True, True): 4,
    (PUBLISHED, False, False): 8,
    (PUBLISHED, False, True): 8,
    (PUBLISHED, True, False): 8,
    (PUBLISHED, True, True): 8,
    (DISMISSED, False, False): 4,
    (DISMISSED, False, True): 4,
    (DISMISSED, True, False): 0,
    (DISMISSED, True, True): 4,
}


def found_after(weeks: int, *, of_one: bool = False, category: str = "A91") -> Notice:
    day = dt.date(2026, 12, 21) + dt.timedelta(weeks=weeks)
    return Notice(f"{category}-{weeks}", category, f"2026-W{weeks + 10}", day.isoformat(), of_one=of_one)


@pytest.mark.parametrize(("status", "earlier", "later"), TOLD_AFTER)
def test_a_signal_is_told_again_when_the_one_before_does_not_say_it(status: str, earlier: bool, later: bool) -> None:
    known = [dataclasses.replace(found_after(0, of_one=earlier), status=status)]
    told = [weeks for weeks in range(1, 12) if not signal_notices.is_told(known, found_after(weeks, of_one=later))]
    assert told == list(range(max(TOLD_AFTER[status, earlier, later], 1), 12))


def test_a_repair_tells_nothing_twice_and_a_category_says_nothing_of_another() -> None:
    assert signal_notices.is_told([found_after(0, of_one=True)], found_after(0))
    assert not signal_notices.is_told([found_after(0, category="J10")], found_after(1))


def test_an_outbreak_elsewhere_is_told_and_shown_though_one_facility_made_a_signal_before_it(
    province: Province, mailbox: list[dict[str, Any]], word: Callable[..., int]
) -> None:
    """Else one facility that lies hides what comes in the eight weeks after."""
    keep_release(province, quiet_weeks())
    province.run("2026-12-21")
    assert "shown only when you say so" in mailbox[0]["Message"]
    word("dismiss", "A91-2026-W47")

    spread = quiet_weeks() | dict.fromkeys(WEEKS[-3:], 70) | {"2026-W48": 70}
    keep_release(province, spread, week="2026-W53", newest={"2026-W48": 80})
    province.run("2026-12-28")
    assert [message["Subject"] for message in mailbox[1:]] == ["Signal A91-2026-W48 in province 79"]
    assert "within two days, or it is shown" in mailbox[1]["Message"]
    province.run("2026-12-30")
    assert SHOWN in province.page()


@pytest.mark.parametrize(("status", "expected"), [(DISMISSED, 1), (NEW, 1), (PUBLISHED, 0)])
def test_weeks_that_nobody_believes_hide_no_outbreak_of_later_years(
    province: Province, mailbox: list[dict[str, Any]], status: str, expected: int
) -> None:
    """The highest weeks of five years would be the measure of all that follow."""
    spike, week = WEEKS[60:62], WEEKS[62]
    state = json.loads(province.read("released/province=79/state.json"))
    state["closed"]["A91"] |= dict.fromkeys(spike, 200)
    province.s3.put_object(Bucket="insights", Key="released/province=79/state.json", Body=json.dumps(state).encode())
    keep_release(province, state["closed"]["A91"])
    earlier = Notice(f"A91-{week}", "A91", week, "2025-01-06", status=status, of_one=True)
    put_notices(province, [earlier])

    province.run("2026-12-21")
    assert len(mailbox) == expected


def put_notices(province: Province, notices: list[Notice]) -> None:
    content = json.dumps([dataclasses.asdict(notice) for notice in notices])
    province.s3.put_object(Bucket="insights", Key="released/province=79/signals.json", Body=content.encode())


def test_where_too_few_weeks_are_believed_all_are() -> None:
    """A facility that lies for years would else end all signals."""
    quiet, high = [20.0] * 150, [60.0] * 4
    believed = outbreaks.look([*quiet, *high], [1.0] * 4)
    assert outbreaks.look([*quiet, *high], [1.0] * 4, doubted=range(140)) == believed
    assert believed is not None
    assert believed.is_raised


def test_reports_of_long_ago_that_come_now_hold_no_signal_back(
    province: Province, mailbox: list[dict[str, Any]]
) -> None:
    late = {week: people + 40 for week, people in quiet_weeks().items()} | dict.fromkeys(WEEKS[-3:], 70)
    keep_release(province, late)
    province.run("2026-12-21")
    assert "within two days, or it is shown" in mailbox[0]["Message"]


@pytest.mark.parametrize("card_seen", [True, False])
def test_reports_of_long_ago_that_come_now_make_no_facility_look_steady(tmp_path: Path, card_seen: bool) -> None:
    """What a facility usually reports is what was known of each week when it was closed."""
    forged = [diagnosis(f"new {place}", account=f"seen {place % 2}", card_seen=True) for place in range(24)]
    day = dt.date.fromisoformat(ONSET)
    past = [
        diagnosis(f"old {place}", account=f"phone {place % 2}", card_seen=card_seen)
        | {"onset": (day - dt.timedelta(days=back)).isoformat(), "sk": f"diagnosis#{back}"}
        for back in range(105, 728, 15)
        for place in range(24)
    ]
    lies = [row | {"facility": CLINIC} for row in (*forged, *past)]
    assert count(tmp_path, [*usual(HOSPITAL, 10), *lies]) == {"diagnoses": (34, 12), "elsewhere": (10, 10)}


def test_two_facilities_that_report_the_same_people_are_not_held_as_is_known(tmp_path: Path) -> None:
    """A limit that docs/statistics.md says: what two report together is no single facility's."""
    forged = [diagnosis(f"{place}", account=f"phone {place % 3}", card_seen=True) for place in range(36)]
    twice = [row | {"facility": one, "sk": f"{row['sk']}{one}"} for row in forged for one in (CLINIC, "79667")]
    assert count(tmp_path, [*usual(HOSPITAL, 10), *twice])["elsewhere"][0] >= 36  # none of the forged is left out


def test_of_two_facilities_that_report_different_people_the_one_that_rose_more_is_left_out(tmp_path: Path) -> None:
    forged = [diagnosis(f"{place}", facility=CLINIC) for place in range(36)]
    forged += [diagnosis(f"other {place}", facility="79667") for place in range(15)]
    assert count(tmp_path, [*usual(HOSPITAL, 10), *forged]) == {"diagnoses": (61, 61), "elsewhere": (25, 25)}


def test_a_notice_s_weeks_are_the_four_that_it_was_found_in() -> None:
    notice = Notice("A91-2027-W02", "A91", "2027-W02", "2027-01-18")
    assert notice.weeks == series.run_of("2026-W52", "2027-W02")
    assert len(notice.weeks) == outbreaks.BACK
