"""Which questions stand on one page of the form, and the form's rules as the page's script needs them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from web.questions import CONTROL, Group, Item, Question, UnsupportedItemError, extension_of

TOGETHER = {"line", "lines", "number", "date"}
OPERATORS = {"=", "!=", "exists"}
RULES = ("linkId", "type", "required", "repeats", "maxLength", "enableWhen", "enableBehavior")


@dataclass
class Step:
    """One page: `alone` when a single question is the page's heading."""

    group: Group
    questions: list[Question]

    @property
    def link_id(self) -> str:
        """The address of the page: that of its first question."""
        return self.questions[0].link_id

    @property
    def alone(self) -> bool:
        """True when one question, with what depends on it, has the page to itself."""
        first = self.questions[0]
        if first.control == "tick":
            return False
        return all(first.link_id in question.depends_on for question in self.questions[1:])

    @property
    def title(self) -> str:
        """What the page is called; nothing where the group's title already stands over another page."""
        if self.alone:
            return self.questions[0].label
        return self.group.title if self.questions[0] is self.group.questions[0] else ""

    @property
    def optional(self) -> bool:
        """True when everything on the page may stay empty."""
        return not any(question.required for question in self.questions)


def steps_of(groups: Iterator[Group]) -> list[Step]:
    """One thing per page: a choice with its details, else optional fields or consents of one group together."""
    steps: list[Step] = []
    for group in groups:
        of_group: list[Step] = []
        for question in group.questions:
            if of_group and _belongs(question, of_group[-1]):
                of_group[-1].questions.append(question)
            else:
                of_group.append(Step(group, [question]))
        steps += of_group
    return steps


def _belongs(question: Question, step: Step) -> bool:
    if question.depends_on:
        return any(other.link_id in question.depends_on for other in step.questions)
    last = step.questions[-1]
    if question.control == "tick":
        return last.control == "tick"
    free = question.control in TOGETHER and last.control in TOGETHER
    return free and not question.required and not last.required and not last.depends_on


def rules_of(item: Item) -> dict[str, Any]:
    """The item without its texts and options: what decides whether an answer is shown, needed and right."""
    rules = {name: item[name] for name in RULES if name in item}
    for name in ("minValue", "maxValue"):
        value = extension_of(item, f"http://hl7.org/fhir/StructureDefinition/{name}")
        if value is not None:
            rules[name] = value
    if any(coding["code"] == "check-box" for coding in (extension_of(item, CONTROL) or {}).get("coding", [])):
        rules["tick"] = True
    if "answerValueSet" in item:
        rules["ward"] = True
    for condition in item.get("enableWhen", []):
        if condition["operator"] not in OPERATORS:
            raise UnsupportedItemError(f"{item['linkId']}: the site knows no enableWhen {condition['operator']}")
    children = [rules_of(child) for child in item.get("item", []) if child["type"] != "display"]
    return rules | ({"item": children} if children else {})
