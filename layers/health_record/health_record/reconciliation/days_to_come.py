"""Days after today of what is told as done or so: a slip of a key that would put an entry above all others.

The entry keeps its day and says so; its place among others goes by when it was sent. What is planned may have a day to
come, and a medicine that has not begun says that by itself.
"""

from health_record.reconciliation.statements import Resource, Statement, tagged
from health_record.rendering import moments, times
from health_record.rendering.source_words import PERIOD_SYSTEM, TO_COME
from health_record.rendering.statuses import State

MEDICINE = "MedicationStatement"
BESIDE = {"AllergyIntolerance": ("lastOccurrence",), "Condition": ("abatementDateTime",)}
# By type, the members that hold a day, and the periods whose first day counts.
DAYS = {
    kind: (*(f"{name}{of}" for name in names for of in ("DateTime", "Instant", "")), *BESIDE.get(kind, ()))
    for kind, names in times.CLINICAL.items()
}
PERIODS = {kind: (*(f"{name}Period" for name in names), "period") for kind, names in times.CLINICAL.items()}


def with_day_to_come(statement: Statement, today: str, zone: str) -> Statement:
    """The statement with a tag for its first day after `today`, a FHIR date in the zone."""
    if statement.kind not in DAYS or statement.kind == MEDICINE or statement.state not in (State.PRESENT, State.PAST):
        return statement
    for day in _days(statement.resource, statement.kind):
        # No zone is so far that a day as written is more than one behind the local one: most need no closer look.
        if day[:10] >= today[: len(day)] and (local := moments.local_date(day, zone)) > today[: len(local)]:
            tag = {"system": PERIOD_SYSTEM, "code": TO_COME, "display": moments.day(day, zone)}
            return tagged(statement, tag)
    return statement


def _days(resource: Resource, kind: str) -> list[str]:
    """The days that it is told of, else the one on which it was written down."""
    found = [resource[name] for name in DAYS[kind] if name in resource and isinstance(resource[name], str)]
    for name in PERIODS[kind]:
        if name in resource and isinstance(resource[name], dict) and "start" in resource[name]:
            found.append(str(resource[name]["start"]))
    if not found and isinstance(recorded := resource.get(times.RECORDED.get(kind, "")), str):
        found.append(recorded)
    return found
