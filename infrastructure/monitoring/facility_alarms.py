"""What wakes somebody about facilities: emergencies without number, reading without bound, numbers tried out."""

from infrastructure.config.routes import CONTRIBUTE, DIGEST, LOOKUP
from infrastructure.monitoring.alarm_group import AlarmGroup, function_metric

EMERGENCIES_IN_FIVE_MINUTES = 20


def add_facility_alarms(alarms: AlarmGroup) -> None:
    """Add the alarms. The functions write their metrics without naming a facility; the audit names it."""
    alarms.add_alarm(
        "EmergencySurge",
        function_metric(LOOKUP, "EmergencyAccess", "Sum"),
        EMERGENCIES_IN_FIVE_MINUTES,
        "Facilities opened many records as emergencies within five minutes.",
        page="emergency-accesses",
    )
    alarms.add_alarm(
        "EmergencyRefused",
        function_metric(LOOKUP, "EmergencyRefused", "Sum"),
        1,
        "A facility opened more as emergencies than its size can have, and was refused: its key may be stolen.",
        page="emergency-accesses",
    )
    alarms.add_alarm(
        "EmergenciesUnusual",
        function_metric(LOOKUP, "EmergenciesUnusual", "Sum"),
        1,
        "A facility opened more records as emergencies in a day than a fifth of its patients.",
        page="emergency-accesses",
    )
    alarms.add_alarm(
        "NoticeLost",
        function_metric(LOOKUP, "PostResponseFailed", "Sum"),
        1,
        "Somebody was not told by SMS of an emergency access: the message broke off.",
        page="emergency-accesses",
    )
    alarms.add_alarm(
        "NoticeLostContribute",
        function_metric(CONTRIBUTE, "PostResponseFailed", "Sum"),
        1,
        "Work after a card was seen broke off: an account that it opened was not counted.",
        page="accounts-opened-anew",
    )
    alarms.add_alarm(
        "VerifiedNumberMoved",
        function_metric(CONTRIBUTE, "VerifiedNumberMoved", "Sum"),
        1,
        "A facility moved a verified number from one record to another; whoever lost it may object.",
        page="moved-numbers",
    )
    alarms.add_alarm(
        "OpeningsUnusual",
        function_metric(CONTRIBUTE, "OpeningsUnusual", "Sum"),
        1,
        "A facility, or one practitioner of it, permitted unusually many new PINs and codes on paper in a day.",
        page="accounts-opened-anew",
    )
    for function in (LOOKUP, CONTRIBUTE):
        alarms.add_alarm(
            f"Enumeration{function.capitalize()}",
            function_metric(function, "LookupEnumeration", "Sum"),
            1,
            "A facility asked for so many people who are not there that it is refused: numbers may be tried out.",
            page="enumeration",
        )
    alarms.add_alarm(
        "EnumerationEpisodes",
        function_metric(CONTRIBUTE, "EpisodeEnumeration", "Sum"),
        1,
        "A facility sent so many episodes of people without a record that it is refused: numbers may be tried out.",
        page="enumeration",
    )
    alarms.add_alarm(
        "ReadWithoutWriting",
        function_metric(DIGEST, "ReadWithoutWriting", "Sum"),
        1,
        "Yesterday one device of a station read many people of whom its facility wrote nothing.",
        page="reading-without-writing",
    )
    for when, text in (
        ("Near", "A facility, or one practitioner of it, has read four fifths of what its size allows."),
        ("Reached", "A facility, or one practitioner of it, has read what its size allows and was refused."),
    ):
        for function, name in ((LOOKUP, ""), (CONTRIBUTE, "Contribute")):
            alarms.add_alarm(
                f"ReadBound{when}{name}",
                function_metric(function, f"ReadBound{when}", "Sum"),
                1,
                text,
                page="reading-bounds",
            )
