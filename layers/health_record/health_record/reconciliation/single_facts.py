"""Facts of which a person has one at a time: blood group, pregnancy, smoking, drinking, drugs; what an entry says.

A blood group stays for life: of two, neither may be trusted. A pregnancy passes: two words are compared that are no
further apart than one lasts. Of smoking and drinking the newest word counts (Composition-uv-ips takes one alone).
Whatever is told in words alone, under a code or none, is compared as well.
"""

from typing import Any, NamedTuple

from health_record.reconciliation import habits
from health_record.reconciliation.blood_groups import CODES as BLOOD_CODES
from health_record.reconciliation.blood_groups import blood_group, may_be_blood_group, written_group
from health_record.reconciliation.none_in_words import tells_by_itself, texts_of
from health_record.reconciliation.observed_words import answered, is_measured, name_of
from health_record.reconciliation.pregnancies import STATUS, Pregnant, pregnancy_of, pregnancy_told
from health_record.rendering.source_words import DIFFERENCE_SYSTEM, PREGNANCY_ENDED, has_tag

Resource = dict[str, Any]
LOINC = "http://loinc.org"
BLOOD, PREGNANCY = "blood group", "pregnancy"
SAID = "said"  # of a fact's parts: all that its words can mean
UNKNOWN_IF_SMOKES = "266927001"  # SNOMED CT: tobacco smoking consumption unknown
ONE_ALONE = frozenset({"72166-2", "74013-4"})
PREGNANCY_DAYS = 294  # 42 weeks
WRITTEN = frozenset({"Condition", "DiagnosticReport", "DocumentReference", "ImagingStudy", "Procedure"})


READ = BLOOD_CODES | STATUS | habits.BY_CODE.keys()


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
        return _observed(resource) or _written_beside(resource)
    if kind not in WRITTEN:
        return []
    told = pregnancy_told(resource) if kind == "Condition" else None
    return [*([Fact(PREGNANCY, {SAID: told})] if told else []), *_written_beside(resource)]


def _written_beside(resource: Resource) -> list[Fact]:
    """The blood group that words tell of in a report, a disease or a note."""
    parts, is_about = written_group(resource)
    return [Fact(BLOOD, parts, is_beside=not is_about)] if parts else []


def _observed(observation: Resource) -> list[Fact]:
    coding = observation.get("code", {}).get("coding", ())
    codes = [str(each.get("code")) for each in coding if each.get("system") == LOINC]
    if not BLOOD_CODES.isdisjoint(codes) or may_be_blood_group(observation):
        said = blood_group(observation)
        if said.parts or said.conflicts:
            return [Fact(BLOOD, said.parts, contradicts_itself=bool(said.conflicts))]
    if codes and READ.isdisjoint(codes) and is_measured(observation):
        return []  # as most results are
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
