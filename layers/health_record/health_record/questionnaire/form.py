"""The form as the validator uses it: a FHIR R4 Questionnaire compiled once into frozen items."""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from health_record.language import Translated
from health_record.questionnaire.coded import Coded, parse_coding
from health_record.questionnaire.source import NOT_COUNTED, FormError, load_questionnaire

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
ANSWER_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "boolean": ("valueBoolean",),
    "decimal": ("valueDecimal",),
    "integer": ("valueInteger",),
    "date": ("valueDate",),
    "dateTime": ("valueDateTime",),
    "time": ("valueTime",),
    "string": ("valueString",),
    "text": ("valueString",),
    "url": ("valueUri",),
    "choice": ("valueCoding", "valueString", "valueInteger", "valueDate", "valueTime"),
    "open-choice": ("valueCoding", "valueString", "valueInteger", "valueDate", "valueTime"),
    "quantity": ("valueQuantity",),
}
PATTERN_MESSAGE = "urn:x-so-suc-khoe:extension:pattern-message"
REFUSED_TYPES = ("reference", "attachment")


@dataclass(frozen=True)
class Option:
    """One permitted answer: `value` is a Coded, or the string, number or date itself."""

    member: str
    value: Any
    exclusive: bool = False


@dataclass(frozen=True)
class Condition:
    """One `enableWhen`: `question operator value`."""

    question: str
    operator: str
    value: Any


@dataclass(frozen=True)
class Item:
    """One group, question or display text of the form."""

    link_id: str
    type: str
    text: str = ""
    required: bool = False
    repeats: bool = False
    min_occurs: int = 0
    max_occurs: int | None = None
    min_length: int = 0
    max_length: int | None = None
    minimum: Any = None
    maximum: Any = None
    decimals: int | None = None
    pattern: str | None = None
    pattern_message: Translated | None = None
    units: tuple[Coded, ...] = ()
    codes: tuple[Coded, ...] = ()
    options: tuple[Option, ...] = ()
    conditions: tuple[Condition, ...] = ()
    any_condition: bool = False
    counted: bool = True  # in `facts`: neither what the form keeps out, nor what stands in rows
    items: tuple["Item", ...] = ()

    @property
    def is_question(self) -> bool:
        """Whether it takes answers (groups and display texts do not)."""
        return self.type not in ("group", "display")


@dataclass(frozen=True)
class Form:
    """A Questionnaire: its canonical `url`, `version`, and items as a tree and by linkId."""

    url: str
    version: str
    items: tuple[Item, ...]
    by_link_id: Mapping[str, Item] = field(repr=False, compare=False)


def compile_form(resource: Mapping[str, Any]) -> Form:
    """Read a Questionnaire resource. Raises FormError where it cannot be answered as it stands."""
    if resource.get("resourceType") != "Questionnaire" or not resource.get("url"):
        raise FormError("not a Questionnaire with a url")
    value_sets = {f"#{found.get('id')}": found for found in resource.get("contained", [])}
    items = tuple(_item(raw, value_sets) for raw in resource.get("item", []))
    every = list(_walk(items))
    by_link_id = {item.link_id: item for item in every}
    if len(by_link_id) != len(every):
        raise FormError("a linkId occurs twice")
    for item in every:
        for condition in item.conditions:
            if condition.question not in by_link_id:
                raise FormError(f"{item.link_id}: enableWhen names no question of the form")
    return Form(str(resource["url"]), str(resource.get("version", "")), items, by_link_id)


@functools.cache
def declaration_form(province: str = "") -> Form:
    """The project's own form with the province's items, compiled once for each environment of a function."""
    return compile_form(load_questionnaire(province))


def _walk(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _walk(item.items)


def _item(raw: Mapping[str, Any], value_sets: Mapping[str, Any], *, counted: bool = True) -> Item:
    link_id, kind = str(raw.get("linkId", "")), str(raw.get("type", ""))
    if not link_id or (kind not in ANSWER_MEMBERS and kind not in ("group", "display", *REFUSED_TYPES)):
        raise FormError(f"item {link_id!r} has no usable type: {kind!r}")
    in_rows = kind == "group" and bool(raw.get("repeats"))
    counted = counted and not in_rows and find_extension(raw, NOT_COUNTED) is not True
    return Item(
        link_id=link_id,
        type=kind,
        text=str(raw.get("text", "")),
        required=bool(raw.get("required")),
        repeats=bool(raw.get("repeats")),
        min_occurs=find_extension(raw, CORE + "questionnaire-minOccurs") or 0,
        max_occurs=find_extension(raw, CORE + "questionnaire-maxOccurs"),
        min_length=find_extension(raw, CORE + "minLength") or 0,
        max_length=raw.get("maxLength"),
        minimum=_bound(raw, "min"),
        maximum=_bound(raw, "max"),
        decimals=find_extension(raw, CORE + "maxDecimalPlaces"),
        pattern=find_extension(raw, CORE + "regex"),
        pattern_message=_pattern_message(raw),
        units=_units(raw),
        codes=tuple(parse_coding(code) for code in raw.get("code", [])),
        options=_options(raw, value_sets),
        conditions=tuple(_condition(found) for found in raw.get("enableWhen", [])),
        any_condition=raw.get("enableBehavior", "any") == "any",
        counted=counted,
        items=tuple(_item(child, value_sets, counted=counted) for child in raw.get("item", [])),
    )


def find_extension(element: Mapping[str, Any], url: str) -> Any:
    """The value of the element's first extension `url`, or None."""
    return next(_values(element, url), None)


def _pattern_message(raw: Mapping[str, Any]) -> Translated | None:
    """What is told of an answer that does not match the item's pattern, where the form says it."""
    for found in raw.get("extension", []):
        if found.get("url") == PATTERN_MESSAGE:
            words = {part["url"]: part["valueString"] for part in found["extension"]}
            return Translated(f"{words['vi']}.", f"{words['en']}.")
    return None


def _values(element: Mapping[str, Any], url: str) -> Iterator[Any]:
    for found in element.get("extension", []):
        if found.get("url") == url:
            yield next((value for name, value in found.items() if name.startswith("value")), None)


def _bound(raw: Mapping[str, Any], side: str) -> Any:
    quantity = find_extension(raw, f"{SDC}sdc-questionnaire-{side}Quantity")
    return quantity.get("value") if isinstance(quantity, dict) else find_extension(raw, f"{CORE}{side}Value")


def _units(raw: Mapping[str, Any]) -> tuple[Coded, ...]:
    urls = (CORE + "questionnaire-unit", CORE + "questionnaire-unitOption")
    return tuple(parse_coding(found) for url in urls for found in _values(raw, url))


def _options(raw: Mapping[str, Any], value_sets: Mapping[str, Any]) -> tuple[Option, ...]:
    listed = [_option(found) for found in raw.get("answerOption", [])]
    name = str(raw.get("answerValueSet", ""))
    if name.startswith("#"):
        if name not in value_sets:
            raise FormError(f"{raw.get('linkId')}: no contained value set {name}")
        listed += [Option("valueCoding", concept) for concept in _concepts(value_sets[name])]
    return tuple(listed)


def _option(found: Mapping[str, Any]) -> Option:
    member, value = next((name, value) for name, value in found.items() if name.startswith("value"))
    exclusive = bool(find_extension(found, CORE + "questionnaire-optionExclusive"))
    return Option(member, parse_coding(value) if member == "valueCoding" else value, exclusive)


def _concepts(value_set: Mapping[str, Any]) -> Iterator[Coded]:
    for contained in value_set.get("expansion", {}).get("contains", []):
        yield parse_coding(contained)
    for include in value_set.get("compose", {}).get("include", []):
        for concept in include.get("concept", []):
            yield Coded(include.get("system"), str(concept["code"]), concept.get("display"))


def _condition(found: Mapping[str, Any]) -> Condition:
    member, value = next((name, value) for name, value in found.items() if name.startswith("answer"))
    return Condition(
        str(found["question"]),
        str(found["operator"]),
        parse_coding(value) if member == "answerCoding" else value,
    )
