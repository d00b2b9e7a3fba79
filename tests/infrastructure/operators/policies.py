"""A small evaluator of policy documents: who may do what on which resource under which conditions; a Deny wins.

It reads what the templates use and refuses what it does not know, so that nothing passes unread. The logic is that of
"Policy evaluation logic" in AWS's IAM user guide, for one account.
"""

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """One call to AWS: `principal` is a service (`sns.amazonaws.com`) or a role's ARN."""

    principal: str
    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def allows(statements: Iterable[Mapping[str, Any]], call: Call) -> bool:
    """Whether a resource's policy lets the call happen."""
    effects = {statement["Effect"] for statement in statements if matches(statement, call)}
    return effects == {"Allow"}


def matches(statement: Mapping[str, Any], call: Call, *, of_identity: bool = False) -> bool:
    """Whether the statement speaks of the call; one of an identity's policy names no principal."""
    return (
        (of_identity or _is_principal(statement, call.principal))
        and _one_of(statement["Action"], call.action, fold=True)
        and _is_resource(statement, call.resource)
        and all(
            _holds(operator, key, listed(values), call.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _is_principal(statement: Mapping[str, Any], principal: str) -> bool:
    named = statement["Principal"]
    if named == "*":
        return True
    if named.get("AWS") == "*":
        return True
    kind = "AWS" if principal.startswith("arn:") else "Service"
    return principal in listed(named.get(kind, []))


def _is_resource(statement: Mapping[str, Any], resource: str) -> bool:
    if "NotResource" in statement:
        return not _one_of(statement["NotResource"], resource)
    return _one_of(statement.get("Resource", "*"), resource)  # a trust policy has none


def _one_of(patterns: Any, text: str, *, fold: bool = False) -> bool:
    return any(
        fnmatch.fnmatchcase(*((text.lower(), pattern.lower()) if fold else (text, pattern)))
        for pattern in listed(patterns)
    )


def _holds(operator: str, key: str, values: list[str], context: Mapping[str, str]) -> bool:
    """One condition. A key that the call does not bring holds with `IfExists` only, as IAM has it."""
    operator, _, optional = operator.partition("IfExists") if operator.endswith("IfExists") else (operator, "", None)
    given = {name.lower(): value for name, value in context.items()}.get(key.lower())
    if operator == "Null":
        return (given is None) == (values == ["true"])
    if given is None:
        return optional is not None or operator.startswith(("ForAllValues:", "StringNot"))
    test = _TESTS[operator.rpartition(":")[2]]
    return any(test(given, value) for value in values)


_TESTS = {
    "ArnEquals": fnmatch.fnmatchcase,
    "ArnLike": fnmatch.fnmatchcase,
    "Bool": lambda given, value: given == value,
    "NumericLessThan": lambda given, value: float(given) < float(value),
    "StringEquals": lambda given, value: given == value,
    "StringLike": fnmatch.fnmatchcase,
}
