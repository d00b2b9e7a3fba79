"""JSON is written and read as the standard library does it, decimals digit by digit, whatever is faster at it."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from health_record import exact_json

# What is written otherwise than by type alone, or is no JSON for one of the two writers.
WRITTEN = [
    ({"value": Decimal("68.50")}, '{"value":68.50}'),
    ([Decimal("1E-7"), Decimal("1E+3"), Decimal("-0.0"), Decimal("0.10")], "[0.0000001,1000,-0.0,0.10]"),
    (2**64, "18446744073709551616"),
    ([-(2**70)], "[-1180591620717411303424]"),
    ([None, "null", True, False], '[null,"null",true,false]'),
    ('\x00\x1f\x7f\u2028\b\f\n\r\t"\\/é😀', '"\\u0000\\u001f\x7f\u2028\\b\\f\\n\\r\\t\\"\\\\/é😀"'),
    ("\ud800", '"\ud800"'),
    ({1: (2, "a"), "b": []}, '{"1":[2,"a"],"b":[]}'),
    ([1.5, 62.0, -0.0], "[1.5,62.0,-0.0]"),
    ({"b": 1, "a": None, "ă": {}}, '{"b":1,"a":null,"ă":{}}'),
]
TEXTS = st.text(st.characters(exclude_categories=[]), max_size=12)
NUMBERS = st.integers() | st.decimals("-1e12", "1e12", allow_nan=False)
CONTENTS = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(("content", "text"), WRITTEN)
def test_it_is_written_so(content: Any, text: str) -> None:
    """What only one of the writers takes is written as the other writes it."""
    assert exact_json.dumps(content) == text


def test_members_are_sorted_where_that_is_asked() -> None:
    """By code points, as the standard library sorts; the hash of what was sent rests on it."""
    members = {"b": Decimal("1.0"), "ă": None, "B": {"z": 1, "a": 2}, "\U0001f600": 0, "\uffee": 0}
    assert list(json.loads(exact_json.dumps(members, sort_keys=True))) == sorted(members)
    assert exact_json.dumps({"b": 1, "a": Decimal("1.10")}, sort_keys=True) == '{"a":1.10,"b":1}'


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), Decimal("NaN"), Decimal("Infinity")])
def test_a_number_that_is_none_is_refused(number: object) -> None:
    """Deep inside as well."""
    with pytest.raises(ValueError, match="not"):
        exact_json.dumps({"a": [number]})


@pytest.mark.parametrize("other", [b"x", {1}, object()])
def test_what_is_no_json_is_refused(other: object) -> None:
    """By its type."""
    with pytest.raises(TypeError, match="no JSON for"):
        exact_json.dumps([other])


def test_deep_nesting_is_written_as_far_as_python_goes() -> None:
    """Deeper than the faster writer goes."""
    nested: list[Any] = []
    for _ in range(500):
        nested = [nested]
    assert exact_json.dumps(nested) == "[" * 501 + "]" * 501


@given(CONTENTS)
def test_whatever_is_written_is_what_was_meant(content: Any) -> None:
    """The text is the standard library's, where each decimal stands with its digits, and reads as the same."""
    text = exact_json.dumps(content)
    assert text == _by_the_standard(content)
    assert repr(json.loads(text, parse_float=Decimal, parse_int=Decimal)) == repr(_numbers(content))


def _by_the_standard(content: Any) -> str:
    """JSON by the standard library alone, a member at a time."""
    if isinstance(content, Decimal):
        return f"{content:f}"
    if isinstance(content, list):
        return f"[{','.join(map(_by_the_standard, content))}]"
    if isinstance(content, dict):
        return (
            "{" + ",".join(f"{_by_the_standard(name)}:{_by_the_standard(one)}" for name, one in content.items()) + "}"
        )
    return json.dumps(content, ensure_ascii=False)


def _numbers(content: Any) -> Any:
    """The content with each number as it reads: `1E+3` is written 1000."""
    if isinstance(content, list):
        return [_numbers(each) for each in content]
    if isinstance(content, dict):
        return {name: _numbers(each) for name, each in content.items()}
    if isinstance(content, int | Decimal) and not isinstance(content, bool):
        return Decimal(f"{content:f}" if isinstance(content, Decimal) else content)
    return content


@given(CONTENTS.filter(lambda content: "\\ud" not in repr(content)))
def test_what_has_no_decimals_is_read_alike(content: Any) -> None:
    """By either reader, where whole numbers have at most 64 bits and texts can be sent."""
    without = json.loads(exact_json.dumps(content), parse_float=str, parse_int=lambda digits: int(digits[-12:]))
    text = exact_json.dumps(without).encode()
    assert exact_json.loads_without_decimals(text) == exact_json.loads(text) == without
