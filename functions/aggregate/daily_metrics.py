"""What the dashboard shows of the last count: residents with a record, and their share of the population."""

from typing import Any

from health_record import observability


def count_residents(connection: Any, residents: int) -> None:
    """Write the number of residents as a metric, and their share of the population where the department gave one."""
    observability.count_metric("ResidentsCounted", residents, service="aggregate")
    people = connection.execute("SELECT coalesce(sum(population), 0) FROM population").fetchone()[0]
    if people:
        observability.count_metric("CoveragePercent", round(100 * residents / float(people), 2), service="aggregate")
