"""From untrusted JSON to nodes: structure, linkIds and the one value of each answer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from health_record.errors import Fault
from health_record.language import Translated
from health_record.questionnaire import texts
from health_record.questionnaire.form import ANSWER_MEMBERS, Item
from health_record.questionnaire.values import Refusal, Rules, read_value

MAX_FAULTS = 500
# A name that is told again in a refusal: no number of a person, who may have put one in the wrong place.
_SAFE_NAME = re.compile(r"(?!.*[0-9]{5})[A-Za-z_][A-Za-z0-9_.:-]{0,63}")
_ITEM_MEMBERS = {"linkId", "answer", "item", "text", "definition", "id", "extension"}
_ANSWER_MEMBERS = {"item", "id", "extension"}


@dataclass
class Answer:
    """One value as it will be kept: `value` goes on the wire as `member`."""

    pointer: str
    member: str
    value: Any
    nodes: list["Node"] = field(default_factory=list)


@dataclass
class Node:
    """One item of the response that the form knows; `given` counts its answers, readable or not."""

    item: Item
    pointer: str
    given: int = 0
    answers: list[Answer] = field(default_factory=list)
    nodes: list["Node"] = field(default_factory=list)


class Reader:
    """Reads items against the form and collects every fault on the way."""

    def __init__(self, rules: Rules) -> None:
        self.faults: list[Fault] = []
        self._rules = rules

    def add_fault(self, pointer: str, message: Translated, link_id: str | None = None) -> None:
        """Note one wrong place; past the cap nothing more is noted."""
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(pointer, message, link_id))

    def read_nodes(self, form_items: tuple[Item, ...], raw: object, pointer: str) -> list[Node]:
        """The nodes of one `item` list, whose permitted items are `form_items`."""
        known = {item.link_id: item for item in form_items}
        found: list[Node] = []
        for place, element in self._objects(raw, pointer):
            item = self._known(known, element, place)
            if item is not None:
                self.check_members(element, _ITEM_MEMBERS, place, item.link_id)
                found.append(self._node(item, element, place))
        return found

    def check_members(self, element: Mapping[str, Any], permitted: set[str], pointer: str, link_id: str | None) -> None:
        """Note members that FHIR has not; `_name` members hold extensions of primitives and are ignored."""
        for name in element:
            if name not in permitted and name.lstrip("_") not in permitted:
                place = f"{pointer}/{name}" if _SAFE_NAME.fullmatch(name) else pointer
                self.add_fault(place, texts.UNKNOWN_MEMBER, link_id)

    def _objects(self, raw: object, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        if not isinstance(raw, list) or not raw:
            self.add_fault(pointer, texts.NOT_A_LIST)
            return
        for place, element in enumerate(raw):
            if isinstance(element, dict):
                yield f"{pointer}/{place}", element
            else:
                self.add_fault(f"{pointer}/{place}", texts.NOT_AN_OBJECT)

    def _known(self, known: Mapping[str, Item], element: Mapping[str, Any], pointer: str) -> Item | None:
        link_id = element.get("linkId")
        if not isinstance(link_id, str):
            self.add_fault(pointer, texts.NO_LINK_ID)
            return None
        if link_id not in known:
            self.add_fault(pointer, texts.UNKNOWN_ITEM, link_id if _SAFE_NAME.fullmatch(link_id) else None)
            return None
        return known[link_id]

    def _node(self, item: Item, element: Mapping[str, Any], pointer: str) -> Node:
        node = Node(item, pointer)
        if "answer" in element:
            if item.is_question:
                node.given = max(1, len(element["answer"])) if isinstance(element["answer"], list) else 1
                node.answers = self._answers(item, element["answer"], f"{pointer}/answer")
            else:
                self.add_fault(f"{pointer}/answer", texts.NO_ANSWER_HERE, item.link_id)
        if "item" in element:
            if item.type == "group":
                node.nodes = self.read_nodes(item.items, element["item"], f"{pointer}/item")
            else:
                self.add_fault(f"{pointer}/item", texts.NESTED_WRONGLY, item.link_id)
        return node

    def _answers(self, item: Item, raw: object, pointer: str) -> list[Answer]:
        found = (self._answer(item, element, place) for place, element in self._objects(raw, pointer))
        return [answer for answer in found if answer is not None]

    def _answer(self, item: Item, element: Mapping[str, Any], pointer: str) -> Answer | None:
        names = [name for name in element if name.startswith("value")]
        self.check_members(element, _ANSWER_MEMBERS | set(names), pointer, item.link_id)
        answer = self._value(item, element, names, pointer)
        if "item" in element:
            nodes = self.read_nodes(item.items, element["item"], f"{pointer}/item")
            if answer is not None:
                answer.nodes = nodes
        return answer

    def _value(self, item: Item, element: Mapping[str, Any], names: list[str], pointer: str) -> Answer | None:
        if len(names) != 1:
            self.add_fault(pointer, texts.ONE_VALUE, item.link_id)
            return None
        if names[0] not in ANSWER_MEMBERS.get(item.type, ()):
            self.add_fault(pointer, texts.WRONG_TYPE.get(item.type, texts.NOT_POSSIBLE), item.link_id)
            return None
        place = f"{pointer}/{names[0]}"
        try:
            value = read_value(item, names[0], element[names[0]], self._rules)
        except Refusal as refusal:
            self.add_fault(place, refusal.message, item.link_id)
            return None
        return Answer(place, names[0], value)
