"""The answers of a declaration beside their questions: where the summary walks a stored QuestionnaireResponse.

What a client sends is walked elsewhere, by `health_record.questionnaire.reading`, which trusts nothing of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from health_record.reconciliation.same_things import NOT_NAMED
from health_record.summary_sources.coded import make_coding, read_english, translation_extension
from health_record.summary_sources.form_index import index_of
from health_record.summary_sources.sources import DATA_ABSENT_REASON, LOINC, Resource

NOT_HEALTH = ("identity", "consent")
OF_PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient#Patient."
UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"


@dataclass(frozen=True)
class Answered:
    """One question with its answers; `details` are the free texts that belong to one answer (by its code).

    `value_sets` are those that the form contains, `section` is the LOINC code of the section that its group names.
    """

    item: Resource
    answers: list[Resource]
    details: dict[str, list[str]]
    value_sets: Mapping[str, Resource] = field(default_factory=dict)
    section: str | None = None

    @property
    def link_id(self) -> str:
        """The question's linkId."""
        return str(self.item["linkId"])

    @property
    def codes(self) -> list[Resource]:
        """The question's codings."""
        found: list[Resource] = self.item.get("code", [])
        return found

    @property
    def loinc(self) -> set[str]:
        """The LOINC codes among them."""
        return _loinc(self.item)

    @property
    def concept(self) -> Resource:
        """What the question asks for, as a CodeableConcept."""
        return question_concept(self.item)

    @property
    def unit(self) -> Resource:
        """The unit of a number, as members of a Quantity."""
        for extension in self.item.get("extension", []):
            if extension.get("url") == UNIT:
                found = extension["valueCoding"]
                return {
                    "unit": found.get("display", found["code"]),
                    "system": found.get("system", "http://unitsofmeasure.org"),
                    "code": found["code"],
                }
        return {}

    def option(self, answer: Resource) -> Resource:
        """The answered Coding with the form's own words in both languages."""
        chosen: Resource = answer.get("valueCoding", {})
        for offered in self._options():
            if chosen.get("code") == offered.get("code") and chosen.get("system") in (None, offered.get("system")):
                return make_coding(
                    offered.get("system"), offered["code"], offered.get("display"), read_english(offered, "display")
                )
        return {name: chosen[name] for name in ("system", "code", "display") if name in chosen}

    def _options(self) -> Iterator[Resource]:
        """The codings that the question offers."""
        yield from (option["valueCoding"] for option in self.item.get("answerOption", []) if "valueCoding" in option)
        value_set = self.value_sets.get(str(self.item.get("answerValueSet")), {})
        yield from value_set.get("expansion", {}).get("contains", [])
        for include in value_set.get("compose", {}).get("include", []):
            yield from ({"system": include.get("system"), **concept} for concept in include.get("concept", []))


@dataclass(frozen=True)
class Row:
    """One occurrence of a group that repeats, with what was answered in it."""

    group: Resource
    parts: list[Answered]

    @property
    def link_id(self) -> str:
        """The group's linkId."""
        return str(self.group["linkId"])

    @property
    def loinc(self) -> set[str]:
        """The LOINC codes of the group."""
        return _loinc(self.group)


@dataclass(frozen=True)
class ResponseAnswers:
    """A whole response: its questions, its rows, and what describes the person, by the path of `Patient`.

    `unnamed` are groups that repeat, of which a question says that there is something, and whose rows name nothing.
    `unknown` are those of which it says that nobody knows.
    """

    questions: list[Answered]
    rows: list[Row]
    patient: list[tuple[str, Row]]
    unnamed: list[Row] = field(default_factory=list)
    unknown: list[Row] = field(default_factory=list)


def is_unknown(answer: Resource) -> bool:
    """Whether the answer is "I do not know"."""
    return bool(answer.get("valueCoding", {}).get("system") == DATA_ABSENT_REASON)


def question_concept(item: Resource) -> Resource:
    """What a question or group of the form is about, as a CodeableConcept."""
    codes, text = item.get("code", []), str(item.get("text", item["linkId"]))
    concept: Resource = {"coding": codes, "text": text} if codes else {"text": text}
    if beside := translation_extension(text, read_english(item, "text")):
        concept["_text"] = beside
    return concept


def collect_answers(questionnaire: Resource, response: Resource) -> ResponseAnswers:
    """Everything that has an answer, in the order of the form; identity and consent are left to others."""
    reader = _Reader(questionnaire)
    reader.read(response.get("item", []), None)
    return ResponseAnswers(reader.questions(), reader.rows, reader.patient, *reader.unnamed())


def bare_value(answer: Resource) -> Any:
    """The bare value of an answer that is no Coding."""
    return next((value for name, value in answer.items() if name.startswith("value")), None)


class _Reader:
    def __init__(self, questionnaire: Resource) -> None:
        self._form = index_of(questionnaire)
        self._items = self._form.items
        self._given: dict[str, list[Resource]] = {}
        self._sections: dict[str, str | None] = {}
        self.rows: list[Row] = []
        self.patient: list[tuple[str, Row]] = []

    def read(self, given: list[Resource], section: str | None) -> None:
        """Take in one `item` list of the response."""
        for one in given:
            item = self._items.get(one["linkId"])
            if item is None or one["linkId"].partition(".")[0] in NOT_HEALTH:
                continue
            if str(item.get("definition", "")).startswith(OF_PATIENT):
                self.patient.append((item["definition"].removeprefix(OF_PATIENT), Row(item, self._parts([one]))))
            elif item["type"] == "group" and item.get("repeats"):
                self.rows.append(Row(item, self._parts(one.get("item", []))))
            else:
                self._take(one, min(_loinc(item), default=section) if item["type"] == "group" else section)

    def _take(self, one: Resource, section: str | None) -> None:
        link_id = one["linkId"]
        if one.get("answer"):
            self._given[link_id] = self._given.get(link_id, []) + one["answer"]
            self._sections[link_id] = section
        self.read(one.get("item", []), section)
        for answer in one.get("answer", []):
            self.read(answer.get("item", []), section)

    def questions(self) -> list[Answered]:
        """The questions outside of rows; a detail of one answer stands with that answer."""
        details = self._details()
        attached = {link_id for found in details.values() for link_id, _, _ in found}
        return [
            self._answered(link_id, answers, _by_code(details.get(link_id, [])))
            for link_id, answers in self._given.items()
            if link_id not in attached
        ]

    def unnamed(self) -> tuple[list[Row], list[Row]]:
        """The groups of which no row says anything: those that a "yes" opens, and those of which nobody knows."""
        named = {row.link_id for row in self.rows if row.parts}
        unnamed, unknown = [], []
        for question, code, item in self._form.groups:
            answers = self._given.get(question, ())
            if item["linkId"] in named:
                continue
            if any(_is_coded(answer, code) for answer in answers):
                unnamed.append(Row(item, []))
            elif any(map(is_unknown, answers)):
                unknown.append(Row(item, []))
        return unnamed, unknown

    def _details(self) -> dict[str, list[tuple[str, str, str]]]:
        """By question (linkId, code of the answer, text) of the texts that belong to one answer.

        Where such an answer was given and its text was not, the text says so.
        """
        found: dict[str, list[tuple[str, str, str]]] = {}
        for question, code, item in self._form.details:
            link_id = item["linkId"]
            if question in self._given and (given := self._given.get(link_id)):
                text = str(given[0].get("valueString", ""))
            elif any(_is_coded(answer, code) for answer in self._given.get(question, ())):
                text = NOT_NAMED
            else:
                continue
            found.setdefault(question, []).append((link_id, code, text))
        return found

    def _parts(self, given: list[Resource]) -> list[Answered]:
        """Every answered question of a row, flat."""
        return [self._answered(link_id, answers, {}) for link_id, answers in _flat(given) if link_id in self._items]

    def _answered(self, link_id: str, answers: list[Resource], details: dict[str, list[str]]) -> Answered:
        return Answered(self._items[link_id], answers, details, self._form.value_sets, self._sections.get(link_id))


def _loinc(item: Resource) -> set[str]:
    return {str(code["code"]) for code in item.get("code", []) if code.get("system") == LOINC and "code" in code}


def _flat(items: list[Resource]) -> Iterator[tuple[str, list[Resource]]]:
    for item in items:
        if item.get("answer"):
            yield item["linkId"], item["answer"]
        yield from _flat(item.get("item", []))
        for answer in item.get("answer", []):
            yield from _flat(answer.get("item", []))


def _is_coded(answer: Resource, code: str) -> bool:
    return bool(answer.get("valueCoding", {}).get("code") == code)


def _by_code(found: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    by_code: dict[str, list[str]] = {}
    for _, code, text in found:
        by_code.setdefault(code, []).append(text)
    return by_code
