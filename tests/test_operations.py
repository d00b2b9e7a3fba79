"""The operators' page: each link leads somewhere, each command that is named exists."""

import re

import pytest

from ops import ssk
from ops.local.stack_location import ROOT

DOCS = ROOT / "docs"
PAGE = (DOCS / "operations.md").read_text(encoding="utf-8")


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_of_the_page_leads_somewhere() -> None:
    for file, anchor in re.findall(r"\]\(([\w./-]*)(?:#([\w-]+))?\)", PAGE):
        text = (DOCS / file).resolve().read_text(encoding="utf-8") if file else PAGE
        assert not anchor or anchor in anchors(text), f"{file}#{anchor}"


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`ssk ([a-z-]+)", PAGE))))
def test_every_command_that_is_named_exists(command: str) -> None:
    assert command in ssk.COMMANDS


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", PAGE)) <= targets
