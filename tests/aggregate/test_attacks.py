"""The promise against its adversary: who knows all others, has three phones, and reads a year of releases."""

import datetime as dt
import itertools
import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from functions.aggregate import __main__ as command
from functions.aggregate import buckets, day_statistics
from functions.aggregate.protect import perturbation, promise
from functions.aggregate.protect.perturbation import Cell
from functions.aggregate.publish import weekly_publication
from functions.aggregate.settings import AggregateSettings
from ops.synthetic_population import build_population
from tests.aggregate import attack
from tests.aggregate.attack import Look
from tests.aggregate.conftest import ICD_10, WARDS, read_table, resident
from tests.aggregate.test_protection import data_file

QUARTERS = ("2026-W13", "2026-W26", "2026-W39", "2026-W52")
PLACES = ("total", "sex|male", "age|45-59", "ward|26905")
PHONES, RECORDS = (0, 1, 3), 2  # her phones, and what each may add to a condition cell
SIZES = (0, 1, 5, 8, 9, 12, 14, 15, 17, 18, 30, 200, 30_000)  # others in a cell; the edge is at 15 and each 2.5 on
EVENTS = ("stays", "joins", "leaves", "moves", "corrects", "erases", "dies")
TARGET = perturbation.person_key(b"k" * 32, "target")


def others(number: int, phones: int, quarter: int) -> Cell:
    """Everybody else in a cell, and her own records, another set of which she puts there for every release."""
    mine = phones * RECORDS
    return Cell(number + mine, 1_000_003 * number + 17 * quarter + mine, number + phones)


def with_target(cell: Cell, *, of_a_known_account: bool = False) -> Cell:
    return Cell(cell.people + 1, cell.keys + TARGET, cell.accounts + (not of_a_known_account))


def counted_in(event: str, quarter: int, place: str) -> bool:
    """Whether the target stands in the cell in that release, if he has the condition."""
    if event == "joins":
        return quarter >= 1
    if event in ("leaves", "erases", "dies", "corrects"):
        return quarter < 3
    if event == "moves" and place.startswith("ward"):
        return quarter < 2
    return True


def year(event: str, size: int, phones: int, *, sole: bool = False, family: bool = False) -> Iterator[Look]:
    """What a year shows: in the first world he has the condition, in the second he has it not.

    `sole`: he is the only one of his ward, sex and age who declared; the total has everybody else.
    """
    for quarter, release in enumerate(QUARTERS):
        for place in PLACES:
            around = others(0 if sole and place != "total" else size, phones, quarter)
            has = with_target(around, of_a_known_account=family) if counted_in(event, quarter, place) else around
            yield Look(f"{release}|{place}", (has, around))


def test_one_release_stays_within_its_promise_whatever_the_size_and_the_poison() -> None:
    for size, phones, sole, family in itertools.product(SIZES, PHONES, (False, True), (False, True)):
        looks = list(year("stays", size, phones, sole=sole, family=family))[: len(PLACES)]
        assert attack.exact(looks) <= promise.ONE_RELEASE, (size, phones, sole, family)


@pytest.mark.parametrize("event", EVENTS)
def test_a_year_of_releases_stays_within_its_promise(event: str) -> None:
    for size, phones, sole in itertools.product((0, 8, 14, 17, 200), PHONES, (False, True)):
        looks = list(year(event, size, phones, sole=sole))
        assert attack.exact(looks) <= promise.ONE_YEAR, (size, phones, sole)


def test_not_having_answered_is_hidden_too() -> None:
    """In the second world he did not answer: the counts of who answered, from which rates are made, differ as well."""
    for size in SIZES:
        looks = list(year("stays", size, 3))
        answered = [
            Look(
                f"answered {look.label}",
                tuple(Cell(c.people + 40, c.keys, c.accounts + 40) for c in look.worlds),
                False,
            )  # type: ignore[arg-type]
            for look in looks
        ]
        first = [*looks[: len(PLACES)], *answered[: len(PLACES)]]
        assert attack.exact(first) <= promise.ONE_RELEASE, size
        if size in (8, 14, 200):
            assert attack.exact([*looks, *answered], grid=0.01) <= promise.ONE_YEAR, size


def test_an_outlier_whom_everybody_knows_to_be_alone_is_hidden() -> None:
    """Nobody else of the province has it, and her three phones fill all of his cells."""
    for phones in PHONES:
        looks = list(year("stays", 0, phones, sole=True))
        assert attack.exact(looks[: len(PLACES)]) <= promise.ONE_RELEASE
        assert attack.exact(looks) <= promise.ONE_YEAR


def test_an_illness_that_facilities_report_is_hidden_in_its_week() -> None:
    """A week is shown once when it is closed; while it is open it may be estimated in four releases before.

    Forecasts and estimates are made of the noisy count itself, also of a week in which nobody else was ill.
    """
    for size, phones in itertools.product(SIZES, PHONES):
        worlds = (with_target(others(size, phones, 0)), others(size, phones, 0))
        looks = [Look(f"week {place}", worlds, open=True) for place in range(5)]
        assert attack.exact(looks[:1]) <= promise.ONE_RELEASE
        assert attack.exact(looks) <= promise.ONE_YEAR


def test_thousands_of_keys_measure_what_the_distribution_says_and_never_more_than_the_bound() -> None:
    """The function itself, over 4,000 keys, against the exact distribution and the theory's bound."""
    keys = attack.secrets()
    error = 3 / math.sqrt(len(keys))
    for event, size, phones in (("stays", 14, 3), ("leaves", 17, 3), ("joins", 9, 1), ("moves", 200, 0)):
        looks = list(year(event, size, phones))
        measured, expected = attack.advantage(looks, keys), attack.exact(looks)
        assert abs(measured - expected) < error, (event, size, phones)
        assert expected <= promise.advantage(promise.Looks(len(looks), promise.NARROW)) + 1e-3
        assert measured <= promise.ONE_YEAR + error


def test_the_attack_finds_what_can_be_found() -> None:
    """With the fixed threshold of before, or noise too narrow, the same adversary wins."""

    class Narrow(Look):
        @property
        def spread(self) -> float:
            return 0.5

    looks = [Narrow(look.label, look.worlds) for look in year("stays", 16, 3)][: len(PLACES)]
    assert attack.exact(looks) > 0.8


def test_moving_a_cell_by_known_amounts_finds_no_edge() -> None:
    """Week after week another number of her records; the best guess of a whole year of cells stays within the promise.

    With noise that depends on the cell's name alone the same walk reads the exact count.
    """
    looks = []
    for quarter, phones in enumerate((0, 1, 2, 3)):
        for place in PLACES:
            around = others(12, phones, quarter)
            looks.append(Look(f"{QUARTERS[quarter]}|{place}", (with_target(around), around)))
    assert attack.exact(looks) <= promise.ONE_YEAR


def test_three_phones_make_up_no_cell() -> None:
    """Twelve records of each of three phones, all with the same condition in an empty ward."""
    shown = [
        figure != "*"
        for figure in attack.published(Look("x", (others(0, 3, 0),) * 2), others(0, 3, 0), attack.secrets())
    ]
    assert sum(shown) / len(shown) < 0.05


X = f"{ICD_10}|I10"
DAY = dt.date(2026, 12, 21)
WORLDS = 2


def town(world: int) -> list[dict[str, Any]]:
    """Households of one to five, some with cards seen; in the first world the last man has the condition."""
    people = []
    for place in range(90):
        people.append(
            resident(
                f"{place:032x}",
                ward=WARDS[place % 4],
                sex=("male", "female")[place % 2],
                birth_year=1940 + place,
                account=f"account {place // (1 + place % 5)}",
                card_seen=place % 3 == 0,
                yes=[X] if place % 3 or not world else [],
                no=[] if place % 3 or not world else [X],
            )
        )
    return people


def expected(people: list[dict[str, Any]], secret: bytes, kind: str, place: str) -> str:
    """A figure of the condition by the definition alone: cap, keys, HMAC, rounded normal noise, threshold."""
    settings = [item for item in people if X in item["yes"] and (kind == "total" or item[kind] == place)]
    counted: list[dict[str, Any]] = [item for item in settings if item["card_seen"]]
    for _, members in itertools.groupby(
        sorted(settings, key=lambda item: item["account"]), lambda item: item["account"]
    ):
        declared = [item for item in members if not item["card_seen"]]
        counted += sorted(declared, key=lambda item: perturbation.person_key(secret, item["pk"][9:]))[:2]
    accounts = len({item["account"] for item in settings})
    keys = sum(perturbation.person_key(secret, item["pk"][9:]) for item in counted)
    number = perturbation.draw(secret, f"2026-W52|conditions|{X}|{kind}|{place}", keys)
    added = round(NormalDist(0, promise.NARROW).inv_cdf((number + 0.5) / 2**64))
    noisy = len(counted) + added
    if not counted or accounts + added < 5 or noisy < 15:
        return "*"
    return str((noisy + 2) // 5 * 5)


def run(folder: Path, people: list[dict[str, Any]], secret: bytes) -> dict[str, bytes]:
    """One whole run in this process, from the export's file to the published files."""
    facts, out = folder / "facts", folder / "out"
    data_file(facts / "one.json.gz", people)
    (facts / "reference").mkdir(exist_ok=True)
    (facts / "reference" / "population.csv").write_bytes(build_population("79"))
    buckets.use(buckets.Folders({"insights": out, "site": out / "site"}, {"reference": facts / "reference"}))
    settings = AggregateSettings(province="79", table_facts="", insights_bucket="insights", site_bucket="site")
    try:
        day_statistics.write_statistics(settings, DAY, command._batches(facts), secret)
        weekly_publication.publish_week(settings, DAY)
    finally:
        buckets.use(buckets.S3())
    return {path.name: path.read_bytes() for path in (out / "published" / "province=79" / "latest").iterdir()}


def test_twenty_whole_runs_give_what_the_function_gives(tmp_path: Path) -> None:
    changed: Counter[str] = Counter()
    for place, secret in enumerate(attack.secrets(20)):
        people = town(place % WORLDS)
        found = run(tmp_path / f"{place}", people, secret)
        by_sex = read_table(found["conditions_sex.csv"])["I10"]
        for kind, column in (("sex", "male"), ("sex", "female"), ("total", "total")):
            figure = expected(people, secret, kind, column)
            whole = expected(people, secret, "total", "total")
            if "*" not in (figure, whole):
                figure = str(min(int(figure), int(whole)))
            assert by_sex[column] == figure, (place, column)
            changed[column, figure] += 1
    assert len(changed) > 12  # of twenty keys, many figures


def test_all_that_is_published_is_made_of_noisy_counts(tmp_path: Path) -> None:
    """Tables, rates, charts, page and summary together say no more: the exact statistics may be anything."""
    secret = attack.secrets(1)[0]
    before = run(tmp_path, town(0), secret)
    out = tmp_path / "out"
    kept = (out / "released").rename(tmp_path / "kept")
    perturbed = next((out / "statistics").rglob("perturbed.parquet")).read_bytes()
    for path in (*out.rglob("*.parquet"), *out.rglob("*.csv")):
        path.unlink()
    (tmp_path / "facts" / "one.json.gz").unlink()
    for place in range(3):  # another town altogether, with the noisy counts of the first
        facts = [*town(1), *(resident(f"more {place} {number}") for number in range(500))]
        _with_counts_of(tmp_path, facts, secret, perturbed)
        found = {path.name: path.read_bytes() for path in (out / "published" / "province=79" / "latest").iterdir()}
        assert found == before
    assert kept.exists()
    assert json.loads(before["summary.json"])["full_week"] == "2026-W52"


def _with_counts_of(folder: Path, people: list[dict[str, Any]], secret: bytes, perturbed: bytes) -> None:
    facts, out = folder / "facts", folder / "out"
    data_file(facts / "one.json.gz", people)
    buckets.use(buckets.Folders({"insights": out, "site": out / "site"}, {"reference": facts / "reference"}))
    settings = AggregateSettings(province="79", table_facts="", insights_bucket="insights", site_bucket="site")
    try:
        day_statistics.write_statistics(settings, DAY, command._batches(facts), secret)
        next((out / "statistics").rglob("perturbed.parquet")).write_bytes(perturbed)
        for path in (out / "released").rglob("*"):
            if path.is_file():
                path.unlink()
        weekly_publication.publish_week(settings, DAY)
    finally:
        buckets.use(buckets.S3())
