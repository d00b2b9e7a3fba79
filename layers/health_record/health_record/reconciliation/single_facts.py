"""Facts of which a person has one at a time: blood group, pregnancy, type of diabetes, smoking, drinking, drugs.

A blood group stays for life: of two, neither may be trusted. A pregnancy passes: two words are compared that are no
further apart than one lasts. Of smoking and drinking the newest word counts (Composition-uv-ips takes one alone).
Whatever is told in words alone, under a code or none, is compared as well.
"""

import datetime
import re
from typing import Any, NamedTuple

from health_record.clinical_words import habits
from health_record.clinical_words.blood_groups import CODES as BLOOD_CODES
from health_record.clinical_words.blood_groups import blood_group, may_be_blood_group, words_of_group, written_group
from health_record.clinical_words.none_in_words import tells_by_itself, texts_of
from health_record.clinical_words.observed_words import answered, is_measured, name_of
from health_record.reconciliation.pregnancies import (
    STATUS,
    TESTS,
    Pregnant,
    pregnancy_of,
    pregnancy_told,
    test_of_pregnancy,
    with_doubt,
)
from health_record.reconciliation.statements import DECLARED, Split, Statement, against, tagged
from health_record.remembered import remembered
from health_record.rendering import moments
from health_record.rendering.plain_words import plain
from health_record.rendering.source_words import (
    CONTRADICTS_ITSELF,
    DIFFERENCE_SYSTEM,
    NAMES_SOMETHING,
    PERIOD_SYSTEM,
    PREGNANCY_ENDED,
    TO_COME,
    has_tag,
)
from health_record.rendering.statuses import State

Resource = dict[str, Any]
LOINC = "http://loinc.org"
BLOOD, PREGNANCY, DIABETES = "blood group", "pregnancy", "type of diabetes"
LASTING = frozenset({BLOOD, PREGNANCY, DIABETES})  # of these a source's own later word is compared as well
SAID = "said"  # of a fact's parts: all that its words can mean
UNKNOWN_IF_SMOKES = "266927001"  # SNOMED CT: tobacco smoking consumption unknown
ONE_ALONE = frozenset({"72166-2", "74013-4"})
PREGNANCY_DAYS = 294  # 42 weeks
TEST_DAYS = 30  # within which a test speaks against what is told of a pregnancy
MOST_COMPARED = 20  # of one fact, the newest
WRITTEN = frozenset({"Condition", "DiagnosticReport", "DocumentReference", "ImagingStudy", "Procedure"})


ICD_10 = "http://hl7.org/fhir/sid/icd-10"
_OF_ICD_10 = {"E10": "1", "E11": "2"}
_OF_DIABETES = ("đtđ", "dtd", "tháo", "thao", "tiểu đ", "tieu d", "diabet")  # one is in every such name
_TYPE = re.compile(r"\b(?:típ|tip|týp|tuýp|tuyp|type|typ|t)\.? ?([12])\b")
READ = BLOOD_CODES | STATUS | habits.BY_CODE.keys()
SPEAKING = READ | TESTS
# One of these is in the name of every other result that tells of a blood group or a pregnancy.
_IN_NAMES = ("máu", "mau", "blood", "abo", "rh", "group", "thai", "hcg", "pregnan", "gonadotropin")


class Fact(NamedTuple):
    """Which fact, and what is said of it, by part: two entries differ where they say different things of one part.

    `alone` is the code of which a summary takes one Observation alone, `named` what the words say against the code;
    `contradicts_itself` is of an entry whose codes, words or components say two things, `is_beside` of one that is
    about something else and keeps its place.
    """

    name: str
    parts: dict[str, Any]
    alone: str = ""
    named: str = ""
    contradicts_itself: bool = False
    is_beside: bool = False


def facts_of(resource: Resource) -> list[Fact]:
    """The facts that an Observation or a disease is about; the parts of one are empty where it says nothing of it."""
    if has_tag(resource, DIFFERENCE_SYSTEM, PREGNANCY_ENDED):
        return [Fact(PREGNANCY, {})]
    kind = resource["resourceType"]
    if kind == "Observation":
        facts = [] if _is_plain_result(resource) else _observed(resource)
        return facts or _written_beside(resource)
    if kind not in WRITTEN:
        return []
    told = pregnancy_told(resource) if kind == "Condition" else None
    types = _types_of_diabetes(resource) if kind == "Condition" else None
    return [
        *([Fact(PREGNANCY, {SAID: told})] if told else []),
        *([Fact(DIABETES, {SAID: types}, is_beside=True)] if types else []),
        *_written_beside(resource),
    ]


def _types_of_diabetes(disease: Resource) -> frozenset[str]:
    """`1` or `2`, as far as a disease says which, by ICD-10 or in words; both where code and words differ."""
    concept = disease.get("code", {})
    coded = {str(each.get("code"))[:3] for each in concept.get("coding", ()) if each.get("system") == ICD_10}
    found = {_OF_ICD_10[each] for each in coded & _OF_ICD_10.keys()}
    name = name_of(concept).casefold()
    if any(map(name.__contains__, _OF_DIABETES)):
        found |= {said[1] for said in _TYPE.finditer(plain(name))}
    return frozenset(found)


def _written_beside(resource: Resource) -> list[Fact]:
    """The blood group that words tell of in a report, a disease or a note."""
    parts, is_about = written_group(resource)
    return [Fact(BLOOD, parts, is_beside=not is_about)] if parts else []


def _is_plain_result(observation: Resource) -> bool:
    """Whether it was measured, and neither its code nor its name is of any such fact: as of most results."""
    codes = _loinc_codes(observation)
    if not codes or not SPEAKING.isdisjoint(codes) or "component" in observation or not is_measured(observation):
        return False
    return not _may_be_named_so(name_of(observation["code"]))


@remembered(1024)
def _may_be_named_so(name: str) -> bool:
    return any(map(name.casefold().__contains__, _IN_NAMES))


def _loinc_codes(observation: Resource) -> list[str]:
    return [
        str(each.get("code")) for each in observation.get("code", {}).get("coding", ()) if each.get("system") == LOINC
    ]


def _observed(observation: Resource) -> list[Fact]:
    codes = _loinc_codes(observation)
    if not BLOOD_CODES.isdisjoint(codes) or may_be_blood_group(observation):
        said = blood_group(observation)
        if said.parts or said.conflicts:
            return [Fact(BLOOD, said.parts, contradicts_itself=bool(said.conflicts))]
    if (tested := test_of_pregnancy(observation, codes)) is not None:
        return [Fact(PREGNANCY, {SAID: frozenset({tested})}, is_beside=True)]
    if codes and READ.isdisjoint(codes) and is_measured(observation):
        return []
    if "focus" in observation:
        return []
    coded = next(((name, each) for each in codes if (name := habits.BY_CODE.get(each))), None)
    if coded is None and STATUS.isdisjoint(codes) and is_measured(observation):
        return []
    if coded is not None:
        told = _told_habits(observation)
        others = [Fact(name, {SAID: uses}) for name, uses in told.items() if name != coded[0]]
        return [_coded_habit(observation, *coded), *others]
    if (pregnant := pregnancy_of(observation, codes)) is not None:
        return [Fact(PREGNANCY, _pregnancy(observation, pregnant))]
    return [Fact(name, {SAID: uses}) for name, uses in _told_habits(observation).items()]


def differ(one: Fact, other: Fact) -> bool:
    """Whether the two cannot both be true."""
    return any(
        one.parts[part].isdisjoint(other.parts[part]) if part == SAID else one.parts[part] != other.parts[part]
        for part in one.parts.keys() & other.parts.keys()
    )


def value_of(observation: Resource) -> Any:
    """What an Observation says, whatever its words: the codes or the amount of its value and of its components."""
    parts = [observation, *observation.get("component", ())]
    return [
        [_core(name, value) for name, value in part.items() if name.startswith(("value", "dataAbs"))] for part in parts
    ]


def _coded_habit(observation: Resource, name: str, code: str) -> Fact:
    alone = code if code in ONE_ALONE else ""
    if _says_nothing(observation):
        return Fact(name, {}, alone)
    parts: dict[str, Any] = {code: value_of(observation)}
    if uses := habits.of_value(observation, name):
        parts[SAID] = uses
    for text, is_note in texts_of(observation):
        told = habits.of_words(text).get(name) if is_note else None
        if told and told.isdisjoint(parts.get(SAID, told)):
            return Fact(name, {SAID: told}, alone, text)
    return Fact(name, parts, alone)


def _pregnancy(observation: Resource, pregnant: frozenset[Pregnant]) -> dict[str, Any]:
    if pregnant:
        return {SAID: pregnant}
    return {} if _says_nothing(observation) else {"value": value_of(observation)}


def _told_habits(observation: Resource) -> dict[str, habits.Uses]:
    """By habit, what an Observation tells in words: its value, and its notes, which may say more."""
    found: dict[str, habits.Uses] = {}
    for question, answer in answered(observation):
        if answer or tells_by_itself(question):
            found |= habits.of_words(f"{question}: {answer}")
    for name in habits.named_in(name_of(observation.get("code", {}))):
        if uses := habits.of_value(observation, name):
            found[name] = uses
    for text, is_note in texts_of(observation):
        found |= habits.of_words(text) if is_note else {}
    return found


def _says_nothing(observation: Resource) -> bool:
    codes = [coding.get("code") for coding in observation.get("valueCodeableConcept", {}).get("coding", ())]
    return UNKNOWN_IF_SMOKES in codes or not any(name.startswith("value") for name in observation)


def _core(name: str, value: Any) -> Any:
    if name in ("valueCodeableConcept", "dataAbsentReason"):
        codes = [(coding.get("system"), coding.get("code")) for coding in value.get("coding", ())]
        return codes or value.get("text")
    if name == "valueQuantity":
        return value.get("comparator"), float(value.get("value", 0)), value.get("code") or value.get("unit")
    return value


type _Said = tuple[Statement, Fact]


def single_facts(statements: list[Statement], zone: str, today: str) -> Split:
    """Rule 7, of Observations, of diseases that tell of a pregnancy, of words that tell of a blood group."""
    about: dict[str, list[_Said]] = {}
    for each in statements:
        if (facts := facts_of(each.resource)) and each.state is State.PRESENT:
            for fact in facts:
                about.setdefault(fact.name, []).append((each, fact))
    if not about:
        return statements, []
    shown: dict[int, Statement] = {}
    moved, repeated = set[int](), set[int]()
    for name, said in about.items():
        said.sort(key=lambda pair: (bool(pair[1].parts), *_rank(pair[0], zone)), reverse=True)
        repeated |= _repeated(said)
        newest = next((each for each, fact in said if not fact.is_beside), None)
        for each, fact in said:
            others = _others(name, each, fact, said, zone)
            told = _doubted(shown.get(id(each), each), fact, zone, today)
            because = words_of_group if name == BLOOD else _no_words
            shown[id(each)] = against(told, others, zone, because) if others else told
            loses_place = name == BLOOD or each is not newest
            if fact.contradicts_itself or (others and loses_place and not fact.is_beside):
                moved.add(id(each))
    gone = moved | repeated
    standing = [shown.get(id(each), each) for each in statements if id(each) not in gone]
    return standing, [shown[id(each)] for each in statements if id(each) in moved]


def _no_words(_: Resource) -> str:
    return ""


def _repeated(said: list[_Said]) -> set[int]:
    """What a newer one takes the place of, of those that a summary has one of."""
    seen: set[str] = set()
    found: set[int] = set()
    for each, fact in said:
        if fact.alone in seen:
            found.add(id(each))
        elif fact.alone:
            seen.add(fact.alone)
    return found


def _others(name: str, each: Statement, fact: Fact, said: list[_Said], zone: str) -> list[Statement]:
    """What says otherwise of one fact. Of what passes, a source's own later word is none."""
    return [
        other
        for other, theirs in said[:MOST_COMPARED]
        if differ(fact, theirs)
        and (name in LASTING or other.source != each.source)
        and _at_one_time(name, each, other, zone, TEST_DAYS if fact.is_beside or theirs.is_beside else PREGNANCY_DAYS)
    ]


def _doubted(statement: Statement, fact: Fact, zone: str, today: str) -> Statement:
    """The statement with what its own words speak against: its code, or that a pregnancy still lasts."""
    if fact.contradicts_itself:
        return tagged(statement, {"system": DIFFERENCE_SYSTEM, "code": CONTRADICTS_ITSELF})
    if fact.named:
        return tagged(statement, {"system": DIFFERENCE_SYSTEM, "code": NAMES_SOMETHING, "display": fact.named})
    return with_doubt(statement, today, zone) if fact.name == PREGNANCY else statement


def _at_one_time(name: str, one: Statement, other: Statement, zone: str, most_days: int) -> bool:
    """Whether both may be compared: a pregnancy of years ago says nothing against one of today."""
    if name != PREGNANCY:
        return True
    days = [moments.instant(_moment(each), zone) for each in (one, other)]
    return abs(days[0] - days[1]) <= datetime.timedelta(days=most_days)


def _rank(statement: Statement, zone: str) -> tuple[str, bool, str]:
    """The local day that it is true for, on one day a facility's before the person's own, then the later word."""
    return moments.local_date(_moment(statement), zone), statement.source != DECLARED, statement.at


def _moment(statement: Statement) -> str:
    resource = statement.resource
    if has_tag(resource, PERIOD_SYSTEM, TO_COME):
        return statement.at
    period = resource.get("effectivePeriod", {})
    timing = resource.get("effectiveTiming", {}).get("event", ())
    return str(
        resource.get("effectiveDateTime")
        or resource.get("effectiveInstant")
        or period.get("end")
        or period.get("start")
        or max(timing, default="")
        or resource.get("onsetDateTime")
        or resource.get("recordedDate")
        or statement.at
    )
