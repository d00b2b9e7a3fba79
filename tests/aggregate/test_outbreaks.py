"""Signals and estimates for weeks whose reports are still coming: by simulation, and on their way to the public."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from benchmarks import outbreaks as simulation
from functions.aggregate.forecast import nowcast, outbreaks, series
from functions.aggregate.protect import promise
from functions.aggregate.publish import signal_notices
from ops.commands import signals as command
from ops.errors import OpsError
from tests.aggregate.conftest import Province, diagnosis
from tests.aggregate.signal_mail import KEPT, keep_release


def test_the_share_reported_after_each_delay_is_that_of_weeks_long_over() -> None:
    reports = {f"2026-W{week:02d}": [30.0, 60.0, 80.0, 90.0, 100.0] for week in range(1, 11)}
    newest = {"2026-W11": [30.0, 60.0, 80.0, 90.0], "2026-W12": [15.0, 30.0], "2026-W13": [45.0]}

    assert nowcast.delay_shares(reports) == [0.3, 0.6, 0.8, 0.9, 1.0]
    found = {week.week: week for week in nowcast.estimate_weeks(reports | newest)}
    assert {name: round(week.estimate) for name, week in found.items()} == {
        "2026-W11": 100, "2026-W12": 50, "2026-W13": 150
    }  # fmt: skip
    for week in found.values():
        assert week.reported <= week.low <= week.estimate <= week.high


def test_an_estimate_s_interval_is_as_wide_as_the_estimate_was_wrong() -> None:
    steady = {f"2026-W{week:02d}": [30.0, 60.0, 80.0, 90.0, 100.0] for week in range(1, 21)}
    restless = steady | {f"2026-W{week:02d}": [20.0, 60.0, 80.0, 90.0, 140.0] for week in range(1, 11)}
    newest = {"2026-W24": [30.0]}

    narrow, broad = (nowcast.estimate_weeks(reports | newest)[0] for reports in (steady, restless))
    assert broad.high - broad.low > narrow.high - narrow.low


def test_without_weeks_that_are_complete_nothing_is_estimated() -> None:
    few = {f"2026-W{week:02d}": [30.0, 60.0, 80.0, 90.0, 100.0] for week in range(1, nowcast.LEAST_WEEKS)}

    assert nowcast.delay_shares(few) is None
    assert nowcast.estimate_weeks(few | {"2026-W20": [3.0]}) == []
    assert nowcast.delay_shares({f"2026-W{week:02d}": [0.0] * 5 for week in range(1, 20)}) is None


def test_an_outbreak_of_four_weeks_is_found_by_its_fourth_though_reports_are_late() -> None:
    """A mean of 20, a dispersion of 10, two and a half times as many, 30 to 90 % reported: the whole is in the docs."""
    assert simulation.found(7, 20, 10, 2.5, trials=5) >= 0.8


def test_weeks_without_an_outbreak_raise_at_most_one_signal_a_year() -> None:
    assert simulation.false_alarms_a_year(7, 20, 10, series=1, weeks=40) <= 1
    assert simulation.false_alarms_a_year(7, 5, 10, spread=promise.NARROW, series=1, weeks=40) <= 1


def test_noise_hides_no_large_outbreak_and_makes_up_no_signal_of_few() -> None:
    assert simulation.found(7, 20, 10, 2.5, spread=promise.NARROW, trials=5) >= 0.8
    assert not signal_notices.is_public(outbreaks.Signal(39, 5.0, 20.0, 6.0))
    assert signal_notices.is_public(outbreaks.Signal(40, 5.0, 20.0, 6.0))
    assert not signal_notices.is_public(outbreaks.Signal(40, 30.0, 45.0, 1.0))
    assert not signal_notices.is_public(None)


def test_three_phones_make_up_a_signal_only_where_a_facility_lies_for_them() -> None:
    """A limit that is known: the message to the department says who reports."""
    nobody, unseen, seen = (simulation.forged(3, 20, 10, how, trials=15) for how in simulation.FORGED)
    assert max(nobody, unseen) < 0.3 < seen


def test_too_short_a_history_and_an_empty_one_say_nothing() -> None:
    assert outbreaks.look([5.0] * (outbreaks.LEAST_HISTORY + outbreaks.BACK - 1), [1.0] * 4) is None
    assert outbreaks.look([0.0] * 200, [1.0] * 4) is None


TABLES = ("signals", "timeliness")  # that a signal is looked into with, in the folders that the message links


def test_a_signal_goes_to_the_department_first_and_to_the_public_after_two_days(
    province: Province, mailbox: list[dict[str, Any]]
) -> None:
    province.run("2026-12-21")
    assert [message["Subject"] for message in mailbox] == ["Signal A91-2026-W47 in province 79"]
    assert "ssk signals publish A91-2026-W47" in mailbox[0]["Message"]
    assert "have no report of these four weeks" in mailbox[0]["Message"]
    assert "within two days, or it is shown" in mailbox[0]["Message"]
    links = [urlsplit(line.strip()) for line in mailbox[0]["Message"].splitlines() if line.startswith("  https://")]
    folders = [parse_qs(link.query)["prefix"][0] for link in links]
    assert {link.path for link in links} == {"/s3/buckets/insights"}
    for folder, name in zip(folders, TABLES, strict=True):
        assert f"{folder}{name}.parquet" in province.keys(folder)
    assert "cao hơn mức thường" not in province.page()

    province.run("2026-12-22")
    assert "cao hơn mức thường" not in province.page()
    province.run("2026-12-23")
    assert "Sốt xuất huyết Dengue: số ca trong bốn tuần đến 2026-W47 cao hơn mức thường" in province.page()
    assert "more cases than usual" in province.read("insights/index.html", "site").decode()
    assert len(mailbox) == 1

    province.run("2026-12-28")  # the outbreak goes on: no second mail
    assert len(mailbox) == 1


def test_a_signal_that_one_facility_makes_of_three_phones_waits_for_the_department_s_word(
    province: Province, mailbox: list[dict[str, Any]], word: Callable[..., int]
) -> None:
    """A corrupt facility sees the cards of three phones of its own, so that all their records count."""
    province.s3.delete_object(Bucket="insights", Key=KEPT.format(week="2026-W52"))
    forged = [(f"{phone} {place}", f"phone {phone}") for phone in range(3) for place in range(12)]
    for onset in ("2026-10-26", "2026-11-10"):
        province.put(
            *(
                diagnosis(f"{name} {onset}", onset=onset, account=phone, card_seen=True, facility="79666")
                for name, phone in forged
            )
        )
    province.put(*(diagnosis(f"{place}", onset="2026-11-17") for place in range(9)))
    province.put(diagnosis("before", onset="2026-10-20", facility="79666"))
    province.run("2026-12-21")

    told = mailbox[0]["Message"]
    assert "Reports most: 79666, 72 of 81 people of 2 facilities, in the records of 6 phones" in told
    assert "Báo nhiều nhất: 79666, 72 trong 81 lượt người của 2 cơ sở, thuộc 6 số điện thoại" in told
    assert "shown only when you say so" in told
    for day in ("2026-12-23", "2026-12-25"):
        province.run(day)
        assert "cao hơn mức thường" not in province.page()
    word("publish", "A91-2026-W47")
    province.run("2026-12-26")
    assert "cao hơn mức thường" in province.page()
    published = {key: body for key, body in province.everything().items() if key.startswith("published/")}
    assert not [key for key, body in published.items() if b"79666" in body]


def test_the_department_s_word_shows_or_hides_a_signal(
    province: Province,
    mailbox: list[dict[str, Any]],
    word: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    province.run("2026-12-21")

    said = word("publish", "A91-2026-W47", "--comment", "Đang xác minh tại ba phường.")
    assert said == 0
    province.run("2026-12-22")
    assert "Đang xác minh tại ba phường." in province.page()

    word("dismiss", "A91-2026-W47")
    province.run("2026-12-24")
    assert "cao hơn mức thường" not in province.page()
    capsys.readouterr()
    word("list", "--json")
    listed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [(signal["id"], signal["status"]) for signal in listed] == [("A91-2026-W47", "dismissed")]
    with pytest.raises(OpsError, match="no signal B01"):
        word("publish", "B01")


def test_a_word_that_is_given_while_the_run_looks_for_signals_stays(
    province: Province, mailbox: list[dict[str, Any]], word: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    province.run("2026-12-21")
    looked, words = signal_notices._find, iter(["dismiss"])

    def look_slowly(*of: Any) -> signal_notices.Notice | None:
        for said in words:
            word(said, "A91-2026-W47", "--comment", "Ba ca của một nhà.")
        return looked(*of)

    monkeypatch.setattr(signal_notices, "_find", look_slowly)
    province.run("2026-12-28")
    kept = json.loads(province.read("released/province=79/signals.json"))
    assert [(signal["status"], signal["comment"]) for signal in kept] == [("dismissed", "Ba ca của một nhà.")]
    assert len(mailbox) == 1


def test_a_signal_that_the_run_finds_while_the_department_speaks_stays_and_is_mailed_once(
    province: Province, mailbox: list[dict[str, Any]], word: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = asdict(signal_notices.Notice("J10-2025-W10", "J10", "2025-W10", "2025-03-20"))
    province.s3.put_object(Bucket="insights", Key="released/province=79/signals.json", Body=json.dumps([earlier]))
    decided, days = command._decide, iter(["2026-12-21"])

    def decide_slowly(*of: Any) -> list[command.Signal]:
        for day in days:
            province.run(day)
        return decided(*of)

    monkeypatch.setattr(command, "_decide", decide_slowly)
    word("dismiss", "J10-2025-W10")
    kept = {signal["id"]: signal["status"] for signal in json.loads(province.read("released/province=79/signals.json"))}
    assert kept == {"J10-2025-W10": "dismissed", "A91-2026-W47": "new"}
    assert len(mailbox) == 1


def test_weeks_still_open_are_estimated_on_the_page_when_the_delay_is_known(province: Province) -> None:
    seen = {week: [30, 60, 80, 90, 100] for week in series.run_of("2026-W20", "2026-W46")}
    seen |= {"2026-W47": [40, 80, 100], "2026-W48": [30, 60], "2026-W49": [45]}
    state = {"date": "2026-12-07", "full_week": None, "full": {}, "seen": {"A91": seen}, "closed": {}}
    province.s3.put_object(Bucket="insights", Key="released/province=79/state.json", Body=json.dumps(state).encode())
    ill = {"2026-11-16": 90, "2026-11-23": 80, "2026-11-30": 70, "2026-12-07": 40}
    for onset, people in ill.items():
        province.put(*(diagnosis(f"{onset} {place}", onset=onset) for place in range(people)))
    province.run("2026-12-14")

    shown = province.published("nowcast_week")
    assert list(shown) == [f"A91/{week}" for week in ("2026-W47", "2026-W48", "2026-W49", "2026-W50")]
    newest = {name: int(figure) for name, figure in shown["A91/2026-W50"].items()}
    assert abs(newest["reported"] - 40) <= 20
    assert newest["reported"] < newest["low_80"] <= newest["estimate"] <= newest["high_80"]


def test_the_page_says_in_which_diseases_signals_are_looked_for(
    province: Province, mailbox: list[dict[str, Any]]
) -> None:
    """Without two years of weeks no notice says nothing."""
    province.run("2026-12-21")
    shown = province.page()
    assert "Unusually many cases are looked for in: Dengue haemorrhagic fever (A91); Influenza (J10)." in shown
    assert "được tìm ở: Sốt xuất huyết Dengue (A91); Cúm (J10)." in shown


@pytest.mark.parametrize("weeks", [0, outbreaks.LEAST_HISTORY + outbreaks.BACK - 1])
def test_the_page_says_that_no_signal_is_looked_for_yet(province: Province, weeks: int) -> None:
    closed = {"A91": dict.fromkeys(series.run_of("2023-W40", "2026-W47")[:weeks], 40)}
    state = {"date": "2026-12-14", "full_week": None, "full": {}, "seen": {}, "closed": closed}
    province.s3.put_object(Bucket="insights", Key="released/province=79/state.json", Body=json.dumps(state).encode())
    keep_release(province, {})
    province.run("2026-12-21")
    assert "are not looked for in any disease yet" in province.page()
    assert "Chưa tìm dấu hiệu ca bệnh tăng bất thường ở bệnh nào" in province.page()


# Status of the notice, whether one facility made it, whether one makes what is found later -> whether it goes on.
GOES_ON = {
    ("new", False, False): True,
    ("new", False, True): False,
    ("new", True, False): False,
    ("new", True, True): False,
    ("published", False, False): True,
    ("published", False, True): False,
    ("published", True, False): True,
    ("published", True, True): True,
    ("dismissed", False, False): False,
    ("dismissed", False, True): False,
    ("dismissed", True, False): False,
    ("dismissed", True, True): False,
}


@pytest.mark.parametrize(("status", "earlier", "later"), GOES_ON)
def test_an_outbreak_that_goes_on_stays_on_the_page(status: str, earlier: bool, later: bool) -> None:
    """A notice that leaves the page while it keeps the next one from being told says that the outbreak is over."""
    notice = signal_notices.Notice("A91-2026-W20", "A91", "2026-W20", "2026-05-18", status, of_one=earlier)
    found = signal_notices.Notice("A91-2026-W24", "A91", "2026-W24", "2026-06-15", of_one=later)
    prolonged = signal_notices.prolong(notice, found)
    assert (prolonged != notice) is GOES_ON[status, earlier, later]
    if prolonged != notice:
        assert prolonged.is_shown(dt.date(2026, 7, 13))
        assert not prolonged.is_shown(dt.date(2026, 7, 14))
        assert "2026-W24" in signal_notices.notices_html([prolonged], dt.date(2026, 6, 20))
        assert prolonged.weeks == notice.weeks  # those that it was found in


def test_another_category_a_repair_and_a_new_outbreak_prolong_nothing() -> None:
    notice = signal_notices.Notice("A91-2026-W20", "A91", "2026-W20", "2026-05-18")
    for category, week, day in (("J10", "2026-W24", "2026-06-15"), ("A91", "2026-W20", "2026-05-18")):
        found = signal_notices.Notice(f"{category}-{week}", category, week, day)
        assert signal_notices.prolong(notice, found) == notice
    later = signal_notices.Notice("A91-2026-W40", "A91", "2026-W40", "2026-10-05")
    assert signal_notices.prolong(notice, later) == notice
    assert not signal_notices.is_told([notice], later)


@pytest.mark.parametrize("missed", [0, 1, 2])
def test_a_release_that_did_not_come_hides_no_signal(
    province: Province, mailbox: list[dict[str, Any]], missed: int
) -> None:
    """What is reported of the open weeks is this release's figure, whatever the ones before saw of them."""
    weeks = series.run_of("2023-W40", "2026-W51")
    usual = dict.fromkeys(weeks, 22)
    seen = {week: [7, 13, 18, 20, 22] for week in weeks[-40:-4]}
    for back in range(4, 0, -1):  # of the open weeks the last releases saw what was usual, or did not come
        seen[weeks[-back]] = [7, 13, 18, 20][: max(back - missed - 1, 0)]
    closed = {"A91": {week: usual[week] for week in weeks[:-5]}}
    state = {"date": "2026-12-14", "full_week": None, "full": {}, "seen": {"A91": seen}, "closed": closed}
    province.s3.put_object(Bucket="insights", Key="released/province=79/state.json", Body=json.dumps(state).encode())
    ill = dict(zip(weeks[-4:], (65, 60, 45, 25), strict=True))
    keep_release(province, usual | ill, newest=usual | ill)
    province.run("2026-12-21")
    assert [message["Subject"] for message in mailbox] == ["Signal A91-2026-W51 in province 79"]


def test_after_a_release_that_did_not_come_there_is_still_no_signal_where_nothing_is_unusual(
    province: Province, mailbox: list[dict[str, Any]]
) -> None:
    weeks = series.run_of("2023-W40", "2026-W51")
    seen: dict[str, list[int]] = {week: [7, 13, 18, 20, 22] for week in weeks[-40:-4]}
    seen |= {week: [] for week in weeks[-4:]}
    state: dict[str, Any] = {"date": "2026-12-07", "full_week": None, "full": {}, "seen": {"A91": seen}}
    state["closed"] = {"A91": dict.fromkeys(weeks[:-5], 22)}
    province.s3.put_object(Bucket="insights", Key="released/province=79/state.json", Body=json.dumps(state).encode())
    newest = dict(zip(weeks[-4:], (20, 18, 13, 7), strict=True))
    keep_release(province, dict.fromkeys(weeks, 22) | newest, newest=dict.fromkeys(weeks, 22) | newest)
    province.run("2026-12-21")
    assert not mailbox
