"""The cost model's main figures (`ssk cost` tells them in full)."""

from benchmarks.measure import Row
from ops import cost
from ops.cost import bill

RESIDENTS, DAYS = 5_400, 30  # the pilot of 2021


def rows() -> list[Row]:
    """Dollars by published prices, messages left out."""
    prices = bill.read_prices()
    traffic = bill.Traffic(RESIDENTS, readings=RESIDENTS // 20, writings=RESIDENTS // 20)
    told = cost.calculate_cost(prices, traffic, DAYS, cost.read_settings("79"))
    note = f"prices of {told['prices_of']}, without messages"
    return [
        Row("cost model", "a month without anybody", told["idle_month"], "USD", note=note),
        Row("cost model", f"{RESIDENTS} residents in {DAYS} days", told["these_days"], "USD", note=note),
        Row("cost model", "a million declarations", told["million_declarations"], "USD", note=note),
        Row("cost model", "a million summaries read", told["million_readings"], "USD", note=note),
    ]
