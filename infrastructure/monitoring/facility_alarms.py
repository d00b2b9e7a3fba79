"""What wakes somebody about facilities: emergencies without number, and numbers that are tried out."""

from infrastructure.config.routes import CONTRIBUTE, LOOKUP
from infrastructure.monitoring.watch import Watch, measured

EMERGENCIES_IN_FIVE_MINUTES = 20


def watch_facilities(alarms: Watch) -> None:
    """Add the alarms. The functions write their metrics without naming a facility; the audit names it."""
    alarms.watch(
        "EmergencySurge",
        measured(LOOKUP, "EmergencyAccess", "Sum"),
        EMERGENCIES_IN_FIVE_MINUTES,
        "Facilities opened many records as emergencies within five minutes.",
        page="emergency-accesses",
    )
    alarms.watch(
        "EmergencyRefused",
        measured(LOOKUP, "EmergencyRefused", "Sum"),
        1,
        "A facility has used up its emergency accesses and was refused.",
        page="emergency-accesses",
    )
    alarms.watch(
        "NoticeLost",
        measured(LOOKUP, "LeftUndone", "Sum"),
        1,
        "Somebody was not told by SMS of an emergency access: the message broke off.",
        page="emergency-accesses",
    )
    for function in (LOOKUP, CONTRIBUTE):
        alarms.watch(
            f"Enumeration{function.capitalize()}",
            measured(function, "LookupEnumeration", "Sum"),
            1,
            "A facility asked for so many people who are not there that it is refused: numbers may be tried out.",
            page="enumeration",
        )
