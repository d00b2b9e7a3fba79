"""What the province's statistics must hold when these declarations, and no others, were counted.

Recomputed from the answers as they were sent: none of the functions' own code has a part in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

ASKED_UNKNOWN = "http://terminology.hl7.org/CodeSystem/data-absent-reason|asked-unknown"
EXCLUSIVE = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive"
BMI, BLOOD_PRESSURE = "http://loinc.org|39156-5", "http://loinc.org|85354-9"
ADULT = 18
Counts = Counter[tuple[str, ...]]


@dataclass
class ExpectedFacts:
    """One resident as a row of `facts` shows them, without the pseudonym and the days."""

    ward: str
    sex: str
    birth_year: int
    yes: set[str] = field(default_factory=set)
    no: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    choices: dict[str, str] = field(default_factory=dict)
    measures: dict[str, float] = field(default_factory=dict)

    @property
    def canonical(self) -> str:
        """The same text for the same content."""
        lists = (sorted(self.yes), sorted(self.no), sorted(self.unknown))
        maps = (sorted(self.choices.items()), sorted((code, float(number)) for code, number in self.measures.items()))
        return repr((self.ward, self.sex, self.birth_year, lists, maps))


@dataclass(frozen=True)
class ExpectedStatistics:
    """The counts of the exact statistics: `coverage` by ward, sex and age band, the others by code as well."""

    coverage: Counts
    conditions: Counts
    risks: Counts

    def minus(self, earlier: "ExpectedStatistics") -> "ExpectedStatistics":
        """What came since `earlier`."""
        return ExpectedStatistics(
            _difference(self.coverage, earlier.coverage),
            _difference(self.conditions, earlier.conditions),
            _difference(self.risks, earlier.risks),
        )


def has_consented(response: Mapping[str, Any]) -> bool:
    """Whether the declaration permits to be counted."""
    return any(
        item["linkId"] == "consent.statistics" and item["answer"] == [{"valueBoolean": True}]
        for item in _answered(response["item"])
    )


def expect_facts(form: Mapping[str, Any], response: Mapping[str, Any]) -> ExpectedFacts:
    """The row that this declaration has to leave in `facts`."""
    questions = {item["linkId"]: item for item in _questions(form["item"])}
    answers = {item["linkId"]: item["answer"] for item in _answered(response["item"])}
    facts = ExpectedFacts(
        ward=answers["identity.ward"][0]["valueCoding"]["code"],
        sex=answers["identity.sex"][0]["valueCoding"]["code"],
        birth_year=int(answers["identity.birth-date"][0]["valueDate"][:4]),
    )
    for link_id, given in answers.items():
        if not link_id.startswith(("identity.", "consent.")):
            _count(facts, questions[link_id], given)
    return facts


def expect_statistics(people: Iterable[ExpectedFacts], year: int) -> ExpectedStatistics:
    """The counts of `people` in the year in which they are counted."""
    counted = ExpectedStatistics(Counter(), Counter(), Counter())
    for one in people:
        group = (one.ward, one.sex, age_band(year - one.birth_year))
        counted.coverage[group] += 1
        for said, keys in (("yes", one.yes), ("no", one.no), ("unknown", one.unknown)):
            for key in keys:
                # A habit that somebody does not know is counted with the risks, under the question's code.
                table = counted.risks if key in HABITS else counted.conditions
                table[(*group, key, said)] += 1
        for question, answer in one.choices.items():
            counted.risks[(*group, question, answer)] += 1
        for question, label in _classes(one, year):
            counted.risks[(*group, question, label)] += 1
    return counted


HABITS = frozenset(f"http://loinc.org|{code}" for code in ("72166-2", "11331-6", "73985-4"))


def age_band(age: int) -> str:
    """Five years each, `85+` at the end."""
    return "85+" if age >= 85 else f"{age // 5 * 5}-{age // 5 * 5 + 4}"


def bmi_class(kilograms: float, centimetres: float) -> str | None:
    """WHO Western Pacific Region 2000; None for a body that cannot be."""
    index = round(kilograms / (centimetres / 100) ** 2, 4)
    if not 10 <= index <= 80:
        return None
    steps = ((18.5, "underweight"), (23.0, "normal"), (25.0, "overweight"))
    return next((label for limit, label in steps if index < limit), "obese")


def pressure_class(systolic: float, diastolic: float) -> str:
    """International Society of Hypertension 2020."""
    if systolic >= 140 or diastolic >= 90:
        return "high"
    return "high-normal" if systolic >= 130 or diastolic >= 85 else "normal"


def _classes(one: ExpectedFacts, year: int) -> Iterator[tuple[str, str]]:
    if year - one.birth_year < ADULT:
        return
    weight, height = one.measures.get("29463-7"), one.measures.get("8302-2")
    label = bmi_class(weight, height) if weight and height else None
    if label:
        yield BMI, f"urn:x-so-suc-khoe:bmi|{label}"
    systolic, diastolic = one.measures.get("8480-6"), one.measures.get("8462-4")
    if systolic and diastolic:
        yield BLOOD_PRESSURE, f"urn:x-so-suc-khoe:blood-pressure|{pressure_class(systolic, diastolic)}"


def _count(facts: ExpectedFacts, question: Mapping[str, Any], given: list[dict[str, Any]]) -> None:
    codes = [_key(code) for code in question.get("code", [])]
    chosen = {_key(answer["valueCoding"]) for answer in given if "valueCoding" in answer}
    if question["type"] == "choice" and question.get("repeats"):
        _count_ticks(facts, question, chosen)
    elif question["type"] == "choice" and ASKED_UNKNOWN in chosen:
        facts.unknown.update(codes)
    elif question["type"] == "choice":
        facts.choices.update({code: answer for code in codes for answer in chosen})
    elif question["type"] in ("decimal", "integer", "quantity"):
        value = next(iter(given[0].values()))
        number = value["value"] if isinstance(value, dict) else value
        facts.measures.update({code.rpartition("|")[2]: float(number) for code in codes})


def _count_ticks(facts: ExpectedFacts, question: Mapping[str, Any], chosen: set[str]) -> None:
    listed = {
        _key(option["valueCoding"])
        for option in question["answerOption"]
        if not any(found["url"] == EXCLUSIVE for found in option.get("extension", []))
    } - {ASKED_UNKNOWN}
    facts.yes |= chosen & listed
    (facts.unknown if ASKED_UNKNOWN in chosen else facts.no).update(listed - chosen)


def _questions(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _questions(item.get("item", []))


def _answered(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        if "answer" in item:
            yield item
        yield from _answered(item.get("item", []))


def _key(coding: Mapping[str, Any]) -> str:
    return f"{coding.get('system', '')}|{coding['code']}"


def _difference(later: Counts, earlier: Counts) -> Counts:
    left = Counter(later)
    left.subtract(earlier)
    return Counter({key: number for key, number in left.items() if number})
