"""What the dashboard shows of the last count: residents with a record, and their share of the population."""

from typing import Any

from functions.aggregate.count import population
from health_record import observability


def count_residents(connection: Any, residents: int, province: str) -> None:
    """Write the number of residents as a metric, and their share of the population where all of that is known."""
    observability.count_metric("ResidentsCounted", residents, service="aggregate")
    rows, people = connection.execute("SELECT count(*), coalesce(sum(population), 0) FROM population").fetchone()
    if people and rows == sum(1 for _ in population.groups(province)):
        observability.count_metric("CoveragePercent", round(100 * residents / float(people), 2), service="aggregate")
