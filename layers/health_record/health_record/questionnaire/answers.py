"""Any QuestionnaireResponse against the form: every fault at once, and what is kept of a valid one.

Of what a client sends only linkIds and values count. `id`, `authored`, texts, displays and whatever else FHIR permits
are dropped, and what is kept is written anew from the form.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from health_record.errors import Fault
from health_record.questionnaire import dates, texts
from health_record.questionnaire.coded import Coded
from health_record.questionnaire.conditions import Scope, is_enabled
from health_record.questionnaire.form import Form, Item
from health_record.questionnaire.reading import Answer, Node, Reader
from health_record.questionnaire.values import Rules

DEFAULT_MAX_OCCURS = 100
_RESPONSE_MEMBERS = {
    *("resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension", "identifier"),
    *("basedOn", "partOf", "questionnaire", "status", "subject", "encounter", "authored", "author", "source", "item"),
}


class Answers:
    """A response as it was read: faults, and the answers by linkId with their places."""

    def __init__(self, nodes: list[Node], faults: list[Fault]) -> None:
        self.nodes = nodes
        self.faults = faults
        self._by_link_id: dict[str, list[Answer]] = {}
        for node in iterate_nodes(nodes):
            self._by_link_id.setdefault(node.item.link_id, []).extend(node.answers)

    def all(self, link_id: str) -> list[Answer]:
        """Every readable answer to `link_id`."""
        return self._by_link_id.get(link_id, [])

    def first(self, link_id: str) -> Any:
        """The value of the first answer to `link_id`, or None."""
        found = self.all(link_id)
        return found[0].value if found else None

    def code(self, link_id: str) -> str | None:
        """The code of the first answer to the choice `link_id`, or None."""
        value = self.first(link_id)
        return value.code if isinstance(value, Coded) else None

    def to_response(self, form: Form) -> dict[str, Any]:
        """The QuestionnaireResponse as it is stored, in the form's order."""
        return {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": f"{form.url}|{form.version}" if form.version else form.url,
            "status": "completed",
            "item": _kept(self.nodes, form.items),
        }


def read_response(form: Form, body: Mapping[str, Any], rules: Rules) -> Answers:
    """Check `body` against `form`. Never raises, whatever `body` holds."""
    reader = Reader(rules)
    _check_head(form, body, reader)
    nodes = reader.read_nodes(form.items, body.get("item"), "/item") if "item" in body else []
    _Check(reader).items(form.items, nodes, "", None)
    return Answers(nodes, reader.faults)


def iterate_nodes(nodes: list[Node]) -> Iterator[Node]:
    """All nodes of a tree, parents before children."""
    for node in nodes:
        yield node
        yield from iterate_nodes(node.nodes)
        for answer in node.answers:
            yield from iterate_nodes(answer.nodes)


def find_dates_before_birth(answers: Answers, birth: dates.Span) -> Iterator[Fault]:
    """Faults of dates that lie wholly before the birth, unless their item states a range of its own."""
    readers = {"date": dates.parse_span, "dateTime": dates.parse_date_time_span}
    for node in iterate_nodes(answers.nodes):
        read = readers.get(node.item.type)
        if read is None or node.item.minimum is not None:
            continue
        for answer in node.answers:
            when = read(answer.value)
            if when is not None and when.last < birth.first:
                yield Fault(answer.pointer, texts.BEFORE_BIRTH, node.item.link_id)


def _check_head(form: Form, body: Mapping[str, Any], reader: Reader) -> None:
    reader.check_members(body, _RESPONSE_MEMBERS, "", None)
    if body.get("resourceType") != "QuestionnaireResponse":
        reader.add_fault("/resourceType" if "resourceType" in body else "", texts.NOT_A_RESPONSE)
    if body.get("status") != "completed":
        reader.add_fault("/status" if "status" in body else "", texts.WRONG_STATUS)
    named = body.get("questionnaire")
    if not isinstance(named, str) or named.split("|")[0] != form.url:
        reader.add_fault("/questionnaire" if "questionnaire" in body else "", texts.WRONG_FORM)


class _Check:
    """The second pass: what applies, what is missing, what is given too often."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def items(self, form_items: tuple[Item, ...], nodes: list[Node], pointer: str, outer: Scope | None) -> None:
        scope = Scope(nodes, outer)
        by_link_id: dict[str, list[Node]] = {}
        for node in nodes:
            by_link_id.setdefault(node.item.link_id, []).append(node)
        for item in form_items:
            found = by_link_id.get(item.link_id, [])
            if is_enabled(item, scope):
                self._item(item, found, pointer, scope)
            else:
                for node in found:
                    self._reader.add_fault(node.pointer, texts.HIDDEN, item.link_id)

    def _item(self, item: Item, found: list[Node], pointer: str, scope: Scope) -> None:
        if item.type == "group":
            self._group(item, found, pointer, scope)
        elif item.is_question:
            self._question(item, found, pointer, scope)

    def _group(self, item: Item, found: list[Node], pointer: str, scope: Scope) -> None:
        if item.repeats:
            self._count(item, len(found), found, pointer)
        elif len(found) > 1:
            self._reader.add_fault(found[1].pointer, texts.ANSWERED_TWICE, item.link_id)
        if not found and not item.repeats:
            # An absent group is an empty one: leaving it out hides nothing that is required.
            self.items(item.items, [], pointer, scope)
        for node in found:
            self.items(item.items, node.nodes, node.pointer, scope)

    def _question(self, item: Item, found: list[Node], pointer: str, scope: Scope) -> None:
        if len(found) > 1:
            self._reader.add_fault(found[1].pointer, texts.ANSWERED_TWICE, item.link_id)
        answers = [answer for node in found for answer in node.answers]
        given = sum(node.given for node in found)
        if item.repeats:
            self._count(item, given, found, pointer)
        elif given > 1 and len(found) == 1:
            self._reader.add_fault(found[0].pointer, texts.too_many(1), item.link_id)
        elif given == 0 and item.required:
            self._reader.add_fault(found[0].pointer if found else pointer, texts.REQUIRED, item.link_id)
        self._choices(item, answers)
        for answer in answers:
            self.items(item.items, answer.nodes, answer.pointer.rpartition("/")[0], scope)

    def _count(self, item: Item, given: int, found: list[Node], pointer: str) -> None:
        place = found[0].pointer if found else pointer
        limit = item.max_occurs or DEFAULT_MAX_OCCURS
        if given == 0 and item.required:
            self._reader.add_fault(place, texts.REQUIRED, item.link_id)
        elif given and given < item.min_occurs:
            self._reader.add_fault(place, texts.too_few(item.min_occurs), item.link_id)
        elif given > limit:
            self._reader.add_fault(place, texts.too_many(limit), item.link_id)

    def _choices(self, item: Item, answers: list[Answer]) -> None:
        if item.type not in ("choice", "open-choice"):
            return
        seen: set[str] = set()
        exclusive = {_choice_key(option.value) for option in item.options if option.exclusive}
        for answer in answers:
            key = _choice_key(answer.value)
            if key in seen:
                self._reader.add_fault(answer.pointer, texts.REPEATED_ANSWER, item.link_id)
            if key in exclusive and len(answers) > 1:
                self._reader.add_fault(answer.pointer, texts.EXCLUSIVE, item.link_id)
            seen.add(key)


def _choice_key(value: Any) -> str:
    return value.key if isinstance(value, Coded) else f"{type(value).__name__}:{value}"


def _kept(nodes: list[Node], form_items: tuple[Item, ...]) -> list[dict[str, Any]]:
    order = {item.link_id: place for place, item in enumerate(form_items)}
    ordered = sorted(nodes, key=lambda node: order[node.item.link_id])
    return [kept for node in ordered if len(kept := _kept_node(node)) > 1]


def _kept_node(node: Node) -> dict[str, Any]:
    kept: dict[str, Any] = {"linkId": node.item.link_id}
    if node.answers:
        kept["answer"] = [_kept_answer(answer, node.item) for answer in node.answers]
    if children := _kept(node.nodes, node.item.items):
        kept["item"] = children
    return kept


def _kept_answer(answer: Answer, item: Item) -> dict[str, Any]:
    kept: dict[str, Any] = {answer.member: _wire(answer.value)}
    if children := _kept(answer.nodes, item.items):
        kept["item"] = children
    return kept


def _wire(value: Any) -> Any:
    if not isinstance(value, Coded):
        return value
    members: list[tuple[str, Any]] = [("system", value.system), ("code", value.code), ("display", value.display)]
    return {name: content for name, content in members if content is not None}
