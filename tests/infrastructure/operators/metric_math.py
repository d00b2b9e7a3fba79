"""One data point of a CloudWatch expression, by "Using metric math" in its user guide: no data in, no data out.

Only what our alarms use: numbers, names, `FILL`, `IF`, comparisons and arithmetic.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

type Point = float | None
OPERATORS: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.GtE: operator.ge,
    ast.Gt: operator.gt,
    ast.LtE: operator.le,
    ast.Lt: operator.lt,
}


def evaluate(expression: str, data: Mapping[str, Point]) -> Point:
    """The value of `expression` where each name of it has this value in the period, None where it has none."""
    return _value(ast.parse(expression, mode="eval").body, data)


def _value(node: ast.AST, data: Mapping[str, Point]) -> Point:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return data[name]
        case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
            return _both(OPERATORS[type(op)], _value(left, data), _value(right, data))
        case ast.Call(func=ast.Name(id="FILL"), args=[filled, other]):
            found = _value(filled, data)
            return _value(other, data) if found is None else found
        case ast.Call(func=ast.Name(id="IF"), args=[condition, then, other]):
            holds = _value(condition, data)
            return None if holds is None else _value(then if holds else other, data)
    raise ValueError(f"not known of metric math: {ast.unparse(node)}")


def _both(combine: Callable[[Any, Any], Any], left: Point, right: Point) -> Point:
    """Dividing by nothing gives no data."""
    if left is None or right is None or (combine is operator.truediv and right == 0):
        return None
    return float(combine(left, right))
