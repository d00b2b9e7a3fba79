"""`ssk cost`: what a province costs, from published prices and counted units; it asks no AWS account."""

import argparse
import json
import tomllib
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ops.cost import bill
from ops.cost.bill import Prices
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
    parser.add_argument("--province", default=PROVINCE, metavar="CODE", help="whose price of a message (79)")
    parser.add_argument("--prices", type=Path, metavar="FILE", help="another price list than ops/cost/prices.toml")
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Reckon and tell."""
    prices = bill.read_prices(arguments.prices) if arguments.prices else bill.read_prices()
    readings = arguments.residents // 20 if arguments.readings is None else arguments.readings
    _refuse_impossible(arguments.residents, arguments.days, readings)
    figures = calculate_cost(prices, arguments.residents, readings, arguments.days, _sms_price(arguments.province))
    _tell(figures, prices, Console(stderr=arguments.json))
    if arguments.json:
        print(json.dumps(figures))
    return 0


def calculate_cost(prices: Prices, residents: int, readings: int, days: int, sms_vnd: int) -> dict[str, Any]:
    """Every figure in dollars, messages also in đồng; one message for each resident."""
    usage = bill.read_usage()
    units = bill.rollout_usage(usage, residents, readings, days)
    return {
        "prices_of": prices.read_on.isoformat(),
        "region": prices.region,
        "residents": residents,
        "readings": readings,
        "days": days,
        "idle_month": prices.total(usage["idle_month"]),
        "idle_months": [prices.total(bill.quiet_month_usage(usage, 0, year)) for year in YEARS],
        "quiet_months": [prices.total(bill.quiet_month_usage(usage, residents, year)) for year in YEARS],
        "million_declarations": prices.total(bill.multiply_units(usage["declaration"], MILLION)),
        "million_readings": prices.total(bill.multiply_units(usage["reading"], MILLION)),
        "million_records_a_month": prices.total(bill.multiply_units(usage["record_month"], MILLION)),
        "these_days": prices.total(units),
        "lines": {name: cost for name, _, cost in bill.bill_lines(prices, units)},
        "month_after": prices.total(bill.quiet_month_usage(usage, residents, 1)),
        "messages_vnd": residents * sms_vnd,
        "messages": residents * sms_vnd / prices.vnd_per_usd,
        "fhir_server_month": prices.total(usage["fhir_server_month"]),
        "managed_fhir_month": prices.total(usage["managed_fhir_month"]),
    }


def _refuse_impossible(residents: int, days: int, readings: int) -> None:
    if not 0 <= residents <= MOST:
        raise OpsError(f"--residents must be 0 to {MOST}.")
    if not 1 <= days <= 3660:
        raise OpsError("--days must be 1 to 3660.")
    if not 0 <= readings <= 1000 * MILLION:
        raise OpsError(f"--readings must be 0 to {1000 * MILLION}.")


def _sms_price(province: str) -> int:
    """Of the province's settings, read as data."""
    file = ROOT / "infrastructure" / "provinces" / f"{province}.toml"
    if not province.isalnum() or not file.exists():
        raise OpsError(f"There is no infrastructure/provinces/{province}.toml.")
    price: int = tomllib.loads(file.read_text(encoding="utf-8"))["sms"]["price_vnd"]
    return price


def _tell(figures: dict[str, Any], prices: Prices, console: Console) -> None:
    table = Table("", "US dollars", title=f"Prices of {figures['region']}, read on {figures['prices_of']}, without tax")
    table.columns[1].justify = "right"
    for text, name in (
        ("A month in which nobody calls", "idle_month"),
        ("A million declarations", "million_declarations"),
        ("A million summaries read by facilities", "million_readings"),
        ("A million records, for each month that they lie there", "million_records_a_month"),
    ):
        table.add_row(text, f"{figures[name]:,.2f}")
    table.add_section()
    table.add_row(
        f"{figures['residents']:,} residents in {figures['days']} days, {figures['readings']:,} summaries read",
        f"{figures['these_days']:,.2f}",
    )
    for name, cost in list(figures["lines"].items())[:6]:
        table.add_row(f"  of it {name.replace('_', ' ')}", f"{cost:,.2f}")
    for year, cost in zip(YEARS, figures["quiet_months"], strict=True):
        table.add_row(f"Each quiet month after that, in year {year}", f"{cost:,.2f}")
    table.add_section()
    vnd = f"{figures['messages_vnd']:,}"
    table.add_row(
        f"Messages, apart: {vnd} đồng, at {prices.vnd_per_usd:,} to the dollar", f"{figures['messages']:,.2f}"
    )
    table.add_section()
    table.add_row("A month of an always-on FHIR server", f"{figures['fhir_server_month']:,.2f}")
    table.add_row("A month of a managed FHIR store", f"{figures['managed_fhir_month']:,.2f}")
    console.print(table)
