"""One medicine in different doses, of several sources or of one at two times: each names the others, and all keep
their place. Two lines of one source and day are parts of one order."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from health_record.reconciliation.same_things import Find, Name, names_of
from health_record.reconciliation.statements import Statement
from health_record.rendering import dosages, moments
from health_record.rendering.phrases import bilingual, joined
from health_record.rendering.source_words import PERIOD_SYSTEM, tags_of
from health_record.rendering.statuses import State

MOST_COMPARED = 20  # of one name, the newest
_NUMBERS = re.compile(r"\d+(?:[.,/]\d+)*")


class _Dose(NamedTuple):
    """What is said of how much: in the dosage, and by the strength in the name."""

    dosage: str
    strength: tuple[str, ...]

    def differs(self, other: "_Dose") -> bool:
        """Whether both say how much, and not the same."""
        return any(one and two and one != two for one, two in zip(self, other, strict=True))


def differing_doses(statements: Iterable[Statement], zone: str, find: Find) -> dict[int, list[Statement]]:
    """By `id` of each medicine that is taken: what other sources say of it in another dose."""
    taken = [each for each in statements if _is_taken(each)]
    if len({(each.source, _day(each, zone)) for each in taken}) == 1:
        return {}
    doses = {id(each): _dose(each, zone) for each in taken}
    names = {id(each): names_of(each.resource, find) for each in taken}
    by_name: dict[Name, list[Statement]] = {}
    for each in sorted(taken, key=lambda one: one.at, reverse=True):
        for name in names[id(each)].wider:
            by_name.setdefault(name, []).append(each)
    found: dict[int, dict[int, Statement]] = {}
    for several in by_name.values():
        newest = several[:MOST_COMPARED]
        for each in newest:
            for other in newest:
                if (
                    _is_another_order(each, other, zone)
                    and names[id(each)].meet(names[id(other)])
                    and doses[id(each)].differs(doses[id(other)])
                ):
                    found.setdefault(id(each), {})[id(other)] = other
    return {key: list(others.values()) for key, others in found.items()}


def _is_another_order(one: Statement, other: Statement, zone: str) -> bool:
    """Whether another source says it, or the same one of another day: nobody ended the older order."""
    if one.source != other.source:
        return True
    days = _day(one, zone), _day(other, zone)
    return all(days) and days[0] != days[1]


def _day(statement: Statement, zone: str) -> str:
    """The day from which it is taken, else on which it was said; empty where nobody says either."""
    resource = statement.resource
    begin = resource.get("effectiveDateTime") or resource.get("effectivePeriod", {}).get("start")
    return moments.local_date(str(begin or resource.get("dateAsserted") or ""), zone)


def _is_taken(statement: Statement) -> bool:
    return (
        statement.kind == "MedicationStatement"
        and statement.state is State.PRESENT
        and not statement.says_none
        and not any(tag.get("system") == PERIOD_SYSTEM for tag in tags_of(statement.resource))
    )


def _dose(statement: Statement, zone: str) -> _Dose:
    resource = statement.resource
    words = bilingual(joined((dosages.dosage(each, zone) for each in resource.get("dosage", ())), "; "))
    name = str(resource.get("medicationCodeableConcept", {}).get("text", ""))
    return _Dose(" ".join(words.casefold().split()), tuple(_NUMBERS.findall(name)))
