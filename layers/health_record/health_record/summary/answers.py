"""The answers of a declaration beside their questions: the only place that walks a QuestionnaireResponse."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from health_record.summary.coded import coding, english, translated
from health_record.summary.sources import DATA_ABSENT_REASON, Resource

NOT_HEALTH = ("identity", "consent")
UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"


@dataclass(frozen=True)
class Answered:
    """One question with its answers; `details` are the free texts that belong to one answer (by its code)."""

    item: Resource
    answers: list[Resource]
    details: dict[str, list[str]]

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
    def concept(self) -> Resource:
        """What the question asks for, as a CodeableConcept."""
        text = str(self.item.get("text", self.link_id))
        concept: Resource = {"coding": self.codes, "text": text} if self.codes else {"text": text}
        if beside := translated(text, english(self.item, "text")):
            concept["_text"] = beside
        return concept

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
        for option in self.item.get("answerOption", []):
            offered = option.get("valueCoding", {})
            if chosen.get("code") == offered.get("code") and chosen.get("system") in (None, offered.get("system")):
                return coding(
                    offered.get("system"), offered["code"], offered.get("display"), english(offered, "display")
                )
        return {name: chosen[name] for name in ("system", "code", "display") if name in chosen}


def is_unknown(answer: Resource) -> bool:
    """Whether the answer is "I do not know"."""
    return bool(answer.get("valueCoding", {}).get("system") == DATA_ABSENT_REASON)


def answered(questionnaire: Resource, response: Resource) -> list[Answered]:
    """Every question that has an answer, in the order of the form; identity and consent are left to others."""
    items = {item["linkId"]: item for item in _items(questionnaire.get("item", []))}
    given: dict[str, list[Resource]] = {}
    for link_id, answers in _given(response.get("item", [])):
        if link_id in items:
            given[link_id] = given.get(link_id, []) + answers
    details = _details(items, given)
    attached = {link_id for found in details.values() for link_id, _, _ in found}
    return [
        Answered(items[link_id], answers, _by_code(details.get(link_id, [])))
        for link_id, answers in given.items()
        if link_id not in attached and link_id.partition(".")[0] not in NOT_HEALTH
    ]


def _items(items: list[Resource]) -> Iterator[Resource]:
    for item in items:
        yield item
        yield from _items(item.get("item", []))


def _given(items: list[Resource]) -> Iterator[tuple[str, list[Resource]]]:
    for item in items:
        if item.get("answer"):
            yield item["linkId"], item["answer"]
        yield from _given(item.get("item", []))
        for answer in item.get("answer", []):
            yield from _given(answer.get("item", []))


def _details(items: dict[str, Resource], given: dict[str, list[Resource]]) -> dict[str, list[tuple[str, str, str]]]:
    """Free texts without a code of their own that are asked because of one coded answer of another question."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for link_id, answers in given.items():
        item = items[link_id]
        for condition in item.get("enableWhen", []):
            code = condition.get("answerCoding", {}).get("code")
            if item["type"] in ("string", "text") and not item.get("code") and code and condition["question"] in given:
                text = str(answers[0].get("valueString", ""))
                found.setdefault(condition["question"], []).append((link_id, code, text))
    return found


def _by_code(found: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    by_code: dict[str, list[str]] = {}
    for _, code, text in found:
        by_code.setdefault(code, []).append(text)
    return by_code


def plain(answer: Resource) -> Any:
    """The bare value of an answer that is no Coding."""
    return next((value for name, value in answer.items() if name.startswith("value")), None)
