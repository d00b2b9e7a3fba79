"""Medicines whose days are over, or have not begun, by their own words, whatever their status says.

`active` with a period that ended contradicts itself: it stands among what must be asked again. `unknown` does not: it
stands among the past medicines, with the day. What begins after today stands among the planned ones.
"""

from health_record.reconciliation.statements import Resource, Statement, tagged
from health_record.rendering import moments
from health_record.rendering.source_words import ENDED, ENDED_YET_ACTIVE, NOT_BEGUN, PERIOD_SYSTEM
from health_record.rendering.statuses import State


def with_days(statement: Statement, today: str, zone: str) -> Statement:
    """The statement with a tag for the day on which it ended or will begin; `today` is a FHIR date in the zone."""
    if statement.kind != "MedicationStatement" or statement.state is not State.PRESENT or statement.says_none:
        return statement
    begin = _begin(statement)
    if begin is not None and moments.local_date(begin, zone) > today[: len(moments.local_date(begin, zone))]:
        return tagged(statement, _tag(NOT_BEGUN, begin, zone))
    end = _end(statement)
    if end is None or moments.local_date(end, zone) >= today[: len(moments.local_date(end, zone))]:
        return statement
    code = ENDED_YET_ACTIVE if statement.resource["status"] == "active" else ENDED
    return tagged(statement, _tag(code, end, zone))


def _tag(code: str, day: str, zone: str) -> Resource:
    return {"system": PERIOD_SYSTEM, "code": code, "display": moments.day(day, zone)}


def _begin(statement: Statement) -> str | None:
    resource = statement.resource
    begin = resource.get("effectiveDateTime") or resource.get("effectivePeriod", {}).get("start")
    return str(begin) if begin else None


def _end(statement: Statement) -> str | None:
    """The last day of its period, or of the last of its dosages where each has one."""
    resource = statement.resource
    if end := resource.get("effectivePeriod", {}).get("end"):
        return str(end)
    timings = [each.get("timing", {}).get("repeat", {}) for each in resource.get("dosage", ())]
    ends = [each.get("boundsPeriod", {}).get("end") for each in timings]
    return max(map(str, ends)) if ends and all(ends) else None
