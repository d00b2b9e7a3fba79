"""Generated declarations: valid by construction from the form itself, broken in one place, or any JSON at all."""

import copy
import datetime
from typing import Any

from hypothesis import strategies as st

from health_record import wards
from health_record.questionnaire import Item, declaration_form

LETTERS = st.characters(categories=["L", "Nd"])
WORDS = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: text.strip() != "")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    "identity.birth-date": st.dates(min_value=datetime.date(1920, 1, 1), max_value=datetime.date(2005, 1, 1)).map(str),
    "identity.national-id": st.from_regex(r"[0-9]{12}", fullmatch=True),
    "identity.insurance-number": st.from_regex(r"[A-Z]{2}[1-5][0-9]{12}|[0-9]{10}|[0-9]{12}", fullmatch=True),
    "identity.full-name": st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=40),
    "consent.record": st.just(True),
    "person.email": WORDS.map(lambda word: f"{word}@vidu.vn"),
}


@st.composite
def responses(draw: st.DrawFn) -> dict[str, Any]:
    """A valid QuestionnaireResponse to the project's form: required and some of the other questions answered."""
    form = declaration_form()
    given: dict[str, set[str]] = {}
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": form.url,
        "status": "completed",
        "item": [built for item in form.items if _is_taken(draw, item) for built in _all_of(draw, item, given)],
    }


@st.composite
def broken_responses(draw: st.DrawFn) -> Any:
    """A valid response with one place replaced, removed, doubled or given a member more."""
    body = copy.deepcopy(draw(responses()))
    holder, key = draw(st.sampled_from(_places(body)))
    match draw(st.sampled_from(["replace", "remove", "double", "add"])):
        case "replace":
            holder[key] = draw(JSON)
        case "remove":
            del holder[key]
        case "double" if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case _:
            if isinstance(holder[key], dict):
                holder[key][draw(st.text(max_size=10))] = draw(JSON)
    return body


def _is_taken(draw: st.DrawFn, group: Item) -> bool:
    """An optional section is left out more often than not."""
    return any(item.required for item in group.items) or draw(st.integers(0, 3)) == 0


def _all_of(draw: st.DrawFn, item: Item, given: dict[str, set[str]]) -> list[dict[str, Any]]:
    """The item once, or a group that repeats a few times; what was answered in a row counts in that row alone."""
    times = draw(st.integers(0, 2)) if item.type == "group" and item.repeats else 1
    rows = [_built(draw, item, dict(given) if times > 1 else given) for _ in range(times)]
    return [row for row in rows if row]


def _built(draw: st.DrawFn, item: Item, given: dict[str, set[str]]) -> dict[str, Any] | None:
    if item.type == "display" or not _applies(item, given):
        return None
    if item.type == "group":
        inner = [built for child in item.items for built in _all_of(draw, child, given)]
        return {"linkId": item.link_id, "item": inner} if inner else None
    if not item.required and not draw(st.booleans()):
        return None
    answers = _answers(draw, item)
    given[item.link_id] = {answer.get("valueCoding", {}).get("code", "") for answer in answers}
    return {"linkId": item.link_id, "answer": answers}


def _applies(item: Item, given: dict[str, set[str]]) -> bool:
    return not item.conditions or any(one.value.code in given.get(one.question, set()) for one in item.conditions)


def _answers(draw: st.DrawFn, item: Item) -> list[dict[str, Any]]:
    if item.link_id == "identity.ward":
        return [{"valueCoding": {"code": draw(st.sampled_from(sorted(wards.list_wards("79"))))}}]
    if item.type in ("choice", "open-choice"):
        codings = [
            (option.exclusive, {"system": option.value.system, "code": option.value.code}) for option in item.options
        ]
        alone = [[coding] for exclusive, coding in codings if exclusive]
        plain = [coding for exclusive, coding in codings if not exclusive]
        several = st.lists(st.sampled_from(plain), min_size=1, max_size=len(plain), unique_by=lambda one: one["code"])
        chosen = (
            draw(st.one_of(several, *([st.sampled_from(alone)] if alone else [])))
            if item.repeats
            else [draw(st.sampled_from(plain))]
        )
        return [{"valueCoding": coding} for coding in chosen]
    return [_plain(draw, item)]


def _plain(draw: st.DrawFn, item: Item) -> dict[str, Any]:
    if item.link_id in SPECIAL:
        member = {"date": "valueDate", "boolean": "valueBoolean"}.get(item.type, "valueString")
        return {member: draw(SPECIAL[item.link_id])}
    match item.type:
        case "boolean":
            return {"valueBoolean": draw(st.booleans())}
        case "integer":
            return {"valueInteger": draw(st.integers(int(item.minimum or 0), int(item.maximum or 100)))}
        case "decimal":
            low, high = int(item.minimum or 0) + 1, int(item.maximum or 100)
            return {"valueDecimal": draw(st.integers(low, high))}
        case "date":
            return {"valueDate": "2020"}
        case "quantity":
            unit = draw(st.sampled_from(item.units))
            return {"valueQuantity": {"value": draw(st.integers(0, 100)), "system": unit.system, "code": unit.code}}
        case _:
            return {"valueString": draw(WORDS)}


def _places(body: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    members = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in members:
        found.append((body, key))
        found += _places(value)
    return found
