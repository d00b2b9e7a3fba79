"""Which of several statements stands: the newest word of each source, and where sources differ, each beside the other.

One pure function, `reconcile`, for whatever was said of one record. Its rules, whose table a test enumerates:

1. A source's newest word of a resource replaces its earlier ones.
2. A word that its source took back (`entered-in-error`) is gone, and with it nothing of another source.
3. A facility's word under a declared resource's id confirms it where both say the same; else both stand.
4. "None known" yields to a statement of its kind that there is one, and stands among the differing ones.
5. Of what a summary may say once (tobacco, alcohol) the newest stands; a different one of another source stands among
   the differing ones.
"""

import functools
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from health_record.rendering import moments
from health_record.rendering.entries import entry
from health_record.rendering.none_known import is_contradicted, is_none_known
from health_record.rendering.phrases import bilingual, joined
from health_record.rendering.source_words import DIFFERENCE_SYSTEM, DIFFERS, source_of, with_tags
from health_record.rendering.statuses import State, state_of

Resource = dict[str, Any]
LOINC = "http://loinc.org"
AT_MOST_ONE = ("72166-2", "74013-4")  # Composition-uv-ips: one smoking status, one alcohol use
DECLARED = ""  # a facility's id is never empty


@dataclass(frozen=True)
class Statement:
    """A resource as one source says it. `source` is a facility's id or DECLARED, `at` when it arrived (ISO, UTC)."""

    resource: Resource
    source: str
    at: str

    @property
    def name(self) -> tuple[str, str]:
        """What it is a statement about: type and id."""
        return self.resource["resourceType"], self.resource["id"]

    @functools.cached_property
    def state(self) -> State:
        """Where it stands by its statuses."""
        return state_of(self.resource)

    @functools.cached_property
    def says_none(self) -> bool:
        """Whether it says that there is none of its kind."""
        return is_none_known(self.resource)


@dataclass(frozen=True)
class Reconciled:
    """What stands, and of it what only differs from something newer or positive that stands in its place."""

    standing: list[Resource]
    differing: list[Resource] = field(default_factory=list)


def reconcile(statements: Iterable[Statement], zone: str) -> Reconciled:
    """What a reader is shown of all that was said, in the order in which it was given."""
    newest: dict[tuple[tuple[str, str], str], Statement] = {}
    for statement in statements:
        key = (statement.name, statement.source)
        if (before := newest.get(key)) is None or statement.at >= before.at:
            newest[key] = statement
    standing = [each for each in newest.values() if each.state is not State.ERROR]
    return _once_each(_yielding(_side_by_side(standing, zone), zone), zone)


def declared_alias(resource_id: str) -> str:
    """The id of a declared resource where a facility says something else under its own."""
    return str(uuid.uuid5(uuid.UUID(resource_id), "declared"))


def _side_by_side(statements: list[Statement], zone: str) -> list[Statement]:
    """Rule 3: a confirmation stands alone; what differs stands under an id of its own, each naming the other."""
    by_name: dict[tuple[str, str], list[Statement]] = {}
    for statement in statements:
        by_name.setdefault(statement.name, []).append(statement)
    found: list[Statement] = []
    for several in by_name.values():
        if len(several) == 1:
            found += several
            continue
        declared = [each for each in several if each.source == DECLARED]
        written = sorted((each for each in several if each.source != DECLARED), key=lambda each: each.at)
        if not declared or not written:
            found += declared or written[-1:]
        elif _agree(declared[0].resource, written[-1].resource):
            found.append(written[-1])
        else:
            theirs, own = written[-1], declared[0]
            alias = {**own.resource, "id": declared_alias(own.resource["id"])}
            found.append(_against(theirs, [own], zone))
            found.append(_against(Statement(alias, own.source, own.at), [theirs], zone))
    return found


def _agree(declared: Resource, written: Resource) -> bool:
    """Whether both say of the same thing that it is so, or not so; of an Observation also the same value."""
    if state_of(declared) is not state_of(written) or is_none_known(declared) is not is_none_known(written):
        return False
    if not is_none_known(declared) and not _same_thing(declared, written):
        return False
    return declared["resourceType"] != "Observation" or bool(_value(declared) == _value(written))


def _same_thing(declared: Resource, written: Resource) -> bool:
    """Whether both name one thing: by a code of one system, or else in the same words."""
    one, other = (_concept(each) for each in (declared, written))
    if not one or not other:
        return True
    codes, others = ({(c.get("system"), c.get("code")) for c in each.get("coding", ())} for each in (one, other))
    if codes & others:
        return True
    return _words(one) & _words(other) != set()


def _concept(resource: Resource) -> dict[str, Any]:
    for member in ("code", "vaccineCode", "medicationCodeableConcept"):
        if isinstance(found := resource.get(member), dict):
            return found
    return {}


def _words(concept: dict[str, Any]) -> set[str]:
    said = [concept.get("text"), *(coding.get("display") for coding in concept.get("coding", ()))]
    return {" ".join(str(each).casefold().split()) for each in said if each}


def _value(observation: Resource) -> Any:
    """What an Observation says, whatever its words: the codes or the amount of its value and of its components."""
    parts = [observation, *observation.get("component", ())]
    return [
        [_core(name, value) for name, value in part.items() if name.startswith(("value", "dataAbs"))] for part in parts
    ]


def _core(name: str, value: Any) -> Any:
    if name in ("valueCodeableConcept", "dataAbsentReason"):
        codes = [(coding.get("system"), coding.get("code")) for coding in value.get("coding", ())]
        return codes or value.get("text")
    if name == "valueQuantity":
        return value.get("comparator"), float(value.get("value", 0)), value.get("code") or value.get("unit")
    return value


def _yielding(statements: list[Statement], zone: str) -> tuple[list[Statement], list[Statement]]:
    """Rule 4: the statements that stand, and the "none known" that something positive contradicts."""
    positive: dict[str, list[Statement]] = {}
    for statement in statements:
        if statement.state is State.PRESENT and not statement.says_none:
            positive.setdefault(statement.name[0], []).append(statement)
    standing, differing = [], []
    for statement in statements:
        others = positive.get(statement.name[0], []) if statement.says_none else []
        against = [other for other in others if is_contradicted(statement.resource, other.resource)]
        if against:
            differing.append(_against(statement, against, zone))
        else:
            standing.append(statement)
    return standing, differing


def _once_each(found: tuple[list[Statement], list[Statement]], zone: str) -> Reconciled:
    """Rule 5, and the resources alone."""
    standing, differing = found
    coded = [(statement, _once(statement.resource)) for statement in standing]
    newest: dict[str, Statement] = {}
    for statement, code in coded:
        if code and (code not in newest or _rank(statement, zone) >= _rank(newest[code], zone)):
            newest[code] = statement
    kept: list[Resource] = []
    for statement, code in coded:
        other = newest[code] if code else statement
        if other is statement:
            kept.append(statement.resource)
        elif other.source != statement.source and not _agree(statement.resource, other.resource):
            differing.append(_against(statement, [other], zone))
    return Reconciled(kept, [each.resource for each in differing])


def _once(resource: Resource) -> str | None:
    if resource["resourceType"] != "Observation":
        return None
    for coding in resource.get("code", {}).get("coding", ()):
        if coding.get("code") in AT_MOST_ONE and coding.get("system") == LOINC:
            return str(coding["code"])
    return None


def _rank(statement: Statement, zone: str) -> tuple[str, bool, str]:
    """The local day that it is true for, on one day a facility's before the person's own, then the later word."""
    resource = statement.resource
    period = resource.get("effectivePeriod", {})
    timing = resource.get("effectiveTiming", {}).get("event", ())
    moment = (
        resource.get("effectiveDateTime")
        or resource.get("effectiveInstant")
        or period.get("end")
        or period.get("start")
        or max(timing, default="")
        or statement.at
    )
    return moments.local_date(str(moment), zone), statement.source != DECLARED, statement.at


def _against(statement: Statement, others: Sequence[Statement], zone: str) -> Statement:
    """The statement with a tag for what says otherwise: who, when, and what."""
    tags = [{"system": DIFFERENCE_SYSTEM, "code": DIFFERS, "display": _in_short(other, zone)} for other in others[:3]]
    return Statement(with_tags(statement.resource, tags), statement.source, statement.at)


def _in_short(other: Statement, zone: str) -> str:
    made = entry(other.resource, zone)
    told = joined([made.marks, made.subject], ": ")
    day = (moments.day(other.at, zone),)
    return bilingual(joined([source_of(other.resource), day, told], ", "))
