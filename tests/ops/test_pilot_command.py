"""`ssk pilot` as it is typed: what it refuses, which people it takes, what it tells at the end."""

import argparse
import datetime
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from rich.console import Console

from ops import pilot
from ops.errors import OpsError
from ops.pilot import target
from ops.pilot.checking.checks import Check
from ops.pilot.checking.table_snapshot import TableSnapshot
from ops.pilot.journey import Outcome
from ops.pilot.rehearsal import Rehearsal
from ops.pilot.report import Report
from ops.pilot.residents import people
from ops.pilot.timing import Stopwatch
from ops.progress_bar import ProgressBar

ACCOUNTS = people.invent_accounts(40, 1, datetime.date(2026, 11, 23))


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    pilot.add_arguments(parser)
    return parser.parse_args(words)


def rehearsed(*, without: int = 0) -> Rehearsal:
    """A rehearsal of forty, of whom the last `without` have no receipt."""
    outcomes = [Outcome(account, {one.record_id: {} for one in account.residents}) for account in ACCOUNTS]
    lost = [(outcome, record) for outcome in outcomes for record in outcome.declared][40 - without :]
    for outcome, record in lost:
        del outcome.declared[record]
        outcome.failures.append("declare: 503 /problems/unavailable instead of 201")
    return Rehearsal(outcomes, 8.0, 40)


def report(done: Rehearsal, *checks: Check) -> Report:
    stopwatch = Stopwatch()
    for milliseconds in range(1, 101):
        stopwatch.record("declare", milliseconds)
    stopwatch.count("429")
    return Report(done, stopwatch, list(checks), run=3, concurrency=8)


@pytest.mark.parametrize(
    ("option", "value", "possible"),
    [
        *(("--residents", value, possible) for value, possible in (("0", 0), ("1", 1), ("100000", 1), ("100001", 0))),
        *(("--concurrency", value, possible) for value, possible in (("0", 0), ("1", 1), ("64", 1), ("65", 0))),
        *(("--seed", value, possible) for value, possible in (("-1", 0), ("0", 1), ("99", 1), ("100", 0))),
    ],
)
def test_numbers_out_of_range_are_refused_in_a_sentence(
    option: str, value: str, possible: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSK_LOCAL_DIR", str(tmp_path))
    refusal = "No local stack runs here" if possible else f"{option} must be"
    with pytest.raises(OpsError, match=refusal):
        pilot.run(arguments(f"{option}={value}"))


@pytest.mark.parametrize(
    ("earlier", "seed", "number"),
    [
        ((), None, 1),
        (("26911-pilot001-00000000",), None, 2),
        (("26911-pilot009-00000000", "26911-pilot002-00000000", "26911-01-00000000", "pilot-x"), None, 10),
        ((), 7, 7),
    ],
)
def test_a_rehearsal_takes_people_that_no_earlier_one_took(
    earlier: tuple[str, ...], seed: int | None, number: int
) -> None:
    before = TableSnapshot(posters=Counter({(poster, "visits"): 3 for poster in earlier}))
    assert pilot._run_number(seed, before) == number


def test_the_people_of_an_earlier_rehearsal_are_refused() -> None:
    with pytest.raises(OpsError, match="--seed 4"):
        pilot._run_number(4, TableSnapshot(posters=Counter({("26911-pilot004-00000000", "visits"): 1})))


@pytest.mark.parametrize(("address", "possible"), [("127.250.3.4", True), ("192.0.2.1", False)])
def test_a_machine_without_addresses_of_its_own_for_everybody_is_told_so(address: str, possible: bool) -> None:
    if possible:
        target.refuse_without_addresses(address)
    else:
        with pytest.raises(OpsError, match="run the pilot on Linux"):
            target.refuse_without_addresses(address)


def test_one_in_twenty_of_those_with_a_number_is_read() -> None:
    everybody = [
        one for account in people.invent_accounts(5400, 1, datetime.date(2026, 11, 23)) for one in account.residents
    ]
    chosen = [one for one in everybody if pilot.is_sampled(one)]
    assert all(one.national_id for one in chosen)
    assert 0.03 < len(chosen) / len(everybody) < 0.07
    assert {one.sharing for one in chosen} == {True, False, None}


def test_a_rehearsal_without_a_fault_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert pilot._tell(report(rehearsed(), Check("accounts", 3, 3, 0)), as_json=True) == 0
    out, err = capsys.readouterr()
    told = json.loads(out.splitlines()[-1])
    assert (told["residents"], told["failures"]) == (40, 0)
    assert told["calls"] == {"declare": {"calls": 100, "p50": 50.0, "p95": 95.0, "p99": 99.0}}
    assert told["requests_per_second"] == 12.5
    assert told["events"] == {"429": 1}
    assert told["checks"] == [{"promise": "accounts", "expected": 3, "found": 3, "differences": 0, "ok": True}]
    assert "40 of 40" in err


@pytest.mark.parametrize(
    ("done", "differences", "failures"),
    [(rehearsed(without=1), 0, 1), (rehearsed(), 2, 1), (rehearsed(without=3), 1, 4)],
)
def test_anything_that_failed_ends_with_status_one(done: Rehearsal, differences: int, failures: int) -> None:
    ended = report(done, Check("accounts", 3, 3, differences))
    assert ended.failures == failures
    assert pilot._tell(ended, as_json=False) == 1


def test_the_table_tells_reasons_and_names_nobody() -> None:
    shown = io.StringIO()
    report(rehearsed(without=2), Check("accounts", 3, 2, 1)).show(Console(file=shown, width=120))
    text = shown.getvalue()
    assert "38 of 40" in text
    assert "not ok: 1 differ" in text
    assert "2 x declare: 503 /problems/unavailable instead of 201" in text
    for account in ACCOUNTS:
        assert account.phone not in text
        assert all(one.full_name not in text for one in account.residents)


def test_where_there_is_no_terminal_every_tenth_of_the_way_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar(30) as bar:
        for _ in range(15):
            bar.advance(2)
    lines = capsys.readouterr().err.splitlines()
    assert [int(line.partition(" of 30 residents")[0]) for line in lines] == [4, 6, 10, 12, 16, 18, 22, 24, 28, 30]
