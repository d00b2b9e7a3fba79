"""Medicines whose days are over by their own words, whatever their status says.

`active` with a period that ended contradicts itself: it stands among what must be asked again. `unknown` does not: it
stands among the past medicines, with the day.
"""

from health_record.reconciliation.statements import Statement, tagged
from health_record.rendering import moments
from health_record.rendering.source_words import ENDED, ENDED_YET_ACTIVE, PERIOD_SYSTEM
from health_record.rendering.statuses import State


def with_end(statement: Statement, today: str, zone: str) -> Statement:
    """The statement with a tag for the day on which it ended; `today` is a day in the zone, as FHIR writes it."""
    if statement.kind != "MedicationStatement" or statement.state is not State.PRESENT or statement.says_none:
        return statement
    end = _end(statement)
    if end is None or moments.local_date(end, zone) >= today[: len(moments.local_date(end, zone))]:
        return statement
    code = ENDED_YET_ACTIVE if statement.resource["status"] == "active" else ENDED
    return tagged(statement, {"system": PERIOD_SYSTEM, "code": code, "display": moments.day(end, zone)})


def _end(statement: Statement) -> str | None:
    """The last day of its period, or of the last of its dosages where each has one."""
    resource = statement.resource
    if end := resource.get("effectivePeriod", {}).get("end"):
        return str(end)
    timings = [each.get("timing", {}).get("repeat", {}) for each in resource.get("dosage", ())]
    ends = [each.get("boundsPeriod", {}).get("end") for each in timings]
    return max(map(str, ends)) if ends and all(ends) else None
