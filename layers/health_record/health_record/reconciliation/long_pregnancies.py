"""A pregnancy that is still told as there though it began longer ago than one lasts: nobody wrote that it ended."""

import datetime
import re

from health_record.reconciliation.none_in_words import texts_of
from health_record.reconciliation.statements import Statement, tagged
from health_record.rendering import moments
from health_record.rendering.source_words import LONG_PREGNANT, PERIOD_SYSTEM
from health_record.rendering.statuses import State

LONGEST = datetime.timedelta(days=300)
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
CODES = ("Z32.1", "Z33", "Z34", "Z35")  # and what is below them
_WORDS = re.compile(r"(?<!không )\b(?:mang thai|có thai|có bầu|thai \d+ tuần|pregnant|pregnancy)\b")


def with_doubt(statement: Statement, today: str, zone: str) -> Statement:
    """The statement with a tag for the day on which such a pregnancy began; `today` is a FHIR date in the zone."""
    if statement.kind != "Condition" or statement.state is not State.PRESENT or not _is_pregnancy(statement):
        return statement
    resource = statement.resource
    begin = (
        resource.get("onsetDateTime") or resource.get("onsetPeriod", {}).get("start") or resource.get("recordedDate")
    )
    if not begin or moments.instant(today, zone) - moments.instant(str(begin), zone) <= LONGEST:
        return statement
    return tagged(statement, {"system": PERIOD_SYSTEM, "code": LONG_PREGNANT, "display": moments.day(str(begin), zone)})


def _is_pregnancy(statement: Statement) -> bool:
    codings = statement.resource.get("code", {}).get("coding", ())
    if any(each.get("system") == ICD_10 and str(each.get("code")).startswith(CODES) for each in codings):
        return True
    return any(_WORDS.search(text.casefold()) for text, is_note in texts_of(statement.resource) if not is_note)
