"""After a run of the whole suite: what an alarm or the dashboard reads has to have been raised, and heard of everybody.

A metric that no test raised fails the run, and so does one that an alarm hears of one function while another function
raised it unheard: each function is a dimension, so its count is a metric of its own.

Each worker hands over what its tests raised and what they found to be read (`tests/unused_rights.py` does the same for
rights); the comparison is made once, and only where every test ran and passed.
"""

import ast
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests import roles
from tests.unused_rights import is_whole

type Emitted = tuple[str, str]  # function, metric
CODE = (roles.FUNCTIONS, roles.TESTS.parent / "layers" / "health_record")
WRITERS = ("add_metric", "count_metric", "record_duration")

# Raised by these functions and heard of others only, and why that is enough.
UNHEARD: dict[Emitted, str] = {
    ("contribute", "SmsFailedOver"): "notices go over the channel of the codes, which are many: those of otp ring",
    ("lookup", "SmsFailedOver"): "notices go over the channel of the codes, which are many: those of otp ring",
}

wanted: set[Emitted] = set()
heard: set[Emitted] = set()  # by an alarm
seen: set[Emitted] = set()
_sentences: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    """Listen to what functions write, wherever a test calls them."""
    from aws_lambda_powertools.metrics.base import MetricManager
    from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

    for writer in (AmazonCloudWatchEMFProvider, MetricManager):
        writer.add_metric = _listening(writer.add_metric)  # type: ignore[method-assign]


def _listening(original: Any) -> Any:
    def add_metric(self: Any, name: str, *words: Any, **named: Any) -> Any:
        if function := roles.function_at_work():
            seen.add((function, name))
        return original(self, name, *words, **named)

    return add_metric


def not_in_code(asked: Iterable[Emitted]) -> list[Emitted]:
    """Those that neither the function's code nor the shared package names."""
    named = {path: _named_in(path) for folder in CODE for path in folder.rglob("*.py")}
    return sorted(
        (function, metric)
        for function, metric in asked
        if not any(metric in names and _is_of(path, function) for path, names in named.items())
    )


def _is_of(path: Path, function: str) -> bool:
    return not path.is_relative_to(roles.FUNCTIONS) or path.relative_to(roles.FUNCTIONS).parts[0] == function


def _named_in(path: Path) -> set[str]:
    """`count_metric("OtpSent")`, `add_metric(name="SmsBudgetUsed")`, or a table of such names (`SUCCESSES`)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name_of(node.func) in WRITERS:
            given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "name")]
            found |= {one.value for one in given if isinstance(one, ast.Constant)}
            tables = {
                one.value.id for one in given if isinstance(one, ast.Subscript) and isinstance(one.value, ast.Name)
            }
            found |= _values_of(tree, tables)
    return found


def _name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _values_of(tree: ast.Module, tables: set[str]) -> set[str]:
    return {
        value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and any(getattr(target, "id", "") in tables for target in node.targets)
        for value in (node.value.values if isinstance(node.value, ast.Dict) else [])
        if isinstance(value, ast.Constant)
    }


def unheard(raised: Iterable[Emitted], by_alarms: set[Emitted]) -> list[Emitted]:
    """What a function raised and no alarm hears of it, though one hears the same of another function."""
    names = {metric for _, metric in by_alarms}
    return sorted(one for one in set(raised) - by_alarms - UNHEARD.keys() if one[1] in names)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A worker has ended."""
    output = getattr(node, "workeroutput", {})
    seen.update(map(tuple, output.get("metrics_seen", [])))
    wanted.update(map(tuple, output.get("metrics_wanted", [])))
    heard.update(map(tuple, output.get("metrics_heard", [])))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In a worker: hand over. Else: compare."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["metrics_seen"], output["metrics_wanted"] = sorted(seen), sorted(wanted)
        output["metrics_heard"] = sorted(heard)
    elif exitstatus == pytest.ExitCode.OK and is_whole(session.config):
        _sentences.extend(f"{function}: {metric} was raised by no test" for function, metric in sorted(wanted - seen))
        _sentences.extend(
            f"{function}: {metric} rings of another function only: hear it, or say in UNHEARD why not"
            for function, metric in unheard(seen, heard)
        )
        if _sentences:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what to test, and what to hear."""
    if _sentences:
        terminalreporter.section("metrics that alarms or the dashboard read")
        for sentence in _sentences:
            terminalreporter.line(f"  {sentence}")
