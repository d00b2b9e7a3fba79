"""What a form says of its own items, gathered once for each form and not for each person who answered it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from health_record.summary_sources.sources import Resource

MOST_KEPT = 4


class Opened(NamedTuple):
    """An item that is asked because of one coded answer of another question."""

    question: str
    code: str
    item: Resource


@dataclass(frozen=True)
class FormIndex:
    """The items by linkId, the contained value sets by reference, and what single answers open.

    `details` are free texts without a code of their own, `groups` are groups that repeat.
    """

    items: Mapping[str, Resource]
    value_sets: Mapping[str, Resource]
    details: tuple[Opened, ...]
    groups: tuple[Opened, ...]


_kept: list[tuple[Resource, FormIndex]] = []


def index_of(questionnaire: Resource) -> FormIndex:
    """The index of a form; the same object is walked once, and is never changed."""
    for known, index in _kept:
        if known is questionnaire:
            return index
    made = _make(questionnaire)
    _kept.insert(0, (questionnaire, made))
    del _kept[MOST_KEPT:]
    return made


def _make(questionnaire: Resource) -> FormIndex:
    items = {item["linkId"]: item for item in _items(questionnaire.get("item", []))}
    opened = [found for item in items.values() for found in _opened(item)]
    return FormIndex(
        items,
        {f"#{found.get('id')}": found for found in questionnaire.get("contained", [])},
        tuple(each for each in opened if each.item["type"] in ("string", "text") and not each.item.get("code")),
        tuple(each for each in opened if each.item["type"] == "group" and each.item.get("repeats")),
    )


def _opened(item: Resource) -> Iterator[Opened]:
    conditions = item.get("enableWhen", [])
    if len(conditions) == 1 and (code := conditions[0].get("answerCoding", {}).get("code")):
        yield Opened(str(conditions[0]["question"]), str(code), item)


def _items(items: list[Resource]) -> Iterator[Resource]:
    for item in items:
        yield item
        yield from _items(item.get("item", []))
