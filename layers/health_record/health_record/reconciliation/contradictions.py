"""Statements under different ids that contradict each other about one thing: an allergy, a disease,
a medicine, an operation, a vaccine.

| one says | another says | they contradict each other |
|---|---|---|
| an allergy or disease is there | it is over, or ruled out | yes, but not where it was over before the other began |
| an allergy or disease was there | it was ruled out | yes |
| an allergy or disease is there, a medicine is taken | words deny it: "Không dị ứng penicillin" | yes |
| a procedure was done, a vaccine given | it was not, on the same day | yes |
| a medicine is taken | it is stopped, paused, completed or not taken | yes, but not where the other began after that |

A begin that nobody says is never taken to be after an end: when something was sent or written down says no more than
that it was so by then.
"""

from collections.abc import Iterable, Iterator

from health_record.reconciliation.same_things import NAMED, Find, Name, names_of
from health_record.reconciliation.statements import Statement
from health_record.rendering import moments
from health_record.rendering.denials import Denial
from health_record.rendering.none_known import denial_in_words
from health_record.rendering.source_words import PERIOD_SYSTEM, tags_of
from health_record.rendering.statuses import State

MEDICINE = "MedicationStatement"
EVENTS = frozenset({"Procedure", "Immunization"})
NOT_TAKEN = frozenset({"stopped", "on-hold", "completed", "not-taken"})
# Of two that contradict each other the one of lower rank keeps its place; the other is shown among what differs.
RANKS = {State.PRESENT: 0, State.PAST: 1, State.ABSENT: 2}
MOST_COMPARED = 20  # of one name, the newest: so that no number of entries makes a summary slow


class _Claim:
    """A statement that may contradict another: what it names, and where it stands."""

    def __init__(self, statement: Statement, rank: int, find: Find) -> None:
        self.statement = statement
        self.rank = rank
        self.names = names_of(statement.resource, find)

    def contradicts(self, other: "_Claim", zone: str) -> bool:
        """Whether both cannot be true."""
        if self.rank == other.rank or not self.names.meet(other.names):
            return False
        holds, denies = sorted((self, other), key=lambda each: each.rank)
        if self.statement.kind in EVENTS:
            days = [_event_day(each.statement, zone) for each in (self, other)]
            return bool(days[0]) and days[0] == days[1]
        if self.statement.kind == MEDICINE:
            began = _first(holds.statement, "effective")
            return not (began and _is_before(_ended(denies.statement), began, zone))
        return not _is_earlier_episode(denies.statement, holds.statement, zone)


def contradictions(statements: Iterable[Statement], zone: str, find: Find) -> dict[int, tuple[list[Statement], bool]]:
    """By `id` of each statement that is contradicted: what contradicts it, and whether it keeps its place."""
    claims = [
        _Claim(each, rank, find) for each in statements if each.kind in NAMED and (rank := _rank(each)) is not None
    ]
    if len({(claim.statement.kind, claim.rank) for claim in claims}) == len({claim.statement.kind for claim in claims}):
        return {}  # of each type all stand alike, as in most records
    claims.sort(key=lambda each: each.statement.at, reverse=True)
    by_name: dict[tuple[str, int, Name], list[_Claim]] = {}
    for claim in claims:
        for name in claim.names.wider:
            by_name.setdefault((claim.statement.kind, claim.rank, name), []).append(claim)
    found = {}
    for claim in claims:
        others = list(
            {id(each): each for each in _candidates(claim, by_name) if claim.contradicts(each, zone)}.values()
        )
        if others:
            keeps_place = all(claim.rank < each.rank for each in others)
            found[id(claim.statement)] = [each.statement for each in others], keeps_place
    return found


def _candidates(claim: _Claim, by_name: dict[tuple[str, int, Name], list[_Claim]]) -> Iterator[_Claim]:
    for rank in RANKS.values():
        if rank != claim.rank:
            for name in claim.names.wider:
                yield from by_name.get((claim.statement.kind, rank, name), ())[:MOST_COMPARED]


def _rank(statement: Statement) -> int | None:
    if statement.says_none:
        return None
    if denial_in_words(statement.resource) is Denial.OF_ONE:
        return RANKS[State.ABSENT]
    if statement.kind != MEDICINE:
        return RANKS.get(statement.state)
    if statement.resource.get("status") in NOT_TAKEN:
        return RANKS[State.ABSENT]
    ended = any(tag.get("system") == PERIOD_SYSTEM for tag in tags_of(statement.resource))
    return RANKS[State.PRESENT] if statement.state is State.PRESENT and not ended else None


def _event_day(statement: Statement, zone: str) -> str:
    resource = statement.resource
    period = resource.get("performedPeriod") or {}
    told = resource.get("performedDateTime") or resource.get("occurrenceDateTime") or period.get("start")
    return moments.local_date(str(told), zone) if told else ""


def _is_earlier_episode(over: Statement, there: Statement, zone: str) -> bool:
    """Whether it was over before the other began: then it came back, and both are true."""
    end, begin = _last(over, "abatement"), _first(there, "onset")
    return bool(over.state is State.PAST and end and begin and _is_before(end, begin, zone))


def _ended(statement: Statement) -> str:
    """By when a medicine was no longer taken, as far as it is said."""
    period = statement.resource.get("effectivePeriod", {})
    return str(period.get("end") or statement.resource.get("dateAsserted") or statement.at)


def _first(statement: Statement, element: str) -> str:
    """Since when it is so; empty where nobody says it."""
    period = statement.resource.get(f"{element}Period") or {}
    return str(statement.resource.get(f"{element}DateTime") or period.get("start") or "")


def _last(statement: Statement, element: str) -> str:
    """Until when; empty where nobody says it."""
    period = statement.resource.get(f"{element}Period") or {}
    return str(statement.resource.get(f"{element}DateTime") or period.get("end") or "")


def _is_before(one: str, other: str, zone: str) -> bool:
    """Whether one day is before the other, as far as both are known."""
    days = moments.local_date(one, zone), moments.local_date(other, zone)
    known = min(map(len, days))
    return days[0][:known] < days[1][:known]
