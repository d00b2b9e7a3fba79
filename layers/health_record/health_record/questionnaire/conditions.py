"""FHIR `enableWhen`: whether a question applies, given the answers around it.

http://hl7.org/fhir/R4/questionnaire-definitions.html#Questionnaire.item.enableWhen
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from health_record.questionnaire.coded import Coded
from health_record.questionnaire.form import Condition, Item
from health_record.questionnaire.reading import Node

_ORDERED: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


class Scope:
    """The nodes beside an item, and those beside its ancestors: where a condition looks for its question."""

    def __init__(self, nodes: list[Node], outer: "Scope | None" = None) -> None:
        self._nodes = nodes
        self._outer = outer

    def values(self, link_id: str) -> list[Any]:
        """The answers of the nearest occurrences of `link_id`: in this scope first, then outwards."""
        found = list(_answers(self._nodes, link_id))
        if not found and self._outer is not None:
            return self._outer.values(link_id)
        return found


def is_enabled(item: Item, scope: Scope) -> bool:
    """Whether `item` applies."""
    if not item.conditions:
        return True
    met = (_met(condition, scope.values(condition.question)) for condition in item.conditions)
    return any(met) if item.any_condition else all(met)


def _met(condition: Condition, values: list[Any]) -> bool:
    if condition.operator == "exists":
        return bool(values) == bool(condition.value)
    if condition.operator == "!=":
        return not any(_same(value, condition.value) for value in values)
    if condition.operator == "=":
        return any(_same(value, condition.value) for value in values)
    compare = _ORDERED.get(condition.operator)
    return compare is not None and any(_ordered(compare, value, condition.value) for value in values)


def _same(value: Any, expected: Any) -> bool:
    if isinstance(value, Coded) and isinstance(expected, Coded):
        return value.key == expected.key
    if isinstance(value, dict) and isinstance(expected, dict):
        return bool(value.get("value") == expected.get("value") and value.get("code") == expected.get("code"))
    return isinstance(value, bool) == isinstance(expected, bool) and bool(value == expected)


def _ordered(compare: Callable[[Any, Any], bool], value: Any, expected: Any) -> bool:
    left, right = _magnitude(value), _magnitude(expected)
    if isinstance(left, str) and isinstance(right, str):
        shared = min(len(left), len(right))  # dates of different precision compare in what both say
        return compare(left[:shared], right[:shared])
    if isinstance(left, int | float) and isinstance(right, int | float):
        return compare(left, right)
    return False


def _magnitude(value: Any) -> Any:
    return value.get("value") if isinstance(value, dict) else value


def _answers(nodes: list[Node], link_id: str) -> Iterator[Any]:
    for node in nodes:
        if node.item.link_id == link_id:
            yield from (answer.value for answer in node.answers)
        yield from _answers(node.nodes, link_id)
        for answer in node.answers:
            yield from _answers(answer.nodes, link_id)
