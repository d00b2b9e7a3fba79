"""The Questionnaire as the site's questions, in one language: what each field shows and which control it needs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Item = dict[str, Any]
Control = Literal["radios", "checkboxes", "tick", "yesno", "line", "lines", "number", "date", "ward"]

STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"
TRANSLATION = STRUCTURE + "translation"
EXCLUSIVE = STRUCTURE + "questionnaire-optionExclusive"
CONTROL = STRUCTURE + "questionnaire-itemControl"
UNIT = STRUCTURE + "questionnaire-unit"
SIMPLE: dict[str, Control] = {
    "string": "line",
    "text": "lines",
    "decimal": "number",
    "integer": "number",
    "date": "date",
}


class UnsupportedItemError(Exception):
    """The Questionnaire holds an item that the site cannot show."""


@dataclass(frozen=True)
class Option:
    """One answer of a choice; `key` is `system|code`, an exclusive one stands alone."""

    key: str
    label: str
    exclusive: bool


@dataclass(frozen=True)
class Question:
    """One question with its texts in the page's language."""

    link_id: str
    control: Control
    label: str
    hint: str
    required: bool
    depends_on: tuple[str, ...]
    max_length: int | None = None
    unit: str = ""
    options: tuple[Option, ...] = field(default=())


@dataclass(frozen=True)
class Group:
    """A titled run of questions."""

    link_id: str
    title: str
    questions: tuple[Question, ...]


def text_of(element: Item, name: str, language: str) -> str:
    """`element[name]`, or its translation (https://hl7.org/fhir/R4/extension-translation.html)."""
    for extension in element.get(f"_{name}", {}).get("extension", []):
        parts = {part["url"]: part for part in extension.get("extension", [])}
        if extension["url"] == TRANSLATION and parts["lang"]["valueCode"] == language:
            return str(parts["content"]["valueString"])
    return str(element.get(name, ""))


def extension_of(element: Item, url: str) -> Any:
    """The value of the first extension with this `url`, or None."""
    for extension in element.get("extension", []):
        if extension["url"] == url:
            return next(value for key, value in extension.items() if key.startswith("value"))
    return None


def groups_of(questionnaire: Item, language: str) -> Iterator[Group]:
    """The groups in order; a group inside a group follows the questions around it under its own title."""
    for item in questionnaire["item"]:
        if item["type"] != "group":
            raise UnsupportedItemError(f"{item['linkId']}: a question outside of any group")
        yield from _group(item, language)


def _group(item: Item, language: str) -> Iterator[Group]:
    questions = tuple(_questions(item, language))
    if questions:
        yield Group(item["linkId"], text_of(item, "text", language), questions)
    for child in item.get("item", []):
        if child["type"] == "group":
            yield from _group(child, language)


def _questions(parent: Item, language: str) -> Iterator[Question]:
    for item in parent.get("item", []):
        if item["type"] not in ("group", "display"):
            yield _question(item, language)
            yield from _questions(item, language)


def _question(item: Item, language: str) -> Question:
    unit = extension_of(item, UNIT) or {}
    return Question(
        link_id=item["linkId"],
        control=_control(item),
        label=text_of(item, "text", language),
        hint=" ".join(text_of(child, "text", language) for child in item.get("item", []) if child["type"] == "display"),
        required=item.get("required", False),
        depends_on=tuple(condition["question"] for condition in item.get("enableWhen", [])),
        max_length=item.get("maxLength"),
        unit=unit.get("display") or unit.get("code", ""),
        options=tuple(_option(option, language) for option in item.get("answerOption", [])),
    )


def _control(item: Item) -> Control:
    kind, repeats = item["type"], item.get("repeats", False)
    if kind == "choice" and "answerValueSet" in item and not repeats:
        return "ward"
    if kind == "choice" and "answerOption" in item:
        return "checkboxes" if repeats else "radios"
    if kind == "boolean" and not repeats:
        control = extension_of(item, CONTROL) or {"coding": []}
        return "tick" if any(coding["code"] == "check-box" for coding in control["coding"]) else "yesno"
    if kind in SIMPLE and not repeats:
        return SIMPLE[kind]
    raise UnsupportedItemError(f"{item['linkId']}: the site has no control for {kind}{' that repeats' * repeats}")


def _option(option: Item, language: str) -> Option:
    if "valueCoding" not in option:
        raise UnsupportedItemError("an answer option that is not a coding")
    coding = option["valueCoding"]
    return Option(
        key=f"{coding.get('system', '')}|{coding['code']}",
        label=text_of(coding, "display", language) or coding["code"],
        exclusive=bool(extension_of(option, EXCLUSIVE)),
    )
