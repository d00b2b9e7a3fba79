"""Every line that the newcomer's pages tell to type is one that make, ssk or the clients take."""

import re
import shlex

import pytest

from ops import ssk
from tests.newcomer.pages import PAGES, ROOT, command_lines, made, text_of

MAKEFILE = text_of("Makefile")
TARGETS = set(re.findall(r"^([a-z0-9-]+):", MAKEFILE, re.MULTILINE))
PYTEST = {"test"}  # its ARGS are paths and options of pytest
LINES = [(page, line) for page in PAGES for line in command_lines(page)]


def words_of_ssk(line: str) -> list[str] | None:
    """What `ssk` gets by the line; None where it is no line of it."""
    if line.startswith("ssk "):
        return shlex.split(line)[1:]
    target, arguments = made(line) or ("", "")
    runs_ssk = re.search(rf"^{re.escape(target)}:[^\n]*\n\t@\$\(BIN\)/ssk ([a-z-]+)", MAKEFILE, re.MULTILINE)
    return [runs_ssk[1], *shlex.split(arguments)] if target and runs_ssk else None


def is_taken(words: list[str]) -> bool:
    """Whether `ssk` takes these words as they stand."""
    try:
        ssk._parser(words).parse_args(words)
    except SystemExit:
        return False
    return True


@pytest.mark.parametrize(("page", "line"), LINES)
def test_the_line_is_taken(page: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    if line.startswith("make "):
        found = made(line)
        assert found, f"{page}: no line of make"
        assert found[0] in TARGETS, f"{page}: make has no target {found[0]}"
        if found[0] in PYTEST:
            paths = [word for word in found[1].split() if word.startswith("tests/")]
            assert all((ROOT / path).exists() for path in paths), f"{page}: {line}"
    words = words_of_ssk(line)
    if words is None or "..." in words:
        return
    if is_taken(words):
        return
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:  # said in passing: the command exists
        ssk.main([*(word for word in words if word.isalpha() or re.fullmatch("[a-z-]+", word)), "--help"])
    assert ended.value.code == 0, f"{page}: {line}"


def test_the_pages_have_lines() -> None:
    assert {page for page, _ in LINES} == set(PAGES)
    assert len(LINES) >= 30
