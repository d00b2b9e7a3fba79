"""The operators' page: each command that is named exists."""

import re

import pytest

from ops import ssk
from ops.local.stack_location import ROOT

DOCS = ROOT / "docs"
PAGE = (DOCS / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`ssk ([a-z-]+)", PAGE))))
def test_every_command_that_is_named_exists(command: str) -> None:
    assert command in ssk.COMMANDS


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", PAGE)) <= targets
