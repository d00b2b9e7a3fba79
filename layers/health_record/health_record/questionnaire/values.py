"""One answer's value against its item: type, range, length, option, unit."""

import datetime
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from health_record.language import Translated
from health_record.questionnaire import dates, texts
from health_record.questionnaire.coded import Coded
from health_record.questionnaire.form import Item

MAX_TEXT = {"string": 255, "text": 4000, "url": 2048, "open-choice": 255, "choice": 255}
INTEGER_LIMIT = 2**31 - 1  # http://hl7.org/fhir/R4/datatypes.html#integer
DECIMAL_LIMIT = 1e12
# Control, private and surrogate characters, and those that turn the reading direction round (UAX #9).
_STRANGE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufeff\ufffe\uffff]"
)


class Refusal(Exception):  # noqa: N818 - not an error of the program: a wrong answer
    """A value that cannot be kept, and why."""

    def __init__(self, message: Translated) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True)
class Rules:
    """What the form alone does not say: today, and look-ups (linkId -> code to Coded) of large code lists."""

    today: datetime.date
    lookups: Mapping[str, Callable[[str], Coded | None]]


def read_value(item: Item, member: str, raw: object, rules: Rules) -> Any:
    """The value as it will be kept. Raises Refusal."""
    if item.link_id in rules.lookups:
        return _looked_up(rules.lookups[item.link_id], raw)
    if item.type in ("choice", "open-choice"):
        return _chosen(item, member, raw)
    return _READERS[item.type](item, raw, rules)


def clean_text(raw: object, *, lines: bool = False) -> str:
    """NFC, no spaces at the ends, no control characters (line ends where `lines`). Raises Refusal."""
    if not isinstance(raw, str):
        raise Refusal(texts.WRONG_TYPE["string"])
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n")).strip()
    if not any(unicodedata.category(character)[0] in "LNPS" for character in text):
        raise Refusal(texts.STRANGE_TEXT if _STRANGE.search(text) else texts.EMPTY_TEXT)
    if _STRANGE.search(text.replace("\n", " ").replace("\t", " ") if lines else text):
        raise Refusal(texts.STRANGE_TEXT)
    return text


def _text(item: Item, raw: object, _: Rules) -> str:
    text = clean_text(raw, lines=item.type == "text")
    limit = item.max_length or MAX_TEXT[item.type]
    if len(text) > limit:
        raise Refusal(texts.too_long(limit))
    if len(text) < item.min_length:
        raise Refusal(texts.too_short(item.min_length))
    if item.pattern and not re.fullmatch(item.pattern, text):
        raise Refusal(item.pattern_message or texts.WRONG_PATTERN)
    return text


def _boolean(_: Item, raw: object, __: Rules) -> bool:
    if not isinstance(raw, bool):
        raise Refusal(texts.WRONG_TYPE["boolean"])
    return raw


def _integer(item: Item, raw: object, _: Rules) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or abs(raw) > INTEGER_LIMIT:
        raise Refusal(texts.WRONG_TYPE["integer"])
    _within(item, raw)
    return raw


def _decimal(item: Item, raw: object, _: Rules) -> int | float:
    return _number(item, raw, texts.WRONG_TYPE["decimal"])


def _number(item: Item, raw: object, wrong: Translated) -> int | float:
    if not isinstance(raw, int | float) or isinstance(raw, bool) or not abs(raw) < DECIMAL_LIMIT:
        raise Refusal(wrong)
    if isinstance(raw, float) and not math.isfinite(raw):
        raise Refusal(wrong)
    _within(item, raw)
    if item.decimals is not None and not math.isclose(raw, round(raw, item.decimals), rel_tol=0, abs_tol=1e-9):
        raise Refusal(texts.too_precise(item.decimals))
    return raw


def _within(item: Item, number: float) -> None:
    unit = f" {item.units[0].display or item.units[0].code}" if item.units else ""
    if isinstance(item.minimum, int | float) and number < item.minimum:
        raise Refusal(texts.too_small(item.minimum, unit))
    if isinstance(item.maximum, int | float) and number > item.maximum:
        raise Refusal(texts.too_large(item.maximum, unit))


def _quantity(item: Item, raw: object, _: Rules) -> dict[str, Any]:
    wrong = texts.WRONG_TYPE["quantity"]
    if not isinstance(raw, dict) or "comparator" in raw:
        raise Refusal(wrong)
    number = _number(item, raw.get("value"), wrong)
    unit = _unit(item, raw)
    if unit is None:
        return {"value": number}
    return {"value": number, "unit": unit.display or unit.code, "system": unit.system, "code": unit.code}


def _unit(item: Item, raw: Mapping[str, Any]) -> Coded | None:
    """The form's own unit that the answer names; the only one where it names none."""
    given = raw.get("code", raw.get("unit"))
    if given is None and len(item.units) <= 1:
        return item.units[0] if item.units else None
    for unit in item.units:
        if given in (unit.code, unit.display) and raw.get("system", unit.system) == unit.system:
            return unit
    raise Refusal(texts.WRONG_UNIT)


def _date(item: Item, raw: object, rules: Rules) -> str:
    return _dated(item, raw, rules, dates.parse_span)


def _date_time(item: Item, raw: object, rules: Rules) -> str:
    return _dated(item, raw, rules, dates.parse_date_time_span)


def _dated(item: Item, raw: object, rules: Rules, read: Callable[[str], dates.Span | None]) -> str:
    if not isinstance(raw, str):
        raise Refusal(texts.WRONG_TYPE[item.type])
    span = read(raw)
    if span is None:
        raise Refusal(texts.IMPOSSIBLE_DATE if raw[:4].isascii() and raw[:4].isdigit() else texts.WRONG_TYPE[item.type])
    lowest = read(item.minimum) if isinstance(item.minimum, str) else None
    highest = read(item.maximum) if isinstance(item.maximum, str) else None
    if span.last < (lowest.first if lowest else datetime.date(dates.EARLIEST_YEAR, 1, 1)):
        raise Refusal(texts.too_small(item.minimum if lowest else dates.EARLIEST_YEAR))
    if highest is None and span.first > rules.today:
        raise Refusal(texts.FUTURE_DATE)
    if highest is not None and span.first > highest.last:
        raise Refusal(texts.too_large(item.maximum))
    return raw


def _time(_: Item, raw: object, __: Rules) -> str:
    if not isinstance(raw, str) or not dates.is_time(raw):
        raise Refusal(texts.WRONG_TYPE["time"])
    return raw


def _chosen(item: Item, member: str, raw: object) -> Any:
    if member != "valueCoding":
        return _plain_choice(item, member, raw)
    options = [option.value for option in item.options if option.member == "valueCoding"]
    found = _coding(options, raw)
    if found is None:
        raise Refusal(texts.NOT_AN_OPTION)
    return found


def _plain_choice(item: Item, member: str, raw: object) -> Any:
    for option in item.options:
        if option.member == member and type(option.value) is type(raw) and option.value == raw:
            return raw
    if item.type == "open-choice" and member == "valueString":
        return _text(item, raw, _NO_RULES)
    raise Refusal(texts.NOT_AN_OPTION)


def _coding(options: list[Coded], raw: object) -> Coded | None:
    """The option with this system and code; without a system, the only option with this code."""
    if not isinstance(raw, dict):
        return None
    found = [option for option in options if option.code == raw.get("code")]
    if "system" in raw:
        return next((option for option in found if option.system == raw["system"]), None)
    return found[0] if len(found) == 1 else None


def _looked_up(lookup: Callable[[str], Coded | None], raw: object) -> Coded:
    code = raw.get("code") if isinstance(raw, dict) else None
    found = lookup(code) if isinstance(code, str) else None
    if found is None:
        raise Refusal(texts.UNKNOWN_WARD)
    return found


_NO_RULES = Rules(datetime.date.min, {})
_READERS: Mapping[str, Callable[[Item, object, Rules], Any]] = {
    "boolean": _boolean,
    "decimal": _decimal,
    "integer": _integer,
    "date": _date,
    "dateTime": _date_time,
    "time": _time,
    "string": _text,
    "text": _text,
    "url": _text,
    "quantity": _quantity,
}
