"""The Questionnaire as the site's questions, in one language: what each field shows and which control it needs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Item = dict[str, Any]
Control = Literal[
    "radios", "checkboxes", "select", "tick", "yesno", "line", "lines", "number", "quantity", "date", "time", "ward"
]

STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
TRANSLATION = STRUCTURE + "translation"
EXCLUSIVE = STRUCTURE + "questionnaire-optionExclusive"
CONTROL = STRUCTURE + "questionnaire-itemControl"
UNIT = STRUCTURE + "questionnaire-unit"
UNIT_OPTION = STRUCTURE + "questionnaire-unitOption"
MAX_OCCURS = STRUCTURE + "questionnaire-maxOccurs"
ALSO_CALLED = "urn:x-so-suc-khoe:extension:also-called"
PATTERN_MESSAGE = "urn:x-so-suc-khoe:extension:pattern-message"
COLLAPSIBLE = SDC + "sdc-questionnaire-collapsible"
CHOICES = ("choice", "open-choice")
MANY_OPTIONS = 12  # more than a small screen shows at once: a list that opens
MOST_ROWS = 20
SIMPLE: dict[str, Control] = {
    "string": "line",
    "url": "line",
    "text": "lines",
    "decimal": "number",
    "integer": "number",
    "quantity": "quantity",
    "date": "date",
    "dateTime": "date",
    "time": "time",
}


class UnsupportedItemError(Exception):
    """The Questionnaire holds an item that nobody can answer here: a file or a reference."""


@dataclass(frozen=True)
class Option:
    """One answer of a choice; `key` is `system|code`, or `valueX=...` for a plain value.

    An exclusive one stands alone.
    """

    key: str
    label: str
    exclusive: bool = False


@dataclass(frozen=True)
class Question:
    """One question with its texts in the page's language; `open` where an answer of one's own is possible too.

    `suggested` where a list proposes words while somebody types.
    """

    link_id: str
    control: Control
    label: str
    hint: str = ""
    required: bool = False
    depends_on: tuple[str, ...] = ()
    max_length: int | None = None
    units: tuple[Option, ...] = ()
    options: tuple[Option, ...] = field(default=())
    open: bool = False
    suggested: bool = False
    pattern_message: str = ""


@dataclass(frozen=True)
class Note:
    """A sentence that stands between questions."""

    link_id: str
    label: str
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rows:
    """A question or a group that may be answered several times: each row holds `parts`."""

    link_id: str
    label: str
    hint: str
    parts: tuple["Part", ...]
    most: int
    required: bool = False
    depends_on: tuple[str, ...] = ()


type Part = Question | Rows | Note


@dataclass(frozen=True)
class Group:
    """A titled run of questions; `section` names the optional section that it belongs to, or is empty."""

    link_id: str
    title: str
    parts: tuple[Part, ...]
    section: str = ""


@dataclass(frozen=True)
class Section:
    """An optional part of the form, to come back to."""

    link_id: str
    title: str


def read_text(element: Item, name: str, language: str) -> str:
    """`element[name]`, or its translation (https://hl7.org/fhir/R4/extension-translation.html)."""
    for extension in element.get(f"_{name}", {}).get("extension", []):
        parts = {part["url"]: part for part in extension.get("extension", [])}
        if extension["url"] == TRANSLATION and parts["lang"]["valueCode"] == language:
            return str(parts["content"]["valueString"])
    return str(element.get(name, ""))


def find_extension(element: Item, url: str) -> Any:
    """The value of the first extension with this `url`, or None."""
    return next(list_extensions(element, url), None)


def is_section(item: Item) -> bool:
    """Whether a group of the form is an optional section (SDC: collapsed at first)."""
    return bool(find_extension(item, COLLAPSIBLE) == "default-closed")


def has_rows(item: Item) -> bool:
    """Whether the item is answered in rows: a group, or a question without a list to choose from, that repeats."""
    return bool(item.get("repeats")) and item["type"] not in CHOICES


def list_sections(questionnaire: Item, language: str) -> list[Section]:
    """The optional sections in order."""
    found = [item for item in questionnaire["item"] if is_section(item)]
    return [Section(item["linkId"], read_text(item, "text", language)) for item in found]


class QuestionReader:
    """Reads a Questionnaire in one language."""

    def __init__(self, questionnaire: Item, language: str) -> None:
        self._form = questionnaire
        self._language = language
        self._value_sets = {f"#{each.get('id')}": each for each in questionnaire.get("contained", [])}

    def groups(self) -> Iterator[Group]:
        """The groups in order; a group inside a group follows the questions around it under its own title."""
        for item in self._form["item"]:
            if item["type"] != "group":
                raise UnsupportedItemError(f"{item['linkId']}: a question outside of any group")
            yield from self._group(item, item["linkId"] if is_section(item) else "", ())

    def _group(self, item: Item, section: str, depends_on: tuple[str, ...]) -> Iterator[Group]:
        title = self._text(item, "text")
        depends_on += _questions_of_conditions(item)
        if has_rows(item):
            yield Group(item["linkId"], title, (self._rows(item, depends_on),), section)
            return
        run: list[Part] = []
        for child in item.get("item", []):
            if child["type"] != "group":
                run += self._parts(child, depends_on)
                continue
            if run:
                yield Group(item["linkId"], title, tuple(run), section)
                run = []
            yield from self._group(child, section, depends_on)
        if run:
            yield Group(item["linkId"], title, tuple(run), section)

    def _parts(self, item: Item, depends_on: tuple[str, ...]) -> Iterator[Part]:
        """A question with those beneath it, flat; the groups of a row are flat in it too."""
        if item["type"] == "display":
            yield Note(item["linkId"], self._text(item, "text"), depends_on + _questions_of_conditions(item))
        elif has_rows(item):
            yield self._rows(item, depends_on + _questions_of_conditions(item))
        elif item["type"] == "group":
            for child in item.get("item", []):
                yield from self._parts(child, depends_on + _questions_of_conditions(item))
        else:
            yield self._question(item, depends_on)
            yield from self._beneath(item, depends_on)

    def _beneath(self, item: Item, depends_on: tuple[str, ...]) -> Iterator[Part]:
        for child in item.get("item", []):
            if child["type"] != "display":
                yield from self._parts(child, (*depends_on, item["linkId"]))

    def _rows(self, item: Item, depends_on: tuple[str, ...]) -> Rows:
        if item["type"] == "group":
            inside = [each for each in item.get("item", []) if each["type"] != "display"]
            parts, hint = tuple(part for each in inside for part in self._parts(each, ())), self._hint(item)
        else:
            parts, hint = (self._question(item, ()), *self._beneath(item, ())), ""
        return Rows(
            link_id=item["linkId"],
            label=self._text(item, "text"),
            hint=hint,
            parts=parts,
            most=find_extension(item, MAX_OCCURS) or MOST_ROWS,
            required=item.get("required", False),
            depends_on=depends_on,
        )

    def _question(self, item: Item, depends_on: tuple[str, ...]) -> Question:
        control, options = self._control(item), self._options(item)
        return Question(
            link_id=item["linkId"],
            control=control,
            label=self._text(item, "text"),
            hint=self._hint(item),
            required=item.get("required", False),
            depends_on=depends_on + _questions_of_conditions(item),
            max_length=item.get("maxLength"),
            units=tuple(self._coded(each) for url in (UNIT, UNIT_OPTION) for each in list_extensions(item, url)),
            options=options,
            open=item["type"] == "open-choice",
            suggested="autocomplete" in _controls(item),
            pattern_message=self._pattern_message(item),
        )

    def _control(self, item: Item) -> Control:
        kind, controls = item["type"], _controls(item)
        if kind == "boolean":
            return "tick" if "check-box" in controls else "yesno"
        if kind in SIMPLE:
            return SIMPLE[kind]
        if kind not in CHOICES:
            raise UnsupportedItemError(f"{item['linkId']}: nobody can answer a {kind} here")
        options = self._options(item)
        if not options and "answerValueSet" in item:
            return "ward"
        if item.get("repeats"):
            return "checkboxes"
        return "select" if len(options) > MANY_OPTIONS or "drop-down" in controls else "radios"

    def _options(self, item: Item) -> tuple[Option, ...]:
        options = [self._option(option) for option in item.get("answerOption", [])]
        value_set = self._value_sets.get(item.get("answerValueSet", ""), {})
        for contained in value_set.get("expansion", {}).get("contains", []):
            options.append(self._coded(contained))
        for include in value_set.get("compose", {}).get("include", []):
            options += [self._coded({"system": include.get("system"), **each}) for each in include.get("concept", [])]
        return tuple(options)

    def _option(self, option: Item) -> Option:
        exclusive = bool(find_extension(option, EXCLUSIVE))
        name, value = next((name, value) for name, value in option.items() if name.startswith("value"))
        if name != "valueCoding":
            return Option(f"{name}={value}", self._text(option, name), exclusive)
        coded = self._coded(value)
        return Option(coded.key, coded.label, exclusive)

    def _coded(self, coding: Item) -> Option:
        label = self._text(coding, "display") or str(coding["code"])
        if self._language == "vi" and (also := find_extension(coding, ALSO_CALLED)):
            label += f" ({also})"
        return Option(f"{coding.get('system') or ''}|{coding['code']}", label)

    def _pattern_message(self, item: Item) -> str:
        parts = (
            part for each in item.get("extension", []) if each["url"] == PATTERN_MESSAGE for part in each["extension"]
        )
        return next((str(part["valueString"]) for part in parts if part["url"] == self._language), "")

    def _hint(self, item: Item) -> str:
        return " ".join(self._text(each, "text") for each in item.get("item", []) if each["type"] == "display")

    def _text(self, element: Item, name: str) -> str:
        return read_text(element, name, self._language)


def list_extensions(element: Item, url: str) -> Iterator[Any]:
    """The values of all extensions with this `url`."""
    for extension in element.get("extension", []):
        if extension["url"] == url:
            yield next(value for key, value in extension.items() if key.startswith("value"))


def _controls(item: Item) -> set[str]:
    return {coding["code"] for each in list_extensions(item, CONTROL) for coding in each.get("coding", [])}


def _questions_of_conditions(item: Item) -> tuple[str, ...]:
    return tuple(condition["question"] for condition in item.get("enableWhen", []))
