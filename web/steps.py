"""Which questions stand on one page of the form, and the form's rules as the page's script needs them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from web.questions import (
    CONTROL,
    MAX_OCCURS,
    SDC,
    STRUCTURE,
    UNIT,
    UNIT_OPTION,
    Group,
    Item,
    Note,
    Part,
    Question,
    Rows,
    find_extension,
    is_section,
    list_extensions,
)

# What a person answers first, and in one go, under a title and a sentence of the page's own (`pages` in web/texts).
PLANNED = (
    ("identity.full-name", "identity.relation"),
    ("consent.sharing", "identity.national-id", "identity.insurance-number"),
    ("identity.ward", "identity.sex", "identity.birth-date", "identity.address"),
)
GROUPED_CONTROLS = {"line", "lines", "number", "quantity", "date", "time"}
MAX_LINES = 24  # lines of choices and fields that one page of an optional section holds
UNIT_MEMBERS = ("system", "code", "display")
LETTER = r"[^\W\d_]"  # a letter as Python's patterns write it; those of a browser have a name for it
RULES = ("linkId", "type", "required", "repeats", "maxLength", "enableWhen", "enableBehavior")
EXTENSIONS = {
    "minLength": f"{STRUCTURE}minLength",
    "decimals": f"{STRUCTURE}maxDecimalPlaces",
    "most": MAX_OCCURS,
    "fromAge": "urn:x-so-suc-khoe:extension:asked-from-age",
    "untilAge": "urn:x-so-suc-khoe:extension:asked-until-age",
}
PATTERN = f"{STRUCTURE}regex"


@dataclass
class Step:
    """One page: `alone` when a single question is the page's heading."""

    group: Group
    parts: list[Part]
    planned: bool = False

    @property
    def link_id(self) -> str:
        """The address of the page: that of its first question which is no consent."""
        named = [part.link_id for part in self.parts if not isinstance(part, Note)]
        return next((link_id for link_id in named if not link_id.startswith("consent.")), named[0])

    @property
    def alone(self) -> bool:
        """True when one question, with what depends on it, has the page to itself."""
        first = self.parts[0]
        if self.planned or isinstance(first, Note) or (isinstance(first, Question) and first.control == "tick"):
            return False
        return all(first.link_id in part.depends_on for part in self.parts[1:])

    @property
    def title(self) -> str:
        """What the page is called; nothing where the group's title already stands over another page."""
        if self.alone:
            return self.parts[0].label
        return self.group.title if self.parts[0] is self.group.parts[0] else ""

    @property
    def optional(self) -> bool:
        """True when everything on the page may stay empty."""
        return not any(part.required for part in self.parts if not isinstance(part, Note))


def split_into_steps(groups: Iterator[Group]) -> list[Step]:
    """The pages of `PLANNED`; else one thing per page: a choice with its details, or optional fields together.

    An optional section has fewer and longer pages.
    """
    return list(_planned(_grouped(groups)))


def _planned(steps: list[Step]) -> Iterator[Step]:
    """The same pages, behind those of `PLANNED`, which a form has in part or in whole."""
    parts = {part.link_id: (step.group, part) for step in steps for part in step.parts}
    taken = {link_id for page in PLANNED for link_id in page}
    for page in PLANNED:
        found = [parts[link_id] for link_id in page if link_id in parts]
        if found:
            yield Step(found[-1][0], [part for _, part in found], planned=True)
    for step in steps:
        if rest := [part for part in step.parts if part.link_id not in taken]:
            yield Step(step.group, rest)


def _grouped(groups: Iterator[Group]) -> list[Step]:
    steps: list[Step] = []
    for group in groups:
        if steps and _follows(group, steps[-1]):
            steps[-1].parts += group.parts
            continue
        of_group: list[Step] = []
        for part in group.parts:
            if of_group and _belongs(part, of_group[-1]):
                of_group[-1].parts.append(part)
            else:
                of_group.append(Step(group, [part]))
        steps += _with_questions(of_group)
    return steps


def _follows(group: Group, step: Step) -> bool:
    """Whether all of the group is asked because of what the page before asks; in an optional section pages are full."""
    asked = {part.link_id for part in step.parts}
    return not group.section and all(asked & set(part.depends_on) for part in group.parts)


def _with_questions(steps: list[Step]) -> list[Step]:
    """A sentence at the end of a group stands on the page before it."""
    if len(steps) > 1 and all(isinstance(part, Note) for part in steps[-1].parts):
        steps[-2].parts += steps.pop().parts
    return [step for step in steps if not all(isinstance(part, Note) for part in step.parts)]


def _belongs(part: Part, step: Step) -> bool:
    if {other.link_id for other in step.parts} & set(part.depends_on) or isinstance(step.parts[-1], Note):
        return True
    if isinstance(part, Rows) or any(isinstance(other, Rows) for other in step.parts):
        return False
    if step.group.section:
        return sum(map(_lines, step.parts)) + _lines(part) <= MAX_LINES
    last = step.parts[-1]
    if isinstance(part, Note) or not isinstance(last, Question):
        return False
    if part.control == "tick":
        return last.control == "tick"
    free = part.control in GROUPED_CONTROLS and last.control in GROUPED_CONTROLS
    alike = step.parts[0].depends_on == last.depends_on == part.depends_on
    return free and alike and not part.required and not last.required


def _lines(part: Part) -> int:
    return 2 + len(part.options) if isinstance(part, Question) and part.control != "select" else 2


def build_rules(item: Item) -> dict[str, Any]:
    """The item without its texts and options: what decides whether an answer is shown, needed and right."""
    rules = {name: item[name] for name in RULES if name in item} | _bounds(item) | _flags(item)
    rules |= {name: value for name, url in EXTENSIONS.items() if (value := find_extension(item, url)) is not None}
    if pattern := find_extension(item, PATTERN):
        rules["pattern"] = pattern.replace(LETTER, r"\p{L}")
    if unit := find_extension(item, UNIT):
        rules["unit"] = unit["code"]
    if item["type"] == "quantity":
        units = [unit for url in (UNIT, UNIT_OPTION) for unit in list_extensions(item, url)]
        rules["units"] = [{name: unit[name] for name in UNIT_MEMBERS if name in unit} for unit in units]
    inside = [child for child in item.get("item", []) if child["type"] != "display" or "enableWhen" in child]
    children = [build_rules(child) for child in inside]
    return rules | ({"item": children} if children else {})


def _bounds(item: Item) -> dict[str, Any]:
    """`minValue` and `maxValue`, where the item has them; that of a quantity is a number in its first unit."""
    bounds = {}
    for side in ("min", "max"):
        quantity = find_extension(item, f"{SDC}sdc-questionnaire-{side}Quantity")
        value = quantity["value"] if quantity else find_extension(item, f"{STRUCTURE}{side}Value")
        if value is not None:
            bounds[f"{side}Value"] = value
    return bounds


def _flags(item: Item) -> dict[str, bool]:
    """What the item is: a box to tick, a choice of wards, a section of its own."""
    control = find_extension(item, CONTROL) or {}
    is_choice = item["type"] in ("choice", "open-choice")
    flags = {
        "tick": any(coding["code"] == "check-box" for coding in control.get("coding", [])),
        "ward": is_choice and not item.get("answerValueSet", "#").startswith("#"),
        "section": is_section(item),
    }
    return {name: True for name, is_set in flags.items() if is_set}
