"""What something costs: counted units times published prices, both kept as data."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ops.errors import OpsError

HERE = Path(__file__).parent
DAYS_OF_A_MONTH = 365 / 12
YEARS = 3  # after which a month costs the same: a key's third rotation is free

type Units = Mapping[str, float]


@dataclass(frozen=True)
class Price:
    """`usd` dollars for `per` units, and the page that says so."""

    usd: float
    per: float
    page: str


@dataclass(frozen=True)
class Prices:
    """A price list of one day and region."""

    read_on: date
    region: str
    vnd_per_usd: float
    for_usage: Mapping[str, Price]

    def total(self, units: Units) -> float:
        """What so many units cost, in dollars."""
        return sum(self.cost(name, count) for name, count in units.items())

    def cost(self, name: str, count: float) -> float:
        """What so many units of one kind cost, in dollars."""
        return count * self.for_usage[name].usd / self.for_usage[name].per


def read_prices(file: Path = HERE / "prices.toml") -> Prices:
    """The price list. Raises OpsError for a file that is none, or lacks a price that something needs."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        prices = {name: Price(**entry) for name, entry in content.items() if isinstance(entry, dict)}
        read = Prices(content["read_on"], content["region"], content["vnd_per_usd"], prices)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise OpsError(f"{file} is no price list as ops/cost/prices.toml is ({error}).") from error
    missing = {name for units in read_usage().values() for name in units} - prices.keys()
    if missing:
        raise OpsError(f"{file} has no price for {', '.join(sorted(missing))}.")
    if any(price.usd < 0 or price.per <= 0 for price in prices.values()):
        raise OpsError(f"{file} has a price below 0, or for no units.")
    return read


def read_usage(file: Path = HERE / "usage.toml") -> dict[str, dict[str, float]]:
    """What one thing takes, by its name."""
    usage: dict[str, dict[str, float]] = tomllib.loads(file.read_text(encoding="utf-8"))
    return usage


def multiply_units(units: Units, factor: float) -> dict[str, float]:
    """So many times as much of everything."""
    return {name: count * factor for name, count in units.items()}


def add_units(*parts: Units) -> dict[str, float]:
    """All parts in one."""
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: sum(part.get(name, 0) for part in parts) for name in names}


@dataclass(frozen=True)
class Traffic:
    """How many people declare, how many summaries facilities read, and how many visits they write."""

    residents: int
    readings: int = 0
    writings: int = 0


def rollout_usage(usage: Mapping[str, Units], traffic: Traffic, days: int) -> dict[str, float]:
    """The units of `days` in which all declare, evenly, and facilities read and write."""
    months = days / DAYS_OF_A_MONTH
    return add_units(
        multiply_units(usage["idle_month"], months),
        multiply_units(usage["serving_month"], months),
        multiply_units(usage["declaration"], traffic.residents),
        multiply_units(usage["reading"], traffic.readings),
        multiply_units(usage["writing"], traffic.writings),
        multiply_units(stored_usage(usage, traffic), months / 2),  # half of it lies there on average
    )


def stored_usage(usage: Mapping[str, Units], traffic: Traffic) -> dict[str, float]:
    """The units of a month in which all of it lies there."""
    return add_units(
        multiply_units(usage["record_month"], traffic.residents),
        multiply_units(usage["exported_month"], traffic.residents),
        multiply_units(usage["read_month"], traffic.readings),
        multiply_units(usage["written_month"], traffic.writings),
    )


def quiet_month_usage(usage: Mapping[str, Units], traffic: Traffic, year: int) -> dict[str, float]:
    """The units of a month of the first, second or third year in which all that lies there and nobody calls."""
    return add_units(
        usage["idle_month"],
        multiply_units(usage["rotated_year"], min(year, YEARS) - 1),
        stored_usage(usage, traffic),
    )


def bill_lines(prices: Prices, units: Units) -> Iterator[tuple[str, float, float]]:
    """Name, count and dollars of each kind of unit, the dearest first."""
    found = [(name, count, prices.cost(name, count)) for name, count in units.items()]
    yield from sorted(found, key=lambda line: -line[2])
