"""Who is counted in a published cell, and what noise is added: by definition, and the same however it is run."""

import datetime as dt
import gzip
import hashlib
import hmac
import itertools
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any

import pytest

from functions.aggregate import buckets
from functions.aggregate.protect import cells, perturbation, promise, release_calendar
from functions.aggregate.protect.cells import DIAGNOSES, RESIDENTS
from functions.aggregate.protect.perturbation import Cell
from health_record.aws.dynamo import to_wire
from ops import ssk
from ops.synthetic_population import build_population
from tests.aggregate.cell_counts import count_cells
from tests.aggregate.conftest import CELL_KEY, DAY, ICD_10, WARDS, Town, diagnosis, read_table, resident

X = f"{ICD_10}|I10"
SAME = CELL_KEY.hex()


def key(name: str) -> int:
    return int.from_bytes(hmac.new(CELL_KEY, name.encode(), hashlib.sha256).digest()[:8])


def data_file(path: Path, items: list[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps({"Item": to_wire(item)}) + "\n" for item in items).encode()))
    return path


@pytest.fixture
def counted(tmp_path: Path) -> Any:
    """Counts rows in two batches; every cell that may be published by its name."""

    def count(*items: dict[str, Any]) -> dict[tuple[str, ...], Cell]:
        parts = enumerate((items[::2], items[1::2]))
        return count_cells(tmp_path, [data_file(tmp_path / f"{place}.json.gz", list(part)) for place, part in parts])

    return count


def test_a_person_s_key_is_the_beginning_of_an_hmac_of_the_pseudonym(counted: Any) -> None:
    found = counted(resident("one"), resident("two"), diagnosis("two"))

    assert perturbation.person_key(CELL_KEY, "one") == key("one")
    together = (key("one") + key("two")) % 2**64
    assert found[RESIDENTS, RESIDENTS, "total", "total"] == Cell(2, together, 2)
    assert found["conditions", X, "ward", "26911"] == Cell(2, together, 2)
    assert found["diagnoses", "A91", "week", "2026-W47"] == Cell(1, key("two"), 1)


def names(number: int) -> list[str]:
    return sorted((f"person {place}" for place in range(number)), key=key)


def test_of_an_account_two_declared_records_of_lowest_key_count_in_a_condition_cell(counted: Any) -> None:
    household = names(12)
    found = counted(*(resident(name, account="phone", card_seen=False) for name in reversed(household)))

    lowest = sum(map(key, household[:2])) % 2**64
    for kind, place in (("total", "total"), ("sex", "female"), ("age", "45-59"), ("ward", "26911")):
        assert found["conditions", X, kind, place] == Cell(2, lowest, 1), kind
    assert found[RESIDENTS, RESIDENTS, "ward", "26911"].people == 12
    assert found["conditions_answered", "history.conditions", "total", "total"].people == 12


def test_records_whose_card_was_seen_count_in_full_and_do_not_use_up_the_two(counted: Any) -> None:
    seen = [resident(f"seen {place}", account="phone", card_seen=True) for place in range(5)]
    found = counted(*seen, *(resident(name, account="phone") for name in names(4)))

    assert found["conditions", X, "total", "total"].people == 7
    assert found["conditions", X, "total", "total"].accounts == 1


def test_the_two_are_taken_in_each_cell_by_itself(counted: Any) -> None:
    men = [resident(f"man {place}", account="phone", sex="male", ward=WARDS[1]) for place in range(3)]
    women = [resident(f"woman {place}", account="phone") for place in range(3)]
    found = counted(*men, *women, resident("other", account="other", ward=WARDS[1]))

    assert found["conditions", X, "sex", "male"].people == 2
    assert found["conditions", X, "sex", "female"].people == 3
    assert found["conditions", X, "total", "total"] == Cell(
        3, sum(sorted(key(item["pk"][9:]) for item in (*men, *women))[:2] + [key("other")]) % 2**64, 2
    )
    assert found["conditions", X, "ward", WARDS[1]].accounts == 2


def test_rows_without_an_account_are_accounts_of_their_own(counted: Any) -> None:
    found = counted(*(resident(name) for name in names(20)))

    assert found["conditions", X, "total", "total"].people == 20
    assert found["conditions", X, "total", "total"].accounts == 20


def test_one_facility_cannot_make_up_an_outbreak_of_one_phone(counted: Any) -> None:
    rows = [diagnosis(name, place, account="phone") for place, name in enumerate(names(12))]
    rows += [diagnosis(name, 99, account="phone", facility="79002") for name in names(12)]
    found = counted(*rows, *(diagnosis("nine", place) for place in range(9)))

    assert found["diagnoses", "A91", "week", "2026-W47"].people == 3
    assert found["diagnoses", "A91", "week", "2026-W47"].accounts == 2


@pytest.mark.parametrize("spread", [promise.NARROW, promise.WIDE])
def test_the_noise_is_normal_of_its_spread_and_differs_for_every_set(spread: float) -> None:
    drawn = [perturbation.noise(perturbation.draw(CELL_KEY, "2026-W52|x", place), spread) for place in range(20_000)]

    assert abs(fmean(drawn)) < 0.2
    assert pstdev(drawn) == pytest.approx(math.sqrt(spread**2 + 1 / 12), rel=0.02)
    assert max(map(abs, drawn)) <= perturbation.least(spread)


def test_the_noise_of_a_cell_changes_with_set_release_and_name_and_with_nothing_else() -> None:
    same = perturbation.draw(CELL_KEY, "2026-W52|x", 7)

    assert perturbation.draw(CELL_KEY, "2026-W52|x", 7 + 2**64) == same
    others = [("2027-W13|x", 7, CELL_KEY), ("2026-W52|y", 7, CELL_KEY), ("2026-W52|x", 8, CELL_KEY)]
    others.append(("2026-W52|x", 7, os.urandom(32)))
    assert len({perturbation.draw(secret, label, keys) for label, keys, secret in others} | {same}) == 5


def test_nobody_and_few_accounts_are_seldom_shown() -> None:
    secrets = [os.urandom(32) for _ in range(4000)]
    for people, accounts, most in ((0, 0, 0.005), (6, 3, 0.04), (12, 1, 0.26), (40, 1, 0.26)):
        shown = [
            perturbation.narrow(secret, "x", Cell(people, 1, accounts), least_accounts=5) >= 15 for secret in secrets
        ]
        assert fmean(shown) < most


def folder(path: Path, town: Town) -> Path:
    rows = [*town.people, *town.reported, *town.posters]
    data_file(path / "AWSDynamoDB" / "data" / "one.json.gz", rows[::2])
    data_file(path / "two.json.gz", rows[1::2])
    (path / "reference" / "series").mkdir(parents=True)
    (path / "reference" / "population.csv").write_bytes(build_population("79"))
    (path / "reference" / "series" / "dengue.csv").write_bytes(
        (Path(__file__).parent / "data" / "dengue_79_monthly.csv").read_bytes()
    )
    return path


def aggregated(facts: Path, out: Path, *more: str, date: str = DAY, secret: str = SAME) -> dict[str, bytes]:
    command = [sys.executable, "-m", "functions.aggregate", "--facts", facts, "--out", out, "--date", date]
    subprocess.run([*map(str, command), "--cell-key", secret, *more], check=True, capture_output=True)
    root = out / "published" / "province=79" / "latest"
    return {path.name: path.read_bytes() for path in root.iterdir()}


MONDAY = dt.date(2026, 12, 21)


def noisy_counters(secret: bytes) -> list[int]:
    """What is shown of a poster's counter that goes from 100 up one by one, while all else stays."""
    name = ("funnel", "visits", "week", "2026-W47")
    return [perturbation.wide(secret, "x", cells._counter(secret, name, count)) for count in range(100, 140)]


def test_a_counter_draws_its_noise_by_how_much_it_counts() -> None:
    """Else two looks at a counter without people give how much it grew, to one."""
    shown = noisy_counters(CELL_KEY)
    assert shown == noisy_counters(CELL_KEY)
    assert {later - earlier for earlier, later in itertools.pairwise(shown)} - {1}


@pytest.mark.parametrize(("measure", "kind"), [(DIAGNOSES, "week"), ("series", "period")])
@pytest.mark.parametrize("weeks_ago", range(8))
def test_every_release_of_an_open_week_has_a_noise_of_its_own_and_a_closed_one_keeps_its(
    measure: str, kind: str, weeks_ago: int
) -> None:
    """With one noise the growth of a week between two releases would be who was reported late, exactly."""
    week = buckets.iso_week(MONDAY - dt.timedelta(weeks=weeks_ago))
    released = [MONDAY + dt.timedelta(weeks=later) for later in range(8)]
    labels = [cells._label((measure, "x", kind, week), day) for day in released]
    is_open = [not release_calendar.is_closed(week, day) for day in released]
    assert len(set(labels)) == sum(is_open) + (not all(is_open))
    assert all(label.startswith("closed|") is not open_ for label, open_ in zip(labels, is_open, strict=True))
    for known in (RESIDENTS, "funnel"):
        assert len({cells._label((known, "x", "week", week), day) for day in released}) == 1


def test_the_edge_of_five_accounts_moves_with_the_noise_of_the_count() -> None:
    """Else whoever holds four accounts of a cell reads off whether there is a fifth."""
    for people, accounts in itertools.product((14, 15, 30, 200), range(9)):
        for number in range(300):
            secret, cell = number.to_bytes(perturbation.KEY_BYTES), Cell(people, 7 * number, accounts)
            added = perturbation.noise(perturbation.draw(secret, "x", cell.keys), promise.NARROW)
            shown = perturbation.narrow(secret, "x", cell, least_accounts=5)
            assert shown == (max(people + added, 0) if accounts + added >= 5 else 0), (people, accounts, added)
    five = [perturbation.narrow(n.to_bytes(32), "x", Cell(30, 1, 5), least_accounts=5) > 0 for n in range(300)]
    four = [perturbation.narrow(n.to_bytes(32), "x", Cell(30, 1, 4), least_accounts=5) > 0 for n in range(300)]
    assert (len(set(five)), len(set(four))) == (2, 2), "neither is always shown nor always left out"


def test_a_folder_gives_what_the_buckets_give_and_its_repair_the_same(town: Town, tmp_path: Path) -> None:
    facts = folder(tmp_path / "facts", town)

    first = aggregated(facts, tmp_path / "out")
    assert [name for name in town.latest if first.get(name) != town.latest[name]] == []
    assert set(first) == set(town.latest)
    data_file(facts / "two.json.gz", [])
    again = aggregated(facts, tmp_path / "out")
    assert {name: again[name] for name in first if name.endswith(".csv")} == {
        name: body for name, body in first.items() if name.endswith(".csv")
    }


def test_another_key_gives_other_figures_and_full_gives_all_tables(town: Town, tmp_path: Path) -> None:
    facts = folder(tmp_path / "facts", town)

    weekly = aggregated(facts, tmp_path / "weekly", date="2026-12-14")
    full = aggregated(facts, tmp_path / "weekly", "--full", date="2026-12-14", secret="ab" * 32)

    assert "coverage_age.csv" not in weekly
    assert {name for name in town.latest if name.endswith(".csv")} == {name for name in full if name.endswith(".csv")}
    assert full["conditions_age.csv"] != town.latest["conditions_age.csv"]
    shown = read_table(full["conditions_sex.csv"])["I10"]["total"]
    assert abs(int(shown) - int(town.published("conditions_sex")["I10"]["total"])) < 50


def test_the_command_of_operations_starts_the_same_code(
    town: Town, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = folder(tmp_path / "facts", town)

    words = ["--facts", str(facts), "--out", str(tmp_path / "out"), "--date", DAY, "--cell-key", SAME]
    assert ssk.main(["aggregate", *words, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer["residents"] == len(town.people)
    page = tmp_path / "out" / "published" / "province=79" / "latest" / "index.html"
    assert page.read_bytes() == town.latest["index.html"]
