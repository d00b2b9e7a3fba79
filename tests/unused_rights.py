"""After a run of the whole suite: a right that is granted and that no handler ever needed fails the run.

Each worker hands over what its tests used; the comparison is made once, and only where every test ran and passed.
"""

from typing import Any

import pytest

from tests import roles

_seen: set[tuple[str, roles.Grant]] = set()
_sentences: list[str] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """A worker has ended."""
    handed_over = getattr(node, "workeroutput", {}).get("rights_used", [])
    _seen.update((function, (on, action, prefix)) for function, (on, action, prefix) in handed_over)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In a worker: hand over. Else: compare."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["rights_used"] = sorted(roles.used)
    elif exitstatus == pytest.ExitCode.OK and is_whole(session.config):
        _sentences.extend(roles.unused(_seen | roles.used))
        if _sentences:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def is_whole(config: pytest.Config) -> bool:
    """Whether nothing was left out: no path, no expression, no option that selects."""
    chosen = any(config.getoption(name, None) for name in ("keyword", "markexpr", "lf", "deselect", "collectonly"))
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what to take away."""
    if _sentences:
        terminalreporter.section("rights that no function needs")
        terminalreporter.line("take them out of infrastructure/compute/function_rights.py and tests/roles.py:")
        for sentence in _sentences:
            terminalreporter.line(f"  {sentence}")
