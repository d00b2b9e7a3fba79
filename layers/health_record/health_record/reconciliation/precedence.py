"""Which of several statements stands: the newest word of each source, and where sources differ, each beside the other.

One pure function, `reconcile`, for whatever was said of one record. Its rules, whose table a test enumerates:

1. A source's newest word of a resource replaces its earlier ones.
2. A word that its source took back (`entered-in-error`) is gone, and with it nothing of another source.
3. A facility's word under a declared resource's id confirms it where both say the same; else both stand. A code that
   they share is not enough where the words name different things, or deny it.
4. "None known" whose words name something says no longer that there is none; a medicine whose days are over, or
   have not begun, says so, and so does one that was taken until a visit or stay ended by death. An entry whose text
   and code say opposite things says so in its place, and so does one whose day is to come.
5. "None known" yields to a statement of its kind that there is one, and stands among the differing ones.
6. Of two words that contradict each other about one thing, whatever their ids, the one that it is so keeps its place;
   the other stands among the differing ones, each naming the other. One medicine in two doses keeps both places.
7. Of what a person has one of (blood group, pregnancy, tobacco, alcohol) different words name each other. The newest
   keeps its place, but of blood groups none does: one of them is another person's. One whose codes, words or parts
   say two things contradicts itself, and is asked again. A disease may tell of a pregnancy too; of one that was told
   before a delivery or a loss it is said.
"""

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from health_record.clinical_words.none_in_words import denies, words_that_name
from health_record.clinical_words.told_allergies import is_contradicted, is_told_allergy, telling_words
from health_record.reconciliation.contradictions import contradictions
from health_record.reconciliation.days_to_come import with_day_to_come
from health_record.reconciliation.deaths import with_deaths
from health_record.reconciliation.doses import differing_doses
from health_record.reconciliation.ended_medicines import with_days
from health_record.reconciliation.own_contradictions import with_contradiction
from health_record.reconciliation.pregnancies import with_doubt, with_ends
from health_record.reconciliation.same_things import codes_of, same_words
from health_record.reconciliation.single_facts import single_facts, value_of
from health_record.reconciliation.statements import DECLARED, Resource, Split, Statement, against, tagged
from health_record.rendering.none_known import denial_in_words, is_none_known
from health_record.rendering.plain_words import plain, without_marks
from health_record.rendering.source_words import (
    DIFFERENCE_SYSTEM,
    ENDED_YET_ACTIVE,
    NAMES_SOMETHING,
    NOT_TAKEN_NOW,
    PERIOD_SYSTEM,
    STOPPED_IN_WORDS,
    has_tag,
)
from health_record.rendering.statuses import State, state_of

MEDICINE, OBSERVED = "MedicationStatement", "Observation"
type Rule = Callable[[list[Statement], str], Split]


@dataclass(frozen=True)
class Reconciled:
    """What stands, and what must be asked again: what something that stands, or its own words, speak against."""

    standing: list[Resource]
    differing: list[Resource] = field(default_factory=list)


def reconcile(statements: Iterable[Statement], zone: str, today: str) -> Reconciled:
    """What a reader is shown of all that was said; `today` is a day in the zone."""
    newest: dict[tuple[tuple[str, str], str], Statement] = {}
    for statement in statements:
        key = (statement.name, statement.source)
        if (before := newest.get(key)) is None or statement.at >= before.at:
            newest[key] = statement
    said = _side_by_side([each for each in newest.values() if each.state is not State.ERROR], zone)
    said = with_ends([with_day_to_come(with_contradiction(each), today, zone) for each in said], zone)
    # Most of a long record are results, of which one rule alone speaks.
    left, differing = single_facts(said, zone, today)
    standing = [each for each in left if each.kind == OBSERVED]
    others = [each for each in left if each.kind != OBSERVED]
    others = [_by_its_own_words(each, zone, today) for each in others]
    none_known = _none_known([each for each in said if each.kind == OBSERVED])
    for rule in (with_deaths, none_known, _contradicted, _ended_yet_active):
        others, against_something = rule(others, zone)
        differing += against_something
    return Reconciled([each.resource for each in [*standing, *others]], [each.resource for each in differing])


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
            alias = replace(own, resource={**own.resource, "id": declared_alias(own.resource["id"])})
            found.append(against(theirs, [own], zone))
            found.append(against(alias, [theirs], zone))
    return found


def _agree(declared: Resource, written: Resource) -> bool:
    """Whether both say of the same thing that it is so, or not so; of an Observation also the same value."""
    if state_of(declared) is not state_of(written) or is_none_known(declared) is not is_none_known(written):
        return False
    if not is_none_known(declared) and not _same_thing(declared, written):
        return False
    return declared["resourceType"] != "Observation" or bool(value_of(declared) == value_of(written))


def _same_thing(declared: Resource, written: Resource) -> bool:
    """Whether both name one thing: by a code of one system, or else in the same words."""
    one, other = (_concept(each) for each in (declared, written))
    if not one or not other:
        return True
    if _names_another(str(one.get("text", "")), str(other.get("text", ""))):
        return False
    return bool(codes_of(one) & codes_of(other) or same_words(one) & same_words(other))


def _names_another(declared: str, written: str) -> bool:
    """Whether the words differ under a code that is too wide to tell: "Cancer" is the form's answer for each of them.

    What the person added stands after the answer: `Ung thư: vú, đang hoá trị`. A denial confirms nothing.
    """
    own, theirs = without_marks(plain(declared)), without_marks(plain(written))
    if not theirs or theirs in own:
        return False
    added = [part.strip() for part in re.split("[,;]", own.partition(": ")[2])]
    return denies(written) or (any(added) and not any(part and part in theirs for part in added))


def _concept(resource: Resource) -> Resource:
    for member in ("code", "vaccineCode", "medicationCodeableConcept"):
        if isinstance(found := resource.get(member), dict):
            return found
    return {}


def _by_its_own_words(statement: Statement, zone: str, today: str) -> Statement:
    """Rule 4."""
    if is_none_known(statement.resource) and (words := words_that_name(statement.resource)) is not None:
        return tagged(statement, {"system": DIFFERENCE_SYSTEM, "code": NAMES_SOMETHING, "display": words})
    return with_doubt(with_days(statement, today, zone), today, zone)


def _none_known(observed: list[Statement]) -> Rule:
    """Rule 5, beside what was observed, which may tell of an allergy."""

    def rule(statements: list[Statement], zone: str) -> Split:
        nones = [each for each in statements if each.says_none]
        if not nones:
            return statements, []
        kinds = {each.kind for each in nones}
        said = [*statements, *observed] if "AllergyIntolerance" in kinds else statements
        positive = [each for each in said if _is_positive(each, kinds)]
        standing, differing = [], []
        for each in statements:
            others = positive if each.says_none else []
            if contrary := [other for other in others if is_contradicted(each.resource, other.resource)]:
                differing.append(against(each, contrary, zone, telling_words))
            else:
                standing.append(each)
        return standing, differing

    return rule


def _is_positive(statement: Statement, kinds: set[str]) -> bool:
    """Whether it may contradict "none known" of one of these types: what is so, and of allergies what ever was."""
    if statement.says_none or denial_in_words(statement.resource) is not None:
        return False
    if "AllergyIntolerance" in kinds and is_told_allergy(statement.resource):
        return True
    return statement.kind in kinds and statement.state is State.PRESENT and not _is_not_now(statement)


def _contradicted(statements: list[Statement], zone: str) -> Split:
    """Rule 6."""
    medicines = {f"Medication/{each.name[1]}": each.resource for each in statements if each.kind == "Medication"}
    found = contradictions(statements, zone, medicines.get)
    doses = differing_doses(statements, zone, medicines.get)
    if not found and not doses:
        return statements, []
    standing: list[Statement] = []
    differing: list[Statement] = []
    for each in statements:
        others, keeps_place = found.get(id(each), ([], True))
        told = against(each, others, zone) if others else each
        if in_other_doses := doses.get(id(each)):
            told = against(told, in_other_doses, zone)
        (standing if keeps_place else differing).append(told)
    return standing, differing


def _ended_yet_active(statements: list[Statement], _zone: str) -> Split:
    """Rule 4, for a medicine: what contradicts itself is asked again."""
    differing = [
        each
        for each in statements
        if each.kind == MEDICINE
        and any(has_tag(each.resource, PERIOD_SYSTEM, code) for code in (ENDED_YET_ACTIVE, STOPPED_IN_WORDS))
    ]
    gone = {id(each) for each in differing}
    return [each for each in statements if id(each) not in gone] if gone else statements, differing


def _is_not_now(statement: Statement) -> bool:
    """Whether a medicine is, by its own days, not taken today."""
    return statement.kind == MEDICINE and any(
        has_tag(statement.resource, PERIOD_SYSTEM, code) for code in NOT_TAKEN_NOW
    )
