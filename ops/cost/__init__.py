"""`ssk cost`: what a province costs, from published prices and counted units; it asks no AWS account."""

import argparse
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from infrastructure.config.settings import SNS, WarmThroughput
from ops.cost import bill
from ops.cost.bill import Prices, Traffic
from ops.errors import OpsError
from ops.local.stack_location import PROVINCE, ROOT

MILLION = 1_000_000
YEARS = range(1, bill.YEARS + 1)
MOST = 200 * MILLION


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--residents", type=int, required=True, metavar="N", help="how many people declare")
    parser.add_argument("--days", type=int, required=True, metavar="D", help="in how many days")
    parser.add_argument("--readings", type=int, metavar="R", help="summaries that facilities read (a twentieth of N)")
    parser.add_argument("--writings", type=int, metavar="W", help="visits that facilities write (a twentieth of N)")
    parser.add_argument("--province", default=PROVINCE, metavar="CODE", help="whose price of a message (79)")
    parser.add_argument("--prices", type=Path, metavar="FILE", help="another price list than ops/cost/prices.toml")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Reckon and tell."""
    prices = bill.read_prices(arguments.prices) if arguments.prices else bill.read_prices()
    usual = arguments.residents // 20
    traffic = Traffic(
        arguments.residents,
        usual if arguments.readings is None else arguments.readings,
        usual if arguments.writings is None else arguments.writings,
    )
    _refuse_impossible(traffic, arguments.days)
    figures = calculate_cost(prices, traffic, arguments.days, read_settings(arguments.province))
    tell(figures, prices, Console(stderr=arguments.json))
    if arguments.json:
        print(json.dumps(figures))
    return 0


def calculate_cost(prices: Prices, traffic: Traffic, days: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Every figure in dollars, messages also in đồng; one message for each resident. `settings`: of the province."""
    usage = bill.read_usage()
    sms_vnd, by_sns = settings["sms"]["price_vnd"], prices.total(usage["message_by_sns"])
    units, residents = bill.rollout_usage(usage, traffic, days), traffic.residents
    return {
        "prices_of": prices.read_on.isoformat(),
        "region": prices.region,
        "residents": residents,
        "readings": traffic.readings,
        "writings": traffic.writings,
        "days": days,
        "idle_month": prices.total(usage["idle_month"]),
        "idle_months": [prices.total(bill.quiet_month_usage(usage, Traffic(0), year)) for year in YEARS],
        "quiet_months": [prices.total(bill.quiet_month_usage(usage, traffic, year)) for year in YEARS],
        "million_declarations": prices.total(bill.multiply_units(usage["declaration"], MILLION)),
        "million_readings": prices.total(bill.multiply_units(usage["reading"], MILLION)),
        "million_writings": prices.total(bill.multiply_units(usage["writing"], MILLION)),
        "million_records_a_month": prices.total(bill.multiply_units(usage["record_month"], MILLION)),
        "these_days": prices.total(units),
        "lines": {name: cost for name, _, cost in bill.bill_lines(prices, units)},
        "month_after": prices.total(bill.quiet_month_usage(usage, traffic, 1)),
        "messages_vnd": residents * sms_vnd,
        "messages": residents * sms_vnd / prices.vnd_per_usd,
        "messages_by_sns": residents * by_sns,
        "sms_price_vnd": sms_vnd,
        "sns_price_vnd": round(by_sns * prices.vnd_per_usd),
        "channels": settings["sms"].get("channels", [SNS]),
        "warm_throughput_once": _warm_throughput(prices, usage, settings.get("warm_throughput", {})),
        "fhir_server_month": prices.total(usage["fhir_server_month"]),
        "managed_fhir_month": prices.total(usage["managed_fhir_month"]),
    }


def _refuse_impossible(traffic: Traffic, days: int) -> None:
    if not 0 <= traffic.residents <= MOST:
        raise OpsError(f"--residents must be 0 to {MOST}.")
    if not 1 <= days <= 3660:
        raise OpsError("--days must be 1 to 3660.")
    for name, count in (("readings", traffic.readings), ("writings", traffic.writings)):
        if not 0 <= count <= 1000 * MILLION:
            raise OpsError(f"--{name} must be 0 to {1000 * MILLION}.")


def read_settings(province: str) -> dict[str, Any]:
    """The province's settings, read as data."""
    file = ROOT / "infrastructure" / "provinces" / f"{province}.toml"
    if not province.isalnum() or not file.exists():
        raise OpsError(f"There is no infrastructure/provinces/{province}.toml.")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _warm_throughput(prices: Prices, usage: Mapping[str, bill.Units], raised: Mapping[str, int]) -> float:
    """What raising all tables from AWS's own values costs, once."""
    usual = WarmThroughput()
    reads = raised.get("reads", usual.reads) - usual.reads
    writes = raised.get("writes", usual.writes) - usual.writes
    units = bill.add_units(
        bill.multiply_units(usage["one_more_read_a_second"], reads),
        bill.multiply_units(usage["one_more_write_a_second"], writes),
    )
    return prices.total(units)


def tell(figures: dict[str, Any], prices: Prices, console: Console) -> None:
    """The figures as a table, and a word where the settings do not fit them."""
    table = Table("", "US dollars", title=f"Prices of {figures['region']}, read on {figures['prices_of']}, without tax")
    table.columns[1].justify = "right"
    for text, name in (
        ("A month in which nobody calls", "idle_month"),
        ("A million declarations", "million_declarations"),
        ("A million summaries read by facilities", "million_readings"),
        ("A million visits written by facilities", "million_writings"),
        ("A million records, for each month that they lie there", "million_records_a_month"),
    ):
        table.add_row(text, f"{figures[name]:,.2f}")
    table.add_section()
    facilities = f"{figures['readings']:,} summaries read, {figures['writings']:,} visits written"
    table.add_row(
        f"{figures['residents']:,} residents in {figures['days']} days, {facilities}", f"{figures['these_days']:,.2f}"
    )
    for name, cost in list(figures["lines"].items())[:6]:
        table.add_row(f"  of it {name.replace('_', ' ')}", f"{cost:,.2f}")
    for year, cost in zip(YEARS, figures["quiet_months"], strict=True):
        table.add_row(f"Each quiet month after that, in year {year}", f"{cost:,.2f}")
    table.add_section()
    _add_messages(table, figures, prices)
    table.add_row("Warm throughput of the settings, paid once", f"{figures['warm_throughput_once']:,.2f}")
    table.add_section()
    table.add_row("A month of an always-on FHIR server", f"{figures['fhir_server_month']:,.2f}")
    table.add_row("A month of a managed FHIR store", f"{figures['managed_fhir_month']:,.2f}")
    console.print(table)
    if SNS in figures["channels"] and figures["sms_price_vnd"] < figures["sns_price_vnd"]:
        console.print(
            f"SNS charges about {figures['sns_price_vnd']:,} đồng a message, sms.price_vnd says "
            f"{figures['sms_price_vnd']:,}: a day's money then buys fewer messages than the province thinks. Set the "
            "price of your bill, or have a gateway carry them.",
            style="yellow",
        )


def _add_messages(table: Table, figures: dict[str, Any], prices: Prices) -> None:
    """The same messages by each way to send them: at the province's price, and at the list price of SNS."""
    vnd, each = f"{figures['messages_vnd']:,}", f"{figures['sms_price_vnd']:,}"
    rate = f"{prices.vnd_per_usd:,}"
    table.add_row(f"Messages, apart: {vnd} đồng at {each} each, {rate} to the dollar", f"{figures['messages']:,.2f}")
    table.add_row("  the same at the list price of SNS", f"{figures['messages_by_sns']:,.2f}")
    table.add_section()
