"""A walk through a state machine as Step Functions takes it, with the real handler for every task."""

from typing import Any

from tests.aggregate.conftest import Province

LONGEST = 40


def walk(definition: dict[str, Any], province: Province, state: dict[str, Any]) -> tuple[list[str], Any]:
    """The states gone through, and the last output (of a Fail state its error). Retries are not walked."""
    name = definition["StartAt"]
    way: list[str] = []
    while len(way) < LONGEST:
        way.append(name)
        this = definition["States"][name]
        match this["Type"]:
            case "Pass":
                state = {**state, this["ResultPath"].removeprefix("$."): this["Result"]}
            case "Task":
                state, name = _task(this, province, state)
                if name:
                    continue
            case "Choice":
                name = _choice(this, state)
                continue
            case "Fail":
                return way, {key: this[key] for key in ("Error", "Cause")}
        if this.get("End"):
            return way, state
        name = this["Next"]
    raise AssertionError(f"no end in sight: {way}")


def _task(this: dict[str, Any], province: Province, state: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """The task's answer, and where to go if it failed."""
    try:
        return province.run(**state), ""
    except Exception as error:
        for catcher in this["Catch"]:
            if {"States.ALL", type(error).__name__}.intersection(catcher["ErrorEquals"]):
                failure = {"Error": type(error).__name__, "Cause": str(error)}
                return {**state, catcher["ResultPath"].removeprefix("$."): failure}, catcher["Next"]
        raise


def _choice(this: dict[str, Any], state: dict[str, Any]) -> str:
    for rule in this["Choices"]:
        if state[rule["Variable"].removeprefix("$.")] == rule["StringEquals"]:
            return str(rule["Next"])
    return str(this["Default"])
