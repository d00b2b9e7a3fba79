"""`ssk cost`: what is counted is what the functions take, and the reckoning is arithmetic on a dated price list."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ops import ssk
from ops.cost import bill, calculate_cost, tell
from ops.cost.bill import Traffic
from tests.conftest import World, aws, call_handler
from tests.contribute.bundles import visit
from tests.declare.people import RECORD, RECORD_ID, declaration
from tests.facility_desk import Resident, register, store_resident
from tests.ops.consumed import consumption, copied, stored
from tests.otp.conftest import Browser
from tests.posters import poster

USAGE = bill.read_usage()
GB = 1024**3
COPIES = 35 + 12  # of the days and months that the vault keeps
LASTING = ("records", "keys", "facts", "audit")
NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"


def about(counted: float) -> object:
    return pytest.approx(counted, rel=0.25)


def test_a_declaration_takes_what_the_file_says(world: World) -> None:
    from functions.declare.handler import handler

    browser = Browser(world)
    with consumption() as consumed:
        assert call_handler(handler, "POST", "/v1/visits", body={"poster": poster()}).status == 204
        browser.sign_in(poster=poster())
        made = call_handler(
            handler,
            "PUT",
            RECORD,
            path={"id": RECORD_ID},
            body=declaration(),
            headers={"if-none-match": "*"},
            cookies=browser.cookies,
        )
    assert made.status == 201, made.body
    said = USAGE["declaration"]
    assert (said["write_units"], said["read_units"], said["kms_requests"]) == (
        about(consumed.writes),
        about(consumed.reads),
        consumed.keys,
    )
    assert USAGE["record_month"] == kept_since({})


def rows() -> dict[str, list[dict[str, Any]]]:
    return {table: aws("dynamodb").scan(TableName=table)["Items"] for table in LASTING}


def kept_since(before: dict[str, list[dict[str, Any]]]) -> dict[str, object]:
    """What lies there more than before, in a month: with indexes, as recovery counts it, and in the vault's copies."""
    more = {table: [item for item in items if item not in before.get(table, [])] for table, items in rows().items()}
    return {
        "table_gb_months": about(sum(stored(table, items) for table, items in more.items()) / GB),
        "recovery_gb_months": about(sum(map(copied, more.values())) / GB),
        "backup_gb_months": about(COPIES * (copied(more["records"]) + copied(more["audit"])) / GB),
    }


def test_a_reading_takes_what_the_file_says(world: World) -> None:
    store_resident(world, Resident())
    desk = register(world)
    with consumption() as consumed:
        assert desk.summary(NATIONAL_ID, "079185001234", "1985-03-02").status == 200
    said = USAGE["reading"]
    assert (said["write_units"], said["read_units"], said["kms_requests"]) == (
        about(consumed.writes),
        about(consumed.reads),
        consumed.keys,
    )


def test_a_reading_leaves_what_the_file_says(world: World) -> None:
    store_resident(world, Resident())
    desk, before = register(world), rows()
    assert desk.summary(NATIONAL_ID, "079185001234", "1985-03-02").status == 200

    assert [len(items) for items in rows().values()] == [len(before[table]) + (table == "audit") for table in LASTING]
    assert USAGE["read_month"] == kept_since(before)


def test_a_writing_takes_and_leaves_what_the_file_says(world: World) -> None:
    person = store_resident(world, Resident())
    desk, before = register(world), rows()
    with consumption() as consumed:
        assert desk.transaction(visit(person)).status == 200
    said = USAGE["writing"]
    assert (said["write_units"], said["read_units"], said["kms_requests"]) == (
        about(consumed.writes),
        about(consumed.reads),
        consumed.keys,
    )
    assert USAGE["written_month"] == kept_since(before)


def test_the_figures_are_units_times_prices(capsys: pytest.CaptureFixture[str]) -> None:
    assert ssk.main(["cost", "--residents", "5400", "--days", "30", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    prices = tomllib.loads((bill.HERE / "prices.toml").read_text())

    def total(what: str, factor: float = 1) -> float:
        return sum(factor * count * prices[name]["usd"] / prices[name]["per"] for name, count in USAGE[what].items())

    assert (told["residents"], told["days"], told["readings"], told["writings"]) == (5400, 30, 270, 270)
    assert told["idle_month"] == pytest.approx(total("idle_month"))
    assert told["million_declarations"] == pytest.approx(total("declaration", 1_000_000))
    assert told["million_readings"] == pytest.approx(total("reading", 1_000_000))
    months = 30 / (365 / 12)
    assert told["these_days"] == pytest.approx(
        total("idle_month", months)
        + total("serving_month", months)
        + total("declaration", 5400)
        + total("reading", 270)
        + total("writing", 270)
        + total("read_month", 270 * months / 2)
        + total("written_month", 270 * months / 2)
        + total("record_month", 5400 * months / 2)
        + total("exported_month", 5400 * months / 2)
    )
    assert sum(told["lines"].values()) == pytest.approx(told["these_days"])
    assert told["messages_vnd"] == 5400 * 2_000
    assert told["month_after"] < min(told["managed_fhir_month"], told["fhir_server_month"])


def test_messages_are_reckoned_by_each_channel(capsys: pytest.CaptureFixture[str]) -> None:
    assert ssk.main(["cost", "--residents", "1000", "--days", "30"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert ssk.main(["cost", "--residents", "1000", "--days", "30", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])

    assert told["messages"] == pytest.approx(1000 * 2_000 / 26_000)
    assert told["messages_by_sns"] == pytest.approx(1000 * 0.075)
    assert "at 2,000 each" in text
    assert "the same at the list price of SNS" in text
    assert "SNS charges about" not in text


def test_a_price_below_that_of_sns_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    prices = bill.read_prices()
    for sms, warned in (
        ({"price_vnd": 900}, True),
        ({"price_vnd": 900, "channels": ["gateway", "sns"]}, True),
        ({"price_vnd": 900, "channels": ["gateway"]}, False),
        ({"price_vnd": 1_950}, False),
    ):
        tell(calculate_cost(prices, Traffic(5_400), 30, {"sms": sms}), prices, Console())
        text = " ".join(capsys.readouterr().out.split())
        assert ("SNS charges about 1,950 đồng a message, sms.price_vnd says 900" in text) is warned


def test_warm_throughput_is_paid_once_for_what_is_more_than_aws_gives() -> None:
    prices, sms = bill.read_prices(), {"price_vnd": 900}
    usual = calculate_cost(prices, Traffic(0), 30, {"sms": sms})
    raised = calculate_cost(prices, Traffic(0), 30, {"sms": sms, "warm_throughput": {"writes": 10_000}})

    assert usual["warm_throughput_once"] == 0
    assert raised["warm_throughput_once"] == pytest.approx(6_000 * 10 * 0.00487)
    assert raised["these_days"] == usual["these_days"]


@pytest.mark.parametrize("residents", [0, 5_400, 14_000_000])
def test_a_month_is_reckoned_for_three_years(residents: int, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["cost", "--residents", str(residents), "--days", "30", "--readings", "0", "--json"]
    assert ssk.main(words) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])

    first, second, third = told["quiet_months"]
    rotated = USAGE["rotated_year"]["kms_keys"]
    assert (second - first, third - second) == (pytest.approx(rotated), pytest.approx(rotated)), "one dollar a key"
    assert told["month_after"] == first
    assert told["idle_months"][0] == pytest.approx(told["idle_month"])


def test_every_price_has_a_page_and_the_list_a_day() -> None:
    prices = bill.read_prices()
    assert prices.read_on.year >= 2026
    assert all(price.page.startswith("https://") for price in prices.for_usage.values())
    assert prices.for_usage.keys() == {name for units in USAGE.values() for name in units}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--residents", "-1", "--days", "30"), "--residents must be 0 to 200000000."),
        (("--residents", "200000001", "--days", "30"), "--residents must be 0 to 200000000."),
        (("--residents", "1", "--days", "0"), "--days must be 1 to 3660."),
        (("--residents", "1", "--days", "3661"), "--days must be 1 to 3660."),
        (("--residents", "1", "--days", "1", "--readings", "-1"), "--readings must be 0 to 1000000000."),
        (("--residents", "1", "--days", "1", "--writings", "-1"), "--writings must be 0 to 1000000000."),
        (("--residents", "1", "--days", "1", "--province", "74"), "There is no infrastructure/provinces/74.toml."),
        (("--residents", "1", "--days", "1", "--province", "../x"), "There is no infrastructure/provinces/../x.toml."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    words: tuple[str, ...], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ssk.main(["cost", *words]) == 1
    assert capsys.readouterr().err == f"ssk: {reason}\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("[alarms]", "[alarm]"), "has no price for alarms."),
        (("usd = 0.625", "usd = -1"), "has a price below 0, or for no units."),
        (("read_on = 2026-11-23", ""), "is no price list as ops/cost/prices.toml is ('read_on')."),
        (("[alarms]", "[alarms"), "is no price list"),
    ],
)
def test_a_list_that_is_none_is_refused_by_its_fault(
    change: tuple[str, str], reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (bill.HERE / "prices.toml").read_text()
    assert text.count(change[0]) == 1
    (tmp_path / "own.toml").write_text(text.replace(*change))
    assert ssk.main(["cost", "--residents", "1", "--days", "1", "--prices", str(tmp_path / "own.toml")]) == 1
    assert reason in capsys.readouterr().err


def test_an_empty_province_costs_its_months_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert ssk.main(["cost", "--residents", "0", "--days", "365", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["these_days"] == pytest.approx(
        12 * (told["idle_month"] + bill.read_prices().total(USAGE["serving_month"]))
    )
    assert told["messages"] == 0
